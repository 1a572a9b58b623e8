"""Upgrade a request to a WebSocket whose other side may already be gone."""

from aiohttp import web


async def upgrade(socket: web.WebSocketResponse, request: web.Request) -> None:
    """Send the handshake's answer. Raises ``HTTPBadRequest`` when nobody is there to take it.

    A socket whose handshake broke off must not be returned by a handler: aiohttp would close what never opened, and
    write a trace to the log. The refusal is written to nobody, and leaves none.
    """
    try:
        await socket.prepare(request)
    except ConnectionResetError:
        raise web.HTTPBadRequest(reason="Gone Before The Upgrade") from None
