"""What a node says of itself on the LAN, and what it believes of others."""

import hashlib

from edge_shop import Shop
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.discovery.announcements import HEAD_OFFICE, NODES, RAW, Announcement
from edge_node.discovery import limits
from edge_node.discovery.announcing import fingerprint, own_service
from edge_node.discovery.peers import Peers

OWN = "00" * 16
SAID = {"branch": "b002", "node": "ab" * 16, "api": "1", "fp": "cd" * 32}


def node(name="StayOpen b002", service=NODES, host="192.168.1.9", port=8080, **txt):
    """What a node announces."""
    return Announcement(service, name, host, port, {**SAID, **txt})


def test_nodes_and_head_offices_are_peers_and_printers_are_not():
    """Edge nodes and HQ are listed with what they say; other services and the node itself are left out."""
    peers = Peers()
    assert peers.heard([node(), node("总部", HEAD_OFFICE, port=8443), node(service=RAW), node(node=OWN)], OWN)
    assert peers.all() == (
        ("edge", "StayOpen b002", "b002", "ab" * 16, "1", "cd" * 32, "192.168.1.9", 8080),
        ("hq", "总部", "b002", "ab" * 16, "1", "cd" * 32, "192.168.1.9", 8443),
    )
    assert not peers.heard([node(), node("总部", HEAD_OFFICE, port=8443)], OWN)
    assert peers.heard([], OWN)
    assert peers.all() == ()


def test_there_is_a_bound_on_peers():
    """Who announces thousands of nodes fills no memory."""
    peers = Peers()
    peers.heard([node(f"n{n}", port=n) for n in range(1000)], OWN)
    assert len(peers.all()) == limits.PEERS


@given(st.dictionaries(st.sampled_from(["branch", "node", "api", "fp"]), st.text(max_size=255)))
def test_what_others_say_is_cut_and_ids_are_ids(txt):
    """Ids and fingerprints are hexadecimal or nothing; nothing is long."""
    peers = Peers()
    peers.heard([node(**txt)], OWN)
    for peer in peers.all():
        assert len(peer.branch) <= 64
        assert len(peer.api) <= 64
        assert set(peer.node + peer.fingerprint) <= set("0123456789abcdef")


def test_the_node_says_who_it_is(shop: Shop):
    """The announcement holds branch, node, API version and fingerprint, and a name that fits a DNS label."""
    print_ = fingerprint(None, b"k" * 32)
    assert print_ == hashlib.sha256(b"k" * 32).hexdigest()
    assert fingerprint(b"certificate", b"k" * 32) == hashlib.sha256(b"certificate").hexdigest()
    service = own_service(shop.node, 8080, print_)
    assert service.txt == {"branch": shop.node.branch, "node": shop.node.node.hex(), "api": "1", "fp": print_}
    assert (service.service, service.port) == (NODES, 8080)
    assert len(service.instance.encode()) <= 63
    peers = Peers()
    peers.heard([Announcement(NODES, service.instance, "10.0.0.1", service.port, service.txt)], OWN)
    (peer,) = peers.all()
    assert (peer.node, peer.fingerprint) == (shop.node.node.hex(), print_)
