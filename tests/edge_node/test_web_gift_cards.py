"""Gift cards over the till's API: sold, looked at, paid with by whoever knows the number, and never overdrawn."""

from web_shop import WebShop

from edge_node.ledger.verify import verify

CASH_200 = {"amount": 20_000, "tenders": [{"tender": "cash", "amount": 20_000}]}


async def _sold(web: WebShop):
    till = await web.till()
    await till.open_shift()
    return till, await till.do("POST /gift-cards", CASH_200)


async def _pay(till, *tenders: tuple[str, int, str], items: tuple[str, ...] = ("naicha",)):
    basket = await till.basket(*items)
    offers = [{"tender": tender, "amount": amount, "ref": ref} for tender, amount, ref in tenders]
    return f"POST /baskets/{basket}/checkout", {"tenders": offers}


async def test_a_card_is_sold_and_pays_until_it_is_empty(web: WebShop):
    """What was paid in is what the card pays, in parts, by anyone at any till of the branch."""
    till, sold = await _sold(web)
    number = sold["card"]
    assert (len(number), sold["amount"], sold["change"]) == (16, 20_000, 0)
    assert (await till.get(f"/gift-cards?number={number}"))["here"] == 20_000
    other = await web.till("2001", "t2")
    await other.open_shift()
    receipt = await other.do(*await _pay(other, ("gift_card", 1500, number)))
    assert (receipt["total"], receipt["member"]) == (1500, "")
    rest = await till.do(*await _pay(till, ("gift_card", 18_500, number), ("cash", 1900, ""), items=("jianfa",) * 3))
    assert rest["total"] == 20_400
    left = await till.get(f"/gift-cards?number={number[:4]}%20{number[4:]}")
    assert (left["known"], left["here"]) == (True, 0)
    assert web.direct(lambda conn: verify(conn).ok)


async def test_a_card_pays_no_more_than_it_holds(web: WebShop):
    """More than the card holds, or the same card twice in one payment, is refused and nothing is sold."""
    till, sold = await _sold(web)
    short = await till.refused(*await _pay(till, ("gift_card", 20_001, sold["card"]), items=("jianfa",) * 3))
    assert short[1] == "gift_card_short"
    twice = [("gift_card", 700, sold["card"]), ("gift_card", 800, sold["card"])]
    assert (await till.refused(*await _pay(till, *twice)))[0] == 400
    assert (await till.get(f"/gift-cards?number={sold['card']}"))["here"] == 20_000


async def test_the_number_stands_in_no_log(web: WebShop):
    """Neither the entries nor the sale's tenders hold a number that could be spent."""
    till, sold = await _sold(web)
    receipt = await till.do(*await _pay(till, ("gift_card", 1500, sold["card"])))
    assert receipt["tenders"][0]["ref"] == f"*{sold['card'][-4:]}"
    entries = web.direct(lambda conn: conn.execute("SELECT entry FROM entries").fetchall())
    assert all(sold["card"].encode() not in entry for (entry,) in entries)


async def test_a_refund_goes_back_to_the_card(web: WebShop):
    """Goods paid with a gift card give the value back to that card, not cash."""
    till, sold = await _sold(web)
    receipt = await till.do(*await _pay(till, ("gift_card", 1500, sold["card"])))
    body = {"lines": [{"line": 0, "milli_qty": 1000}], "reason": "洒了", "approval": {"staff": "2001", "pin": "2468"}}
    await till.do(f"POST /sales/{receipt['sale']}/refund", body)
    assert (await till.get(f"/gift-cards?number={sold['card']}"))["here"] == 20_000
    assert web.direct(lambda conn: verify(conn).ok)


async def test_wrong_numbers_and_amounts_are_refused(web: WebShop):
    """A number that cannot be one, one never sold, and a card above the law's cap."""
    till, sold = await _sold(web)
    wrong = sold["card"][:-1] + str((int(sold["card"][-1]) + 1) % 10)
    for number in (wrong, "1234", "'; DROP TABLE lots;--"):
        assert (await till.refused(*await _pay(till, ("gift_card", 1500, number))))[1] == "unknown_gift_card"
    unknown = await till.ask("GET", "/gift-cards?number=4000000000000002")
    assert unknown[0] == 200
    assert (unknown[1]["known"], unknown[1]["here"]) == (False, 0)
    assert (await till.refused(*await _pay(till, ("gift_card", 1500, "4000000000000002"))))[1] == "gift_card_short"
    over = {"amount": 100_001, "tenders": [{"tender": "cash", "amount": 100_001}]}
    assert (await till.refused("POST /gift-cards", over))[1] == "amount_not_allowed"
    stored = {"amount": 100, "tenders": [{"tender": "stored_value", "amount": 100}]}
    assert (await till.refused("POST /gift-cards", stored))[0] >= 400


async def test_selling_a_card_is_no_sale(web: WebShop):
    """The drawer's figures know a card as value paid in, so that revenue is counted once: when goods go out."""
    lead = await web.till("2001")
    await lead.open_shift()
    await lead.do("POST /gift-cards", CASH_200)
    figures = await lead.get("/shift/x")
    assert (figures["sales"], figures["top_ups"], figures["topped_up"]) == (0, 1, 20_000)
