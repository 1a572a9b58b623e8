"""Bundles: what is sealed opens as a whole; bent, cut, mixed or foreign ones do not open at all."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sync_world import CHAIN, HQ_IMPORT, signing_key

from sync_protocol import limits, messages
from sync_protocol.batch import build_batch, peek_header
from sync_protocol.bundle import MAGIC, OpenedBundle, open_bundle, seal_bundle
from sync_protocol.chain import LogIdentity, Point, extend_all, first_hash
from sync_protocol.entry import Entry, encode_entry
from sync_protocol.errors import ProtocolError, StateError
from sync_protocol.opening import Direction, LogPosition, Opening
from sync_protocol.sealing import Expected, SealedSession, seal_opening
from sync_protocol.signed import key_id, raw_public
from sync_protocol.wire import encode_message

KEY = signing_key(1)
NODE = b"n" * 16
LOG = LogIdentity(CHAIN, NODE, b"i" * 16, raw_public(KEY))
ENTRIES = [encode_entry(Entry(seq, 1000, "note", 1, (), (), b"\x80")) for seq in range(1, 10)]
HASHES = [first_hash(LOG), *extend_all(first_hash(LOG), ENTRIES)]
EXPECTED = Expected(CHAIN, CHAIN, Direction.TO_HQ, b"")


def batch(first: int, last: int, log: LogIdentity = LOG, key: Ed25519PrivateKey = KEY) -> bytes:
    """Entries first … last as a signed batch."""
    return build_batch(log, key, Point(first - 1, HASHES[first - 1]), ENTRIES[first - 1 : last])


BATCHES = [batch(4, 5), batch(6, 9)]


def session(nonce: bytes = b"", **changes: object) -> SealedSession:
    """A session for a bundle that brings the log to entry 9, with some fields of its opening changed."""
    fields: dict[str, object] = {
        "version": 1,
        "chain": CHAIN,
        "sender": NODE,
        "sender_key": key_id(raw_public(KEY)),
        "receiver": CHAIN,
        "receiver_key": HQ_IMPORT.key_id,
        "direction": Direction.TO_HQ,
        "session": b"s" * 16,
        "peer_nonce": nonce,
        "logs": (LogPosition(LOG.incarnation, 9, HASHES[9]),),
    }
    opening = Opening(**{**fields, **changes})  # type: ignore[arg-type]
    return seal_opening(opening, bytes(range(32)), HQ_IMPORT.public, KEY)


def opened(data: bytes) -> OpenedBundle:
    """Open as HQ would."""
    keys = {HQ_IMPORT.key_id: HQ_IMPORT.private}
    return open_bundle(data, EXPECTED, keys.get, lambda node, _key: KEY.public_key() if node == NODE else None)


def code_of(data: bytes) -> str:
    """Open what must be refused; the code."""
    with pytest.raises(ProtocolError) as refusal:
        opened(data)
    return refusal.value.code.value


def framed(*plaintexts: bytes) -> bytes:
    """A bundle of any frames, well sealed."""
    made = session()
    parts = [made.wire]
    parts += [made.frames.seal(text, last=n == len(plaintexts)).wire for n, text in enumerate(plaintexts, 1)]
    return MAGIC + b"".join(len(part).to_bytes(4, "big") + part for part in parts)


BUNDLE = seal_bundle(session(), BATCHES)


def test_what_is_sealed_opens() -> None:
    """The receiver gets the very batches that were sealed, and how far they go."""
    got = opened(BUNDLE)
    assert got.batches == BATCHES
    assert got.opening.logs == (LogPosition(LOG.incarnation, 9, HASHES[9]),)
    assert peek_header(got.batches[0]).first == 4


@pytest.mark.parametrize("start", range(64))
def test_no_byte_can_be_bent(start: int) -> None:
    """Whichever byte is changed, nothing opens (each run bends another 64th of them)."""
    for at in range(start, len(BUNDLE), 64):
        bent = bytearray(BUNDLE)
        bent[at] ^= 1 << at % 8
        assert code_of(bytes(bent))


def test_a_bundle_cut_anywhere_is_refused() -> None:
    """What is cut off is missed, also where a frame ends."""
    codes = {code_of(BUNDLE[:at]) for at in range(len(BUNDLE))}
    assert codes == {"truncated"}


def test_nothing_may_follow_the_last_frame() -> None:
    """Bytes behind the last frame, or a frame, are refused."""
    assert code_of(BUNDLE + b"\0") == "truncated"
    assert code_of(BUNDLE + (40).to_bytes(4, "big") + bytes(40)) == "frame_after_last"


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (session(chain=b"X" * 16), "wrong_chain"),
        (session(receiver=b"x" * 16), "wrong_receiver"),
        (session(receiver_key=b"k" * 16), "unknown_import_key"),
        (session(direction=Direction.TO_NODE), "wrong_receiver"),
        (session(b"7" * 32), "replayed"),
        (session(sender=b"x" * 16), "unknown_node"),
    ],
)
def test_what_is_for_others_is_refused(made: SealedSession, code: str) -> None:
    """Another chain, direction, key or a live session's opening: each has its own code."""
    assert code_of(seal_bundle(made, BATCHES)) == code


def test_the_logs_end_where_the_opening_says() -> None:
    """Batches that were left out, doubled or put in another order by whoever holds the node's key are refused too."""
    assert code_of(seal_bundle(session(), BATCHES[:1])) == "broken_chain"
    assert code_of(seal_bundle(session(), [batch(4, 5), batch(7, 9)])) == "out_of_order"
    assert code_of(seal_bundle(session(), BATCHES[::-1])) == "out_of_order"
    assert code_of(seal_bundle(session(logs=()), BATCHES)) == "broken_chain"


def test_only_the_senders_own_batches_are_taken() -> None:
    """A batch that names another node does not ride along."""
    other = LOG._replace(node=b"o" * 16)
    assert code_of(seal_bundle(session(), [batch(4, 9, other)])) == "identity_mismatch"


def test_only_batches_are_taken() -> None:
    """Other messages, and none at all, are refused."""
    assert code_of(framed(encode_message(messages.Ping(n=1)))) == "unexpected_message"
    assert code_of(framed(b"\xc1")) == "malformed"
    assert code_of(framed()) == "truncated"


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beyond the bound is refused unread, none is written, and a bomb is not unpacked."""
    assert code_of(BUNDLE + bytes(limits.MAX_BUNDLE)) == "too_large"
    assert code_of(MAGIC + b"\xff\xff\xff\xff") == "too_large"
    with pytest.raises(StateError):
        seal_bundle(session(), [])
    unpacked = sum(peek_header(batch).unpacked for batch in BATCHES)
    monkeypatch.setattr(limits, "MAX_BUNDLE_UNPACKED", unpacked)
    assert opened(BUNDLE).batches == BATCHES
    monkeypatch.setattr(limits, "MAX_BUNDLE_UNPACKED", unpacked - 1)
    assert code_of(BUNDLE) == "too_large"
