"""What a till is given to keep: the entry it was told of, sealed to HQ, so that it outlives this box's disk.

All frames of one process and incarnation belong to one bundle session: opened once, its data key only in memory, one
counter of nonces. A frame carries the signed opening with it, so each can be handed in alone.
"""

from collections.abc import Callable

from edge_node.ledger.incarnations import Log
from sync_protocol import codec, signed
from sync_protocol.node_session import NodeIdentity
from sync_protocol.opening import Direction, LogPosition, Opening
from sync_protocol.sealing import seal_opening
from sync_protocol.session import Secrets
from sync_protocol.versions import PROTOCOL_VERSION


class Witness:
    """Seals entries of one incarnation. Make a new one for each process and each incarnation."""

    def __init__(self, identity: NodeIdentity, log: Log, random_bytes: Callable[[int], bytes]) -> None:
        """`log`: the current one as it stands; the opening names it, for an entry does not name its log."""
        secrets = Secrets(random_bytes(32), random_bytes(32), random_bytes(16))
        opening = Opening(
            version=PROTOCOL_VERSION,
            chain=identity.chain,
            sender=identity.node,
            sender_key=signed.key_id(signed.raw_public(identity.signing_key)),
            receiver=identity.chain,
            receiver_key=signed.key_id(identity.hq_import_raw),
            direction=Direction.TO_HQ,
            session=secrets.session,
            peer_nonce=b"",
            logs=(LogPosition(log.incarnation, log.seq, log.head),),
        )
        sealed = seal_opening(opening, secrets.data_key, identity.hq_import_key, identity.signing_key)
        self._opening = sealed.wire
        self._frames = sealed.frames

    def frame(self, entry: bytes) -> bytes:
        """Seal one entry: canonical msgpack of {frame, opening}, opened by HQ alone (``open_single``)."""
        return codec.pack({"frame": self._frames.seal(entry).wire, "opening": self._opening})
