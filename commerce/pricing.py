"""From a basket to exact prices: stages in one order, each step of each line explained (docs/pricing.md).

A stage sees all lines as the stages before it left them and lowers amounts; it never sees what comes after. Promotions
(``commerce.promotions``) are one stage, which needs the moment by the shop's clock. Laws, per line: the steps sum to
``charged``; ``list_amount`` + Σ ``discounts`` + ``rounding`` = ``charged`` ≥ 0; discounts are not above zero. Per
basket: ``total`` = Σ ``charged`` = ``subtotal`` − ``saved`` + ``rounding``. A line that a card plan pays for
(``commerce.plans``) takes part in no other stage.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from commerce.basket import Basket, BasketLine, HandDiscount
from commerce.catalogue import Catalogue
from commerce.checks import check_amount, check_per_mille
from commerce.cut import cut, cut_signed
from commerce.errors import InputError
from commerce.plans.cover import Cover, Covering, Goods, Held
from commerce.promotions.coupons import Coupon, RefusedCoupon
from commerce.promotions.engine import NO_OUTCOME, AppliedPromotion, Outcome, promote
from commerce.promotions.goods import Good
from commerce.promotions.index import NO_PROMOTIONS, Customer, Promotions
from commerce.promotions.moments import Moment
from commerce.promotions.near import NearMiss
from commerce.quantity import half_up, line_amount, per_mille_off
from commerce.reference import ProductRow, TierRow

Params = tuple[tuple[str, int | str], ...]


class Step(NamedTuple):
    """One step of a line's price. ``code`` and ``params`` make the label on the screen; ``amount`` is what it added."""

    code: str  # list | open_price, or a stage
    params: Params
    amount: int


class RoundingRule(NamedTuple):
    """How a total becomes payable: to a multiple of ``unit`` minor units, downward or half up."""

    code: str
    unit: int
    up_from_half: bool

    def apply(self, total: int) -> int:
        """Return `total` ≥ 0 as it is payable."""
        return self.unit * (half_up(total, self.unit) if self.up_from_half else total // self.unit)


NO_ROUNDING = RoundingRule("none", 1, up_from_half=False)

ROUNDING_RULES = {
    rule.code: rule
    for rule in (
        NO_ROUNDING,
        RoundingRule("fen5_down", 5, up_from_half=False),
        RoundingRule("fen5_half_up", 5, up_from_half=True),
        RoundingRule("jiao_down", 10, up_from_half=False),
        RoundingRule("jiao_half_up", 10, up_from_half=True),
        RoundingRule("yuan_down", 100, up_from_half=False),
        RoundingRule("yuan_half_up", 100, up_from_half=True),
    )
}
"""The closed set of rounding rules by code, units for a currency of two decimals (抹零: ``jiao_down``)."""


class PricingRules(NamedTuple):
    """The chain's choices in pricing. ``tier_on_level``: a tier's discount also lowers a level's price (折上折)."""

    tier_on_level: bool = True


DEFAULT_RULES = PricingRules()

NO_PLANS: Mapping[str, Held] = MappingProxyType({})
"""The card plans of a walk-in."""


@dataclass(frozen=True, slots=True)
class PricedLine:
    """One line with its exact price. ``unit_price`` and ``list_amount`` are what anyone would pay (art. 19 asks)."""

    line: int
    item: str
    name: str
    milli_qty: int
    unit_price: int
    list_amount: int
    charged: int
    rounding: int
    attendant: str
    discounts: tuple[tuple[str, int], ...]
    steps: tuple[Step, ...]
    points_eligible: int  # of ``charged``, what may earn points
    cover: Cover | None = None  # how a card plan pays for it: all of ``charged``
    covers: tuple[str, ...] = ()  # the member's plans that could


@dataclass(frozen=True, slots=True)
class PricedBasket:
    """A whole basket priced. ``rounding`` is below zero when rounding favoured the customer.

    ``promotions``: those applied; ``near``: those nearly reached; ``refused``: coupons that are not used.
    """

    lines: tuple[PricedLine, ...]
    total: int
    rounding: int
    subtotal: int  # Σ list amounts
    saved: int  # Σ discounts, as a positive amount, without the rounding
    promotions: tuple[AppliedPromotion, ...] = ()
    near: tuple[NearMiss, ...] = ()
    refused: tuple[RefusedCoupon, ...] = ()

    @property
    def points_base(self) -> int:
        """The money on which points may be earned."""
        return sum(line.points_eligible for line in self.lines)

    @property
    def covered(self) -> int:
        """What card plans pay of the total."""
        return sum(line.charged for line in self.lines if line.cover)

    @property
    def due(self) -> int:
        """What is left of the total to be paid by tenders."""
        return self.total - self.covered


@dataclass(slots=True)
class _Draft:
    """A line on its way through the stages: what it costs so far, and why."""

    line: BasketLine
    product: ProductRow
    amount: int = 0
    steps: list[Step] = field(default_factory=list)
    cover: Cover | None = None

    def step(self, code: str, change: int, /, **params: int | str) -> None:
        """Note a step that changes the amount; one that changes nothing is not noted."""
        if change:
            self.amount += change
            self.steps.append(Step(code, tuple(params.items()), change))


@dataclass(slots=True)
class _Context:
    """What every stage may look at beside the lines, and what the promotions did."""

    basket: Basket
    tier: TierRow | None
    rules: PricingRules
    rounding: RoundingRule
    promotions: Promotions
    moment: Moment | None
    coupons: Sequence[Coupon]
    covering: Covering
    outcome: Outcome = NO_OUTCOME


def price(
    basket: Basket,
    catalogue: Catalogue,
    tier: TierRow | None = None,
    rules: PricingRules = DEFAULT_RULES,
    rounding: RoundingRule = NO_ROUNDING,
    *,
    promotions: Promotions = NO_PROMOTIONS,
    moment: Moment | None = None,
    coupons: Sequence[Coupon] = (),
    plans: Mapping[str, Held] = NO_PLANS,
) -> PricedBasket:
    """Price a basket. `tier` is the row of ``basket.tier``; None for a walk-in or a tier this branch does not know.

    `moment` is when, by the shop's clock; without one no promotion runs. `plans`: what the member holds, by code.
    InputError ``unknown_item`` when an item left the catalogue, ``bad_amount`` when the whole is beyond any till,
    ``too_many`` coupons; errors of ``Covering.take`` when a line's plan does not cover it.
    """
    drafts = [_Draft(line, catalogue.item(line.item)) for line in basket.lines]
    context = _Context(basket, tier, rules, rounding, promotions, moment, coupons, Covering(plans))
    for _, stage in STAGES:
        stage([draft for draft in drafts if draft.cover is None], context)
    lines = tuple(_priced(draft, context.covering) for draft in drafts)
    total = sum(line.charged for line in lines)
    rounded = sum(line.rounding for line in lines)
    subtotal = sum(line.list_amount for line in lines)
    done = context.outcome
    saved = subtotal + rounded - total
    return PricedBasket(lines, total, rounded, subtotal, saved, done.applied, done.near, done.refused)


def rounding_rule(code: str) -> RoundingRule:
    """Return the rounding rule of that code; InputError ``unknown_rounding`` when there is none."""
    rule = ROUNDING_RULES.get(code)
    if rule is None:
        raise InputError("unknown_rounding", rounding=code[:32])
    return rule


def _unit_price(draft: _Draft) -> int:
    """The catalogue's price, or a higher one set by hand: an item without a price of its own gets it at the till."""
    override = draft.line.override
    return draft.product.price if override is None else max(draft.product.price, override.price)


def _list(drafts: list[_Draft], _: _Context) -> None:
    """Start every line at its list amount: the label's price, else unit price × quantity, half up."""
    for draft in drafts:
        unit, label = _unit_price(draft), draft.line.label_amount
        opened = unit > draft.product.price
        amount = label if label is not None and not opened else line_amount(unit, draft.line.milli_qty)
        draft.amount = amount
        draft.steps.append(Step("open_price" if opened else "list", (("price", unit),), amount))
    check_amount(sum(draft.amount for draft in drafts), "subtotal")


def _plan(drafts: list[_Draft], context: _Context) -> None:
    """Let card plans pay for the lines that the cashier said; they cost what the uses were bought for, or nothing."""
    for draft in drafts:
        if draft.line.cover:
            draft.cover = cover = context.covering.take(draft.line.cover, _goods(draft))
            change = cover.charged - draft.amount
            draft.amount = cover.charged
            params = (("plan", cover.plan), ("name", cover.name), ("kind", cover.kind), ("uses", cover.taken))
            draft.steps.append(Step("plan", params, change))


def _goods(draft: _Draft) -> Goods:
    """What card plans see of a line."""
    product = draft.product
    return Goods(product.item, product.category, draft.line.milli_qty, draft.steps[0].amount)


def _override(drafts: list[_Draft], _: _Context) -> None:
    """Put an approved lower unit price in place of the list price."""
    for draft in drafts:
        override = draft.line.override
        if override is not None:
            amount = min(draft.amount, line_amount(override.price, draft.line.milli_qty))
            draft.step("override", amount - draft.amount, price=override.price, approved_by=override.approved_by)


def _level(drafts: list[_Draft], context: _Context) -> None:
    """Give the member the tier's price level where it is lower; a price set by hand stands."""
    if context.tier is None or not context.tier.price_level:
        return
    wanted = context.tier.price_level
    for draft in drafts:
        level_price = dict(draft.product.levels).get(wanted)
        if level_price is not None and draft.line.override is None:
            amount = min(draft.amount, line_amount(level_price, draft.line.milli_qty))
            draft.step("level", amount - draft.amount, level=wanted, price=level_price)


def _tier(drafts: list[_Draft], context: _Context) -> None:
    """Take the tier's discount off what is discountable; a price set by hand stands."""
    if context.tier is None:
        return
    per_mille = check_per_mille(context.tier.discount_per_mille, "discount_per_mille")
    for draft in drafts:
        at_level = any(step.code == "level" for step in draft.steps)
        stacks = context.rules.tier_on_level or not at_level
        if draft.product.discountable and draft.line.override is None and stacks:
            off = per_mille_off(draft.amount, per_mille)
            draft.step("tier", -off, tier=context.tier.code, per_mille=per_mille)


def _promotion(drafts: list[_Draft], context: _Context) -> None:
    """Let promotions lower what is discountable and bears no price by hand."""
    if context.moment is None or not (context.promotions.entries or context.coupons):
        return
    goods = [
        _good(number, draft)
        for number, draft in enumerate(drafts)
        if draft.amount and draft.product.discountable and draft.line.override is None
    ]
    customer = Customer(bool(context.basket.member), context.tier.code if context.tier else "")
    context.outcome = promote(goods, context.promotions, context.moment, customer, context.coupons)
    for row in context.outcome.lowered:
        drafts[row.line].step(
            "promotion", -row.off, promotion=row.code, name=row.name, kind=row.kind, milli_qty=row.milli_qty
        )


def _good(number: int, draft: _Draft) -> Good:
    """What promotions see of a line."""
    product, line = draft.product, draft.line
    by_hand = (line.discount.per_mille, line.discount.amount) if line.discount else (0, 0)
    return Good(number, line.item, product.category, product.weighed, line.milli_qty, draft.amount, by_hand)


def _line_discount(drafts: list[_Draft], _: _Context) -> None:
    """Take off what a person took off this very line, discountable or not, but not more than it costs."""
    for draft in drafts:
        if draft.line.discount is not None:
            off = _by_hand(draft.amount, draft.line.discount)
            draft.step("line_discount", -off, **_label(draft.line.discount))


def _order_discount(drafts: list[_Draft], context: _Context) -> None:
    """Cut the discount on the whole order over what the discountable lines cost by now."""
    discount = context.basket.discount
    if discount is None:
        return
    lowered = [draft for draft in drafts if draft.product.discountable]
    amounts = [draft.amount for draft in lowered]
    off = _by_hand(sum(amounts), discount)
    for draft, share in zip(lowered, cut(off, amounts), strict=True):
        draft.step("order_discount", -share, **_label(discount))


def _rounding(drafts: list[_Draft], context: _Context) -> None:
    """Round the total to what can be paid and cut the difference over all lines."""
    amounts = [draft.amount for draft in drafts]
    total = sum(amounts)
    difference = context.rounding.apply(total) - total
    for draft, share in zip(drafts, cut_signed(difference, amounts), strict=True):
        draft.step("rounding", share, rule=context.rounding.code)


Stage = Callable[[list[_Draft], _Context], None]

STAGES: tuple[tuple[str, Stage], ...] = (
    ("list", _list),
    ("plan", _plan),
    ("override", _override),
    ("level", _level),
    ("tier", _tier),
    ("promotion", _promotion),
    ("line_discount", _line_discount),
    ("order_discount", _order_discount),
    ("rounding", _rounding),
)
"""The one order. Promotions see member prices, people have the last word, and rounding stays last. After ``plan`` each
stage has only the lines that no card plan pays for."""


def _by_hand(amount: int, discount: HandDiscount) -> int:
    """What a discount by hand takes off `amount`, never more than all of it."""
    return per_mille_off(amount, discount.per_mille) if discount.per_mille else min(amount, discount.amount)


def _label(discount: HandDiscount) -> dict[str, int | str]:
    """The parameters that tell a discount by hand as it was asked for, also where less was left to take off."""
    asked = {"per_mille": discount.per_mille} if discount.per_mille else {"amount": discount.amount}
    return {**asked, "approved_by": discount.approved_by}


def _priced(draft: _Draft, covering: Covering) -> PricedLine:
    """Close a draft: what its steps mean for the receipt and the ledger."""
    first, rest = draft.steps[0], draft.steps[1:]
    return PricedLine(
        line=draft.line.line,
        item=draft.product.item,
        name=draft.product.name,
        milli_qty=draft.line.milli_qty,
        unit_price=_unit_price(draft),
        list_amount=first.amount,
        charged=draft.amount,
        rounding=sum(step.amount for step in rest if step.code == "rounding"),
        attendant=draft.line.attendant,
        discounts=tuple((_rule(step), step.amount) for step in rest if step.code != "rounding"),
        steps=tuple(draft.steps),
        points_eligible=draft.amount if draft.product.earns_points else 0,
        cover=draft.cover,
        covers=covering.could(_goods(draft)) if draft.cover is None else (draft.cover.plan,),
    )


def _rule(step: Step) -> str:
    """The rule code of a step in facts: promotions and plans go by their own codes."""
    return f"{step.code}:{step.params[0][1]}" if step.code in {"promotion", "plan"} else step.code
