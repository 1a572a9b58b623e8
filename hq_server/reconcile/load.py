"""Filling the book with what a run of entries touches: few statements, whatever the run's length."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from commerce.accounts import HQ
from commerce.facts import Claim, Entitlement, IncarnationClosed, IncarnationReleased, Refund, Release, ShiftAct
from commerce.facts import Tender as _Tender
from commerce.moves import MONEY, MONEY_ASSETS, Reason
from commerce.plans.row import plan_of
from hq_server.ledger import entitlements, meta, sales
from hq_server.ledger import terms as terms_table
from hq_server.reconcile import tolerances
from hq_server.reconcile.book import CLEARED, Book, ClaimState, Held, Log, LotRow, is_plain
from hq_server.reconcile.reading import Reading, SaleView, money_of
from hq_server.storage.bulk import select_in
from hq_server.storage.database import Connection

_REFUND = int(Reason.REFUND)
_HQ_ALONE = int(Reason.GRANT)
_LOTS = (
    "SELECT lot, owner, owner_kind = 'member', asset, issuer, opened_on, expires_on, terms, issued, own, "
    "set_aside, transit, spent, refunded, paid_out, withdrawn, expired, exposure FROM lots WHERE lot IN ({})"
)
_RIGHTS = "SELECT lot, granted, born, gone, suspended, exposure FROM rights WHERE no = ? AND lot IN ({})"
_LOGS = "SELECT no, incarnation, node, branch, state FROM incarnations"
_CLAIMS = "SELECT claim, sale, seller, seller_no, claimant, claimant_no, state, paid, answer FROM claims "


class _Money(msgspec.Struct):
    """The one part of a release that a payment is compared with."""

    tenders: tuple[_Tender, ...]


_MONEY = msgspec.msgpack.Decoder(_Money)


class Touch:
    """What a run of entries names: collected first, so that each table is read once."""

    def __init__(self) -> None:
        self.lots: dict[int, set[bytes]] = {}  # per log whose holdings are needed
        self.of_ref: dict[bytes, set[bytes]] = {}  # per incarnation that a move of HQ names
        self.whole: set[bytes] = set()  # incarnations of which every holding is needed
        self.back: set[bytes] = set()  # sales of which something comes back
        self.named: set[bytes] = set()  # sales that claims name
        self.claims: set[bytes] = set()
        self.entitlements: set[bytes] = set()

    def add(self, reading: Reading) -> None:
        """Collect from one entry."""
        envelope = reading.envelope
        if envelope is None:
            return
        if envelope.moves:
            lots = self.lots.get(reading.no)
            if lots is None:
                lots = self.lots[reading.no] = set()
            for lot, reason, _, _, ref in envelope.moves:
                lots.add(lot)
                if reason == _REFUND:
                    self.back.add(ref)
                elif reason >= _HQ_ALONE:
                    self.of_ref.setdefault(ref, set()).add(lot)
        if reading.body is not None and type(reading.body) is not SaleView:
            self._body(reading.body)

    def _body(self, body: object) -> None:
        if isinstance(body, Refund | Release):
            self.back.add(body.sale)
        elif isinstance(body, Claim):
            self.named.add(body.sale)
        elif isinstance(body, IncarnationClosed | IncarnationReleased):
            self.whole.add(body.incarnation)
        elif isinstance(body, Entitlement):
            self.entitlements.add(body.entitlement)
        claim = getattr(body, "claim", b"")
        if claim:
            self.claims.add(claim)


def load(conn: Connection, readings: Sequence[Reading]) -> Book:
    """Return a book that holds everything these entries touch."""
    touch = Touch()
    for reading in readings:
        touch.add(reading)
    book = Book()
    _logs(conn, book, {reading.no for reading in readings}, touch.whole | touch.of_ref.keys())
    book.period = conn.execute("SELECT max(n) FROM periods").fetchone()[0]
    book.due = meta.get(conn, meta.EXPIRY_DUE, "")
    branches = {book.logs[no].branch for no in {reading.no for reading in readings}} - {HQ}
    if any(isinstance(reading.body, ShiftAct) for reading in readings):
        book.tolerances = tolerances.of_branches(conn, branches)
    book.turnovers = dict(select_in(conn, "SELECT branch, amount FROM turnovers WHERE branch IN ({})", branches))
    for incarnation in touch.whole & book.numbers.keys():
        no = book.numbers[incarnation]
        _holdings(book, no, conn.execute(_RIGHTS.replace("AND lot IN ({})", ""), (no,)))
        touch.lots.setdefault(no, set()).update(book.holdings.get(no, ()))
    for incarnation, lots in touch.of_ref.items():
        if incarnation in book.numbers:
            touch.lots.setdefault(book.numbers[incarnation], set()).update(lots)
    for no, lots in touch.lots.items():
        known = book.holdings.get(no, {})
        if not book.logs[no].is_hq:
            _holdings(book, no, select_in(conn, _RIGHTS, lots - known.keys(), no))
    _lots(conn, book, set().union(*touch.lots.values()))
    _claims(conn, book, touch.claims)
    book.entitlements = entitlements.by_ids(conn, touch.entitlements)
    _sales(conn, book, touch, readings)
    if book.claims or touch.claims:
        # a claim may name any branch; without one a step reads only the logs it touches, for a chain has thousands
        for row in conn.execute(_LOGS):
            book.add_log(Log(*row))
    _logs(conn, book, {where.no for where in book.sales.values()} - book.logs.keys(), ())
    return book


def _logs(conn: Connection, book: Book, numbers: Iterable[int], incarnations: Iterable[bytes]) -> None:
    """Make incarnations known to the book, by number and by id."""
    rows = select_in(conn, _LOGS + " WHERE no IN ({})", numbers)
    named = select_in(conn, _LOGS + " WHERE incarnation IN ({})", incarnations)
    for row in (*rows, *named):
        book.add_log(Log(*row))


def load_sale_entries(conn: Connection, book: Book, named: Iterable[bytes]) -> None:
    """Fetch the entries of known sales from where they lie."""
    for sale in named:
        where = book.sales.get(sale)
        entry = sales.entry(conn, where) if where is not None and sale not in book.entries else None
        if entry is not None:
            book.entries[sale] = entry


def entries_of_run(book: Book, readings: Sequence[Reading]) -> None:
    """Keep the entries of this run's own sales that something comes back of."""
    for reading in readings:
        body = reading.body
        if type(body) is SaleView and body.sale in book.awaited:
            book.entries.setdefault(body.sale, reading.entry)


def _holdings(book: Book, no: int, rows: Iterable[tuple[Any, ...]]) -> None:
    """Put holdings into the book. Slots are set one by one: half the time of a constructor, thousands a step."""
    closed = not book.logs[no].is_open
    of_log = book.holdings.setdefault(no, {})
    new = Held.__new__
    for lot, granted, born, gone, suspended, exposure in rows:
        held = of_log[lot] = new(Held)
        held.granted = granted
        held.born = born
        held.gone = gone
        held.suspended = suspended
        held.exposure = exposure
        held.closed = closed
        left = granted + born - gone
        held.had = left if left > 0 else 0
        held.rested = suspended


def _lots(conn: Connection, book: Book, lots: set[bytes]) -> None:
    """Read lots with their terms; slots are set one by one as for holdings."""
    rows = list(select_in(conn, _LOTS, lots))
    rules = {
        number: (terms, is_plain(terms))
        for number, terms in terms_table.by_numbers(conn, {row[7] for row in rows}).items()
    }
    new = LotRow.__new__
    for lot, owner, of_member, asset, issuer, opened_on, expires_on, number, *counters in rows:
        row = book.lots[lot] = new(LotRow)
        row.lot = lot
        row.issue = None
        row.fresh = False
        row.owner = owner if of_member else b""
        row.asset = asset
        row.unit = MONEY if asset in MONEY_ASSETS else asset
        row.issuer = issuer
        row.terms, row.plain = rules[number]
        row.cleared = asset in CLEARED
        if not row.cleared and plan_of(asset):
            row.cleared, row.plain = True, False
        row.known = opened_on != ""
        row.opened_on = opened_on
        row.expires_on = expires_on
        row.stood = counters
        row.was = None
        (
            row.issued, row.own, row.set_aside, row.transit, row.spent, row.refunded, row.paid_out, row.withdrawn,
            row.expired, row.exposure,
        ) = counters  # fmt: skip


def _claims(conn: Connection, book: Book, named: set[bytes]) -> None:
    """Read unanswered claims, which sales and closes may concern, and those that the entries name."""
    rows = [
        *conn.execute(_CLAIMS),
        *select_in(conn, _CLAIMS.split("WHERE", maxsplit=1)[0] + "WHERE claim IN ({})", named),
    ]
    for row in rows:
        money = money_of(_MONEY.decode(row[-1]).tenders) if row[-1] else 0
        book.claims[row[0]] = ClaimState(*row[:-1], money)  # type: ignore[call-arg]


def _sales(conn: Connection, book: Book, touch: Touch, readings: Sequence[Reading]) -> None:
    """Read where the named sales lie, and of those of which something comes back, the entry and what remains."""
    book.awaited = touch.back | touch.named | {claim.sale for claim in book.claims.values()}
    if not book.awaited:
        return
    for sale, no, seq, hash_, remains in select_in(
        conn, "SELECT sale, no, seq, hash, remains FROM sales WHERE sale IN ({})", book.awaited
    ):
        book.sales[sale] = sales.Where(no, seq, hash_)
        if remains is not None:
            book.remains[sale] = sales.decode_remains(remains)
    load_sale_entries(conn, book, touch.back)
    entries_of_run(book, readings)
