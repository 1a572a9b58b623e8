"""The WebSocket of live notices: the first message is the token, then notices flow one way until either side ends."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import WSMsgType, web

from edge_node.web import customer_screen, limits
from edge_node.web.notices import FULL, SIGNED_OUT, Notice, Notices, Screen
from foundation.http_api.problem import ApiError
from foundation.http_api.route import Principal
from foundation.http_api.upgrading import upgrade

FindPrincipal = Callable[[str, int], Awaitable[Principal | None]]


class Hello(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one message of a screen."""

    token: str


def serve(
    notices: Notices, principal: FindPrincipal, now: Callable[[], int]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Make the handler of the WebSocket route."""

    async def handler(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(heartbeat=limits.HEARTBEAT_S, max_msg_size=limits.NOTICE_BYTES)
        if not socket.can_prepare(request).ok:
            raise ApiError("bad_request", reason="a WebSocket is needed here")
        await upgrade(socket, request)
        token = await _token(socket)
        who = await principal(token, now()) if token else None
        if who is None:
            await socket.close(code=SIGNED_OUT, message=b"signed_out")
            return socket
        kinds = customer_screen.NOTICES if who.roles == customer_screen.CUSTOMER else None
        screen = notices.open(who.token, who.at, kinds)
        if screen is None:
            await socket.close(code=FULL, message=b"too_many")
            return socket
        try:
            await _flow(socket, screen, lambda: principal(token, now()))
        finally:
            notices.leave(screen)
        return socket

    return handler


async def _token(socket: web.WebSocketResponse) -> str:
    """Read the first message; "" when it does not come in time or is not one."""
    try:
        message = await socket.receive(timeout=limits.FIRST_MESSAGE_S)
    except TimeoutError:
        return ""
    if message.type is not WSMsgType.TEXT:
        return ""
    try:
        return msgspec.json.decode(message.data, type=Hello).token
    except msgspec.DecodeError:
        return ""


async def _flow(
    socket: web.WebSocketResponse, screen: Screen, check: Callable[[], Awaitable[Principal | None]]
) -> None:
    """Send notices and listen for the end, until the screen leaves, its sign-in ends or the program stops."""
    await _send(socket, Notice("hello", {}))
    sender = asyncio.create_task(_sender(socket, screen, check))
    try:
        async for _ in socket:
            break  # a screen has nothing more to say; whatever it sends ends it
    finally:
        sender.cancel()
        await asyncio.gather(sender, return_exceptions=True)
        if not socket.closed:
            await socket.close(code=screen.closed or 1000)


async def _sender(
    socket: web.WebSocketResponse, screen: Screen, check: Callable[[], Awaitable[Principal | None]]
) -> None:
    """Send what is queued; now and then look whether the sign-in still holds."""
    while True:
        try:
            notice = await asyncio.wait_for(screen.next(), limits.TOKEN_CHECK_S)
        except TimeoutError:
            if await check() is None:
                screen.close(SIGNED_OUT)
            continue
        if notice is None:
            await socket.close(code=screen.closed)
            return
        await _send(socket, notice)


async def _send(socket: web.WebSocketResponse, notice: Notice) -> None:
    await socket.send_str(msgspec.json.encode(notice).decode())
