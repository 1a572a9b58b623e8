"""The link over real TLS and WebSockets on loopback, against an HQ in the test's hands."""

import asyncio
import socket
from contextlib import closing

import pytest
from tls_hq import Rig, TlsHq

from commerce.facts import Audit, Fact
from edge_node.ledger import incarnations
from edge_node.ledger.apply import positions
from edge_node.ledger.commit import commit
from edge_node.ledger.verify import verify
from edge_node.storage.database import DriverError
from edge_node.storage.migrate import SCHEMA_VERSION
from edge_node.sync import asking, limits
from edge_node.sync.health import Reason
from edge_node.sync.replica import Replica
from sync_protocol import events
from sync_protocol import limits as protocol
from sync_protocol.errors import RefusalCode
from sync_protocol.messages import Row


@pytest.fixture
async def hq(tmp_path):
    """An HQ that listens."""
    made = TlsHq(tmp_path)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def rig(tmp_path, hq: TlsHq):
    """An enrolled box whose link is not running yet."""
    made = await Rig(tmp_path / "edge", hq).open()
    yield made
    await made.close()


async def write(rig: Rig, times: int = 1) -> None:
    """Write some facts, as a till would."""
    for n in range(times):
        fact = Fact("audit", Audit("price", f"tea{n}", "301", "", "", b""))
        await rig.database.write(commit, rig.node, fact, rig.link._desk.runtime.now())
    rig.link.wake()


def held(rig: Rig) -> int:
    """Entries of the present incarnation that HQ holds."""
    log = rig.hq.script.kept.get(rig.node.incarnation)
    return len(log.entries) if log else 0


async def all_acked(rig: Rig) -> None:
    """Wait until HQ has acked everything."""
    async with asyncio.timeout(20):
        while rig.changed.clear() or any(log.acked_seq < log.seq for log in await rig.logs()):
            await rig.changed.wait()


async def test_a_node_connects_and_its_entries_follow(rig: Rig):
    """Live after the handshake; what is written wakes the line and arrives."""
    rig.start()
    await rig.until(lambda: rig.link.health.connected)
    await rig.until(lambda: held(rig) == 1)
    await write(rig, 3)
    await rig.until(lambda: held(rig) == 4)
    await all_acked(rig)


async def test_after_hq_was_away_everything_arrives(rig: Rig, hq: TlsHq):
    """HQ vanishes in the middle, the shop goes on; on its return the rest arrives once."""
    rig.start()
    await rig.until(lambda: rig.link.health.connected)
    await hq.stop()
    await rig.until(lambda: rig.link.health.alarm == "unreachable")
    await write(rig, 5)
    await hq.start()
    await rig.until(lambda: held(rig) == 6)
    assert rig.link.health.connected
    assert rig.link.health.alarm == ""
    assert {end.reason for end, _ in rig.ends} == {Reason.LOST, Reason.UNREACHABLE}


async def test_an_orderly_end_tells_hq(rig: Rig, hq: TlsHq):
    """A node that stops says so; HQ does not have to find out by silence."""
    rig.start()
    await rig.until(lambda: rig.link.health.connected)
    await rig.stop()
    await rig.until(lambda: hq.script.saw(events.Ended))
    (ended,) = hq.script.saw(events.Ended)
    assert (ended.code, ended.by_peer) == (RefusalCode.GOING_AWAY, True)


async def test_a_new_incarnation_is_live_at_once(rig: Rig, hq: TlsHq):
    """Closed by its number: the next connection follows without a wait, under the next incarnation."""
    rig.start()
    await rig.until(lambda: rig.link.health.connected)
    await rig.stop()
    first = rig.node.incarnation
    hq.script.numbers[first] = (9, 9)
    rig.start()
    await rig.until(lambda: rig.link.health.connected and rig.node.incarnation != first)
    assert [(end.reason, wait) for end, wait in rig.ends] == [(Reason.REOPENED, 0)]
    assert (await rig.database.read(incarnations.current)).predecessor.incarnation == first


async def test_a_listening_hole_times_out(rig: Rig):
    """A port that accepts and never answers ends by the deadline, again and again, and disturbs nobody."""
    with closing(socket.create_server(("127.0.0.1", 0))) as hole:
        rig.link._url = f"https://127.0.0.1:{hole.getsockname()[1]}/sync"
        rig.link._connect_timeout_ms = 50
        rig.start()
        await rig.until(lambda: len(rig.ends) >= 2)
        await write(rig)
    assert {end.detail for end, _ in rig.ends} == {"TimeoutError"}
    assert rig.link.health.alarm == "unreachable"


async def test_an_hq_that_says_nothing_is_left(rig: Rig, hq: TlsHq):
    """An open socket without a verdict in time is given up and tried anew."""
    hq.deaf = True
    rig.start()
    await rig.until(lambda: hq.messages)
    rig.skip(limits.HANDSHAKE_MS + 1)
    await rig.until(lambda: rig.ends)
    assert rig.ends[0][0].reason is Reason.SILENT
    hq.deaf = False
    await rig.until(lambda: rig.link.health.connected)


async def test_a_half_open_line_is_noticed(rig: Rig, hq: TlsHq):
    """Nothing heard for 30 s: the line is dead, whatever the socket says."""
    rig.start()
    await rig.until(lambda: rig.link.health.connected)
    hq.deaf = True
    rig.skip(protocol.CONNECTED_MS + 1)
    await rig.until(lambda: rig.ends)
    assert rig.ends[0][0].reason is Reason.SILENT
    assert not rig.link.health.connected


async def test_a_quiet_node_pings(rig: Rig, hq: TlsHq):
    """After ten quiet seconds a ping brings a signed word of HQ, so a quiet line stays connected."""
    rig.start()
    await rig.until(lambda: rig.link.health.connected)
    for _ in range(4):
        before = len(rig.heard)
        rig.skip(protocol.PING_MS + 1)
        await rig.until(lambda seen=before: any(heard.acked is False for heard in rig.heard[seen + 1 :]))
    assert not rig.ends


async def test_a_line_that_gets_nowhere_alarms_the_second_time(rig: Rig, hq: TlsHq):
    """HQ lives but keeps nothing: reconnect after a minute, alarm after the second one, all well once it acks."""
    rig.start()
    await rig.until(lambda: rig.link.health.connected)
    hq.script.on[events.BatchReceived] = lambda _event: None
    for stalls in (1, 2):
        await rig.until(lambda: rig.link.health.connected)
        await write(rig)
        await rig.until(lambda: rig.link._replica.session.unacked() > 0)
        rig.skip(protocol.STALL_MS + 1)
        await rig.until(lambda wanted=stalls: len(rig.ends) == wanted)
        assert rig.ends[-1][0].reason is Reason.STALLED
    assert rig.link.health.alarm == "stalled"
    hq.script.on[events.BatchReceived] = hq.script.keep
    await rig.until(lambda: rig.link.health.alarm == "")
    assert rig.link.health.connected


async def test_a_status_in_place_of_a_session(rig: Rig, hq: TlsHq):
    """503 with a time is waited for, 401 and 403 are for people."""
    hq.turned_away = (503, {"Retry-After": "7"})
    rig.start()
    await rig.until(lambda: rig.ends)
    assert rig.ends[0][1] == 7000
    assert rig.link.health.alarm == "busy"
    await rig.stop()
    for status in (401, 403):
        hq.turned_away = (status, {})
        rig.start()
        await rig.until(lambda: rig.ends[-1][0].detail == f"status {status}")  # noqa: B023 - used at once
        assert rig.ends[-1][1] == limits.HUMAN_MS
        assert rig.link.health.alarm == "refused"
        await rig.stop()


async def test_another_chains_hq_is_nobody(rig: Rig, tmp_path):
    """Whoever answers at HQ's address with another CA's certificate learns nothing and gets nothing."""
    stranger = TlsHq(tmp_path / "stranger")
    await stranger.start()
    try:
        rig.link._url = stranger.url + "/sync"
        rig.start()
        await rig.until(lambda: rig.ends)
    finally:
        await rig.stop()
        await stranger.stop()
    assert rig.ends[0][0].reason is Reason.UNREACHABLE
    assert rig.ends[0][0].detail == "ClientConnectorCertificateError"
    assert stranger.connections == 0


async def test_a_fault_here_ends_one_connection(rig: Rig, monkeypatch):
    """A defect while taking a message is logged, undone and tried again; the line works once it is gone."""
    receive = Replica.receive

    def broken(self, conn, data, clock):
        conn.execute("UPDATE meta SET value = 99 WHERE name = 'schema_version'")
        raise ZeroDivisionError

    monkeypatch.setattr(Replica, "receive", broken)
    rig.start()
    await rig.until(lambda: rig.ends)
    assert rig.ends[0][0].reason is Reason.FAULT
    assert rig.link.health.alarm == "fault"
    monkeypatch.setattr(Replica, "receive", receive)
    await rig.until(lambda: rig.link.health.connected)
    assert rig.link.health.alarm == ""
    (version,) = await rig.database.read(
        lambda conn: conn.execute("SELECT value FROM meta WHERE name = 'schema_version'").fetchone()
    )
    assert version == SCHEMA_VERSION


@pytest.mark.parametrize("kind", [events.WelcomeReceived, events.PageReceived])
async def test_what_was_undone_is_never_said(rig: Rig, hq: TlsHq, monkeypatch, kind):
    """A step that was rolled back says neither READY nor FEED_AT: the node would look like an older copy of itself."""
    hq.script.rows["members"] = [Row("member:" + "0" * 32, 3, None)]
    receive = Replica.receive
    undone = []

    def rolled_back(self, conn, data, clock):
        was = positions(conn), incarnations.current(conn).session
        heard = receive(self, conn, data, clock)
        now = positions(conn), incarnations.current(conn).session
        changed = now[1] != was[1] if kind is events.WelcomeReceived else now[0] != was[0]
        if changed and not undone:
            undone.append(self)
            raise DriverError("disk I/O error")
        return heard

    monkeypatch.setattr(Replica, "receive", rolled_back)
    rig.start()
    await rig.until(lambda: rig.ends)
    said = len(hq.script.saw(events.ReadyReceived)), len(hq.script.saw(events.FeedAtReceived))
    assert said == ((0, 0) if kind is events.WelcomeReceived else (1, 0))
    mine = rig.node.incarnation
    await rig.until(lambda: rig.link.health.connected and hq.script.saw(events.FeedAtReceived))
    assert rig.node.incarnation == mine
    assert rig.ends[0][0].reason is Reason.FAULT


async def test_a_database_in_trouble_does_not_end_the_link(rig: Rig, monkeypatch):
    """A full disk ends attempts, named without a trace, until it is over; the link itself lives."""

    def full(*_args):
        raise DriverError("database or disk is full")

    monkeypatch.setattr(asking, "drop_overdue", full)
    rig.start()
    await rig.until(lambda: len(rig.ends) == 2)
    assert {end.reason for end, _ in rig.ends} == {Reason.FAULT}
    monkeypatch.undo()
    await rig.until(lambda: rig.link.health.connected)


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233])
async def test_cancelling_anywhere_leaves_nothing_broken(rig: Rig, steps: int):
    """Whatever the link was awaiting, it lets go in time; the books are right and the next run goes live."""
    await write(rig, 3)
    rig.start()
    for _ in range(steps):
        await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await rig.stop()
    assert (await rig.database.read(verify)).ok
    rig.start()
    await rig.until(lambda: rig.link.health.connected)
    await rig.until(lambda: held(rig) == 4)
    assert len(await rig.logs()) == 2


async def test_retry_ends_the_wait(rig: Rig, hq: TlsHq, monkeypatch: pytest.MonkeyPatch):
    """Somebody who asks for another attempt need not wait for the back-off; HQ's own wish for a pause is kept."""
    monkeypatch.setattr(limits, "RETRY_MS", 1)
    waits = iter([600_000, 0])
    monkeypatch.setattr(rig.link.health, "down", lambda *_: next(waits))
    await hq.stop()
    rig.start()
    async with asyncio.timeout(10):
        while not rig.ends:
            rig.changed.clear()
            await rig.changed.wait()
    await hq.start()
    rig.link.retry()
    await rig.until(lambda: rig.link.health.connected)


async def test_hqs_own_pause_is_kept(rig: Rig):
    """Where HQ asked for a wait nobody shortens it."""
    async with asyncio.timeout(5):
        pause = asyncio.create_task(rig.link._pause(300, asked=True))
        await asyncio.sleep(0)
        rig.link.retry()
        done, _ = await asyncio.wait([pause], timeout=0.1)
        assert not done
        await pause
