"""Wrong input at HQ's ports: garbage, foreign nodes, broken sessions. HQ stays up and readable, branches go on."""

import asyncio
import ssl

import aiohttp
import pytest
from process_world import all_verified, hq_sales, logs_of, till_with_shift

from edge_node import config
from edge_node.app import EdgeApp
from edge_node.runtime import now_ms, random_bytes
from edge_node.sync import replica
from provisioning.authority import Subject, make_serial
from provisioning.certificates import Role
from provisioning.enrolment import joining
from provisioning.keys import certificate_pem, create_hq, create_node, load_node
from provisioning.keystore import Keystore
from provisioning.tls import client_context
from stayopen.demo.till_acts import quick_sale
from stayopen.demo.waiting import until

NOISE = (b"", b"\x00", b"GET / HTTP/1.1\r\nHost: hq\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"A" * 3_000, b"\xff" * 70_000)


@pytest.fixture
async def working(chain):
    """A chain; afterwards HQ must still run, be readable and take what a branch sells."""
    pid = chain.hq.pid
    yield chain
    till = await till_with_shift(chain, "b001")
    sold = await quick_sale(till, 700)
    await chain.settled("b001")
    assert sold["sale"] in hq_sales(chain)
    assert chain.hq.alive
    assert chain.hq.pid == pid
    _readable(chain.hq.said())
    await all_verified(chain)


def _readable(said):
    """No traces, nothing but printable lines."""
    assert "Traceback" not in said
    assert all(line.isprintable() and len(line) < 500 for line in said.splitlines())


async def _send_raw(port, data):
    """Connect, send bytes, wait for the other side to have enough."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        writer.write_eof()
        await asyncio.wait_for(reader.read(), 10)
    except ConnectionError:
        pass
    finally:
        writer.transport.abort()


async def test_bytes_that_are_no_tls(working):
    """Garbage on the branches' port and on the office's port ends that connection and nothing else."""
    for port in (working.branch_port, working.office_port):
        await asyncio.gather(*(_send_raw(port, data) for data in NOISE))
    writers = [(await asyncio.open_connection("127.0.0.1", working.branch_port))[1] for _ in range(20)]
    for writer in writers:
        writer.transport.abort()


async def _refused(chain, context, path="/sync"):
    """Try to open a session; return the HTTP status, or 0 when TLS refused."""
    connector = aiohttp.TCPConnector(ssl=context)
    async with aiohttp.ClientSession(connector=connector) as http:
        try:
            async with http.ws_connect(f"https://127.0.0.1:{chain.branch_port}{path}"):
                return 101
        except aiohttp.WSServerHandshakeError as error:
            return error.status
        except (aiohttp.ClientError, ConnectionError):
            return 0


async def test_nobody_without_a_certificate_and_no_node_of_another_chain(working, tmp_path):
    """A stranger is refused, and so is a node whose certificate comes from another chain's authority."""
    stranger = ssl.create_default_context()
    stranger.check_hostname, stranger.verify_mode = False, ssl.CERT_NONE
    assert await _refused(working, stranger) == 401
    now = now_ms()
    other = create_hq(tmp_path / "other-hq", now=now, random_bytes=random_bytes)
    keys = create_node(tmp_path / "other-node", random_bytes)
    subject = Subject(Role.NODE, random_bytes(16), "b001", keys.signing_public, keys.import_key.public_raw)
    der = other.authority.issue(subject, keys.tls.public_key(), now=now, serial=make_serial(random_bytes))
    store = Keystore(tmp_path / "other-node")
    store.put("tls.crt", certificate_pem(der))
    foreign = ssl.create_default_context()
    foreign.check_hostname, foreign.verify_mode = False, ssl.CERT_NONE
    foreign.load_cert_chain(store.path("tls.crt"), store.path("tls.key"))
    assert await _refused(working, foreign) in (0, 400, 401, 403)


async def _hung_up(socket):
    """Wait until HQ has ended a session."""
    while (await socket.receive(timeout=10)).type not in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED):
        pass


async def test_broken_messages_of_an_enrolled_node(working, dice):
    """Empty, random and oversize messages inside an enrolled node's TLS end that session only."""
    box = working.boxes["b003"]
    assert await box.program.stop() == 0
    store = Keystore(box.place.data / "keys")
    membership = joining.load(store, load_node(store))
    context = client_context(store.path("tls.crt"), store.path("tls.key"), membership.authority)
    messages = [
        b"",
        b"\x93\x01",
        dice.randbytes(40),
        dice.randbytes(5_000),
        b"\xdd\xff\xff\xff\xff" * 100,
        b"\0" * 400_000,
    ]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as http:
        for data in (*messages, "text"):
            async with http.ws_connect(f"https://127.0.0.1:{working.branch_port}/sync", max_msg_size=0) as socket:
                first = await socket.receive(timeout=10)
                assert first.type is aiohttp.WSMsgType.BINARY
                await (socket.send_str(data) if isinstance(data, str) else socket.send_bytes(data))
                await _hung_up(socket)
        # what HQ itself said, cut in half and sent back
        async with http.ws_connect(f"https://127.0.0.1:{working.branch_port}/sync") as socket:
            first = await socket.receive(timeout=10)
            await socket.send_bytes(first.data[: len(first.data) // 2])
            await _hung_up(socket)
    await box.up()
    await box.linked()


def _cut_batches(monkeypatch, inside):
    """Let this process's node cut each batch in half: before it is sealed (`inside`), or sealed, on its way."""
    build, outgoing = replica.build_batch, replica.Replica.outgoing
    built = []

    def cut_build(*parts):
        data = build(*parts)
        built.append(len(data))
        return data[: len(data) // 2] if inside else data

    def cut_outgoing(self):
        messages = outgoing(self)
        return messages if inside or not built else [data[: len(data) // 2] for data in messages]

    monkeypatch.setattr(replica, "build_batch", cut_build)
    monkeypatch.setattr(replica.Replica, "outgoing", cut_outgoing)
    return built


async def _held(chain, branch):
    """State of a branch's logs and how far HQ holds each."""
    return [(log["incarnation"], log["state"], log["acked_seq"]) for log in await logs_of(chain, branch)]


@pytest.mark.parametrize("inside", [True, False])
async def test_truncated_batches_of_an_enrolled_node(working, monkeypatch, inside):
    """Half a batch, well sealed or cut on its way, ends the session: HQ keeps nothing of it, and all of it later."""
    box = working.boxes["b003"]
    till = await till_with_shift(working, "b003")
    await working.settled("b003")
    working.relays["b003"].cut()
    sold = {(await quick_sale(till, amount))["sale"] for amount in (300, 500, 800)}
    assert await box.program.stop() == 0
    before = await _held(working, "b003")
    left = working.hq.said().count("branch left branch=b003")
    working.relays["b003"].restore()
    with monkeypatch.context() as patched:
        built = _cut_batches(patched, inside)
        node = EdgeApp(config.load(box.place.config))
        await node.start()
        try:

            async def hung_up():
                return built and working.hq.said().count("branch left branch=b003") > left

            await until(hung_up, "HQ ends the session of the broken batch")
        finally:
            await node.stop()
    assert await _held(working, "b003") == before
    assert not sold & hq_sales(working, "b003").keys()
    await box.up()
    await box.linked()
    await working.settled("b003")
    assert sold <= hq_sales(working, "b003").keys()
