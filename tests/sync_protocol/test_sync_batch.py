"""Batches and their framing: verified before unpacked, exact to the last bit."""

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from sync_world import CHAIN, Log, make_entry, signing_key

from sync_protocol import codec, framing, limits, signed
from sync_protocol.batch import BatchHeader, build_batch, decode_batch, fill, open_batch, peek_header
from sync_protocol.chain import LogIdentity, Point
from sync_protocol.errors import ProtocolError, RefusalCode
from sync_protocol.frames import FrameSealer
from sync_protocol.signed import key_id, raw_public

KEY = signing_key(1)
PUBLIC = KEY.public_key()


def a_log(count: int = 5) -> Log:
    """A log of small sales under KEY."""
    log = Log(LogIdentity(CHAIN, b"n" * 16, b"i" * 16, raw_public(KEY)))
    log.grow(count)
    return log


def refused(data: bytes) -> RefusalCode:
    """Open something that must be refused, and say with which code."""
    with pytest.raises(ProtocolError) as refusal:
        open_batch(data, PUBLIC)
    return refusal.value.code


def forge(log: Log, plain: bytes | None = None, packed: bytes | None = None, **changes: object) -> bytes:
    """Build a properly signed batch whose header or content lies."""
    if plain is None:
        plain = codec.encode(log.entries)
    fields = {
        "version": 1,
        "chain": CHAIN,
        "node": b"n" * 16,
        "incarnation": b"i" * 16,
        "signing_key_id": key_id(raw_public(KEY)),
        "first": 1,
        "last": len(log.entries),
        "previous_head": log.hashes[0],
        "new_head": log.hashes[-1],
        "unpacked": len(plain),
        "last_ack": b"",
        **changes,
    }
    head = codec.encode(BatchHeader(**fields))
    if packed is None:
        packed = zstandard.ZstdCompressor().compress(plain)
    return framing.join(head, packed, KEY.sign(signed.LABEL_BATCH + head))


@given(st.integers(0, 20), st.integers(1, 20), st.binary(max_size=200))
def test_any_run_of_a_log_travels(after, count, last_ack) -> None:
    """What is built opens to the same entries and hashes, and the header peeked is the header verified."""
    log = a_log(after + count)
    data = log.batch(KEY, after, count, last_ack)
    batch = open_batch(data, PUBLIC)
    assert batch.entries == log.entries[after : after + count]
    assert batch.hashes == log.hashes[after + 1 : after + count + 1]
    assert batch.header == peek_header(data)
    assert (batch.header.start, batch.header.end) == (Point(after, log.hashes[after]), log.head)
    assert batch.header.last_ack == last_ack
    assert [entry.seq for entry in decode_batch(batch)] == list(range(after + 1, after + count + 1))


def test_every_cut_is_refused() -> None:
    """A batch cut at any byte is truncated."""
    data = a_log().batch(KEY, 0, 5)
    assert {refused(data[:end]) for end in range(len(data))} == {RefusalCode.TRUNCATED}
    assert refused(data + b"x") is RefusalCode.MALFORMED


def test_every_flipped_bit_is_refused_or_harmless() -> None:
    """A flipped bit is refused; where the compressed form has spare bits, the entries are still the signed ones."""
    log = a_log(2)
    data = log.batch(KEY, 0, 2)
    accepted = 0
    for bit in range(len(data) * 8):
        bent = bytearray(data)
        bent[bit // 8] ^= 1 << bit % 8
        try:
            batch = open_batch(bytes(bent), PUBLIC)
        except ProtocolError:
            continue
        accepted += 1
        assert batch.entries == log.entries
    assert accepted < 8


def test_another_signer() -> None:
    """A batch under another key, or one that names another key, is refused before it is unpacked."""
    log = a_log()
    assert refused(log.batch(signing_key(2), 0, 5)) is RefusalCode.BAD_SIGNATURE
    assert refused(forge(log, signing_key_id=b"?" * 16)) is RefusalCode.BAD_SIGNATURE


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"unpacked": limits.MAX_BATCH_UNPACKED + 1}, "too_large"),
        ({"unpacked": 10}, "malformed"),
        ({"first": 6}, "too_large"),
        ({"last": 2**40}, "too_large"),
        ({"last": 4}, "broken_chain"),
        ({"first": 2, "last": 6}, "broken_chain"),
        ({"previous_head": b"?" * 32}, "broken_chain"),
        ({"new_head": b"?" * 32}, "broken_chain"),
        ({"version": 2}, "version_unsupported"),
        ({"version": 127}, "version_unsupported"),
        ({"chain": b"short"}, "malformed"),
        ({"last_ack": b"x" * 513}, "malformed"),
    ],
)
def test_signed_lies(changes, code) -> None:
    """A properly signed header that does not fit its entries is refused with its own code."""
    assert refused(forge(a_log(), **changes)).value == code


def test_decompression_bomb() -> None:
    """A frame that would unpack to more than the header says is refused from its own declared length."""
    bomb = zstandard.ZstdCompressor().compress(bytes(200 * limits.MIB))
    assert len(bomb) < limits.MAX_BATCH
    assert refused(forge(a_log(), packed=bomb)) is RefusalCode.MALFORMED
    stream = zstandard.ZstdCompressor(write_content_size=False).compress(codec.encode(a_log().entries))
    assert refused(forge(a_log(), packed=stream)) is RefusalCode.MALFORMED


def test_damaged_content() -> None:
    """Content that is no zstd frame, or no list of byte strings, is malformed."""
    log = a_log()
    assert refused(forge(log, packed=b"not zstd")) is RefusalCode.MALFORMED
    frame = zstandard.ZstdCompressor().compress(codec.encode(log.entries))
    assert refused(forge(log, packed=frame + b"x")) is RefusalCode.MALFORMED
    assert refused(forge(log, plain=b"\x80")) is RefusalCode.MALFORMED
    assert refused(forge(log, plain=b"\xdc\x00\x05" + codec.encode(log.entries)[1:])) is RefusalCode.NOT_CANONICAL


def test_size_limits() -> None:
    """More than 256 KiB on the wire is neither built nor opened nor peeked."""
    assert refused(bytes(limits.MAX_BATCH + 1)) is RefusalCode.TOO_LARGE
    with pytest.raises(ProtocolError) as refusal:
        peek_header(bytes(limits.MAX_BATCH + 1))
    assert refusal.value.code is RefusalCode.TOO_LARGE
    assert refused(b"\xff\xff\xff\xff" + bytes(100)) is RefusalCode.TOO_LARGE


def test_building_is_bounded_too() -> None:
    """A batch that no peer would open is not built."""
    log = a_log(1)
    with pytest.raises(ProtocolError):
        build_batch(log.identity, KEY, Point(0, log.hashes[0]), [make_entry(1)] * (limits.MAX_BATCH_ENTRIES + 1))
    noise = FrameSealer(bytes(32)).seal(bytes(limits.MAX_BATCH)).wire  # ciphertext does not compress
    with pytest.raises(ProtocolError) as refusal:
        build_batch(log.identity, KEY, Point(0, log.hashes[0]), [noise])
    assert refusal.value.code is RefusalCode.TOO_LARGE
    with pytest.raises(ValueError, match="without entries"):
        build_batch(log.identity, KEY, Point(0, log.hashes[0]), [])


@given(st.lists(st.integers(1, limits.MAX_ENTRY), min_size=1, max_size=30))
@settings(max_examples=30)
def test_fill_takes_a_front_part_that_surely_fits(sizes) -> None:
    """However badly entries compress, what `fill` takes stays under the limit, and it takes at least one."""
    entries = [bytes([i]) * size for i, size in enumerate(sizes)]
    taken = fill(entries)
    assert taken
    assert taken == entries[: len(taken)]
    assert len(codec.encode(taken)) + 2 * limits.KIB < limits.MAX_BATCH
    if len(taken) < len(entries):
        assert sum(map(len, taken)) + len(entries[len(taken)]) + 5 * (len(taken) + 1) > limits.BATCH_FILL


@given(st.binary(max_size=300))
def test_random_bytes(data) -> None:
    """Random bytes never open."""
    assert isinstance(refused(data), RefusalCode)


@given(st.binary(max_size=50), st.binary(max_size=50), st.binary(min_size=64, max_size=64))
def test_framing_round_trip(first, second, signature) -> None:
    """Joined strings come apart again, and the first can be read alone."""
    data = framing.join(first, second, signature)
    assert framing.split(data, 50, 50) == (first, second, signature)
    assert framing.first_part(data, 50) == first


def test_framing_limits() -> None:
    """A part longer than allowed is too large, whatever follows."""
    data = framing.join(b"12345", b"123", bytes(64))
    for limits_ in ((4, 3), (5, 2)):
        with pytest.raises(ProtocolError) as refusal:
            framing.split(data, *limits_)
        assert refusal.value.code is RefusalCode.TOO_LARGE
