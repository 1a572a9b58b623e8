"""Live notices: bounded queues, the token first, screens that end with their sign-in."""

import asyncio
from typing import Any

import pytest
from web_shop import API, Till, WebShop

from edge_node.web import limits
from edge_node.web.notices import GOING_AWAY, SIGNED_OUT, Notice, Notices


async def _screen(web: WebShop, till: Till) -> Any:
    socket = await web.client.ws_connect(f"{API}/notices")
    await socket.send_json({"token": till.token})
    assert (await socket.receive_json())["kind"] == "hello"
    return socket


async def test_queue_drops_the_oldest():
    """A slow screen loses the oldest notices, is told how many, and keeps the newest."""
    hub = Notices()
    screen = hub.open("t")
    assert screen is not None
    for n in range(limits.NOTICES_WAITING + 5):
        hub.publish("basket", n=n)
    missed = await screen.next()
    assert missed is not None
    assert (missed.kind, missed.data) == ("missed", {"count": 5})
    first = await screen.next()
    assert first is not None
    assert first.data == {"n": 5}
    hub.close()
    for _ in range(limits.NOTICES_WAITING - 1):
        assert await screen.next() is not None
    assert await screen.next() is None


async def test_newest_takes_the_place_of_what_waits():
    """Of what only the newest matters one waits at most, so that a slow screen loses nothing else."""
    hub = Notices()
    screen = hub.open("t", "t1")
    assert screen is not None
    hub.publish("basket", n=0)
    for grams in range(200):
        hub.post(Notice("reading", {"grams": grams}), till="t1", newest="scale")
    told = [await screen.next(), await screen.next()]
    assert [(notice.kind, notice.data) for notice in told if notice] == [
        ("basket", {"n": 0}),
        ("reading", {"grams": 199}),
    ]


async def test_addressed_notice_reaches_its_till_alone():
    """What is for one till goes to all of its screens and to no other till's; listeners hear it too."""
    hub = Notices()
    mine, mine_too, other = hub.open("a", "t1"), hub.open("b", "t1"), hub.open("c", "t2")
    heard: list[str] = []
    leave = hub.listen(lambda notice: heard.append(notice.kind))
    hub.post(Notice("reading", {}), till="t1")
    hub.publish("link", connected=1)
    for screen, kinds in ((mine, ["reading", "link"]), (mine_too, ["reading", "link"]), (other, ["link"])):
        assert screen is not None
        hub.leave(screen)
        screen.close(GOING_AWAY)
        told = []
        while (notice := await screen.next()) is not None:
            told.append(notice.kind)
        assert told == kinds
    leave()
    leave()
    hub.publish("shift")
    assert heard == ["reading", "link"]


async def test_failing_listener_hurts_nobody(caplog: pytest.LogCaptureFixture):
    """A listener that raises stops neither the screens nor the other listeners."""
    hub = Notices()
    screen = hub.open("a")
    heard: list[str] = []

    def broken(_: Notice) -> None:
        raise ValueError("王小明")

    hub.listen(broken)
    hub.listen(lambda notice: heard.append(notice.kind))
    hub.publish("link", connected=1)
    assert screen is not None
    assert await screen.next() is not None
    assert heard == ["link"]
    assert "ValueError" in caplog.text
    assert "王小明" not in caplog.text


async def test_screens_are_bounded():
    """Beyond the bound no screen is taken; a screen that leaves makes room."""
    hub = Notices()
    screens = [hub.open(f"t{number}") for number in range(limits.SCREENS)]
    assert hub.open("t") is None
    assert screens[0] is not None
    hub.leave(screens[0])
    assert hub.open("t") is not None


async def test_one_token_leaves_room_for_the_others():
    """Whoever has one token, such as that of a screen in the customers' hands, takes a few places and no more."""
    hub = Notices()
    mine = [hub.open("customer", "t1") for _ in range(limits.SCREENS)]
    assert sum(screen is not None for screen in mine) == limits.SCREENS_OF_ONE
    assert hub.open("till", "t1") is not None


async def test_closing_names_its_reason():
    """A sign-in that ended closes its own screens only; the end of the program closes all."""
    hub = Notices()
    mine, other = hub.open("a"), hub.open("b")
    assert mine is not None
    assert other is not None
    hub.close("a")
    assert (mine.closed, other.closed) == (SIGNED_OUT, 0)
    hub.close()
    assert (mine.closed, other.closed) == (SIGNED_OUT, GOING_AWAY)


async def test_held_basket_is_told_to_the_other_till(web: WebShop):
    """When one till holds a basket every screen hears of it, after the commit and only once."""
    first, second = await web.till("1001", "t1"), await web.till("2001", "t2")
    await first.open_shift()
    socket = await _screen(web, second)
    basket = await first.basket("naicha")
    key = first.next_key()
    for _ in range(2):
        await first.ask("POST", f"/baskets/{basket}/hold", {"note": ""}, key=key)
    await second.do(f"POST /baskets/{basket}/recall")
    told = [await socket.receive_json() for _ in range(2)]
    assert [notice["kind"] for notice in told] == ["basket", "basket"]
    assert [notice["data"]["state"] for notice in told] == ["held", "open"]
    assert told[0]["data"]["basket"] == basket
    await socket.close()


async def test_refusal_is_no_news(web: WebShop):
    """What was refused is told to nobody."""
    till = await web.till()
    socket = await _screen(web, till)
    await till.refused(f"POST /baskets/{'0' * 32}/recall")
    web.deps.notices.publish("link", connected=1)
    assert (await socket.receive_json())["kind"] == "link"
    await socket.close()


@pytest.mark.parametrize("first", ['{"token": "wrong"}', "{}", "x", '{"token": 1}', '{"token": "", "more": 1}'])
async def test_wrong_first_message_ends_it(web: WebShop, first: str):
    """A screen that does not show a token is closed with the code that means: sign in."""
    socket = await web.client.ws_connect(f"{API}/notices")
    await socket.send_str(first)
    await socket.receive()
    assert socket.close_code == SIGNED_OUT
    assert len(web.deps.notices) == 0


async def test_silence_and_floods_end_it(web: WebShop, monkeypatch: pytest.MonkeyPatch):
    """A screen that says nothing, and one that says too much, are closed."""
    monkeypatch.setattr(limits, "FIRST_MESSAGE_S", 0.05)
    silent = await web.client.ws_connect(f"{API}/notices")
    await silent.receive()
    assert silent.close_code == SIGNED_OUT
    monkeypatch.setattr(limits, "FIRST_MESSAGE_S", 5)
    loud = await web.client.ws_connect(f"{API}/notices")
    await loud.send_str("x" * (limits.NOTICE_BYTES + 1))
    await loud.receive()
    assert loud.closed


async def test_signing_out_closes_the_screen(web: WebShop):
    """A screen ends with the sign-in that it was opened by."""
    till = await web.till()
    socket = await _screen(web, till)
    await till.ask("POST", "/sign-out")
    await socket.receive()
    assert socket.close_code == SIGNED_OUT


async def test_expired_sign_in_closes_the_screen(web: WebShop, monkeypatch: pytest.MonkeyPatch):
    """A screen whose sign-in ended elsewhere is closed at the next look."""
    monkeypatch.setattr(limits, "TOKEN_CHECK_S", 0.05)
    till = await web.till()
    socket = await _screen(web, till)
    web.time += 17 * 3_600_000
    await socket.receive()
    assert socket.close_code == SIGNED_OUT


async def test_the_stop_closes_all_screens(web: WebShop):
    """When the program stops every screen is told to come back."""
    till = await web.till()
    socket = await _screen(web, till)
    waiting = asyncio.create_task(socket.receive())
    await web.client.server.app.shutdown()
    await waiting
    assert socket.close_code == GOING_AWAY


async def test_plain_request_is_refused(web: WebShop):
    """Asking for notices without a WebSocket is a bad request in our shape."""
    async with web.client.get(f"{API}/notices") as response:
        assert (response.status, (await response.json())["code"]) == (400, "bad_request")
