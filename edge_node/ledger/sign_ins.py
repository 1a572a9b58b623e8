"""Staff PINs and live sign-ins. PINs are never stored, logged or put into errors: only salted scrypt hashes are.

A wrong PIN costs time that doubles with each failure. The failure has to be committed although the act is refused, so
``check_pin`` returns a ``PinRefused`` value instead of raising: run it in a transaction of its own before the act.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import NamedTuple

from commerce.reference import StaffRow, branch_feed
from edge_node import limits
from edge_node.errors import AskPersonError, Code, MendInputError
from edge_node.ledger import bodies, pin_failures
from edge_node.ledger.node import Node
from edge_node.storage.database import Connection

_RANKS = {"cashier": 1, "shift_lead": 2, "manager": 3}
_SALT = 16


@dataclass(frozen=True, slots=True)
class Staff:
    """Who acts. Roles include each other: a manager may do what a shift lead may, who may do what a cashier may."""

    number: str
    name: str
    roles: tuple[str, ...]
    must_change_pin: bool = False

    def may(self, role: str) -> bool:
        """Whether any of the roles reaches `role` (cashier | shift_lead | manager)."""
        return any(_RANKS.get(own, 0) >= _RANKS[role] for own in self.roles)

    def require(self, role: str) -> None:
        """AskPersonError ``role_needed`` unless the role is reached."""
        if not self.may(role):
            raise AskPersonError(Code.ROLE_NEEDED, role=role)


class PinRefused(NamedTuple):
    """A PIN was not accepted: ``sign_in_refused``, or ``pin_locked`` with the ms to wait."""

    code: Code
    retry_after_ms: int

    def error(self) -> AskPersonError:
        """The same as an error, to be raised after the failure was committed."""
        return AskPersonError(self.code, retry_after_ms=self.retry_after_ms)


class SignIn(NamedTuple):
    """A live sign-in: who, at which till."""

    staff: Staff
    till: str


def pin_digest(pin: str, salt: bytes) -> bytes:
    """Hash a PIN as HQ does (scrypt, 16 MiB, 50 ms): run it on a thread of its own, not on the database thread."""
    return hashlib.scrypt(
        pin.encode(), salt=salt, n=limits.PIN_SCRYPT_N, r=limits.PIN_SCRYPT_R, p=limits.PIN_SCRYPT_P, dklen=32
    )


def pin_salt(conn: Connection, node: Node, number: str) -> bytes:
    """Return the salt of a staff number; an unknown one gets a steady salt too, so that nobody learns who exists."""
    row = _staff_row(conn, node, number)
    if row is not None:
        return row.pin_salt
    return hmac.new(node.member_key, b"pin salt:" + number.encode(), hashlib.sha256).digest()[:_SALT]


def staff(conn: Connection, node: Node, number: str) -> Staff | None:
    """Return an active member of staff."""
    row = _staff_row(conn, node, number)
    return None if row is None else _staff(row)


def check_pin(conn: Connection, node: Node, number: str, digest: bytes, now: int) -> Staff | PinRefused:
    """Check a PIN's digest; count a failure, forget the failures at a success. Commit in either case."""
    wait = pin_failures.locked_ms(conn, number, now)
    if wait:
        return PinRefused(Code.PIN_LOCKED, wait)
    row = _staff_row(conn, node, number)
    if row is None or not hmac.compare_digest(row.pin_hash, digest):
        return PinRefused(Code.SIGN_IN_REFUSED, pin_failures.count(conn, number, now))
    pin_failures.forget(conn, number)
    return _staff(row)


def open_sign_in(  # noqa: PLR0917 - the parts of the row
    conn: Connection, node: Node, token_hash: bytes, who: Staff, till: str, now: int
) -> None:
    """Keep a live sign-in under the SHA-256 of its bearer token; the oldest beyond the bound are forgotten."""
    if not 1 <= len(till) <= limits.TILL:
        raise MendInputError(Code.BAD_REQUEST, field="till", limit=limits.TILL)
    pin = _pin_mark(_staff_row(conn, node, who.number))
    conn.execute("INSERT INTO sign_ins VALUES (?, ?, ?, ?, ?, ?)", (token_hash, who.number, pin, till, now, now))
    conn.execute(
        "DELETE FROM sign_ins WHERE token NOT IN (SELECT token FROM sign_ins ORDER BY seen_at DESC LIMIT ?)",
        (limits.SIGN_INS,),
    )


def find_sign_in(conn: Connection, node: Node, token_hash: bytes, now: int) -> SignIn | None:
    """Return who holds a token.

    None when it is unknown, idle too long, or its holder is not active staff any more or has got another PIN since.
    """
    row = conn.execute("SELECT staff, pin, till, seen_at FROM sign_ins WHERE token = ?", (token_hash,)).fetchone()
    if row is None or abs(now - row[3]) > limits.SIGN_IN_IDLE_MS:
        return None
    found = _staff_row(conn, node, row[0])
    if found is None or _pin_mark(found) != row[1]:
        return None
    return SignIn(_staff(found), row[2])


def keep_sign_in(conn: Connection, node: Node, token_hash: bytes, number: str) -> None:
    """Let the sign-in by which a PIN was just changed go on; the holder's others end."""
    pin = _pin_mark(_staff_row(conn, node, number))
    conn.execute("UPDATE sign_ins SET pin = ? WHERE token = ?", (pin, token_hash))


def touch_sign_in(conn: Connection, token_hash: bytes, now: int) -> None:
    """Note that a sign-in was used; for writes that happen anyway, not for each read."""
    conn.execute("UPDATE sign_ins SET seen_at = ? WHERE token = ?", (now, token_hash))


def close_sign_in(conn: Connection, token_hash: bytes) -> None:
    """End a sign-in."""
    conn.execute("DELETE FROM sign_ins WHERE token = ?", (token_hash,))


def _staff_row(conn: Connection, node: Node, number: str) -> StaffRow | None:
    """Read an active staff row of this branch."""
    row = conn.execute(
        "SELECT body FROM reference WHERE feed = ? AND key = ?", (branch_feed(node.branch), f"staff:{number}")
    ).fetchone()
    if row is None:
        return None
    found = bodies.decode(StaffRow, row[0])
    return found if found.active else None


def _staff(row: StaffRow) -> Staff:
    return Staff(row.number, row.name, row.roles, row.must_change_pin)


def _pin_mark(row: StaffRow | None) -> bytes:
    """Tell one PIN from the next."""
    return b"" if row is None else hashlib.sha256(row.pin_hash).digest()
