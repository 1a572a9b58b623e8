"""Releases by two people: suspended rights of a closed log, rights set aside, claims whose seller cannot answer.

One person proposes with a reason, another approves; what is released is an exposure accepted by name (ledger.md). A
claim on a sale that nobody ever made is refused by two people in the same way.
"""

from dataclasses import dataclass
from typing import NamedTuple

from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import limits
from hq_server.head_office.act import Act
from hq_server.head_office.approvals import need_second
from hq_server.head_office.audit import note
from hq_server.head_office.values import text
from hq_server.ledger import claims, closing, grants, incarnations
from hq_server.storage.database import Connection

INCARNATION = "incarnation"
CLAIM = "claim"
CLAIM_REFUSAL = "claim_refusal"
SET_ASIDE = "set_aside"
"""Kinds. The subject is an incarnation, a claim (released, or refused), or a lot of which something is set aside."""


class Subject(NamedTuple):
    """What is to be decided: an incarnation, a claim or a lot, by its id."""

    kind: str
    id: bytes

    def __str__(self) -> str:
        return f"{self.kind}:{self.id.hex()}"


@dataclass(frozen=True, slots=True)
class Release:
    """A proposal and what became of it: ``proposed``, ``done`` or ``withdrawn``. ``subject``: see ``Subject``."""

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


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A refund claim that nobody has answered. `state`: ``to_release`` by its seller, ``waits`` for two people.

    ``sale_known``: two people can release it out of the sale; else only refuse it.
    """

    claim: bytes
    sale: bytes
    seller: str
    claimant: str
    day: str
    state: str
    sale_known: bool


def unanswered(conn: Connection, limit: int) -> list[Unanswered]:
    """Return the claims without an answer, oldest business date first."""
    return [
        Unanswered(one.claim, one.sale, one.seller, one.claimant, one.day, one.state, bool(one.seller_no))
        for one in claims.unsettled(conn)[:limit]
    ]


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

    InputError ``unknown_incarnation``/``unknown_claim``/``unknown_lot``; RefusedError ``not_closed``/``not_waiting``/
    ``sale_known``/``not_set_aside`` when there is nothing that two people could decide.
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

    RefusedError ``same_person``, ``account_too_new`` (a colleague may hold both accounts) or ``not_proposed``.
    """
    proposal = _proposed(conn, release)
    need_second(conn, act, proposal.proposed_by)
    _check_subject(conn, proposal.of)
    _carry_out(conn, act, proposal, day)
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


def _carry_out(conn: Connection, act: Act, proposal: Release, day: str) -> None:
    """Do what two people decided."""
    two = (proposal.proposed_by, act.by)
    if proposal.kind == INCARNATION:
        found = incarnations.need(conn, proposal.subject)
        closing.release(conn, act.hq, found.no, *two, proposal.reason, act.now)
    elif proposal.kind == SET_ASIDE:
        grants.free_aside(conn, act.hq, proposal.subject, *two, act.now)
    elif proposal.kind == CLAIM_REFUSAL:
        claims.refuse_at_hq(conn, act.hq, proposal.subject, day, *two, act.now)
    else:
        claims.release_at_hq(conn, act.hq, proposal.subject, day, *two, act.now)


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
    elif subject.kind in {CLAIM, CLAIM_REFUSAL}:
        claim = claims.by_id(conn, subject.id)
        if claim.state != claims.WAITS:
            raise RefusedError(Code.NOT_WAITING, state=claim.state)
        if subject.kind == CLAIM_REFUSAL and claim.seller_no:
            raise RefusedError(Code.SALE_KNOWN, sale=claim.sale.hex())
    elif subject.kind == SET_ASIDE:
        if grants.set_aside(conn, subject.id) <= 0:
            raise RefusedError(Code.NOT_SET_ASIDE)
    else:
        raise InputError(Code.BAD_VALUE, field="kind")
