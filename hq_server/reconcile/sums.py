"""Keeping the sums of lots and rights in step: what a book changed is added to them in the transaction that writes it.

Stage 2 alone writes lots and rights, and it knows what each row said before. So the sums cost a few additions a row and
one statement per sum that changed, and are exact at every commit (``ledger.lot_sums`` compares).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

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


_Key = tuple[str, str, str]


class _Changes:
    """By how much sums change.

    ``days``: (asset, issuer, day) → owed, lots; ``at_hq``: (asset, issuer) → own, set aside; ``rights``: (asset,
    issuer, no) → held, of how many lots, suspended, of how many lots.
    """

    def __init__(self) -> None:
        self.days: defaultdict[_Key, list[int]] = defaultdict(lambda: [0, 0])
        self.at_hq: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        self.rights: defaultdict[tuple[str, str, int], list[int]] = defaultdict(lambda: [0, 0, 0, 0])

    def lots(self, rows: Iterable[LotRow]) -> None:
        """Take lots from what the table says of them to what they are: thousands a step, so without a call a figure."""
        for row in rows:
            issued, own, aside, transit, spent, refunded, paid_out, withdrawn, expired, exposure = row.stood
            before = issued + exposure - transit - spent + refunded - paid_out - withdrawn - expired
            after = row.liability()
            if row.was is not None:
                self._lot(row.was, -before, -(before != 0), -own, -aside)
                self._lot(row.key, after, int(after != 0), row.own, row.set_aside)
                continue
            if after != before:
                day = self.days[row.asset, row.issuer, row.opened_on]
                day[0] += after - before
                if not before or not after:
                    day[1] += 1 if after else -1
            if row.own != own or row.set_aside != aside:
                at_hq = self.at_hq[row.asset, row.issuer]
                at_hq[0] += row.own - own
                at_hq[1] += row.set_aside - aside

    def holdings(self, no: int, held_lots: Mapping[bytes, Held], lots: Mapping[bytes, LotRow]) -> None:
        """Take what a log holds from what the table says to what it is."""
        for lot, held in held_lots.items():
            left = held.granted + held.born - held.gone
            left = left if left > 0 else 0
            had, rested, suspended = held.had, held.rested, held.suspended
            if left != had or suspended != rested:
                row = lots[lot]
                of_log = self.rights[row.asset, row.issuer, no]
                of_log[0] += left - had
                of_log[1] += (left > 0) - (had > 0)
                of_log[2] += suspended - rested
                of_log[3] += (suspended > 0) - (rested > 0)

    def move(self, was: _Key, now: _Key, no: int, held: int, suspended: int) -> None:
        """Take a log's rights to a lot from one key to the other."""
        figures = (held, held > 0, suspended, suspended > 0)
        for key, sign in ((was, -1), (now, 1)):
            of_log = self.rights[key[0], key[1], no]
            for n, figure in enumerate(figures):
                of_log[n] += sign * figure

    def _lot(self, key: _Key, owed: int, lots: int, own: int, aside: int) -> None:
        day, at_hq = self.days[key], self.at_hq[key[:2]]
        day[0] += owed
        day[1] += lots
        at_hq[0] += own
        at_hq[1] += aside

    def write(self, conn: Connection) -> None:
        """Add the changes to the tables; whole issuers are the sums of their days."""
        issuers = {key: [0, 0, *figures] for key, figures in self.at_hq.items()}
        for (asset, issuer, _), (owed, lots) in self.days.items():
            of_issuer = issuers.setdefault((asset, issuer), [0, 0, 0, 0])
            of_issuer[0] += owed
            of_issuer[1] += lots
        conn.executemany(_DAYS, [(*key, *figures) for key, figures in sorted(self.days.items()) if any(figures)])
        conn.executemany(_LOTS, [(*key, *figures) for key, figures in issuers.items() if any(figures)])
        conn.executemany(_RIGHTS, [(*key, *figures) for key, figures in sorted(self.rights.items()) if any(figures)])


def keep(conn: Connection, book: Book) -> None:
    """Add what `book` changed to the sums; call it before lots and rights are written."""
    changes = _Changes()
    changes.lots(book.lots.values())
    for row in book.lots.values():
        if row.was is not None:  # all rights to it move along, also those that are not in the book
            for no, held, suspended in conn.execute(_OF_LOT, (row.lot,)):
                changes.move(row.was, row.key, no, held, suspended)
    for no, holdings in book.holdings.items():
        changes.holdings(no, holdings, book.lots)
    changes.write(conn)
