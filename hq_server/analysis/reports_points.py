"""Points that members hold: how many, how old, when they end, and what they are worth by the chain's rule."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from commerce.errors import InputError
from commerce.points import RedeemRule, check_redeem_rule
from commerce.reference import CHAIN_FEED, SettingRow
from hq_server.analysis.reports_source import Source
from hq_server.ledger.lot_sums import OWED
from hq_server.storage.database import Connection

AGES = (90, 180, 365, 730)
"""Upper ends of the steps of age, in days since a lot was opened; the last step is open."""

GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "branch": "issuer",
        "age": "CAST(CASE {steps} ELSE {last} END AS TEXT)",
        "expiry": "substr(expires_on, 1, 7)",
    }
)
"""How points are gathered → the expression: the branch that gave them, their age in steps, the month they end in."""

_POINTS = """
SELECT {group} AS part, count(*) AS lots, sum(left_over) AS points,
    sum(CASE WHEN expires_on <> '' AND expires_on <= date(?1, '+30 days') THEN left_over ELSE 0 END) AS soon,
    sum(left_over) * ?2 / ?3 AS worth
FROM (
    SELECT issuer, opened_on, expires_on, {owed} AS left_over FROM lots WHERE asset = 'points'{at}
) WHERE left_over > 0 GROUP BY 1
"""


def points(day: str, group: str, rule: RedeemRule | None, branch: str = "") -> Source:
    """Points not used yet as they stand now, by one of ``GROUPS``; `day`: what ages and ends are counted from.

    ``soon``: those that end within thirty days; ``worth`` NULL when points pay nothing in this chain.
    """
    steps = " ".join(f"WHEN julianday(?1) - julianday(opened_on) <= {end} THEN {n}" for n, end in enumerate(AGES))
    sql = _POINTS.format(
        owed=OWED, group=GROUPS[group].format(steps=steps, last=len(AGES)), at=" AND issuer = ?4" if branch else ""
    )
    worth = (rule.num, rule.den) if rule else (None, 1)
    return Source(sql, (day, *worth, branch) if branch else (day, *worth))


def redeem_rule(conn: Connection) -> RedeemRule | None:
    """What points are worth as money by the chain's setting ``points_redeem``; None when they pay nothing."""
    query = "SELECT body FROM reference WHERE feed = ? AND key = 'setting:points_redeem'"
    row = conn.execute(query, (CHAIN_FEED,)).fetchone()
    if row is None:
        return None
    try:
        setting: Any = msgspec.json.decode(msgspec.msgpack.decode(row[0], type=SettingRow).value)
        return None if setting is None else check_redeem_rule(msgspec.convert(setting, RedeemRule))
    except (msgspec.DecodeError, msgspec.ValidationError, InputError):
        return None
