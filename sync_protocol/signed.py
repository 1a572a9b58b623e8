"""Ed25519 signatures over labelled bytes, and the ids of public keys.

A label says what a signature means, so that none can be taken for another. The labels of signatures are prefix-free.
"""

from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync_protocol import limits
from sync_protocol.errors import RefusalCode, StopError

LABEL_BATCH = b"stayopen/1 batch"
LABEL_SESSION = b"stayopen/1 session"
LABEL_ACK = b"stayopen/1 ack"
LABEL_CLOSE = b"stayopen/1 close"
LABEL_RECEIPT = b"stayopen/1 receipt"
_LABEL_KEY = b"stayopen/1 key"


def key_id(public_bytes: bytes) -> bytes:
    """Name a public key by 16 bytes: SHA-256("stayopen/1 key" ‖ raw public key), cut to the first half."""
    return sha256(_LABEL_KEY + public_bytes).digest()[: limits.KEY_ID]


def raw_public(key: Ed25519PrivateKey | Ed25519PublicKey) -> bytes:
    """Return the 32 raw bytes of a signing key's public half."""
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return public.public_bytes_raw()


def load_public(raw: bytes) -> Ed25519PublicKey:
    """Read a raw Ed25519 public key; anything else is ``malformed``."""
    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError:
        raise StopError(RefusalCode.MALFORMED, "not an Ed25519 public key") from None


def check(label: bytes, payload: bytes, signature: bytes, key: Ed25519PublicKey) -> None:
    """Verify one signature over label ‖ payload; ``bad_signature`` otherwise."""
    try:
        key.verify(signature, label + payload)
    except InvalidSignature:
        raise StopError(RefusalCode.BAD_SIGNATURE, f"signature under {label.decode()!r} is wrong") from None


def sign_statement(label: bytes, payload: bytes, key: Ed25519PrivateKey) -> bytes:
    """Make a signed statement: payload ‖ 64 bytes of signature over label ‖ payload."""
    return payload + key.sign(label + payload)


def open_statement(label: bytes, statement: bytes, key: Ed25519PublicKey) -> bytes:
    """Return a signed statement's payload once verified; ``truncated``, ``too_large`` or ``bad_signature``."""
    if len(statement) > limits.MAX_SIGNED:
        raise StopError(RefusalCode.TOO_LARGE, "signed statement is too large")
    if len(statement) <= limits.SIGNATURE:
        raise StopError(RefusalCode.TRUNCATED, "signed statement is shorter than a signature")
    payload, signature = statement[: -limits.SIGNATURE], statement[-limits.SIGNATURE :]
    check(label, payload, signature, key)
    return payload
