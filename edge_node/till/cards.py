"""Cards given out of the branch's own range, replaced, and guarded by a password."""

from commerce.facts import Audit, Fact
from edge_node.errors import AskPersonError, Code
from edge_node.ledger import card_passwords, card_serials, members
from edge_node.ledger.card_passwords import Kept
from edge_node.ledger.commit import Committed, commit
from edge_node.ledger.members import MemberCard
from edge_node.ledger.sign_ins import Staff
from edge_node.storage.database import Connection
from edge_node.till.at import At, approved
from edge_node.till.members import bind_field, lose_card, write_field


def issue(conn: Connection, at: At, member: bytes) -> str:
    """Give a member the next card of the branch's range; return the profile's field that holds its number."""
    return bind_field(conn, at, member, card_serials.take(conn, at.node))


def replace(conn: Connection, at: At, member: bytes, old: str, new: str | None) -> str:
    """Give a new card for an old one, which finds nobody from now on; `new` None: the next of the range.

    MendInputError ``bad_card`` when the old one is not this member's.
    """
    lose_card(conn, at, member, old)
    return issue(conn, at, member) if new is None else bind_field(conn, at, member, new)


def set_password(  # noqa: PLR0917 - the parts of the act
    conn: Connection, at: At, member: bytes, fresh: Kept | None, approver: Staff | None, proved: bytes
) -> Committed:
    """Set the password of a member's cards, or take it away (None).

    One that is there is changed by who knows it (`proved`: the member whose password was just typed right) or by a
    shift lead's approval, which leaves an audit fact; AskPersonError ``approval_needed``.
    """
    card = members.by_id(conn, member)
    has = members.profile(conn, card.member).get(card_passwords.FIELD, ("", 0))[0]
    if has and proved != card.member:
        by = approved(approver)
        audit = Audit("card_password", card.member.hex(), by.number, at.till, "", b"")
        commit(conn, at.node, Fact("audit", audit), at.now)
    card_passwords.unlock(conn, card.member)
    return write_field(conn, at, card.member, card_passwords.FIELD, fresh.text() if fresh else "")


def check_password(conn: Connection, at: At, card: MemberCard | None, stored_value: int, proved: bytes) -> None:
    """Check that so much stored value may be paid: from the chain's limit on a member who set a password must type it.

    AskPersonError ``password_needed``.
    """
    above = at.book.settings.members.card_password_above
    if card is None or not above or stored_value < above or proved == card.member:
        return
    if card_passwords.kept(conn, card.member) is not None:
        raise AskPersonError(Code.PASSWORD_NEEDED, limit=above)
