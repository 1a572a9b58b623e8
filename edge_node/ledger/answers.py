"""Idempotency: the same request with the same key gets the same answer, also after a crash, also if it was refused.

A key is (till, n), n growing per till. Answers are kept 90 days; the newest of each till stays for ever, so that an n
which is lower and unknown can be refused: nobody can tell any more whether it was done.
"""

import hmac
import re
from collections.abc import Callable
from typing import NamedTuple

from commerce.errors import CommerceError
from edge_node import limits
from edge_node.errors import Code, EdgeError, KeyConflictError, MendInputError
from edge_node.storage.database import Connection, savepoint

_KEY = re.compile(r"([A-Za-z0-9._-]{1,16})-([1-9][0-9]{0,15})\Z")


class Key(NamedTuple):
    """An idempotency key: the till that asks, and its running number."""

    till: str
    n: int


class Reply(NamedTuple):
    """What was answered: an HTTP status and the body's bytes."""

    status: int
    body: bytes


def parse_key(text: str) -> Key:
    """Read ``<till>-<n>``; MendInputError ``bad_request`` for anything else."""
    match = _KEY.match(text)
    if match is None or int(match[2]) > limits.IDEMPOTENCY_N:
        raise MendInputError(Code.BAD_REQUEST, field="Idempotency-Key")
    return Key(match[1], int(match[2]))


def find(conn: Connection, key: Key, digest: bytes) -> Reply | None:
    """Return the stored answer; None for a new key.

    KeyConflictError ``key_reused`` when the key was used for another request (`digest`: SHA-256 of method, path, who
    asks and body), ``key_outdated`` when the till has used a higher number and this one is not kept, ``key_too_far``
    when the number lies so far beyond the till's last that one request would spend its numbers.
    """
    row = conn.execute(
        "SELECT n, digest, status, body FROM answers WHERE till = ? AND n >= ? ORDER BY n LIMIT 1", key
    ).fetchone()
    if row is None:
        last = newest(conn, key.till)
        if key.n - last > limits.KEY_JUMP:
            raise KeyConflictError(Code.KEY_TOO_FAR, n=key.n, last=last)
        return None
    n, kept, status, body = row
    if n != key.n:
        raise KeyConflictError(Code.KEY_OUTDATED, n=key.n, newer=n)
    if not hmac.compare_digest(kept, digest):
        raise KeyConflictError(Code.KEY_REUSED, n=key.n)
    return Reply(status, body)


def newest(conn: Connection, till: str) -> int:
    """Return the highest number that a till has used; 0 of a new till."""
    (last,) = conn.execute("SELECT coalesce(max(n), 0) FROM answers WHERE till = ?", (till,)).fetchone()
    return int(last)


def once(
    conn: Connection,
    key: Key,
    digest: bytes,
    now: int,
    *,
    work: Callable[[Connection], Reply],
    refuse: Callable[[EdgeError | CommerceError], Reply],
) -> Reply:
    """Answer a request once: the stored answer, or `work`'s, stored in the same transaction as what it did.

    A refusal (any EdgeError or CommerceError of `work`) undoes what `work` wrote and is stored as `refuse` words it.
    Any other error is a fault of the program and leaves no answer: the whole transaction is undone.
    """
    reply = find(conn, key, digest)
    if reply is not None:
        return reply
    try:
        with savepoint(conn):
            reply = work(conn)
    except (EdgeError, CommerceError) as error:
        reply = refuse(error)
    conn.execute(
        "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?)", (key.till, key.n, digest, reply.status, reply.body, now)
    )
    return reply


def amend(conn: Connection, key: Key, reply: Reply) -> None:
    """Replace what is answered to a key, for an act that is not over when it is first noted."""
    conn.execute("UPDATE answers SET status = ?, body = ? WHERE till = ? AND n = ?", (*reply, *key))


def prune(conn: Connection, now: int) -> int:
    """Drop answers older than 90 days, but never a till's newest; return how many went."""
    gone = conn.execute(
        "DELETE FROM answers WHERE at < ? AND n < (SELECT max(n) FROM answers newer WHERE newer.till = answers.till)",
        (now - limits.ANSWER_KEPT_MS,),
    )
    return int(gone.rowcount)
