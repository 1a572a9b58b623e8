"""What stands behind a discrepancy: the entry with its chain and signature, and the rows that it is about.

Entries are told as their nodes wrote them, checked against the signed batch they came in. What cannot be told any more
(an entry that was never held, rows of a price book long gone) is said to be so.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from commerce.facts import CountedCash, Sale
from commerce.pricing import Step
from commerce.reprice import reprice
from hq_server.head_office.values import business_day
from hq_server.ledger import inbox, incarnations, own_log
from hq_server.ledger.discrepancies import Discrepancy
from hq_server.ledger.discrepancy_codes import DiscrepancyCode as D
from hq_server.ledger.incarnations import Incarnation
from hq_server.ledger.price_history import PriceHistory
from hq_server.storage.database import Connection
from sync_protocol.entry import decode_entry
from sync_protocol.errors import ProtocolError

_FORKS = 8
"""Histories of one place of a log that are shown beside each other."""
_HOLDERS = 100
_SALE = msgspec.msgpack.Decoder(Sale)
_FORK_CODES = frozenset({D.FORKED, D.TWO_BOXES, D.GAP})
_OF_LOGS = _FORK_CODES | {D.CLOCK_AHEAD, D.CLOCK_BACK, D.EXPOSURE_ACCEPTED, D.RIGHTS_OVERSPENT, D.LATE_EXPOSURE}
_OF_MEMBERS = frozenset({D.PHONE_TWICE, D.CARD_TWICE, D.PROFILE_CONFLICT})


class Line(NamedTuple):
    """One posting; a lot's account is named by the lot's id."""

    account: str
    unit: str
    amount: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """One entry as its node wrote it; body None when it cannot be read.

    ``hash``: the chain's after it; ``arrived``: when HQ kept it; ``signer``: the key whose signature over its batch was
    checked just now, b"" when that failed; ``kept``: it stands in the kept log, not beside it.
    """

    branch: str
    incarnation: bytes
    seq: int
    kind: str
    at: int
    arrived: int
    hash: bytes
    signer: bytes
    kept: bool
    postings: list[Line]
    body: dict[str, Any] | None


class MemberRow(NamedTuple):
    """One of the members concerned. ``cards``: how many they have; ``seen``: branches that met them."""

    member: bytes
    name: str
    tier: str
    day: str
    frozen: bool
    alias_of: bytes
    cards: int
    seen: str


class HolderRow(NamedTuple):
    """What one log holds of the lot concerned."""

    branch: str
    incarnation: bytes
    state: str
    granted: int
    born: int
    gone: int
    suspended: int
    exposure: int


class LotRow(NamedTuple):
    """The lot concerned."""

    lot: bytes
    owner: bytes
    asset: str
    issuer: str
    issued: int
    own: int
    spent: int
    exposure: int


class LogRow(NamedTuple):
    """One of the logs concerned: how far HQ has it, what its newest applied entry said of the time, and when it came.

    ``reason``: why it was closed, "" while it is open.
    """

    branch: str
    node: bytes
    incarnation: bytes
    state: str
    reason: str
    acked_seq: int
    applied_seq: int
    said_at: int
    said_arrived: int


class Conflict(NamedTuple):
    """A field that was edited in two places: what held before, and what holds now; both "" for what nobody may see."""

    field: str
    replaced: str
    applied: str


class CountRow(NamedTuple):
    """One tender of the shift concerned, minor units."""

    tender: str
    expected: int
    counted: int


class PriceRow(NamedTuple):
    """One line priced again: what it should cost and why, and what the sale says."""

    line: int
    item: str
    name: str
    expected: int
    found: int
    agrees: bool
    steps: tuple[Step, ...]
    said: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Price:
    """A sale priced again. ``known`` False: the rows of that time are gone, nobody can tell."""

    known: bool
    tier: str
    problem: str
    lines: list[PriceRow]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that a discrepancy is about, as far as its code is about such."""

    members: list[MemberRow]
    lots: list[LotRow]
    holders: list[HolderRow]
    logs: list[LogRow]
    conflict: Conflict | None
    counts: list[CountRow]
    price: Price | None


def entries(conn: Connection, found: Discrepancy) -> list[Evidence]:
    """Return the entry behind a discrepancy, and every other history of that place of the log."""
    log = incarnations.by_id(conn, found.incarnation)
    if log is None:
        return []
    seq = found.seq
    if log.state == incarnations.HQ_LOG:
        return [_told(log, seq, entry, 0, b"", b"", kept=True) for entry in own_log.entries(conn, log.no, seq, seq)]
    if found.code in _FORK_CODES:
        seq = _first_apart(conn, log) or seq
    rows = conn.execute(
        "SELECT * FROM inbox WHERE no = ? AND last_seq >= ? AND first_seq <= ? ORDER BY kind, arrival LIMIT ?",
        (log.no, seq, seq, _FORKS),
    ).fetchall()
    told = [_of_row(conn, log, inbox.Row(*row), seq) for row in rows]
    unique = {(one.seq, one.hash): one for one in reversed(told) if one is not None}
    return list(reversed(unique.values()))


def rows(conn: Connection, found: Discrepancy, entry: Evidence | None, now: int) -> Rows:
    """Return the rows that it is about."""
    ids = [part for part in map(_id, found.detail.split()) if part]
    members = _members(conn, ids) if found.code in _OF_MEMBERS else []
    lots = _lots(conn, ids) if not members else []
    holders = _holders(conn, [lot.lot for lot in lots])
    logs = _logs(conn, [found.incarnation, *ids]) if found.code in _OF_LOGS else []
    conflict = _conflict(conn, found) if found.code == D.PROFILE_CONFLICT else None
    counts = _counts(entry) if found.code == D.CASH_DIFFERS and entry else []
    price = _price(conn, entry, now) if found.code == D.PRICE_DIFFERS and entry else None
    return Rows(members, lots, holders, logs, conflict, counts, price)


def _first_apart(conn: Connection, log: Incarnation) -> int:
    """Return where another history of a closed log begins; 0: none came yet."""
    query = "SELECT coalesce(min(first_seq), 0) FROM inbox WHERE no = ? AND kind = 1"
    first: int = conn.execute(query, (log.no,)).fetchone()[0]
    return first


def _of_row(conn: Connection, log: Incarnation, row: inbox.Row, seq: int) -> Evidence | None:
    """Tell one entry of a kept batch, its signature and hashes checked anew."""
    kept = row.kind == inbox.LOG
    try:
        batch = inbox.opened(conn, row)
        place = seq - batch.header.first
        return _told(log, seq, batch.entries[place], row.at, batch.hashes[place], log.signing_key, kept=kept)
    except ProtocolError:
        return _told(log, seq, inbox.unpacked(row)[seq - row.first_seq], row.at, b"", b"", kept=kept)


def _told(  # noqa: PLR0917 -- where an entry lies and what vouches for it
    log: Incarnation, seq: int, data: bytes, arrived: int, hash_: bytes, signer: bytes, *, kept: bool
) -> Evidence:
    place = (log.branch, log.incarnation, seq)
    try:
        entry = decode_entry(data, balanced=False)
    except ProtocolError:
        return Evidence(*place, "", 0, arrived, hash_, signer, kept, [], None)
    try:
        body = msgspec.msgpack.decode(entry.body, type=dict[str, Any])
    except msgspec.DecodeError:
        body = None
    lines = [Line(_account(posting.account), posting.unit, posting.amount) for posting in entry.postings]
    return Evidence(*place, entry.kind, entry.at, arrived, hash_, signer, kept, lines, body)


def _account(account: bytes | str) -> str:
    """A lot's account is named by the lot's id."""
    return f"lot:{account.hex()}" if isinstance(account, bytes) else account


def _id(text: str) -> bytes:
    """Read an id of 16 bytes in hexadecimal; b"" for what is none."""
    try:
        found = bytes.fromhex(text)
    except ValueError:
        return b""
    return found if len(found) == 16 else b""


def _members(conn: Connection, ids: list[bytes]) -> list[MemberRow]:
    query = (
        "SELECT m.member, m.masked_name, m.tier, m.day, m.frozen, m.alias_of,"
        " (SELECT count(*) FROM cards c WHERE c.member = m.member),"
        " coalesce((SELECT group_concat(branch, ' ') FROM (SELECT branch FROM seen s WHERE s.member = m.member"
        " ORDER BY branch LIMIT 8)), '') FROM members m WHERE m.member = ?"
    )
    found = [conn.execute(query, (member,)).fetchone() for member in ids]
    return [MemberRow(*row)._replace(frozen=bool(row[4])) for row in found if row]


def _lots(conn: Connection, ids: list[bytes]) -> list[LotRow]:
    query = "SELECT lot, owner, asset, issuer, issued, own, spent, exposure FROM lots WHERE lot = ?"
    found = [conn.execute(query, (lot,)).fetchone() for lot in ids]
    return [LotRow(*row) for row in found if row]


def _holders(conn: Connection, lots: list[bytes]) -> list[HolderRow]:
    query = (
        "SELECT i.branch, i.incarnation, i.state, r.granted, r.born, r.gone, r.suspended, r.exposure"
        " FROM rights r JOIN incarnations i ON i.no = r.no WHERE r.lot = ? ORDER BY r.no DESC LIMIT ?"
    )
    return [HolderRow(*row) for lot in lots for row in conn.execute(query, (lot, _HOLDERS))]


def _logs(conn: Connection, ids: list[bytes]) -> list[LogRow]:
    query = (
        "SELECT branch, node, incarnation, state, closed_reason, acked_seq, applied_seq, said_at, said_arrived"
        " FROM incarnations WHERE incarnation = ?"
    )
    found = [conn.execute(query, (incarnation,)).fetchone() for incarnation in dict.fromkeys(ids)]
    return [LogRow(*row) for row in found if row]


def _conflict(conn: Connection, found: Discrepancy) -> Conflict | None:
    query = "SELECT field, replaced, applied FROM profile_conflicts WHERE discrepancy = ?"
    row = conn.execute(query, (found.discrepancy,)).fetchone()
    return Conflict(*row) if row else None


def _counts(entry: Evidence) -> list[CountRow]:
    """Return what a shift's close says per tender."""
    body = entry.body or {}
    try:
        expected = dict(msgspec.convert(body.get("expected", ()), tuple[CountedCash, ...]))
        counted = dict(msgspec.convert(body.get("counted", ()), tuple[CountedCash, ...]))
    except msgspec.ValidationError:
        return []
    return [CountRow(name, expected.get(name, 0), counted.get(name, 0)) for name in sorted(expected | counted)]


def _price(conn: Connection, entry: Evidence, now: int) -> Price:
    """Price the sale once more, as the finding did; members may have moved to another tier since."""
    try:
        sale = msgspec.convert(entry.body, Sale)
        then = PriceHistory(conn).then(entry.branch, sale, entry.at, business_day(now))
    except (msgspec.ValidationError, ValueError):
        return Price(known=False, tier="", problem="unreadable", lines=[])
    if then is None:
        return Price(known=False, tier="", problem="history_gone", lines=[])
    row = conn.execute("SELECT tier FROM members WHERE member = ?", (sale.member,)).fetchone()
    came = reprice(sale, then, row[0] if row else "")
    lines = [
        PriceRow(
            line.line,
            line.item,
            sale.lines[line.line].name,
            line.expected,
            line.found,
            line.agrees,
            line.steps,
            sale.lines[line.line].discounts,
        )
        for line in came.lines
    ]
    return Price(known=True, tier=came.tier, problem=came.problem, lines=lines)
