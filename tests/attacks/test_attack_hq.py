"""What an enrolled but hostile branch may write: HQ's books go on, balance, and charge nobody else for it."""

from dataclasses import replace

import pytest
from hq_world import DAY, World, basket

from commerce.facts import Claim, ClaimPaid, Fact, Refund, RefundLine, Release, Tender, Terms, Use
from commerce.moves import MONEY, Move, Posting, Reason
from commerce.sale import sale_fact
from commerce.top_up import TopUpIds, plan_top_up, top_up_fact
from commerce.wallet import plan_spend
from hq_server.errors import HqError
from hq_server.ledger import claims

MEMBER = b"M" * 16


@pytest.fixture
def world(tmp_path):
    """HQ and three branches; A has sold to a member."""
    world = World(tmp_path)
    world.conn.execute("PRAGMA synchronous = OFF")
    return world


@pytest.fixture
def honest(world):
    """An honest branch."""
    return world.shop("a001")


@pytest.fixture
def hostile(world):
    """A branch whose box is in hostile hands."""
    return world.shop("x666")


def _deliver(world, *shops):
    for shop in shops:
        shop.send()
    world.apply()
    report = world.verify()
    assert report.ok, report.violations[:5]


def _refund(sale, lines=(), uses=(), **more):
    body = {
        "act": "refund",
        "refund": b"r" * 16,
        "sale": sale,
        "shift": b"s" * 16,
        "day": DAY,
        "till": "1",
        "staff": "1",
    }
    body |= {"approved_by": "2", "reason": "", "member": MEMBER, "lines": lines, "tenders": (), "uses": uses}
    body |= {"points_back": 0, "points_owed": 0}
    return Refund(**{**body, **more})


def _claim(claim, sale, seller):
    return Claim("claim", claim, sale, seller, "x666", b"s" * 16, DAY, "1", "1", "2", "", ((0, 1000),))


def _sale(shop, *charged, member=MEMBER):
    """The fact of a sale paid from stored value, not yet written."""
    uses = plan_spend(shop.views(member), DAY, sum(charged))
    tenders = (Tender("stored_value", sum(charged)),)
    return sale_fact(shop.desk, shop.ids(), "S1", member, basket(*charged, quantity=3000), tenders=tenders, uses=uses)


def _top_up(shop, amount):
    """The fact of a top-up, not yet written."""
    ids = TopUpIds(shop.ids(), shop.ids(), shop.ids())
    plan = plan_top_up(amount, None, ids, owner=MEMBER, issuer=shop.branch, day=DAY)
    return top_up_fact(shop.desk, shop.ids(), "T1", MEMBER, plan, tenders=(Tender("cash", amount),))


POISONED_SALES = {
    "too few shares": lambda s: replace(s, lines=tuple(line._replace(shares=()) for line in s.lines)),
    "too many shares": lambda s: replace(s, lines=tuple(line._replace(shares=(1, 2, 3, 4)) for line in s.lines)),
    "negative charge": lambda s: replace(s, lines=tuple(line._replace(charged=-5) for line in s.lines)),
    "huge charge": lambda s: replace(s, lines=tuple(line._replace(charged=2**63) for line in s.lines)),
    "no quantity": lambda s: replace(s, lines=tuple(line._replace(milli_qty=0) for line in s.lines)),
    "points by nothing": lambda s: replace(s, points_base=100, points_rule=(1, 0)),
    "negative points": lambda s: replace(s, points_base=-100, points_rule=(2**62, 1)),
    "no lines": lambda s: replace(s, lines=()),
    "huge uses": lambda s: replace(s, uses=tuple(use._replace(amount=2**63, value=2**63) for use in s.uses)),
    "negative uses": lambda s: replace(s, uses=tuple(use._replace(amount=-3, value=-7) for use in s.uses)),
}


@pytest.mark.parametrize("how", POISONED_SALES)
def test_a_sale_that_cannot_be_reckoned_with_stops_nobody(world, hostile, how):
    """A refund of a sale whose body contradicts itself is a discrepancy, and the log behind it goes on."""
    hostile.top_up(MEMBER, 10000)
    fact = _sale(hostile, 1000, 2000)
    hostile.write(Fact("sale", POISONED_SALES[how](fact.body), fact.moves, fact.postings))
    sale = fact.body.sale
    lot = fact.moves[0].lot
    uses = (Use(lot, "principal", "x666", 500, 500),)
    lines = (RefundLine(0, 1000, 500, (500,), 0),)
    back = Fact("refund", _refund(sale, lines, uses), (Move(lot, Reason.REFUND, 500, sale),))
    hostile.write(back)
    hostile.write(back)
    claim = hostile.ids()
    hostile.write(Fact("refund", _claim(claim, sale, "x666")))
    hostile.top_up(MEMBER, 777)
    _deliver(world, hostile)
    assert world.one("SELECT applied_seq FROM incarnations WHERE no = ?", hostile.no) == (len(hostile.log.entries),)
    hostile.close()
    try:
        world.do(lambda c, hq, now: claims.release_at_hq(c, hq, claim, DAY, "张三", "李四", now))
    except HqError as error:
        assert error.code
    assert world.verify().ok


@pytest.mark.parametrize("kind", ["claim", "release", "refund", "claim_paid"])
def test_ids_of_any_length_stop_nobody(world, hostile, kind):
    """An id of forty thousand bytes ends in a discrepancy that fits HQ's own log."""
    long = b"i" * 40_000
    bodies = {
        "claim": _claim(long, b"s" * 16, "x666"),
        "release": Release("release", long, long[:9], "x666", DAY, b"", (), (), (), 0, 0, ""),
        "refund": _refund(long),
        "claim_paid": ClaimPaid("claim_paid", long, b"", DAY, "1", "1", (Tender("cash", 1),)),
    }
    hostile.write(Fact("refund", bodies[kind]))
    hostile.top_up(MEMBER, 777)
    _deliver(world, hostile)
    assert world.one("SELECT applied_seq FROM incarnations WHERE no = ?", hostile.no) == (len(hostile.log.entries),)


def test_money_handed_out_on_a_claim_is_owed_up_to_what_was_released(world, honest, hostile):
    """A claimant cannot run up another branch's debt: beyond what its claim released it bears the money itself."""
    honest.top_up(MEMBER, 10000)
    sale = honest.sell(MEMBER, 3000, value=1000)
    _deliver(world, honest)
    claim = hostile.claim(sale, "a001", (0, 3000))
    hostile.pay_claim(claim, (Tender("cash", 50_000),))
    _deliver(world, hostile)
    debt = "SELECT coalesce(sum(amount), 0) FROM clearing_rows WHERE debtor = 'a001' AND col = 'claim'"
    assert world.one(debt) == (0,)
    honest.release(claim, sale, "x666", (0, 3000))
    _deliver(world, honest)
    assert world.one(debt) == (2000,)
    hostile.pay_claim(claim, (Tender("cash", 2**40),))
    for _ in range(3):
        hostile.write(Fact("refund", ClaimPaid("claim_paid", claim, b"", DAY, "1", "1", (Tender("cash", 2**62),) * 3)))
    _deliver(world, hostile)
    assert world.one(debt) == (2000,)
    assert "claim_overpaid" in world.codes()


def test_a_strangers_payment_of_a_claim_binds_nobody(world, honest, hostile):
    """Only the branch that claimed can have paid a claim out."""
    other = world.shop("b001")
    honest.top_up(MEMBER, 10000)
    sale = honest.sell(MEMBER, 3000, value=1000)
    _deliver(world, honest)
    claim = other.claim(sale, "a001", (0, 3000))
    _deliver(world, other)
    honest.release(claim, sale, "b001", (0, 3000))
    _deliver(world, honest)
    hostile.pay_claim(claim, (Tender("cash", 2000),))
    _deliver(world, hostile)
    assert world.all("SELECT debtor, creditor FROM clearing_rows WHERE col = 'claim'") == []


def test_only_the_branch_that_sold_refunds(world, honest, hostile):
    """A refund of another branch's sale is the refunder's exposure; the seller's own refund right stays whole."""
    lots = honest.top_up(MEMBER, 10000)
    sale = honest.sell(MEMBER, 3000)
    _deliver(world, honest)
    move = Move(lots[0], Reason.REFUND, 3000, sale)
    hostile.write(
        Fact("refund", _refund(sale), (move,), (Posting(lots[0], MONEY, -3000), Posting("sales:x666", MONEY, 3000)))
    )
    _deliver(world, hostile)
    assert world.one("SELECT exposure, refunded FROM lots WHERE lot = ?", lots[0]) == (3000, 0)
    honest.refund(sale, (0, 3000))
    _deliver(world, honest)
    assert world.one("SELECT exposure, refunded FROM lots WHERE lot = ?", lots[0]) == (3000, 3000)
    assert world.one("SELECT sum(exposure) FROM rights WHERE no = ?", honest.no) == (0,)
    assert "refunded_twice" not in world.codes()


def test_a_release_passes_on_no_more_than_its_moves_brought(world, honest, hostile):
    """A seller's answer cannot have HQ grant rights of other lots to the claimant."""
    lot = honest.top_up(MEMBER, 10000)[0]
    honest.give_back(lot, 10000)
    _deliver(world, honest)
    hostile.top_up(b"N" * 16, 5000)
    sale = hostile.sell(b"N" * 16, 3000)
    accomplice = world.shop("x667")
    claim = accomplice.claim(sale, "x666", (0, 3000))
    _deliver(world, hostile, accomplice)
    uses = (Use(lot, "principal", "a001", 10000, 10000),)
    hostile.write(Fact("refund", Release("release", claim, sale, "x667", DAY, b"", (), uses, (), 0, 0, "")))
    _deliver(world, hostile)
    assert world.one("SELECT own FROM lots WHERE lot = ?", lot) == (10000,)


def test_nobody_issues_in_another_branchs_name(world, honest, hostile):
    """A lot issued under a forged issuer is the writer's own liability: the branch it names is charged nothing."""
    fact = _top_up(hostile, 10000)
    forged = replace(fact.body, lots=tuple(lot._replace(issuer="a001") for lot in fact.body.lots))
    hostile.write(Fact("issue", forged, fact.moves, fact.postings))
    lot = fact.body.lots[0].lot
    other = world.shop("b001")
    _deliver(world, hostile)
    postings = (Posting(lot, MONEY, 10000), Posting("sales:b001", MONEY, -10000))
    other.write(Fact("audit", {"act": "x"}, (Move(lot, Reason.SPEND, 10000),), postings), check=False)
    _deliver(world, other)
    assert "foreign_issuer" in world.codes()
    assert world.all("SELECT 1 FROM clearing_rows WHERE debtor = 'a001'") == []


def test_points_grow_only_where_they_were_issued(world, honest, hostile):
    """Points put into another branch's collecting lot are found."""
    honest.top_up(MEMBER, 10000)
    honest.sell(MEMBER, 3000, earn=30)
    _deliver(world, honest)
    (lot,) = world.one("SELECT lot FROM lots WHERE asset = 'points'")
    postings = (Posting(lot, "points", -(10**9)), Posting("given:x666", "points", 10**9))
    hostile.write(Fact("audit", {"act": "x"}, (Move(lot, Reason.ISSUE, 10**9),), postings))
    _deliver(world, hostile)
    assert "foreign_issuer" in world.codes()


def test_the_first_sale_of_an_id_is_the_sale(world, honest, hostile):
    """Whoever's entry is applied first keeps a sale's id, in one step as in two, and the other is a discrepancy."""
    hostile.top_up(MEMBER, 9000)
    honest.top_up(MEMBER, 9000)
    fact = _sale(honest, 1000)
    copy = _sale(hostile, 1000)
    hostile.write(Fact("sale", replace(copy.body, sale=fact.body.sale), copy.moves, copy.postings))
    honest.write(fact)
    assert hostile.no > honest.no
    _deliver(world, hostile, honest)
    assert world.one("SELECT no FROM sales WHERE sale = ?", fact.body.sale) == (hostile.no,)
    assert "sale_twice" in world.codes()


def test_a_lots_words_are_bounded(world, hostile):
    """A lot whose owner, asset or terms are no such things is not described by them."""
    fact = _top_up(hostile, 10000)
    for change in (
        {"owner": b"o" * 20_000},
        {"asset": "a" * 30_000},
        {"expires_on": "x" * 30_000},
        {"terms": Terms(order="never")},
        {"owner_kind": "thief"},
        {"pair": b"p" * 999},
        {"terms": Terms(paid=2**63)},
    ):
        lot = hostile.ids()
        issue = fact.body.lots[0]._replace(lot=lot, **change)
        body = replace(fact.body, lots=(issue,))
        postings = (Posting("cash:x666:cash", MONEY, 10000), Posting(lot, MONEY, -10000))
        hostile.write(Fact("issue", body, (Move(lot, Reason.ISSUE, 10000),), postings))
    _deliver(world, hostile)
    for owner, asset, expires, pair in world.all("SELECT owner, asset, expires_on, pair FROM lots"):
        assert len(owner) <= 16
        assert len(asset) <= 64
        assert len(expires) <= 10
        assert len(pair) <= 16
    assert world.codes().count("unknown_lot") == 7
