"""Amounts as large as a hostile branch can write: no sum of HQ's books leaves its integers, and nobody stops."""

import pytest
from hq_world import DAY, World

from commerce.facts import ClaimPaid, Fact, Issue, LotIssue, Release, Sale, Tender, Terms, Use
from commerce.limits import AMOUNT_MAX
from commerce.moves import MONEY, Move, Posting, Reason
from hq_server.ledger import expiry, grants
from hq_server.reconcile.actions import FINDINGS_PER_CODE
from hq_server.reconcile.reading import BOOKED_MAX, TURNOVER_MAX
from sync_protocol.limits import MAX_NUMBER

MEMBER = b"M" * 16
WIDEST = "SELECT max(max(issued, own, set_aside, transit, spent, refunded, withdrawn, expired, exposure)) FROM lots"


@pytest.fixture
def world(tmp_path):
    """An HQ."""
    world = World(tmp_path)
    world.conn.execute("PRAGMA synchronous = OFF")
    return world


@pytest.fixture
def honest(world):
    """An honest branch with some value sold."""
    shop = world.shop("a001")
    shop.top_up(MEMBER, 10_000)
    shop.sell(MEMBER, 3_000)
    return shop


@pytest.fixture
def hostile(world):
    """A branch whose box is in hostile hands."""
    return world.shop("x666")


def deliver(world, *shops):
    """Send, apply, verify; every entry must have been applied."""
    for shop in shops:
        shop.send()
    world.apply()
    report = world.verify()
    assert report.ok, report.violations[:5]
    for shop in shops:
        assert shop.row.applied_seq == len(shop.log.entries)


def grow(shop, lot, amount, parts=1):
    """Issue to a lot that has no description, in many moves, against another branch's account."""
    moves = tuple(Move(lot, Reason.ISSUE, amount) for _ in range(parts))
    postings = (Posting(lot, MONEY, -amount * parts), Posting("sales:a001", MONEY, amount * parts))
    shop.write(Fact("stock", {"act": "x"}, moves, postings))


def quarantined(world, shop):
    """How many of a shop's entries were kept out of the books."""
    return world.one("SELECT count(*) FROM quarantine WHERE no = ? AND code = 'too_much'", shop.no)[0]


def test_one_lot_grows_no_further_than_its_branch_may(world, honest, hostile):
    """Moves near the bound, entry after entry: booked up to the branch's turnover, then kept out, and HQ goes on."""
    lot = hostile.ids()
    part = BOOKED_MAX // 3
    fit = TURNOVER_MAX // (3 * part)
    for _ in range(fit + 40):
        grow(hostile, lot, part)
    deliver(world, honest, hostile)
    assert quarantined(world, hostile) == 40
    assert world.one("SELECT issued FROM lots WHERE lot = ?", lot) == (fit * part,)
    assert world.one("SELECT amount FROM turnovers WHERE branch = 'x666'")[0] <= TURNOVER_MAX
    honest.sell(MEMBER, 2_000)
    deliver(world, honest)
    assert quarantined(world, honest) == 0


def test_hq_can_write_whatever_the_books_can_hold(world, hostile):
    """What hostile branches return of one lot HQ grants in one move: no entry of HQ's is too large to be written."""
    others = [world.shop(f"x{n}") for n in range(4)]
    lot = hostile.ids()
    part = BOOKED_MAX // 4
    for shop in (hostile, *others):
        for _ in range(TURNOVER_MAX // (4 * part)):
            moves = (Move(lot, Reason.ISSUE, part), Move(lot, Reason.RETURN, part))
            postings = (Posting(lot, MONEY, -part), Posting("cash:x:cash", MONEY, part))
            shop.write(Fact("stock", {"act": "x"}, moves, postings))
    deliver(world, hostile, *others)
    (own,) = world.one("SELECT own FROM lots WHERE lot = ?", lot)
    assert own > TURNOVER_MAX
    world.do(lambda c, hq, now: grants.grant(c, hq, hostile.no, [(lot, own)], "request", 1, now))
    assert world.one("SELECT granted FROM rights WHERE no = ? AND lot = ?", hostile.no, lot) == (own,)
    assert world.verify().ok


@pytest.mark.parametrize("amount", [BOOKED_MAX, MAX_NUMBER])
def test_entries_beyond_the_bound_are_kept_out_whole(world, honest, hostile, amount):
    """One entry of more than any till could do moves and posts nothing."""
    for _ in range(3):
        grow(hostile, hostile.ids(), amount)
    deliver(world, honest, hostile)
    assert quarantined(world, hostile) == 3
    assert world.one(WIDEST) == (10_000,)
    assert world.one("SELECT count(*) FROM balances WHERE abs(amount) > 10000") == (0,)


def test_accounts_are_bounded_without_any_move(world, honest, hostile):
    """Bare postings to everybody's accounts end at the branch's turnover; the honest branch keeps its room."""
    part = BOOKED_MAX // 2
    for _ in range(TURNOVER_MAX // (2 * part) + 5):
        hostile.write(
            Fact("stock", {}, (), (Posting("sales:a001", MONEY, part), Posting("cash:a001:cash", MONEY, -part)))
        )
    for _ in range(5):
        hostile.write(Fact("stock", {}, (), (Posting("transit", MONEY, part),)))
    deliver(world, honest, hostile)
    assert quarantined(world, hostile) == 10
    assert quarantined(world, honest) == 0
    assert world.one("SELECT max(abs(amount)) FROM balances")[0] <= TURNOVER_MAX


def test_debts_between_accomplices_are_bounded(world, hostile):
    """Claims that accomplices release and pay in figures of their own count into the turnover of who made the debt."""
    other = world.shop("x667")
    other.top_up(MEMBER, 1_000)
    sale = other.sell(MEMBER, 1_000)
    deliver(world, other)
    tenders = (Tender("cash", 2**53),)
    for _ in range(70):
        claim = hostile.claim(sale, "x667", (0, 1))
        other.write(Fact("refund", Release("release", claim, sale, "x666", DAY, b"", (), (), tenders, 0, 0, "")))
        hostile.write(Fact("refund", ClaimPaid("claim_paid", claim, b"", DAY, "1", "1", tenders)))
    deliver(world, hostile)
    deliver(world, other)
    (debt,) = world.one("SELECT coalesce(sum(amount), 0) FROM clearing_totals WHERE col = 'claim'")
    assert debt == TURNOVER_MAX
    assert quarantined(world, other) == 70 - TURNOVER_MAX // BOOKED_MAX


def test_one_entry_raises_a_bounded_number_of_discrepancies(world, hostile):
    """A thousand lies in one entry are listed up to a bound per code, and counted in one more."""
    lots = [hostile.ids() for _ in range(300)]
    hostile.write(
        Fact("stock", {}, tuple(Move(lot, Reason.SPEND, 1) for lot in lots), ()),
        check=False,
    )
    deliver(world, hostile)
    codes = world.codes()
    for code in ("unknown_lot", "rights_overspent", "moves_differ"):
        assert codes.count(code) == FINDINGS_PER_CODE + 1
    (found, detail) = world.one(
        "SELECT found, detail FROM discrepancies WHERE code = 'unknown_lot' ORDER BY n DESC LIMIT 1"
    )
    assert (found, detail) == (300 - FINDINGS_PER_CODE, f"{300 - FINDINGS_PER_CODE} more")


def test_debts_by_uses_of_counts_are_bounded(world, hostile):
    """Counts said to have been sold for fortunes, used by an accomplice: what is owed counts into its turnover."""
    other = world.shop("x667")
    lots = [hostile.ids() for _ in range(100)]
    terms = Terms(paid=BOOKED_MAX, uses=1)
    for lot in lots:
        issue = LotIssue(lot, MEMBER, "member", "uses:gold", "x666", 1, DAY, "", b"", terms)
        body = Issue("plan", hostile.ids(), "1", b"", DAY, "1", "1", MEMBER, (issue,), (), "gold", "")
        postings = (Posting("given:x666", "uses:gold", 1), Posting(lot, "uses:gold", -1))
        hostile.write(Fact("issue", body, (Move(lot, Reason.ISSUE, 1),), postings))
    deliver(world, hostile)
    for _ in range(80):
        uses = tuple(Use(lot, "uses:gold", "x666", 1, 2**62, BOOKED_MAX) for lot in lots)
        head = (other.ids(), "1", b"", DAY, "1", "1", MEMBER)
        sale = Sale(*head, (), (), uses, None, 0, (0, 1), 0, ())
        moves = tuple(Move(lot, Reason.SPEND, 1) for lot in lots)
        postings = tuple(Posting(lot, "uses:gold", 1) for lot in lots)
        sold = (Posting("sales:x667", "uses:gold", -len(lots)),)
        other.write(Fact("sale", sale, moves, postings + sold), check=False)
    deliver(world, other)
    (debt,) = world.one("SELECT amount FROM clearing_totals WHERE debtor = 'x666' AND creditor = 'x667'")
    an_entry = len(lots) * AMOUNT_MAX
    assert TURNOVER_MAX - an_entry < debt <= TURNOVER_MAX + an_entry
    assert quarantined(world, other) == 80 - debt // an_entry
    assert world.one("SELECT amount FROM turnovers WHERE branch = 'x667'")[0] <= TURNOVER_MAX + 2 * an_entry


def test_uses_sold_for_fortunes_can_be_written_off(world, honest, hostile):
    """A count whose uses would be worth more than an entry can say: worth nothing to anybody, and HQ goes on."""
    lot = hostile.ids()
    issue = LotIssue(lot, MEMBER, "member", "uses:gold", "x666", 1, DAY, DAY, b"", Terms(paid=BOOKED_MAX, uses=1))
    body = Issue("plan", hostile.ids(), "1", b"", DAY, "1", "1", MEMBER, (issue,), (), "gold", "")
    for amount in (1, BOOKED_MAX // 8):
        postings = (Posting("given:x666", "uses:gold", amount), Posting(lot, "uses:gold", -amount))
        hostile.write(Fact("issue", body, (Move(lot, Reason.ISSUE, amount),), postings))
    hostile.give_back(lot, BOOKED_MAX // 8)
    deliver(world, hostile)
    world.do(lambda c, hq, now: grants.grant(c, hq, honest.no, [(lot, 2**30)], "request", 1, now))
    honest.take_grants()
    assert honest.lots[lot].terms.paid == 0
    while world.do(lambda c, hq, now: expiry.expire_due(c, hq, "2027-01-01", now, 100)):
        pass
    assert world.one("SELECT own FROM lots WHERE lot = ?", lot) == (0,)
    assert world.verify().ok
