"""The one-time code: what a person carries from HQ's office to a shop.

55 characters of Crockford's base 32 in eleven groups of five, most significant bit first::

    version 5 bits | chain tag 20 | pin 130 | secret 90 | checksum 30

* *chain tag*: the beginning of SHA-256 over the chain's id; tells a code for another chain apart, no more.
* *pin*: the beginning of the SHA-256 of HQ's TLS certificate. 130 bits: finding another certificate with the same
  beginning (a second preimage) is out of reach, so whoever relays the connection cannot take HQ's place.
* *secret*: seeds an Ed25519 key. The node signs its request with it; HQ keeps only the hash of its public half. So
  the secret never travels, and a stolen copy of HQ's database enrols nobody.
* *checksum*: Bech32m's (BIP 350) over the other 49 characters; any four wrong characters are noticed, so any two
  that changed places are too.

HQ's address travels beside the code and is not trusted: a wrong one leads to a server that fails the pin.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from provisioning import limits
from provisioning.authority import RandomBytes
from provisioning.errors import AskPersonError, ErrorCode

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VERSION: Final = 1

_TAG_BITS: Final = 20
_PIN_BITS: Final = 130
_SECRET_BITS: Final = 90
_DATA_CHARS: Final = 49
_CHECK_CHARS: Final = 6
_GROUP: Final = 5
_BECH32M: Final = 0x2BC830A3
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """A parsed code. The three parts are integers of 20, 130 and 90 bits; the secret is not shown by ``repr``."""

    tag: int
    pin: int
    secret: int = field(repr=False)

    @property
    def text(self) -> str:
        """The code as people copy it: groups of five, joined by hyphens."""
        value = ((VERSION << _TAG_BITS | self.tag) << _PIN_BITS | self.pin) << _SECRET_BITS | self.secret
        digits = [value >> 5 * place & 31 for place in reversed(range(_DATA_CHARS))]
        wrong = _polymod([*digits, *[0] * _CHECK_CHARS]) ^ _BECH32M
        digits += [wrong >> 5 * place & 31 for place in reversed(range(_CHECK_CHARS))]
        plain = "".join(ALPHABET[digit] for digit in digits)
        return "-".join(plain[start : start + _GROUP] for start in range(0, len(plain), _GROUP))

    @property
    def key(self) -> Ed25519PrivateKey:
        """The key that the secret seeds, bound to the chain and the certificate that the code names."""
        salt = b"stayopen/1 code" + ((self.tag << _PIN_BITS) | self.pin).to_bytes(19)
        derive = HKDF(SHA256(), 32, salt=salt, info=b"stayopen/1 code key")
        return Ed25519PrivateKey.from_private_bytes(derive.derive(self.secret.to_bytes(12)))

    def matches(self, certificate_digest: bytes) -> bool:
        """Whether a SHA-256 of a server certificate is the one that the code names; in constant time."""
        return hmac.compare_digest(_first_bits(certificate_digest, _PIN_BITS).to_bytes(17), self.pin.to_bytes(17))

    def is_for(self, chain: bytes) -> bool:
        """Whether the code can be for the chain of this id (1 in a million of the others passes)."""
        return chain_tag(chain) == self.tag


def make_code(chain: bytes, certificate_digest: bytes, random_bytes: RandomBytes) -> EnrolmentCode:
    """A fresh code for the chain whose HQ shows the certificate of this SHA-256."""
    return EnrolmentCode(
        tag=chain_tag(chain),
        pin=_first_bits(certificate_digest, _PIN_BITS),
        secret=_first_bits(random_bytes(12), _SECRET_BITS),
    )


def parse_code(text: str) -> EnrolmentCode:
    """Read a code as people type it: case, blanks, hyphens, full-width letters, O for 0 and I or L for 1 don't matter.

    AskPersonError(``code_mistyped``) names the first group that is wrong where that can be known.
    """
    digits = _digits(text)
    if len(digits) != _DATA_CHARS + _CHECK_CHARS:
        raise _mistyped(f"it has {len(digits)} characters instead of {_DATA_CHARS + _CHECK_CHARS}")
    if _polymod(digits) != _BECH32M:
        raise _mistyped("a character is wrong or two changed places")
    value = 0
    for digit in digits[:_DATA_CHARS]:
        value = value << 5 | digit
    secret = value & (1 << _SECRET_BITS) - 1
    pin = value >> _SECRET_BITS & (1 << _PIN_BITS) - 1
    tag = value >> _SECRET_BITS + _PIN_BITS & (1 << _TAG_BITS) - 1
    if value >> _SECRET_BITS + _PIN_BITS + _TAG_BITS != VERSION:
        raise AskPersonError(ErrorCode.VERSION_UNSUPPORTED, "the code is of another version of StayOpen")
    return EnrolmentCode(tag, pin, secret)


def chain_tag(chain: bytes) -> int:
    """The 20 bits by which a code tells its chain."""
    return _first_bits(hashlib.sha256(b"stayopen/1 chain" + chain).digest(), _TAG_BITS)


def _digits(text: str) -> list[int]:
    """The base-32 digits of typed text, separators dropped."""
    if len(text) > limits.CODE_TEXT_CHARS:
        raise _mistyped("it is far too long")
    digits: list[int] = []
    for char in unicodedata.normalize("NFKC", text).upper().translate(_READ_AS):
        if char.isspace() or char in "_.·" or unicodedata.category(char) == "Pd":
            continue
        digit = ALPHABET.find(char)
        if digit < 0:
            raise _mistyped(f"group {len(digits) // _GROUP + 1} has a character that codes do not use")
        digits.append(digit)
    return digits


def _polymod(digits: list[int]) -> int:
    """Bech32's remainder (BIP 173) over 5-bit digits; no human-readable part goes in before them."""
    remainder = 1
    for digit in digits:
        top = remainder >> 25
        remainder = (remainder & 0x1FFFFFF) << 5 ^ digit
        for place, generator in enumerate(_GENERATOR):
            if top >> place & 1:
                remainder ^= generator
    return remainder


def _first_bits(data: bytes, bits: int) -> int:
    """The first ``bits`` bits of ``data`` as a number."""
    return int.from_bytes(data) >> (8 * len(data) - bits)


def _mistyped(text: str) -> AskPersonError:
    return AskPersonError(ErrorCode.CODE_MISTYPED, f"the enrolment code cannot be right: {text}")
