"""Other edge nodes and head offices that announce themselves on this LAN.

Nobody vouches for an announcement: anybody in the shop's network can make one. It may help a person to find something,
and a program to find where to ask; whom one speaks with is settled by certificates (``provisioning``).
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from device_drivers.discovery.announcements import HEAD_OFFICE, NODES, Announcement
from edge_node.discovery import limits

EDGE = "edge"
HQ = "hq"

_KINDS = {NODES: EDGE, HEAD_OFFICE: HQ}
_HEXADECIMAL = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")


class Peer(NamedTuple):
    """One other program. ``kind``: edge | hq; ``fingerprint``: of its certificate or key, as it says; "" unknown."""

    kind: str
    name: str
    branch: str
    node: str
    api: str
    fingerprint: str
    host: str
    port: int


class Peers:
    """Who is there now, as far as announced. For the event loop alone."""

    def __init__(self) -> None:
        self._peers: tuple[Peer, ...] = ()

    def all(self) -> tuple[Peer, ...]:
        """List them by kind and name."""
        return self._peers

    def heard(self, announced: Iterable[Announcement], own: str) -> bool:
        """Take what is announced now; return whether anything changed. `own`: this node's id in hexadecimal."""
        found = (_peer(one) for one in announced if one.service in _KINDS)
        peers = sorted({peer for peer in found if peer.node != own})[: limits.PEERS]
        changed = tuple(peers) != self._peers
        self._peers = tuple(peers)
        return changed


def _peer(one: Announcement) -> Peer:
    said = {name: one.txt.get(name, "")[: limits.TXT] for name in ("branch", "node", "api", "fp")}
    node, fingerprint = (said[name] if _HEXADECIMAL.fullmatch(said[name]) else "" for name in ("node", "fp"))
    return Peer(_KINDS[one.service], one.instance, said["branch"], node, said["api"], fingerprint, one.host, one.port)
