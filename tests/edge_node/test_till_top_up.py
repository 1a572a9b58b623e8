"""Top-ups: lots by the rule, fresh value returned while HQ is near, undone only as a whole."""

import pytest
from edge_feed import send
from edge_shop import DAY, LEAD, Shop

from commerce.errors import CommerceError, RuleError
from commerce.facts import Issue
from commerce.reference import BalanceRow, SettingRow
from commerce.tender import Offer
from edge_node.errors import AskPersonError, Code, EdgeError, MendInputError, NotNowError
from edge_node.ledger import bodies, incarnations, link_state, print_jobs
from edge_node.ledger.incarnations import Enrolment
from edge_node.ledger.node import load_node
from edge_node.ledger.rights import wallet
from edge_node.ledger.verify import verify
from edge_node.till import members, shifts, top_up, withdrawals
from edge_node.till.lookups import top_ups_of
from edge_node.till.top_up import TopUpOrder
from sync_protocol.entry import decode_entry


@pytest.fixture
def member(shop: Shop) -> bytes:
    """A registered member in an open shift."""
    shop.open()
    return shop.register()


def _enrolled(shop: Shop) -> None:
    joined = Enrolment(b"C" * 16, b"N" * 16, shop.node.branch, shop.new_id(), b"k" * 32, shop.node.member_key)
    shop.write(incarnations.enrol, joined, 9)
    shop.node = load_node(shop.conn, shop.node.member_key)


def test_a_rule_gives_bonus_and_points(shop: Shop, member: bytes):
    """1000.00 gives 200.00; another rule gives points into the collecting lot; change is given in cash."""
    done = shop.top_up(member)
    assert (done.paid, done.bonus, done.points, done.returned) == (100000, 20000, 0, 0)
    order = TopUpOrder(member, 50000, "r500", (Offer("cash", 60000),))
    more = shop.write(top_up.top_up, shop.at(), order)
    assert (more.bonus, more.points, more.change) == (5000, 500, 10000)
    assert more.balances == {"principal": 150000, "bonus": 25000, "points": 500}
    assert shop.rows("SELECT count(*) FROM lots") == [(5,)]
    assert print_jobs.waiting(shop.conn)[-1].kind == "top_up"
    assert verify(shop.conn).ok


def test_without_a_rule_money_is_principal_alone(shop: Shop, member: bytes):
    """Rule "" gives nothing beyond what was paid."""
    assert shop.top_up(member, 12345, "").balances == {"principal": 12345}


def test_fresh_value_goes_back_while_hq_is_near(shop: Shop, member: bytes):
    """Heard within 60 s, the issue entry returns what the placement does not keep here, both halves in their ratio."""
    _enrolled(shop)
    row = BalanceRow(member, (), 5, keep_per_mille=400)
    send(shop, f"branch:{shop.node.branch}", (f"balance:{member.hex()}", row))
    assert shop.top_up(member).returned == 0
    shop.write(link_state.heard, shop.now - 59_000, 1)
    done = shop.top_up(member)
    assert done.returned == 72000
    entry = decode_entry(done.entry.entry)
    assert [(move.reason, move.amount) for move in entry.moves] == [(1, 100000), (1, 20000), (17, 60000), (17, 12000)]
    assert wallet(shop.conn, shop.node, member).stored_value(DAY) == 120000 + 48000
    shop.write(link_state.heard, shop.now - 61_000, 1)
    assert shop.top_up(member).returned == 0
    assert verify(shop.conn).ok


def test_the_laws_cap_is_checked_against_what_is_known(shop: Shop, member: bytes):
    """The larger of HQ's word and the own rights counts; beyond the cap nothing is taken."""
    send(shop, "chain", ("setting:balance_cap", SettingRow("balance_cap", "150000")))
    shop.top_up(member)
    with pytest.raises(MendInputError) as caught:
        shop.top_up(member)
    assert caught.value.evidence == {"limit": 150000, "balance": 100000}
    row = BalanceRow(member, (("principal", 140000),), 5)
    send(shop, f"branch:{shop.node.branch}", (f"balance:{member.hex()}", row))
    with pytest.raises(MendInputError):
        shop.top_up(member, 20000, "")


@pytest.mark.parametrize(
    ("amount", "rule", "offers"),
    [
        (0, "", [Offer("cash", 0)]),
        (-5, "", [Offer("cash", 100)]),
        (2**63, "", [Offer("cash", 2**63)]),
        (100_000_001, "", [Offer("wechat", 100_000_001)]),
        (100000, "none", [Offer("cash", 100000)]),
        (99999, "r1000", [Offer("cash", 99999)]),
        (100001, "r1000", [Offer("cash", 100001)]),
        (1000, "", [Offer("stored_value", 1000)]),
        (1000, "", [Offer("points", 1000)]),
        (1000, "", []),
    ],
)
def test_bad_top_ups_are_refused_whole(shop: Shop, member: bytes, amount: int, rule: str, offers: list[Offer]):
    """Bounds, unknown rules and tenders that are not money issue nothing."""
    with pytest.raises((EdgeError, CommerceError)):
        shop.write(top_up.top_up, shop.at(), TopUpOrder(member, amount, rule, offers))
    assert shop.rows("SELECT count(*) FROM lots") == [(0,)]


def test_a_frozen_member_is_not_topped_up(shop: Shop, member: bytes):
    """A loss report stops value from going in as well."""
    shop.write(members.set_frozen, shop.at(LEAD), member, frozen=True)
    with pytest.raises(NotNowError):
        shop.top_up(member)


def test_an_untouched_top_up_is_undone(shop: Shop, member: bytes):
    """All that was paid goes back, bonus and points are taken back, and only once."""
    order = TopUpOrder(member, 50000, "r500", (Offer("wechat", 50000),))
    done = shop.write(top_up.top_up, shop.at(), order)
    back = shop.write(withdrawals.undo_top_up, shop.at(), done.issue, "充错人", LEAD, in_cash=False)
    assert [(tender.tender, tender.amount) for tender in back.tenders] == [("wechat", 50000)]
    assert wallet(shop.conn, shop.node, member).here(DAY) == {}
    (row,) = top_ups_of(shop.conn, member)
    assert row.undone
    with pytest.raises(NotNowError) as caught:
        shop.write(withdrawals.undo_top_up, shop.at(), done.issue, "充错人", LEAD, in_cash=False)
    assert caught.value.code is Code.ISSUE_UNDONE
    assert shifts.x_report(shop.conn, "T1").withdrawn == 50000
    assert verify(shop.conn).ok


def test_a_used_top_up_is_not_undone(shop: Shop, member: bytes):
    """Once a cent was spent it is a cash-out, which another rule books."""
    done = shop.top_up(member)
    shop.sell([Offer("stored_value", 1500)], member=member)
    with pytest.raises(RuleError, match="pair_not_whole"):
        shop.write(withdrawals.undo_top_up, shop.at(), done.issue, "充错人", LEAD, in_cash=True)


def test_an_undo_needs_approval_reason_and_time(shop: Shop, member: bytes):
    """A shift lead, words, and at most so many days as the chain allows."""
    done = shop.top_up(member)
    undo = withdrawals.undo_top_up
    with pytest.raises(AskPersonError):
        shop.write(undo, shop.at(), done.issue, "充错人", None, in_cash=True)
    with pytest.raises(MendInputError) as caught:
        shop.write(undo, shop.at(), done.issue, " ", LEAD, in_cash=True)
    assert caught.value.code is Code.REASON_NEEDED
    with pytest.raises(MendInputError):
        shop.write(undo, shop.at(), b"?" * 16, "充错人", LEAD, in_cash=True)
    shop.write(shifts.open_shift, shop.at(till="T2"), "2026-03-09", 0)
    with pytest.raises(NotNowError) as late:
        shop.write(undo, shop.at(till="T2"), done.issue, "充错人", LEAD, in_cash=True)
    assert late.value.code is Code.AMOUNT_NOT_ALLOWED


def test_the_fact_names_the_member_and_the_rule(shop: Shop, member: bytes):
    """HQ reads who, by which rule, against which tenders."""
    body = bodies.decode(Issue, decode_entry(shop.top_up(member).entry.entry).body)
    assert (body.act, body.member, body.rule, body.tenders[0].amount) == ("top_up", member, "r1000", 100000)
