"""Connections that are broken, half open or slow: refused or ended, told in the log by one line without content."""

import asyncio
import logging

import pytest
from aiohttp import web

from foundation.http_api import listening, server
from foundation.http_api.problem import BASE_CODES
from foundation.http_api.route import Route


class _Service:
    """Answers nobody and nothing: what is tested happens before."""

    errors = BASE_CODES

    def now(self):
        """Any time."""
        return 1_700_000_000_000

    async def principal(self, token, now):
        """Look the token up as the programs do: by the digest of its bytes."""
        assert token.encode()

    async def run(self, route, call):
        """Nothing is run here."""
        raise AssertionError

    def translate(self, error):
        """Nothing is foreseen."""


@pytest.fixture
async def port():
    """The port of a real server made by ``runner``."""
    service = _Service()
    app = server.application(service)
    server.install(app, [Route("POST", "/sign-in", "signIn", "Sign in", dict, body=dict)], service)
    runner = listening.runner(app, 0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def _ask(port, data):
    """Send bytes; return all that comes until the other side ends it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    try:
        return await asyncio.wait_for(reader.read(), 5)
    finally:
        writer.close()


def _post(*headers, body=b""):
    """A request that ends its connection."""
    lines = [b"POST /sign-in HTTP/1.1", b"Host: x", b"Connection: close", b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    "request_bytes",
    [
        _post(b"Authorization: Bearer \xff\xed\xa0\x80", b"Content-Type: application/json", body=b"["),
        _post(b"Content-Type: application/json", b"Content-Encoding: gzip", body=b"no gzip"),
        _post(b"Content-Type: application/json", body=b'{"a":"\\ud800"}'),
    ],
)
async def test_broken_requests_are_no_faults(port, caplog, request_bytes):
    """Half characters in a token, broken compression and lone surrogates are the sender's errors: no trace, no 500."""
    answer = await _ask(port, request_bytes)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'"bad_request"' in answer
    assert [record for record in caplog.records if record.levelno > logging.INFO or record.exc_info] == []


async def test_a_broken_request_line_stays_out_of_the_log(port, caplog):
    """What is no HTTP is one line by its kind: a URL may hold a phone number."""
    caplog.set_level(logging.INFO)
    await _ask(port, b"GET /members?phone=13800010001\xff HTTP/1.1\r\nHost: x\r\n\r\n")
    (record,) = caplog.records
    assert record.getMessage() == "broken request refused: InvalidURLError"
    assert record.exc_info is None
    assert "138" not in caplog.text


async def test_a_slow_body_is_refused(port, monkeypatch, caplog):
    """A body that does not arrive holds nothing for long."""
    monkeypatch.setattr(server, "BODY_S", 0.05)
    head = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100\r\n\r\n{"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head)
    assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 400 ")
    writer.close()
    assert not caplog.records


@pytest.mark.parametrize("said", [b"", b"GET /sign-in HTTP/1.1\r\nHost:"])
async def test_idle_and_half_open_connections_end(monkeypatch, said):
    """A connection that asks nothing, or whose headers never end, is closed by the server."""
    monkeypatch.setattr(listening, "IDLE_S", 0.1)
    runner = listening.runner(web.Application(), 0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        assert await _ask(runner.addresses[0][1], said) == b""
    finally:
        await runner.cleanup()


async def test_who_hangs_up_is_no_fault(port, caplog):
    """A sender that leaves in the middle of its body leaves no trace in the log."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /sign-in HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n")
    assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 100")
    writer.transport.abort()
    await _ask(port, _post(body=b""))
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []
