"""The HPKE key pair that others seal to: ML-KEM-768 joined with X25519 (RFC 9180 suite ``MLKEM768_X25519``).

``cryptography`` gives the joined key no serialisation, so this module fixes one:

* private, 96 bytes: ML-KEM seed (64, FIPS 203 ``d ‖ z``) ‖ X25519 private key (32, RFC 7748);
* public, 1,216 bytes: ML-KEM encapsulation key (1,184) ‖ X25519 public key (32).

An attacker has to break both halves, so what a recorded bundle holds stays closed to a later quantum computer.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from provisioning.errors import ErrorCode, UntrustedError

PRIVATE_BYTES: Final = 96
PUBLIC_BYTES: Final = 1_216
SEALED_OVERHEAD: Final = 1_136
"""Bytes that ``seal`` adds: the encapsulated key (1,120) and the tag of AES-256-GCM (16)."""

_MLKEM_SEED: Final = 64
_MLKEM_PUBLIC: Final = 1_184
_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True)
class ImportKey:
    """One side's HPKE key pair. ``private`` and ``public`` are what ``Suite`` takes; ``public_raw`` travels."""

    private: MLKEM768X25519PrivateKey
    public: MLKEM768X25519PublicKey
    public_raw: bytes

    @classmethod
    def from_bytes(cls, raw: bytes) -> ImportKey:
        """Rebuild the pair from its 96 private bytes; fresh random ones make a new pair."""
        if len(raw) != PRIVATE_BYTES:
            raise ValueError(f"an import key has {PRIVATE_BYTES} bytes")
        mlkem = MLKEM768PrivateKey.from_seed_bytes(raw[:_MLKEM_SEED])
        x25519 = X25519PrivateKey.from_private_bytes(raw[_MLKEM_SEED:])
        public_raw = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        return cls(MLKEM768X25519PrivateKey(mlkem, x25519), load_public(public_raw), public_raw)

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """Open what ``seal`` made for this key under the same ``info``; UntrustedError when it was not."""
        try:
            return _SUITE.decrypt(sealed, self.private, info)
        except (InvalidTag, ValueError) as error:
            raise UntrustedError(ErrorCode.GRANT_INVALID, "a sealed key was not sealed to this node") from error


def load_public(raw: bytes) -> MLKEM768X25519PublicKey:
    """The public key for ``Suite.encrypt`` from its 1,216 bytes; ValueError when they are no such key."""
    if len(raw) != PUBLIC_BYTES:
        raise ValueError(f"a public import key has {PUBLIC_BYTES} bytes")
    try:
        mlkem = MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC])
    except UnsupportedAlgorithm as error:  # pragma: no cover - the pinned wheels all have ML-KEM
        raise ValueError("this build of cryptography has no ML-KEM") from error
    return MLKEM768X25519PublicKey(mlkem, X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC:]))


def seal(plaintext: bytes, receiver: bytes, info: bytes) -> bytes:
    """Seal a short secret to the holder of the public key ``receiver`` (1,216 bytes), bound to ``info``.

    The library draws the encapsulation's randomness itself. ValueError when ``receiver`` is no usable key.
    """
    return _SUITE.encrypt(plaintext, load_public(receiver), info)


def digest(public_raw: bytes) -> bytes:
    """SHA-256 of a public import key: how a certificate names it, for the key itself is larger than the rest."""
    return hashlib.sha256(public_raw).digest()
