"""Where, by whom and when a till acts; and the shift it acts in."""

from collections.abc import Callable
from dataclasses import dataclass

from commerce.desk import Desk
from edge_node.errors import AskPersonError, Code, NotNowError
from edge_node.ledger.node import Node
from edge_node.ledger.price_book import PriceBook
from edge_node.ledger.sign_ins import Staff
from edge_node.storage.database import Connection


@dataclass(frozen=True, slots=True)
class At:
    """The context of an act. ``now``: ms by this node's clock; ``new_id`` gives 16 fresh random bytes a call."""

    node: Node
    book: PriceBook
    till: str
    staff: Staff
    now: int
    new_id: Callable[[], bytes]


def desk(conn: Connection, at: At) -> Desk:
    """Return the desk of the till's open shift, whose business date every act takes.

    NotNowError ``shift_needed`` when none is open, ``shift_counted`` once its drawer was counted.
    """
    row = conn.execute(
        "SELECT shift, day, state FROM shifts WHERE till = ? AND state <> 'closed'", (at.till,)
    ).fetchone()
    if row is None:
        raise NotNowError(Code.SHIFT_NEEDED, till=at.till)
    shift, day, state = row
    if state != "open":
        raise NotNowError(Code.SHIFT_COUNTED, till=at.till)
    return Desk(at.node.branch, at.till, shift, day, at.staff.number)


def by_lead(at: At, approver: Staff | None) -> Staff:
    """Return the shift lead behind an act: the one at the till, or who approved it there and then (``approved``)."""
    return approved(approver or (at.staff if at.staff.may("shift_lead") else None))


def approved(by: Staff | None, role: str = "shift_lead") -> Staff:
    """Return who approves an act; AskPersonError ``approval_needed`` or ``role_needed``. PINs are checked before."""
    if by is None:
        raise AskPersonError(Code.APPROVAL_NEEDED, role=role)
    by.require(role)
    return by
