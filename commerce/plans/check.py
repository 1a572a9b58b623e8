"""What an editor may store as a card plan: every field in bounds, and none that its kind does not read.

Each refusal is an InputError whose evidence names the ``field``. A till checks what it reads as well, and passes over
what does not stand the check.
"""

from dataclasses import fields

from commerce.checks import check_amount, check_code, check_int, check_text
from commerce.errors import InputError
from commerce.limits import PLAN_CODE_MAX, POINTS_MAX, PROMOTION_TIMES_MAX, RATIO_MAX, VALID_DAYS_MAX
from commerce.plans.row import DATED, KINDS, PlanRow
from commerce.promotions.check import check_named
from commerce.wallet import ORDERS

USED: dict[str, frozenset[str]] = {
    "stored_value": frozenset({"bonus", "order", "principal_ratio", "bonus_ratio", "days"}),
    "count": frozenset({"uses", "each", "target", "days", "principal_ratio"}),
    "period": frozenset({"days", "per_day", "target"}),
    "timed": frozenset({"uses", "each", "target", "days", "principal_ratio"}),
    "points": frozenset({"points", "days"}),
    "discount": frozenset({"days", "tier"}),
}
"""Kind → the fields of its own that it reads."""

_SPECIAL = frozenset().union(*USED.values())
_DEFAULTS = {item.name: item.default for item in fields(PlanRow)}


def check_plan(row: PlanRow) -> PlanRow:
    """Return a plan that makes sense, else InputError naming the field."""
    check_code(row.code, "code")
    if len(row.code) > PLAN_CODE_MAX:
        raise InputError("bad_code", field="code", limit=PLAN_CODE_MAX)
    check_text(row.name, "name", required=True)
    if row.kind not in KINDS:
        raise InputError("bad_code", field="kind")
    used = USED[row.kind]
    for name in sorted(_SPECIAL - used):
        if getattr(row, name) != _DEFAULTS[name]:
            raise InputError("bad_rule", field=name, reason="not_of_this_kind")
    check_amount(row.price, "price", 1 if row.kind == "stored_value" else 0)
    check_amount(row.bonus, "bonus")
    check_int(row.uses, "uses", 1 if "uses" in used else 0, POINTS_MAX)
    check_int(row.points, "points", 1 if "points" in used else 0, POINTS_MAX)
    check_int(row.days, "days", 1 if row.kind in DATED else 0, VALID_DAYS_MAX)
    check_int(row.per_day, "per_day", 0, PROMOTION_TIMES_MAX)
    check_int(row.each, "each", 1, PROMOTION_TIMES_MAX)
    if row.kind == "discount":
        check_code(row.tier, "tier")
    if row.order not in ORDERS:
        raise InputError("bad_rule", field="order")
    for name in ("principal_ratio", "bonus_ratio"):
        _check_ratio(getattr(row, name), name)
    check_named([("target", row.target)])
    return row


def stands(row: PlanRow) -> bool:
    """Whether a plan that was read makes sense."""
    try:
        check_plan(row)
    except InputError:
        return False
    return True


def _check_ratio(ratio: tuple[int, int, int], field: str) -> None:
    for weight in ratio:
        check_int(weight, field, 0, RATIO_MAX)
    if len(ratio) != 3 or not sum(ratio):
        raise InputError("bad_rule", field=field)
