"""What a promotion would have done to past baskets: each priced with it and without it, by the engine of the tills.

Baskets are those of the facts, at the list prices of their day. All else is today's: goods' categories, tiers, and the
other promotions in force. Lines with a price by hand or paid by a card plan take no part, as at a till; discounts by
hand and rounding come after promotions and are left out. The promotion's own dates are passed over, for it is usually
to come; its hours and weekdays count. Of a coupon every customer is taken to hand over one.
"""

import heapq
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import msgspec

from commerce.basket import Basket, BasketLine
from commerce.errors import CommerceError
from commerce.facts import Sale, SaleLine
from commerce.pricing import PricedBasket, price
from commerce.promotions.check import check_promotion
from commerce.promotions.coupons import Coupon
from commerce.promotions.index import Promotions
from commerce.promotions.row import PromotionRow
from hq_server.errors import Code, InputError
from hq_server.head_office import goods_limits as limits
from hq_server.head_office.catalogue import feed_of
from hq_server.head_office.price_book import PriceBook
from hq_server.head_office.values import day as check_day
from hq_server.ledger import inbox, sales
from hq_server.storage.database import Connection
from sync_protocol.entry import decode_entry
from sync_protocol.errors import ProtocolError

_SALE = msgspec.msgpack.Decoder(Sale)
_BY_HAND = ("override", "plan:")
_NO_LOT = b"\0" * 16


class Ask(NamedTuple):
    """Which promotion on which days; ``branch`` "": all branches, the row being the chain's."""

    promotion: PromotionRow
    branch: str
    from_day: str
    last_day: str


class Past(NamedTuple):
    """Where a past sale lies, and whose it was."""

    no: int
    seq: int
    hash: bytes
    sale: bytes
    at: int
    day: str
    branch: str
    number: str


class TriedLine(NamedTuple):
    """One line of a receipt: what it would have cost without and with the promotion."""

    name: str
    milli_qty: int
    before: int
    after: int


class TriedSale(NamedTuple):
    """One receipt that the promotion touches. ``saved``: what it alone took off; totals without and with it."""

    saved: int
    sale: bytes
    number: str
    day: str
    branch: str
    before: int
    after: int
    lines: list[TriedLine]


class TriedDay(NamedTuple):
    """One business date: sales looked at, touched, and what the customers paid less."""

    day: str
    sales: int
    touched: int
    less: int


class Result(NamedTuple):
    """``saved``: what the promotion took off; ``less``: what was paid less in all, for it may take the place of others.

    ``before``: Σ of all baskets without it. ``left_out``: sales that cannot be read or priced any more. ``all`` False:
    there were more sales than one run looks at, the newest were taken.
    """

    sales: int
    touched: int
    saved: int
    less: int
    before: int
    left_out: int
    all: bool
    days: list[TriedDay]
    sample: list[TriedSale]


def check(conn: Connection, ask: Ask) -> None:
    """Check what is asked for; InputError ``bad_value``, ``unknown_branch``, and those of ``check_promotion``."""
    feed_of(conn, ask.branch)
    check_promotion(ask.promotion)
    first, last = check_day(ask.from_day, "from_day"), check_day(ask.last_day, "last_day")
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days
    if not 0 <= days < limits.DRY_RUN_DAYS:
        raise InputError(Code.BAD_VALUE, field="last_day", limit=limits.DRY_RUN_DAYS)


def past(conn: Connection, ask: Ask) -> tuple[list[Past], bool]:
    """Return the sales to look at, in the order in which they lie, and whether these are all."""
    sql = (
        "SELECT no, seq, hash, id, at, day, branch, number FROM acts WHERE (branch = ? OR ? = '') AND kind = 'sale'"
        " AND kind <> 'rights' AND problem = '' AND day >= ? AND day <= ? ORDER BY day DESC, n DESC LIMIT ?"
    )
    params = (ask.branch, ask.branch, ask.from_day, ask.last_day, limits.DRY_RUN_SALES + 1)
    found = [Past(*row) for row in conn.execute(sql, params)]
    return sorted(found[: limits.DRY_RUN_SALES]), len(found) <= limits.DRY_RUN_SALES


class DryRun:
    """One run: ``step`` for each chunk of sales, then ``result``. Holds nothing but sums and a few receipts."""

    def __init__(self, conn: Connection, ask: Ask) -> None:
        self._row = replace(ask.promotion, first_day="", last_day="", active=True)
        self._level = ask.branch
        self._book = PriceBook(conn)
        self._with: dict[str, Promotions] = {}
        self._without: dict[str, Promotions] = {}
        self._batch: tuple[inbox.Row, list[bytes]] | None = None
        self._sums: Counter[str] = Counter()
        self._days: dict[str, list[int]] = {}
        self._top: list[tuple[int, int, TriedSale]] = []

    def step(self, conn: Connection, chunk: list[Past]) -> None:
        """Price a chunk of sales twice."""
        for one in chunk:
            sale = self._sale(conn, one)
            pair = self._priced(conn, one, sale) if sale is not None else None
            if sale is None or pair is None:
                self._sums["left_out"] += 1
            else:
                self._count(one, *pair)

    def result(self, *, every: bool) -> Result:
        """Sum up; `every`: whether all sales of the range were looked at."""
        sums = self._sums
        days = [TriedDay(day, *sums) for day, sums in sorted(self._days.items())]
        sample = [one for _, _, one in sorted(self._top, reverse=True)]
        return Result(
            sales=sums["sales"],
            touched=sums["touched"],
            saved=sums["saved"],
            less=sums["less"],
            before=sums["before"],
            left_out=sums["left_out"],
            all=every,
            days=days,
            sample=sample,
        )

    def _sale(self, conn: Connection, one: Past) -> Sale | None:
        """Read a sale; neighbours in a log lie in one batch, which is opened once."""
        data: bytes | None
        if one.hash:
            data = sales.entry(conn, sales.Where(one.no, one.seq, one.hash))
        else:
            data = self._entry(conn, one.no, one.seq)
        try:
            return _SALE.decode(decode_entry(data, balanced=False).body) if data else None
        except (msgspec.DecodeError, ProtocolError):
            return None

    def _entry(self, conn: Connection, no: int, seq: int) -> bytes | None:
        held = self._batch
        if held is None or held[0].no != no or not held[0].first_seq <= seq <= held[0].last_seq:
            row = inbox.holding(conn, no, seq)
            if row is None:
                return None
            held = self._batch = (row, inbox.unpacked(row))
        return held[1][seq - held[0].first_seq]

    def _priced(self, conn: Connection, one: Past, sale: Sale) -> tuple[PricedBasket, PricedBasket] | None:
        """Price a basket without and with the promotion; None for one that nothing is left of."""
        book = self._book
        kept = [line for line in sale.lines if _takes_part(line) and book.product(conn, line.item) is not None]
        basket = _basket(sale.member, _tier_of(conn, sale.member), kept)
        if not basket.lines:
            return None
        catalogue = book.catalogue(conn, {line.item for line in kept})
        tier, moment = book.tier(basket.tier), book.moment(one.day, one.at)
        without, having = self._rules(conn, one.branch)
        coupons = (Coupon(_NO_LOT, self._row.coupon),) if self._row.coupon else ()
        try:
            before = price(basket, catalogue, tier, book.rules, promotions=without, moment=moment)
            after = price(basket, catalogue, tier, book.rules, promotions=having, moment=moment, coupons=coupons)
        except CommerceError:
            return None
        return before, after

    def _rules(self, conn: Connection, branch: str) -> tuple[Promotions, Promotions]:
        """The promotions of a branch without the one that is tried, and with it."""
        if branch not in self._with:
            chain, own = list(self._book.promotions(conn, "")), list(self._book.promotions(conn, branch))
            level = own if self._level else chain
            level[:] = [row for row in level if row.code != self._row.code]
            self._without[branch] = Promotions((*chain, *own))
            level.append(self._row)
            self._with[branch] = Promotions((*chain, *own))
        return self._without[branch], self._with[branch]

    def _count(self, one: Past, before: PricedBasket, after: PricedBasket) -> None:
        """Add one sale to the sums, and to the receipts shown when it is among the most touched."""
        saved = sum(applied.saved for applied in after.promotions if applied.code == self._row.code)
        less = before.total - after.total
        self._sums.update(sales=1, touched=bool(saved), saved=saved, less=less, before=before.total)
        day = self._days.setdefault(one.day, [0, 0, 0])
        for place, value in enumerate((1, bool(saved), less)):
            day[place] += value
        if not saved or (len(self._top) == limits.DRY_RUN_SAMPLE and saved <= self._top[0][0]):
            return
        lines = [
            TriedLine(old.name, old.milli_qty, old.charged, new.charged)
            for old, new in zip(before.lines, after.lines, strict=True)
        ][: limits.DRY_RUN_LINES]
        shown = TriedSale(saved, one.sale, one.number, one.day, one.branch, before.total, after.total, lines)
        heapq.heappush(self._top, (saved, self._sums["sales"], shown))
        if len(self._top) > limits.DRY_RUN_SAMPLE:
            heapq.heappop(self._top)


def _takes_part(line: SaleLine) -> bool:
    """Whether promotions would look at a line: not one with a price by hand, nor one that a card plan paid for."""
    return line.list_amount > 0 and not any(code.startswith(_BY_HAND) for code, _ in line.discounts)


def _basket(member: bytes, tier: str, lines: list[SaleLine]) -> Basket:
    """The basket as it stood before prices; each line's list amount is the receipt's."""
    made = tuple(
        BasketLine(number, line.item, line.milli_qty, label_amount=line.list_amount)
        for number, line in enumerate(lines, 1)
    )
    return Basket(made, member=member, tier=tier, next_line=len(made) + 1)


def _tier_of(conn: Connection, member: bytes) -> str:
    """The tier that a member has now; "" for a walk-in."""
    row = conn.execute("SELECT tier FROM members WHERE member = ?", (member,)).fetchone() if member else None
    return str(row[0]) if row else ""
