"""Cards: numbers of the range given once, replaced, guarded by a password; value moved with all it carries."""

import random
import tempfile
from pathlib import Path

import pytest
from edge_feed import send
from edge_shop import DAY, KEY, LEAD, MANAGER, Shop, open_shop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paper_shop import setting, text

from commerce.card_ranges import serial_of
from commerce.errors import RuleError
from commerce.lots import BONUS, PRINCIPAL
from commerce.reference import BalanceRow, CardRangeRow
from commerce.tender import Offer
from edge_node import limits
from edge_node.errors import AskPersonError, Code, EdgeError, MendInputError, NotNowError
from edge_node.ledger import card_passwords, card_serials, pin_failures, reference_local
from edge_node.ledger import members as known
from edge_node.ledger.card_passwords import Kept
from edge_node.ledger.rights import wallet
from edge_node.ledger.verify import verify
from edge_node.storage.database import open_connection
from edge_node.till import cards, checkout, members, transfers
from edge_node.till.checkout import Payment


def card_range(shop: Shop, first: int = 1, last: int = 99, hint: int | None = None) -> CardRangeRow:
    """Give the shop a range."""
    row = CardRangeRow(shop.node.branch, "8866", first, last, first if hint is None else hint)
    shop.write(reference_local.write_row, shop.node, row, MANAGER.number, 1)
    return row


@pytest.fixture
def member(shop: Shop) -> bytes:
    """A registered member in an open shift."""
    shop.open()
    return shop.register()


def number(shop: Shop, member: bytes, field: str) -> str:
    """The card that a field holds."""
    return known.profile(shop.conn, member)[field][0]


def test_cards_of_the_range_are_given_in_order(shop: Shop, member: bytes):
    """Each has its check digit, finds its member, and the end of the range is told."""
    row = card_range(shop, 7, 9)
    fields = [shop.write(cards.issue, shop.at(), member) for _ in range(3)]
    numbers = [number(shop, member, field) for field in fields]
    assert [serial_of(row, one) for one in numbers] == [7, 8, 9]
    assert known.cards_of(shop.conn, shop.node, member) == numbers
    assert known.by_card(shop.conn, shop.node, numbers[1])[0].member == member
    with pytest.raises(NotNowError) as caught:
        shop.write(cards.issue, shop.at(), member)
    assert caught.value.code is Code.NO_CARD_NUMBERS
    assert verify(shop.conn).ok


def test_without_a_range_no_number_is_made_up(shop: Shop, member: bytes):
    """A branch that HQ gave no range binds blank cards only."""
    with pytest.raises(NotNowError):
        shop.write(cards.issue, shop.at(), member)


def test_cards_that_are_out_are_passed_over(shop: Shop, member: bytes):
    """A card bound by hand, a lost one, and what a backup forgot while HQ knows it, are not given again."""
    row = card_range(shop, 1, 9)
    first = number(shop, member, shop.write(cards.issue, shop.at(), member))
    shop.write(members.lose_card, shop.at(), member, first)
    other = shop.register("李雷", "13900139000", card="8866" + "2" + "5")
    shop.write(lambda conn: conn.execute("DELETE FROM meta WHERE name LIKE 'card_serial:%'"))
    again = number(shop, member, shop.write(cards.issue, shop.at(), member))
    assert serial_of(row, again) not in {None, 1}
    assert known.cards_of(shop.conn, shop.node, member) == [again]
    assert known.cards_of(shop.conn, shop.node, other)
    card_range(shop, 1, 9, hint=6)
    assert serial_of(row, number(shop, member, shop.write(cards.issue, shop.at(), member))) == 6


def _two_cards(conn, at, member: bytes) -> None:
    cards.issue(conn, at, member)
    cards.issue(conn, at, b"x" * 16)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["issue", "restart", "refused", "range"]), min_size=4, max_size=25), st.integers(0, 99))
def test_no_number_is_given_twice(acts: list[str], seed: int):
    """Over restarts, refused acts that were undone, and ranges given anew with any hint, all numbers differ."""
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        shop = open_shop(Path(folder) / "edge.db", seed)
        shop.open()
        member, given_out = shop.register(), []
        card_range(shop)
        for act in acts:
            if act == "issue":
                if len(given_out) % 15 == 14:
                    member = shop.register("王芳", f"139{len(given_out):08d}")
                given_out.append(number(shop, member, shop.write(cards.issue, shop.at(), member)))
            elif act == "restart":
                shop.conn.close()
                shop.conn = open_connection(Path(folder) / "edge.db", KEY)
            elif act == "refused":
                with pytest.raises(MendInputError):
                    shop.write(_two_cards, shop.at(), member)
            else:
                card_range(shop, hint=dice.randint(1, 30))
                shop.books.forget()
        assert len(set(given_out)) == len(given_out)
        shop.conn.close()


def test_a_card_is_replaced(shop: Shop, member: bytes):
    """The old one finds nobody any more; the new one is typed, or the next of the range."""
    card_range(shop)
    shop.write(members.bind_card, shop.at(), member, "VIP-1")
    field = shop.write(cards.replace, shop.at(), member, "vip-1", None)
    first = number(shop, member, field)
    with pytest.raises(AskPersonError):
        known.by_card(shop.conn, shop.node, "VIP-1")
    shop.write(cards.replace, shop.at(), member, first, "VIP-2")
    assert known.cards_of(shop.conn, shop.node, member) == ["VIP-2"]
    for old, new in (("VIP-9", "VIP-3"), ("VIP-2", "VIP-1"), ("VIP-2", "坏卡")):
        with pytest.raises(EdgeError):
            shop.write(cards.replace, shop.at(), member, old, new)
    assert known.cards_of(shop.conn, shop.node, member) == ["VIP-2"], "what is refused is undone whole"


# --- value moved


def _value_lots(shop: Shop, owner: bytes) -> set[tuple]:
    """What a member's lots of stored value are, but for their ids."""
    query = "SELECT asset, issuer, opened_on, expires_on, terms FROM lots WHERE owner = ? AND asset <> 'points'"
    return set(shop.rows(query, owner))


def test_all_stored_value_here_moves_with_its_terms(shop: Shop, member: bytes):
    """Pairs stay pairs, dates and terms are kept, points stay, and both halves can be spent by the other one."""
    other = shop.register("李雷", "13900139000")
    shop.top_up(member)
    shop.top_up(member, 50000, "r500")
    before = _value_lots(shop, member)
    done = shop.write(transfers.transfer, shop.at(), member, other, "转给家人", LEAD)
    assert (done.principal, done.bonus, done.elsewhere, done.balances) == (150000, 25000, 0, {"points": 500})
    has = wallet(shop.conn, shop.node, other)
    assert has.here(DAY) == {PRINCIPAL: 150000, BONUS: 25000}
    assert _value_lots(shop, other) == before
    heads = {view.lot for view in has.views if view.asset == PRINCIPAL}
    assert {view.pair for view in has.views if view.asset == BONUS} == heads
    paper = "\n".join(text(shop))
    assert "储值转出" in paper
    assert "李*" in paper
    left = shop.sell([Offer("stored_value", 1500)], member=other).balances
    assert left[PRINCIPAL] + left[BONUS] == 173500
    assert verify(shop.conn).ok


def test_transfers_are_refused(shop: Shop, member: bytes):
    """To oneself, without value, of or to a frozen member, beyond the law's cap, without approval or reason."""
    other = shop.register("李雷", "13900139000")
    act = lambda *more: shop.write(transfers.transfer, shop.at(), *more)  # noqa: E731
    with pytest.raises(MendInputError) as caught:
        act(member, other, "转", LEAD)
    assert caught.value.code is Code.NOTHING_TO_MOVE
    shop.top_up(member)
    with pytest.raises(RuleError):
        act(member, member, "转", LEAD)
    for reason, approver in (("", LEAD), ("转", None), ("转", shop.at().staff)):
        with pytest.raises(EdgeError):
            act(member, other, reason, approver)
    with pytest.raises(MendInputError):
        act(member, b"x" * 16, "转", LEAD)
    setting(shop, balance_cap="99999")
    with pytest.raises(MendInputError):
        act(member, other, "转", LEAD)
    setting(shop, balance_cap="0")
    for frozen in (member, other):
        shop.write(members.set_frozen, shop.at(LEAD), frozen, frozen=True)
        with pytest.raises(NotNowError):
            act(member, other, "转", LEAD)
        shop.write(members.set_frozen, shop.at(LEAD), frozen, frozen=False)
    assert wallet(shop.conn, shop.node, member).stored_value(DAY) == 120000


def test_what_lies_elsewhere_is_told(shop: Shop, member: bytes):
    """HQ's word less what lies here: the cashier can tell the member what did not move."""
    other = shop.register("李雷", "13900139000")
    shop.top_up(member, 30000, "")
    row = BalanceRow(member, (("principal", 50000), ("bonus", 1000)), 7)
    send(shop, f"branch:{shop.node.branch}", (f"balance:{member.hex()}", row))
    done = shop.write(transfers.transfer, shop.at(), member, other, "转", LEAD)
    assert (done.principal, done.elsewhere, done.as_of) == (30000, 21000, 7)


ACTS = ["top", "r1000", "move", "spend"]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from(ACTS), st.integers(1, 9)), max_size=14),
    st.integers(0, 99),
)
def test_moving_conserves_value(acts: list[tuple[int, str, int]], seed: int):
    """Whatever is topped up, spent and moved: what the members have together is what came in less what was spent."""
    with tempfile.TemporaryDirectory() as folder:
        shop = open_shop(Path(folder) / "edge.db", seed)
        shop.open()
        people = [shop.register("会员", f"1380000000{n}") for n in range(3)]
        total = 0
        for who, act, n in acts:
            one, other = people[who], people[(who + 1) % 3]
            if act == "top":
                shop.top_up(one, n * 1000, "")
                total += n * 1000
            elif act == "r1000":
                shop.top_up(one)
                total += 120000
            elif act == "move":
                if wallet(shop.conn, shop.node, one).stored_value(DAY):
                    shop.write(transfers.transfer, shop.at(), one, other, "转", LEAD)
            elif wallet(shop.conn, shop.node, one).stored_value(DAY) >= 1000:
                pay = Payment([Offer("stored_value", 1000)])
                shop.write(lambda conn, who=one, pay=pay: checkout.quick_sale(conn, shop.at(), 1000, pay, member=who))
                total -= 1000
            assert sum(wallet(shop.conn, shop.node, person).stored_value(DAY) for person in people) == total
        report = verify(shop.conn)
        assert report.ok, report.violations
        shop.conn.close()


# --- passwords


FRESH = Kept(b"s" * 16, b"d" * 32)


def _quick(shop: Shop, member: bytes, amount: int, proved: bytes = b"") -> None:
    pay = Payment([Offer("stored_value", amount)], None, proved)
    shop.write(lambda conn: checkout.quick_sale(conn, shop.at(), amount, pay, member=member))


def test_a_password_guards_large_payments(shop: Shop, member: bytes):
    """From the chain's limit on it must have been typed; below, for others, and without a limit it is not asked."""
    other = shop.register("李雷", "13900139000")
    shop.top_up(member)
    shop.top_up(other)
    shop.write(cards.set_password, shop.at(), member, FRESH, None, b"")
    _quick(shop, member, 60000)
    setting(shop, card_password_above="5000")
    _quick(shop, member, 4990)
    _quick(shop, other, 5000)
    for proved in (b"", other):
        with pytest.raises(AskPersonError) as caught:
            _quick(shop, member, 5000, proved)
        assert (caught.value.code, caught.value.evidence) == (Code.PASSWORD_NEEDED, {"limit": 5000})
    _quick(shop, member, 5000, member)
    assert verify(shop.conn).ok


def test_a_password_is_changed_by_who_knows_it_or_a_lead(shop: Shop, member: bytes):
    """The first one is free to set; the hash lies in the profile and nowhere in the log."""
    shop.write(cards.set_password, shop.at(), member, FRESH, None, b"")
    for approver, proved in ((None, b""), (shop.at().staff, b""), (None, b"o" * 16)):
        with pytest.raises(AskPersonError):
            shop.write(cards.set_password, shop.at(), member, None, approver, proved)
    shop.write(cards.set_password, shop.at(), member, Kept(b"t" * 16, b"e" * 32), None, member)
    assert card_passwords.kept(shop.conn, member) == Kept(b"t" * 16, b"e" * 32)
    shop.write(cards.set_password, shop.at(), member, None, LEAD, b"")
    assert card_passwords.kept(shop.conn, member) is None
    audits = [entry for (entry,) in shop.rows("SELECT entry FROM entries") if b"card_password" in entry]
    assert [b"201" in entry for entry in audits] == [True], "who approved it stands in the log"
    assert not any((b"e" * 32).hex().encode() in entry for (entry,) in shop.rows("SELECT entry FROM entries"))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20 * limits.MINUTE)), max_size=12))
@settings(max_examples=20, deadline=None)
def test_wrong_passwords_lock(tries: list[tuple[bool, int]]):
    """After the free failures each try waits twice as long; the right one, tried in time, forgets them all."""
    with tempfile.TemporaryDirectory() as folder:
        shop = open_shop(Path(folder) / "edge.db")
        shop.open()
        member = shop.register()
        shop.write(cards.set_password, shop.at(), member, FRESH, None, b"")
        failures, free_at, now = 0, 0, shop.now
        for right, pause in tries:
            now += pause
            found = shop.write(card_passwords.check, member, FRESH.digest if right else b"x" * 32, now)
            if now < free_at:
                assert found is not None
                assert (found.code, found.evidence["retry_after_ms"]) == (Code.PASSWORD_LOCKED, free_at - now)
            elif right:
                assert found is None
                failures, free_at = 0, 0
            else:
                assert found is not None
                assert found.code is Code.PASSWORD_WRONG
                failures += 1
                beyond = max(0, failures - limits.PIN_FREE_FAILURES)
                wait = min(limits.PIN_DELAY_MS << (beyond - 1), limits.PIN_DELAY_CAP_MS) if beyond else 0
                free_at = now + wait
        assert pin_failures.locked_ms(shop.conn, "201", now) == 0, "nobody else is locked out"
        shop.conn.close()


def test_what_is_no_password_is_none(shop: Shop, member: bytes):
    """A form of a later version, or nonsense that HQ sent, is no password: nobody is asked for what nobody knows."""
    for value in ("", "s2:00:11", "s1:zz:00", "geheim"):
        shop.write(members.write_field, shop.at(), member, "password", value)
        assert card_passwords.kept(shop.conn, member) is None
    assert card_serials.find(shop.conn, shop.node) is None
