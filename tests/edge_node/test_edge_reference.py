"""Reference data: the price book, settings, and rows written here while the node stands alone."""

import pytest
from edge_shop import MEMBER_KEY, Shop

from commerce.errors import CommerceError
from commerce.facts import Audit
from commerce.points import ExpiryRule, RedeemRule
from commerce.reference import ProductRow, SettingRow, StaffRow, TierRow, TopUpRuleRow
from edge_node.errors import AskPersonError, Code, EdgeError, MendInputError
from edge_node.ledger import bodies, incarnations, names, reference_local, settings
from edge_node.ledger.incarnations import Enrolment
from edge_node.ledger.node import load_node
from edge_node.ledger.verify import verify
from sync_protocol.entry import decode_entry


def _write(shop: Shop, row: object):
    written = shop.write(reference_local.write_row, shop.node, row, "301", 5)
    shop.books.forget()
    return written


def test_the_book_holds_all_kinds(shop: Shop):
    """Products, tiers, rules, staff and settings are there, and the quick-sale item by itself."""
    book = shop.at().book
    assert len(book.catalogue) == 5
    assert set(book.tiers) == {"normal", "gold"}
    assert set(book.top_up_rules) == {"r1000", "r500"}
    assert set(book.staff) == {"101", "201", "301"}
    assert book.settings.rounding.code == "jiao_down"
    assert book.tier("unknown") is None
    assert book.top_up_rule("") is None
    with pytest.raises(MendInputError) as caught:
        book.top_up_rule("r9")
    assert caught.value.code is Code.UNKNOWN_RULE


def test_the_book_is_read_once_until_forgotten(shop: Shop):
    """The same object serves every sale; a change is seen after forget()."""
    first = shop.at().book
    assert shop.at().book is first
    _write(shop, ProductRow("new", "新品", "饮品", "杯", 900))
    assert shop.at().book.catalogue.item("new").price == 900


def test_ten_thousand_products_load(shop: Shop):
    """A large catalogue is one read; search by pinyin initials finds in it."""
    rows = [
        (
            "chain",
            f"product:p{n}",
            0,
            bodies.encode(ProductRow(f"p{n}", f"商品{n}号", "杂货", "个", n, pinyin=f"sp{n}h")),
        )
        for n in range(10_000)
    ]
    shop.conn.executemany("INSERT INTO reference VALUES (?, ?, ?, ?)", rows)
    shop.books.forget()
    catalogue = shop.at().book.catalogue
    assert len(catalogue) == 10_005
    assert catalogue.search("sp9999")[0].item == "p9999"


def test_pinyin_initials_are_made_when_a_product_is_written(shop: Shop):
    """珍珠奶茶 is found by zznc."""
    assert [product.item for product in shop.at().book.catalogue.search("zznc")] == ["tea"]


def test_a_written_row_leaves_an_audit_fact_with_its_hash(shop: Shop):
    """Who changed which row stands in the log; the row itself does not."""
    written = _write(shop, TierRow("vip", "贵宾", 2))
    body = bodies.decode(Audit, decode_entry(written.entry).body)
    (row,) = shop.rows("SELECT body FROM reference WHERE key = 'tier:vip'")
    assert (body.act, body.subject, body.staff, body.digest) == ("reference", "tier:vip", "301", bodies.digest(row[0]))
    assert reference_local.rows(shop.conn, "tier")[-1] == TierRow("vip", "贵宾", 2)
    shop.write(reference_local.remove_row, shop.node, "tier:vip", "301", 6)
    shop.books.forget()
    assert shop.at().book.tier("vip") is None
    assert verify(shop.conn).ok


@pytest.mark.parametrize(
    "row",
    [
        ProductRow("", "无号", "", "", 1),
        ProductRow("x", "", "", "", 1),
        ProductRow("x", "负价", "", "", -1),
        ProductRow("x", "巨价", "", "", 2**60),
        TierRow("t", "", 0),
        TierRow("t", "折", 0, discount_per_mille=1001),
        TopUpRuleRow("r", "规则", 0, 100),
        TopUpRuleRow("r", "规则", 100, 100, order="sideways"),
        SettingRow("rounding", '"up"'),
        SettingRow("nonsense", "1"),
        SettingRow("change_max", "1.5"),
        SettingRow("points_rate", "[1, 0]"),
        StaffRow("9", "", ("cashier",), b"", b""),
        StaffRow("9", "某", ("king",), b"", b""),
        StaffRow("9", "某", (), b"", b""),
    ],
)
def test_rows_out_of_bounds_are_refused(shop: Shop, row: object):
    """What would break a sale later is refused when it is written."""
    with pytest.raises((CommerceError, EdgeError)):
        _write(shop, row)


def test_hq_manages_an_enrolled_branch(shop: Shop):
    """After joining a chain nobody writes reference rows on the spot, yet those written before stay for now."""
    joined = Enrolment(b"C" * 16, b"N" * 16, "b007", shop.new_id(), b"k" * 32, MEMBER_KEY)
    shop.write(incarnations.enrol, joined, 9)
    shop.node = load_node(shop.conn, MEMBER_KEY)
    for act in (
        lambda: _write(shop, TierRow("vip", "贵宾", 2)),
        lambda: shop.write(reference_local.remove_row, shop.node, "tier:gold", "301", 6),
    ):
        with pytest.raises(AskPersonError) as caught:
            act()
        assert caught.value.code is Code.MANAGED_BY_HQ
    shop.books.forget()
    assert set(shop.at().book.staff) == {"101", "201", "301"}


def test_settings_parse_or_fall_to_their_default():
    """Each value is typed; what makes no sense and what is unknown is passed over."""
    parsed = settings.parse(
        {
            "points_rate": "[3, 100]",
            "points_redeem": "[1, 10, 100, 500]",
            "points_expiry": '["months", 12]',
            "external_tenders": '["unionpay"]',
            "change_max": "5000",
            "tier_on_level": "false",
            "points_on_stored_value": "false",
            "default_tier": '"gold"',
            "balance_cap": '"lots"',
            "count_tolerance": "-1",
            "rounding": '"sideways"',
            "future": "1",
        }
    )
    assert parsed.points_rate == (3, 100)
    assert parsed.tenders.redeem == RedeemRule(1, 10, 100, 500)
    assert parsed.tenders.external == ("unionpay",)
    assert parsed.tenders.change_max == 5000
    assert parsed.points_expiry == ExpiryRule("months", 12)
    assert (parsed.pricing.tier_on_level, parsed.points_on_stored_value, parsed.default_tier) == (False, False, "gold")
    assert (parsed.balance_cap, parsed.count_tolerance, parsed.rounding.code) == (0, 0, "none")


def test_names_are_found_by_tails_and_readings():
    """A name with a character of two readings is found by both; Latin letters stand for themselves."""
    assert {"单小明", "小明", "明", "dxm", "sxm"} <= names.terms("单小明")
    assert {"tomli", "tom李"} & names.terms("Tom 李")
    assert names.terms(" ·. ") == frozenset()
    assert [names.masked(name) for name in ("", "王", "王明", "王小明", "欧阳娜娜")] == [
        "",
        "王",
        "王*",
        "王*明",
        "欧**娜",
    ]
