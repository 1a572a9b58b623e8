"""Keeping the sums of lots and rights in step: what a book changed is added to them in the transaction that writes it.

Stage 2 alone writes lots and rights, and it knows what each row said before. So the sums cost a few additions a row and
one statement per sum that changed, and are exact at every commit (``ledger.lot_sums`` compares).
"""

from collections import defaultdict
from collections.abc import Sequence

from hq_server.reconcile.book import Book, Held, LotRow
from hq_server.storage.database import Connection

_LOTS = (
    "INSERT INTO lot_sums VALUES (?,?,?,?,?,?) ON CONFLICT (asset, issuer) DO UPDATE SET owed = owed + excluded.owed,"
    " lots = lots + excluded.lots, own = own + excluded.own, set_aside = set_aside + excluded.set_aside"
)
_DAYS = (
    "INSERT INTO lot_days VALUES (?,?,?,?,?) ON CONFLICT (asset, issuer, opened_on) DO UPDATE SET"
    " owed = owed + excluded.owed, lots = lots + excluded.lots"
)
_RIGHTS = (
    "INSERT INTO rights_sums VALUES (?,?,?,?,?,?,?) ON CONFLICT (asset, issuer, no) DO UPDATE SET"
    " held = held + excluded.held, held_lots = held_lots + excluded.held_lots,"
    " suspended = suspended + excluded.suspended, suspended_lots = suspended_lots + excluded.suspended_lots"
)
_OF_LOT = "SELECT no, max(0, granted + born - gone), suspended FROM rights WHERE lot = ?"


class _Lots:
    """Changes of the sums of lots: (asset, issuer, day) → owed, lots; (asset, issuer) → own, set aside."""

    def __init__(self) -> None:
        self.days: defaultdict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
        self.at_hq: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])

    def add(self, row: LotRow) -> None:
        """Take a lot from what the table says of it to what it is."""
        before, after = _owed(row.stood), row.liability()
        if row.was is None:
            if before != after:
                _add(self.days[row.key], after - before, (after != 0) - (before != 0))
        else:
            _add(self.days[row.was], -before, -(before != 0))
            _add(self.days[row.key], after, int(after != 0))
        own, aside = row.stood[1:3]
        if row.was is not None or row.own != own or row.set_aside != aside:
            _add(self.at_hq[(row.was or row.key)[:2]], -own, -aside)
            _add(self.at_hq[row.key[:2]], row.own, row.set_aside)

    def write(self, conn: Connection) -> None:
        """Add the changes to the tables; whole issuers are the sums of their days."""
        issuers = {key: [0, 0, *figures] for key, figures in self.at_hq.items()}
        for (asset, issuer, _), (owed, lots) in self.days.items():
            of_issuer = issuers.setdefault((asset, issuer), [0, 0, 0, 0])
            of_issuer[0] += owed
            of_issuer[1] += lots
        conn.executemany(_DAYS, [(*key, *figures) for key, figures in sorted(self.days.items()) if any(figures)])
        conn.executemany(_LOTS, [(*key, *figures) for key, figures in issuers.items() if any(figures)])


class _Rights:
    """Changes of the sums of rights: (asset, issuer, no) → held, of how many lots, suspended, of how many lots."""

    def __init__(self) -> None:
        self.logs: defaultdict[tuple[str, str, int], list[int]] = defaultdict(lambda: [0, 0, 0, 0])

    def move(self, conn: Connection, row: LotRow, was: tuple[str, str, str]) -> None:
        """Take all rights to a lot from the key it was under to its own, also those that are not in the book."""
        for no, held, suspended in conn.execute(_OF_LOT, (row.lot,)):
            self._change((was[0], was[1], no), held, 0, suspended, 0)
            self._change((row.asset, row.issuer, no), 0, held, 0, suspended)

    def add(self, row: LotRow, no: int, held: Held) -> None:
        """Take a holding from what the table says of it to what it is."""
        left = held.granted + held.born - held.gone
        left = max(left, 0)
        if left != held.had or held.suspended != held.rested:
            self._change((row.asset, row.issuer, no), held.had, left, held.rested, held.suspended)

    def _change(self, key: tuple[str, str, int], had: int, held: int, rested: int, suspended: int) -> None:
        of_log = self.logs[key]
        of_log[0] += held - had
        of_log[1] += (held > 0) - (had > 0)
        of_log[2] += suspended - rested
        of_log[3] += (suspended > 0) - (rested > 0)

    def write(self, conn: Connection) -> None:
        """Add the changes to the table."""
        conn.executemany(_RIGHTS, [(*key, *figures) for key, figures in sorted(self.logs.items()) if any(figures)])


def keep(conn: Connection, book: Book) -> None:
    """Add what `book` changed to the sums; call it before lots and rights are written."""
    lots, rights = _Lots(), _Rights()
    for row in book.lots.values():
        lots.add(row)
        if row.was is not None:
            rights.move(conn, row, row.was)
    for no, holdings in book.holdings.items():
        for lot, held in holdings.items():
            rights.add(book.lots[lot], no, held)
    lots.write(conn)
    rights.write(conn)


def _owed(counters: Sequence[int]) -> int:
    """What a lot's account owes by its counters in the table: ``LotRow.liability``."""
    issued, _, _, transit, spent, refunded, paid_out, withdrawn, expired, exposure = counters
    return issued + exposure - transit - spent + refunded - paid_out - withdrawn - expired


def _add(sums: list[int], first: int, second: int) -> None:
    sums[0] += first
    sums[1] += second
