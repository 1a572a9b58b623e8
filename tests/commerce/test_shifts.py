"""A shift's figures from its facts, and the count against them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pricing_samples import LAW

from commerce.errors import InputError, RuleError
from commerce.facts import (
    Audit,
    Claim,
    ClaimPaid,
    CountedCash,
    Issue,
    Refund,
    RefundLine,
    Sale,
    SaleLine,
    ShiftAct,
    Tender,
    Withdraw,
)
from commerce.shifts import CNY_DENOMINATIONS, TenderFigures, count_cash, differences, expected, figures, z_report

SHIFT, OTHER, ID, DAY = b"s" * 16, b"o" * 16, b"i" * 16, "2026-03-01"


def sale(charged, tenders, *, shift=SHIFT, saved=0, rounding=0):
    """A sale of one line."""
    discounts = (("tier", -saved),) if saved else ()
    listed = charged + saved - rounding
    line = SaleLine("1001", "东北大米", 1000, listed, listed, charged, rounding, "", discounts, ())
    return Sale(ID, "0001", shift, DAY, "收银1", "0012", b"", (line,), tenders, (), None, 0, (0, 1), rounding, ())


def refund(amount, tenders, *, shift=SHIFT):
    """A refund of one line."""
    line = RefundLine(0, 1000, amount, (), 0)
    return Refund("refund", ID, ID, shift, DAY, "收银1", "0012", "0007", "质量问题", b"", (line,), tenders, (), 0, 0)


def top_up(tenders):
    """A top-up."""
    return Issue("top_up", ID, "0002", SHIFT, DAY, "收银1", "0012", b"m" * 16, (), tenders, "充1000送200", "")


def cash_out(tenders):
    """A cash-out."""
    return Withdraw("cash_out", ID, SHIFT, DAY, "收银1", "0012", "0007", "退卡", b"m" * 16, (), tenders, b"")


def act(name, amount):
    """A float, or cash in or out, or a count."""
    return ShiftAct(name, SHIFT, DAY, "收银1", "0012", amount, (), (), "备用金")


DAY_OF_WORK = [
    act("open", 20_000),
    sale(2_340, (Tender("cash", 1_340, 2_000), Tender("wechat", 1_000)), saved=100, rounding=-7),
    sale(5_000, (Tender("stored_value", 4_000), Tender("points", 1_000, 1_000))),
    sale(9_999, (Tender("cash", 9_999, 10_000),), shift=OTHER),
    top_up((Tender("cash", 100_000, 100_000),)),
    act("cash_in", 5_000),
    act("cash_out", 80_000),
    refund(1_340, (Tender("cash", 340), Tender("wechat", 1_000))),
    refund(4_000, ()),
    Claim("claim", ID, ID, "西湖店", "滨江店", SHIFT, DAY, "收银1", "0012", "0007", "退货", ((0, 1000),)),
    ClaimPaid("claim_paid", ID, SHIFT, DAY, "收银1", "0012", (Tender("cash", 700),)),
    cash_out((Tender("cash", 30_000),)),
    act("count", 0),
    Audit("drawer", "钱箱", "0012", "收银1", "换零", b""),
]


def test_figures_add_up_the_facts_of_the_shift():
    """Sales, refunds, top-ups, cash-outs and claims are counted and summed per tender; other shifts are not."""
    shift = figures(SHIFT, DAY_OF_WORK)
    assert (shift.opening, shift.cash_in, shift.cash_out) == (20_000, 5_000, 80_000)
    assert (shift.sales, shift.sold, shift.saved, shift.rounding) == (2, 7_340, 100, -7)
    assert (shift.refunds, shift.refunded) == (2, 5_340)
    assert (shift.top_ups, shift.topped_up) == (1, 100_000)
    assert (shift.withdrawals, shift.withdrawn) == (1, 30_000)
    assert (shift.claims_paid, shift.claims_amount) == (1, 700)
    assert shift.tenders == (
        TenderFigures("cash", 101_340, 31_040),
        TenderFigures("points", 1_000, 0),
        TenderFigures("stored_value", 4_000, 0),
        TenderFigures("wechat", 1_000, 1_000),
    )


def test_expected_is_what_can_be_found():
    """Cash is expected with float and cash in and out, other money as slips; value and points are nothing to count."""
    assert expected(figures(SHIFT, DAY_OF_WORK)) == (CountedCash("cash", 15_300), CountedCash("wechat", 0))


def test_a_shift_without_facts_is_empty():
    """A shift in which nothing happened expects an empty drawer."""
    assert expected(figures(SHIFT, [])) == (CountedCash("cash", 0),)


@LAW
@given(st.lists(st.integers(1, 10_000), max_size=8), st.lists(st.integers(1, 10_000), max_size=8), st.integers(0, 9))
def test_figures_of_parts_add_up(sold, returned, at):
    """The order of facts does not matter, and sold less refunded is what the tenders took in less paid out."""
    bodies = [sale(amount, (Tender("cash", amount, amount),)) for amount in sold]
    bodies += [refund(amount, (Tender("cash", amount),)) for amount in returned]
    shift = figures(SHIFT, bodies)
    assert shift == figures(SHIFT, bodies[at:] + bodies[:at])
    assert expected(shift) == (CountedCash("cash", shift.sold - shift.refunded),)
    assert (shift.sales, shift.refunds) == (len(sold), len(returned))


@LAW
@given(st.dictionaries(st.sampled_from(CNY_DENOMINATIONS), st.integers(0, 1_000)))
def test_count_is_the_sum_of_pieces(pieces):
    """A count by denomination is the sum of pieces times worth."""
    assert count_cash(pieces).amount == sum(worth * many for worth, many in pieces.items())


@pytest.mark.parametrize(
    ("pieces", "code"),
    [
        ({300: 1}, "unknown_denomination"),
        ({100: -1}, "bad_number"),
        ({100: 1.5}, "bad_number"),
        ({100: 10**6}, "bad_number"),
    ],
)
def test_impossible_counts_are_refused(pieces, code):
    """Unknown notes, negative, broken and absurd numbers of pieces are refused."""
    with pytest.raises(InputError) as refusal:
        count_cash(pieces)
    assert refusal.value.code == code


def test_differences_are_per_tender_counted():
    """Only what was counted is compared; a tender that was not expected at all is a surplus."""
    due = (CountedCash("cash", 15_300), CountedCash("wechat", 1_000))
    found = differences(due, (CountedCash("cash", 15_000), CountedCash("card", 200)))
    assert [(row.tender, row.expected, row.found, row.delta) for row in found] == [
        ("cash", 15_300, 15_000, -300),
        ("card", 0, 200, 200),
    ]
    with pytest.raises(InputError, match="duplicate_tender"):
        differences(due, (CountedCash("cash", 1), CountedCash("cash", 1)))
    with pytest.raises(InputError, match="bad_amount"):
        differences(due, (CountedCash("cash", -1),))


def test_z_report_keeps_figures_count_and_reason():
    """A closed shift holds its figures, what was expected and counted, the differences, and the reason given."""
    shift = figures(SHIFT, DAY_OF_WORK)
    report = z_report(shift, (CountedCash("cash", 15_000),), reason="找错零")
    assert (report.figures, report.expected, report.counted) == (shift, expected(shift), (CountedCash("cash", 15_000),))
    assert ([row.delta for row in report.differences], report.reason) == ([-300], "找错零")


def test_difference_beyond_tolerance_needs_a_reason():
    """A shift closes silently within the tolerance; beyond it the worst difference is named and a reason asked for."""
    shift = figures(SHIFT, DAY_OF_WORK)
    counted = (CountedCash("cash", 15_200), CountedCash("wechat", 500))
    assert z_report(shift, counted, tolerance=500).reason == ""
    with pytest.raises(RuleError) as refusal:
        z_report(shift, counted, tolerance=499, reason="  ")
    assert (refusal.value.code, refusal.value.evidence) == (
        "difference_needs_reason",
        {"tender": "wechat", "difference": 500},
    )


def test_missing_and_surplus_money_alike_need_a_reason():
    """A drawer that lacks money is asked about just as one that has too much."""
    shift = figures(SHIFT, DAY_OF_WORK)
    for found in (15_199, 15_401):
        with pytest.raises(RuleError, match="difference_needs_reason"):
            z_report(shift, (CountedCash("cash", found),), tolerance=100)


def test_cash_must_be_counted():
    """No shift closes without a count of its cash."""
    shift = figures(SHIFT, DAY_OF_WORK)
    for counted in ((), (CountedCash("wechat", 0),)):
        with pytest.raises(RuleError, match="cash_not_counted"):
            z_report(shift, counted, reason="忘了")
