"""Who else is in the network: told to whoever is signed in, as it was heard."""

from dataclasses import replace

from web_shop import WebShop

from device_drivers.discovery.announcements import HEAD_OFFICE, NODES, Announcement
from edge_node.discovery.peers import Peers


async def test_peers_are_told_as_they_were_heard(web: WebShop):
    """Other nodes and head offices are listed with what they say of themselves; without discovery there are none."""
    assert (await (await web.till()).get("/peers")) == {"peers": []}
    peers = Peers()
    said = {"branch": "b002", "node": "ab" * 16, "api": "1", "fp": "cd" * 32}
    peers.heard(
        [
            Announcement(NODES, "StayOpen b002", "192.168.1.9", 8080, said),
            Announcement(HEAD_OFFICE, "总部", "192.168.1.2", 8443, {}),
        ],
        "00" * 16,
    )
    web.dress = lambda deps: replace(deps, peers=peers.all)
    await web.restart()
    heard = (await (await web.till()).get("/peers"))["peers"]
    node = {"kind": "edge", "name": "StayOpen b002", "branch": "b002", "node": "ab" * 16, "api": "1"}
    office = {"kind": "hq", "name": "总部", "branch": "", "node": "", "api": "", "fingerprint": ""}
    assert heard == [
        {**node, "fingerprint": "cd" * 32, "host": "192.168.1.9", "port": 8080},
        {**office, "host": "192.168.1.2", "port": 8443},
    ]


async def test_strangers_are_told_nothing(web: WebShop):
    """The list is for staff: a screen that nobody is signed in at does not get it."""
    async with web.client.get("/api/v1/peers") as response:
        assert response.status == 401
