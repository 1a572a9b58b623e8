"""HQ's signed acks: (HQ epoch, node, incarnation, seq, head, level, HQ time), an Ed25519 statement."""

from enum import IntEnum
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta

from sync_protocol import codec, limits, signed
from sync_protocol.chain import Point
from sync_protocol.epoch import HqEpoch

_Id = Annotated[bytes, Meta(min_length=limits.ID, max_length=limits.ID)]
_Hash = Annotated[bytes, Meta(min_length=limits.HASH, max_length=limits.HASH)]
_Natural = Annotated[int, Meta(ge=0, le=limits.MAX_NUMBER)]


class Level(IntEnum):
    """How safe HQ holds what it acks. Without a standby both levels are the same and HQ sends ``DURABLE``."""

    RECEIVED = 1
    DURABLE = 2


class Ack(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """HQ holds this incarnation's log through ``seq``, where the hash is ``head``. ``hq_time``: ms since 1970."""

    epoch: HqEpoch
    node: _Id
    incarnation: _Id
    seq: _Natural
    head: _Hash
    level: Level
    hq_time: _Natural

    @property
    def point(self) -> Point:
        """The acked place in the log."""
        return Point(self.seq, self.head)


_DECODER = msgspec.msgpack.Decoder(Ack)


def sign_ack(ack: Ack, key: Ed25519PrivateKey) -> bytes:
    """Make the statement's wire bytes (about 170): payload ‖ signature."""
    return signed.sign_statement(signed.LABEL_ACK, codec.encode(ack), key)


def open_ack(data: bytes, hq_key: Ed25519PublicKey) -> Ack:
    """Verify and read a signed ack. Only then may anything be concluded from it."""
    return codec.decode_canonical(_DECODER, signed.open_statement(signed.LABEL_ACK, data, hq_key))
