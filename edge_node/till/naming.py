"""How a member is named at the till: by any means, or only by what a device read of a card or code, as the chain wants.

The page says what a device read: scanners that are keyboards type, so nobody else can know. What a cashier types is
refused here and not by the page; a shift lead may let somebody type for a short while, which leaves an audit fact.
"""

from edge_node import limits
from edge_node.errors import AskPersonError, Code, MendInputError
from edge_node.ledger import members
from edge_node.ledger.members import MemberCard
from edge_node.ledger.sign_ins import Staff
from edge_node.storage.database import Connection
from edge_node.till.at import At, by_lead
from edge_node.till.papers import countersign


def by_card_only(conn: Connection, at: At) -> bool:
    """Whether members are found by their cards alone, for whoever is at this till now."""
    rules = at.book.settings.members
    if rules.member_input == "any":
        return False
    return not (rules.member_input_override and (at.staff.may("shift_lead") or _has_leave(conn, at)))


def find_card(conn: Connection, at: At, text: str, *, read: bool) -> tuple[MemberCard, ...]:
    """Find by a card that a device `read`, or whose number was typed where that is allowed.

    AskPersonError ``card_needed`` for what was typed and may not be, or is no card's number; ``card_lost``.
    """
    rules = at.book.settings.members
    found: tuple[MemberCard, ...] = ()
    if read or rules.member_input == "card_number":
        try:
            found = members.by_card(conn, at.node, text)
        except MendInputError:
            found = ()
    if not (found or read):
        raise AskPersonError(Code.CARD_NEEDED, override=int(rules.member_input_override))
    return found


def allow_typing(conn: Connection, at: At, approver: Staff | None) -> None:
    """Let members be named by typing at this till for a while; AskPersonError ``card_needed``: the chain forbids it."""
    if not at.book.settings.members.member_input_override:
        raise AskPersonError(Code.CARD_NEEDED, override=0)
    lead = by_lead(at, approver)
    countersign(conn, at, lead, f"member_typing:{at.till}")
    conn.execute("INSERT OR REPLACE INTO typing_leaves VALUES (?, ?)", (at.till, at.now + limits.TYPING_LEAVE_MS))


def _has_leave(conn: Connection, at: At) -> bool:
    """A clock that was set back since gives no longer leave than was given."""
    row = conn.execute("SELECT until FROM typing_leaves WHERE till = ?", (at.till,)).fetchone()
    return row is not None and 0 <= row[0] - at.now <= limits.TYPING_LEAVE_MS
