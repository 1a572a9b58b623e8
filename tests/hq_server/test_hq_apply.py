"""Stage 2 end to end: what shops wrote becomes rights, books, clearing and discrepancies; replay agrees."""

import msgspec
import pytest
from hq_world import DAY, NOW, World

from commerce.facts import CountedCash, Fact, MemberRegistered, Period, Tender
from hq_server.ledger import claims, grants, record
from sync_protocol.entry import EntryMove, EntryPosting

_ENCODE = msgspec.msgpack.Encoder(order="sorted").encode


@pytest.fixture
def world(tmp_path):
    """An HQ."""
    return World(tmp_path)


def balance(world, account, unit="money"):
    """What an account holds."""
    row = world.one("SELECT amount FROM balances WHERE account = ? AND unit = ?", account, unit)
    return row[0] if row else 0


def lot(world, lot, *columns):
    """Columns of one lot."""
    return world.one(f"SELECT {', '.join(columns)} FROM lots WHERE lot = ?", lot)


def granted_pair(world, issuer, spender, member, paid=100_00, bonus=20_00):
    """A pair issued by one shop, returned to HQ at once and granted to another."""
    pair = issuer.top_up(member, paid, bonus, returned=(paid, bonus))
    issuer.send()
    world.apply()
    amounts = list(zip(pair, (paid, bonus), strict=True))
    world.do(lambda conn, hq, now: grants.grant(conn, hq, spender.no, amounts, "placement", 0, now))
    spender.take_grants()
    return pair


def test_sale_moves_rights_books_and_sales(world):
    """A top-up and a sale in one branch: rights, counters, accounts and the sale's place are those of the facts."""
    shop, member = world.shop("guanqian"), world.ids()
    principal, bonus = shop.top_up(member, 100_00, 20_00)
    sale = shop.sell(member, 30_00, 30_00, earn=60)
    shop.send()
    (applied,) = world.apply()
    assert (applied.entries, [visit[1:] for visit in applied.visits]) == (3, [("guanqian", DAY, 60_00, 60_00)])
    assert lot(world, principal, "issued", "own", "spent") == (100_00, 0, 50_00)
    assert lot(world, bonus, "issued", "own", "spent") == (20_00, 0, 10_00)
    rights = world.all("SELECT granted, born, gone FROM rights WHERE lot IN (?, ?) ORDER BY born", principal, bonus)
    assert rights == [(0, 20_00, 10_00), (0, 100_00, 50_00)]
    assert (balance(world, "cash:guanqian:cash"), balance(world, "sales:guanqian")) == (100_00, -50_00)
    assert world.one("SELECT no, seq, day, member, total FROM sales WHERE sale = ?", sale) == (
        shop.no,
        3,
        DAY,
        member,
        60_00,
    )
    assert world.all("SELECT * FROM clearing_rows") == []
    assert world.verify() == (True, 3, 5, ())


def test_value_spent_elsewhere_is_owed_by_its_issuer(world):
    """A spend in another branch than the issuer's writes who owes whom; the refund takes exactly that back."""
    issuer, spender, member = world.shop("guanqian"), world.shop("xihu"), world.ids()
    granted_pair(world, issuer, spender, member)
    sale = spender.sell(member, 19_99, 40_01)
    spender.send()
    world.apply()
    cells = "SELECT debtor, creditor, col, amount FROM clearing_totals ORDER BY col"
    assert world.all(cells) == [("guanqian", "xihu", "bonus", 10_00), ("guanqian", "xihu", "principal", 50_00)]
    spender.refund(sale, (0, 1000))
    spender.refund(sale, (0, 2000), (1, 1500))
    spender.refund(sale, (1, 1500))
    spender.send()
    world.apply()
    assert [amount for *_, amount in world.all(cells)] == [0, 0]
    assert world.codes() == []
    assert world.verify().ok


def test_members_met_are_marked_for_the_feeds(world):
    """A touched member's balance is marked in every branch that has seen the member, and in no other."""
    issuer, spender, member = world.shop("guanqian"), world.shop("xihu"), world.ids()
    world.shop("nanjing")
    granted_pair(world, issuer, spender, member)
    spender.sell(member, 1_00)
    spender.send()
    world.apply()
    world.conn.execute("DELETE FROM feed_dirty")
    spender.sell(member, 1_00)
    spender.send()
    world.apply()
    feeds = world.all("SELECT feed FROM feed_dirty WHERE key = ?", f"balance:{member.hex()}")
    assert feeds == [("branch:guanqian",), ("branch:xihu",)]


def test_claim_is_released_by_the_seller_once(world):
    """A sale returned in two other branches at once pays once; the value reaches the first claimant as a grant."""
    seller, first, second, member = world.shop("guanqian"), world.shop("xihu"), world.shop("nanjing"), world.ids()
    principal, _ = seller.top_up(member, 100_00, 20_00)
    sale = seller.sell(member, 60_00)
    seller.send()
    claims = [shop.claim(sale, "guanqian", (0, 3000)) for shop in (first, second)]
    first.send()
    second.send()
    world.apply()
    assert world.all("SELECT DISTINCT state, seller_no FROM claims") == [("to_release", seller.no)]
    marks = {feed for (feed,) in world.all("SELECT feed FROM feed_dirty WHERE key = ?", f"claim:{claims[1].hex()}")}
    assert marks == {"branch:guanqian", "branch:nanjing"}
    seller.release(claims[0], sale, "xihu", (0, 3000))
    seller.release(claims[1], sale, "nanjing", (0, 3000))
    seller.send()
    world.apply()
    states = dict(world.all("SELECT claim, state FROM claims"))
    assert (states[claims[0]], states[claims[1]]) == ("released", "refused")
    assert world.one("SELECT granted FROM rights WHERE lot = ? AND no = ?", principal, first.no) == (50_00,)
    assert lot(world, principal, "spent", "refunded", "own") == (50_00, 50_00, 0)
    assert world.codes() == []
    assert world.verify().ok


def test_claim_may_come_before_its_sale(world):
    """A claim on a sale that HQ does not know waits, shown to the branch named, and finds its seller with the sale."""
    seller, other, member = world.shop("guanqian"), world.shop("xihu"), world.ids()
    seller.top_up(member, 100_00)
    sale = seller.sell(member, 60_00)
    claim = other.claim(sale, "guanqian", (0, 3000))
    lost = other.claim(world.ids(), "wuhan", (0, 1000))
    other.send()
    world.apply()
    found = dict(world.all("SELECT claim, state FROM claims"))
    assert (found[claim], found[lost]) == ("waits", "waits")
    marked = world.all("SELECT feed FROM feed_dirty WHERE key = ?", f"claim:{claim.hex()}")
    assert marked == [("branch:guanqian",), ("branch:xihu",)]
    seller.send()
    world.apply()
    assert world.one("SELECT seller_no, state FROM claims WHERE claim = ?", claim) == (seller.no, "to_release")
    assert world.verify().ok


def test_money_of_a_claim_is_owed_by_the_seller(world):
    """What the claimant pays out in cash becomes the seller's debt; more than was released is a discrepancy."""
    seller, other = world.shop("guanqian"), world.shop("xihu")
    sale = seller.sell(b"", 60_00, value=0)
    claim = other.claim(sale, "guanqian", (0, 3000))
    seller.release(claim, sale, "xihu", (0, 3000))
    for shop in (other, seller):
        shop.send()
        world.apply()
    (tender,) = claims.by_id(world.conn, claim).answer.tenders
    assert (tender.tender, tender.amount) == ("cash", 60_00)
    other.pay_claim(claim, (Tender("cash", 60_00),))
    other.send()
    world.apply()
    assert world.all("SELECT debtor, creditor, col, amount FROM clearing_totals") == [
        ("guanqian", "xihu", "claim", 60_00)
    ]
    assert balance(world, "transit") == 0
    other.pay_claim(claim, (Tender("cash", 60_00),))
    other.send()
    world.apply()
    assert world.codes() == ["claim_overpaid"]
    assert world.verify().ok


def test_opaque_fact_still_moves_value(world):
    """A kind of a later version: its envelope is applied, the log moves on, everything is conserved."""
    shop, member = world.shop("guanqian"), world.ids()
    (principal,) = shop.top_up(member, 100_00)
    moves = (EntryMove(principal, 16, 5_00, 5_00, b""),)
    postings = (EntryPosting(principal, "money", 5_00), EntryPosting("sales:guanqian", "money", -5_00))
    shop.append("lottery", moves, postings, _ENCODE({"act": "won"}))
    shop.append("sale", (), (), _ENCODE({"x": 1}), version=2)
    shop.send()
    world.apply()
    assert lot(world, principal, "spent") == (5_00,)
    assert world.codes() == []
    assert world.verify().ok


@pytest.mark.parametrize("body", [b"", b"\xc1", _ENCODE({"act": "top_up", "lots": 7}), _ENCODE([1])])
def test_body_that_cannot_be_read_is_quarantined(world, body):
    """A poison body gets a verdict; its envelope and the entries behind it are applied."""
    shop, member = world.shop("guanqian"), world.ids()
    shop.append("issue", (), (), body)
    (principal,) = shop.top_up(member, 100_00)
    shop.send()
    world.apply()
    assert world.codes() == ["quarantined"]
    assert world.one("SELECT seq, code FROM quarantine") == (2, "body")
    assert lot(world, principal, "issued") == (100_00,)
    assert world.verify().ok


@pytest.mark.parametrize("data", [b"\x97\x02", b"", b"\x97\x02\x00\xa1x\x01\x90\x90\xc4\x00\x00"])
def test_entry_that_cannot_be_read_is_quarantined(world, data):
    """Bytes that are no entry at all, though signed and chained, are parked; the log moves on."""
    shop, member = world.shop("guanqian"), world.ids()
    shop.append("issue", (), (), b"\x80")
    poison = data if data.startswith(b"\x97\x02") else b"\x97\x02" + data
    shop.log.entries[1] = poison
    shop.top_up(member, 100_00)
    shop.send()
    world.apply()
    assert world.codes() == ["quarantined"]
    assert world.one("SELECT count(*) FROM lots") == (1,)
    assert world.verify().ok


def test_unbalanced_envelope_goes_to_suspense(world):
    """Postings that do not sum to zero are booked, the difference to suspense, and a person looks."""
    shop = world.shop("guanqian")
    shop.append("audit", (), (EntryPosting("cash:guanqian:cash", "money", 7_00),), _ENCODE({"act": "x"}))
    shop.send()
    world.apply()
    assert (balance(world, "cash:guanqian:cash"), balance(world, "suspense")) == (7_00, -7_00)
    assert "unbalanced" in world.codes()
    assert world.verify().ok


def test_shift_difference_is_shown_per_tender(world):
    """A drawer that does not hold what it should is a discrepancy with both figures."""
    shop = world.shop("guanqian")
    shop.close_shift(
        (CountedCash("cash", 500_00), CountedCash("card", 10_00)),
        (CountedCash("cash", 490_00), CountedCash("card", 10_00)),
    )
    shop.send()
    world.apply()
    assert world.all("SELECT code, expected, found FROM discrepancies") == [("cash_differs", 500_00, 490_00)]


def test_clock_far_off_is_flagged_once_and_used_for_nothing(world):
    """A box whose clock runs an hour ahead, or steps back, is flagged while nobody has looked; its facts count."""
    shop = world.shop("guanqian")
    body = _ENCODE({"act": "drawer"})
    for at in (NOW + 7_200_000, NOW + 7_200_001, NOW - 7_200_000, NOW - 7_200_000):
        shop.append("audit", (), (), body, at=at, version=9)
    shop.send()
    world.apply()
    assert sorted(world.codes()) == ["clock_ahead", "clock_back"]
    shop.append("audit", (), (), body, at=world.now + 7_200_000, version=9)
    shop.send()
    world.apply()
    assert len(world.codes()) == 2


def test_a_clock_set_back_while_the_box_was_off_is_seen(world):
    """The first entry of a batch is held against the last one that HQ has of that log; minutes are let pass."""
    shop = world.shop("guanqian")
    body = _ENCODE({"act": "drawer"})
    for at in (NOW, NOW - 300_000, NOW - 86_400_000):
        shop.append("audit", (), (), body, at=at, version=9)
        shop.send()
        world.apply()
    assert world.all("SELECT code, seq, expected, found FROM discrepancies") == [
        ("clock_back", 4, NOW - 300_000, NOW - 86_400_000)
    ]


def test_member_facts_become_rows(world):
    """Who registered a member, with which tier and consent, is known without any personal data in the log."""
    shop, member = world.shop("guanqian"), world.ids()
    shop.write(Fact("member", MemberRegistered("registered", member, "gold", DAY, "v1", b"c" * 32)))
    shop.send()
    world.apply()
    assert world.one("SELECT tier, no, day, consent FROM members WHERE member = ?", member) == (
        "gold",
        shop.no,
        DAY,
        "v1",
    )
    assert world.one("SELECT 1 FROM feed_dirty WHERE key = ?", f"member:{member.hex()}") == (1,)


def test_late_fact_falls_into_the_open_period(world):
    """A closed period is locked: what is applied later is counted in the next, with its own business date."""
    issuer, spender, member = world.shop("guanqian"), world.shop("xihu"), world.ids()
    granted_pair(world, issuer, spender, member)
    spender.sell(member, 12_00)
    spender.send()
    world.apply()
    closed = Fact("period", Period("closed", "2026-11", "2026-11-01", "2026-11-30", "王芳", b"d" * 32))
    world.do(lambda conn, hq, now: record.record(conn, hq, closed, now))
    spender.sell(member, 24_00)
    spender.send()
    world.apply()
    sums = world.all("SELECT period, sum(amount) FROM clearing_totals GROUP BY 1 ORDER BY 1")
    assert sums == [(1, 12_00), (2, 24_00)]
    assert world.all("SELECT n, period, state FROM periods ORDER BY n") == [(1, "2026-11", "closed"), (2, "", "open")]
    assert world.verify().ok


def test_order_of_arrival_between_branches_is_kept(world):
    """Batches are applied in the order in which they came, however many a step takes."""
    shops = [world.shop(branch) for branch in ("guanqian", "xihu", "nanjing")]
    for _ in range(3):
        for shop in shops:
            shop.top_up(world.ids(), 10_00)
            shop.send()
    world.apply(most=2)
    arrivals = [arrival for (arrival,) in world.all("SELECT arrival FROM applied WHERE arrival > 0 ORDER BY n")]
    assert arrivals == sorted(arrivals)
    assert len(arrivals) == 9
    assert world.verify().ok


def test_amounts_beyond_all_reason_are_quarantined(world):
    """An envelope with an amount that no sum could hold is no fact; nothing of it is applied and nothing breaks."""
    shop = world.shop("guanqian")
    shop.append("issue", (EntryMove(world.ids(), 1, 2**53, 2**53, b""),), (), _ENCODE({"act": "x"}))
    shop.append("audit", (), (EntryPosting("a", "money", 2**53), EntryPosting("b", "money", -(2**53))), b"\x80")
    shop.send()
    world.apply()
    assert world.codes() == ["quarantined", "quarantined"]
    assert world.one("SELECT count(*) FROM lots") == (0,)
    assert world.verify().ok
