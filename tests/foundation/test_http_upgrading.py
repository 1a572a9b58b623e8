"""A WebSocket's other side may leave before the line stands: nothing is written to the log, and the server goes on."""

import asyncio
import logging

import aiohttp
from aiohttp import web

from foundation.http_api import listening
from foundation.http_api.upgrading import upgrade

UPGRADE = (
    b"GET /line HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


async def test_who_leaves_before_the_line_stands_is_no_fault(caplog):
    """The first connection is gone when its handshake is answered; the second gets its line."""
    leaving = [True, False]
    ended = asyncio.Event()

    async def handler(request):
        if leaving.pop(0):
            request.transport.abort()
        socket = web.WebSocketResponse()
        try:
            await upgrade(socket, request)
        finally:
            ended.set()
        await socket.close()
        return socket

    app = web.Application()
    app.router.add_get("/line", handler)
    runner = listening.runner(app, 1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(UPGRADE)
        await ended.wait()
        writer.transport.abort()
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"http://127.0.0.1:{port}/line") as line,
        ):
            assert (await line.receive()).type is aiohttp.WSMsgType.CLOSE
    finally:
        await runner.cleanup()
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []
