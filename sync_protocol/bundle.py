r"""A bundle: what a node sends to HQ in a file instead of over a line (docs/protocol.md, "Bundles").

    bundle = "stayopen/1 bundle\n" ‖ u32 ‖ opening wire ‖ (u32 ‖ frame wire) …

The opening answers no nonce and says how far the bundle brings each log; each frame holds one BATCH message, the last
one is marked as last. It may be brought twice and late: entries are idempotent.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sync_protocol import limits
from sync_protocol.batch import BatchHeader, peek_header
from sync_protocol.chain import Point
from sync_protocol.errors import HumanError, RefusalCode, StateError, StopError
from sync_protocol.messages import BatchMessage
from sync_protocol.opening import Opening
from sync_protocol.sealing import Expected, PrivateKeyFor, SealedSession, VerifyKeyFor, open_opening
from sync_protocol.wire import decode_node_message, encode_message

MAGIC = b"stayopen/1 bundle\n"
_LENGTH = 4
_MAX_OPENING = limits.MAX_OPENING + limits.MAX_SEALED + limits.SIGNATURE + 2 * _LENGTH


class OpenedBundle(NamedTuple):
    """A bundle whose seal holds and which is complete; its batches are as signed, their entries not verified yet."""

    opening: Opening
    batches: list[bytes]


def seal_bundle(session: SealedSession, batches: Sequence[bytes]) -> bytes:
    """Write a bundle of signed batches, at least one; `session` was opened for it alone (``StateError`` otherwise)."""
    if not batches:
        raise StateError("a bundle without batches")
    parts = [MAGIC, _counted(session.wire)]
    for n, batch in enumerate(batches, 1):
        message = encode_message(BatchMessage(data=batch))
        parts.append(_counted(session.frames.seal(message, last=n == len(batches)).wire))
    data = b"".join(parts)
    if len(data) > limits.MAX_BUNDLE:
        raise StateError(f"a bundle of {len(data)} bytes")
    return data


def open_bundle(
    data: bytes, expected: Expected, private_key_for: PrivateKeyFor, verify_key_for: VerifyKeyFor
) -> OpenedBundle:
    """Verify a bundle as a whole: opening, every frame, and that it brings each log as far as its opening says."""
    if len(data) > limits.MAX_BUNDLE:
        raise StopError(RefusalCode.TOO_LARGE, f"a bundle of {len(data)} bytes")
    if not data.startswith(MAGIC):
        cut = MAGIC.startswith(data)
        raise StopError(RefusalCode.TRUNCATED if cut else RefusalCode.MALFORMED, "does not begin as a bundle does")
    parts = _parts(data)
    session = open_opening(next(parts), expected, private_key_for, verify_key_for)
    batches: list[bytes] = []
    for wire in parts:
        message = decode_node_message(session.frames.open(wire).plaintext)
        if not isinstance(message, BatchMessage):
            raise StopError(RefusalCode.UNEXPECTED_MESSAGE, f"{type(message).__name__} in a bundle")
        batches.append(message.data)
    if not session.frames.finished:
        raise StopError(RefusalCode.TRUNCATED, "the last frame is missing")
    _check_ends(session.opening, [peek_header(batch) for batch in batches])
    return OpenedBundle(session.opening, batches)


def _check_ends(opening: Opening, headers: Sequence[BatchHeader]) -> None:
    """Refuse batches of logs that the opening does not name, gaps between them, logs that end elsewhere, and bombs."""
    if sum(header.unpacked for header in headers) > limits.MAX_BUNDLE_UNPACKED:
        raise StopError(RefusalCode.TOO_LARGE, "unpacks to more than a bundle may")
    ends: dict[bytes, Point] = {}
    for header in headers:
        if (header.chain, header.node) != (opening.chain, opening.sender):
            raise HumanError(RefusalCode.IDENTITY_MISMATCH, "a batch of another node than the bundle's sender")
        if ends.get(header.incarnation, header.start) != header.start:
            raise StopError(RefusalCode.OUT_OF_ORDER, "a batch that does not continue the one before")
        ends[header.incarnation] = header.end
    if ends != {log.incarnation: Point(log.seq, log.head) for log in opening.logs}:
        raise StopError(RefusalCode.BROKEN_CHAIN, "the logs do not end where the opening says")


def _counted(part: bytes) -> bytes:
    return len(part).to_bytes(_LENGTH, "big") + part


def _parts(data: bytes) -> Iterator[bytes]:
    """Cut a bundle apart: the opening, then its frames; at least the opening, or ``truncated``."""
    at, limit = len(MAGIC), _MAX_OPENING
    while at < len(data) or limit == _MAX_OPENING:
        start = at + _LENGTH
        length = int.from_bytes(data[at:start], "big")
        if len(data) < start:
            raise StopError(RefusalCode.TRUNCATED, "a length is cut off")
        if length > limit:
            raise StopError(RefusalCode.TOO_LARGE, f"a part of {length} bytes where {limit} are allowed")
        at = start + length
        if len(data) < at:
            raise StopError(RefusalCode.TRUNCATED, "a part is cut off")
        yield data[start:at]
        limit = limits.MAX_FRAME
