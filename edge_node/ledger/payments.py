"""Payments through providers, as this node knows them: asked for, paid, used by one act, given back.

``asking`` → ``paid`` | ``refused`` | ``cancelled``; ``unknown``: the provider does not answer, it is asked again. A
``paid`` one is ``used`` in the very transaction of what it pays, or is ``refunding`` → ``refunded``; one that was used
is ``refunding`` while something of it goes back, and ``used`` again when part of it stays. The customer's code is never
stored: after a restart a charge is asked about, not repeated.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import NamedTuple

from commerce.facts import Tender
from edge_node import limits
from edge_node.errors import Code, MendInputError, NotNowError
from edge_node.ledger.till_settings import TillSettings
from edge_node.storage.database import Connection

_ID = 16
_OPEN = "state IN ('asking', 'unknown', 'paid', 'refunding')"


class Outcome(StrEnum):
    """What a provider says of a charge or refund; ``silent``: it did not answer; ``unheard``: it never heard of it."""

    PAID = "paid"
    PENDING = "pending"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    UNHEARD = "unheard"
    SILENT = "silent"


class Payment(NamedTuple):
    """One payment. ``cancel``: nobody wants it any more; ``code``: why it was refused; ``act``: what it paid."""

    payment: bytes
    till: str
    tender: str
    provider: str
    amount: int
    state: str
    cancel: bool = False
    code: str = ""
    provider_ref: str = ""
    act: bytes = b""
    at: int = 0
    tries: int = 0
    next_at: int = 0


class PartBack(NamedTuple):
    """So much of a payment that goes back."""

    refund: bytes
    payment: bytes
    amount: int
    tries: int
    next_at: int


class Due(NamedTuple):
    """What is to be asked of providers now; ``next_at``: when there may be more, 0: when somebody wakes."""

    charges: tuple[Payment, ...]
    refunds: tuple[PartBack, ...]
    next_at: int


def ask(conn: Connection, new: Payment) -> None:
    """Write down that a customer is about to be charged, before anybody asks; NotNowError ``too_many``."""
    (many,) = conn.execute("SELECT count(*) FROM payments WHERE state IN ('asking', 'unknown')").fetchone()
    if many >= limits.PAYMENTS_ASKING:
        raise NotNowError(Code.TOO_MANY, limit=limits.PAYMENTS_ASKING)
    conn.execute("INSERT INTO payments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", new)


def new(payment: bytes, till: str, offer: tuple[str, str, int], now: int) -> Payment:
    """Make a payment of (tender, provider, amount). The desk has some seconds before it is asked about."""
    tender, provider, amount = offer
    later = now + limits.PAYMENT_CHARGE_MS
    return Payment(payment, till, tender, provider, amount, "asking", cancel=False, at=now, next_at=later)


def get(conn: Connection, payment: bytes) -> Payment:
    """Return a payment; MendInputError ``unknown_payment``."""
    found = _rows(conn, "payment = ?", (payment,))
    if not found:
        raise MendInputError(Code.UNKNOWN_PAYMENT)
    return found[0]


def listed(conn: Connection, *, only_open: bool) -> tuple[Payment, ...]:
    """List the latest payments, newest first; `only_open`: those that somebody has to look after, oldest first."""
    if only_open:
        return _rows(conn, f"{_OPEN} ORDER BY at LIMIT ?", (limits.LISTED,))
    return _rows(conn, "1 ORDER BY at DESC LIMIT ?", (limits.LISTED,))


def heard(conn: Connection, payment: bytes, outcome: Outcome, ref: str, code: str, now: int) -> Payment:  # noqa: PLR0917 - a provider's word
    """Take a provider's word on a charge; what is settled stays settled, however late or often it comes."""
    row = get(conn, payment)
    if row.state not in {"asking", "unknown"}:
        return row
    match outcome:
        case Outcome.PAID if row.cancel:
            _set(conn, row, "refunding", ref)
            _give_back(conn, row.payment, row, row.amount, now)
        case Outcome.PAID:
            _set(conn, row, "paid", ref)
        case Outcome.REFUSED:
            _set(conn, row, "refused", ref, code)
        case Outcome.CANCELLED:
            _set(conn, row, "cancelled", ref)
        case _:
            state = "asking" if outcome is Outcome.PENDING else "unknown"
            wait = limits.PAYMENT_POLL_MS if state == "asking" else _pause(row.tries)
            conn.execute(
                "UPDATE payments SET state = ?, tries = tries + 1, next_at = ? WHERE payment = ?",
                (state, now + wait, payment),
            )
    return get(conn, payment)


def cancel(conn: Connection, payment: bytes, now: int) -> Payment:
    """Let a payment not happen, or give back what paid nothing; once it is settled this changes nothing.

    NotNowError ``payment_used``: take the goods of its sale back instead.
    """
    row = get(conn, payment)
    if row.act:
        raise NotNowError(Code.PAYMENT_USED)
    if row.state in {"asking", "unknown"}:
        conn.execute("UPDATE payments SET cancel = 1, next_at = 0 WHERE payment = ?", (payment,))
    elif row.state == "paid":
        _set(conn, row, "refunding", row.provider_ref)
        _give_back(conn, row.payment, row, row.amount, now)
    return get(conn, payment)


def use(conn: Connection, till: str, settings: TillSettings, tenders: Iterable[Tender], act: bytes) -> None:
    """Use up the payments of tenders that go through a provider, in the transaction of the act they pay.

    NotNowError ``payment_needed`` without one, ``payment_not_paid``, ``payment_used``; MendInputError
    ``unknown_payment`` (also another till's), ``payment_differs``.
    """
    for tender in tenders:
        if not settings.provider(tender.tender):
            continue
        payment = _id_of(tender.ref)
        if payment is None:
            raise NotNowError(Code.PAYMENT_NEEDED, tender=tender.tender)
        row = get(conn, payment)
        if row.till != till:
            raise MendInputError(Code.UNKNOWN_PAYMENT)
        if (row.tender, row.amount) != (tender.tender, tender.amount):
            raise MendInputError(Code.PAYMENT_DIFFERS, paid=row.amount, wanted=tender.amount)
        if row.act:
            raise NotNowError(Code.PAYMENT_USED)
        if row.state != "paid":
            raise NotNowError(Code.PAYMENT_NOT_PAID, state=row.state)
        conn.execute("UPDATE payments SET state = 'used', act = ? WHERE payment = ?", (act, payment))


def give_back(conn: Connection, act: bytes, tenders: Iterable[Tender], new_id: Callable[[], bytes], now: int) -> None:
    """Send back through the provider what `tenders` give back of an act's payments; others are not its business."""
    for tender in tenders:
        payment = _id_of(tender.ref)
        found = _rows(conn, "payment = ? AND act = ? AND tender = ?", (payment, act, tender.tender)) if payment else ()
        for row in found:
            _give_back(conn, new_id(), row, min(tender.amount, row.amount - _back(conn, row)), now)
            _set(conn, row, "refunding", row.provider_ref)


def refund_heard(conn: Connection, refund: bytes, outcome: Outcome, code: str, now: int) -> Payment:
    """Take a provider's word on a refund; it is asked for again until it is done."""
    payment, tries, done = conn.execute(
        "SELECT payment, tries, done FROM payment_refunds WHERE refund = ?", (refund,)
    ).fetchone()
    row = get(conn, payment)
    if done:
        return row
    if outcome is not Outcome.REFUNDED:
        conn.execute(
            "UPDATE payment_refunds SET tries = tries + 1, next_at = ? WHERE refund = ?", (now + _pause(tries), refund)
        )
        conn.execute("UPDATE payments SET code = ? WHERE payment = ?", (code, payment))
        return get(conn, payment)
    conn.execute("UPDATE payment_refunds SET done = 1 WHERE refund = ?", (refund,))
    waits = conn.execute("SELECT 1 FROM payment_refunds WHERE payment = ? AND done = 0", (payment,)).fetchone()
    if waits is None:
        _set(conn, row, "refunded" if _back(conn, row) >= row.amount else "used", row.provider_ref)
    return get(conn, payment)


def recover(conn: Connection) -> None:
    """At the start: nobody is being charged, so that every open payment is asked about at once."""
    conn.execute("UPDATE payments SET next_at = 0 WHERE state IN ('asking', 'unknown')")
    conn.execute("UPDATE payment_refunds SET next_at = 0 WHERE done = 0")


def prune(conn: Connection, now: int) -> int:
    """Drop what was refused, cancelled or given back 90 days ago; what paid something may still be given back."""
    ended = "SELECT payment FROM payments WHERE state IN ('refused', 'cancelled', 'refunded') AND at < ?"
    long_ago = now - limits.ANSWER_KEPT_MS
    conn.execute(f"DELETE FROM payment_refunds WHERE payment IN ({ended})", (long_ago,))  # noqa: S608 - our own words
    gone = conn.execute(f"DELETE FROM payments WHERE payment IN ({ended})", (long_ago,))  # noqa: S608 - our own words
    return int(gone.rowcount)


def due(conn: Connection, now: int) -> Due:
    """List what providers have to be asked now. A clock that was set back delays nothing for longer than a back-off."""
    latest = now + limits.PAYMENT_BACKOFF_MS[1]
    asking = _rows(conn, "state IN ('asking', 'unknown') ORDER BY at LIMIT ?", (limits.PAYMENTS_ASKING,))
    rows = conn.execute(
        "SELECT refund, payment, amount, tries, next_at FROM payment_refunds WHERE done = 0 ORDER BY next_at LIMIT ?",
        (limits.PAYMENTS_ASKING,),
    )
    going = [PartBack(*row) for row in rows.fetchall()]
    ready = tuple(row for row in asking if not now < row.next_at <= latest)
    back = tuple(row for row in going if not now < row.next_at <= latest)
    times = [*(row.next_at for row in asking), *(part.next_at for part in going)]
    later = [at for at in times if now < at <= latest]
    return Due(ready, back, min(later, default=0))


def overdue(row: Payment, now: int) -> bool:
    """Whether a customer has had long enough to agree: then nobody waits any more, and the payment is cancelled."""
    return row.cancel or abs(now - row.at) > limits.PAYMENT_PATIENCE_MS


def _id_of(ref: str) -> bytes | None:
    """Read a payment's id out of a tender's reference."""
    try:
        found = bytes.fromhex(ref)
    except ValueError:
        return None
    return found if len(found) == _ID and found.hex() == ref else None


def _back(conn: Connection, row: Payment) -> int:
    """Return how much of a payment went back, or is on its way."""
    (amount,) = conn.execute(
        "SELECT coalesce(sum(amount), 0) FROM payment_refunds WHERE payment = ?", (row.payment,)
    ).fetchone()
    return int(amount)


def _give_back(conn: Connection, refund: bytes, row: Payment, amount: int, now: int) -> None:
    if amount > 0:
        conn.execute(
            "INSERT INTO payment_refunds (refund, payment, amount, at) VALUES (?, ?, ?, ?)",
            (refund, row.payment, amount, now),
        )


def _set(conn: Connection, row: Payment, state: str, ref: str, code: str = "") -> None:
    conn.execute(
        "UPDATE payments SET state = ?, provider_ref = ?, code = ?, tries = 0 WHERE payment = ?",
        (state, ref[: limits.PAYMENT_REF], code[: limits.PAYMENT_REF], row.payment),
    )


def _pause(tries: int) -> int:
    """Return how long a provider that did not answer is left alone, ms."""
    first, longest = limits.PAYMENT_BACKOFF_MS
    return min(first << min(tries, 20), longest)


def _rows(conn: Connection, where: str, values: tuple[object, ...]) -> tuple[Payment, ...]:
    rows = conn.execute(
        "SELECT payment, till, tender, provider, amount, state, cancel, code, provider_ref, act, at, tries, next_at"  # noqa: S608 - our own words
        f" FROM payments WHERE {where}",
        values,
    ).fetchall()
    return tuple(Payment(*row)._replace(cancel=bool(row[6])) for row in rows)
