"""HQ's signed close of an incarnation: what lets a till leave a node's old log behind, and a node open a new one."""

from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta

from sync_protocol import codec, limits, signed
from sync_protocol.epoch import HqEpoch

_Id = Annotated[bytes, Meta(min_length=limits.ID, max_length=limits.ID)]
_Hash = Annotated[bytes, Meta(min_length=limits.HASH, max_length=limits.HASH)]
_Natural = Annotated[int, Meta(ge=0, le=limits.MAX_NUMBER)]


class Close(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """HQ closed this incarnation having its log through (``seq``, ``head``). ``reason``: why, e.g. ``fork``."""

    epoch: HqEpoch
    node: _Id
    incarnation: _Id
    seq: _Natural
    head: _Hash
    reason: Annotated[str, Meta(max_length=limits.MAX_KIND)]
    hq_time: _Natural


_DECODER = msgspec.msgpack.Decoder(Close)


def sign_close(close: Close, key: Ed25519PrivateKey) -> bytes:
    """Make the statement's wire bytes: payload ‖ signature."""
    return signed.sign_statement(signed.LABEL_CLOSE, codec.encode(close), key)


def open_close(data: bytes, hq_key: Ed25519PublicKey) -> Close:
    """Verify and read a signed close."""
    return codec.decode_canonical(_DECODER, signed.open_statement(signed.LABEL_CLOSE, data, hq_key))
