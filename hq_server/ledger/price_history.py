"""The rows that a sale was priced by, as they were at the feed positions it names (sync.md, "Downstream").

Superseded rows are kept 400 days. A position beyond a feed's head, or of a time before that, cannot be judged.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from commerce.errors import CommerceError
from commerce.facts import Sale
from commerce.pricing import DEFAULT_RULES, NO_ROUNDING, PricingRules, rounding_rule
from commerce.promotions.index import Promotions
from commerce.promotions.moments import Moment, moment_of
from commerce.promotions.row import PromotionRow
from commerce.reference import CHAIN_FEED, ProductRow, SettingRow, TierRow, branch_feed
from commerce.reprice import Then
from hq_server.storage.database import Connection

KEPT_DAYS = 390
"""How long after its business date a sale can be judged: a little less than its rows are kept."""
_CHINA = timezone(timedelta(hours=8))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DECODERS: dict[str, msgspec.msgpack.Decoder[Any]] = {
    "product": msgspec.msgpack.Decoder(ProductRow),
    "tier": msgspec.msgpack.Decoder(TierRow),
    "promotion": msgspec.msgpack.Decoder(PromotionRow),
    "setting": msgspec.msgpack.Decoder(SettingRow),
}
_READ = ("setting:rounding", "setting:tier_on_level", "setting:time_zone")


class _Rules(NamedTuple):
    """What holds for every sale of a branch between two changes of its rows."""

    tiers: Mapping[str, TierRow]
    promotions: Promotions
    values: Mapping[str, Any]


class PriceHistory:
    """Reads price books of the past; keeps what many sales share. For one transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._rules: dict[tuple[str, int, int], _Rules] = {}
        self._heads: dict[str, int] = dict(conn.execute("SELECT feed, head FROM feeds"))

    def then(self, branch: str, sale: Sale, at: int, today: str) -> Then | None:
        """Return what a sale of `branch` was priced by, whose entry claims the time `at`; None: nobody can tell.

        `today`: HQ's business date. ValueError when the sale's own day is no date.
        """
        mine = branch_feed(branch)
        positions = dict(sale.positions)
        chain, own = positions.get(CHAIN_FEED), positions.get(mine, 0)
        too_old = date.fromisoformat(sale.day) + timedelta(days=KEPT_DAYS) < date.fromisoformat(today)
        if chain is None or too_old or chain > self._heads.get(CHAIN_FEED, 0) or own > self._heads.get(mine, 0):
            return None
        rules = self._rules_at(branch, chain, own)
        products = self._products({line.item for line in sale.lines}, mine, chain, own)
        zone = rules.values.get("time_zone")
        return Then(
            products,
            rules.tiers,
            rules.promotions,
            PricingRules(rules.values.get("tier_on_level") is not False) if rules.values else DEFAULT_RULES,
            _rounding(rules.values.get("rounding")),
            _moment(sale.day, at, _zone(zone) if isinstance(zone, str) else _CHINA),
        )

    def _rules_at(self, branch: str, chain: int, own: int) -> _Rules:
        known = self._rules.get((branch, chain, own))
        if known is None:
            places = ((CHAIN_FEED, chain), (branch_feed(branch), own))
            tiers = {row.code: row for row in self._kind(places[:1], "tier")}
            promotions = Promotions(self._kind(places, "promotion"))
            values = {}
            for feed, position in places:
                for key in _READ:
                    body = self._at(feed, key, position)
                    if body is not None:
                        row = _DECODERS["setting"].decode(body)
                        values[row.name] = _json(row.value)
            known = self._rules[branch, chain, own] = _Rules(tiers, promotions, values)
        return known

    def _kind(self, places: Iterable[tuple[str, int]], kind: str) -> list[Any]:
        """Return all rows of a kind at the feeds' positions."""
        found = []
        for feed, position in places:
            keys = self._conn.execute(
                "SELECT key FROM feed_rows WHERE feed = ?1 AND key > ?2 AND key < ?3",
                (feed, f"{kind}:", f"{kind};"),
            ).fetchall()
            bodies = (self._at(feed, key, position) for (key,) in keys)
            found += [_DECODERS[kind].decode(body) for body in bodies if body is not None]
        return found

    def _products(self, items: Iterable[str], mine: str, chain: int, own: int) -> dict[str, ProductRow]:
        found = {}
        for item in items:
            key = f"product:{item}"
            body = self._at(CHAIN_FEED, key, chain) or self._at(mine, key, own)
            if body is not None:
                found[item] = _DECODERS["product"].decode(body)
        return found

    def _at(self, feed: str, key: str, position: int) -> bytes | None:
        """Return a row's body at a position; None: there was none, or it was taken away."""
        query = "SELECT version, body FROM feed_rows WHERE feed = ? AND key = ?"
        row = self._conn.execute(query, (feed, key)).fetchone()
        if row is None or row[0] <= position:
            return row[1] if row else None
        query = (
            "SELECT body FROM reference_history WHERE feed = ? AND key = ? AND version <= ?"
            " ORDER BY version DESC LIMIT 1"
        )
        row = self._conn.execute(query, (feed, key, position)).fetchone()
        return row[0] if row else None


def _moment(day: str, at: int, zone: tzinfo) -> Moment | None:
    """Return the moment that a till priced at: as edge nodes tell it from their clock."""
    try:
        clock = (_EPOCH + timedelta(milliseconds=at)).astimezone(zone)
    except OverflowError:
        return None
    return moment_of(day, clock.date(), clock.hour * 60 + clock.minute)


@lru_cache(maxsize=8)
def _zone(name: str) -> tzinfo:
    """Return a time zone; China's for a name that this machine does not know, as edge nodes take it."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return _CHINA


def _rounding(code: object) -> Any:  # noqa: ANN401 - a rounding rule
    try:
        return rounding_rule(code) if isinstance(code, str) else NO_ROUNDING
    except CommerceError:
        return NO_ROUNDING


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None
