"""Tills between the commit of a new incarnation and the moment when the program hears of it."""

from web_shop import WebShop

from edge_node.ledger import incarnations


async def test_no_request_fails_while_an_incarnation_is_replaced(web: WebShop):
    """What is asked after the new incarnation was committed is done in it, though the program still names the old."""
    await web.enrol()
    till = await web.till()
    await till.open_shift()
    old = web.node.incarnation.hex()
    await web.database.write(incarnations.open_next, "closed", b"n" * 16, web.time)
    health = await till.get("/health")
    assert health["incarnation"] == (b"n" * 16).hex() != old
    status, answer = await till.ask(
        "POST", "/quick-sales", {"amount": 500, "tenders": [{"tender": "cash", "amount": 500}]}
    )
    assert (status, answer["witness"]["incarnation"]) == (200, (b"n" * 16).hex())
    signed_in = await web.till("2001", "t2")
    assert (await signed_in.get("/me"))["witness"]["seq"] == answer["witness"]["seq"]
