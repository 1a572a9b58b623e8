"""A basket: what a customer is about to buy, before it has a price. Immutable; every change returns a new basket.

A basket knows items by their number only, so that a held basket is priced anew by the catalogue of the day on which it
is recalled. Who may override or discount, and how far, is the till's to check before it calls; here only the names of
those who did are kept. Line ids count from 1 and are never used twice in one basket.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from commerce.catalogue import Catalogue, quantity_step
from commerce.checks import check_amount, check_code, check_per_mille, check_text
from commerce.errors import InputError, RuleError
from commerce.limits import ATTENDANTS_MAX, CODE_MAX, COUPONS_MAX, LINES_MAX
from commerce.quantity import check_quantity


class HandDiscount(NamedTuple):
    """A discount given by a person: parts per thousand of the amount, or minor units; exactly one of the two is set."""

    per_mille: int = 0
    amount: int = 0
    approved_by: str = ""
    reason: str = ""


class PriceOverride(NamedTuple):
    """A unit price set by a person in place of the catalogue's, in minor units; 0 gives the goods away."""

    price: int
    approved_by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One line. ``label_amount``: the price printed on a price label, which then is the line's list amount.

    ``cover``: code of the member's card plan that pays for it.
    """

    line: int
    item: str
    milli_qty: int
    override: PriceOverride | None = None
    discount: HandDiscount | None = None
    note: str = ""
    attendant: str = ""
    label_amount: int | None = None
    cover: str = ""


@dataclass(frozen=True, slots=True)
class Basket:
    """Lines in the order of the receipt, the order discount by hand, and the member (b"" for a walk-in) with tier.

    ``coupons``: templates of the member's coupons that were handed over, one each time.
    """

    lines: tuple[BasketLine, ...] = ()
    discount: HandDiscount | None = None
    member: bytes = b""
    tier: str = ""
    next_line: int = 1
    coupons: tuple[str, ...] = ()

    def line(self, line: int) -> BasketLine:
        """Return one line; InputError ``unknown_line`` when there is none of that id."""
        for candidate in self.lines:
            if candidate.line == line:
                return candidate
        raise InputError("unknown_line", line=line)


def check_discount(discount: HandDiscount | None) -> HandDiscount | None:
    """Return a discount whose one figure is in bounds; InputError ``bad_discount`` otherwise."""
    if discount is None:
        return None
    check_amount(discount.amount, "discount")
    check_per_mille(discount.per_mille, "discount")
    if (discount.per_mille > 0) == (discount.amount > 0):
        raise InputError("bad_discount", reason="per_mille_or_amount")
    check_text(discount.approved_by, "approved_by", CODE_MAX)
    check_text(discount.reason, "reason")
    return discount


def add(
    basket: Basket,
    catalogue: Catalogue,
    item: str,
    milli_qty: int,
    *,
    attendant: str = "",
    note: str = "",
    label_amount: int | None = None,
    merge: bool = True,
) -> Basket:
    """Add an item. With `merge` it joins an equal line if one can take it; else it becomes the last line.

    Errors: ``unknown_item``, ``item_inactive``, ``bad_quantity``, ``bad_amount``, ``bad_text``, ``too_many_lines``.
    """
    product = catalogue.item(item)
    if not product.active:
        raise RuleError("item_inactive", item=item)
    if label_amount is not None:
        check_amount(label_amount, "label_amount")
    line = BasketLine(
        basket.next_line,
        item,
        check_quantity(milli_qty, quantity_step(product)),
        note=check_text(note, "note"),
        attendant=check_text(attendant, "attendant", ATTENDANTS_MAX),
        label_amount=label_amount,
    )
    if merge and (merged := _merged(basket.lines, line, catalogue)) is not None:
        return replace(basket, lines=merged)
    if len(basket.lines) >= LINES_MAX:
        raise InputError("too_many_lines", limit=LINES_MAX)
    return replace(basket, lines=(*basket.lines, line), next_line=basket.next_line + 1)


def remove(basket: Basket, line: int) -> Basket:
    """Take a line out of the basket."""
    gone = basket.line(line)
    return replace(basket, lines=tuple(kept for kept in basket.lines if kept is not gone))


def set_quantity(basket: Basket, catalogue: Catalogue, line: int, milli_qty: int) -> Basket:
    """Give a line another quantity; RuleError ``labelled_line`` when a price label fixed it."""
    old = basket.line(line)
    if old.label_amount is not None:
        raise RuleError("labelled_line", line=line)
    step = quantity_step(catalogue.item(old.item))
    return _with(basket, replace(old, milli_qty=check_quantity(milli_qty, step)))


def set_override(basket: Basket, line: int, override: PriceOverride | None) -> Basket:
    """Set or clear a line's unit price by hand; an override needs the name of who approved it.

    RuleError ``covered_line`` when a card plan pays for the line.
    """
    if override is not None:
        _check_not_covered(basket.line(line))
        check_amount(override.price, "override")
        check_text(override.approved_by, "approved_by", CODE_MAX, required=True)
        check_text(override.reason, "reason")
    return _with(basket, replace(basket.line(line), override=override))


def set_discount(basket: Basket, line: int, discount: HandDiscount | None) -> Basket:
    """Set or clear a line's discount by hand; RuleError ``covered_line`` when a card plan pays for it."""
    if discount is not None:
        _check_not_covered(basket.line(line))
    return _with(basket, replace(basket.line(line), discount=check_discount(discount)))


def set_order_discount(basket: Basket, discount: HandDiscount | None) -> Basket:
    """Set or clear the discount by hand on the whole basket."""
    return replace(basket, discount=check_discount(discount))


def set_words(basket: Basket, line: int, *, note: str | None = None, attendant: str | None = None) -> Basket:
    """Set a line's note or attendant; None leaves it as it is."""
    old = basket.line(line)
    new_note = old.note if note is None else check_text(note, "note")
    new_attendant = old.attendant if attendant is None else check_text(attendant, "attendant", ATTENDANTS_MAX)
    return _with(basket, replace(old, note=new_note, attendant=new_attendant))


def set_member(basket: Basket, member: bytes, tier: str) -> Basket:
    """Say who buys: a member's 16-byte id and tier code, or b"" and "" for a walk-in.

    Plans and coupons of somebody else are no longer used.
    """
    if type(member) is not bytes or len(member) not in {0, 16} or (tier and not member):
        raise InputError("bad_member")
    if member != basket.member:
        lines = tuple(replace(line, cover="") if line.cover else line for line in basket.lines)
        basket = replace(basket, lines=lines, coupons=())
    return replace(basket, member=member, tier=check_text(tier, "tier", CODE_MAX))


def set_cover(basket: Basket, line: int, plan: str) -> Basket:
    """Let a card plan of the member pay for a line, "" not any more; its discount by hand goes.

    Whether the plan covers it shows when it is priced. InputError ``bad_code``, ``bad_member`` for a walk-in.
    """
    old = basket.line(line)
    if not plan:
        return _with(basket, replace(old, cover=""))
    if not basket.member:
        raise InputError("bad_member")
    return _with(basket, replace(old, cover=check_code(plan, "plan"), discount=None))


def set_coupons(basket: Basket, coupons: tuple[str, ...]) -> Basket:
    """Say which of the member's coupons are handed over; InputError ``bad_code``, ``too_many``, ``bad_member``."""
    if len(coupons) > COUPONS_MAX:
        raise InputError("too_many", field="coupons", limit=COUPONS_MAX)
    if coupons and not basket.member:
        raise InputError("bad_member")
    return replace(basket, coupons=tuple(check_code(coupon, "coupon") for coupon in coupons))


def merge_equal(basket: Basket, catalogue: Catalogue) -> Basket:
    """Join lines that differ in nothing but quantity, each into the first of its kind."""
    lines: tuple[BasketLine, ...] = ()
    for line in basket.lines:
        lines = _merged(lines, line, catalogue) or (*lines, line)
    return replace(basket, lines=lines)


def _merged(lines: tuple[BasketLine, ...], line: BasketLine, catalogue: Catalogue) -> tuple[BasketLine, ...] | None:
    """Return `lines` with `line` joined into its equal, or None when it has to stand alone.

    Weighed goods stay apart (each bag is a line of the receipt), so do labels, and amounts off (they would double).
    """
    off = line.discount is not None and line.discount.amount > 0
    if off or line.label_amount is not None or catalogue.item(line.item).weighed:
        return None
    for index, other in enumerate(lines):
        if replace(other, line=line.line, milli_qty=line.milli_qty) == line:
            total = check_quantity(other.milli_qty + line.milli_qty)
            return (*lines[:index], replace(other, milli_qty=total), *lines[index + 1 :])
    return None


def _check_not_covered(line: BasketLine) -> None:
    if line.cover:
        raise RuleError("covered_line", line=line.line)


def _with(basket: Basket, changed: BasketLine) -> Basket:
    """Return the basket with one line exchanged, at its place."""
    return replace(basket, lines=tuple(changed if old.line == changed.line else old for old in basket.lines))
