"""Sealing a session: HPKE hands over a data key, Ed25519 says who made it, HKDF binds everything into the frames' key.

    sealed  = HPKE.encrypt(data key, receiver's public key, info = "stayopen/1 session" ‖ opening)
    sig     = Ed25519(sender's key, "stayopen/1 session" ‖ SHA-256(opening) ‖ SHA-256(sealed))
    key     = HKDF-SHA256(data key, salt = SHA-256(opening ‖ sealed ‖ sig), info = "stayopen/1 frames")

Whoever sends makes the key; whoever receives is named; both are signed. A data key comes from the caller's entropy,
is used for one session and stays in memory. HPKE (RFC 9180, base mode) draws its own encapsulation randomness inside
``cryptography``; everything else here is a function of its arguments.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync_protocol import framing, limits, signed
from sync_protocol.errors import HumanError, RefusalCode, RetryError, StateError, StopError
from sync_protocol.frames import FrameOpener, FrameSealer
from sync_protocol.opening import Direction, Opening, decode_opening, encode_opening

_LABEL_FRAMES = b"stayopen/1 frames"
_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)

PrivateKeyFor: TypeAlias = Callable[[bytes], hpke.MLKEM768X25519PrivateKey | None]
"""Finds the receiver's private key by key id (retired keys too); None: unknown or destroyed."""

VerifyKeyFor: TypeAlias = Callable[[bytes, bytes], Ed25519PublicKey | None]
"""Finds a sender's signing key by (sender id, key id); None: not enrolled, or revoked."""


class Expected(NamedTuple):
    """What the receiver insists on before it looks at a key. ``peer_nonce``: its own nonce, empty for bundles."""

    chain: bytes
    receiver: bytes
    direction: Direction
    peer_nonce: bytes


class OpenedSession(NamedTuple):
    """A verified opening and the opener of the frames that follow it."""

    opening: Opening
    frames: FrameOpener


class SealedSession(NamedTuple):
    """An opening's wire bytes and the sealer of the frames that follow it."""

    wire: bytes
    frames: FrameSealer


def seal_opening(
    opening: Opening,
    data_key: bytes,
    receiver_public: hpke.MLKEM768X25519PublicKey,
    signing_key: Ed25519PrivateKey,
) -> SealedSession:
    """Begin a session. `data_key`: 32 fresh random bytes, never used before."""
    sealed = _SUITE.encrypt(data_key, receiver_public, signed.LABEL_SESSION + encode_opening(opening))
    return finish_opening(opening, sealed, data_key, signing_key)


def finish_opening(opening: Opening, sealed: bytes, data_key: bytes, signing_key: Ed25519PrivateKey) -> SealedSession:
    """Sign an opening whose data key is already sealed, and derive the frames' key: the deterministic half."""
    if len(data_key) != limits.DATA_KEY:
        raise StateError("a data key is 32 bytes")
    head = encode_opening(opening)
    signature = signing_key.sign(signed.LABEL_SESSION + _digests(head, sealed))
    key = _frames_key(data_key, head, sealed, signature)
    return SealedSession(framing.join(head, sealed, signature), FrameSealer(key))


def open_opening(
    wire: bytes, expected: Expected, private_key_for: PrivateKeyFor, verify_key_for: VerifyKeyFor
) -> OpenedSession:
    """Verify a session's beginning; every refusal has its own code, and nothing was applied."""
    head, sealed, signature = framing.split(wire, limits.MAX_OPENING, limits.MAX_SEALED)
    opening = decode_opening(head)
    _check_expected(opening, expected)
    verify_key = verify_key_for(opening.sender, opening.sender_key)
    if verify_key is None:
        raise HumanError(RefusalCode.UNKNOWN_NODE, "no enrolled sender with this key")
    if signed.key_id(signed.raw_public(verify_key)) != opening.sender_key:
        raise HumanError(RefusalCode.UNKNOWN_KEY, "the sender's signing key is another one")
    signed.check(signed.LABEL_SESSION, _digests(head, sealed), signature, verify_key)
    private_key = private_key_for(opening.receiver_key)
    if private_key is None:
        raise RetryError(RefusalCode.UNKNOWN_IMPORT_KEY, "sealed to a key that is not held any more")
    try:
        data_key = _SUITE.decrypt(sealed, private_key, signed.LABEL_SESSION + head)
    except (InvalidTag, ValueError):
        raise StopError(RefusalCode.BAD_SEAL, "the data key was not sealed to this opening") from None
    if len(data_key) != limits.DATA_KEY:
        raise StopError(RefusalCode.BAD_SEAL, "a data key is 32 bytes")
    return OpenedSession(opening, FrameOpener(_frames_key(data_key, head, sealed, signature)))


def _check_expected(opening: Opening, expected: Expected) -> None:
    """Refuse an opening that is for somebody else or for another connection."""
    if opening.chain != expected.chain:
        raise HumanError(RefusalCode.WRONG_CHAIN, "from another chain")
    if opening.receiver != expected.receiver or opening.direction != expected.direction:
        raise StopError(RefusalCode.WRONG_RECEIVER, "meant for another receiver")
    if opening.peer_nonce != expected.peer_nonce:
        raise StopError(RefusalCode.REPLAYED, "does not answer this connection's nonce")


def _digests(head: bytes, sealed: bytes) -> bytes:
    """Return what an opening's signature covers, behind its label."""
    return sha256(head).digest() + sha256(sealed).digest()


def _frames_key(data_key: bytes, head: bytes, sealed: bytes, signature: bytes) -> bytes:
    """Derive the frames' key from the data key and everything that was said in the opening."""
    salt = sha256(head + sealed + signature).digest()
    return HKDF(hashes.SHA256(), 32, salt, _LABEL_FRAMES).derive(data_key)
