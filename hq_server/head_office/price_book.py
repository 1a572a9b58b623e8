"""What tills price by, read from the reference rows, to try rules out at head office by the very engine of tills."""

import json
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from commerce.catalogue import Catalogue
from commerce.pricing import NO_ROUNDING, PricingRules, RoundingRule, rounding_rule
from commerce.promotions.index import Promotions
from commerce.promotions.moments import Moment, moment_of
from commerce.promotions.row import PromotionRow
from commerce.reference import CHAIN_FEED, ProductRow, SettingRow, TierRow, branch_feed
from hq_server.head_office.values import CHINA
from hq_server.storage.database import Connection

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PriceBook:
    """Products, tiers, promotions and rules of the chain, or of one branch, whose own rows win. Reads what it needs."""

    def __init__(self, conn: Connection) -> None:
        self._tiers: dict[str, TierRow] = {row.code: row for row in _rows(conn, CHAIN_FEED, "tier", TierRow)}
        self._products: dict[str, ProductRow | None] = {}
        self._promotions: dict[str, tuple[PromotionRow, ...]] = {}
        self._zone = _zone(str(_setting(conn, "time_zone", "")))
        self.rules = PricingRules(tier_on_level=_setting(conn, "tier_on_level", default=True) is not False)

    def product(self, conn: Connection, item: str) -> ProductRow | None:
        """Return a product, active or not; None when there is none."""
        if item not in self._products:
            query = "SELECT body FROM reference WHERE feed = ? AND key = ?"
            row = conn.execute(query, (CHAIN_FEED, f"product:{item}")).fetchone()
            self._products[item] = msgspec.msgpack.decode(row[0], type=ProductRow) if row else None
        return self._products[item]

    def catalogue(self, conn: Connection, items: set[str]) -> Catalogue:
        """Return a catalogue of these items alone, as far as they exist."""
        found = (self.product(conn, item) for item in sorted(items))
        return Catalogue(row for row in found if row is not None)

    def tier(self, code: str) -> TierRow | None:
        """Return a tier."""
        return self._tiers.get(code)

    def promotions(self, conn: Connection, branch: str) -> tuple[PromotionRow, ...]:
        """Return the rows of a level: the chain's for "", a branch's own."""
        if branch not in self._promotions:
            feed = branch_feed(branch) if branch else CHAIN_FEED
            self._promotions[branch] = tuple(_rows(conn, feed, "promotion", PromotionRow))
        return self._promotions[branch]

    def in_force(self, conn: Connection, branch: str) -> Promotions:
        """Return what tills of a branch price by; of "" of the chain."""
        own = self.promotions(conn, branch) if branch else ()
        return Promotions((*self.promotions(conn, ""), *own))

    def moment(self, day: str, at: int) -> Moment:
        """Return the moment of a business date at a time in ms, by the chain's clock; `at` within the calendar."""
        wall = (_EPOCH + timedelta(milliseconds=at)).astimezone(self._zone)
        return moment_of(day, wall.date(), wall.hour * 60 + wall.minute)


def rounding_of(conn: Connection, branch: str) -> RoundingRule:
    """Return how totals are rounded in a branch, or by the chain's setting."""
    code = _setting(conn, "rounding", "none")
    if branch:
        code = _setting(conn, "rounding", code, branch_feed(branch))
    return rounding_rule(code) if isinstance(code, str) and code else NO_ROUNDING


def _rows(conn: Connection, feed: str, kind: str, body: type[Any]) -> list[Any]:
    query = "SELECT body FROM reference WHERE feed = ? AND key > ? AND key < ?"
    decoder = msgspec.msgpack.Decoder(body)
    return [decoder.decode(data) for (data,) in conn.execute(query, (feed, f"{kind}:", f"{kind};"))]


def _setting(conn: Connection, name: str, default: Any, feed: str = CHAIN_FEED) -> Any:  # noqa: ANN401  JSON
    """A setting's value; the default when it is not set."""
    query = "SELECT body FROM reference WHERE feed = ? AND key = ?"
    row = conn.execute(query, (feed, f"setting:{name}")).fetchone()
    return json.loads(msgspec.msgpack.decode(row[0], type=SettingRow).value) if row else default


def _zone(name: str) -> tzinfo:
    """A time zone; China's for a name that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return CHINA
