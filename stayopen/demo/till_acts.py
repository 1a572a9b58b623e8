"""What a cashier does at a till, as one call each: the steps of the API that belong together."""

from collections.abc import Mapping, Sequence

from stayopen.demo.client import Json, Till

CASH, STORED_VALUE = "cash", "stored_value"


def pay(tender: str, amount: int) -> list[Json]:
    """Return one offer of one tender, minor units."""
    return [{"tender": tender, "amount": amount}]


async def open_shift(till: Till, day: str, change: int = 50_000) -> Json:
    """Open the till's shift on a business date unless one is open; `change`: the float, minor units."""
    current = (await till.get("/shift"))["shift"]
    shift: Json = current or await till.act("POST /shift", {"day": day, "float": change})
    return shift


async def find_member(till: Till, phone: str) -> str:
    """Return the id of the member with this phone number."""
    found: str = (await till.get("/members", phone=phone))["members"][0]["member"]
    return found


async def here(till: Till, member: str) -> dict[str, int]:
    """Return what a member can use in this branch without asking anyone, per asset."""
    found: dict[str, int] = (await till.get(f"/members/{member}"))["here"]
    return found


async def fill_basket(till: Till, items: Mapping[str, int], member: str | None = None) -> Json:
    """Open a basket and put goods in: item number → pieces. Return it priced."""
    basket = await till.act("POST /baskets", {"member": member})
    for item, pieces in items.items():
        line = {"item": item, "milli_qty": pieces * 1000}
        basket = await till.act(f"POST /baskets/{basket['basket']}/lines", line)
    return basket


async def sell(till: Till, items: Mapping[str, int], tender: str = CASH, member: str | None = None) -> Json:
    """Sell goods, paid by one tender exactly; return the receipt."""
    basket = await fill_basket(till, items, member)
    return await check_out(till, basket["basket"], pay(tender, basket["total"]))


async def check_out(till: Till, basket: str, tenders: Sequence[Json]) -> Json:
    """Pay a basket; return the receipt."""
    return await till.act(f"POST /baskets/{basket}/checkout", {"tenders": list(tenders)})


async def quick_sale(till: Till, amount: int, tender: str = CASH, member: str | None = None) -> Json:
    """Sell an amount without goods; return the receipt."""
    return await till.act("POST /quick-sales", {"amount": amount, "tenders": pay(tender, amount), "member": member})


async def top_up(till: Till, member: str, amount: int, rule: str = "") -> Json:
    """Take cash for value; `rule` "" gives no bonus."""
    return await till.act(
        f"POST /members/{member}/top-ups", {"amount": amount, "tenders": pay(CASH, amount), "rule": rule}
    )


async def ask_rights(till: Till, member: str, amount: int, deadline_ms: int = 3_000) -> Json:
    """Ask HQ for rights to a member's stored value and wait for the answer; return how the request stands."""
    body = {"member": member, "amount": amount, "deadline_ms": deadline_ms}
    return await till.act("POST /rights-requests", body)


async def refund(till: Till, sale: str, lead: tuple[str, str], lines: Sequence[tuple[int, int]] | None = None) -> Json:
    """Take goods of this branch's sale back, approved by a shift lead; None: all that remains."""
    back = None if lines is None else [{"line": line, "milli_qty": quantity} for line, quantity in lines]
    body = {"approval": approval(lead), "reason": "顾客退货", "lines": back, "in_cash": True}
    return await till.act(f"POST /sales/{sale}/refund", body)


async def claim(till: Till, sale: str, seller: str, lead: tuple[str, str], lines: Sequence[tuple[int, int]]) -> str:
    """Take goods of another branch's sale back; return the claim's id."""
    back = [{"line": line, "milli_qty": quantity} for line, quantity in lines]
    body = {"approval": approval(lead), "sale": sale, "seller": seller, "lines": back, "reason": "异店退货"}
    made: str = (await till.act("POST /claims", body))["claim"]
    return made


def approval(lead: tuple[str, str]) -> Json:
    """Return a shift lead's number and PIN as a body carries them."""
    return {"staff": lead[0], "pin": lead[1]}
