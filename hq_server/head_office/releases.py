"""Releases by two people: suspended rights of a closed log, and refund claims whose seller cannot answer.

One person proposes with a reason, another approves; what is released is an exposure accepted by name (ledger.md).
"""

from dataclasses import dataclass
from typing import NamedTuple

from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import limits
from hq_server.head_office.act import Act
from hq_server.head_office.audit import note
from hq_server.head_office.values import text
from hq_server.ledger import claims, closing, incarnations
from hq_server.storage.database import Connection

INCARNATION = "incarnation"
CLAIM = "claim"


class Subject(NamedTuple):
    """What is to be released: an incarnation or a claim, by its id."""

    kind: str
    id: bytes

    def __str__(self) -> str:
        return f"{self.kind}:{self.id.hex()}"


@dataclass(frozen=True, slots=True)
class Release:
    """A proposal and what became of it: ``proposed``, ``done`` or ``withdrawn``. ``subject``: incarnation or claim."""

    release: bytes
    kind: str
    subject: bytes
    reason: str
    proposed_by: str
    proposed_at: int
    approved_by: str
    approved_at: int
    state: str

    @property
    def of(self) -> Subject:
        """What it releases."""
        return Subject(self.kind, self.subject)


_SELECT = (
    "SELECT release, kind, subject, reason, proposed_by, proposed_at, approved_by, approved_at, state FROM releases"
)


def get(conn: Connection, release: bytes) -> Release:
    """Return one proposal; InputError ``unknown_release``."""
    row = conn.execute(f"{_SELECT} WHERE release = ?", (release,)).fetchone()
    if row is None:
        raise InputError(Code.UNKNOWN_RELEASE)
    return Release(*row)


def every(conn: Connection, state: str, limit: int) -> list[Release]:
    """Return proposals in one state ("" all), newest first."""
    query = f"{_SELECT} WHERE ?1 IN ('', state) ORDER BY proposed_at DESC, release LIMIT ?2"
    return [Release(*row) for row in conn.execute(query, (state, limit))]


def propose(conn: Connection, act: Act, release: bytes, subject: Subject, reason: str) -> Release:
    """Propose a release; the same subject proposed again gives the proposal that stands.

    InputError ``unknown_incarnation``/``unknown_claim``; RefusedError ``not_closed``/``not_waiting`` when there is
    nothing that two people could release.
    """
    text(reason, "reason", limits.NOTE, required=True)
    _check_subject(conn, subject)
    query = f"{_SELECT} WHERE kind = ? AND subject = ? AND state = 'proposed'"
    standing = conn.execute(query, subject).fetchone()
    if standing:
        return Release(*standing)
    conn.execute(
        "INSERT INTO releases (release, kind, subject, reason, proposed_by, proposed_at, state)"
        " VALUES (?, ?, ?, ?, ?, ?, 'proposed')",
        (release, *subject, reason, act.by, act.now),
    )
    note(conn, act, "release_proposed", str(subject), reason=reason)
    return get(conn, release)


def approve(conn: Connection, act: Act, release: bytes, day: str) -> Release:
    """Carry out a proposal of somebody else, on business date `day`.

    RefusedError ``same_person`` or ``not_proposed``.
    """
    proposal = _proposed(conn, release)
    if proposal.proposed_by == act.by:
        raise RefusedError(Code.SAME_PERSON)
    _check_subject(conn, proposal.of)
    if proposal.kind == INCARNATION:
        found = incarnations.by_id(conn, proposal.subject)
        assert found is not None
        closing.release(conn, act.hq, found.no, proposal.proposed_by, act.by, proposal.reason, act.now)
    else:
        claims.release_at_hq(conn, act.hq, proposal.subject, day, proposal.proposed_by, act.by, act.now)
    conn.execute(
        "UPDATE releases SET state = 'done', approved_by = ?, approved_at = ? WHERE release = ?",
        (act.by, act.now, release),
    )
    note(conn, act, "release_approved", str(proposal.of), reason=proposal.reason)
    return get(conn, release)


def withdraw(conn: Connection, act: Act, release: bytes) -> Release:
    """Take a proposal back (its author) or turn it down (anybody else who may approve)."""
    proposal = _proposed(conn, release)
    conn.execute("UPDATE releases SET state = 'withdrawn' WHERE release = ?", (release,))
    note(conn, act, "release_withdrawn", str(proposal.of))
    return get(conn, release)


def _proposed(conn: Connection, release: bytes) -> Release:
    """The proposal if it still stands."""
    proposal = get(conn, release)
    if proposal.state != "proposed":
        raise RefusedError(Code.NOT_PROPOSED, state=proposal.state)
    return proposal


def _check_subject(conn: Connection, subject: Subject) -> None:
    """Refuse a subject that does not exist or does not wait for two people."""
    if subject.kind == INCARNATION:
        found = incarnations.by_id(conn, subject.id)
        if found is None:
            raise InputError(Code.UNKNOWN_INCARNATION)
        if found.state != incarnations.CLOSED:
            raise RefusedError(Code.NOT_CLOSED, state=found.state)
    elif subject.kind == CLAIM:
        claim = claims.by_id(conn, subject.id)
        if claim.state != claims.WAITS:
            raise RefusedError(Code.NOT_WAITING, state=claim.state)
    else:
        raise InputError(Code.BAD_VALUE, field="kind")
