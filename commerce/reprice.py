"""A sale priced once more from its fact, to see whether the rows that it was priced by lead to what it says.

A fact tells what people did by what it took off (a discount, a price by hand), never how it was typed, and not under
which tier the member bought. So what people gave is taken as it stands, and any tier that explains a member's prices
does; what rows decide (list prices, levels, tiers, promotions, rounding) must come out to the cent. Lines that card
plans paid are not judged here: what uses are worth is booked (``plans.cover``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from commerce.basket import Basket, BasketLine, HandDiscount, PriceOverride
from commerce.catalogue import Catalogue
from commerce.errors import CommerceError
from commerce.facts import Sale, SaleLine
from commerce.pricing import DEFAULT_RULES, NO_ROUNDING, PricedLine, PricingRules, RoundingRule, Step, price
from commerce.promotions.coupons import Coupon, template_of
from commerce.promotions.index import NO_PROMOTIONS, Promotions
from commerce.promotions.moments import Moment
from commerce.quantity import ONE, half_up, line_amount, per_mille_off, quantity_of
from commerce.reference import ProductRow, TierRow

QUICK_ITEM = "quick"
"""The item of a quick sale (amount only): tills price it by hand, no row of the chain's describes it."""

_QUICK = ProductRow(QUICK_ITEM, "", "", "", 0, kind="service", discountable=False)
_BY_HAND = "?"
_LABEL_DIGITS = 5


class Then(NamedTuple):
    """What a sale was priced by: the rows as they were. ``products``: of its items, as far as they existed."""

    products: Mapping[str, ProductRow]
    tiers: Mapping[str, TierRow]
    promotions: Promotions = NO_PROMOTIONS
    rules: PricingRules = DEFAULT_RULES
    rounding: RoundingRule = NO_ROUNDING
    moment: Moment | None = None


class LineCheck(NamedTuple):
    """One line (its place in the sale) beside what it should be; ``expected``, ``found``: minor units charged."""

    line: int
    item: str
    expected: int
    found: int
    steps: tuple[Step, ...]
    agrees: bool


class Repriced(NamedTuple):
    """What came out. ``tier``: under which, "" none; ``problem``: why it could not be priced (``unknown_item``)."""

    lines: tuple[LineCheck, ...]
    tier: str = ""
    problem: str = ""

    @property
    def agrees(self) -> bool:
        """Whether every line is explained."""
        return not self.problem and all(line.agrees for line in self.lines)

    @property
    def expected(self) -> int:
        """What the judged lines should cost together."""
        return sum(line.expected for line in self.lines)

    @property
    def found(self) -> int:
        """What they were sold for."""
        return sum(line.found for line in self.lines)


def reprice(sale: Sale, then: Then, tier: str = "") -> Repriced:
    """Price the lines of a sale again; `tier`: the member's present one, which is tried first.

    Where nothing explains it, what the first try came to is returned.
    """
    judged = [number for number, line in enumerate(sale.lines) if not _covered(line)]
    unknown = [number for number in judged if _product(then, sale.lines[number].item) is None]
    if unknown:
        lines = [sale.lines[number] for number in unknown]
        found = zip(unknown, lines, strict=True)
        checks = (LineCheck(number, line.item, 0, line.charged, (), agrees=False) for number, line in found)
        return Repriced(tuple(checks), problem="unknown_item")
    first: Repriced | None = None
    for under, basket in _tries(sale, then, judged, tier):
        try:
            came = _priced(sale, then, judged, under, basket)
        except CommerceError as error:
            came = Repriced((), problem=str(error.code))
        if came.agrees:
            return came
        first = first or came
    return first or Repriced(())


def _covered(line: SaleLine) -> bool:
    return bool(line.taken) or any(code.startswith("plan:") for code, _ in line.discounts)


def _product(then: Then, item: str) -> ProductRow | None:
    return then.products.get(item) or (_QUICK if item == QUICK_ITEM else None)


def _tries(sale: Sale, then: Then, judged: list[int], tier: str) -> Iterator[tuple[TierRow | None, Basket]]:
    """Yield the ways in which it may have come to be: tiers, and discounts by hand as amounts or parts."""
    tiers: list[TierRow | None] = [None]
    if sale.member:
        own = then.tiers.get(tier)
        tiers = [own, *(row for row in then.tiers.values() if row is not own), *([None] if own else [])]
    baskets = [_basket(sale, then, judged, parts=False)]
    by_parts = _basket(sale, then, judged, parts=True)
    if by_parts != baskets[0]:
        baskets.append(by_parts)
    for under in tiers:
        for basket in baskets:
            yield under, replace(basket, tier=under.code if under else "")


def _basket(sale: Sale, then: Then, judged: list[int], *, parts: bool) -> Basket:
    """Lay the goods of a sale into a basket again, with what people gave."""
    lines = []
    given = 0
    for number in judged:
        line = sale.lines[number]
        product = _product(then, line.item)
        assert product is not None
        given -= sum(amount for code, amount in line.discounts if code == "order_discount")
        override = _override(line, product)
        label = None if override is not None and line.unit_price > product.price else _label(line, product)
        discount = _line_discount(line, parts=parts)
        lines.append(
            BasketLine(number, line.item, line.milli_qty, override=override, discount=discount, label_amount=label)
        )
    whole = HandDiscount(amount=given) if given > 0 else None
    return Basket(tuple(lines), whole, sale.member)


def _override(line: SaleLine, product: ProductRow) -> PriceOverride | None:
    """Return the price that a person set: above the row's it shows as such, below as what it took off."""
    if line.unit_price > product.price:
        return PriceOverride(line.unit_price, _BY_HAND)
    off = [amount for code, amount in line.discounts if code == "override"]
    if not off or not line.milli_qty:
        return None
    left = line.list_amount + off[0]
    near = left * ONE // line.milli_qty
    fits = (cost for cost in (near, near + 1) if line_amount(cost, line.milli_qty) == left)
    return PriceOverride(next(fits, near), _BY_HAND)


def _label(line: SaleLine, product: ProductRow) -> int | None:
    """Return the amount that a price label bore, where the line's can be one.

    One piece of goods whose number fits a label is believed at any price: facts do not tell what was scanned.
    """
    if line.list_amount == line_amount(product.price, line.milli_qty) or line.list_amount <= 0:
        return None
    if product.weighed and product.price:
        return line.list_amount if quantity_of(line.list_amount, product.price) == line.milli_qty else None
    short = line.item.isascii() and line.item.isdigit() and len(line.item) <= _LABEL_DIGITS
    return line.list_amount if short and line.milli_qty == ONE else None


def _line_discount(line: SaleLine, *, parts: bool) -> HandDiscount | None:
    """Return what a person took off the line, as an amount or, where that comes to the same, as parts of a thousand."""
    before = line.list_amount
    for code, amount in line.discounts:
        if code == "line_discount":
            rate = half_up(-amount * ONE, before) if before > 0 else 0
            if parts and 0 < rate <= ONE and per_mille_off(before, rate) == -amount:
                return HandDiscount(per_mille=rate)
            return HandDiscount(amount=-amount) if amount < 0 else None
        before += amount
    return None


def _priced(sale: Sale, then: Then, judged: list[int], tier: TierRow | None, basket: Basket) -> Repriced:
    items = {line.item: _product(then, line.item) for line in basket.lines}
    coupons = [
        Coupon(use.lot, template_of(use.asset), unit)
        for use in sale.uses
        if template_of(use.asset)
        for unit in range(use.amount)
    ]
    came = price(
        basket,
        Catalogue(row for row in items.values() if row is not None),
        tier,
        then.rules,
        then.rounding,
        promotions=then.promotions,
        moment=then.moment,
        coupons=coupons,
    )
    lines = tuple(_check(number, sale.lines[number], line) for number, line in zip(judged, came.lines, strict=True))
    return Repriced(lines, tier.code if tier else "")


def _check(number: int, said: SaleLine, came: PricedLine) -> LineCheck:
    """Compare a line with what it came to; how it is called may have changed."""
    mine = (said.unit_price, said.list_amount, said.charged, said.rounding, tuple(said.discounts))
    theirs = (came.unit_price, came.list_amount, came.charged, came.rounding, came.discounts)
    return LineCheck(number, said.item, came.charged, said.charged, came.steps, agrees=mine == theirs)
