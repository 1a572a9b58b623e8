"""Papers printed again, and the drawer opened without a sale: both leave an audit fact with a reason.

So does whoever let a cashier do what takes a shift lead (``countersign``).
"""

from collections.abc import Iterable

from commerce.checks import check_text
from commerce.facts import Audit, Fact, Tender
from edge_node.errors import Code, MendInputError
from edge_node.ledger import print_jobs
from edge_node.ledger.change_log import read_entry, split_id
from edge_node.ledger.commit import Committed, commit
from edge_node.ledger.sign_ins import Staff
from edge_node.storage.database import Connection
from edge_node.till.at import At, approved, by_lead, desk
from sync_protocol.entry import decode_entry

_PAPERS = {
    "sale": "sale",
    "refund": "refund",
    "issue": "top_up",
    "entitlement": "plan",
    "withdraw": "withdraw",
    "shift": "shift",
}
"""Kind of the fact → kind of its paper."""


def reprint(conn: Connection, at: At, entry: int, reason: str) -> Committed:
    """Print the paper of an entry once more, marked as a copy if there was one; MendInputError ``unknown_sale``."""
    stored = read_entry(conn, *split_id(entry)) if 0 < entry < 2**63 else None
    kind = _PAPERS.get(decode_entry(stored.entry).kind) if stored else None
    if kind is None:
        raise MendInputError(Code.UNKNOWN_SALE)
    written = _audit(conn, at, "reprint", f"{kind}:{entry}", reason)
    first = print_jobs.kept_of(conn, entry)
    if first:
        print_jobs.retry(conn, first, at.now)
    else:
        print_jobs.add(conn, kind, entry, at.till, at.now, copy=True, seen=print_jobs.seen_of(conn, entry))
    return written


def hand_out(conn: Connection, at: At, kind: str, entry: int, tenders: Iterable[Tender], seen: bytes) -> int:  # noqa: PLR0917 - the parts of a paper
    """Queue the paper of an act that moved money, and open the drawer for it, in the act's own transaction.

    Where the chain does not print such papers by themselves this one is kept: its job's number is returned, by which
    it can be asked for; else 0.
    """
    rules = at.book.settings
    drawer = rules.tenders.opens_drawer(tenders)
    if rules.papers.mode(kind) == "always":
        print_jobs.add(conn, kind, entry, at.till, at.now, drawer=drawer, seen=seen)
        return 0
    if drawer:
        print_jobs.add(conn, print_jobs.DRAWER, entry, at.till, at.now, drawer=True)
    return print_jobs.add(conn, kind, entry, at.till, at.now, seen=seen, kept=True)


def open_drawer(conn: Connection, at: At, reason: str, approver: Staff | None = None) -> Committed:
    """Open the till's drawer without a sale, by a shift lead or with the approval of one."""
    lead = by_lead(at, approver)
    written = _audit(conn, at, "drawer", at.till, reason)
    countersign(conn, at, lead, f"drawer:{written.id}", reason)
    print_jobs.add(conn, "drawer", written.id, at.till, at.now, drawer=True)
    return written


def try_drawer(conn: Connection, at: At, device: bytes, reason: str) -> Committed:
    """Write down that a drawer is about to be opened to try its device out (a shift lead)."""
    approved(at.staff)
    return _audit(conn, at, "drawer", f"device:{device.hex()}", reason)


def countersign(conn: Connection, at: At, lead: Staff, subject: str, reason: str = "") -> None:
    """Write down which shift lead let the person at the till do something; nothing when that is the same person."""
    if lead.number != at.staff.number:
        body = Audit("approved", subject, lead.number, at.till, reason, b"")
        commit(conn, at.node, Fact("audit", body), at.now)


def _audit(conn: Connection, at: At, act: str, subject: str, reason: str) -> Committed:
    """Write the audit fact; it needs a shift and a reason."""
    desk(conn, at)
    if not check_text(reason, "reason").strip():
        raise MendInputError(Code.REASON_NEEDED)
    body = Audit(act, subject, at.staff.number, at.till, reason, b"")
    return commit(conn, at.node, Fact("audit", body), at.now)
