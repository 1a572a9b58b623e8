"""Staged release of a bonus: HQ issues each part as its own lot on its day (ledger.md, "Not lots").

What is due follows from the terms of each principal lot and from nothing else: the lot of a part is named by a hash of
the principal's and the part's place, so that it is issued once, however often the sweep comes by. Nothing is held in
advance. Parts stop once the top-up was undone or paid out, in whole or in part.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256

from commerce.desk import Desk
from commerce.errors import CommerceError
from commerce.facts import Fact, LotIssue
from commerce.limits import AMOUNT_MAX
from commerce.lots import BONUS, PRINCIPAL
from commerce.top_up import given_fact, plus_days
from hq_server.ledger import lots, meta, placing
from hq_server.ledger.context import Hq
from hq_server.ledger.lots import Lot
from hq_server.ledger.record import record_all
from hq_server.storage.bulk import select_in
from hq_server.storage.database import Connection

_SWEPT = "SELECT lot FROM lots WHERE asset = ?1 AND lot > ?2 AND issued > 0 ORDER BY lot LIMIT ?3"
"""Lots have no order by the day of their parts: once a day each is looked at, so many in a turn."""


def issue_due(conn: Connection, hq: Hq, today: str, now: int, limit: int) -> bool:
    """Go on with issuing the parts that are due on `today`, a date of the chain's time zone.

    Looks at up to `limit` principal lots; True: there are more, call again.
    """
    day, _, at = meta.get(conn, meta.STAGES_AT, "").partition(" ")
    if day > today or (day == today and not at):
        return False
    after = bytes.fromhex(at) if day == today else b""
    found = [lot for (lot,) in conn.execute(_SWEPT, (PRINCIPAL, after, limit))]
    staged = [lot for lot in lots.by_ids(conn, found).values() if lot.terms.staged and not _stopped(lot)]
    spans = _spans(conn, staged)
    parts = [part for lot in staged for part in _due(lot, today, spans)]
    there = lots.by_ids(conn, [part.lot for part in parts])
    new = [part for part in parts if part.lot not in there]
    record_all(conn, hq, list(_facts(new, today)), now)
    for part in new:
        placing.mark(conn, part.owner)
    more = len(found) == limit
    meta.put(conn, meta.STAGES_AT, f"{today} {found[-1].hex()}" if more else f"{today} ")
    return more


def part_lot(principal: bytes, place: int) -> bytes:
    """Name the lot of a principal's part."""
    return sha256(b"stayopen stage\0" + principal + place.to_bytes(4, "big")).digest()[:16]


def _stopped(lot: Lot) -> bool:
    """Whether money was handed back for this top-up, or value moved on: nothing more is given for it."""
    return lot.paid_out > 0 or lot.withdrawn > 0


def _spans(conn: Connection, staged: list[Lot]) -> dict[bytes, int]:
    """Return how many days the bonus given at once lasts, per principal lot; absent: for ever."""
    query = "SELECT pair, opened_on, expires_on FROM lots WHERE asset = 'bonus' AND expires_on <> '' AND pair IN ({})"
    spans: dict[bytes, int] = {}
    for pair, opened, expires in select_in(conn, query, [lot.lot for lot in staged]):
        try:
            days = (date.fromisoformat(expires) - date.fromisoformat(opened)).days
        except ValueError:
            continue  # a branch wrote them
        spans[pair] = min(days, spans.get(pair, days))
    return spans


def _due(lot: Lot, today: str, spans: Mapping[bytes, int]) -> Iterator[LotIssue]:
    """Return the parts of a pair that are due; what a branch wrote and no rule could say is passed over."""
    for place, (days, amount) in enumerate(lot.terms.staged):
        try:
            opened = plus_days(lot.opened_on, days)
            expires = plus_days(opened, spans[lot.lot]) if lot.lot in spans else ""
        except CommerceError:
            continue
        if days > 0 and opened <= today and 0 < amount <= AMOUNT_MAX and not "" < expires < today:
            name = part_lot(lot.lot, place)
            yield LotIssue(
                name, lot.owner, lot.owner_kind, BONUS, lot.issuer, amount, opened, expires, lot.lot, lot.terms
            )


def _facts(parts: list[LotIssue], today: str) -> Iterator[Fact]:
    """One fact for each part, at the expense of whoever issued the pair."""
    for part in parts:
        issue = sha256(b"stayopen stage act\0" + part.lot).digest()[:16]
        desk = Desk(part.issuer, "", b"", today, "")
        yield given_fact(desk, issue, part.owner, (part,), act="campaign", reason="", rule=part.terms.plan)
