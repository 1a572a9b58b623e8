"""Keyed hashes of phones and cards: enough to recognise a member, useless without the chain's key.

``HMAC-SHA256(member_key, kind ‖ ":" ‖ text)[:16]`` with kinds ``phone`` and ``last4`` (digits only, without +86) and
``card`` (upper case, no blanks). HQ hashes the same way.
"""

import hashlib
import hmac
import unicodedata

from commerce.reference import ProfileEdit
from edge_node import limits
from edge_node.errors import Code, MendInputError
from edge_node.ledger import bodies

_HASH = 16


def keyed_hash(member_key: bytes, kind: str, text: str) -> bytes:
    """Hash a normalised phone, its last four digits or a card number under the chain's member key."""
    return hmac.new(member_key, f"{kind}:{text}".encode(), hashlib.sha256).digest()[:_HASH]


def normal_phone(text: str) -> str:
    """Return a phone's digits: full-width folded, blanks, dashes and brackets dropped, the country code 86 too."""
    digits = unicodedata.normalize("NFKC", text).strip()
    for mark in " -()\u2010\u2011\u2013":
        digits = digits.replace(mark, "")
    for prefix in ("+86", "0086"):
        digits = digits.removeprefix(prefix)
    digits = digits.removeprefix("+")
    low, high = limits.PHONE_DIGITS
    if not (digits.isascii() and digits.isdigit() and low <= len(digits) <= high):
        raise MendInputError(Code.BAD_PHONE, low=low, high=high)
    return digits


def normal_card(text: str) -> str:
    """Return a card number as it is hashed: full-width folded, upper case, without blanks."""
    card = "".join(unicodedata.normalize("NFKC", text).upper().split())
    plain = card.replace("-", "").replace("_", "")
    if not (1 <= len(card) <= limits.CARD and plain.isascii() and plain.isalnum()):
        raise MendInputError(Code.BAD_CARD, limit=limits.CARD)
    return card


def commitment(edits: tuple[ProfileEdit, ...]) -> bytes:
    """Bind profile edits into a fact: SHA-256 over the SHA-256(salt ‖ row) of each, in the order of their fields.

    A row is the canonical msgpack array ``[member, field, value, version_seen]``.
    """
    total = hashlib.sha256()
    for edit in sorted(edits, key=lambda edit: edit.field):
        row = bodies.encode((edit.member, edit.field, edit.value, edit.version_seen))
        total.update(hashlib.sha256(edit.salt + row).digest())
    return total.digest()
