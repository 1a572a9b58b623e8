"""Batches: a run of entries of one log, compressed, with one signature over the header.

``u32 ‖ header ‖ u32 ‖ zstd(canonical array of entry bytes) ‖ Ed25519("stayopen/1 batch" ‖ header)``. The header's
new head binds the entries, so signature and declared length are checked before anything is unpacked.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, NamedTuple

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta

from sync_protocol import chain, codec, framing, limits, packing, signed
from sync_protocol.chain import Point
from sync_protocol.entry import Entry, decode_entry, starts_with_seq
from sync_protocol.errors import RefusalCode, StopError
from sync_protocol.versions import PROTOCOL_VERSION, check_version

_Id = Annotated[bytes, Meta(min_length=limits.ID, max_length=limits.ID)]
_Hash = Annotated[bytes, Meta(min_length=limits.HASH, max_length=limits.HASH)]
_Seq = Annotated[int, Meta(ge=1, le=limits.MAX_SEQ)]


class BatchHeader(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """What the signature covers. ``last_ack``: HQ's last signed ack for this log as wire bytes, or empty."""

    version: Annotated[int, Meta(ge=1, le=65_535)]
    chain: _Id
    node: _Id
    incarnation: _Id
    signing_key_id: Annotated[bytes, Meta(min_length=limits.KEY_ID, max_length=limits.KEY_ID)]
    first: _Seq
    last: _Seq
    previous_head: _Hash
    new_head: _Hash
    unpacked: Annotated[int, Meta(ge=1, le=2**32 - 1)]
    last_ack: Annotated[bytes, Meta(max_length=limits.MAX_SIGNED)]

    @property
    def start(self) -> Point:
        """The point in the log that the batch continues."""
        return Point(self.first - 1, self.previous_head)

    @property
    def end(self) -> Point:
        """The point in the log that the batch leads to."""
        return Point(self.last, self.new_head)


class Batch(NamedTuple):
    """An opened, verified batch: ``hashes[i]`` is the chain's hash after ``entries[i]``, whose seq is first + i."""

    header: BatchHeader
    entries: list[bytes]
    hashes: list[bytes]


_HEADER = msgspec.msgpack.Decoder(BatchHeader)
_ENTRIES = msgspec.msgpack.Decoder(
    Annotated[list[bytes], Meta(min_length=1, max_length=limits.MAX_BATCH_ENTRIES)],
)


def fill(entries: Iterable[bytes]) -> list[bytes]:
    """Take from the front of `entries` as many as surely fit one batch, at least one (any single entry fits)."""
    taken: list[bytes] = []
    size = 0
    for entry in entries:
        size += len(entry) + 5  # an entry's bin header takes at most 5 bytes
        if taken and (size > limits.BATCH_FILL or len(taken) == limits.MAX_BATCH_ENTRIES):
            break
        taken.append(entry)
    return taken


def build_batch(
    identity: chain.LogIdentity,
    key: Ed25519PrivateKey,
    start: Point,
    entries: Sequence[bytes],
    last_ack: bytes = b"",
) -> bytes:
    """Pack consecutive entries that follow `start` in the log. ``too_large`` when they do not fit (use ``fill``)."""
    if not entries:
        raise ValueError("a batch without entries")
    plain = codec.encode(list(entries))
    header = BatchHeader(
        version=PROTOCOL_VERSION,
        chain=identity.chain,
        node=identity.node,
        incarnation=identity.incarnation,
        signing_key_id=signed.key_id(identity.signing_key),
        first=start.seq + 1,
        last=start.seq + len(entries),
        previous_head=start.hash,
        new_head=chain.extend_all(start.hash, entries)[-1],
        unpacked=len(plain),
        last_ack=last_ack,
    )
    _check_sizes(header)
    head = codec.encode(header)
    packed = packing.pack(plain)
    data = framing.join(head, packed, key.sign(signed.LABEL_BATCH + head))
    if len(data) > limits.MAX_BATCH:
        raise StopError(RefusalCode.TOO_LARGE, f"a batch of {len(data)} bytes")
    return data


def peek_header(data: bytes) -> BatchHeader:
    """Read a batch's header without verifying anything: to choose the key, or to account one's own batch."""
    if len(data) > limits.MAX_BATCH:
        raise StopError(RefusalCode.TOO_LARGE, f"a batch of {len(data)} bytes")
    return _read_header(framing.first_part(data, limits.MAX_HEADER))


def open_batch(data: bytes, verify_key: Ed25519PublicKey) -> Batch:
    """Verify and unpack a batch: signature, limits, chain and seqs. The entries themselves are not decoded yet."""
    if len(data) > limits.MAX_BATCH:
        raise StopError(RefusalCode.TOO_LARGE, f"a batch of {len(data)} bytes")
    head, packed, signature = framing.split(data, limits.MAX_HEADER, limits.MAX_BATCH)
    header = _read_header(head)
    if header.signing_key_id != signed.key_id(signed.raw_public(verify_key)):
        raise StopError(RefusalCode.BAD_SIGNATURE, "the batch names another signing key")
    signed.check(signed.LABEL_BATCH, head, signature, verify_key)
    _check_sizes(header)
    entries = codec.decode_canonical(_ENTRIES, _unpack(packed, header.unpacked))
    if len(entries) != header.last - header.first + 1:
        raise StopError(RefusalCode.BROKEN_CHAIN, "the number of entries is not what the header says")
    for seq, entry in enumerate(entries, header.first):
        if not starts_with_seq(entry, seq):
            raise StopError(RefusalCode.BROKEN_CHAIN, f"the entry in place of {seq} has another seq")
    hashes = chain.extend_all(header.previous_head, entries)
    if hashes[-1] != header.new_head:
        raise StopError(RefusalCode.BROKEN_CHAIN, "the entries do not lead to the header's new head")
    return Batch(header, entries, hashes)


def decode_batch(batch: Batch, *, balanced: bool = True) -> list[Entry]:
    """Decode all entries of an opened batch (see ``decode_entry``)."""
    return [decode_entry(entry, balanced=balanced) for entry in batch.entries]


def _read_header(head: bytes) -> BatchHeader:
    """Decode a header, its version first: later versions may have other fields."""
    check_version(codec.leading_version(head))
    return codec.decode_canonical(_HEADER, head)


def _check_sizes(header: BatchHeader) -> None:
    """Refuse what the header declares beyond the limits, before memory is spent on it."""
    if header.unpacked > limits.MAX_BATCH_UNPACKED:
        raise StopError(RefusalCode.TOO_LARGE, f"unpacks to {header.unpacked} bytes")
    if not 0 <= header.last - header.first < limits.MAX_BATCH_ENTRIES:
        raise StopError(RefusalCode.TOO_LARGE, "too many entries, or none")


def _unpack(packed: bytes, size: int) -> bytes:
    """Decompress one zstd frame that must declare and give exactly `size` bytes."""
    if packing.declared_size(packed) != size:
        raise StopError(RefusalCode.MALFORMED, "the compressed frame declares another length than the header")
    return packing.unpack(packed)
