"""The customer's second screen: what it shows, what it never shows, and that its token opens nothing else."""

import asyncio
import json
from typing import Any

import pytest
from web_shop import API, DAY, PINS, Till, WebShop

from edge_node.web import limits
from edge_node.web.customer_screen import principal_of, token_of
from edge_node.web.notices import SIGNED_OUT
from edge_node.web.table import ROUTES

VIEW = {
    *("state", "till", "language", "shop", "text", "lines", "earlier", "saved", "total", "member"),
    *("tenders", "given", "change", "points", "ends_in_ms", "pictures", "credited", "codes"),
}
LINE = {"name", "milli_qty", "unit_price", "amount", "list_amount"}


async def screen_token(web: WebShop, till: str = "t1", staff: str = "1001", pin: str | None = None) -> str:
    """Sign a screen in as somebody of the staff does."""
    body = {"staff": staff, "pin": pin or PINS[staff], "till": till}
    async with web.client.post(f"{API}/customer-screen/sign-in", json=body) as response:
        answer = await response.json()
        assert response.status == 200, answer
        assert set(answer) == {"token", "till"}
        return str(answer["token"])


async def view(web: WebShop, token: str) -> Any:
    """What the screen shows now."""
    async with web.client.get(f"{API}/customer-screen", headers={"Authorization": f"Bearer {token}"}) as response:
        answer = await response.json()
        assert response.status == 200, answer
        return answer


async def hear(web: WebShop, token: str) -> Any:
    """A screen's socket, after its greeting."""
    socket = await web.client.ws_connect(f"{API}/notices")
    await socket.send_json({"token": token})
    assert (await socket.receive_json())["kind"] == "hello"
    return socket


async def member(till: Till) -> str:
    """A member of the shop."""
    made = await till.do("POST /members", {"name": "王小明", "phone": "13912345678", "consent": "1"})
    return str(made["member"])


async def test_a_sale_as_the_customer_sees_it(web: WebShop):
    """Idle, the lines as they are rung up with what is saved, the change after paying, and idle again."""
    till = await web.till()
    token = await screen_token(web)
    assert (await view(web, token))["state"] == "idle"
    await till.open_shift()
    basket = await till.basket("naicha", member=await member(till))
    await till.do(f"POST /baskets/{basket}/lines", {"item": "shui1", "milli_qty": 3000})
    await till.do(f"PUT /baskets/{basket}/discount", {"discount": {"per_mille": 50, "reason": "熟客"}})
    seen = await view(web, token)
    assert (seen["state"], seen["till"], seen["member"]) == ("basket", "t1", "王*明")
    assert [(line["name"], line["milli_qty"]) for line in seen["lines"]] == [("珍珠奶茶", 1000), ("矿泉水", 3000)]
    assert (seen["saved"], seen["total"]) == (105, 1995)
    assert sum(line["amount"] for line in seen["lines"]) == 1995
    await till.do(f"POST /baskets/{basket}/checkout", {"tenders": [{"tender": "cash", "amount": 5000}]})
    paid = await view(web, token)
    assert (paid["state"], paid["total"], paid["given"], paid["change"]) == ("paid", 1995, 5000, 3005)
    assert paid["tenders"] == [{"tender": "cash", "amount": 1995}]
    assert (paid["points"], paid["ends_in_ms"], paid["member"]) == (19, limits.CUSTOMER_PAID_MS, "王*明")
    web.time += limits.CUSTOMER_PAID_MS
    assert (await view(web, token))["state"] == "idle"


async def test_a_top_up_as_the_customer_sees_it(web: WebShop):
    """What was paid for value and what came of it is shown for a while; then what is being rung up is back."""
    till, other = await web.till(), await web.till(name="t2")
    token = await screen_token(web)
    await till.open_shift()
    await other.open_shift()
    who = await member(till)
    await till.basket("naicha")
    web.time += 1000
    paid = {"amount": 50_000, "rule": "big", "tenders": [{"tender": "cash", "amount": 60_000}]}
    socket = await hear(web, token)
    await till.do(f"POST /members/{who}/top-ups", paid)
    assert (await socket.receive_json())["kind"] == "customer"
    await socket.close()
    seen = await view(web, token)
    assert (seen["state"], seen["total"], seen["given"], seen["change"]) == ("paid", 50_000, 60_000, 10_000)
    assert (seen["credited"], seen["points"], seen["member"]) == (60_000, 50, "王*明")
    assert seen["ends_in_ms"] == limits.CUSTOMER_PAID_MS
    assert (await view(web, await screen_token(web, "t2")))["state"] == "idle"
    web.time += limits.CUSTOMER_PAID_MS
    assert (await view(web, token))["state"] == "basket"


async def test_nothing_that_is_not_the_customers(web: WebShop):
    """No id, no staff, no reason, no whole name and no phone is told; and no field is told by accident."""
    till = await web.till()
    token = await screen_token(web)
    await till.open_shift()
    who = await member(till)
    basket = await till.basket("naicha", member=who)
    await till.do(f"PUT /baskets/{basket}/discount", {"discount": {"per_mille": 50, "reason": "老板的亲戚"}})
    told = [await view(web, token)]
    await till.do(
        f"POST /baskets/{basket}/checkout", {"tenders": [{"tender": "wechat", "amount": 1425, "ref": "4200001"}]}
    )
    told.append(await view(web, token))
    for seen in told:
        assert set(seen) == VIEW
        assert all(set(line) == LINE for line in seen["lines"])
        for secret in (who, basket, "1001", "李芳", "亲戚", "王小明", "5678", "4200001", "naicha"):
            assert secret not in str(seen)


async def test_the_token_opens_nothing_else(web: WebShop):
    """A customer's screen may read its view; every other route refuses it."""
    token = await screen_token(web)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "t1-1"}
    for route in ROUTES:
        if route.roles is None or route.name == "customerScreen":
            continue
        path = route.path
        for name in ("{line}", "{item}", "{code}", "{kind}", "{request}"):
            path = path.replace(name, {"{kind}": "product", "{line}": "1", "{request}": "1-1"}.get(name, "x"))
        path = "/".join("0" * 32 if part.startswith("{") else part for part in path.split("/"))
        options: dict[str, Any] = {"json": []} if route.body is not None else {}
        async with web.client.request(route.method, path, headers=headers, **options) as response:
            assert (response.status, (await response.json())["code"]) == (403, "forbidden"), route.name


async def test_the_screen_hears_its_own_till_alone(web: WebShop):
    """Of all notices it gets those of its own customer, and of those that wait one is enough."""
    first, second = await web.till("1001", "t1"), await web.till("2001", "t2")
    await first.open_shift()
    await second.open_shift()
    socket = await hear(web, await screen_token(web, "t1"))
    await second.basket("naicha")
    await member(second)
    web.deps.notices.publish("basket", basket="0" * 32, state="held", till="t1")
    web.deps.notices.publish("link", connected=1)
    await first.basket("naicha")
    assert await socket.receive_json() == {"kind": "customer", "data": {"till": "t1"}}
    waiting = asyncio.create_task(socket.receive_json())
    basket = await second.basket("shui1")
    await second.do(f"DELETE /baskets/{basket}")
    await asyncio.sleep(0)
    while not waiting.done():
        web.deps.notices.publish("shift", till="t1", state="open")
        web.deps.notices.publish("customer", till="t1")
        await asyncio.sleep(0)
    assert waiting.result()["kind"] == "customer"
    await socket.close()


@pytest.mark.parametrize("act", ["line", "discount", "member", "hold", "drop", "sell", "quick"])
async def test_every_change_is_noticed(web: WebShop, act: str):
    """Whatever changes what the customer sees is told to the screen."""
    till = await web.till()
    await till.open_shift()
    basket = await till.basket("naicha")
    who = await member(till)
    socket = await hear(web, await screen_token(web))
    cash = {"tenders": [{"tender": "cash", "amount": 1500}]}
    acts: dict[str, tuple[str, Any]] = {
        "line": (f"DELETE /baskets/{basket}/lines/1", None),
        "discount": (f"PUT /baskets/{basket}/discount", {"discount": {"per_mille": 10}}),
        "member": (f"PUT /baskets/{basket}/member", {"member": who}),
        "hold": (f"POST /baskets/{basket}/hold", {"note": ""}),
        "drop": (f"DELETE /baskets/{basket}", None),
        "sell": (f"POST /baskets/{basket}/checkout", cash),
        "quick": ("POST /quick-sales", {"amount": 1500, **cash}),
    }
    await till.do(*acts[act])
    assert (await socket.receive_json())["kind"] == "customer"
    await socket.close()


async def test_tokens(web: WebShop):
    """A token is of one till and one node; a changed one is none, and it survives a restart and the cashier's leave."""
    till = await web.till()
    token = (await till.get("/customer-screen/token"))["token"]
    assert token == await screen_token(web) == token_of(web.deps.digest_key, "t1")
    assert token != token_of(web.deps.digest_key, "t2")
    assert len(token) <= limits.TOKEN_CHARS
    key = web.deps.digest_key
    for bad in (
        token[:-1],
        token + "0",
        token.replace("t1", "t2"),
        "customer.t1.",
        f"customer.-.{'0' * 64}",
        token + "\n",
    ):
        assert principal_of(key, bad) is None
    assert principal_of(b"x" * 32, token) is None
    await till.ask("POST", "/sign-out")
    await web.restart()
    assert (await view(web, token))["till"] == "t1"


async def test_wrong_pins_count(web: WebShop):
    """Signing a screen in takes a right PIN, one that need not be changed first, and waits after failures as any."""
    for _ in range(8):
        body = {"staff": "1001", "pin": "0000", "till": "t1"}
        async with web.client.post(f"{API}/customer-screen/sign-in", json=body) as response:
            answer = await response.json()
            assert response.status >= 400
    assert answer["code"] == "pin_locked"
    body = {"staff": "3002", "pin": PINS["3002"], "till": "t1"}
    async with web.client.post(f"{API}/customer-screen/sign-in", json=body) as response:
        assert (await response.json())["code"] == "pin_change_needed"


async def test_a_bad_token_ends_the_socket(web: WebShop):
    """A token that is none is told so by the close code that means: sign in."""
    socket = await web.client.ws_connect(f"{API}/notices")
    await socket.send_json({"token": f"customer.t1.{'0' * 64}"})
    await socket.receive()
    assert socket.close_code == SIGNED_OUT


async def test_old_baskets_do_not_come_back(web: WebShop):
    """A basket that lay open before the last sale is not shown again; touched it is; without a shift nothing is."""
    till = await web.till("2001")
    token = await screen_token(web)
    await till.open_shift()
    old = await till.basket("naicha")
    web.time += 1000
    await till.do("POST /quick-sales", {"amount": 500, "tenders": [{"tender": "alipay", "amount": 500}]})
    assert (await view(web, token))["state"] == "paid"
    web.time += limits.CUSTOMER_PAID_MS
    assert (await view(web, token))["state"] == "idle"
    await till.do(f"POST /baskets/{old}/lines", {"item": "shui1"})
    assert (await view(web, token))["total"] == 1700
    await till.do(f"DELETE /baskets/{old}")
    other = await web.till("1001", "t2")
    assert (await view(web, (await other.get("/customer-screen/token"))["token"]))["state"] == "idle"


async def test_long_baskets_are_cut(web: WebShop, monkeypatch: pytest.MonkeyPatch):
    """Of a long basket the latest lines are shown, and how many came before; the total is that of all."""
    monkeypatch.setattr(limits, "CUSTOMER_LINES", 2)
    till = await web.till()
    token = await screen_token(web)
    await till.open_shift()
    await till.basket("naicha", "jianfa", "shui1", "shui2")
    seen = await view(web, token)
    assert ([line["name"] for line in seen["lines"]], seen["earlier"]) == (["矿泉水", "矿泉水(整箱价)"], 2)
    assert seen["total"] == 8680


async def test_the_shops_own_words(web: WebShop):
    """Name, language and idle text are the chain's settings."""
    manager = await web.till("3001")
    for name, value in (
        ("shop_name", '"好味道茶饮"'),
        ("language", '"zh-TW"'),
        ("display_text", '"新品上市\\n第二杯半價"'),
    ):
        await manager.do(f"PUT /reference/settings/{name}", {"value": value})
    seen = await view(web, await screen_token(web))
    assert (seen["shop"], seen["language"], seen["text"]) == ("好味道茶饮", "zh-TW", "新品上市\n第二杯半價")
    assert DAY not in str(seen)


async def test_idle_pictures(web: WebShop):
    """While nobody buys the screen is told which pictures to show, and none while goods are rung up."""
    manager = await web.till("3001")
    names = ["ab" * 32, "cd" * 32]
    await manager.do("PUT /reference/settings/idle_pictures", {"value": json.dumps(names)})
    token = await screen_token(web)
    assert (await view(web, token))["pictures"] == names
    await manager.open_shift()
    basket = await manager.basket("naicha")
    assert (await view(web, token))["pictures"] == []
    await manager.do(f"POST /baskets/{basket}/checkout", {"tenders": [{"tender": "cash", "amount": 1500}]})
    assert (await view(web, token))["pictures"] == []


async def test_the_shops_own_codes_stand_beside_what_is_to_be_paid(web: WebShop):
    """While a basket waits for its money its screen shows the codes to be scanned; idle and paid it shows none."""
    manager = await web.till("3001")
    await manager.do("PUT /reference/settings/payment_codes", {"value": '{"wechat": "wxp://f2f0shop"}'})
    await manager.open_shift()
    assert (await manager.get("/customer-screen"))["codes"] == []
    basket = await manager.basket("naicha")
    (code,) = (await manager.get("/customer-screen"))["codes"]
    assert (code["tender"], code["name"]) == ("wechat", "")
    rows = code["rows"]
    assert len(rows) == len(rows[0]) == 21
    finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
    assert [row[:7] for row in rows[:7]] == [row[-7:] for row in rows[:7]] == [row[:7] for row in rows[-7:]] == finder
    await manager.do(f"POST /baskets/{basket}/checkout", {"tenders": [{"tender": "cash", "amount": 1500}]})
    assert (await manager.get("/customer-screen"))["codes"] == []


async def test_codes_that_no_phone_reads_are_no_setting(web: WebShop):
    """Three codes, or one that is too long, are refused."""
    manager = await web.till("3001")
    for value in ({"a": "1", "b": "2", "c": "3"}, {"wechat": "x" * 201}, {"wechat": ""}, {"wechat": "a\nb"}):
        refused = await manager.refused("PUT /reference/settings/payment_codes", {"value": json.dumps(value)})
        assert refused[1] == "bad_setting"
