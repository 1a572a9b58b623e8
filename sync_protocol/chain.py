"""The hash chain of a log, and the locator by which two sides find how far their copies agree.

    h_0 = SHA-256("stayopen/1 log" ‖ chain ‖ node ‖ incarnation ‖ signing key ‖ predecessor)
    h_n = SHA-256("stayopen/1 entry" ‖ h_{n-1} ‖ entry bytes)

``predecessor`` is nothing, or incarnation ‖ seq as 8 bytes big-endian ‖ head: all parts have fixed lengths.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from sync_protocol import limits

_LABEL_LOG = b"stayopen/1 log"
_LABEL_ENTRY = b"stayopen/1 entry"


class Predecessor(NamedTuple):
    """Where the log before this one ended, as its node knew it: its incarnation, last seq and the hash at that seq."""

    incarnation: bytes
    seq: int
    head: bytes


class LogIdentity(NamedTuple):
    """What a log is: fixed when its incarnation is opened, bound into h_0. ``signing_key``: 32 raw bytes."""

    chain: bytes
    node: bytes
    incarnation: bytes
    signing_key: bytes
    predecessor: Predecessor | None = None


class Point(NamedTuple):
    """A place in a log: after entry ``seq`` the hash is ``hash`` (seq 0: h_0)."""

    seq: int
    hash: bytes


def first_hash(identity: LogIdentity) -> bytes:
    """Compute h_0. Lengths that are not those of the format are the caller's mistake (``ValueError``)."""
    parts = [identity.chain, identity.node, identity.incarnation, identity.signing_key]
    lengths = [limits.ID, limits.ID, limits.ID, limits.SIGNING_KEY]
    if identity.predecessor is not None:
        before = identity.predecessor
        parts += [before.incarnation, before.seq.to_bytes(8, "big"), before.head]
        lengths += [limits.ID, 8, limits.HASH]
    if [len(part) for part in parts] != lengths:
        raise ValueError("a part of a log's identity has the wrong length")
    return sha256(_LABEL_LOG + b"".join(parts)).digest()


def extend(head: bytes, entry: bytes) -> bytes:
    """Compute h_n from h_{n-1} and the bytes of entry n."""
    return sha256(_LABEL_ENTRY + head + entry).digest()


def extend_all(head: bytes, entries: Iterable[bytes]) -> list[bytes]:
    """Compute the hash after each entry, in order."""
    hashes = []
    for entry in entries:
        head = sha256(_LABEL_ENTRY + head + entry).digest()
        hashes.append(head)
    return hashes


def locator_seqs(head_seq: int) -> list[int]:
    """List the seqs a locator names, falling: the head, then 1, 2, 4, 8 … before it, and always 0."""
    seqs, step = [head_seq], 1
    while seqs[-1] > 0:
        seqs.append(max(0, head_seq - step))
        step *= 2
    return seqs


def locator(head_seq: int, hash_at: Callable[[int], bytes]) -> list[Point]:
    """Describe a log by exponentially spaced points, newest first. `hash_at` must answer every seq up to the head."""
    return [Point(seq, hash_at(seq)) for seq in locator_seqs(head_seq)]


def common_point(points: Sequence[Point], hash_at: Callable[[int], bytes | None]) -> Point | None:
    """Return the highest point of a peer's locator that is ours too; None: not even h_0 is (another log)."""
    return next((point for point in sorted(points, reverse=True) if hash_at(point.seq) == point.hash), None)
