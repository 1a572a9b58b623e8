"""The opening of a session: who sends to whom, under which keys, in which direction, answering which nonce."""

from enum import IntEnum
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from sync_protocol import codec, limits
from sync_protocol.errors import RefusalCode, StopError
from sync_protocol.versions import check_version

_Id = Annotated[bytes, Meta(min_length=limits.ID, max_length=limits.ID)]
_KeyId = Annotated[bytes, Meta(min_length=limits.KEY_ID, max_length=limits.KEY_ID)]
_Hash = Annotated[bytes, Meta(min_length=limits.HASH, max_length=limits.HASH)]
_Natural = Annotated[int, Meta(ge=0, le=limits.MAX_SEQ)]


class Direction(IntEnum):
    """Which way everything under this opening's key travels."""

    TO_HQ = 1
    TO_NODE = 2


class LogPosition(NamedTuple):
    """How far the sender had one log when it opened the session; readable without a key, for couriers."""

    incarnation: _Id
    seq: _Natural
    head: _Hash


class Opening(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """The signed, readable part of a session's beginning. HQ as a party is named by the chain's own id.

    ``peer_nonce``: the receiver's 32 bytes of this live connection, or empty in a bundle. Key ids: ``signed.key_id``.
    """

    version: Annotated[int, Meta(ge=1, le=127)]
    chain: _Id
    sender: _Id
    sender_key: _KeyId
    receiver: _Id
    receiver_key: _KeyId
    direction: Direction
    session: _Id
    peer_nonce: Annotated[bytes, Meta(max_length=limits.NONCE)]
    logs: Annotated[tuple[LogPosition, ...], Meta(max_length=limits.MAX_LOGS)] = ()


_DECODER = msgspec.msgpack.Decoder(Opening)


def encode_opening(opening: Opening) -> bytes:
    """Write an opening's canonical bytes: the ones that are signed and bound into the keys."""
    return codec.encode(opening)


def decode_opening(data: bytes) -> Opening:
    """Read an opening, its version first; nothing is verified yet."""
    check_version(codec.leading_version(data))
    opening = codec.decode_canonical(_DECODER, data)
    if len(opening.peer_nonce) not in (0, limits.NONCE):
        raise StopError(RefusalCode.MALFORMED, "a nonce is 32 bytes or none")
    return opening
