"""Whom a ladder of tiers would move if it were gone by today: by what members did, as the read models sum it up."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from commerce.errors import InputError as TradeError
from commerce.moves import Reason
from commerce.reference import CHAIN_FEED, TierRow
from commerce.tiers import Deed, History, ladder, tier_for
from hq_server.head_office import goods_limits as limits
from hq_server.head_office.rows import checked
from hq_server.storage.database import Connection

_TIER = msgspec.msgpack.Decoder(TierRow)


class Moved(NamedTuple):
    """One member who would move, by the masked name.

    ``spent``, ``topped_up``: minor units in the new tier's period or, down, in the old one's.
    """

    member: bytes
    name: str
    since: str
    reason: str
    spent: int
    topped_up: int


class Move(NamedTuple):
    """So many members from one tier to another; ``before`` "": they have none yet."""

    before: str
    after: str
    change: str  # up | down | set
    members: int
    sample: list[Moved]


class Result(NamedTuple):
    """All moves, the largest first; ``stay``: members who keep their tier; ``members``: by tier now and then."""

    looked_at: int
    stay: int
    moves: list[Move]
    now: dict[str, int]
    then: dict[str, int]


def ladder_with(conn: Connection, drafts: Iterable[TierRow]) -> tuple[TierRow, ...]:
    """Return the chain's tiers with `drafts` in place of their codes'; errors of ``rows.checked`` and ``ladder``."""
    query = "SELECT body FROM reference WHERE feed = ? AND key > 'tier:' AND key < 'tier;'"
    rows = {row.code: row for (body,) in conn.execute(query, (CHAIN_FEED,)) for row in [_TIER.decode(body)]}
    rows.update((row.code, checked(row, CHAIN_FEED)) for row in drafts)
    return ladder(rows.values())


class TierMoves:
    """One preview: ``step`` until it says b"", then ``result``."""

    def __init__(self, tiers: tuple[TierRow, ...], today: str) -> None:
        self._tiers, self._today = tiers, today
        longest = max(row.period_days for row in tiers)
        self._from = (date.fromisoformat(today) - timedelta(days=longest)).isoformat()
        self._points = any(row.from_points for row in tiers)
        self._moves: dict[tuple[str, str], Move] = {}
        self._now: dict[str, int] = {}
        self._then: dict[str, int] = {}
        self._stay = self._looked_at = 0

    def step(self, conn: Connection, after: bytes) -> tuple[bytes, int]:
        """Look at the members behind `after`; return the last of them and how many, (b"", 0) at the end."""
        members = conn.execute(
            "SELECT member, tier, day, masked_name FROM members WHERE member > ? AND alias_of = x''"
            " ORDER BY member LIMIT ?",
            (after, limits.MOVES_CHUNK),
        ).fetchall()
        if not members:
            return b"", 0
        last: bytes = members[-1][0]
        deeds = self._deeds(conn, after, last)
        since = dict(
            conn.execute(
                "SELECT member, max(day) FROM acts WHERE member > ? AND member <= ? AND member <> x''"
                " AND kind = 'member' AND act = 'tier' GROUP BY member",
                (after, last),
            )
        )
        for member, tier, day, name in members:
            self._look(member, name, History(tier, since.get(member, day), tuple(deeds.get(member, ()))))
        return last, len(members)

    def result(self) -> Result:
        """Sum up."""
        moves = sorted(self._moves.values(), key=lambda move: (-move.members, move.before, move.after))
        return Result(self._looked_at, self._stay, moves, self._now, self._then)

    def _deeds(self, conn: Connection, after: bytes, last: bytes) -> dict[bytes, list[Deed]]:
        """What the members of a chunk did, by day, as far back as any tier looks."""
        found: dict[bytes, list[Deed]] = {}
        span = (after, last, self._from)
        query = (
            "SELECT member, day, sum(spent), sum(topped_up) FROM member_days"
            " WHERE member > ? AND member <= ? AND day >= ? GROUP BY member, day"
        )
        for member, day, spent, topped_up in conn.execute(query, span):
            found.setdefault(member, []).append(Deed(day, spent, topped_up))
        if self._points:
            # what lots of points were issued for is earned; what a return took back counts against it
            query = (
                "SELECT a.member, a.day, sum(CASE a.kind WHEN 'sale' THEN l.amount ELSE min(a.points, 0) END)"
                " FROM acts a LEFT JOIN act_lots l ON l.n = a.n AND l.reason = ? AND a.kind = 'sale'"
                " AND l.lot IN (SELECT lot FROM lots WHERE owner = a.member AND asset = 'points')"
                " WHERE a.member > ? AND a.member <= ? AND a.day >= ? AND a.member <> x''"
                " AND (a.kind = 'refund' OR (a.kind = 'sale' AND l.lot IS NOT NULL)) GROUP BY a.member, a.day"
            )
            for member, day, points in conn.execute(query, (int(Reason.ISSUE), *span)):
                found.setdefault(member, []).append(Deed(day, points=points))
        return found

    def _look(self, member: bytes, name: str, history: History) -> None:
        """Decide one member's tier and count it."""
        self._looked_at += 1
        try:
            decision = tier_for(history, self._tiers, self._today)
        except TradeError:  # a day in an old fact that no calendar has
            self._stay += 1
            return
        self._now[history.tier] = self._now.get(history.tier, 0) + 1
        self._then[decision.tier] = self._then.get(decision.tier, 0) + 1
        if decision.tier == history.tier:
            self._stay += 1
            return
        key = history.tier, decision.tier
        old = self._moves.get(key) or Move(*key, decision.change, 0, [])
        sample = old.sample
        if len(sample) < limits.MOVES_SAMPLE:
            spent, topped_up = self._sums(history, decision.tier if decision.change == "up" else history.tier)
            sample.append(Moved(member, name, history.since, decision.reason, spent, topped_up))
        self._moves[key] = old._replace(members=old.members + 1)

    def _sums(self, history: History, code: str) -> tuple[int, int]:
        """What was spent and topped up in the period of a tier."""
        days = next((row.period_days for row in self._tiers if row.code == code), 0)
        first = (date.fromisoformat(self._today) - timedelta(days=days - 1)).isoformat() if days else ""
        counted = [deed for deed in history.deeds if first <= deed.day <= self._today]
        return sum(deed.spend for deed in counted), sum(deed.top_up for deed in counted)
