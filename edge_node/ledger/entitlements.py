"""Period and discount cards as this branch knows them: written by its own facts, and by HQ's rows for all others."""

from typing import NamedTuple

from commerce.entitlements import after
from commerce.facts import Entitlement
from commerce.reference import EntitlementRow
from edge_node import limits
from edge_node.errors import Code, MendInputError, NotNowError
from edge_node.storage.database import Connection

_COLUMNS = "entitlement, member, plan, first_day, last_day, frozen_on"


class Known(NamedTuple):
    """One card; ``entry``: the entry that sold it here, 0 when it was sold elsewhere."""

    row: EntitlementRow
    entry: int


def of_member(conn: Connection, member: bytes) -> tuple[EntitlementRow, ...]:
    """List a member's cards, with those of members merged into this one, the last to end first; none that was ended."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM entitlements WHERE ended = 0 AND member IN"  # noqa: S608 - our own names
        " (SELECT ?1 UNION ALL SELECT member FROM members WHERE alias_of = ?1 AND alias_of <> x'')"
        " ORDER BY last_day DESC, entitlement LIMIT ?2",
        (member, limits.LISTED),
    )
    return tuple(EntitlementRow(*row) for row in rows.fetchall())


def get(conn: Connection, entitlement: bytes) -> Known | None:
    """Return a card, None when there is none of that id; NotNowError ``issue_undone`` when it was taken back."""
    row = conn.execute(
        f"SELECT {_COLUMNS}, id, ended FROM entitlements WHERE entitlement = ?",  # noqa: S608 - our own names
        (entitlement,),
    ).fetchone()
    if row is None:
        return None
    if row[7]:
        raise NotNowError(Code.ISSUE_UNDONE, issue=entitlement.hex())
    return Known(EntitlementRow(*row[:6]), row[6])


def needed(conn: Connection, entitlement: bytes) -> Known:
    """Return a card; MendInputError ``unknown_issue``."""
    found = get(conn, entitlement)
    if found is None:
        raise MendInputError(Code.UNKNOWN_ISSUE, issue=entitlement.hex())
    return found


def write(conn: Connection, entry: int, body: Entitlement) -> None:
    """Write what a fact of this node did to a card."""
    known = get(conn, body.entitlement)
    row = after(known.row if known else None, body)
    if row is None:
        conn.execute("UPDATE entitlements SET ended = 1 WHERE entitlement = ?", (body.entitlement,))
        return
    _put(conn, row)
    if body.act == "sold":
        conn.execute("UPDATE entitlements SET id = ? WHERE entitlement = ?", (entry, body.entitlement))


def take(conn: Connection, row: EntitlementRow) -> None:
    """Take HQ's row; what this branch ended stays ended."""
    _put(conn, row)


def forget(conn: Connection, entitlement: bytes) -> None:
    """Forget a card whose row HQ erased."""
    conn.execute("DELETE FROM entitlements WHERE entitlement = ?", (entitlement,))


def _put(conn: Connection, row: EntitlementRow) -> None:
    conn.execute(
        f"INSERT INTO entitlements ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (entitlement) DO UPDATE SET"  # noqa: S608 - our own names
        " member = excluded.member, plan = excluded.plan, first_day = excluded.first_day,"
        " last_day = excluded.last_day, frozen_on = excluded.frozen_on",
        (row.entitlement, row.member, row.plan, row.first_day, row.last_day, row.frozen_on),
    )
