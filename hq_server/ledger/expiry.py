"""Expiry: HQ's clock alone decides (ledger.md "expire"), every holder writes off its own rights when it is told.

HQ declares a day in its log (``expiry_due``): whatever was to be used before it is due from then on. A sweep in
bounded steps then orders every open holder to write off, and writes off HQ's own and what was set aside, which nobody
may use after all. What was spent before a holder read the order stands; an order that became true is dropped; rights
that come back later (a refund, a return) are met by the next look at the lot.

Suspended rights of closed logs stay as they are: the late rule needs them, for a spend that a closed box made in time
must not become an exposure. When two people release them they come to HQ's own, and expire there. Vouchers in transit
likewise once they are redeemed. Principal and gift cards never expire (art. 24).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from commerce.desk import hq_desk
from commerce.facts import Audit, Fact
from commerce.moves import MONEY_ASSETS, Move, Reason
from commerce.withdrawal import expire_fact
from hq_server.ledger import acts, changes, grants, incarnations, lots, meta, own_log
from hq_server.ledger.context import Hq
from hq_server.ledger.lots import Lot
from hq_server.ledger.record import record, record_all
from hq_server.storage.database import Connection

LOTS_PER_FACT = 50
"""Lots of one entry of HQ: an asset's name may have 64 characters of four bytes and stands there three times, so a lot
takes up to a kilobyte of the wire's 64 KiB."""

_SWEPT = (
    "SELECT expires_on, lot, issued + exposure - spent + refunded - paid_out - withdrawn - expired FROM lots "
    "WHERE expires_on <> '' AND expires_on < ?1 AND (expires_on, lot) > (?2, ?3) ORDER BY expires_on, lot LIMIT ?4"
)


def expire_due(conn: Connection, hq: Hq, today: str, now: int, limit: int) -> bool:
    """Go on with expiring what was to be used before `today`, a date of the chain's time zone.

    Looks at up to `limit` lots; True: there are more, call again. A day once declared stays, whatever the clock says.
    """
    due = meta.get(conn, meta.EXPIRY_DUE, "")
    if today > due:
        record(conn, hq, Fact("audit", Audit(acts.EXPIRY_DUE, today, "", "", "", b"")), now)
        meta.put(conn, meta.EXPIRY_AT, "")
        due = today
    day, _, lot = meta.get(conn, meta.EXPIRY_AT, "").rpartition(" ")  # a date is a branch's to write: blanks and all
    if day >= due:
        return False
    rows = conn.execute(_SWEPT, (due, day, bytes.fromhex(lot), limit)).fetchall()
    _expire(conn, hq, [lot for _, lot, left in rows if left], due, now)
    more = len(rows) == limit
    meta.put(conn, meta.EXPIRY_AT, f"{rows[-1][0]} {rows[-1][1].hex()}" if more else f"{due} ")
    return more


def expire_touched(conn: Connection, hq: Hq, touched: Collection[bytes], now: int) -> None:
    """Look again at lots that entries moved and that are due: rights came back, or an order was obeyed."""
    if touched:
        _expire(conn, hq, touched, meta.get(conn, meta.EXPIRY_DUE, ""), now)


def _expire(conn: Connection, hq: Hq, found: Collection[bytes], due: str, now: int) -> None:
    """Order the holders of these lots, as far as they are due, and write HQ's own off."""
    known = [lot for lot in lots.by_ids(conn, found).values() if _is_due(lot, due)]
    if not known:
        return
    known.sort(key=lambda lot: lot.lot)
    _order(conn, known, now)
    at_hq = [lot for lot in known if lot.own > 0 or lot.set_aside > 0]
    if at_hq:
        record_all(conn, hq, list(_write_offs(conn, hq, at_hq, due)), now)


def _is_due(lot: Lot, due: str) -> bool:
    """Whether HQ has declared it expired."""
    return "" != lot.expires_on < due and lot.asset not in MONEY_ASSETS


def _order(conn: Connection, known: Sequence[Lot], now: int) -> None:
    """Order open holders that still have rights; drop the orders of those that have none left."""
    open_logs = {log.no: log for log in incarnations.every(conn) if log.state == incarnations.OPEN}
    ids = [lot.lot for lot in known]
    orders = lots.orders(conn, ids)
    for lot, holders in sorted(lots.holders(conn, ids).items()):
        for holder in holders:
            log = open_logs.get(holder.no)
            kind, _ = orders.get((lot, holder.no), ("", 0))
            if log is None:
                continue
            if not holder.rights:
                if kind:
                    grants.drop_order(conn, lot, holder.no)
            elif kind != grants.EXPIRE:
                grants.put_order(conn, lot, holder.no, grants.EXPIRE, 0, now)
            else:  # obeyed before and filled again: the row shows another `gone`, so it is sent and obeyed once more
                changes.mark(conn, *changes.rights_mark(log.branch, lot, log.incarnation))


def _write_offs(conn: Connection, hq: Hq, at_hq: Sequence[Lot], day: str) -> Iterator[Fact]:
    """Write off HQ's own, and what was set aside: it is freed for this alone, in the same entry."""
    _, head = own_log.head(conn, hq.no)
    for start in range(0, len(at_hq), LOTS_PER_FACT):
        part = at_hq[start : start + LOTS_PER_FACT]
        # HQ's log is the only source of ids here: its head is never the same twice.
        number = sha256(b"stayopen expiry\0" + head + start.to_bytes(4, "big")).digest()[:16]
        fact = expire_fact(hq_desk(day, ""), number, [lots.view(lot, max(0, lot.own) + lot.set_aside) for lot in part])
        freed = tuple(Move(lot.lot, Reason.FREE_ASIDE, lot.set_aside) for lot in part if lot.set_aside > 0)
        yield replace(fact, moves=freed + fact.moves)
