"""HQ's announcement on the LAN."""

import asyncio
import hashlib
import ssl

import pytest

from device_drivers.discovery.announcements import HEAD_OFFICE
from device_drivers.discovery.network import LOOPBACK, Network
from edge_node.discovery.peers import HQ, Peers
from hq_server.config import BranchesConfig, Config
from stayopen.demo.places import free_ports
from stayopen.demo.waiting import until
from stayopen.hq_announce import announced, fingerprint
from stayopen.output import Refusal


@pytest.fixture
def config(tmp_path):
    """An HQ with a certificate, on a free port of loopback."""
    (port,) = free_ports(1)
    made = Config(data=str(tmp_path), branches=BranchesConfig(host=LOOPBACK, port=port))
    made.keystore.mkdir()
    return made


def certify(config):
    """Put some certificate where HQ keeps its own; return its SHA-256."""
    der = b"a certificate"
    (config.keystore / "tls.crt").write_text(ssl.DER_cert_to_PEM_cert(der), "ascii")
    return hashlib.sha256(der).hexdigest()


async def test_a_branch_finds_an_hq_that_announces_itself(config):
    """What HQ announces, a node's list of peers shows: where it is reached and the mark of its certificate."""
    mark = certify(config)
    peers = Peers()
    begun, over = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def serve():
        with announced(config):
            loop.call_soon_threadsafe(begun.set)
            asyncio.run_coroutine_threadsafe(over.wait(), loop).result(60)

    async def found():
        peers.heard(network.announced, "0" * 32)
        return any(peer.fingerprint == mark for peer in peers.all())

    serving = asyncio.create_task(asyncio.to_thread(serve))
    try:
        async with Network((LOOPBACK,), (HEAD_OFFICE,)) as network:
            await until(found, "HQ is found", 30)
    finally:
        over.set()
        await serving
    (peer,) = [peer for peer in peers.all() if peer.fingerprint == mark]
    assert (peer.kind, peer.host, peer.port, peer.api) == (HQ, LOOPBACK, config.branches.port, "1")


def test_what_cannot_be_announced_says_why(config):
    """Without HQ in the folder, or with a port that nobody knows yet, there is nothing to announce."""
    with pytest.raises(Refusal, match="no HQ"):
        fingerprint(config)
    with pytest.raises(Refusal, match="--branch-port"), announced(Config(branches=BranchesConfig(port=0))):
        pass
