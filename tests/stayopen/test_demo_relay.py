"""The demo's line between a branch and HQ."""

import asyncio

import pytest

from stayopen.demo.relay import Line, Relay
from stayopen.demo.waiting import TooLateError, until


@pytest.fixture
async def line():
    """A relay before a server that answers each line with itself; gives the relay and its port."""

    async def echo(reader, writer):
        while data := await reader.readline():
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    relay = Relay(server.sockets[0].getsockname()[1])
    yield relay, await relay.open()
    await relay.close()
    server.close()
    await server.wait_closed()


async def _call(port):
    return await asyncio.open_connection("127.0.0.1", port)


async def _say(reader, writer, text):
    writer.write(text)
    return await asyncio.wait_for(reader.readline(), 5)


async def _ended(reader, writer):
    """Whether a connection was reset or closed without an answer."""
    try:
        return await _say(reader, writer, b"?\n") == b""
    except ConnectionError:
        return True
    finally:
        writer.transport.abort()


async def test_bytes_pass_both_ways(line):
    """What is said arrives, and so does the answer."""
    relay, port = line
    reader, writer = await _call(port)
    assert await _say(reader, writer, "你好\n".encode()) == "你好\n".encode()
    assert relay.line is Line.UP
    writer.transport.abort()


async def test_a_cut_line_breaks_what_is_open_and_refuses_what_is_new(line):
    """Cut: open connections end, new ones too; restored: new ones work."""
    relay, port = line
    reader, writer = await _call(port)
    await _say(reader, writer, b"a\n")
    relay.cut()
    assert await _ended(reader, writer)
    assert await _ended(*await _call(port))
    relay.restore()
    reader, writer = await _call(port)
    assert await _say(reader, writer, b"d\n") == b"d\n"
    writer.transport.abort()


async def test_a_silent_line_holds_everything_and_says_nothing(line):
    """Silent: connections stay and are made, no byte passes; restored: all that was said arrives."""
    relay, port = line
    old = await _call(port)
    await _say(*old, b"a\n")
    relay.silence()
    fresh = await _call(port)
    for reader, writer in (old, fresh):
        writer.write(b"b\n")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.readline(), 0.1)
    assert relay.accepted == 2
    relay.restore()
    for reader, writer in (old, fresh):
        assert await asyncio.wait_for(reader.readline(), 5) == b"b\n"
        writer.transport.abort()


async def test_waiting_ends_with_the_answer_or_at_the_deadline():
    """Asking goes on until there is an answer; past the deadline the error names what was waited for."""
    answers = iter([None, False, "好"])

    async def ask():
        return next(answers)

    async def never():
        return None

    assert await until(ask, "an answer") == "好"
    with pytest.raises(TooLateError, match="a miracle"):
        await until(never, "a miracle", 0.1)
