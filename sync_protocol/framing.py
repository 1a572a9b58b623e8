"""Byte strings put end to end with their lengths, so that a receiver can tell truncation from rubbish.

``u32 length ‖ bytes ‖ u32 length ‖ bytes ‖ 64 bytes of signature``; big-endian. Openings and batches use it.
"""

from typing import NamedTuple

from sync_protocol import limits
from sync_protocol.errors import RefusalCode, StopError

_LENGTH = 4


class Signed(NamedTuple):
    """Two byte strings and the signature that stands behind them."""

    first: bytes
    second: bytes
    signature: bytes


def join(first: bytes, second: bytes, signature: bytes) -> bytes:
    """Put the parts end to end."""
    return len(first).to_bytes(_LENGTH, "big") + first + len(second).to_bytes(_LENGTH, "big") + second + signature


def split(data: bytes, first_limit: int, second_limit: int) -> Signed:
    """Cut one joined string apart: ``truncated`` when bytes lack, ``too_large``, ``malformed`` when some are left."""
    first, at = _part(data, 0, first_limit)
    second, at = _part(data, at, second_limit)
    signature = data[at:]
    if len(signature) < limits.SIGNATURE:
        raise StopError(RefusalCode.TRUNCATED, "the signature is cut off")
    if len(signature) > limits.SIGNATURE:
        raise StopError(RefusalCode.MALFORMED, "bytes behind the signature")
    return Signed(first, second, signature)


def first_part(data: bytes, limit: int) -> bytes:
    """Return the first string alone, without looking at the rest."""
    return _part(data, 0, limit)[0]


def _part(data: bytes, at: int, limit: int) -> tuple[bytes, int]:
    """Return the string that begins at `at` and where it ends."""
    start = at + _LENGTH
    if len(data) < start:
        raise StopError(RefusalCode.TRUNCATED, "a length is cut off")
    length = int.from_bytes(data[at:start], "big")
    if length > limit:
        raise StopError(RefusalCode.TOO_LARGE, f"a part of {length} bytes where {limit} are allowed")
    if len(data) < start + length:
        raise StopError(RefusalCode.TRUNCATED, "a part is cut off")
    return data[start : start + length], start + length
