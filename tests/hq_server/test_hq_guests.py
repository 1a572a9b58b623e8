"""Boxes that want more than is theirs: another shop's branch, all of HQ's connections."""

import asyncio
import json

import aiohttp
import pytest
from wire_world import Wire

from hq_server.app import ledger_keys
from hq_server.head_office import branches
from hq_server.head_office.act import Act
from hq_server.ledger import start
from hq_server.reconcile.apply import Reconciler
from hq_server.storage.database import transaction
from hq_server.web import limits
from provisioning.enrolment import joining
from provisioning.enrolment.code import parse_code


@pytest.fixture
def wire(tmp_path):
    """An HQ that was initialised and does not run yet."""
    return Wire(tmp_path)


def _nodes(wire):
    """Branch and state of every node."""
    with wire.opened() as conn:
        return sorted(conn.execute("SELECT branch, state FROM nodes"))


async def _let_in(http, wire, context):
    """Whether a connection is taken now."""
    try:
        await (await http.ws_connect(f"{wire.url}/sync", ssl=context)).close()
    except aiohttp.WSServerHandshakeError:
        return False
    return True


async def test_a_code_replaces_no_other_shops_box(wire):
    """A box with a code for one shop that says to have the history of another gets nothing; that shop's box stays."""
    async with wire.running():
        await wire.box("b001")
        thief = await wire.box("b002")
        text = wire.code("b005")
        code = parse_code(text)
        claimed = joining.Log(b"S" * 16, b"i" * 16, 7, b"h" * 32)
        request = joining.request_for(code, thief.keys, node=b"z" * 16, branch="b001", logs=[claimed])
        status, raw = await thief.post(code, request)
        assert (status, json.loads(raw)["code"]) == (409, "node_taken")
        assert _nodes(wire) == [("b001", "enrolled"), ("b002", "enrolled")]
        # the code was not used up: who it was made for still comes in
        honest = joining.request_for(code, thief.keys, node=b"z" * 16, branch="s-0123456789ab", logs=[claimed])
        assert (await thief.post(code, honest))[0] == 200


async def test_a_shop_with_history_may_enrol_again(wire):
    """The box that joined under its own branch id keeps it with the next code, and replaces nobody."""
    async with wire.running():
        box = await wire.box("b001")
        log = joining.Log(b"S" * 16, b"i" * 16, 7, b"h" * 32)
        for _ in range(2):
            text = wire.code("b005")
            code = parse_code(text)
            request = joining.request_for(code, box.keys, node=b"z" * 16, branch="s-0123456789ab", logs=[log])
            status, raw = await box.post(code, request)
            assert status == 200
            assert joining.accept(raw, code, box.keys, request).branch == "s-0123456789ab"


async def test_one_node_never_fills_hq(wire, monkeypatch):
    """Beyond its few connections a node is asked to come back, while another one is let in."""
    monkeypatch.setattr(limits, "PER_NODE", 2)
    async with wire.running():
        greedy, other = await wire.box("b001"), await wire.box("b002")
        context = greedy.context()
        async with aiohttp.ClientSession() as http:
            held = [await http.ws_connect(f"{wire.url}/sync", ssl=context) for _ in range(2)]
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await http.ws_connect(f"{wire.url}/sync", ssl=context)
            assert refused.value.status == 503
            await other.dial()
            await other.talk(lambda: other.rows)
            for socket in held:
                await socket.close()
            async with asyncio.timeout(5):
                while not await _let_in(http, wire, context):  # noqa: ASYNC110 - HQ tells nobody, it is seen
                    await asyncio.sleep(0)
        await other.hang_up()


async def test_a_revoked_box_brings_and_gets_nothing(wire):
    """After the office revoked a stolen box, its next log is taken and gives it neither rows nor rights."""
    member = b"m" * 16
    async with wire.running() as app:
        box = await wire.box("b001")
        await box.dial()
        await box.talk(lambda: box.rows)
        await box.hang_up()
        with wire.opened() as conn, transaction(conn):
            act = Act(start.load(conn, ledger_keys(wire.keys), Reconciler()), "chen.jing", wire.now)
            branches.close(conn, act, box.shop.log.identity.incarnation, "revoked", "主机被盗")
        app.turns.changed()
        assert _nodes(wire) == [("b001", "revoked")]
        box.reopen()
        box.rows.clear()
        box.shop.top_up(member, 5_000)
        await box.dial()
        await box.talk(box.acked)
        n = box.ask(member, 10)
        await box.talk(lambda: n in box.answers)
        assert box.answers[n].refused == "revoked"
        assert box.rows == {}
        await box.hang_up()
    assert wire.verify().ok
