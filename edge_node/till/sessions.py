"""Timed sessions at the till (计时): started, paused, gone on with, billed into a basket by steps of an item.

The time is this node's own: a session is one branch's, and what it is billed as is written down when it stops. A
session that runs longer than its bounds say is billed as the longest; nothing stops by itself.
"""

from typing import NamedTuple

from commerce import basket as rules
from commerce.checks import check_text
from commerce.facts import Fact, TimedSession
from commerce.quantity import ONE
from commerce.timing import Run, TimeRule, billed_steps, time_run
from edge_node import limits
from edge_node.errors import Code, MendInputError, NotNowError
from edge_node.ledger import bodies, members
from edge_node.ledger.commit import Committed, commit
from edge_node.ledger.sign_ins import Staff
from edge_node.storage.database import Connection
from edge_node.till import baskets
from edge_node.till.at import At, approved, desk
from edge_node.till.baskets import StoredBasket

RUNNING, PAUSED, STOPPED = "running", "paused", "stopped"


class Session(NamedTuple):
    """A timed session. ``runs``: times that ran so far, the last one open (its end 0) while it runs."""

    session: bytes
    item: str
    member: bytes
    label: str
    state: str
    started_at: int
    runs: tuple[Run, ...]


class Bill(NamedTuple):
    """What a session comes to: the time without pauses (ms), and the steps of its item that are billed."""

    run_ms: int
    steps: int


def start(conn: Connection, at: At, item: str, label: str, member: bytes = b"") -> Session:
    """Start a session of an item that is billed by time; MendInputError ``unknown_rule``, NotNowError ``too_many``."""
    _rule_needed(at, item)
    card = members.by_id(conn, member) if member else None
    (many,) = conn.execute("SELECT count(*) FROM timed_sessions WHERE state <> 'stopped'").fetchone()
    if many >= limits.SESSIONS_RUNNING:
        raise NotNowError(Code.TOO_MANY, field="sessions", limit=limits.SESSIONS_RUNNING)
    session = at.new_id()
    _write(conn, at, "session_start", session, card.member if card else b"", item, label=check_text(label, "label", 32))
    return get(conn, session)


def pause(conn: Connection, at: At, session: bytes) -> Session:
    """Stop the clock of a running session for a while; NotNowError ``session_state``."""
    found = _in_state(conn, session, RUNNING)
    _write(conn, at, "session_pause", session, found.member, found.item)
    return get(conn, session)


def resume(conn: Connection, at: At, session: bytes) -> Session:
    """Let a paused session go on."""
    found = _in_state(conn, session, PAUSED)
    _write(conn, at, "session_resume", session, found.member, found.item)
    return get(conn, session)


def stop(conn: Connection, at: At, session: bytes, basket: bytes) -> StoredBasket:
    """End a session and put what it is billed as into an open basket of this till; free time adds no line."""
    found = _in_state(conn, session, RUNNING, PAUSED)
    _rule_needed(at, found.item)
    bill = bill_of(at, found)
    stored = baskets.opened(conn, at, basket)
    _write(conn, at, "session_stop", session, found.member, found.item, steps=bill.steps)
    if found.member and not stored.basket.member:
        stored = baskets.set_member(conn, at, basket, found.member)
    if not bill.steps:
        return stored
    return baskets.change(
        conn,
        at,
        basket,
        lambda old: rules.add(
            old, at.book.catalogue, found.item, bill.steps * ONE, note=_note(found, bill), merge=False
        ),
    )


def cancel(conn: Connection, at: At, session: bytes, reason: str, approver: Staff | None = None) -> Committed:
    """End a session that was started by mistake, unbilled, for a reason (a shift lead, at the till or `approver`)."""
    approved(approver or (at.staff if at.staff.may("shift_lead") else None))
    if not check_text(reason, "reason").strip():
        raise MendInputError(Code.REASON_NEEDED)
    found = _in_state(conn, session, RUNNING, PAUSED)
    return _write(conn, at, "session_cancel", session, found.member, found.item, reason=reason)


def bill_of(at: At, found: Session) -> Bill:
    """Return what a session comes to now."""
    spent = time_run([run if run.end else Run(run.start, at.now) for run in found.runs])
    rule = _rule(at, found.item)
    return Bill(spent, billed_steps(rule, spent) if rule else 0)


def _rule(at: At, item: str) -> TimeRule | None:
    """Return how time with an item is billed; None when it is not, or not any more."""
    return next((rule for rule in at.book.settings.timed_items if rule.item == item), None)


def _rule_needed(at: At, item: str) -> None:
    """MendInputError ``unknown_rule`` for an item that is not billed by time."""
    if _rule(at, item) is None:
        raise MendInputError(Code.UNKNOWN_RULE, rule=item[:32])


def open_ones(conn: Connection) -> tuple[Session, ...]:
    """List the sessions that run or pause, the oldest first."""
    rows = conn.execute("SELECT * FROM timed_sessions WHERE state <> 'stopped' ORDER BY started_at, session")
    return tuple(_session(row) for row in rows.fetchall())


def get(conn: Connection, session: bytes) -> Session:
    """Return a session; MendInputError ``unknown_session``."""
    row = conn.execute("SELECT * FROM timed_sessions WHERE session = ?", (session,)).fetchone()
    if row is None:
        raise MendInputError(Code.UNKNOWN_SESSION, session=session.hex())
    return _session(row)


def _in_state(conn: Connection, session: bytes, *states: str) -> Session:
    found = get(conn, session)
    if found.state not in states:
        raise NotNowError(Code.SESSION_STATE, state=found.state)
    return found


def _write(  # noqa: PLR0917 - the parts of the fact
    conn: Connection,
    at: At,
    act: str,
    session: bytes,
    member: bytes,
    item: str,
    *,
    label: str = "",
    steps: int = 0,
    reason: str = "",
) -> Committed:
    where = desk(conn, at)
    body = TimedSession(
        act, session, item, member, label, at.now, steps, where.shift, where.day, at.till, at.staff.number, reason
    )
    return commit(conn, at.node, Fact("entitlement", body), at.now)


def _note(found: Session, bill: Bill) -> str:
    """The line's note: what it was, and for how long, as hours and minutes."""
    minutes = bill.run_ms // 60_000
    return f"{found.label} {minutes // 60}:{minutes % 60:02d}".strip()


def _session(row: tuple[object, ...]) -> Session:
    session, item, member, label, state, started_at, runs = row
    return Session(session, item, member, label, state, started_at, bodies.decode(tuple[Run, ...], runs))  # type: ignore[arg-type]
