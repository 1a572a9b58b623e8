"""What is owed to members: by the branch that issued it and by age, and where the rights to use it lie.

Age counts from the day a lot was opened, in the buckets that auditors ask for.
"""

from datetime import date, timedelta
from typing import NamedTuple

from hq_server.analysis.trial_balance import OWED
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
                    WHEN opened_on >= ? THEN 3 ELSE 4 END AS age, sum({owed}), sum({owed} <> 0)
FROM lots WHERE asset = ? GROUP BY issuer, age
"""


def by_age(conn: Connection, asset: str, day: str) -> list[Aged]:
    """Return one line an issuer, in one asset, as it stands now with ages counted on a day 'YYYY-MM-DD'."""
    until = date.fromisoformat(day)
    since = [(until - timedelta(days=days)).isoformat() for days in BUCKETS]
    query = _BY_AGE.format(owed=OWED)
    ages: dict[str, list[int]] = {}
    lots: dict[str, int] = {}
    for issuer, age, owed, count in conn.execute(query, (*since, asset)):
        ages.setdefault(issuer, [0] * (len(BUCKETS) + 1))[age] = owed
        lots[issuer] = lots.get(issuer, 0) + count
    lines = []
    for issuer, (first, second, third, fourth, older) in sorted(ages.items()):
        if lots[issuer]:
            owed = first + second + third + fourth + older
            lines.append(Aged(issuer, asset, first, second, third, fourth, older, owed, lots[issuer]))
    return lines


def holders(conn: Connection, asset: str) -> list[Held]:
    """Return where the rights to one asset lie, by issuer. Reads every holding of the asset's lots."""
    found: dict[tuple[str, str, str], int] = {}
    query = "SELECT issuer, sum(own), sum(set_aside) FROM lots WHERE asset = ? GROUP BY issuer"
    for issuer, own, aside in conn.execute(query, (asset,)):
        found[issuer, "HQ", "own"] = own
        found[issuer, "HQ", "aside"] = aside
    states = {no: (branch, state) for no, branch, state in conn.execute("SELECT no, branch, state FROM incarnations")}
    query = (
        "SELECT l.issuer, r.no, sum(r.granted + r.born - r.gone), sum(r.suspended) FROM lots l"
        " JOIN rights r ON r.lot = l.lot WHERE l.asset = ? GROUP BY l.issuer, r.no"
    )
    for issuer, no, rights, suspended in conn.execute(query, (asset,)):
        branch, state = states[no]
        place, amount = ("open", rights) if state in {"open", "adopting"} else ("suspended", suspended)
        key = (issuer, branch, place)
        found[key] = found.get(key, 0) + amount
    return [Held(*key, amount) for key, amount in sorted(found.items()) if amount]
