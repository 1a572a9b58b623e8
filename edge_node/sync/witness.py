"""What a till is given to keep: the entry it was told of, sealed to HQ, so that it outlives this box's disk.

All frames of one process and incarnation belong to one bundle session: opened once, its data key only in memory, one
counter of nonces. A frame carries the signed opening with it, so each can be handed in alone.
"""

from collections.abc import Callable

from edge_node.ledger.incarnations import Log
from edge_node.sync.sealed import open_to_hq
from sync_protocol import codec
from sync_protocol.node_session import NodeIdentity
from sync_protocol.opening import LogPosition


class Witness:
    """Seals entries of one incarnation. Make a new one for each process and each incarnation."""

    def __init__(self, identity: NodeIdentity, log: Log, random_bytes: Callable[[int], bytes]) -> None:
        """`log`: the current one as it stands; the opening names it, for an entry does not name its log."""
        logs = (LogPosition(log.incarnation, log.seq, log.head),)
        sealed = open_to_hq(identity, logs, random_bytes)
        self._opening = sealed.wire
        self._frames = sealed.frames

    def frame(self, entry: bytes) -> bytes:
        """Seal one entry: canonical msgpack of {frame, opening}, opened by HQ alone (``open_single``)."""
        return codec.pack({"frame": self._frames.seal(entry).wire, "opening": self._opening})
