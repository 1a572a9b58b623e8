"""Settling a total: the laws of change and split tenders, and the refusals with their evidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pricing_samples import LAW

from commerce.errors import CommerceError, InputError, ShortageError
from commerce.facts import Tender
from commerce.limits import TENDERS_MAX
from commerce.points import RedeemRule, value_of
from commerce.tender import Available, Offer, TenderRules, check_tender_rules, settle

RULES = TenderRules(("wechat", "card"), RedeemRule(1, 3), change_max=50_000)

TENDERS = st.sampled_from(["cash", "stored_value", "points", "wechat", "card", "金币"])
OFFERS = st.lists(st.tuples(TENDERS, st.integers(-5, 3_000)).map(lambda pair: Offer(*pair)), max_size=5)


@LAW
@given(st.integers(0, 5_000), OFFERS, st.integers(0, 3_000), st.integers(0, 9_000))
def test_offers_settle_exactly_or_are_refused(total, offers, stored_value, points):
    """What is settled sums to the total within what is available; all else is refused with a code."""
    available = Available(stored_value, points)
    try:
        settled = settle(total, offers, available, RULES)
    except CommerceError as refusal:
        assert refusal.code
        return
    assert sum(tender.amount for tender in settled.tenders) == total
    assert all(tender.amount > 0 for tender in settled.tenders)
    assert settled.stored_value <= stored_value
    assert settled.points <= points
    cash = [tender for tender in settled.tenders if tender.tender == "cash"]
    assert settled.change == sum(tender.given - tender.amount for tender in cash)
    assert 0 <= settled.change < max(1, sum(tender.given for tender in cash))


@LAW
@given(
    st.integers(0, 3_000),
    st.integers(0, 3_000),
    st.lists(st.integers(1, 3_000), max_size=3),
    st.integers(1, 3_000),
    st.integers(0, 9_000),
)
def test_a_payment_that_fits_is_never_refused(stored, points, cards, cash, change):
    """Whatever is available pays, any number of cards pays, and cash pays the rest with change."""
    total = stored + points + sum(cards) + cash
    offers = [Offer("stored_value", stored), Offer("points", points), *(Offer("card", card) for card in cards)]
    offers = [offer for offer in offers if offer.amount]
    settled = settle(total, [*offers, Offer("cash", cash + change)], Available(stored, 3 * points), RULES)
    assert [(tender.tender, tender.amount) for tender in settled.tenders] == [
        *((offer.tender, offer.amount) for offer in offers),
        ("cash", cash),
    ]
    assert (settled.stored_value, settled.points, settled.change) == (stored, 3 * points, change)


@LAW
@given(st.permutations([Offer("cash", 2_000), Offer("stored_value", 700), Offer("card", 300), Offer("points", 40)]))
def test_order_of_offers_changes_nothing(offers):
    """However the parts are offered, each pays the same and the change is the same."""
    settled = settle(2_340, offers, Available(700, 120), RULES)
    assert {(tender.tender, tender.amount) for tender in settled.tenders} == {
        ("cash", 1_300),
        ("stored_value", 700),
        ("card", 300),
        ("points", 40),
    }
    assert [tender.tender for tender in settled.tenders] == [offer.tender for offer in offers]
    assert (settled.change, settled.stored_value, settled.points) == (700, 700, 120)


@LAW
@given(st.integers(1, 10_000), st.integers(1, 20), st.integers(1, 20), st.integers(0, 1000), st.integers(0, 10_000))
def test_points_pay_their_worth_and_no_point_is_wasted(total, num, den, share, amount):
    """Points that pay are worth exactly what they pay, fewer would be worth less, and they keep to their share."""
    rule = RedeemRule(num, den, most_per_mille=share)
    offers = [Offer("points", amount), Offer("card", total - amount)]
    offers = [offer for offer in offers if offer.amount]
    try:
        settled = settle(total, offers, Available(points=10**6), TenderRules(("card",), rule))
    except CommerceError as refusal:
        assert refusal.code in {"bad_amount", "points_above_share", "points_not_exact"}
        return
    if amount:
        assert value_of(settled.points, rule) == amount > value_of(settled.points - 1, rule)
        assert amount * 1000 <= total * share


def test_tenders_carry_what_the_ledger_needs():
    """Cash names what was handed over, points how many were used, external tenders their reference."""
    offers = [Offer("cash", 500), Offer("points", 34), Offer("card", 100, "凭证 000123"), Offer("cash", 1_000)]
    assert settle(1_234, offers, Available(points=500), RULES).tenders == (
        Tender("cash", 1_100, 1_500),
        Tender("points", 34, 102),
        Tender("card", 100, 0, "凭证 000123"),
    )


@pytest.mark.parametrize(
    ("offers", "available", "code", "evidence"),
    [
        ([("stored_value", 1_000)], (999, 0), "stored_value_short", {"wanted": 1_000, "available": 999}),
        ([("stored_value", 1_000)], (0, 0), "stored_value_short", {"wanted": 1_000, "available": 0}),
        ([("points", 10), ("card", 990)], (0, 29), "points_short", {"wanted": 30, "available": 29}),
        ([("cash", 600), ("card", 399)], (0, 0), "underpaid", {"total": 1_000, "missing": 1}),
        ([], (0, 0), "underpaid", {"total": 1_000, "missing": 1_000}),
    ],
)
def test_shortages_tell_what_there_is(offers, available, code, evidence):
    """Where something lacks, the refusal tells how much was wanted and how much there is."""
    with pytest.raises(ShortageError) as refusal:
        settle(1_000, [Offer(*offer) for offer in offers], Available(*available), RULES)
    assert (refusal.value.code, refusal.value.evidence) == (code, evidence)


@pytest.mark.parametrize(
    ("offers", "code"),
    [
        ([("card", 1_001)], "overpaid"),
        ([("card", 1_000), ("cash", 1)], "cash_not_needed"),
        ([("cash", 51_001)], "change_too_large"),
        ([("card", 0)], "bad_amount"),
        ([("card", -1), ("cash", 1_001)], "bad_amount"),
        ([("cash", True)], "bad_amount"),
        ([("cash", 9_999_999_999), ("cash", 9_999_999_999)], "bad_amount"),
        ([("Cash", 1_000)], "unknown_tender"),
        ([("", 1_000)], "unknown_tender"),
        ([("card", 1_000, "单号\n1")], "bad_text"),
        ([("points", 10), ("points", 10), ("card", 980)], "duplicate_tender"),
        ([("card", 1)] * (TENDERS_MAX + 1), "too_many_tenders"),
    ],
)
def test_malformed_payments_are_refused(offers, code):
    """Each malformed payment is refused with a code of its own."""
    with pytest.raises(InputError) as refusal:
        settle(1_000, [Offer(*offer) for offer in offers], Available(0, 9_999), RULES)
    assert refusal.value.code == code


def test_points_need_a_rule():
    """A chain that takes no points refuses them."""
    with pytest.raises(InputError, match="points_not_accepted"):
        settle(1_000, [Offer("points", 1_000)], Available(points=9_999), TenderRules())


def test_points_that_do_not_fit_name_their_neighbours():
    """Where a point is worth more than a cent, an amount between is refused with the two nearest."""
    rules = TenderRules(("card",), RedeemRule(10, 1))
    with pytest.raises(InputError) as refusal:
        settle(1_000, [Offer("points", 95), Offer("card", 905)], Available(points=100), rules)
    assert (refusal.value.code, refusal.value.evidence) == (
        "points_not_exact",
        {"wanted": 95, "below": 90, "above": 100},
    )


@pytest.mark.parametrize("total", [-1, 1.0, None, True, 10_000_000_001])
def test_total_out_of_bounds_is_refused(total):
    """A total that is no amount is refused."""
    with pytest.raises(InputError, match="bad_amount"):
        settle(total, [], Available(), RULES)


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        (TenderRules(("cash",)), "bad_tender_name"),
        (TenderRules(("we:chat",)), "bad_tender_name"),
        (TenderRules(("",)), "bad_text"),
        (TenderRules(("card", "card")), "duplicate_tender"),
        (TenderRules(("card",), RedeemRule(0, 1)), "bad_number"),
        (TenderRules(("card",), None, -1), "bad_amount"),
    ],
)
def test_rules_of_tenders_are_checked_when_they_are_set(rules, code):
    """External tenders are named apart from the house's own, once, and figures are in bounds."""
    assert check_tender_rules(RULES) == RULES
    with pytest.raises(InputError) as refusal:
        check_tender_rules(rules)
    assert refusal.value.code == code
