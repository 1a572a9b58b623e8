"""A branch asks for rights: granted out of HQ's own, gathered from idle branches where that is too little, or refused.

All or nothing: the till asks for what is lacking. The answer is kept under (incarnation, n): the same question gets the
same answer for ever, and a number below the last one that has no kept answer is refused (sync.md).
"""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from commerce.reference import RightsRequest
from hq_server.ledger import aliases, grants, incarnations
from hq_server.ledger.context import Hq
from hq_server.ledger.lots import Lot
from hq_server.rights import demand, wealth
from hq_server.rights.apportion import VALUE_ASSETS, keeping, take
from hq_server.rights.limits import REQUEST_WAIT_MS, REQUESTS_KEPT
from hq_server.rights.reach import Reach
from hq_server.rights.wealth import Wealth
from hq_server.storage.bulk import select_in
from hq_server.storage.database import Connection
from sync_protocol.limits import ID

KIND = "rights"
"""The kind of question answered here."""

OPEN, ANSWERED, REFUSED, CANCELLED = "open", "answered", "refused", "cancelled"

RIGHTS_SHORT, TIMED_OUT, FORGOTTEN = "rights_short", "timed_out", "request_forgotten"
UNKNOWN_KIND, MALFORMED, GIVEN_UP = "unknown_kind", "malformed", "cancelled"
"""Words of refusal; they cross the wire."""

_DECODER = msgspec.msgpack.Decoder(RightsRequest)


class Settled(NamedTuple):
    """The answer to question `n` of incarnation `no`. `refused` "": granted; `lots` then are those of the member."""

    no: int
    n: int
    refused: str
    body: bytes
    lots: tuple[bytes, ...] = ()


def ask(conn: Connection, hq: Hq, no: int, n: int, kind: str, body: bytes, reach: Reach, now: int) -> Settled | None:  # noqa: PLR0917 - the question's parts
    """Take a question, new or repeated; None: rights are being gathered, the answer follows by ``settle``."""
    row = conn.execute("SELECT state, code, answer, body FROM requests WHERE no = ? AND n = ?", (no, n)).fetchone()
    if row is not None:
        state, code, answer, first_body = row
        return None if state == OPEN else Settled(no, n, code, answer, _lots(conn, first_body) if not code else ())
    last: int | None = conn.execute("SELECT max(n) FROM requests WHERE no = ?", (no,)).fetchone()[0]
    if last is not None and n < last:
        return Settled(no, n, FORGOTTEN, b"")
    conn.execute("DELETE FROM requests WHERE no = ? AND n <= ? AND state <> 'open'", (no, n - REQUESTS_KEPT))
    conn.execute(
        "INSERT INTO requests (no, n, kind, body, state, code, answer, at, deadline) VALUES (?,?,?,?,?,'',x'',?,?)",
        (no, n, kind, body, OPEN, now, now + REQUEST_WAIT_MS),
    )
    wish = _read(body) if kind == KIND else None
    if wish is None:
        return _close(conn, no, n, UNKNOWN_KIND if kind != KIND else MALFORMED)
    return _try(conn, hq, no, n, wish, reach, now, first=True)


def cancel(conn: Connection, no: int, n: int) -> Settled | None:
    """Nobody waits any more; rights already on their way come to HQ and are placed. None: settled before."""
    row = conn.execute("SELECT body FROM requests WHERE no = ? AND n = ? AND state = 'open'", (no, n)).fetchone()
    if row is None:
        return None
    _recall_no_more(conn, row[0])
    return _close(conn, no, n, GIVEN_UP, CANCELLED)


def refuse(no: int, n: int, word: str) -> Settled:
    """An answer that is not kept: the asker may not ask at all (revoked, expired)."""
    return Settled(no, n, word, b"")


def settle(conn: Connection, hq: Hq, members: Iterable[bytes], reach: Reach, now: int) -> list[Settled]:
    """Try the open questions about `members` again: rights may have come back to HQ."""
    touched = set(members)
    touched.update(aliases.roots(conn, touched).values())
    found = []
    for no, n, body in _open(conn):
        wish = _read(body)
        if wish is not None and wish.member in touched and incarnations.by_no(conn, no).state == incarnations.OPEN:
            settled = _try(conn, hq, no, n, wish, reach, now, first=False)
            found += [settled] if settled else []
    return found


def overdue(conn: Connection, now: int) -> list[Settled]:
    """Refuse the open questions whose deadline has come: what was gathered stays at HQ and is placed."""
    rows = conn.execute("SELECT no, n, body FROM requests WHERE state = 'open' AND deadline <= ?", (now,)).fetchall()
    for _, _, body in rows:
        _recall_no_more(conn, body)
    return [_close(conn, no, n, TIMED_OUT) for no, n, _ in rows]


def next_deadline(conn: Connection) -> int | None:
    """When ``overdue`` has work again."""
    found: int | None = conn.execute("SELECT min(deadline) FROM requests WHERE state = 'open'").fetchone()[0]
    return found


def waiting_members(conn: Connection) -> set[bytes]:
    """Members for whom a branch waits: their rights are not to be placed elsewhere meanwhile."""
    wishes = [_read(body) for _, _, body in _open(conn)]
    return {wish.member for wish in wishes if wish is not None}


def _try(  # noqa: PLR0917 - the question's parts
    conn: Connection, hq: Hq, no: int, n: int, wish: RightsRequest, reach: Reach, now: int, *, first: bool
) -> Settled | None:
    """Grant if HQ's own suffices; else, the first time, order what lacks from idle branches, or refuse."""
    owner = wealth.load(conn, [wish.member]).get(wish.member)
    if owner is None:
        return _close(conn, no, n, RIGHTS_SHORT)
    groups = _groups(owner, wish.asset)
    amounts = take(groups, lambda lot: lot.own, wish.amount)
    own = sum(amount for _, amount in amounts)
    if own == wish.amount:
        for lot, _ in amounts:
            grants.drop_order(conn, lot, no)
        grants.grant(conn, hq, no, amounts, "request", n, now)
        return _close(conn, no, n, "", ANSWERED, tuple(lot.lot for lot in owner.lots))
    if first and not _gather(conn, owner, groups, no, wish.amount - own, reach, now):
        return _close(conn, no, n, RIGHTS_SHORT)
    return None


def _gather(  # noqa: PLR0917 - the question's parts
    conn: Connection, owner: Wealth, groups: list[list[Lot]], no: int, lacking: int, reach: Reach, now: int
) -> bool:
    """Order idle branches to give `lacking` back, those least likely visited next first; False: not enough there."""
    member = owner.lots[0].owner
    sketch = demand.load(conn, [member]).get(member)
    weights = demand.demand(sketch).weights if sketch else {}
    assets = {lot.lot for group in groups for lot in group}
    orders: list[tuple[bytes, int, int]] = []
    for _, other in sorted(reach.idle().items(), key=lambda item: (weights.get(item[0], 0), item[0])):
        here = {lot: held for lot, held in owner.held.get(other, {}).items() if lot in assets}
        there = sum(here.values())
        if other == no or not there:
            continue
        give = min(there, lacking)
        orders += [(lot, other, keep) for lot, keep in keeping(groups, here, there - give)]
        lacking -= give
        if not lacking:
            for lot, holder, keep in orders:
                grants.put_order(conn, lot, holder, grants.KEEP, keep, now)
            return True
    return False


def _groups(owner: Wealth, asset: str) -> list[list[Lot]]:
    """Lots that serve a wish: stored value by pairs, every other asset lot by lot."""
    return owner.pairs if asset in VALUE_ASSETS else [[lot] for lot in owner.of_asset(asset)]


def _recall_no_more(conn: Connection, body: bytes) -> None:
    """Take back the orders that were given for a question."""
    wish = _read(body)
    for owner in wealth.load(conn, [wish.member] if wish else []).values():
        for lot, no in owner.orders:
            grants.drop_order(conn, lot, no)


def _close(  # noqa: PLR0917 - the answer's parts
    conn: Connection, no: int, n: int, refused: str, state: str = REFUSED, lots: tuple[bytes, ...] = ()
) -> Settled:
    """Keep the answer for ever (as far as anything is kept)."""
    conn.execute("UPDATE requests SET state = ?, code = ? WHERE no = ? AND n = ?", (state, refused, no, n))
    return Settled(no, n, refused, b"", lots)


def _open(conn: Connection) -> list[tuple[int, int, bytes]]:
    rows: list[tuple[int, int, bytes]] = conn.execute(
        "SELECT no, n, body FROM requests WHERE state = 'open' ORDER BY no, n"
    ).fetchall()
    return rows


def _lots(conn: Connection, body: bytes) -> tuple[bytes, ...]:
    wish = _read(body)
    owners = [wish.member, *aliases.merged_into(conn, [wish.member]).get(wish.member, [])] if wish else []
    rows = select_in(conn, "SELECT lot FROM lots WHERE owner IN ({})", owners)
    return tuple(dict.fromkeys(lot for (lot,) in rows))


def _read(body: bytes) -> RightsRequest | None:
    """Decode a question; None: not one."""
    try:
        wish = _DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return wish if len(wish.member) == ID and wish.amount > 0 else None
