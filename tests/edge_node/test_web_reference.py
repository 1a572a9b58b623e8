"""A standalone shop manages its own products, tiers, rules, staff and settings; in a chain HQ does."""

import pytest
from web_shop import WebShop

PRODUCT = {"name": "西瓜汁", "price": 1200, "unit": "杯", "category": "drinks", "barcodes": ["6911111111118"]}


async def test_product_is_written_found_and_sold(web: WebShop):
    """A new product is found by name, initials and barcode at once, and its new price counts at once."""
    manager = await web.till("3001")
    await manager.do("PUT /reference/products/xigua", PRODUCT)
    for query in ("西瓜", "xgz", "6911111111118", "xigua"):
        found = (await manager.get(f"/products?q={query}"))["products"]
        assert [row["item"] for row in found] == ["xigua"], query
    basket = await manager.basket("xigua")
    await manager.do("PUT /reference/products/xigua", PRODUCT | {"price": 1500})
    assert (await manager.get(f"/baskets/{basket}"))["total"] == 1500
    await manager.do("DELETE /reference/product/xigua")
    shown = await manager.get(f"/baskets/{basket}")
    assert (shown["problem"], shown["total"], shown["lines"][0]["item"]) == ("unknown_item", 0, "xigua")
    assert (await manager.do(f"DELETE /baskets/{basket}/lines/1"))["lines"] == []


async def test_products_are_paged(web: WebShop):
    """Leafing through shows each active product once, in order."""
    till = await web.till()
    seen, after = [], ""
    while True:
        page = await till.get(f"/products?limit=2&after={after}")
        seen += [row["item"] for row in page["products"]]
        after = page["next"]
        if not after:
            break
    assert seen == sorted(seen)
    assert set(seen) == {"naicha", "jianfa", "pingguo", "shui1", "shui2"}
    drinks = (await till.get("/products?category=drinks"))["products"]
    assert {row["item"] for row in drinks} == {"naicha", "shui1", "shui2"}
    assert (await till.get("/products/naicha"))["levels"] == [["vip", 1300]]


async def test_staff_is_hired_and_changes_the_first_pin(web: WebShop):
    """A new colleague signs in with the first PIN and has to change it; staff lists show no PIN."""
    manager = await web.till("3001")
    assert (await manager.refused("PUT /reference/staff/1002", {"name": "孙丽", "roles": ["cashier"]}))[
        1
    ] == "pin_needed"
    await manager.do("PUT /reference/staff/1002", {"name": "孙丽", "roles": ["cashier"], "pin": "7777"})
    listed = (await manager.get("/reference/staff"))["staff"]
    assert {"number": "1002", "name": "孙丽", "roles": ["cashier"], "must_change_pin": True, "active": True} in listed
    body = {"staff": "1002", "pin": "7777", "till": "t5"}
    async with web.client.post("/api/v1/sign-in", json=body) as response:
        assert (await response.json())["me"]["must_change_pin"] is True
    await manager.do("PUT /reference/staff/1002", {"name": "孙丽丽", "roles": ["shift_lead"]})
    assert (await manager.get("/me"))["roles"] == ["manager"]


async def test_a_shop_keeps_a_manager(web: WebShop):
    """The last manager can neither leave nor be demoted."""
    manager = await web.till("3001")
    await manager.do("PUT /reference/staff/3002", {"name": "赵磊", "roles": ["cashier"]})
    for change in ({"roles": ["cashier"]}, {"roles": ["manager"], "active": False}):
        assert (await manager.refused("PUT /reference/staff/3001", {"name": "陈静"} | change))[1] == "last_manager"


async def test_settings_tiers_and_rules(web: WebShop):
    """Settings are checked when they are written and count from then on; tiers and rules are listed."""
    manager = await web.till("3001")
    await manager.do("PUT /reference/settings/external_tenders", {"value": '["unionpay"]'})
    await manager.open_shift()
    sale = {"amount": 100, "tenders": [{"tender": "unionpay", "amount": 100}]}
    await manager.do("POST /quick-sales", sale)
    assert {"name": "external_tenders", "value": '["unionpay"]'} in (await manager.get("/reference/settings"))[
        "settings"
    ]
    for name, value in (("external_tenders", '["cash"]'), ("rounding", '"up"'), ("nothing", "1"), ("change_max", "{")):
        assert (await manager.refused(f"PUT /reference/settings/{name}", {"value": value}))[1] == "bad_setting"
    await manager.do("PUT /reference/tiers/diamond", {"name": "钻石卡", "rank": 3, "discount_per_mille": 200})
    assert [tier["code"] for tier in (await manager.get("/reference/tiers"))["tiers"]] == ["silver", "gold", "diamond"]
    rule = {"name": "充1000送300", "min_amount": 100_000, "bonus": 30_000, "staged": [[30, 10_000]]}
    await manager.do("PUT /reference/top-up-rules/bigger", rule)
    assert [row["code"] for row in (await manager.get("/top-up-rules"))["rules"]] == ["big", "bigger"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("products/x", {"name": "x", "price": -1}),
        ("products/x", {"name": "x", "price": 1, "levels": [["vip", 2**60]]}),
        ("products/x", {"name": "\u0007", "price": 1}),
        ("tiers/x", {"name": "x", "rank": 1, "from_spend": 2**63}),
        ("tiers/x", {"name": "x", "rank": 1, "discount_per_mille": 1001}),
        ("top-up-rules/x", {"name": "x", "min_amount": 5, "max_amount": 4}),
        ("top-up-rules/x", {"name": "x", "min_amount": 1, "staged": [[0, 1]]}),
        ("top-up-rules/x", {"name": "x", "min_amount": 1, "principal_ratio": [0, 0]}),
        ("staff/x", {"name": "x", "roles": []}),
        ("staff/x", {"name": "x", "roles": ["owner"], "pin": "1234"}),
        ("staff/x", {"name": "x", "roles": ["cashier"], "pin": "12a4"}),
        ("staff/" + "9" * 30, {"name": "x", "roles": ["cashier"], "pin": "1234"}),
    ],
)
async def test_bad_rows_are_refused(web: WebShop, path: str, body: object):
    """A row that makes no sense is refused and nothing is written."""
    manager = await web.till("3001")
    seq = (await manager.get("/health"))["seq"]
    status, _, _ = await manager.refused(f"PUT /reference/{path}", body)
    assert 400 <= status < 500
    assert (await manager.get("/health"))["seq"] == seq


async def test_a_chain_manages_its_reference_rows(web: WebShop):
    """In a chain every one of these routes says that head office manages it."""
    await web.enrol()
    manager = await web.till("3001")
    for where, body in (
        ("PUT /reference/products/xigua", PRODUCT),
        ("PUT /reference/tiers/x", {"name": "x", "rank": 1}),
        ("PUT /reference/top-up-rules/x", {"name": "x", "min_amount": 1}),
        ("PUT /reference/staff/1002", {"name": "孙丽", "roles": ["cashier"], "pin": "7777"}),
        ("PUT /reference/settings/rounding", {"value": '"jiao_down"'}),
        ("DELETE /reference/product/naicha", None),
    ):
        assert (await manager.refused(where, body))[:2] == (403, "managed_by_hq")
