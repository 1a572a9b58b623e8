"""Signing in to the office: passwords, growing delays, sessions of which only a hash is stored.

A refusal is a value, not an exception: the failed attempt has to be committed.
"""

import hashlib
from dataclasses import dataclass

from hq_server.head_office import limits, users
from hq_server.head_office.secrets import same
from hq_server.storage.database import Connection


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session was opened; it ends at ``expires_at`` (ms)."""

    user: users.User
    expires_at: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Wrong name or password (never said which), or too many tries: not before ``retry_at`` (ms, 0: at once)."""

    retry_at: int


def salt_of(conn: Connection, name: str) -> bytes:
    """Return the salt to hash with; an unknown name gets one too, always the same, so that it cannot be told apart."""
    row = conn.execute("SELECT salt FROM users WHERE name = ?", (name,)).fetchone()
    return row[0] if row else hashlib.sha256(b"no such user" + name.encode()).digest()[: limits.SALT_BYTES]


def sign_in(conn: Connection, name: str, digest: bytes, token_hash: bytes, now: int) -> SignedIn | Refused:
    """Check a password's digest and open a session for the token of which `token_hash` is the SHA-256."""
    row = conn.execute("SELECT hash, active, failures, locked_until FROM users WHERE name = ?", (name,)).fetchone()
    kept, active, failures, locked_until = row or (b"", False, *_stranger(conn, name))
    if now < locked_until:
        return Refused(locked_until)
    if not same(digest, kept) or not active:
        until = _locked_until(failures + 1, now)
        if row is None:
            _count_stranger(conn, name, failures + 1, until, now)
        else:
            conn.execute("UPDATE users SET failures = ?, locked_until = ? WHERE name = ?", (failures + 1, until, name))
        return Refused(until)
    expires = now + limits.SESSION_LIFE
    conn.execute("UPDATE users SET failures = 0, locked_until = 0 WHERE name = ?", (name,))
    conn.execute("DELETE FROM office_sessions WHERE expires_at <= ?", (now,))
    conn.execute("INSERT INTO office_sessions VALUES (?, ?, ?, ?)", (token_hash, name, now, expires))
    conn.execute(
        "DELETE FROM office_sessions WHERE name = ?1 AND token_hash NOT IN"
        " (SELECT token_hash FROM office_sessions WHERE name = ?1"
        " ORDER BY token_hash = ?3 DESC, opened_at DESC LIMIT ?2)",
        (name, limits.SESSIONS_PER_USER, token_hash),
    )
    return SignedIn(users.get(conn, name), expires)


def who(conn: Connection, token_hash: bytes, now: int) -> users.User | None:
    """Return the active user whose session has this token's hash, or None."""
    query = "SELECT name FROM office_sessions WHERE token_hash = ? AND expires_at > ?"
    row = conn.execute(query, (token_hash, now)).fetchone()
    if row is None:
        return None
    user = users.get(conn, row[0])
    return user if user.active else None


def sign_out(conn: Connection, token_hash: bytes) -> None:
    """End the session; ending it twice is harmless."""
    conn.execute("DELETE FROM office_sessions WHERE token_hash = ?", (token_hash,))


def _locked_until(failures: int, now: int) -> int:
    """Until when no further try is taken after so many wrong passwords (0: none)."""
    beyond = failures - limits.FREE_FAILURES
    delay = min(limits.FAILURE_DELAY << min(beyond, 16), limits.FAILURE_DELAY_MAX) if beyond >= 0 else 0
    return now + delay if delay else 0


def _stranger(conn: Connection, name: str) -> tuple[int, int]:
    """Return failures and lock of a name that nobody has."""
    query = "SELECT failures, locked_until FROM strangers WHERE name = ?"
    row: tuple[int, int] | None = conn.execute(query, (_name_hash(name),)).fetchone()
    return row or (0, 0)


def _count_stranger(conn: Connection, name: str, failures: int, until: int, now: int) -> None:
    """Keep a failure of a name that nobody has; the oldest beyond the bound are forgotten."""
    conn.execute("INSERT OR REPLACE INTO strangers VALUES (?, ?, ?, ?)", (_name_hash(name), failures, until, now))
    conn.execute(
        "DELETE FROM strangers WHERE name IN (SELECT name FROM strangers ORDER BY failed_at DESC LIMIT -1 OFFSET ?)",
        (limits.STRANGERS,),
    )


def _name_hash(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
