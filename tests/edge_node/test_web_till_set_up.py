"""How a till works is a chain's choice, checked when it is written and told to screens whole."""

import json
from typing import Any

import pytest
from web_shop import WebShop

from commerce.reference import CHAIN_FEED, CategoryRow
from edge_node.ledger import bodies, settings
from edge_node.ledger.till_settings import FORMS, TillSettings

PICTURE = "ab" * 32
FIELD = {"name": "hair", "label": "发质", "kind": "choice", "choices": ["干性", "油性"], "required": True}
GOOD: dict[str, Any] = {
    "order_mode": True,
    "tender_names": {"wechat": "微信支付", "unionpay": "云闪付"},
    "payment_providers": {"wechat": "simulated"},
    "change_to_balance": True,
    "privacy_terms": {"version": "2026-1", "text": "我们只为会员服务使用您的手机号。\n可随时要求删除。"},
    "custom_fields": [FIELD],
    "shortcuts": {"hold": "F7", "quick-sale": "/"},
    "attendant_required": True,
    "walk_in_allowed": False,
    "walk_in_default": False,
    "fixed_amounts": [500, 1000, 2000],
    "category_order": ["fruit", "tea"],
    "speech": True,
    "idle_pictures": [PICTURE],
    "payment_codes": {"wechat": "wxp://f2f0shop"},
}


def test_every_setting_has_a_form_and_a_place():
    """Each setting of tills can be written, and each has a default."""
    assert set(FORMS) == set(TillSettings.__dataclass_fields__) == set(GOOD)


async def test_defaults(web: WebShop):
    """A shop that chose nothing sells by scanner, to walk-ins too, asks for no consent and shows no pictures."""
    told = await (await web.till()).get("/till")
    assert told["till"] == "t1"
    assert told["branch"] == web.node.branch
    assert (told["standalone"], told["training"], told["card_ranges"]) == (True, False, False)
    assert told["tenders"] == [
        {"code": code, "name": "", "provider": "", "reference": 0} for code in ("wechat", "alipay", "card")
    ]
    assert told["points_redeem"] == {"num": 1, "den": 1, "least": 1, "most_per_mille": 1000}
    assert (told["order_mode"], told["walk_in_allowed"], told["attendant_required"]) == (False, True, False)
    assert (told["privacy_version"], told["custom_fields"], told["shortcuts"]) == ("", [], {})


async def test_choices_are_told(web: WebShop):
    """What a manager sets is told to the tills at once, names of tenders where they belong."""
    manager = await web.till("3001")
    for name, value in {**GOOD, "external_tenders": ["wechat", "unionpay"], "shop_name": "小满茶铺"}.items():
        await manager.do(f"PUT /reference/settings/{name}", {"value": json.dumps(value, ensure_ascii=False)})
    told = await (await web.till()).get("/till")
    assert told["tenders"] == [
        {"code": "wechat", "name": "微信支付", "provider": "simulated", "reference": 0},
        {"code": "unionpay", "name": "云闪付", "provider": "", "reference": 0},
    ]
    assert (told["branch_name"], told["chain_name"]) == ("小满茶铺", "小满茶铺")
    assert told["custom_fields"] == [FIELD]
    assert (told["privacy_version"], told["privacy_text"].count("\n")) == ("2026-1", 1)
    same = ("order_mode", "shortcuts", "fixed_amounts", "speech", "idle_pictures", "change_to_balance")
    assert {name: told[name] for name in same} == {name: GOOD[name] for name in same}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("order_mode", 1),
        ("tender_names", {"wechat": ""}),
        ("tender_names", {"wechat": "\u001b[2J"}),
        ("tender_names", {"x" * 33: "x"}),
        ("payment_providers", {"wechat": None}),
        ("payment_providers", ["wechat"]),
        ("privacy_terms", {"version": "1", "text": ""}),
        ("privacy_terms", {"version": "", "text": "没有版本"}),
        ("privacy_terms", {"version": "1", "text": "字" * 6001}),
        ("custom_fields", [FIELD, FIELD]),
        ("custom_fields", [{**FIELD, "choices": []}]),
        ("custom_fields", [{**FIELD, "choices": ["干性", "干性"]}]),
        ("custom_fields", [{**FIELD, "kind": "text"}]),
        ("custom_fields", [{**FIELD, "name": "Hair"}]),
        ("custom_fields", [{**FIELD, "name": "hair\n"}]),
        ("custom_fields", [{**FIELD, "name": f"f{n}"} for n in range(25)]),
        ("shortcuts", {"hold": "F7", "pay": "F7"}),
        ("shortcuts", {"hold": ""}),
        ("shortcuts", {"HOLD": "F7"}),
        ("fixed_amounts", [0]),
        ("category_order", [""]),
        ("category_order", "fruit"),
        ("category_order", ["x" * 201]),
        ("fixed_amounts", [1.5]),
        ("fixed_amounts", [10**30]),
        ("fixed_amounts", list(range(1, 14))),
        ("idle_pictures", ["../../etc/passwd"]),
        ("idle_pictures", ["AB" * 32]),
        ("idle_pictures", [PICTURE] * 21),
    ],
)
def test_bad_choices_are_refused(name: str, value: object):
    """A value that makes no sense is refused by its editor, and falls to its default where it came another way."""
    text = json.dumps(value)
    assert settings.parse_one(settings.DEFAULTS, name, text) is None
    assert settings.parse({name: text}) == settings.DEFAULTS


async def test_categories_count_what_is_sold(web: WebShop):
    """Categories name what can be leafed through: active goods, and not the item behind quick sales."""
    till = await web.till()
    listed = (await till.get("/categories"))["categories"]
    assert [(row["name"], row["items"], row["parent"]) for row in listed] == [
        ("drinks", 3, ""),
        ("fruit", 1, ""),
        ("service", 1, ""),
    ]
    for row in listed:
        assert len((await till.get(f"/products?category={row['name']}"))["products"]) == row["items"]


ORDER = '["service", "tea", "fruit"]'


async def test_categories_stand_in_the_chains_order(web: WebShop):
    """Those named come first, in their order; one that nothing is sold of is left out; the others follow by name."""
    await (await web.till("3001")).do("PUT /reference/settings/category_order", {"value": ORDER})
    listed = (await (await web.till()).get("/categories"))["categories"]
    assert [row["name"] for row in listed] == ["service", "fruit", "drinks"]


def _place(conn: Any, rows: tuple[CategoryRow, ...]) -> None:
    """Write rows as a feed page does."""
    for row in rows:
        conn.execute(
            "INSERT INTO reference VALUES (?, ?, 1, ?)", (CHAIN_FEED, f"category:{row.name}", bodies.encode(row))
        )


async def test_categories_stand_below_others(web: WebShop):
    """A heading without products stands before what lies below it, and shows the products of all of these."""
    rows = (CategoryRow("food"), CategoryRow("fruit", "food"), CategoryRow("drinks", "food", 1), CategoryRow("empty"))
    web.direct(_place, rows)
    manager = await web.till("3001")
    await manager.do("PUT /reference/settings/category_order", {"value": '["service"]'})
    till = await web.till()
    listed = (await till.get("/categories"))["categories"]
    assert [(row["name"], row["items"], row["parent"]) for row in listed] == [
        ("service", 1, ""),
        ("food", 0, ""),
        ("drinks", 3, "food"),
        ("fruit", 1, "food"),
    ]
    below = (await till.get("/products?category=food"))["products"]
    assert {row["category"] for row in below} == {"drinks", "fruit"}
    assert len(below) == 4


async def test_lines_tell_unit_and_picture(web: WebShop):
    """A line says its unit, whether it is weighed and its picture; products do too."""
    manager = await web.till("3001")
    body = {"name": "桂花乌龙", "price": 1800, "unit": "杯", "picture": PICTURE}
    await manager.do("PUT /reference/products/guihua", body)
    till = await web.till()
    basket = await till.basket("guihua", "pingguo")
    tea, apple = (await till.get(f"/baskets/{basket}"))["lines"]
    assert (tea["unit"], tea["weighed"], tea["picture"]) == ("杯", False, PICTURE)
    assert (apple["unit"], apple["weighed"], apple["picture"]) == ("千克", True, "")
    assert (await till.get("/products/guihua"))["picture"] == PICTURE
    assert (await manager.refused("PUT /reference/products/x", body | {"picture": "x" * 64}))[0] == 400


async def test_attendants(web: WebShop):
    """Up to four people who work here may be named on a line, each once; their names stand on the list."""
    manager = await web.till("3001")
    await manager.do("PUT /reference/staff/1002", {"name": "孙丽", "roles": ["cashier"], "pin": "7777"})
    await manager.do("PUT /reference/staff/1002", {"name": "孙丽", "roles": ["cashier"], "active": False})
    till = await web.till()
    listed = (await till.get("/attendants"))["attendants"]
    assert listed[0] == {"number": "1001", "name": "李芳"}
    assert [row["number"] for row in listed] == ["1001", "2001", "3001", "3002"]
    basket = await till.basket()
    lines = f"/baskets/{basket}/lines"
    made = await till.do(f"POST {lines}", {"item": "jianfa", "attendant": "1001,2001,1001"})
    assert made["lines"][0]["attendant"] == "1001,2001"
    for attendant in ("1002", "9999", "1001,", ",", "1001;2001", "1001, 2001"):
        assert (await till.refused(f"POST {lines}", {"item": "jianfa", "attendant": attendant}))[1] == "unknown_staff"
        assert (await till.refused(f"PATCH {lines}/1", {"attendant": attendant}))[1] == "unknown_staff"
    assert (await till.refused(f"PATCH {lines}/1", {"attendant": "1001,2001,3001,3002,5"}))[1] == "too_many"
    assert (await till.refused(f"PATCH {lines}/1", {"attendant": "1" * 68}))[1] == "bad_request"
    assert (await till.do(f"PATCH {lines}/1", {"attendant": ""}))["lines"][0]["attendant"] == ""


async def test_members_only(web: WebShop):
    """Where the chain sells to members alone, neither a basket nor a quick sale goes to a walk-in."""
    manager = await web.till("3001")
    await manager.do("PUT /reference/settings/walk_in_allowed", {"value": "false"})
    till = await web.till()
    await till.open_shift()
    pay = {"tenders": [{"tender": "cash", "amount": 1500}]}
    basket = await till.basket("naicha")
    assert (await till.refused(f"POST /baskets/{basket}/checkout", pay))[:2] == (409, "walk_in_refused")
    quick = {"amount": 1500, **pay}
    assert (await till.refused("POST /quick-sales", quick))[:2] == (409, "walk_in_refused")
    member = (await till.do("POST /members", {"name": "王小明"}))["member"]
    await till.do(f"PUT /baskets/{basket}/member", {"member": member})
    await till.do(f"POST /baskets/{basket}/checkout", pay)
    await till.do("POST /quick-sales", quick | {"member": member})


async def test_attendant_required(web: WebShop):
    """Where the chain wants to know who served, a basket with a line of nobody's is not sold, nor a bare amount."""
    manager = await web.till("3001")
    await manager.do("PUT /reference/settings/attendant_required", {"value": "true"})
    till = await web.till()
    await till.open_shift()
    basket = await till.basket("jianfa")
    pay = {"tenders": [{"tender": "cash", "amount": 6800}]}
    status, code, evidence = await till.refused(f"POST /baskets/{basket}/checkout", pay)
    assert (status, code, evidence) == (409, "attendant_needed", {"line": 1})
    await till.do(f"PATCH /baskets/{basket}/lines/1", {"attendant": "1001"})
    await till.do(f"POST /baskets/{basket}/checkout", pay)
    quick = {"amount": 100, "tenders": [{"tender": "cash", "amount": 100}]}
    assert (await till.refused("POST /quick-sales", quick))[1] == "attendant_needed"
    await till.do("POST /quick-sales", quick | {"attendant": "1001"})
