"""Passwords of office users and PINs of branch staff: checked in length, kept as salted scrypt hashes (RFC 7914).

Hashing takes some 50 ms and 16 MiB: callers run it off the database thread. Texts are never logged nor put in errors.
"""

import hashlib
import hmac
from typing import NamedTuple

from hq_server.errors import Code, InputError
from hq_server.head_office import limits


class Secret(NamedTuple):
    """What is stored of a password or PIN."""

    salt: bytes
    hash: bytes


def digest(text: str, salt: bytes) -> bytes:
    """Hash a password or PIN. Any text is taken: a wrong one must take as long as a right one."""
    return hashlib.scrypt(
        text.encode(),
        salt=salt,
        n=limits.SCRYPT_N,
        r=limits.SCRYPT_R,
        p=limits.SCRYPT_P,
        dklen=limits.SCRYPT_BYTES,
    )


def new_password(text: str, salt: bytes) -> Secret:
    """Keep a new password; InputError ``weak_secret`` when it is too short, too long or one repeated character."""
    low, high = limits.PASSWORD
    if not low <= len(text) <= high or len(set(text)) < 4:
        raise InputError(Code.WEAK_SECRET, low=low, high=high)
    return Secret(salt, digest(text, salt))


def new_pin(text: str, salt: bytes) -> Secret:
    """Keep a staff member's new PIN: digits only, as a till's keypad types them."""
    low, high = limits.PIN
    if not (low <= len(text) <= high and text.isascii() and text.isdigit()):
        raise InputError(Code.WEAK_SECRET, low=low, high=high)
    return Secret(salt, digest(text, salt))


def same(a: bytes, b: bytes) -> bool:
    """Compare hashes in a time that tells nothing about them."""
    return hmac.compare_digest(a, b)
