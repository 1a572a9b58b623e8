"""Bodies of facts and rows as bytes: canonical msgpack of commerce's dataclasses, decoded by type."""

import hashlib
from functools import cache
from typing import Any, TypeVar

import msgspec

from commerce.facts import Terms, body_type
from commerce.reference import FEED_BODIES
from edge_node.errors import Code, StopWorkError

_T = TypeVar("_T")

_ENCODER = msgspec.msgpack.Encoder(order="sorted")


class _Act(msgspec.Struct):
    """The one field that tells which body of a kind it is."""

    act: str = ""


@cache
def _decoder(wanted: type) -> msgspec.msgpack.Decoder[Any]:
    """Keep one decoder per type: making one costs more than using it."""
    return msgspec.msgpack.Decoder(wanted)


def encode(value: object) -> bytes:
    """Encode a body, a row or a plain value: sorted keys, shortest forms."""
    return _ENCODER.encode(value)


def decode(wanted: type[_T], data: bytes) -> _T:
    """Decode bytes of a known type; what this node wrote itself and cannot read is a broken database."""
    try:
        value: _T = _decoder(wanted).decode(data)  # type: ignore[arg-type]  # mypy: a type is hashable
    except msgspec.DecodeError as error:
        raise StopWorkError(Code.DATABASE_UNREADABLE, detail=f"{wanted.__name__}: {type(error).__name__}") from None
    return value


def decode_fact(kind: str, data: bytes) -> Any:  # noqa: ANN401 - one of commerce.facts.Body, told by kind and act
    """Decode a fact's body by its kind and act; None for a kind or act that this version does not know."""
    wanted = body_type(kind, decode(_Act, data).act)
    return None if wanted is None else decode(wanted, data)


def decode_row(key: str, data: bytes) -> Any:  # noqa: ANN401 - one of commerce.reference.FEED_BODIES, told by the key
    """Decode a feed row by the kind in its key; None for a kind this version does not know or a body it cannot read."""
    wanted = FEED_BODIES.get(kind_of(key))
    if wanted is None:
        return None
    try:
        return _decoder(wanted).decode(data)
    except msgspec.DecodeError:
        return None


def kind_of(key: str) -> str:
    """Return the kind of a feed key: what stands before the first colon."""
    return key.partition(":")[0]


@cache
def _terms(data: bytes) -> Terms:
    return decode(Terms, data)


def terms_of(data: bytes) -> Terms:
    """Decode a lot's terms; the same bytes are decoded once (few plans, many lots)."""
    return _terms(data)


def digest(data: bytes) -> bytes:
    """Return the SHA-256 of bytes that a fact refers to."""
    return hashlib.sha256(data).digest()
