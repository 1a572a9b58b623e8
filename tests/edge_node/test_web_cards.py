"""Cards, passwords and transfers over the API: no number in a stored answer, wrong passwords counted, roles."""

import pytest
from web_shop import LEAD, PINS, WebShop

RANGE = {"prefix": "8866", "first": 1, "last": 9}


@pytest.fixture
async def shop(web: WebShop) -> WebShop:
    """A shop of its own with a range of nine cards, where 50.00 of stored value asks for the password."""
    manager = await web.till("3001", "office")
    await manager.do("PUT /card-range", RANGE)
    await manager.do("PUT /reference/settings/card_password_above", {"value": "5000"})
    return web


async def _member(till, phone: str = "13800138000") -> str:
    return (await till.do("POST /members", {"name": "王小明", "phone": phone}))["member"]


async def test_cards_are_issued_once_and_shown_when_asked(shop: WebShop):
    """A repeated request shows the same card; the stored answer does not hold its number."""
    till = await shop.till()
    await till.open_shift()
    member = await _member(till)
    key = till.next_key()
    first = await till.ask("POST", f"/members/{member}/cards/issue", {}, key=key)
    await shop.restart()
    again = await till.ask("POST", f"/members/{member}/cards/issue", {}, key=key)
    card = first[1]["result"]["card"]
    assert again[1]["result"] == {"card": card}
    assert (await till.get(f"/members/{member}"))["cards"] == [card]
    assert (await till.get(f"/members?card={card}"))["members"][0]["member"] == member
    answers = shop.direct(lambda conn: conn.execute("SELECT body FROM answers").fetchall())
    assert not any(card.encode() in body for (body,) in answers)
    entries = shop.direct(lambda conn: conn.execute("SELECT entry FROM entries").fetchall())
    assert not any(card.encode() in body for (body,) in entries)
    assert (await till.do(f"POST /members/{member}/cards/issue", {}))["card"] != card
    manager = await shop.till("3001", "office")
    assert await manager.get("/card-range") == {**RANGE, "next": 3, "left": 7}
    assert (await till.get("/till"))["card_ranges"] is True


async def test_a_lost_card_is_replaced(shop: WebShop):
    """The old one is told to be lost, the new one is the next of the range or the one that was swiped."""
    till = await shop.till()
    await till.open_shift()
    member = await _member(till)
    await till.do(f"POST /members/{member}/cards", {"card": "VIP-1"})
    made = await till.do(f"POST /members/{member}/cards/replace", {"old": "VIP-1"})
    assert (await till.ask("GET", "/members?card=VIP-1"))[1]["code"] == "card_lost"
    done = await till.do(f"POST /members/{member}/cards/replace", {"old": made["card"], "new": "VIP-2"})
    assert done == {"card": "VIP-2"}
    other = await _member(till, "13900139000")
    for body in ({"old": "VIP-2"}, {"old": "x' OR 1=1"}, {"old": "😀"}):
        status, code, _ = await till.refused(f"POST /members/{other}/cards/replace", body)
        assert (status, code) == (400, "bad_card"), "an object of another member is not this one's"


async def test_who_may_set_the_range(shop: WebShop):
    """A manager of a shop of its own; figures that make no cards are refused; in a chain HQ gives it."""
    till, manager = await shop.till(), await shop.till("3001", "office")
    assert (await till.refused("PUT /card-range", RANGE))[0] == 403
    assert (await till.ask("GET", "/card-range"))[0] == 403
    for bad in (
        {"first": 9, "last": 1},
        {"prefix": "12a"},
        {"prefix": ""},
        {"last": 10**11},
        {"first": -1},
        {"prefix": "1"},
    ):
        assert (await manager.refused("PUT /card-range", {**RANGE, **bad}))[0] == 400
    await shop.enrol()
    assert (await manager.refused("PUT /card-range", RANGE))[:2] == (403, "managed_by_hq")


async def test_no_numbers_left(shop: WebShop):
    """The tenth card of nine is refused, and says what to do."""
    till = await shop.till()
    await till.open_shift()
    member = await _member(till)
    for _ in range(9):
        await till.do(f"POST /members/{member}/cards/issue", {})
    assert (await till.refused(f"POST /members/{member}/cards/issue", {}))[:2] == (409, "no_card_numbers")


async def test_a_card_password_guards_payments(shop: WebShop):
    """Asked for from 50.00 on; wrong ones are counted although the sale is refused, and lock; a lead sets a new one."""
    till = await shop.till()
    await till.open_shift()
    member = await _member(till)
    await till.do(
        f"POST /members/{member}/top-ups", {"amount": 50000, "tenders": [{"tender": "cash", "amount": 50000}]}
    )
    await till.do(f"PUT /members/{member}/password", {"password": "135790"})
    shown = await till.get(f"/members/{member}")
    assert shown["has_password"]
    assert "password" not in shown["profile"]
    basket = await till.basket("jianfa", member=member)
    where = f"POST /baskets/{basket}/checkout"
    pay = {"tenders": [{"tender": "stored_value", "amount": 6800}]}
    assert (await till.refused(where, pay))[:2] == (403, "password_needed")
    for _ in range(4):
        assert (await till.refused(where, {**pay, "password": "000000"}))[:2] == (403, "password_wrong")
    assert (await till.refused(where, {**pay, "password": "135790"}))[:2] == (429, "password_locked")
    assert (await till.refused(f"PUT /members/{member}/password", {"password": "2468"}))[:2] == (403, "approval_needed")
    await till.do(f"PUT /members/{member}/password", {"password": "246800", "approval": LEAD})
    assert (await till.refused(where, {**pay, "password": "135790"}))[:2] == (403, "password_wrong")
    assert (await till.do(where, {**pay, "password": "246800"}))["balances"] == {"principal": 43200, "points": 68}
    quick = {"amount": 5000, "member": member, "tenders": [{"tender": "stored_value", "amount": 5000}]}
    assert (await till.refused("POST /quick-sales", quick))[:2] == (403, "password_needed")
    await till.do("POST /quick-sales", {**quick, "password": "246800"})
    await till.do(f"PUT /members/{member}/password", {"password": None, "old": "246800"})
    assert not (await till.get(f"/members/{member}"))["has_password"]
    await till.do("POST /quick-sales", quick)


async def test_a_password_proves_its_own_member_only(shop: WebShop):
    """The right password of one member pays nothing of another; nonsense bodies are refused."""
    till = await shop.till()
    await till.open_shift()
    one, other = await _member(till), await _member(till, "13900139000")
    for member, password in ((one, "111111"), (other, "222222")):
        body = {"amount": 50000, "tenders": [{"tender": "cash", "amount": 50000}]}
        await till.do(f"POST /members/{member}/top-ups", body)
        await till.do(f"PUT /members/{member}/password", {"password": password})
    quick = {"amount": 5000, "member": one, "tenders": [{"tender": "stored_value", "amount": 5000}]}
    assert (await till.refused("POST /quick-sales", {**quick, "password": "222222"}))[:2] == (403, "password_wrong")
    for bad in ("1", "1" * 13, "abcd", 1234, "１２３４"):
        assert (await till.refused("POST /quick-sales", {**quick, "password": bad}))[0] == 400
    walk_in = {"amount": 100, "tenders": [{"tender": "cash", "amount": 100}], "password": "111111"}
    await till.do("POST /quick-sales", walk_in)
    assert (await till.refused(f"PUT /members/{'0' * 32}/password", {"password": "1234"}))[:2] == (
        404,
        "unknown_member",
    )


async def test_value_moves_with_approval(shop: WebShop):
    """A lead's PIN moves all of it; a cashier's does not; both members' screens are told."""
    till = await shop.till()
    await till.open_shift()
    one, other = await _member(till), await _member(till, "13900139000")
    body = {"amount": 50000, "rule": "big", "tenders": [{"tender": "cash", "amount": 50000}]}
    await till.do(f"POST /members/{one}/top-ups", body)
    move = {"to": other, "reason": '转给"家人"😀', "approval": LEAD}
    weak = {**move, "approval": {"staff": "1001", "pin": PINS["1001"]}}
    assert (await till.refused(f"POST /members/{one}/transfer", weak))[:2] == (403, "role_needed")
    assert (await till.refused(f"POST /members/{one}/transfer", {**move, "to": one}))[:2] == (409, "not_transferable")
    done = await till.do(f"POST /members/{one}/transfer", move)
    assert (done["principal"], done["bonus"], done["elsewhere"]) == (50000, 10000, 0)
    assert (await till.get(f"/members/{other}"))["here"] == {"principal": 50000, "bonus": 10000}
    assert (await till.refused(f"POST /members/{one}/transfer", move))[:2] == (409, "nothing_to_move")
