"""Promotions over the till's API: written by a shop that stands alone, shown step by step, and what nearly applies."""

from web_shop import WebShop

SECOND = {
    "name": "饮品第二杯半价",
    "kind": "nth_item",
    "target": {"categories": ["drinks"]},
    "every": 2,
    "off": {"how": "per_mille", "value": 500},
}
SAVE = {"name": "满 50 减 5", "kind": "spend_save", "steps": [[5000, 500]], "stackable": True}


async def test_a_basket_shows_what_promotions_do(web: WebShop):
    """A line's steps name the promotion, the basket sums it up, and near misses say what is missing."""
    manager = await web.till("3001")
    await manager.do("PUT /reference/promotions/second", SECOND)
    await manager.do("PUT /reference/promotions/save", SAVE)
    basket = await manager.basket("naicha")
    shown = await manager.get(f"/baskets/{basket}")
    assert shown["near"] == [
        {
            "code": "second",
            "name": "饮品第二杯半价",
            "kind": "nth_item",
            "lacks": "pieces",
            "missing": 1,
            "saves": 0,
            "items": [],
            "categories": ["drinks"],
            "item_names": [],
        }
    ]
    shown = await manager.do(f"POST /baskets/{basket}/lines", {"item": "naicha", "milli_qty": 2000})
    (line,) = shown["lines"]
    params = {"promotion": "second", "name": "饮品第二杯半价", "kind": "nth_item", "milli_qty": 2000}
    assert line["steps"][-1] == {"code": "promotion", "params": params, "amount": -750}
    assert sum(step["amount"] for step in line["steps"]) == line["charged"] == shown["total"] == 3750
    assert shown["promotions"] == [
        {"code": "second", "name": "饮品第二杯半价", "kind": "nth_item", "saved": 750, "times": 1}
    ]
    assert [(miss["code"], miss["lacks"], miss["missing"], miss["saves"]) for miss in shown["near"]] == [
        ("second", "pieces", 1, 0),
        ("save", "amount", 1250, 500),
    ]


async def test_names_of_what_a_price_speaks_of(web: WebShop):
    """Near misses name their items, steps the tier and who approved: a screen has to look nothing up."""
    manager = await web.till("3001")
    await manager.do("PUT /reference/settings/default_tier", {"value": '"gold"'})
    bundle = {"name": "下午茶", "kind": "nth_item", "every": 2, "off": {"how": "per_mille", "value": 500}}
    await manager.do("PUT /reference/promotions/tea", bundle | {"target": {"items": ["naicha", "gone"]}})
    await manager.open_shift()
    gold = await manager.do("POST /members", {"name": "王小明", "phone": "13812345678"})
    basket = await manager.basket("naicha", "jianfa", member=gold["member"])
    await manager.do(f"PATCH /baskets/{basket}/lines/2", {"discount": {"per_mille": 100, "reason": "老顾客"}})
    shown = await manager.get(f"/baskets/{basket}")
    (miss,) = shown["near"]
    assert (miss["items"], miss["item_names"]) == (["naicha", "gone"], ["珍珠奶茶", "gone"])
    steps = {step["code"]: step["params"] for step in shown["lines"][1]["steps"]}
    assert steps["tier"]["name"] == "金卡"
    assert (steps["line_discount"]["approved_by"], steps["line_discount"]["approved_name"]) == ("3001", "陈静")


async def test_a_sale_is_charged_what_was_shown(web: WebShop):
    """The total with promotions is the total that is paid."""
    manager = await web.till("3001")
    await manager.do("PUT /reference/promotions/second", SECOND)
    await manager.open_shift()
    basket = await manager.basket("naicha")
    shown = await manager.do(f"POST /baskets/{basket}/lines", {"item": "naicha"})
    paid = {"tenders": [{"tender": "cash", "amount": shown["total"]}], "total": shown["total"]}
    assert (await manager.do(f"POST /baskets/{basket}/checkout", paid))["total"] == 2250


async def test_promotions_are_listed_and_removed(web: WebShop):
    """A cashier sees what runs; a manager switches off and removes."""
    manager, cashier = await web.till("3001"), await web.till()
    await manager.do("PUT /reference/promotions/second", SECOND)
    (row,) = (await cashier.get("/reference/promotions"))["promotions"]
    assert {name: row[name] for name in ("code", "name", "every", "active")} == {
        "code": "second",
        "name": "饮品第二杯半价",
        "every": 2,
        "active": True,
    }
    assert row["target"] == {"items": [], "categories": ["drinks"], "except_items": []}
    await manager.do("PUT /reference/promotions/second", SECOND | {"active": False})
    assert (await cashier.get("/reference/promotions"))["promotions"][0]["active"] is False
    assert (await cashier.refused("PUT /reference/promotions/second", SECOND))[0] == 403
    await manager.do("DELETE /reference/promotion/second")
    assert (await cashier.get("/reference/promotions"))["promotions"] == []


async def test_a_senseless_promotion_is_refused(web: WebShop):
    """The check of commerce and the form of the API stand before the price book; a misspelt field is refused."""
    manager = await web.till("3001")
    for change, code in (
        ({"every": 0}, "bad_number"),
        ({"coupon": "june"}, "bad_rule"),
        ({"first_day": "2026-02-30"}, "bad_day"),
        ({"target": {"catagories": ["drinks"]}}, "bad_request"),
        ({"kind": "lottery"}, "bad_request"),
    ):
        assert (await manager.refused("PUT /reference/promotions/second", SECOND | change))[1] == code
