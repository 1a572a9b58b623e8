"""The signed code on a paper: who wrote which entry, in a form that a scanner reads and anybody can check.

It stands here because it is a statement signed with a node's key under one of the protocol's labels, and because edge
node and HQ both check it: with the public key that HQ's directory names for the incarnation, nothing else is needed.
What the paper is about is an opaque id and an amount to it.

    text    = "SO1" ‖ base32(payload ‖ signature), RFC 4648 without padding
    payload = canonical msgpack [chain, branch, incarnation, seq, kind, id, day, total]
    signature = Ed25519(the log's signing key, "stayopen/1 receipt" ‖ payload)

Base32 makes the same QR version as base45 at this length (some 240 characters) and knows neither blanks nor lower case,
which a keyboard scanner, a Caps Lock key or a field that trims would change.
"""

import base64
import binascii
from collections.abc import Callable
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Meta

from sync_protocol import codec, limits, signed
from sync_protocol.errors import RefusalCode, StopError

PREFIX = "SO1"
"""By it a till tells this code from all others; "1" is no character of base32."""

_Id = Annotated[bytes, Meta(min_length=limits.ID, max_length=limits.ID)]
_Branch = Annotated[str, Meta(min_length=1, max_length=limits.MAX_RECEIPT_BRANCH)]
_Kind = Annotated[str, Meta(pattern=r"^[a-z][a-z_]{0,11}\Z")]
_Day = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]


class Receipt(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """What a paper claims: entry ``seq`` of the log of ``incarnation`` says so.

    ``id``: of the sale, refund, top-up …; ``day``: business date; ``total``: minor units.
    """

    chain: _Id
    branch: _Branch
    incarnation: _Id
    seq: Annotated[int, Meta(ge=1, le=limits.MAX_SEQ)]
    kind: _Kind
    id: _Id
    day: _Day
    total: Annotated[int, Meta(ge=0, le=limits.MAX_NUMBER)]


_DECODER = msgspec.msgpack.Decoder(Receipt)


def encode(receipt: Receipt, sign: Callable[[bytes], bytes]) -> str:
    """Make the code's text; `sign` is Ed25519 with the node's key, over bytes that carry their label already."""
    payload = codec.encode(receipt)
    codec.decode_canonical(_DECODER, payload)
    statement = payload + sign(signed.LABEL_RECEIPT + payload)
    return PREFIX + base64.b32encode(statement).decode().rstrip("=")


def read(text: str) -> Receipt:
    """Read a code without checking it: to learn whose key is needed. ``malformed``, ``too_large`` or ``truncated``."""
    return codec.decode_canonical(_DECODER, _statement(text)[: -limits.SIGNATURE])


def verify(text: str, key: Ed25519PublicKey) -> Receipt:
    """Read a code that this key signed; ``bad_signature`` otherwise, and what ``read`` raises."""
    statement = _statement(text)
    return codec.decode_canonical(_DECODER, signed.open_statement(signed.LABEL_RECEIPT, statement, key))


def _statement(text: str) -> bytes:
    """Return the signed bytes of a code as scanned or typed: case and blanks around it do not matter."""
    plain = text.strip().upper()
    if len(plain) > limits.MAX_RECEIPT_TEXT:
        raise StopError(RefusalCode.TOO_LARGE, "longer than a receipt's code")
    if not plain.startswith(PREFIX):
        raise StopError(RefusalCode.MALFORMED, "not a receipt's code")
    digits = plain.removeprefix(PREFIX)
    try:
        statement = base64.b32decode(digits + "=" * (-len(digits) % 8))
    except (binascii.Error, ValueError):
        raise StopError(RefusalCode.MALFORMED, "not base32") from None
    if len(statement) <= limits.SIGNATURE:
        raise StopError(RefusalCode.TRUNCATED, "shorter than a signature")
    if base64.b32encode(statement).decode().rstrip("=") != digits:
        raise StopError(RefusalCode.NOT_CANONICAL, "not the canonical base32 of its bytes")
    return statement
