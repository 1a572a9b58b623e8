"""What this node seals to HQ without a line: opened under a fresh key, with no nonce of HQ's in it."""

from collections.abc import Callable

from sync_protocol import limits, signed
from sync_protocol.node_session import NodeIdentity
from sync_protocol.opening import Direction, LogPosition, Opening
from sync_protocol.sealing import SealedSession, seal_opening
from sync_protocol.versions import PROTOCOL_VERSION


def open_to_hq(
    identity: NodeIdentity, logs: tuple[LogPosition, ...], random_bytes: Callable[[int], bytes]
) -> SealedSession:
    """Open a bundle session to HQ that names `logs`; its data key stays in memory."""
    opening = Opening(
        version=PROTOCOL_VERSION,
        chain=identity.chain,
        sender=identity.node,
        sender_key=signed.key_id(signed.raw_public(identity.signing_key)),
        receiver=identity.chain,
        receiver_key=signed.key_id(identity.hq_import_raw),
        direction=Direction.TO_HQ,
        session=random_bytes(limits.ID),
        peer_nonce=b"",
        logs=logs,
    )
    return seal_opening(opening, random_bytes(limits.DATA_KEY), identity.hq_import_key, identity.signing_key)
