"""Points, gifts, saved change and histories over the API: roles, hostile bodies, repeated keys."""

import json

import pytest
from web_shop import LEAD, WebShop

GIFTS = [{"code": "mug", "name": "马克杯", "points": 30, "item": "naicha"}]
MONEY = {"tenders": [{"tender": "cash", "amount": 2000}]}
EMOJI = "O'Brien \"😀\"'; DROP TABLE members; --"


@pytest.fixture
async def shop(web: WebShop) -> WebShop:
    """A shop with gifts, which takes change into balances and asks for consent."""
    manager = await web.till("3001", "office")
    for name, value in (
        ("gifts", GIFTS),
        ("change_to_balance", True),
        ("privacy_terms", {"version": "2026-1", "text": "同意"}),
    ):
        await manager.do(f"PUT /reference/settings/{name}", {"value": json.dumps(value)})
    return web


async def _member(till, **more):
    return (await till.do("POST /members", {"name": EMOJI, "phone": "13800138000", **more}))["member"]


async def test_points_by_hand(shop: WebShop):
    """A lead's PIN gives and takes points; the same key does it once."""
    till = await shop.till()
    await till.open_shift()
    member = await _member(till)
    path = f"POST /members/{member}/points"
    done = await till.do(path, {"points": 90, "reason": EMOJI, "approval": LEAD})
    assert done["balances"] == {"points": 90}
    key = till.next_key()
    body = {"points": -40, "reason": "补错", "approval": LEAD}
    first = await till.ask("POST", f"/members/{member}/points", body, key=key)
    assert await till.ask("POST", f"/members/{member}/points", body, key=key) == first
    assert first[1]["result"]["balances"] == {"points": 50}
    assert (await till.refused(path, {"points": -51, "reason": "多", "approval": LEAD}))[:2] == (409, "points_short")
    weak = {"staff": "1001", "pin": "1357"}
    assert (await till.refused(path, {"points": 5, "reason": "多", "approval": weak}))[:2] == (403, "role_needed")
    assert (await till.refused(f"POST /members/{'0' * 32}/points", {"points": 5, "reason": "多", "approval": LEAD}))[
        :2
    ] == (404, "unknown_member")


@pytest.mark.parametrize(
    "body",
    [
        '{"points": 1e309, "reason": "多", "approval": {"staff": "2001", "pin": "2468"}}',
        '{"points": 1.5, "reason": "多", "approval": {"staff": "2001", "pin": "2468"}}',
        '{"points": "5", "reason": "多", "approval": {"staff": "2001", "pin": "2468"}}',
        '{"points": 99999999999, "reason": "多", "approval": {"staff": "2001", "pin": "2468"}}',
        '{"points": 5, "reason": "", "approval": {"staff": "2001", "pin": "2468"}}',
        '{"points": 5, "reason": "多"}',
    ],
)
async def test_hostile_points(shop: WebShop, body: str):
    """What is no bounded whole number, or lacks a reason or an approval, is told as the input's fault."""
    till = await shop.till()
    await till.open_shift()
    member = await _member(till)
    headers = {"Authorization": f"Bearer {till.token}", "Idempotency-Key": till.next_key()}
    path = f"/api/v1/members/{member}/points"
    async with shop.client.post(path, data=body, headers=headers | {"Content-Type": "application/json"}) as response:
        assert response.status == 400
    assert (await till.get(f"/members/{member}"))["here"] == {}


async def test_gifts(shop: WebShop):
    """The list tells what a gift takes; redeeming it takes that, and names the product to hand over."""
    till = await shop.till()
    await till.open_shift()
    member = await _member(till)
    assert (await till.get("/gifts"))["gifts"] == GIFTS
    path = f"POST /members/{member}/gifts"
    assert (await till.refused(path, {"gift": "mug"}))[:2] == (409, "points_short")
    await till.do(f"POST /members/{member}/points", {"points": 90, "reason": "开业", "approval": LEAD})
    done = await till.do(path, {"gift": "mug", "count": 2})
    assert (done["points"], done["name"], done["item"], done["balances"]) == (60, "马克杯", "naicha", {"points": 30})
    assert (await till.refused(path, {"gift": "none"}))[:2] == (404, "unknown_gift")
    assert (await till.refused(path, {"gift": "mug", "count": 0}))[0] == 400
    assert (await till.refused(path, {"gift": "mug", "count": 101}))[0] == 400


async def test_a_gift_is_given_on_its_days_alone(shop: WebShop):
    """A gift that is off, not yet or no more given stands on no list and is refused by its code."""
    mug = GIFTS[0]
    rows = [
        {**mug, "code": "mug"},
        {**mug, "code": "off", "off": True},
        {**mug, "code": "soon", "first_day": "2099-01-01"},
        {**mug, "code": "gone", "last_day": "2020-01-01"},
        {**mug, "code": "long", "first_day": "2020-01-01", "last_day": "2099-01-01"},
    ]
    manager = await shop.till("3001", "office")
    await manager.do("PUT /reference/settings/gifts", {"value": json.dumps(rows)})
    till = await shop.till()
    before = (await till.get("/gifts"))["gifts"]  # without a shift there is no business date
    assert [row["code"] for row in before] == ["mug", "soon", "gone", "long"]
    await till.open_shift()
    member = await _member(till)
    assert [row["code"] for row in (await till.get("/gifts"))["gifts"]] == ["mug", "long"]
    for code in ("off", "soon", "gone"):
        assert (await till.refused(f"POST /members/{member}/gifts", {"gift": code}))[:2] == (404, "unknown_gift")
    for wrong in ({"first_day": "2026-02-30"}, {"first_day": "2026-02-02", "last_day": "2026-02-01"}):
        body = {"value": json.dumps([{**mug, **wrong}])}
        assert (await manager.refused("PUT /reference/settings/gifts", body))[0] in {400, 422}


async def test_change_goes_into_the_balance(shop: WebShop):
    """The receipt shows no change but what was saved; a walk-in's sale is refused whole."""
    till = await shop.till()
    await till.open_shift()
    member = await _member(till)
    basket = await till.basket("naicha", member=member)
    done = await till.do(f"POST /baskets/{basket}/checkout", {**MONEY, "change_to_balance": True})
    assert (done["change"], done["saved_change"], done["balances"]["principal"]) == (0, 500, 500)
    walk_in = await till.basket("naicha")
    where = f"POST /baskets/{walk_in}/checkout"
    assert (await till.refused(where, {**MONEY, "change_to_balance": True}))[:2] == (409, "member_needed")
    assert (await till.do(where, MONEY))["change"] == 500
    quick = {"amount": 1900, "member": member, "change_to_balance": True, **MONEY}
    assert (await till.do("POST /quick-sales", quick))["balances"]["principal"] == 600
    manager = await shop.till("3001", "office")
    await manager.do("PUT /reference/settings/change_to_balance", {"value": "false"})
    assert (await till.refused("POST /quick-sales", quick))[:2] == (409, "change_stays_cash")


async def test_histories_are_read_by_pages(shop: WebShop):
    """Newest first, ``next`` leads on, and the last page says so; a bound is a bound."""
    till = await shop.till()
    await till.open_shift()
    member = await _member(till)
    for amount in (100, 200, 300, 400, 500):
        body = {"amount": amount, "tenders": [{"tender": "cash", "amount": amount}]}
        await till.do(f"POST /members/{member}/top-ups", body)
        await till.do("POST /quick-sales", {**body, "member": member})
    for what, column in (("top-ups", "top_ups"), ("sales", "sales")):
        found, before = [], 0
        while True:
            page = await till.get(f"/members/{member}/{what}?limit=2&before={before}")
            found += [row["total"] for row in page[column]]
            before = page["next"]
            if not before:
                break
        assert found == [500, 400, 300, 200, 100]
        for query in ("limit=51", "limit=0", "limit=1e309", "before=-1", f"before={2**63}", "before=x", "page=1"):
            assert (await till.ask("GET", f"/members/{member}/{what}?{query}"))[0] == 400


async def test_a_member_tells_what_matters(shop: WebShop):
    """Birthday and consent: the present terms unless another version, or none, was said."""
    till = await shop.till()
    await till.open_shift()
    member = await _member(till, fields={"birthday": "1988-11-22"})
    shown = await till.get(f"/members/{member}")
    assert (shown["birthday_today"], shown["has_photo"], shown["expiring"]) == (True, False, None)
    (found,) = (await till.get("/members?phone=13800138000"))["members"]
    assert (found["birthday_today"], found["has_photo"], found["expiring"]) == (True, False, None)
    for consent in ("2025-9", ""):
        await till.do("POST /members", {"name": "张伟", "consent": consent})
    entries = shop.direct(lambda conn: conn.execute("SELECT entry FROM entries ORDER BY id").fetchall())
    facts = [entry for (entry,) in entries if b"consent" in entry]
    assert [version in facts[0] for version in (b"2026-1", b"2025-9")] == [True, False]
    assert b"2025-9" in facts[1]
    assert b"2026-1" not in facts[2]
