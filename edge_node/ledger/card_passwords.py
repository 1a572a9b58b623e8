"""Passwords of members' cards: a salted scrypt hash in the profile, which travels with it and is shown to nobody.

As with PINs the digest is worked off the database thread, and a failure is committed although the act is refused.
"""

import hmac
from typing import NamedTuple

from edge_node.errors import AskPersonError, Code
from edge_node.ledger import members, pin_failures
from edge_node.storage.database import Connection

FIELD = "password"
_FORM = "s1"
"""The scrypt figures of ``sign_ins.pin_digest``; others would be another form."""


class Kept(NamedTuple):
    """What is kept of a password."""

    salt: bytes
    digest: bytes

    def text(self) -> str:
        """Return it as a profile's value."""
        return f"{_FORM}:{self.salt.hex()}:{self.digest.hex()}"


def kept(conn: Connection, member: bytes) -> Kept | None:
    """Return what is kept of a member's password; None without one, and for a form that this version does not know."""
    text, _ = members.profile(conn, member).get(FIELD, ("", 0))
    form, _, rest = text.partition(":")
    salt, _, digest = rest.partition(":")
    try:
        return Kept(bytes.fromhex(salt), bytes.fromhex(digest)) if form == _FORM else None
    except ValueError:
        return None


def check(conn: Connection, member: bytes, digest: bytes, now: int) -> AskPersonError | None:
    """Check a digest; return why it is refused (``password_wrong``, ``password_locked``). Commit either way."""
    name = _name(member)
    wait = pin_failures.locked_ms(conn, name, now)
    if wait:
        return AskPersonError(Code.PASSWORD_LOCKED, retry_after_ms=wait)
    found = kept(conn, member)
    if found is None or not hmac.compare_digest(found.digest, digest):
        return AskPersonError(Code.PASSWORD_WRONG, retry_after_ms=pin_failures.count(conn, name, now))
    pin_failures.forget(conn, name)
    return None


def unlock(conn: Connection, member: bytes) -> None:
    """Forget the failures: the password is another one now."""
    pin_failures.forget(conn, _name(member))


def _name(member: bytes) -> str:
    return f"card:{member.hex()}"
