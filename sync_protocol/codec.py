"""Canonical msgpack: one value, one byte string (docs/protocol.md, "Canonical bytes").

Maps have text keys in the order of their UTF-8 bytes; integers and lengths take the shortest form; no floats, no
extension types, bounded depth and size. ``msgspec`` with ``order="sorted"`` writes exactly these bytes.
"""

from typing import Any, TypeAlias, TypeVar

import msgspec

from sync_protocol import limits
from sync_protocol.errors import RefusalCode, StopError

Value: TypeAlias = "bool | int | str | bytes | list[Value] | tuple[Value, ...] | dict[str, Value] | None"

_T = TypeVar("_T")
_ENCODER = msgspec.msgpack.Encoder(order="sorted")
_PLAIN = msgspec.msgpack.Decoder()
_SCALARS = (bool, int, str, bytes)


def pack(value: Value) -> bytes:
    """Encode a plain value canonically; ``malformed``: floats, foreign types, integers beyond 64 bits, depth > 16."""
    _check(value, limits.MAX_DEPTH)
    return encode(value)


def unpack(data: bytes, limit: int) -> Value:
    """Decode at most `limit` bytes of canonical msgpack; lists come back as lists. Any other form is refused."""
    if len(data) > limit:
        raise StopError(RefusalCode.TOO_LARGE, f"{len(data)} bytes where {limit} are allowed")
    value = decode(_PLAIN, data)
    _check(value, limits.MAX_DEPTH)
    if encode(value) != data:
        raise StopError(RefusalCode.NOT_CANONICAL, "not the canonical form of its value")
    return value  # type: ignore[no-any-return]


def encode(value: Any) -> bytes:  # noqa: ANN401 - msgspec structs of every kind
    """Encode structs and plain values that are known to be in bounds, canonically."""
    try:
        return _ENCODER.encode(value)
    except (OverflowError, UnicodeEncodeError, TypeError, RecursionError) as error:
        raise StopError(RefusalCode.MALFORMED, f"cannot be encoded: {type(error).__name__}") from None


def decode(decoder: "msgspec.msgpack.Decoder[_T]", data: bytes) -> _T:
    """Run a typed decoder; every failure becomes ``malformed`` or ``truncated``. Does not check the canonical form."""
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as error:
        raise StopError(RefusalCode.MALFORMED, str(error)) from None
    except msgspec.DecodeError as error:
        code = RefusalCode.TRUNCATED if "truncated" in str(error) else RefusalCode.MALFORMED
        raise StopError(code, str(error)) from None
    except (RecursionError, ValueError, OverflowError, MemoryError) as error:
        raise StopError(RefusalCode.MALFORMED, f"cannot be decoded: {type(error).__name__}") from None


def decode_canonical(decoder: "msgspec.msgpack.Decoder[_T]", data: bytes) -> _T:
    """Run a typed decoder and insist that the bytes are the canonical form of what they say."""
    value = decode(decoder, data)
    if encode(value) != data:
        raise StopError(RefusalCode.NOT_CANONICAL, "not the canonical form of its value")
    return value


def leading_version(data: bytes) -> int:
    """Read the first element of a canonical array when it is a small positive integer: the version of a signed header.

    It is read before the rest, for other versions may have other fields.
    """
    if not data:
        raise StopError(RefusalCode.TRUNCATED, "no bytes")
    array, first = data[0], data[1:2]
    if not 0x91 <= array <= 0x9F or not first or not 1 <= first[0] <= 0x7F:
        raise StopError(RefusalCode.MALFORMED, "does not begin with a version")
    return first[0]


def _check(value: object, depth: int) -> None:
    """Refuse what the canonical form has no place for. `depth`: levels of nesting still allowed."""
    if value is None or type(value) in _SCALARS:
        return
    if depth == 0:
        raise StopError(RefusalCode.MALFORMED, f"nested deeper than {limits.MAX_DEPTH}")
    if isinstance(value, (list, tuple)):
        for item in value:
            _check(item, depth - 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if type(key) is not str:
                raise StopError(RefusalCode.MALFORMED, "a map key that is not text")
            _check(item, depth - 1)
    else:
        raise StopError(RefusalCode.MALFORMED, f"{type(value).__name__} has no canonical form")
