"""Members at head office: registered, found, shown; and the example chain that is made of all this."""

import pytest
from office_world import DAY, open_world

from commerce.catalogue import Catalogue, is_gs1
from commerce.facts import Fact, Issue, LotIssue, Terms
from commerce.moves import Move, Posting, Reason
from hq_server.errors import HqError
from hq_server.head_office import branches, catalogue, members, registration, secrets
from hq_server.ledger import discrepancies
from hq_server.ledger import members as ledger_members
from hq_server.reconcile.verify import verify
from hq_server.web.office.members import LISTINGS, MembersQuery
from stayopen import seed

ZHANG = registration.NewMember("b001", "张伟", "138 0001-0001", "ab 12", consent="2026-1")


@pytest.fixture
def world(tmp_path):
    """A head office with two branches."""
    world = open_world(tmp_path)
    world.do(branches.register, "b001", "南京路店")
    world.do(branches.register, "b002", "徐家汇店")
    yield world
    world.conn.close()


def listed(world, at="", **asked):
    """Ids of the members that a list leaves, page by page of two."""
    query, found = MembersQuery(**asked), []
    for page in LISTINGS[0].pages(world.conn, query, at, 2):
        found += [bytes.fromhex(row.member) for row in page.rows]
    return found


def register(world, new):
    """Register a member today."""
    return world.do(registration.register, new, DAY, world.entropy.id)


def test_a_member_is_found_by_everything(world):
    """Last four digits, phone in any spelling, card, and a part of the name find the member."""
    member = register(world, ZHANG)
    for wanted in ("0001", "13800010001", "+86 138-0001-0001", "１３８０００１０００１", "AB12", "ab12", "张", "伟"):
        assert listed(world, q=wanted) == [member], wanted
    assert listed(world, q="zw") == listed(world, q=member.hex()) == [member]
    assert listed(world, q="李") == listed(world, q="%") == []
    with pytest.raises(HqError, match="bad_value"):
        listed(world, q=" ")


def test_nothing_personal_enters_the_log(world):
    """Name, phone and card stand in the profile and in no entry of HQ's log."""
    register(world, ZHANG)
    log = b"".join(entry for (entry,) in world.conn.execute("SELECT entry FROM own_log"))
    for text in ("张伟", "13800010001", "AB12"):
        assert text.encode() not in log


def test_an_account_shows_lots_and_their_holders(world):
    """A member's account shows profile, cards by hash, balances and who holds what of each lot."""
    member, lot = register(world, ZHANG), world.entropy.id()
    made = LotIssue(lot, member, "member", "points", "HQ", 120, DAY, "2027-12-31", b"", Terms())
    body = Issue("points", world.entropy.id(), "1", b"", DAY, "", "chen.jing", member, (made,), (), "", "生日")
    postings = (Posting("given:HQ", "points", 120), Posting(lot, "points", -120))
    fact = Fact("issue", body, (Move(lot, Reason.ISSUE, 120),), postings)
    world.do(lambda conn, act: act.hq.applier.own(conn, act.hq, [fact], act.now))
    found = members.detail(world.conn, member)
    assert found.member.masked_name == "张*"
    assert found.member.branch == "HQ"
    assert found.profile == {"card:1": "AB12", "name": "张伟", "phone": "13800010001"}
    key = ledger_members.keyed_hash(world.keys.member_key, "card", "AB12")
    assert found.cards == (members.Card(key, "active", member),)
    assert found.balances == {"points": 120}
    assert [(shown.asset, shown.left, shown.own, shown.holders) for shown in found.lots] == [("points", 120, 120, ())]


def test_pages_follow_each_other(world):
    """Pages of members do not overlap and leave nobody out."""
    made = {register(world, registration.NewMember("b002", f"会员{n}", f"1390000000{n}")) for n in range(7)}
    for asked in ({}, {"sort": "day"}, {"sort": "-day"}):
        found = listed(world, **asked)
        assert (set(found), len(found)) == (made, 7)


def test_one_phone_twice_is_a_discrepancy(world):
    """A second member with the same phone is registered all the same, and people look at it."""
    register(world, ZHANG)
    register(world, registration.NewMember("b002", "张薇", "13800010001"))
    assert [found.code for found in discrepancies.rows(world.conn, "open", 9)] == ["phone_twice"]


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (registration.NewMember("b009", "张伟"), "unknown_branch"),
        (registration.NewMember("b001", " "), "bad_value"),
        (registration.NewMember("b001", "张伟\u0007"), "bad_value"),
        (registration.NewMember("b001", "张伟", "12ab"), "bad_value"),
        (registration.NewMember("b001", "张伟", "1" * 16), "bad_value"),
        (registration.NewMember("b001", "张伟", "", "卡号一"), "bad_value"),
        (registration.NewMember("b001", "张伟", tier="platinum"), "unknown_row"),
    ],
)
def test_odd_members_are_refused(world, new, code):
    """Nothing out of form is registered."""
    with pytest.raises(HqError, match=code):
        register(world, new)
    assert listed(world) == []


def test_the_example_chain_is_whole_and_always_the_same(tmp_path):
    """The seed passes every check of head office, scans, signs in, and leaves a ledger that verifies."""
    world = open_world(tmp_path)
    seeded = world.do(seed.seed, DAY, world.entropy)
    goods = catalogue.page(world.conn, "", "product", "", 200)
    assert len(goods) == seeded.products == len(seed.products())
    shop = Catalogue(goods)
    cola = next(row for row in goods if row.name.startswith("可口可乐"))
    assert is_gs1(cola.barcodes[0])
    assert [scan.product for scan in shop.scan(cola.barcodes[0])] == [cola]
    assert cola in shop.search("kkkl")
    (wang, *_) = catalogue.page(world.conn, "b002", "staff", "", 9)
    assert secrets.digest(seed.PIN, wang.pin_salt) == wang.pin_hash
    assert listed(world, q="13800010006") == [seeded.members["13800010006"]]
    assert discrepancies.rows(world.conn, "open", 9) == []
    report = verify(world.conn)
    assert report.ok, report.violations
    world.conn.close()
