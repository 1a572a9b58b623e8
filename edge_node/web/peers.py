"""Other programs of StayOpen that announce themselves in the shop's network, for whoever sets a box up."""

import msgspec

from edge_node.web.work import Work, read
from foundation.http_api.route import Call


class PeerRow(msgspec.Struct, frozen=True):
    """One edge node or head office, as it says itself: compare the fingerprint before you believe it.

    ``kind``: edge | hq; ``node``, ``fingerprint`` "": it does not say.
    """

    kind: str
    name: str
    branch: str
    node: str
    api: str
    fingerprint: str
    host: str
    port: int


class PeerList(msgspec.Struct, frozen=True):
    """Who is heard now, by kind and name."""

    peers: list[PeerRow]


def _peers(work: Work, call: Call) -> PeerList:
    _ = call
    return PeerList([PeerRow(*peer) for peer in work.deps.peers()])


ROUTES = (read("/peers", "listPeers", "Other nodes and head offices in this network", PeerList, _peers),)
