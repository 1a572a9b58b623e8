"""A till that broke down in mid-sale loses nothing: another one takes its basket over."""

from web_shop import LEAD, WebShop

CASH = {"tenders": [{"tender": "cash", "amount": 2000}]}


async def test_own_basket_is_taken_over(web: WebShop):
    """Whoever rang a basket up takes it to another till and sells it there, once."""
    first, second = await web.till(name="t1"), await web.till(name="t2")
    await first.open_shift()
    await second.open_shift()
    basket = await first.basket("naicha")
    await first.basket()
    listed = await second.get("/baskets")
    assert [(row["basket"], row["till"], row["lines"]) for row in listed["others"]] == [(basket, "t1", 1)]
    assert listed["open"] == []
    assert (await second.refused(f"DELETE /baskets/{basket}"))[1] == "basket_elsewhere"
    taken = await second.do(f"POST /baskets/{basket}/take", {})
    assert (taken["till"], taken["staff"], taken["total"]) == ("t2", "1001", 1500)
    assert (await first.get("/baskets"))["others"][0]["till"] == "t2"
    assert (await first.refused(f"POST /baskets/{basket}/checkout", CASH))[1] == "basket_elsewhere"
    await second.do(f"POST /baskets/{basket}/checkout", CASH)
    assert (await second.refused(f"POST /baskets/{basket}/take", {}))[:2] == (404, "unknown_basket")


async def test_a_colleagues_basket_needs_approval(web: WebShop):
    """A cashier takes a colleague's basket with a shift lead's PIN only; a wrong one changes nothing."""
    lead, cashier = await web.till("2001", "t1"), await web.till("1001", "t2")
    basket = await lead.basket("naicha")
    path = f"POST /baskets/{basket}/take"
    assert (await cashier.refused(path, {}))[:2] == (403, "approval_needed")
    assert (await cashier.refused(path, {"approval": {"staff": "2001", "pin": "0000"}}))[1] == "sign_in_refused"
    assert (await cashier.refused(path, {"approval": {"staff": "1001", "pin": "1357"}}))[1] == "role_needed"
    assert (await cashier.refused(path, {"approval": LEAD, "till": "t1"}))[1] == "bad_request"
    assert (await lead.get("/baskets"))["open"][0]["basket"] == basket
    assert (await cashier.do(path, {"approval": LEAD}))["till"] == "t2"
    assert (await lead.do(path, {}))["till"] == "t1"


async def test_held_and_own_baskets(web: WebShop):
    """A held basket is recalled, not taken over; taking one's own open basket changes nothing."""
    till, other = await web.till(name="t1"), await web.till("2001", "t2")
    basket = await till.basket("naicha")
    assert (await till.do(f"POST /baskets/{basket}/take", {}))["till"] == "t1"
    await till.do(f"POST /baskets/{basket}/hold", {"note": "王先生"})
    assert (await other.get("/baskets"))["others"] == []
    assert (await other.refused(f"POST /baskets/{basket}/take", {}))[:2] == (409, "basket_elsewhere")


async def test_both_customers_screens_hear(web: WebShop):
    """The customer screens of both tills are told, and so are all tills."""
    first, second = await web.till(name="t1"), await web.till(name="t2")
    basket = await first.basket("naicha")
    heard: list[tuple[str, object]] = []
    leave = web.deps.notices.listen(lambda notice: heard.append((notice.kind, notice.data.get("till"))))
    await second.do(f"POST /baskets/{basket}/take", {})
    leave()
    assert heard == [("basket", "t2"), ("customer", "t1"), ("customer", "t2")]
