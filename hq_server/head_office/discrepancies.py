"""The queue of what does not add up: what is on it, who looks after it, what people said about it.

It is resolved by a new fact (``resolutions``), never by editing history; assignment and comments are the office's own.
"""

from collections.abc import Sequence
from typing import NamedTuple

from commerce.moves import MONEY, MONEY_ASSETS
from hq_server.errors import Code, InputError
from hq_server.head_office import limits, users
from hq_server.head_office.act import Act
from hq_server.head_office.audit import note
from hq_server.head_office.values import text
from hq_server.ledger import discrepancies
from hq_server.ledger.discrepancies import Discrepancy
from hq_server.ledger.discrepancy_codes import DiscrepancyCode as D
from hq_server.storage.database import Connection

_MONEY = frozenset(
    {D.CASH_DIFFERS, D.SALE_TWICE, D.REFUNDED_TWICE, D.REFUND_DIFFERS, D.CLAIM_OVERPAID, D.USE_DIFFERS, D.PLAN_DIFFERS}
    | {D.PRICE_DIFFERS}
)
_TIMES = frozenset({D.CLOCK_AHEAD, D.CLOCK_BACK})
_OF_A_LOT = frozenset(
    {D.RIGHTS_OVERSPENT, D.LATE_EXPOSURE, D.COUNTER_DIFFERS, D.UNKNOWN_LOT, D.LOT_ISSUED_TWICE, D.FOREIGN_ISSUER}
    | {D.FOREIGN_MOVE, D.EXPIRED_UNORDERED, D.RULE_MISSING, D.MOVES_DIFFER}
)
_LAST_WORD = frozenset({D.UNBALANCED, D.EXPOSURE_ACCEPTED})
TIME = "time"
"""The unit of figures that are moments, ms."""


class Comment(NamedTuple):
    """What somebody said, at a time in ms."""

    n: int
    by: str
    at: int
    text: str


def get(conn: Connection, discrepancy: bytes) -> Discrepancy:
    """Return one; InputError ``unknown_discrepancy``."""
    return discrepancies.by_id(conn, discrepancy)


def unit_of(conn: Connection, code: str, detail: str) -> str:
    """Return what the figures of a discrepancy count: money, an asset, ``time``, "" plain numbers."""
    if code in _MONEY:
        return MONEY
    if code in _TIMES:
        return TIME
    last = detail.rsplit(" ", maxsplit=1)[-1]
    lot = _lot(last) if code in _OF_A_LOT | _LAST_WORD else b""
    if lot:
        row = conn.execute("SELECT asset FROM lots WHERE lot = ?", (lot,)).fetchone()
        return "" if row is None else MONEY if row[0] in MONEY_ASSETS else row[0]
    return last if code in _LAST_WORD else ""


def _lot(text: str) -> bytes:
    try:
        return bytes.fromhex(text) if len(text) == 32 else b""
    except ValueError:
        return b""


def assignee(conn: Connection, discrepancy: bytes) -> str:
    """Return who looks after it, "" nobody."""
    query = "SELECT assignee FROM discrepancies WHERE discrepancy = ?"
    row = conn.execute(query, (discrepancy,)).fetchone()
    return row[0] if row else ""


def assign(conn: Connection, act: Act, named: Sequence[bytes], name: str) -> int:
    """Give discrepancies to a user ("" to nobody); return how many went to somebody else than before.

    InputError ``unknown_user``, ``bad_value`` for one who may no longer sign in, ``unknown_discrepancy``.
    """
    if name and not users.get(conn, name).active:
        raise InputError(Code.BAD_VALUE, field="assignee")
    moved = 0
    for discrepancy in named:
        get(conn, discrepancy)
        query = "UPDATE discrepancies SET assignee = ?1 WHERE discrepancy = ?2 AND assignee <> ?1"
        changed = conn.execute(query, (name, discrepancy)).rowcount
        if changed:
            note(conn, act, "discrepancy_assigned", discrepancy.hex(), reason=name)
        moved += changed
    return moved


def comment(conn: Connection, act: Act, discrepancy: bytes, said: str) -> list[Comment]:
    """Say something about one, also when it is resolved; return all comments."""
    text(said, "text", limits.NOTE, required=True)
    get(conn, discrepancy)
    conn.execute(
        "INSERT INTO discrepancy_comments (discrepancy, by, at, text) VALUES (?, ?, ?, ?)",
        (discrepancy, act.by, act.now, said),
    )
    return comments(conn, discrepancy)


def comments(conn: Connection, discrepancy: bytes) -> list[Comment]:
    """Return the newest comments, in the order in which they were made."""
    query = "SELECT n, by, at, text FROM discrepancy_comments WHERE discrepancy = ? ORDER BY n DESC LIMIT ?"
    rows = conn.execute(query, (discrepancy, limits.PAGE_MAX)).fetchall()
    return [Comment(*row) for row in reversed(rows)]


def assignees(conn: Connection) -> list[tuple[str, str]]:
    """Return whom something can be given to, by name."""
    query = "SELECT name, display FROM users WHERE active AND branch = '' ORDER BY name"
    return [(name, display) for name, display in conn.execute(query)]
