"""The clearing matrix as somebody reads it: the largest sides first, a part of rows and columns, and what is left out.

Whatever is not shown is told as exact rests, so that each row, each column and the whole add up to the books' totals.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from hq_server.head_office.settlement import Period, period
from hq_server.storage.database import Connection

SIDES_MAX = 40
"""Rows or columns of one part: a square of more is nobody's reading."""


class Side(NamedTuple):
    """A row (debtor) or a column (creditor) of the part.

    ``rank``: 1 the side with the largest dealings; ``owes``, ``owed``: in all; ``rest``: of a row what it owes to sides
    that are no column here, of a column what sides that are no row here owe to it.
    """

    side: str
    rank: int
    owes: int
    owed: int
    rest: int


class Amount(NamedTuple):
    """What `debtor` owes `creditor`, all that was asked for added up."""

    debtor: str
    creditor: str
    amount: int


class Asked(NamedTuple):
    """Which part: of one column of the books ("" all), rows and columns whose side contains a text, from a place on."""

    column: str = ""
    debtor: str = ""
    creditor: str = ""
    debtors_from: int = 0
    creditors_from: int = 0
    limit: int = SIDES_MAX


class Grid(NamedTuple):
    """A part of the matrix. ``rest``: between sides that are neither row nor column here; ``most``: the largest cell.

    ``debtors_found``, ``creditors_found``: how many meet the texts; ``sides``: how many take part at all.
    """

    period: Period
    columns: tuple[str, ...]
    debtors: tuple[Side, ...]
    creditors: tuple[Side, ...]
    cells: tuple[Amount, ...]
    rest: int
    total: int
    most: int
    sides: int
    debtors_found: int
    creditors_found: int


class _Sums:
    """What each side owes and is owed."""

    def __init__(self, cells: Collection[Amount]) -> None:
        self.owes: dict[str, int] = {}
        self.owed: dict[str, int] = {}
        gross: dict[str, int] = {}
        for debtor, creditor, amount in cells:
            self.owes[debtor] = self.owes.get(debtor, 0) + amount
            self.owed[creditor] = self.owed.get(creditor, 0) + amount
            for side in (debtor, creditor):
                gross[side] = gross.get(side, 0) + abs(amount)
        self.ranked = sorted(gross, key=lambda side: (-gross[side], side))


def grid(conn: Connection, n: int, asked: Asked, names: Mapping[str, str]) -> Grid:
    """Return a part of the matrix of period `n` (0: the open one); InputError ``unknown_period``.

    `names`: what sides are called; a text is looked for in codes and names.
    """
    found = period(conn, n)
    columns = tuple(
        column
        for (column,) in conn.execute(
            "SELECT DISTINCT col FROM clearing_totals WHERE period = ? AND amount <> 0 ORDER BY col", (found.n,)
        )
    )
    query = (
        "SELECT debtor, creditor, sum(amount) FROM clearing_totals WHERE period = ?1 AND ?2 IN ('', col)"
        " GROUP BY debtor, creditor HAVING sum(amount) <> 0"
    )
    cells = [Amount(*row) for row in conn.execute(query, (found.n, asked.column))]
    sums = _Sums(cells)
    debtors = _meeting(sums.ranked, asked.debtor, names)
    creditors = _meeting(sums.ranked, asked.creditor, names)
    rows = debtors[asked.debtors_from : asked.debtors_from + asked.limit]
    heads = creditors[asked.creditors_from : asked.creditors_from + asked.limit]
    shown = _within(cells, rows, heads)
    kept = _Sums(shown)
    ranks = {side: n for n, side in enumerate(sums.ranked, 1)}

    def side(name: str, rest: int) -> Side:
        return Side(name, ranks[name], sums.owes.get(name, 0), sums.owed.get(name, 0), rest)

    made_rows = tuple(side(name, sums.owes.get(name, 0) - kept.owes.get(name, 0)) for name in rows)
    made_heads = tuple(side(name, sums.owed.get(name, 0) - kept.owed.get(name, 0)) for name in heads)
    total = sum(cell.amount for cell in cells)
    return Grid(
        found,
        columns,
        made_rows,
        made_heads,
        tuple(shown),
        total - sum(one.owes for one in made_rows) - sum(one.rest for one in made_heads),
        total,
        max((abs(cell.amount) for cell in cells), default=0),
        len(sums.ranked),
        len(debtors),
        len(creditors),
    )


def _meeting(sides: list[str], text: str, names: Mapping[str, str]) -> list[str]:
    """Return the sides whose code or name contains a text, whatever its case."""
    wanted = text.strip().casefold()
    return [side for side in sides if wanted in side.casefold() or wanted in names.get(side, "").casefold()]


def _within(cells: Collection[Amount], rows: Collection[str], heads: Collection[str]) -> list[Amount]:
    """Return the cells of the part."""
    of_rows, of_heads = set(rows), set(heads)
    return [cell for cell in cells if cell.debtor in of_rows and cell.creditor in of_heads]
