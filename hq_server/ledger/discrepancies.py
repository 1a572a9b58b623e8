"""Discrepancies: what did not add up, opened and resolved by facts of HQ, never by editing history."""

from hashlib import sha256
from typing import NamedTuple

from commerce.facts import Fact, Verdict
from commerce.moves import Posting
from hq_server.errors import Code, InputError, RefusedError
from hq_server.ledger.context import Hq
from hq_server.ledger.discrepancy_codes import DiscrepancyCode
from hq_server.ledger.record import record
from hq_server.storage.database import Connection

OPEN, RESOLVED = "open", "resolved"

_SELECT = (
    "SELECT discrepancy, n, code, branch, incarnation, seq, expected, found, detail, at, state, by, note, "
    "resolved_at FROM discrepancies "
)


class Discrepancy(NamedTuple):
    """One row of the list. `seq` 0: not about an entry; `detail`: ids and short codes, nothing personal."""

    discrepancy: bytes
    n: int
    code: str
    branch: str
    incarnation: bytes
    seq: int
    expected: int
    found: int
    detail: str
    at: int
    state: str
    by: str
    note: str
    resolved_at: int


def fact(  # noqa: PLR0917 -- what a discrepancy says, in the order of its body
    code: DiscrepancyCode,
    branch: str,
    incarnation: bytes,
    seq: int,
    expected: int,
    found: int,
    detail: str,
    act: str = "opened",
    salt: bytes = b"",
) -> Fact:
    """Make the fact that opens a discrepancy. Its id follows from the evidence: the same evidence opens it once.

    `salt` tells apart what is otherwise the same evidence: an entry of a second branch of a log.
    """
    named = b"\0".join((code.encode(), branch.encode(), incarnation, b"%d" % seq, detail.encode(), salt))
    body = Verdict(
        act=act,
        discrepancy=sha256(b"stayopen discrepancy\0" + named).digest()[:16],
        code=code.value,
        branch=branch,
        incarnation=incarnation,
        seq=seq,
        expected=expected,
        found=found,
        detail=detail,
        by="",
    )
    return Fact("verdict", body)


def open_(  # noqa: PLR0917 -- as `fact`
    conn: Connection,
    hq: Hq,
    code: DiscrepancyCode,
    branch: str,
    incarnation: bytes,
    seq: int,
    expected: int,
    found: int,
    detail: str,
    now: int,
) -> bytes:
    """Open a discrepancy by a fact of HQ; return its id."""
    opened = fact(code, branch, incarnation, seq, expected, found, detail)
    record(conn, hq, opened, now)
    return id_of(opened)


def id_of(opened: Fact) -> bytes:
    """Return the id of the discrepancy that a fact opens."""
    assert isinstance(opened.body, Verdict)
    return opened.body.discrepancy


def by_id(conn: Connection, discrepancy: bytes) -> Discrepancy:
    """Return one discrepancy; InputError ``unknown_discrepancy``."""
    row = conn.execute(_SELECT + "WHERE discrepancy = ?", (discrepancy,)).fetchone()
    if row is None:
        raise InputError(Code.UNKNOWN_DISCREPANCY, discrepancy=discrepancy.hex())
    return Discrepancy(*row)


def rows(conn: Connection, state: str, limit: int, after: int = 0) -> list[Discrepancy]:
    """Return a page of discrepancies in a state, oldest first, behind number `after`."""
    sql = _SELECT + "WHERE state = ? AND n > ? ORDER BY n LIMIT ?"
    return [Discrepancy(*row) for row in conn.execute(sql, (state, after, limit))]


def resolve(  # noqa: PLR0917 -- the parts of the act
    conn: Connection, hq: Hq, discrepancy: bytes, by: str, note: str, now: int, postings: tuple[Posting, ...] = ()
) -> None:
    """Resolve a discrepancy by a new fact that says who and why. RefusedError ``already_resolved``.

    `postings`: what it changes in the books, balanced. A debit of ``clearing:<debtor>:<creditor>`` is also a row of the
    clearing matrix, in the period that is open now.
    """
    found = by_id(conn, discrepancy)
    if found.state == RESOLVED:
        raise RefusedError(Code.ALREADY_RESOLVED, discrepancy=discrepancy.hex())
    body = Verdict(
        act="adjustment" if postings else "resolved",
        discrepancy=discrepancy,
        code=found.code,
        branch=found.branch,
        incarnation=found.incarnation,
        seq=found.seq,
        expected=found.expected,
        found=found.found,
        detail=note,
        by=by,
    )
    record(conn, hq, Fact("verdict", body, postings=postings), now)
