"""HQ as it runs: TLS, WebSocket, enrolment and the database, over loopback."""

import asyncio
import json

import aiohttp
import pytest
from wire_world import Wire

from hq_server.app import HqApp
from hq_server.config import Config
from hq_server.errors import Code, StopError
from provisioning import tls
from provisioning.enrolment import joining
from provisioning.enrolment.code import parse_code
from sync_protocol import events
from sync_protocol.errors import RefusalCode

MEMBER = b"m" * 16
YEARS_3 = 3 * 366 * 86_400_000


@pytest.fixture
def wire(tmp_path):
    """An HQ that was initialised and does not run yet."""
    return Wire(tmp_path)


async def test_box_enrols_sells_and_comes_back(wire):
    """A box joins by its code, its entries are kept, rows come back; after a restart of HQ it goes on where it was."""
    async with wire.running():
        box = await wire.box("b001")
        box.shop.top_up(MEMBER, 10_000, bonus=1_000)
        await box.dial()
        await box.talk(lambda: box.acked() and f"balance:{MEMBER.hex()}" in box.rows)
        assert box.verdicts == ["unknown_accepted"]
        await box.hang_up()
    async with wire.running():
        box.shop.sell(MEMBER, 3_000)
        await box.dial()
        await box.talk(lambda: box.acked() and dict(box.rows[f"balance:{MEMBER.hex()}"].balances)["principal"] < 10_000)
        assert box.verdicts == ["normal"]
        await box.hang_up()
    assert wire.verify().ok


async def test_two_boxes_share_a_member(wire):
    """Value topped up in one branch is granted to another that asks, over the wire."""
    async with wire.running():
        one, two = await wire.box("b001"), await wire.box("b002")
        await one.dial()
        await two.dial()
        one.shop.top_up(MEMBER, 10_000)
        await one.talk(one.acked)
        await two.talk(lambda: two.rows.get("directory:b002") is not None)
        n = two.ask(MEMBER, 4_000)
        await asyncio.gather(
            two.talk(lambda: n in two.answers),
            one.talk(lambda: any(entry for entry in one.shop.log.entries[2:]) and one.acked()),
        )
        assert two.answers[n].refused == ""
        assert two.shop.can_pay(MEMBER) == 4_000
        await one.hang_up()
        await two.hang_up()
    assert wire.verify().ok


async def test_stop_says_goodbye(wire):
    """HQ that stops tells its branches, so that they come back soon."""
    async with wire.running():
        box = await wire.box("b001")
        await box.dial()
        await box.talk(lambda: box.rows)
        dialled = asyncio.create_task(box.listen())
    await dialled
    assert box.last(events.Ended).code is RefusalCode.GOING_AWAY
    await box.hang_up()


async def test_without_a_certificate_nobody_gets_in(wire):
    """The sync endpoint is for enrolled boxes only."""
    async with wire.running():
        text = wire.code("b001")
        context = tls.enrolment_context(parse_code(text).matches)
        async with aiohttp.ClientSession() as http, http.get(f"{wire.url}/sync", ssl=context) as answer:
            assert answer.status == 401


async def test_another_chains_box_fails_in_tls(wire, tmp_path):
    """A certificate of another chain's CA does not survive the handshake."""
    other = Wire(tmp_path / "other", seed="other")
    async with other.running():
        stranger = await other.box("b001")
    async with wire.running():
        stranger.chain = wire
        with pytest.raises((aiohttp.ClientError, ConnectionError, OSError)):
            await stranger.dial()


async def test_opening_must_name_the_tls_peer(wire):
    """A box that speaks for another, with that one's keys but its own certificate, is refused."""
    async with wire.running():
        one, two = await wire.box("b001"), await wire.box("b002")
        await one.dial(as_box=two)
        with pytest.raises(ConnectionError):
            await one.talk(lambda: False)
        assert one.shop.log.entries
        await one.hang_up()
    assert [row["branch"] for row in _branches(wire)] == ["b001", "b002"]


async def test_expired_certificate_uploads_only(wire):
    """A box whose certificate expired while it was dark still brings its entries home, and gets nothing."""
    async with wire.running():
        box = await wire.box("b001")
        wire.clock.now += YEARS_3
        box.shop.top_up(MEMBER, 5_000)
        await box.dial()
        await box.talk(box.acked)
        n = box.ask(MEMBER, 10)
        await box.talk(lambda: n in box.answers)
        assert box.answers[n].refused == "certificate_expired"
        assert box.rows == {}
        await box.hang_up()


@pytest.mark.parametrize("data", [b"", b"\x00" * 32, b"x" * 400_000, "文字"])
async def test_garbage_ends_the_connection_only(wire, data):
    """Bytes that are no session end their own connection; HQ goes on."""
    async with wire.running():
        box = await wire.box("b001")
        context = box.context()
        async with aiohttp.ClientSession() as http, http.ws_connect(f"{wire.url}/sync", ssl=context) as socket:
            await (socket.send_str(data) if isinstance(data, str) else socket.send_bytes(data))
            await socket.send_bytes(b"\xff" * 64)
            async with asyncio.timeout(5):
                while (await socket.receive()).type is aiohttp.WSMsgType.BINARY:
                    pass
        await box.dial()
        await box.talk(lambda: box.rows)
        await box.hang_up()


async def test_full_house_says_when_to_come_back(tmp_path):
    """Beyond its bound of connections HQ asks to retry, before any cryptography."""
    wire = Wire(tmp_path, most=1)
    async with wire.running():
        one, two = await wire.box("b001"), await wire.box("b002")
        await one.dial()
        await one.talk(lambda: one.rows)
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await two.dial()
        assert refused.value.status == 503
        assert int(refused.value.headers["Retry-After"]) > 0
        await one.hang_up()


async def test_one_hq_per_database(wire):
    """A second HQ on the same files is refused; the first one's end gives the lease back."""
    async with wire.running():
        with pytest.raises(StopError) as refused:
            await HqApp(wire.config, wire.means).start()
        assert refused.value.code is Code.ALREADY_RUNNING
    async with wire.running():
        pass


async def test_hq_without_a_database_says_so(tmp_path):
    """Serving before `init` is refused, and makes no files."""
    with pytest.raises(StopError) as refused:
        await HqApp(Config(data=str(tmp_path / "nothing"))).start()
    assert refused.value.code is Code.NOT_STARTED
    assert not (tmp_path / "nothing").exists()


async def test_failing_stage_two_keeps_no_ack_back(wire, monkeypatch):
    """While stage 2 fails, batches are kept and acked, and nothing is said that was rolled back; then it goes on."""
    monkeypatch.setattr("hq_server.web.limits.REPAIR", 0.05)
    async with wire.running() as app:
        box = await wire.box("b001")
        await box.dial()
        await box.talk(lambda: box.rows)
        real = app.core.work

        def broken(*_args):
            raise RuntimeError

        monkeypatch.setattr(app.core, "work", broken)
        box.shop.top_up(MEMBER, 5_000)
        await box.talk(box.acked)
        async with asyncio.timeout(5):
            while not app.turns.fault:  # noqa: ASYNC110 - nobody is told, it is seen
                await asyncio.sleep(0)
        monkeypatch.setattr(app.core, "work", real)
        await box.talk(lambda: f"balance:{MEMBER.hex()}" in box.rows)
        assert app.turns.fault == ""
        await box.hang_up()
    assert wire.verify().ok


async def test_code_is_for_one_box(wire):
    """A used code gives the same box the same grant again, and another box nothing."""
    async with wire.running():
        box = await wire.box("b001")
        other = await wire.box("b002")
        text = wire.code("b003")
        code = parse_code(text)
        request = joining.request_for(code, box.keys, node=b"n" * 16, branch="s-1", logs=[])
        first, again = await box.post(code, request), await box.post(code, request)
        assert first == again
        assert first[0] == 200
        theirs = joining.request_for(code, other.keys, node=b"o" * 16, branch="s-1", logs=[])
        status, body = await other.post(code, theirs)
        assert (status, json.loads(body)["code"]) == (403, "code_used")


async def test_bad_enrolments_are_counted(wire):
    """Malformed requests are refused with a code, and an address that keeps failing has to wait."""
    async with wire.running():
        text = wire.code("b001")
        box = await wire.box("b009")
        code = parse_code(text)
        answers = [await box.post(code, b"{}") for _ in range(30)]
        assert answers[0][0] == 400
        assert answers[-1][0] == 429
        assert json.loads(answers[-1][1])["code"] == "too_many_attempts"


async def test_oversize_enrolment_is_refused(wire):
    """A body beyond the bound is not read."""
    async with wire.running():
        box = await wire.box("b001")
        text = wire.code("b002")
        status, _ = await box.post(parse_code(text), b"x" * 200_000)
        assert status == 413


async def test_shop_with_history_keeps_its_branch_id(wire):
    """A box with a history stays the branch under which its lots and cash are written."""
    async with wire.running():
        box = await wire.box("b001")
        text = wire.code("b005")
        code = parse_code(text)
        log = joining.Log(b"S" * 16, b"i" * 16, 7, b"h" * 32)
        request = joining.request_for(code, box.keys, node=b"z" * 16, branch="s-0123456789ab", logs=[log])
        _, raw = await box.post(code, request)
        assert joining.accept(raw, code, box.keys, request).branch == "s-0123456789ab"


async def test_hq_can_be_verified_while_it_serves(wire):
    """An operator may issue codes and verify beside a running HQ."""
    async with wire.running():
        wire.code("b001")
        assert wire.verify().ok


def _branches(wire):
    """The enrolled branches, from HQ's database."""
    with wire.opened() as conn:
        return [{"branch": branch} for (branch,) in conn.execute("SELECT branch FROM branches ORDER BY branch")]
