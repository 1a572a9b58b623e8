"""What an editor may store as a promotion: every field in bounds, and none that its kind does not read.

Each refusal is an InputError whose evidence names the ``field``. A till checks what it reads as well, and passes over
what does not stand the check: a row of a later version must not stop a shop.
"""

from collections.abc import Sequence
from dataclasses import fields

from commerce.checks import check_amount, check_code, check_int, check_per_mille, check_text
from commerce.errors import InputError
from commerce.limits import (
    AMOUNT_MAX,
    CODE_MAX,
    MILLI_QTY_MAX,
    PROMOTION_CATEGORIES_MAX,
    PROMOTION_CODE_MAX,
    PROMOTION_LIST_MAX,
    PROMOTION_NAMES_MAX,
    PROMOTION_TIMES_MAX,
)
from commerce.points import parse_day
from commerce.promotions.moments import DAY
from commerce.promotions.row import KINDS, Off, Part, PromotionRow, Target, Window
from commerce.quantity import ONE, check_quantity

USED: dict[str, frozenset[str]] = {
    "member_price": frozenset({"prices", "pieces"}),
    "discount": frozenset({"target", "off", "least_amount", "least_pieces", "pieces"}),
    "nth_item": frozenset({"target", "off", "every", "of_each", "same_item", "limit"}),
    "bundle": frozenset({"parts", "off", "limit"}),
    "gift": frozenset({"target", "gifts", "off", "of_each", "least_amount", "least_pieces", "each", "limit"}),
    "spend_save": frozenset({"target", "steps", "each", "limit"}),
    "coupon": frozenset({"target", "coupon", "off", "least_amount", "least_pieces", "most", "pieces", "limit"}),
}
"""Kind → the fields of its own that it reads."""

_SPECIAL = frozenset().union(*USED.values())
_DEFAULTS = {item.name: item.default for item in fields(PromotionRow)}
_HOWS = ("per_mille", "amount", "price")


def check_promotion(row: PromotionRow) -> PromotionRow:
    """Return a promotion that makes sense, else InputError naming the field."""
    check_code(row.code, "code")
    if len(row.code) > PROMOTION_CODE_MAX:
        raise InputError("bad_code", field="code", limit=PROMOTION_CODE_MAX)
    check_text(row.name, "name", required=True)
    if row.kind not in KINDS:
        raise InputError("bad_code", field="kind")
    used = USED[row.kind]
    for name in sorted(_SPECIAL - used):
        if getattr(row, name) != _DEFAULTS[name]:
            raise _bad(name, "not_of_this_kind")
    check_int(row.priority, "priority", 0, 1000)
    _check_who_and_when(row)
    _check_named(row)
    for name in ("least_amount", "most"):
        check_amount(getattr(row, name), name)
    for name in ("least_pieces", "pieces", "limit"):
        check_int(getattr(row, name), name, 0, PROMOTION_TIMES_MAX)
    if "off" in used:
        _check_off(row.off)
    _CHECKS[row.kind](row)
    return row


def _bad(field: str, reason: str) -> InputError:
    return InputError("bad_rule", field=field, reason=reason)


def _check_who_and_when(row: PromotionRow) -> None:
    _check_count(row.tiers, "tiers", PROMOTION_LIST_MAX)
    for tier in row.tiers:
        check_text(tier, "tiers", CODE_MAX, required=True)
    for name in ("first_day", "last_day"):
        day = getattr(row, name)
        try:
            ok = day == "" or bool(parse_day(day))
        except InputError:
            ok = False
        if not ok:
            raise InputError("bad_day", field=name)
    if row.last_day and row.last_day < row.first_day:
        raise _bad("last_day", "before_first_day")
    _check_count(row.windows, "windows", PROMOTION_LIST_MAX)
    for window in row.windows:
        _check_window(window)


def _check_window(window: Window) -> None:
    if len(set(window.weekdays)) != len(window.weekdays):
        raise _bad("windows", "weekday_twice")
    for weekday in window.weekdays:
        check_int(weekday, "windows", 1, 7)
    check_int(window.from_minute, "windows", 0, DAY - 1)
    check_int(window.until_minute, "windows", window.from_minute + 1, window.from_minute + DAY)


def _check_named(row: PromotionRow) -> None:
    """Check all goods that the row names, and how many they are together."""
    targets = [("target", row.target), *(("parts", part.target) for part in row.parts)]
    check_named(targets, [("prices", item) for item, _ in row.prices] + [("gifts", item) for item in row.gifts])


def check_named(targets: Sequence[tuple[str, Target]], others: Sequence[tuple[str, str]] = ()) -> None:
    """Check goods named by targets and other items (field, what), and how many they are together."""
    items = list(others)
    items += [(name, item) for name, target in targets for item in (*target.items, *target.except_items)]
    categories = [(name, category) for name, target in targets for category in target.categories]
    for field, item in items:
        check_code(item, field)
    for field, category in categories:
        check_text(category, field)
    for named, most in ((items, PROMOTION_NAMES_MAX), (categories, PROMOTION_CATEGORIES_MAX)):
        _check_count(named, named[-1][0] if named else "", most)
    for field, target in targets:
        _check_target(target, field)


def _check_target(target: Target, field: str) -> None:
    for named in (target.items, target.categories, target.except_items):
        _check_once(named, field)
    if set(target.items) & set(target.except_items):
        raise _bad(field, "named_and_excepted")


def _check_once(named: tuple[str, ...], field: str) -> None:
    if len(set(named)) != len(named):
        raise InputError("duplicate_item", field=field)


def _check_count(things: list[tuple[str, str]] | tuple[object, ...], field: str, most: int) -> None:
    if len(things) > most:
        raise InputError("too_many", field=field, limit=most)


def _check_off(off: Off) -> None:
    if off.how not in _HOWS:
        raise InputError("bad_code", field="off")
    if off.how == "per_mille":
        check_per_mille(off.value, "off")
    check_amount(off.value, "off", low=0 if off.how == "price" else 1)


def _member_price(row: PromotionRow) -> None:
    if not row.members_only and not row.tiers:
        raise _bad("members_only", "needed")
    if not row.prices:
        raise _bad("prices", "needed")
    _check_once(tuple(item for item, _ in row.prices), "prices")
    for _, price in row.prices:
        check_amount(price, "prices")


def _nth_item(row: PromotionRow) -> None:
    check_int(row.every, "every", 1, PROMOTION_TIMES_MAX)
    check_int(row.of_each, "of_each", 1, row.every)


def _bundle(row: PromotionRow) -> None:
    if not row.parts:
        raise _bad("parts", "needed")
    _check_count(row.parts, "parts", PROMOTION_LIST_MAX)
    for part in row.parts:
        _check_part(part)
    if len({(part.target, part.by_weight) for part in row.parts}) != len(row.parts):
        raise _bad("parts", "part_twice")


def _check_part(part: Part) -> None:
    try:
        check_quantity(part.milli_qty, 1 if part.by_weight else ONE, MILLI_QTY_MAX)
    except InputError as error:
        raise InputError(error.code, **{**error.evidence, "field": "parts"}) from None


def _gift(row: PromotionRow) -> None:
    if not row.gifts:
        raise _bad("gifts", "needed")
    _check_count(row.gifts, "gifts", PROMOTION_LIST_MAX)
    _check_once(row.gifts, "gifts")
    if set(row.gifts) & set(row.target.items):
        raise _bad("gifts", "bought_and_given")
    if not row.least_amount and not row.least_pieces:
        raise _bad("least_amount", "needed")
    check_int(row.of_each, "of_each", 1, PROMOTION_TIMES_MAX)
    _check_limit(row)


def _check_limit(row: PromotionRow) -> None:
    """What counts once anyway needs no limit."""
    if row.limit and not row.each:
        raise _bad("limit", "only_with_each")


def _spend_save(row: PromotionRow) -> None:
    if not row.steps:
        raise _bad("steps", "needed")
    _check_count(row.steps, "steps", PROMOTION_LIST_MAX)
    before = (0, 0)
    for spent, saved in row.steps:
        check_amount(spent, "steps", before[0] + 1)
        check_amount(saved, "steps", before[1] + 1, min(spent, AMOUNT_MAX))
        before = (spent, saved)
    if row.each and len(row.steps) > 1:
        raise _bad("each", "one_step_only")
    _check_limit(row)


def _coupon(row: PromotionRow) -> None:
    check_code(row.coupon, "coupon")
    if row.most and row.off.how != "per_mille":
        raise _bad("most", "only_with_per_mille")


def _nothing_more(_: PromotionRow) -> None:
    """A discount has no rules beyond its fields'."""


_CHECKS = {
    "member_price": _member_price,
    "discount": _nothing_more,
    "nth_item": _nth_item,
    "bundle": _bundle,
    "gift": _gift,
    "spend_save": _spend_save,
    "coupon": _coupon,
}
