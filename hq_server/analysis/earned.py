"""What attendants served, summed by the terms of commission that held on the day: per attendant, not per item.

The terms are head office's and people change them, also for days that are past. A change marks the months from its day
on (``earned_until``); until the follower has summed these anew, reports read them from what each served of each item.
"""

from collections.abc import Mapping
from types import MappingProxyType

from hq_server.analysis.rows import STAFF, Rows
from hq_server.storage.database import Connection

NEVER = "9999-99"
"""Behind all months: nothing is marked."""
UNTOLD = -1
"""Stands for thousandths where nobody has said any terms."""

_KEYS = ("branch", "staff", "per_mille", "each_one")
_FIGURES = STAFF.figures
TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"day_earned": ("day", *_KEYS, *_FIGURES), "month_earned": ("month", *_KEYS, *_FIGURES)}
)
"""What is kept → its columns."""

_TERMS = """
SELECT commission_per_mille, commission_each FROM product_terms WHERE item = ? AND from_day <= ?
ORDER BY from_day DESC LIMIT 1
"""
_ADD = (
    "INSERT INTO {schema}.{table} VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET"
    " quantity = quantity + excluded.quantity, charged = charged + excluded.charged, count = count + excluded.count"
)
_DAYS = f"""
INSERT INTO day_earned
SELECT s.day, s.branch, s.staff, coalesce(t.commission_per_mille, {UNTOLD}) AS per_mille,
    coalesce(t.commission_each, 0) AS each_one, sum(s.quantity), sum(s.charged), sum(s.count)
FROM day_staff s LEFT JOIN product_terms t ON t.item = s.item AND t.from_day = (
    SELECT max(from_day) FROM product_terms WHERE item = s.item AND from_day <= s.day
)
WHERE s.day BETWEEN ?1 || '-01' AND ?1 || '-31' GROUP BY s.day, s.branch, s.staff, per_mille, each_one
"""  # noqa: S608  our own words
_MONTH = """
INSERT INTO month_earned
SELECT ?1, branch, staff, per_mille, each_one, sum(quantity), sum(charged), sum(count) FROM day_earned
WHERE day BETWEEN ?1 || '-01' AND ?1 || '-31' GROUP BY branch, staff, per_mille, each_one
"""

Rate = tuple[int, int]
"""Thousandths of what was charged, and minor units a piece."""


def add(conn: Connection, rows: Rows, schema: str) -> None:
    """Add what a chunk's attendants served, by the terms as they stand."""
    rates: dict[tuple[str, str], Rate] = {}
    days: dict[tuple[object, ...], list[int]] = {}
    months: dict[tuple[object, ...], list[int]] = {}
    for key, figures in rows.sums[STAFF.name].items():
        day, branch, staff, item = (str(part) for part in key)
        rate = rates.get((item, day))
        if rate is None:
            rate = rates[item, day] = conn.execute(_TERMS, (item, day)).fetchone() or (UNTOLD, 0)
        for sums, when in ((days, day), (months, day[: len(NEVER)])):
            there = sums.setdefault((when, branch, staff, *rate), [0] * len(figures))
            for place, value in enumerate(figures):
                there[place] += value
    for table, sums in zip(TABLES, (days, months), strict=True):
        values = [(*key, *sums[key]) for key in sorted(sums)]
        conn.executemany(_ADD.format(schema=schema, table=table), values)


def until(conn: Connection) -> str:
    """Return the month ('YYYY-MM') from which on sums are not of the present terms; ``NEVER`` when all are."""
    row = conn.execute("SELECT month FROM earned_until").fetchone()
    month: str = row[0]
    return month


def step(conn: Connection) -> bool:
    """Sum the first marked month anew, in the caller's transaction; whether there was one."""
    marked = until(conn)
    if marked >= NEVER:
        return False
    month, following = conn.execute(
        "SELECT min(month), (SELECT min(month) FROM month_staff WHERE month > (SELECT min(month) FROM month_staff"
        " WHERE month >= ?1)) FROM month_staff WHERE month >= ?1",
        (marked,),
    ).fetchone()
    if month is not None:
        conn.execute("DELETE FROM day_earned WHERE day BETWEEN ?1 || '-01' AND ?1 || '-31'", (month,))
        conn.execute("DELETE FROM month_earned WHERE month = ?", (month,))
        conn.execute(_DAYS, (month,))
        conn.execute(_MONTH, (month,))
    conn.execute("UPDATE earned_until SET month = ?", (following or NEVER,))
    return True
