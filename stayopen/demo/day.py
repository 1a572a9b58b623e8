"""A morning of business in a demo that was just made, so that there is something to see: members hold cards."""

from commerce.shifts import CNY_DENOMINATIONS
from edge_node.runtime import now_ms
from stayopen import seed, seed_offers
from stayopen.demo.chain import Chain
from stayopen.demo.client import Json, Till
from stayopen.demo.people import LEAD
from stayopen.demo.till_acts import (
    CASH,
    STORED_VALUE,
    check_out,
    fill_basket,
    find_member,
    open_shift,
    pay,
    sell,
    top_up,
)

TILL = "till-0"
"""The till of that morning; its shift is closed, the others are for who looks."""

_BOUGHT = (
    ("13800010001", ("coffee10", "print30")),
    ("13800010002", ("laundry20", "points500")),
    ("13800010003", ("gold90",)),
    ("13800010006", ("gift500",)),
    ("13800010007", ("seat600",)),
)
"""Phone → card plans bought that morning."""

_PROVIDERS = '{"wechat": "simulated", "alipay": "simulated"}'
"""Who looks at the demo pays by payment codes of a provider that charges nobody."""

_PRICES = {row.code: row.price for row in seed_offers.PLANS}


async def spend_a_morning(chain: Chain) -> None:
    """Sell plans and value to members, use some of them, close the shift with nothing missing; switch providers on."""
    await chain.office.send("PUT /parameters", {"values": [{"name": "payment_providers", "value": _PROVIDERS}]})
    till = await chain.till(seed.BRANCHES[0][0], TILL, LEAD)
    await open_shift(till, seed.business_day(now_ms()))
    members = {phone: await find_member(till, phone) for phone, _ in _BOUGHT}
    for phone, plans in _BOUGHT:
        for plan in plans:
            body = {"plan": plan, "tenders": pay(CASH, _PRICES[plan]), "total": _PRICES[plan]}
            await till.act(f"POST /members/{members[phone]}/plans", body)
    zhang = members["13800010001"]
    await top_up(till, zhang, 50_000, "c500")
    await sell(till, {"1014": 2, "1018": 2}, STORED_VALUE, zhang)
    await _covered(till, zhang, {"1010": 2}, "coffee10")
    await sell(till, {"1023": 4, "1005": 1})
    await _close(till)


async def _covered(till: Till, member: str, items: dict[str, int], plan: str) -> Json:
    """Sell goods that a member's plan pays for; return the receipt."""
    basket = await fill_basket(till, items, member)
    for line in basket["lines"]:
        basket = await till.act(f"PUT /baskets/{basket['basket']}/lines/{line['line']}/plan", {"plan": plan})
    return await check_out(till, basket["basket"], [])


async def _close(till: Till) -> None:
    """Count what should be there, and close."""
    figures = await till.get("/shift/x")
    cash = figures["opening"] + figures["cash_in"] - figures["cash_out"]
    cash += sum(flow["received"] - flow["paid_out"] for flow in figures["tenders"] if flow["tender"] == CASH)
    pieces = []
    for denomination in CNY_DENOMINATIONS:
        count, cash = divmod(cash, denomination)
        if count:
            pieces.append({"denomination": denomination, "pieces": count})
    await till.act("POST /shift/count", {"cash": pieces})
    await till.act("POST /shift/close", {"reason": ""})
