"""Orders about one member's value: gathered at HQ before a cash-out or a merge (ledger.md, "Acts on a member").

``closing`` stands on the rights row of every branch that ever held a part, until it is lifted: a branch stops using
the lot and returns what it has, a dark one when it comes back. What is gathered lies in HQ's own and is placed nowhere.
"""

from hq_server.errors import Code, InputError
from hq_server.head_office.act import Act
from hq_server.head_office.audit import note
from hq_server.ledger import aliases, grants, incarnations, lots
from hq_server.storage.database import Connection


def order_closing(conn: Connection, act: Act, member: bytes) -> int:
    """Have all branches give a member's lots back; return how many holders were ordered. An expiry goes before it.

    InputError ``unknown_member``.
    """
    ids = _lots_of(conn, member)
    open_logs = {log.no for log in incarnations.every(conn) if log.state == incarnations.OPEN}
    orders = lots.orders(conn, ids)
    ordered = [
        (lot, holder.no)
        for lot, holders in sorted(lots.holders(conn, ids).items())
        for holder in holders
        if holder.no in open_logs and orders.get((lot, holder.no), ("", 0))[0] not in {grants.EXPIRE, grants.CLOSING}
    ]
    for lot, no in ordered:
        grants.put_order(conn, lot, no, grants.CLOSING, 0, act.now)
    note(conn, act, "closing_ordered", member.hex())
    return len(ordered)


def lift_closing(conn: Connection, act: Act, member: bytes) -> int:
    """Let a member's value be placed and used again; return how many holders were told. InputError as above."""
    orders = lots.orders(conn, _lots_of(conn, member))
    lifted = [order for order, (kind, _) in sorted(orders.items()) if kind == grants.CLOSING]
    for lot, no in lifted:
        grants.drop_order(conn, lot, no)
    note(conn, act, "closing_lifted", member.hex())
    return len(lifted)


def _lots_of(conn: Connection, member: bytes) -> list[bytes]:
    """The member's lots of which anything is left, also those of who became it."""
    if conn.execute("SELECT 1 FROM members WHERE member = ?", (member,)).fetchone() is None:
        raise InputError(Code.UNKNOWN_MEMBER)
    owners = [member, *aliases.merged_into(conn, [member]).get(member, [])]
    return [lot.lot for owned in lots.of_owners(conn, owners).values() for lot in owned if lot.left > 0]
