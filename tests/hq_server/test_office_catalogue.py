"""Reference rows: what branches may be told, and that every change is marked and noted."""

from dataclasses import replace

import msgspec
import pytest
from journal_lines import journal
from office_world import open_world

from commerce.errors import CommerceError
from commerce.reference import CHAIN_FEED, ProductRow, SettingRow, StaffRow, TierRow, TopUpRuleRow
from hq_server.errors import HqError
from hq_server.head_office import branches, catalogue
from hq_server.ledger import changes
from hq_server.ledger.pinyin import initials

COLA = ProductRow("1002", "可口可乐 500ml", "饮料", "瓶", 350, barcodes=("6901234510021",))
RULE = TopUpRuleRow("c100", "充 100 送 10", 10_000, 50_000, bonus=1_000)
STAFF = StaffRow("1001", "王芳", ("cashier",), b"s" * 16, b"h" * 32)


@pytest.fixture
def world(tmp_path):
    """A head office with one branch."""
    world = open_world(tmp_path)
    world.do(branches.register, "b001", "南京路店")
    world.conn.execute("DELETE FROM feed_dirty")
    yield world
    world.conn.close()


def dirty(world):
    """What waits to be distributed."""
    return {feed: list(keys) for feed, keys in changes.dirty(world.conn).items()}


def refused(world, branch, row):
    """The code with which a row is refused."""
    with pytest.raises((HqError, CommerceError)) as caught:
        world.do(catalogue.put, branch, row)
    return str(caught.value.code)


def test_a_row_is_stored_marked_and_noted(world):
    """A new row is stored as the branches will read it, marked for the sequencer, and its hash stands in HQ's log."""
    stored = world.do(catalogue.put, "", COLA)
    assert stored == replace(COLA, pinyin=initials(COLA.name))
    assert "kkkl500ml" in stored.pinyin.split()
    assert catalogue.get(world.conn, "", "product:1002") == stored
    assert dirty(world) == {CHAIN_FEED: ["product:1002"]}
    (line,) = journal(world.conn, 1)
    assert (line.body["act"], line.body["subject"]) == ("row_put", "chain/product:1002")
    assert len(str(line.body["digest"])) == 64


def test_an_unchanged_row_writes_nothing(world):
    """Importing the same rows again changes nothing and notes nothing."""
    world.do(catalogue.put_all, "", [COLA, RULE])
    world.conn.execute("DELETE FROM feed_dirty")
    before = world.conn.execute("SELECT count(*) FROM own_log").fetchone()
    world.do(catalogue.put_all, "", [COLA, RULE])
    assert dirty(world) == {}
    assert world.conn.execute("SELECT count(*) FROM own_log").fetchone() == before


def test_an_import_is_all_or_nothing(world):
    """One bad row leaves none of its import behind."""
    with pytest.raises(CommerceError):
        world.do(catalogue.put_all, "", [COLA, replace(COLA, item="1003", price=-1)])
    assert catalogue.page(world.conn, "", "product", "", 10) == []
    assert dirty(world) == {}


def test_lists_are_paged(world):
    """Pages follow the keys without overlap."""
    rows = [replace(COLA, item=f"{n}", name=f"可口可乐 {n}", barcodes=()) for n in range(1000, 1007)]
    world.do(catalogue.put_all, "", [*rows, TierRow("gold", "金卡", 1)])
    first = catalogue.page(world.conn, "", "product", "", 4)
    rest = catalogue.page(world.conn, "", "product", first[-1].item, 4)
    assert [row.item for row in first + rest] == [row.item for row in rows]
    assert [row.item for row in catalogue.every(world.conn, "", "product")] == [row.item for row in rows]


def test_a_dropped_row_leaves_a_mark(world):
    """A setting taken away is marked so that a tombstone follows; products and staff stay for old receipts."""
    world.do(catalogue.put, "b001", SettingRow("rounding", '"yuan_down"'))
    world.conn.execute("DELETE FROM feed_dirty")
    world.do(catalogue.drop, "b001", "setting:rounding")
    assert dirty(world) == {"branch:b001": ["setting:rounding"]}
    for key, code in (("setting:rounding", "unknown_row"), ("staff:1001", "bad_value")):
        with pytest.raises(HqError, match=code):
            world.do(catalogue.drop, "b001", key)


@pytest.mark.parametrize(
    ("branch", "row", "code"),
    [
        ("", replace(COLA, item="a b"), "bad_code"),
        ("", replace(COLA, name="  "), "bad_text"),
        ("", replace(COLA, price=10**11), "bad_amount"),
        ("", replace(COLA, kind="gift"), "bad_code"),
        ("", replace(COLA, barcodes=("x" * 40,)), "bad_code"),
        ("b001", COLA, "bad_value"),
        ("b009", STAFF, "unknown_branch"),
        ("", STAFF, "bad_value"),
        ("b001", replace(STAFF, number="一号"), "bad_value"),
        ("b001", replace(STAFF, roles=()), "bad_value"),
        ("b001", replace(STAFF, roles=("boss",)), "bad_value"),
        ("b001", replace(STAFF, pin_hash=b""), "bad_value"),
        ("", TierRow("gold", "金卡", 1, discount_per_mille=1001), "bad_per_mille"),
        ("", TierRow("gold", "金卡", -1), "bad_number"),
        ("", TierRow("gold", "金卡", 1, period_days=0), "bad_number"),
        ("", replace(RULE, max_amount=9_999), "bad_amount"),
        ("", replace(RULE, order="random"), "bad_value"),
        ("", replace(RULE, bonus_ratio=(0, 0, 0)), "bad_value"),
        ("", replace(RULE, principal_ratio=(1, -1, 1)), "bad_number"),
        ("", replace(RULE, staged=((0, 100),)), "bad_number"),
        ("", replace(RULE, staged=((1, 1),) * 61), "bad_value"),
        ("", SettingRow("Rounding", "1"), "bad_value"),
        ("", SettingRow("rounding", "jiao_down"), "bad_value"),
        ("", SettingRow("rounding", "[" * 4_000), "bad_value"),
        ("", SettingRow("rounding", '"' + "x" * 15_000 + '"'), "bad_value"),
    ],
)
def test_bad_rows_are_refused(world, branch, row, code):
    """No row out of bounds, of the wrong feed or without sense reaches a branch."""
    assert refused(world, branch, row) == code
    assert dirty(world) == {}


def test_rows_are_encoded_with_sorted_keys(world):
    """The stored body is the canonical encoding that feeds carry."""
    world.do(catalogue.put, "", COLA)
    ((body,),) = world.conn.execute("SELECT body FROM reference").fetchall()
    names = list(msgspec.msgpack.decode(body))
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("可口可乐", "kkkl"), ("2B 铅笔", "2bqb"), ("ＡＢＣ咖啡", "abckf"), ("重庆小面", "cqxm"), ("", ""), ("…！", "")],
)
def test_initials_are_what_cashiers_type(name, wanted):
    """Initials are lower case, full-width letters folded, and hold every common reading of a character."""
    assert wanted in initials(name).split(" ")


def test_initials_stay_short():
    """A name of many readings keeps a bounded number of them, the commonest first."""
    found = initials("重" * 60)
    assert len(found) <= 200
    assert found.startswith("z" * 60)
