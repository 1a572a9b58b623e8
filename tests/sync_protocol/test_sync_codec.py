"""Canonical msgpack."""

import msgpack
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_protocol import codec, limits
from sync_protocol.errors import ProtocolError, RefusalCode

SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text() | st.binary()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5), max_leaves=20
)


def sort_keys(value):
    """Order maps by the UTF-8 bytes of their keys."""
    if isinstance(value, dict):
        return {key: sort_keys(value[key]) for key in sorted(value, key=str.encode)}
    return [sort_keys(item) for item in value] if isinstance(value, list) else value


@given(VALUES)
def test_what_is_packed_comes_back(value) -> None:
    """Unpacking is the inverse of packing."""
    data = codec.pack(value)
    assert codec.unpack(data, len(data)) == value


@given(VALUES)
def test_another_library_with_sorted_keys_writes_the_same_bytes(value) -> None:
    """The canonical form is plain msgpack with shortest forms and keys in the order of their UTF-8 bytes."""
    assert codec.pack(value) == msgpack.packb(sort_keys(value), use_bin_type=True)


@given(VALUES)
def test_msgspec_sorted_writes_the_same_bytes(value) -> None:
    """Other rooms may encode bodies by msgspec with order="sorted"."""
    assert codec.pack(value) == msgspec.msgpack.Encoder(order="sorted").encode(value)


@given(st.binary(max_size=60))
def test_bytes_are_canonical_or_refused(data) -> None:
    """Whatever is accepted packs to the very same bytes; everything else is a ProtocolError."""
    try:
        value = codec.unpack(data, 60)
    except ProtocolError:
        return
    assert codec.pack(value) == data


@given(VALUES)
def test_every_cut_is_refused(value) -> None:
    """No proper beginning of a value is a value of its own."""
    data = codec.pack(value)
    for end in range(len(data)):
        with pytest.raises(ProtocolError):
            codec.unpack(data[:end], len(data))


@pytest.mark.parametrize("value", [1.5, object(), {1: 2}, {b"a": 1}, 2**64, "\ud800", [{"a": {3, 4}}]])
def test_what_has_no_canonical_form_is_refused(value) -> None:
    """Floats, sets, odd keys, huge integers and lone surrogates cannot be written."""
    with pytest.raises(ProtocolError) as refusal:
        codec.pack(value)
    assert refusal.value.code is RefusalCode.MALFORMED


def nested(depth: int):
    """Wrap a number in so many lists."""
    value: object = 0
    for _ in range(depth):
        value = [value]
    return value


def test_depth_is_bounded() -> None:
    """Sixteen levels are read and written, seventeen are not, and five thousand do not exhaust the stack."""
    assert codec.unpack(codec.pack(nested(limits.MAX_DEPTH)), 100) == nested(limits.MAX_DEPTH)
    with pytest.raises(ProtocolError):
        codec.pack(nested(limits.MAX_DEPTH + 1))
    for levels in (limits.MAX_DEPTH + 1, 5000):
        with pytest.raises(ProtocolError) as refusal:
            codec.unpack(b"\x91" * levels + b"\x00", 10_000)
        assert refusal.value.code is RefusalCode.MALFORMED


def test_size_is_bounded() -> None:
    """One byte over the caller's limit is too large, before anything is decoded."""
    with pytest.raises(ProtocolError) as refusal:
        codec.unpack(b"\xff" * 11, 10)
    assert refusal.value.code is RefusalCode.TOO_LARGE


@pytest.mark.parametrize("head", [b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff"])
def test_claimed_lengths_cost_nothing(head) -> None:
    """A header that claims four thousand million elements is truncated, not allocated."""
    with pytest.raises(ProtocolError) as refusal:
        codec.unpack(head, 10)
    assert refusal.value.code is RefusalCode.TRUNCATED


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "truncated"),
        (b"\x91", "malformed"),
        (b"\x01", "malformed"),
        (b"\x91\x00", "malformed"),
        (b"\x91\x80", "malformed"),
    ],
)
def test_leading_version_refuses_rubbish(data, code) -> None:
    """Only a short array that begins with a small positive integer shows a version."""
    with pytest.raises(ProtocolError) as refusal:
        codec.leading_version(data)
    assert refusal.value.code.value == code


def test_leading_version_of_another_protocol_version() -> None:
    """The version is read even where the rest would not decode."""
    assert codec.leading_version(b"\x93\x02\xff\xff") == 2
