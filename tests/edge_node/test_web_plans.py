"""Card plans and coupons over the till's API: written, sold, covering lines, given, taken back; bad input refused."""

from typing import Any

import pytest
from web_shop import LEAD, Till, WebShop

NOBODY = "0" * 32
CASH = [{"tender": "cash", "amount": 12_000}]
BUY = "POST /members/{member}/plans"
CUPS = {
    "name": "奶茶10杯卡",
    "kind": "count",
    "price": 12_000,
    "uses": 10,
    "days": 365,
    "target": {"categories": ["drinks"]},
}
MONTH = {
    "name": "畅饮月卡",
    "kind": "period",
    "price": 19_900,
    "days": 30,
    "per_day": 2,
    "target": {"items": ["naicha"]},
}
COUPON = {
    "name": "满10减5",
    "kind": "coupon",
    "coupon": "c5",
    "least_amount": 1000,
    "off": {"how": "amount", "value": 500},
}
WHY = {"approval": LEAD, "reason": "顾客要求"}


@pytest.fixture
async def lead(web: WebShop) -> Till:
    """A shift lead at a till with an open shift, in a shop that sells two plans and takes a coupon."""
    manager = await web.till("3001", "t9")
    await manager.do("PUT /reference/plans/cups", CUPS)
    await manager.do("PUT /reference/plans/month", MONTH)
    await manager.do("PUT /reference/promotions/c5", COUPON)
    till = await web.till("2001")
    await till.open_shift()
    return till


async def member_of(till: Till, name: str = "王小明", phone: str = "13812345678") -> str:
    """Register a member."""
    return str((await till.do("POST /members", {"name": name, "phone": phone}))["member"])


async def buy(till: Till, member: str, plan: str, price: int) -> Any:
    """Buy a plan in cash."""
    paid = {"plan": plan, "tenders": [{"tender": "cash", "amount": price}], "total": price}
    return await till.do(f"POST /members/{member}/plans", paid)


async def test_a_count_card_pays_for_lines(lead: Till):
    """Sold, shown as held, said for a line, paid without any tender: the receipt tells what is left."""
    member = await member_of(lead)
    shown = {row["code"]: row for row in (await lead.get("/plans"))["plans"]}
    assert (shown["cups"]["price"], shown["cups"]["uses"], shown["cups"]["categories"]) == (12_000, 10, ["drinks"])
    sold = await buy(lead, member, "cups", 12_000)
    assert {name: sold[name] for name in ("plan", "kind", "paid", "change", "uses", "first_day", "last_day")} == {
        "plan": "cups",
        "kind": "count",
        "paid": 12_000,
        "change": 0,
        "uses": 10,
        "first_day": "2025-11-22",
        "last_day": "2026-11-21",
    }
    (one,) = (await lead.get(f"/members/{member}/plans"))["plans"]
    assert (one["id"], one["uses_here"], one["uses_chain"], one["usable"]) == (sold["issue"], 10, None, True)
    basket = await lead.basket("naicha", "jianfa", member=member)
    before = await lead.get(f"/baskets/{basket}")
    assert [line["covers"] for line in before["lines"]] == [["cups"], []]
    assert (before["covered"], before["due"]) == (0, 8_300)
    answer = await lead.do(f"PUT /baskets/{basket}/lines/1/plan", {"plan": "cups"})
    assert (answer["covered"], answer["due"], answer["total"], answer["lines"][0]["cover"]) == (
        1_200,
        6_800,
        8_000,
        "cups",
    )
    assert answer["lines"][0]["steps"][-1] == {
        "code": "plan",
        "params": {"plan": "cups", "name": "奶茶10杯卡", "kind": "count", "uses": 1},
        "amount": -300,
    }
    assert await lead.refused(f"PATCH /baskets/{basket}/lines/1", {"discount": {"per_mille": 50}}) == (
        409,
        "covered_line",
        {"line": 1},
    )
    paid = {"tenders": [{"tender": "cash", "amount": 6_800}], "total": 8_000}
    receipt = await lead.do(f"POST /baskets/{basket}/checkout", paid)
    assert [(row["tender"], row["amount"]) for row in receipt["tenders"]] == [("uses", 1_200), ("cash", 6_800)]
    assert receipt["balances"]["uses:cups"] == 9


async def test_a_cover_that_does_not_fit_is_refused(lead: Till):
    """What the member does not hold, what the plan does not name, more than is here: the basket stays as it was."""
    member = await member_of(lead)
    basket = await lead.basket("naicha", "jianfa", member=member)
    path = f"/baskets/{basket}/lines"
    assert (await lead.refused(f"PUT {path}/1/plan", {"plan": "cups"}))[1] == "plan_not_held"
    await buy(lead, member, "cups", 12_000)
    assert (await lead.refused(f"PUT {path}/2/plan", {"plan": "cups"}))[1] == "plan_not_covering"
    assert (await lead.refused(f"PUT {path}/7/plan", {"plan": "cups"}))[1] == "unknown_line"
    await lead.do(f"PUT {path}/1/plan", {"plan": "cups"})
    status, code, evidence = await lead.refused(f"PATCH {path}/1", {"milli_qty": 11_000})
    assert (status, code, evidence["available"]) == (409, "uses_short", 10)
    assert (await lead.get(f"/baskets/{basket}"))["covered"] == 1_200
    cleared = await lead.do(f"PUT {path}/1/plan", {"plan": None})
    assert (cleared["covered"], cleared["lines"][0]["cover"]) == (0, "")
    await lead.do(f"PUT {path}/1/plan", {"plan": "cups"})
    other = await lead.do(f"PUT /baskets/{basket}/member", {"member": await member_of(lead, "李四", "13900139000")})
    assert (other["lines"][0]["cover"], other["problem"]) == ("", "")


async def test_a_basket_whose_uses_went_elsewhere_can_be_mended(lead: Till):
    """Two open baskets name the same last uses: the second shows its problem, and a cover can be taken off."""
    member = await member_of(lead)
    await buy(lead, member, "cups", 12_000)
    baskets = []
    for _ in range(2):
        basket = await lead.basket("naicha", "naicha", member=member)
        await lead.do(f"PATCH /baskets/{basket}/lines/1", {"milli_qty": 6_000})
        await lead.do(f"PUT /baskets/{basket}/lines/1/plan", {"plan": "cups"})
        baskets.append(basket)
    await lead.do(f"POST /baskets/{baskets[0]}/checkout", {"tenders": []})
    assert (await lead.get(f"/baskets/{baskets[1]}"))["problem"] == "uses_short"
    assert (await lead.refused(f"POST /baskets/{baskets[1]}/checkout", {"tenders": []}))[1] == "uses_short"
    mended = await lead.do(f"PUT /baskets/{baskets[1]}/lines/1/plan", {"plan": None})
    assert (mended["problem"], mended["due"]) == ("", 9_000)


async def test_a_period_is_frozen_thawed_and_taken_back(web: WebShop, lead: Till):
    """A cashier needs a shift lead's PIN; what was done is seen in the list; once taken back it is gone."""
    member = await member_of(lead)
    sold = await buy(lead, member, "month", 19_900)
    cashier = await web.till("1001", "t2")
    await cashier.open_shift()
    path = f"/plans/{sold['issue']}"
    wrong = WHY | {"approval": {"staff": "1001", "pin": "1357"}}
    assert (await cashier.refused(f"POST {path}/freeze", wrong))[:2] == (403, "role_needed")
    await cashier.do(f"POST {path}/freeze", WHY)
    (one,) = (await cashier.get(f"/members/{member}/plans"))["plans"]
    assert (one["frozen"], one["usable"], one["why"]) == (True, False, "frozen")
    assert (await cashier.refused(f"POST {path}/freeze", WHY))[1] == "already_frozen"
    await cashier.do(f"POST {path}/thaw", WHY)
    assert (await cashier.refused(f"POST {path}/thaw", WHY))[1] == "not_frozen"
    undone = await lead.do(f"POST {path}/undo", WHY)
    assert [(row["tender"], row["amount"]) for row in undone["tenders"]] == [("cash", 19_900)]
    assert (await lead.get(f"/members/{member}/plans"))["plans"] == []
    assert (await lead.refused(f"POST {path}/undo", WHY))[1] == "issue_undone"


async def test_the_same_key_sells_once(lead: Till):
    """A repeated purchase gets the first answer, and one card."""
    member = await member_of(lead)
    body = {"plan": "cups", "tenders": [{"tender": "cash", "amount": 12_000}]}
    key = lead.next_key()
    first = await lead.ask("POST", f"/members/{member}/plans", body, key=key)
    again = await lead.ask("POST", f"/members/{member}/plans", body, key=key)
    assert first[1]["result"] == again[1]["result"]
    assert len((await lead.get(f"/members/{member}/plans"))["plans"]) == 1


async def test_coupons_are_given_and_used(web: WebShop, lead: Till):
    """Given by hand with a reason, handed over, told when they do not help, used up by a sale, back with it."""
    member = await member_of(lead)
    given = {**WHY, "template": "c5", "count": 2}
    await lead.do(f"POST /members/{member}/coupons", given)
    (row,) = (await lead.get(f"/members/{member}/coupons"))["coupons"]
    assert row == {"template": "c5", "name": "满10减5", "here": 2, "last_day": ""}
    basket = await lead.basket("naicha", member=member)
    answer = await lead.do(f"PUT /baskets/{basket}/coupons", {"coupons": ["c5", "c5", "c5", "june"]})
    assert (answer["total"], answer["coupons"]) == (1_000, ["c5", "c5", "c5", "june"])
    assert answer["refused_coupons"] == [
        {"coupon": "c5", "reason": "nothing"},
        {"coupon": "c5", "reason": "not_here"},
        {"coupon": "june", "reason": "not_here"},
    ]
    receipt = await lead.do(
        f"POST /baskets/{basket}/checkout", {"tenders": [{"tender": "cash", "amount": 1_000}], "total": 1_000}
    )
    assert receipt["balances"]["coupon:c5"] == 1
    refund = {"reason": "洒了", "approval": LEAD}
    await lead.do(f"POST /sales/{receipt['sale']}/refund", refund)
    assert (await lead.get(f"/members/{member}/coupons"))["coupons"][0]["here"] == 2
    cashier = await web.till("1001", "t2")
    wrong = given | {"approval": {"staff": "1001", "pin": "1357"}}
    await cashier.open_shift()
    assert (await cashier.refused(f"POST /members/{member}/coupons", wrong))[:2] == (403, "role_needed")
    assert (await lead.refused(f"POST /members/{member}/coupons", given | {"template": "june"}))[1] == "unknown_rule"
    assert (await lead.refused(f"POST /members/{member}/coupons", given | {"reason": " "}))[1] == "reason_needed"


async def test_coupons_of_walk_ins(lead: Till):
    """A walk-in has none to hand over; at most twenty are named, each by a code."""
    basket = await lead.basket("naicha")
    assert (await lead.refused(f"PUT /baskets/{basket}/coupons", {"coupons": ["c5"]}))[1] == "bad_member"
    for coupons in (["c5"] * 21, [""], ["x" * 33], [7], "c5", None):
        assert (await lead.refused(f"PUT /baskets/{basket}/coupons", {"coupons": coupons}))[1] == "bad_request"
    member = await member_of(lead)
    await lead.do(f"PUT /baskets/{basket}/member", {"member": member})
    assert (await lead.refused(f"PUT /baskets/{basket}/coupons", {"coupons": ["a b"]}))[1] == "bad_code"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"uses": 0}, "bad_number"),
        ({"uses": 10**12}, "bad_request"),
        ({"uses": 1e300}, "bad_request"),
        ({"price": -1}, "bad_request"),
        ({"price": "120元"}, "bad_request"),
        ({"kind": "lottery"}, "bad_request"),
        ({"points": 5}, "bad_rule"),
        ({"days": 36_501}, "bad_request"),
        ({"each": 0}, "bad_number"),
        ({"tier": "gold"}, "bad_rule"),
        ({"principal_ratio": [0, 0, 0]}, "bad_rule"),
        ({"target": {"items": ["a b"]}}, "bad_code"),
        ({"target": {"item": ["naicha"]}}, "bad_request"),
        ({"name": "卡\u001b@"}, "bad_text"),
        ({"value": 5}, "bad_request"),
    ],
)
async def test_a_senseless_plan_is_refused(web: WebShop, change: dict[str, Any], code: str):
    """The check of commerce and the form of the API stand before the price book; a field of no plan is refused."""
    manager = await web.till("3001")
    text = {**CUPS, **change}
    assert (await manager.refused("PUT /reference/plans/cups", text))[1] == code


@pytest.mark.parametrize(
    ("where", "body", "code"),
    [
        (BUY, {"plan": "nothing", "tenders": []}, "unknown_rule"),
        (BUY, {"plan": "cups", "tenders": []}, "underpaid"),
        (
            "POST /members/{member}/plans",
            {"plan": "cups", "tenders": [{"tender": "uses", "amount": 12_000}]},
            "unknown_tender",
        ),
        (
            "POST /members/{member}/plans",
            {"plan": "cups", "tenders": [{"tender": "wechat", "amount": 12_001}]},
            "overpaid",
        ),
        (
            "POST /members/{member}/plans",
            {"plan": "cups", "tenders": CASH, "total": 1},
            "total_changed",
        ),
        (BUY, {"plan": "cups"}, "bad_request"),
        (BUY, {"plan": 7, "tenders": []}, "bad_request"),
        (f"POST /members/{NOBODY}/plans", {"plan": "cups", "tenders": []}, "unknown_member"),
        (f"POST /plans/{NOBODY}/freeze", WHY, "unknown_issue"),
        (f"POST /plans/{NOBODY}/thaw", WHY, "unknown_issue"),
        (f"POST /plans/{NOBODY}/undo", WHY, "unknown_issue"),
        (f"POST /plans/{NOBODY}/undo", {"reason": "x"}, "bad_request"),
        (f"POST /plans/{NOBODY}/undo", WHY | {"approval": {"staff": "2001", "pin": "0000"}}, "sign_in_refused"),
        (f"PUT /baskets/{NOBODY}/coupons", {"coupons": []}, "unknown_basket"),
        (f"PUT /baskets/{NOBODY}/lines/1/plan", {"plan": "cups"}, "unknown_basket"),
        ("POST /members/{member}/coupons", WHY | {"template": "c5", "count": 21}, "bad_request"),
        ("POST /members/{member}/coupons", WHY | {"template": "c5", "count": 0}, "bad_request"),
    ],
)
async def test_hostile_input(lead: Till, where: str, body: Any, code: str):
    """A clear refusal, and nothing is sold, given or changed."""
    member = await member_of(lead)
    assert (await lead.refused(where.format(member=member), body))[1] == code
    assert (await lead.get(f"/members/{member}/plans"))["plans"] == []
    assert (await lead.get(f"/members/{member}/coupons"))["coupons"] == []


async def test_in_a_chain_head_office_writes_plans(web: WebShop):
    """A branch of a chain only reads them; all that it knows are listed, also those not sold any more."""
    manager = await web.till("3001")
    await manager.do("PUT /reference/plans/cups", CUPS | {"active": False})
    assert (await manager.get("/plans"))["plans"] == []
    (row,) = (await manager.get("/reference/plans"))["plans"]
    assert (row["code"], row["active"], row["target"]["categories"]) == ("cups", False, ["drinks"])
    assert (await (await web.till("2001", "t2")).refused("PUT /reference/plans/cups", CUPS))[0] == 403
    await web.enrol()
    manager = await web.till("3001", "t3")
    assert (await manager.refused("PUT /reference/plans/cups", CUPS))[1] == "managed_by_hq"
    assert (await manager.refused("DELETE /reference/plan/cups"))[1] == "managed_by_hq"


async def test_cards_are_shown_without_a_shift(web: WebShop, lead: Till):
    """A till that has no shift open goes by the calendar: what holds today is told as usable."""
    member = await member_of(lead)
    await buy(lead, member, "month", 19_900)
    other = await web.till("1001", "t2")
    (one,) = (await other.get(f"/members/{member}/plans"))["plans"]
    assert (one["usable"], one["uses_here"], one["last_day"]) == (True, 2, "2025-12-21")
