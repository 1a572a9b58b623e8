"""Openings and frames: named receiver, signed sender, fresh connection, no byte can be bent."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st
from sync_world import CHAIN, HQ_IMPORT, HpkePair, signing_key

from sync_protocol import codec, framing, limits
from sync_protocol.errors import ProtocolError, StateError
from sync_protocol.frames import FrameOpener, FrameSealer
from sync_protocol.opening import Direction, LogPosition, Opening, decode_opening, encode_opening
from sync_protocol.sealing import Expected, open_opening, seal_opening
from sync_protocol.signed import key_id, raw_public

KEY = signing_key(1)
NODE = b"n" * 16
NONCE = b"7" * 32
OPENING = Opening(
    1,
    CHAIN,
    NODE,
    key_id(raw_public(KEY)),
    CHAIN,
    HQ_IMPORT.key_id,
    Direction.TO_HQ,
    b"s" * 16,
    NONCE,
    (LogPosition(b"i" * 16, 9, b"h" * 32),),
)
EXPECTED = Expected(CHAIN, CHAIN, Direction.TO_HQ, NONCE)
DATA_KEY = bytes(range(32))
SEALED = seal_opening(OPENING, DATA_KEY, HQ_IMPORT.public, KEY)


def verify_key_for(sender: bytes, _key: bytes):
    """One node is enrolled."""
    return KEY.public_key() if sender == NODE else None


def opened(wire: bytes, expected: Expected = EXPECTED, keys=None):
    """Open as HQ would."""
    private_keys = {HQ_IMPORT.key_id: HQ_IMPORT.private} if keys is None else keys
    return open_opening(wire, expected, private_keys.get, verify_key_for)


def code_of(wire: bytes, expected: Expected = EXPECTED, keys=None) -> str:
    """Open something that must be refused, and give the code."""
    with pytest.raises(ProtocolError) as refusal:
        opened(wire, expected, keys)
    return refusal.value.code.value


def sealed_with(**changes: object) -> bytes:
    """Seal an opening with some fields changed."""
    fields = {name: getattr(OPENING, name) for name in OPENING.__struct_fields__}
    return seal_opening(Opening(**{**fields, **changes}), DATA_KEY, HQ_IMPORT.public, KEY).wire


def test_what_is_sealed_opens() -> None:
    """The receiver gets the opening and the frames, in order, and knows the last one."""
    session = seal_opening(OPENING, DATA_KEY, HQ_IMPORT.public, KEY)
    got = opened(session.wire)
    assert got.opening == OPENING
    first, last = session.frames.seal("你好".encode()), session.frames.seal(b"", last=True)
    assert got.frames.open(first.wire).plaintext.decode() == "你好"
    assert not got.frames.finished
    assert got.frames.open(last.wire).last
    assert got.frames.finished


def test_the_composition_is_the_formula_of_the_page() -> None:
    """Key and frame follow from data key, opening, ciphertext and signature exactly as docs/protocol.md says."""
    session = seal_opening(OPENING, DATA_KEY, HQ_IMPORT.public, KEY)
    head, sealed, signature = framing.split(session.wire, 8192, 2048)
    KEY.public_key().verify(signature, b"stayopen/1 session" + sha256(head).digest() + sha256(sealed).digest())
    salt = sha256(head + sealed + signature).digest()
    key = HKDF(hashes.SHA256(), 32, salt, b"stayopen/1 frames").derive(DATA_KEY)
    k, wire = session.frames.seal(b"plain")
    aad = b"stayopen/1 frame" + wire[:9]
    assert wire[:9] == k.to_bytes(8, "big") + b"\x00"
    assert AESGCM(key).decrypt(k.to_bytes(12, "big"), wire[9:], aad) == b"plain"


def test_every_cut_is_refused() -> None:
    """An opening cut at any byte is truncated."""
    assert {code_of(SEALED.wire[:end]) for end in range(len(SEALED.wire))} == {"truncated"}


def test_every_bent_byte_is_refused() -> None:
    """A flipped bit anywhere in an opening is refused."""
    for at in range(len(SEALED.wire)):
        bent = bytearray(SEALED.wire)
        bent[at] ^= 1 << at % 8
        code_of(bytes(bent))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"version": 2}, "version_unsupported"),
        ({"chain": b"X" * 16}, "wrong_chain"),
        ({"receiver": b"X" * 16}, "wrong_receiver"),
        ({"direction": Direction.TO_NODE}, "wrong_receiver"),
        ({"peer_nonce": b"8" * 32}, "replayed"),
        ({"peer_nonce": b""}, "replayed"),
        ({"peer_nonce": b"8"}, "malformed"),
        ({"sender": b"X" * 16}, "unknown_node"),
        ({"sender_key": b"X" * 16}, "unknown_key"),
        ({"receiver_key": b"X" * 16}, "unknown_import_key"),
    ],
)
def test_an_opening_for_someone_else(changes, code) -> None:
    """A sound opening that is not for this receiver on this connection is refused with its own code."""
    assert code_of(sealed_with(**changes)) == code


def test_a_replayed_opening_fails() -> None:
    """The same bytes do not open on the next connection, whose nonce is another."""
    assert code_of(SEALED.wire, EXPECTED._replace(peer_nonce=b"9" * 32)) == "replayed"


def test_another_signer_or_another_key() -> None:
    """Neither a stranger's signature nor a private key of somebody else opens anything."""
    forged = seal_opening(OPENING, DATA_KEY, HQ_IMPORT.public, signing_key(2)).wire
    assert code_of(forged) == "bad_signature"
    assert code_of(SEALED.wire, keys={HQ_IMPORT.key_id: HpkePair(9).private}) == "bad_seal"


def test_a_data_key_cannot_be_moved_to_another_opening() -> None:
    """The ciphertext is bound to its opening: an enrolled thief who signs it again under his own cannot use it."""
    head, sealed, _ = framing.split(SEALED.wire, 8192, 2048)
    other = encode_opening(decode_opening(head)).replace(b"s" * 16, b"t" * 16)
    signature = KEY.sign(b"stayopen/1 session" + sha256(other).digest() + sha256(sealed).digest())
    assert code_of(framing.join(other, sealed, signature)) == "bad_seal"


def test_a_data_key_of_another_length() -> None:
    """A data key is 32 bytes: the sender's code insists, the receiver too."""
    with pytest.raises(StateError):
        seal_opening(OPENING, b"short", HQ_IMPORT.public, KEY)
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    head = encode_opening(OPENING)
    sealed = suite.encrypt(b"short", HQ_IMPORT.public, b"stayopen/1 session" + head)
    signature = KEY.sign(b"stayopen/1 session" + sha256(head).digest() + sha256(sealed).digest())
    assert code_of(framing.join(head, sealed, signature)) == "bad_seal"


def test_frames_out_of_order_twice_or_behind_the_last() -> None:
    """A stream takes each frame once, in its turn, and none behind the last."""
    seal, opener = FrameSealer(DATA_KEY).seal, FrameOpener(DATA_KEY)
    frames = [seal(b"a").wire, seal(b"b").wire, seal(b"c", last=True).wire]
    assert code_of_frame(opener, frames[1]) == "frame_out_of_order"
    opener.open(frames[0])
    assert code_of_frame(opener, frames[0]) == "frame_out_of_order"
    opener.open(frames[1])
    opener.open(frames[2])
    assert code_of_frame(opener, frames[2]) == "frame_after_last"


def code_of_frame(opener: FrameOpener, wire: bytes) -> str:
    """Open a frame that must be refused, and give the code."""
    with pytest.raises(ProtocolError) as refusal:
        opener.open(wire)
    return refusal.value.code.value


def test_single_frames_of_a_bundle() -> None:
    """A till hands in the one frame it holds; it opens without those before it."""
    seal = FrameSealer(DATA_KEY).seal
    frames = [seal(bytes([i])) for i in range(5)]
    opener = FrameOpener(DATA_KEY)
    assert opener.open_single(frames[3].wire).plaintext == b"\x03"
    assert opener.open_single(frames[3].wire).k == 3
    assert not opener.finished


def test_every_cut_and_flipped_bit_of_a_frame() -> None:
    """No frame survives a change, its number and its last flag included."""
    wire = FrameSealer(DATA_KEY).seal(b"stored value").wire
    for end in range(len(wire)):
        assert code_of_frame(FrameOpener(DATA_KEY), wire[:end]) in ("truncated", "bad_seal")
    for bit in range(len(wire) * 8):
        bent = bytearray(wire)
        bent[bit // 8] ^= 1 << bit % 8
        assert code_of_frame(FrameOpener(DATA_KEY), bytes(bent)) in ("bad_seal", "malformed")


def test_frame_limits() -> None:
    """Oversize frames are neither sealed nor opened, and a finished sealer seals no more."""
    sealer = FrameSealer(DATA_KEY)
    with pytest.raises(StateError):
        sealer.seal(bytes(limits.MAX_MESSAGE + 1))
    assert code_of_frame(FrameOpener(DATA_KEY), bytes(limits.MAX_FRAME + 1)) == "too_large"
    assert sealer.seal(bytes(limits.MAX_MESSAGE), last=True).k == 0
    with pytest.raises(StateError):
        sealer.seal(b"")


@given(st.binary(max_size=200))
@settings(max_examples=50)
def test_random_bytes(data) -> None:
    """Random bytes are a ProtocolError, as opening and as frame."""
    code_of(data)
    code_of_frame(FrameOpener(DATA_KEY), data)
    with pytest.raises(ProtocolError):
        decode_opening(data)


def test_too_many_log_positions() -> None:
    """An opening names 64 logs at most."""
    with pytest.raises(ProtocolError):
        decode_opening(
            codec.encode([*codec.unpack(encode_opening(OPENING), 999)[:9], [[b"i" * 16, 1, b"h" * 32]] * 65])
        )
