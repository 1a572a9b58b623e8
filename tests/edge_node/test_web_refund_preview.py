"""A refund shown before it is done: exactly what it will give back, and nothing is changed by looking."""

import pytest
from web_shop import LEAD, Till, WebShop


@pytest.fixture
async def sold(web: WebShop) -> tuple[Till, str]:
    """Two cups at 15.00 and a haircut, paid 20.00 by WeChat and the rest in cash."""
    till = await web.till("1001")
    await till.open_shift()
    basket = await till.basket("naicha", "naicha", "jianfa")
    tenders = [{"tender": "wechat", "amount": 2000}, {"tender": "cash", "amount": 10000}]
    return till, str((await till.do(f"POST /baskets/{basket}/checkout", {"tenders": tenders}))["sale"])


@pytest.mark.parametrize("in_cash", [False, True])
async def test_what_is_shown_is_what_is_given(sold: tuple[Till, str], in_cash: bool):
    """Amount and tenders of the preview are those of the refund that follows."""
    till, sale = sold
    shown = await till.get(f"/sales/{sale}/refund?lines=0:1000,1:1000&in_cash={str(in_cash).lower()}")
    lines = [{"line": 0, "milli_qty": 1000}, {"line": 1, "milli_qty": 1000}]
    body = {"reason": "不想要", "lines": lines, "in_cash": in_cash, "approval": LEAD}
    done = await till.do(f"POST /sales/{sale}/refund", body)
    names = ("amount", "money", "tenders", "uses", "points_back")
    assert {name: shown[name] for name in names} == {name: done[name] for name in names}


async def test_what_cannot_come_back_is_refused_when_shown(sold: tuple[Till, str]):
    """More than was sold, a line that is not there and nonsense are refused before anybody approves."""
    till, sale = sold
    for lines, code in (
        ("0:9000", "already_refunded"),
        ("7:1000", "unknown_line"),
        ("0:0", "bad_quantity"),
        ("x", "bad_request"),
    ):
        assert (await till.refused(f"GET /sales/{sale}/refund?lines={lines}"))[1] == code
    assert (await till.refused(f"GET /sales/{'0' * 32}/refund?lines=0:1000"))[1] == "unknown_sale"
    assert (await till.get("/sales"))["sales"][0]["refunded"] is False


async def test_a_list_says_when_each_was_sold(web: WebShop, sold: tuple[Till, str]):
    """Rows of the latest sales and of one found by its number bear the time."""
    till, _ = sold
    row = (await till.get("/sales"))["sales"][0]
    assert row["at"] == web.time
    assert (await till.get(f"/sales?number={row['number']}"))["sales"] == [row]
