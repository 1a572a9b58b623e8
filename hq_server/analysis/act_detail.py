"""One act whole: its receipt, what it refers to, and the signed entry that proves it."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from commerce.facts import CountedCash, LotIssue, Sale, SaleLine, Tender, Use
from commerce.moves import Reason
from hq_server.analysis.project import sale_wanted
from hq_server.analysis.reading import read
from hq_server.errors import Code, InputError
from hq_server.ledger import inbox, incarnations, sales
from hq_server.ledger.incarnations import Incarnation
from hq_server.storage.database import Connection
from sync_protocol import batch as batches
from sync_protocol import framing, limits
from sync_protocol.chain import extend
from sync_protocol.entry import decode_entry
from sync_protocol.errors import ProtocolError

LINKS_MAX = 100
"""Acts that one act's page names: more refunds of one sale there are not, of a campaign nobody reads."""


class Line(NamedTuple):
    """A line of a receipt; of a refund ``charged`` is what went back and ``line`` the sold line's number."""

    line: int
    item: str
    name: str
    milli_qty: int
    unit_price: int
    list_amount: int
    charged: int
    rounding: int
    attendant: str
    discounts: tuple[tuple[str, int], ...]


class Moved(NamedTuple):
    """A change of a holder's rights to a lot. ``reason``: its name in ``commerce.moves``."""

    lot: bytes
    asset: str
    reason: str
    amount: int
    counter: int


class Posted(NamedTuple):
    """A line of the double entry; ``account``: a lot's id in hexadecimal, or a name."""

    account: str
    unit: str
    amount: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """The signed entry. ``wrong`` "": signature, chain and hash are right; else what is not.

    HQ's own entries are chained and not signed one by one: they have no batch. ``arrival`` 0 then.
    """

    branch: str
    incarnation: bytes
    node: bytes
    state: str
    signing_key: bytes
    seq: int
    hash: bytes
    entry: bytes
    arrival: int
    received_at: int
    kept: bool
    first: int
    last: int
    previous_head: bytes
    new_head: bytes
    signature: bytes
    header: bytes
    wrong: str


@dataclass(frozen=True, slots=True)
class Detail:
    """All of one act beside its row in ``acts``; ``links``: numbers of acts that it refers to or that refer to it."""

    body: Any
    lines: tuple[Line, ...]
    tenders: tuple[Tender, ...]
    uses: tuple[Use, ...]
    lots: tuple[LotIssue, ...]
    counted: tuple[CountedCash, ...]
    expected: tuple[CountedCash, ...]
    moves: tuple[Moved, ...]
    postings: tuple[Posted, ...]
    links: tuple[int, ...]
    evidence: Evidence


def detail(conn: Connection, n: int) -> Detail:
    """Read an act from its entry; InputError ``unknown_row`` when it has not been followed."""
    row = conn.execute("SELECT no, seq, hash FROM acts WHERE n = ?", (n,)).fetchone()
    if row is None:
        raise InputError(Code.UNKNOWN_ROW)
    evidence = _evidence(conn, sales.Where(*row))
    body = read(evidence.entry)[1]
    moves, postings = _envelope(conn, evidence.entry)
    return Detail(
        body,
        _lines(conn, body),
        tuple(getattr(body, "tenders", ())),
        tuple(getattr(body, "uses", ())),
        _issued(body),
        tuple(getattr(body, "counted", ())),
        tuple(getattr(body, "expected", ())) if hasattr(body, "counted") else (),
        moves,
        postings,
        _links(conn, n),
        evidence,
    )


def _issued(body: Any) -> tuple[LotIssue, ...]:  # noqa: ANN401  a body of any kind
    earned = getattr(body, "earned", None)
    return (*getattr(body, "lots", ()), *((earned,) if earned else ()))


def _lines(conn: Connection, body: Any) -> tuple[Line, ...]:  # noqa: ANN401  a body of any kind
    """The receipt's lines; a refund's with the names of the sale's, as far as that is known."""
    if isinstance(body, Sale):
        return tuple(_sold(n, line) for n, line in enumerate(body.lines))
    sale = sale_wanted(body)
    if not sale:
        return ()
    try:
        known = sales.body(conn, sale)
    except InputError:
        known = None
    sold = known.lines if known else ()
    return tuple(
        (_sold(back.line, sold[back.line]) if 0 <= back.line < len(sold) else _unknown(back.line))._replace(
            milli_qty=back.milli_qty, charged=back.amount, rounding=back.rounding
        )
        for back in body.lines
    )


def _sold(n: int, line: SaleLine) -> Line:
    return Line(
        n,
        line.item,
        line.name,
        line.milli_qty,
        line.unit_price,
        line.list_amount,
        line.charged,
        line.rounding,
        line.attendant,
        line.discounts,
    )


def _unknown(n: int) -> Line:
    """A line of a sale that has not arrived."""
    return Line(n, "", "", 0, 0, 0, 0, 0, "", ())


def _envelope(conn: Connection, data: bytes) -> tuple[tuple[Moved, ...], tuple[Posted, ...]]:
    """Moves and postings; nothing of an entry that cannot be read."""
    try:
        entry = decode_entry(data, balanced=False)
    except ProtocolError:
        return (), ()
    assets = {
        move.lot: asset
        for move in entry.moves
        for (asset,) in conn.execute("SELECT asset FROM lots WHERE lot = ?", (move.lot,))
    }
    moves = tuple(
        Moved(move.lot, assets.get(move.lot, ""), reason_name(move.reason), move.amount, move.counter)
        for move in entry.moves
    )
    return moves, tuple(Posted(_account(account), unit, amount) for account, unit, amount in entry.postings)


def reason_name(reason: int) -> str:
    """What a move's reason is called; its number when this version does not know it."""
    return Reason(reason).name.lower() if reason in Reason._value2member_map_ else str(reason)


def _account(account: bytes | str) -> str:
    return account.hex() if isinstance(account, bytes) else account


def _links(conn: Connection, n: int) -> tuple[int, ...]:
    """Acts of the same id (a claim's three), those that it refers to, and those that refer to it."""
    id_, ref = conn.execute("SELECT id, ref FROM acts WHERE n = ?", (n,)).fetchone()
    found: set[int] = set()
    for sql, value in (
        ("SELECT n FROM acts INDEXED BY acts_by_id WHERE id <> x'' AND id = ? AND kind = 'refund'", id_),
        ("SELECT n FROM acts INDEXED BY acts_by_id WHERE id <> x'' AND id = ?", ref),
        ("SELECT n FROM acts INDEXED BY acts_by_ref WHERE ref <> x'' AND ref = ?", id_),
    ):
        if value:
            found.update(row[0] for row in conn.execute(f"{sql} LIMIT ?", (value, LINKS_MAX)))
    return tuple(sorted(found - {n}))[:LINKS_MAX]


def _evidence(conn: Connection, where: sales.Where) -> Evidence:
    """Find the entry where it lies, and check it again: a damaged disk is told here."""
    log = incarnations.by_no(conn, where.no)
    if log.state == incarnations.HQ_LOG:
        return _own(conn, log, where.seq)
    row = _row(conn, where)
    assert row is not None  # an entry that was applied is never dropped
    header, entry, hash_, wrong = batches.peek_header(row.batch), b"", b"", ""
    try:
        opened = inbox.opened(conn, row)
        place = where.seq - opened.header.first
        entry, hash_ = opened.entries[place], opened.hashes[place]
    except ProtocolError as error:
        wrong = error.code.value
    head, _, signature = framing.split(row.batch, limits.MAX_HEADER, limits.MAX_BATCH)
    return Evidence(
        branch=log.branch,
        incarnation=log.incarnation,
        node=log.node,
        state=log.state,
        signing_key=log.signing_key,
        seq=where.seq,
        hash=hash_,
        entry=entry,
        arrival=row.arrival,
        received_at=row.at,
        kept=row.kind == inbox.LOG,
        first=header.first,
        last=header.last,
        previous_head=header.previous_head,
        new_head=header.new_head,
        signature=signature,
        header=head,
        wrong=wrong,
    )


def _row(conn: Connection, where: sales.Where) -> inbox.Row | None:
    """The batch that holds an entry."""
    if not where.hash:
        return inbox.holding(conn, where.no, where.seq)
    sql = "SELECT arrival FROM evidence WHERE no = ? AND seq = ? AND hash = ?"
    return inbox.by_arrival(conn, conn.execute(sql, where).fetchone()[0])


def _own(conn: Connection, log: Incarnation, seq: int) -> Evidence:
    """An entry of HQ's own log, with the hash that it leads to."""
    sql = "SELECT hash, entry FROM own_log WHERE no = ? AND seq = ?"
    hash_, entry = conn.execute(sql, (log.no, seq)).fetchone()
    before = inbox.hash_at(conn, log.no, seq - 1)
    right = before is not None and extend(before, entry) == hash_
    envelope = read(entry)[0]
    return Evidence(
        branch=log.branch,
        incarnation=log.incarnation,
        node=log.node,
        state=log.state,
        signing_key=log.signing_key,
        seq=seq,
        hash=hash_,
        entry=entry,
        arrival=0,
        received_at=envelope.at if envelope else 0,
        kept=True,
        first=seq,
        last=seq,
        previous_head=before or b"",
        new_head=hash_,
        signature=b"",
        header=b"",
        wrong="" if right else "broken_chain",
    )
