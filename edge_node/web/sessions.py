"""Timed sessions: what runs now and what it comes to, started, paused, billed."""

from typing import Annotated

import msgspec
from msgspec import Meta

from commerce.errors import InputError
from commerce.quantity import ONE, line_amount
from commerce.reference import ProductRow
from edge_node.ledger import members
from edge_node.till import sessions
from edge_node.till.at import At
from edge_node.till.sessions import Session
from edge_node.web.approvals import MayBeApproved
from edge_node.web.basket_view import BasketAnswer, BasketRef, changed
from edge_node.web.fields import Body, Code, Reason
from edge_node.web.work import Nothing, Work, act, read
from foundation.http_api.route import Call, Id


class StartBody(Body):
    """What is used, where (a room, a table, a machine), and by whom; null: a walk-in."""

    item: Code
    label: Annotated[str, Meta(max_length=32)] = ""
    member: Id | None = None


class StopBody(Body):
    """The open basket of this till that takes what the session is billed as."""

    basket: Id


class CancelBody(MayBeApproved, kw_only=True):
    """Why a session is not billed."""

    reason: Reason


class TimedItem(msgspec.Struct, frozen=True):
    """An item billed by time: ``price`` (minor units) a step of so many minutes."""

    item: str
    name: str
    price: int
    step_minutes: int
    free_minutes: int
    grace_minutes: int
    least_steps: int
    most_steps: int


class SessionAnswer(msgspec.Struct, frozen=True):
    """A session. ``run_ms``: time so far without pauses, by the node's clock at ``now``; ``amount``: at list price."""

    session: Id
    item: str
    name: str
    label: str
    state: str
    member: Id | None
    member_name: str
    started_at: int
    now: int
    run_ms: int
    steps: int
    amount: int


class SessionList(msgspec.Struct, frozen=True):
    """What runs or pauses in this branch, the oldest first; and what can be started."""

    sessions: list[SessionAnswer]
    items: list[TimedItem]


class SessionRef(msgspec.Struct, frozen=True):
    """A session's id and its state now."""

    session: Id
    state: str


def _list(work: Work, call: Call) -> SessionList:
    at = work.at(call)
    products = ((rule, _product(work, rule.item)) for rule in work.book.settings.timed_items)
    items = [TimedItem(rule.item, product.name, product.price, *rule[1:]) for rule, product in products if product]
    return SessionList([_answer(work, at, found) for found in sessions.open_ones(work.conn)], items)


def _product(work: Work, item: str) -> ProductRow | None:
    """Return what is sold, None when it left the catalogue."""
    try:
        return work.book.catalogue.item(item)
    except InputError:
        return None


def _answer(work: Work, at: At, found: Session) -> SessionAnswer:
    product = _product(work, found.item)
    bill = sessions.bill_of(at, found)
    name = members.by_id(work.conn, found.member).masked_name if found.member else ""
    return SessionAnswer(
        found.session.hex(),
        found.item,
        product.name if product else found.item,
        found.label,
        found.state,
        found.member.hex() or None,
        name,
        found.started_at,
        at.now,
        bill.run_ms,
        bill.steps,
        line_amount(product.price, bill.steps * ONE) if product else 0,
    )


def _ref(work: Work, found: Session) -> SessionRef:
    work.tell("sessions")
    return SessionRef(found.session.hex(), found.state)


def _start(work: Work, call: Call) -> SessionRef:
    body: StartBody = call.body
    member = bytes.fromhex(body.member) if body.member else b""
    return _ref(work, sessions.start(work.conn, work.at(call), body.item, body.label, member))


def _pause(work: Work, call: Call) -> SessionRef:
    return _ref(work, sessions.pause(work.conn, work.at(call), call.id("session")))


def _resume(work: Work, call: Call) -> SessionRef:
    return _ref(work, sessions.resume(work.conn, work.at(call), call.id("session")))


def _stop(work: Work, call: Call) -> BasketRef:
    body: StopBody = call.body
    stored = sessions.stop(work.conn, work.at(call), call.id("session"), bytes.fromhex(body.basket))
    work.tell("sessions")
    return changed(work, stored)


def _cancel(work: Work, call: Call) -> Nothing:
    body: CancelBody = call.body
    sessions.cancel(work.conn, work.at(call), call.id("session"), body.reason, work.approver)
    work.tell("sessions")
    return Nothing()


ROUTES = (
    read("/sessions", "listSessions", "Timed sessions that run, and what can be timed", SessionList, _list),
    act("POST /sessions", "startSession", "Start a timed session", SessionRef, _start, body=StartBody),
    act("POST /sessions/{session}/pause", "pauseSession", "Stop the clock for a while", SessionRef, _pause),
    act("POST /sessions/{session}/resume", "resumeSession", "Let the clock go on", SessionRef, _resume),
    act(
        "POST /sessions/{session}/stop",
        "stopSession",
        "Bill a session into a basket",
        BasketAnswer,
        _stop,
        body=StopBody,
    ),
    act("POST /sessions/{session}/cancel", "cancelSession", "End it unbilled", Nothing, _cancel, body=CancelBody),
)
