"""What is owed to members: by the branch that issued it and by age, and where the rights to use it lie.

Age counts from the day a lot was opened, in the buckets that auditors ask for. All is read from the sums that stage 2
keeps with lots and rights, by day.
"""

from datetime import date, timedelta
from typing import NamedTuple

from hq_server.storage.database import Connection

BUCKETS = (30, 90, 180, 365)
"""The last day of each age but the last: 0-30, 31-90, 91-180, 181-365, more."""


class Aged(NamedTuple):
    """What one issuer owes in one asset, by age in days; the ages add up to ``owed``. ``lots``: not at zero."""

    issuer: str
    asset: str
    to_30: int
    to_90: int
    to_180: int
    to_365: int
    older: int
    owed: int
    lots: int


class Held(NamedTuple):
    """Rights of one issuer's lots at one holder; the amounts of an issuer add up to what it owes.

    ``state``: ``open``; ``suspended`` (its log was closed); ``own`` and ``aside`` of HQ.
    """

    issuer: str
    holder: str
    state: str
    amount: int


_BY_AGE = """
SELECT issuer, CASE WHEN opened_on >= ? THEN 0 WHEN opened_on >= ? THEN 1 WHEN opened_on >= ? THEN 2
                    WHEN opened_on >= ? THEN 3 ELSE 4 END AS age, sum(owed), sum(lots)
FROM lot_days WHERE asset = ? GROUP BY issuer, age
"""


def owed(conn: Connection, issuer: str = "") -> dict[str, int]:
    """Return what members hold now, by asset, wherever the rights lie; of one `issuer`, or of the whole chain."""
    where, values = (" WHERE issuer = ?", (issuer,)) if issuer else ("", ())
    return dict(conn.execute(f"SELECT asset, sum(owed) FROM lot_sums{where} GROUP BY asset", values).fetchall())  # noqa: S608  our own words


def by_age(conn: Connection, asset: str, day: str) -> list[Aged]:
    """Return one line an issuer, in one asset, as it stands now with ages counted on a day 'YYYY-MM-DD'."""
    until = date.fromisoformat(day)
    since = [(until - timedelta(days=days)).isoformat() for days in BUCKETS]
    ages: dict[str, list[int]] = {}
    lots: dict[str, int] = {}
    for issuer, age, amount, count in conn.execute(_BY_AGE, (*since, asset)):
        ages.setdefault(issuer, [0] * (len(BUCKETS) + 1))[age] = amount
        lots[issuer] = lots.get(issuer, 0) + count
    lines = []
    for issuer, (first, second, third, fourth, older) in sorted(ages.items()):
        if lots[issuer]:
            total = first + second + third + fourth + older
            lines.append(Aged(issuer, asset, first, second, third, fourth, older, total, lots[issuer]))
    return lines


def holders(conn: Connection, asset: str) -> list[Held]:
    """Return where the rights to one asset lie, by issuer."""
    found: dict[tuple[str, str, str], int] = {}
    for issuer, own, aside in conn.execute("SELECT issuer, own, set_aside FROM lot_sums WHERE asset = ?", (asset,)):
        found[issuer, "HQ", "own"] = own
        found[issuer, "HQ", "aside"] = aside
    query = (
        "SELECT r.issuer, i.branch, i.state, r.held, r.suspended FROM rights_sums r"
        " JOIN incarnations i USING (no) WHERE r.asset = ?"
    )
    for issuer, branch, state, held, suspended in conn.execute(query, (asset,)):
        place, amount = ("open", held) if state in {"open", "adopting"} else ("suspended", suspended)
        key = (issuer, branch, place)
        found[key] = found.get(key, 0) + amount
    return [Held(*key, amount) for key, amount in sorted(found.items()) if amount]
