"""Checks of reference rows before they are distributed: a till must be able to trust every row it reads."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar, cast

from commerce import checks
from commerce import limits as money
from commerce.card_ranges import check_card_range
from commerce.catalogue import check_product
from commerce.categories import check_category
from commerce.facts import Terms
from commerce.pictures import check_picture
from commerce.plans.check import check_plan
from commerce.plans.row import PlanRow
from commerce.promotions.check import check_promotion
from commerce.promotions.row import PromotionRow
from commerce.reference import (
    CHAIN_FEED,
    CardRangeRow,
    CategoryRow,
    PictureRow,
    ProductRow,
    SettingRow,
    StaffRow,
    TierRow,
    TopUpRuleRow,
    branch_feed,
)
from hq_server.errors import Code, InputError
from hq_server.head_office import limits, parameter_forms
from hq_server.head_office.parameter_table import BY_NAME, normal
from hq_server.ledger.pinyin import initials

Row = (
    ProductRow
    | CategoryRow
    | PictureRow
    | TierRow
    | TopUpRuleRow
    | PromotionRow
    | PlanRow
    | SettingRow
    | StaffRow
    | CardRangeRow
)
"""What the office may write. Directory, members, rights, balances and claims are HQ's own figures."""

AnyRow = TypeVar("AnyRow", bound=Row)

KINDS: dict[str, type] = {
    "product": ProductRow,
    "category": CategoryRow,
    "picture": PictureRow,
    "tier": TierRow,
    "top_up_rule": TopUpRuleRow,
    "promotion": PromotionRow,
    "plan": PlanRow,
    "setting": SettingRow,
    "staff": StaffRow,
    "card_range": CardRangeRow,
}

STAFF_ROLES = frozenset({"cashier", "shift_lead", "manager"})
_SETTING_NAME = re.compile(r"[a-z][a-z0-9_.]{0,63}")
_STAFF_NUMBER = re.compile(r"[0-9A-Za-z]{1,16}")


def key_of(row: Row) -> str:
    """Return the row's key in its feed."""
    match row:
        case ProductRow():
            return f"product:{row.item}"
        case CategoryRow():
            return f"category:{row.name}"
        case PictureRow():
            return f"picture:{row.hash}"
        case TierRow():
            return f"tier:{row.code}"
        case TopUpRuleRow():
            return f"top_up_rule:{row.code}"
        case PromotionRow():
            return f"promotion:{row.code}"
        case PlanRow():
            return f"plan:{row.code}"
        case SettingRow():
            return f"setting:{row.name}"
        case StaffRow():
            return f"staff:{row.number}"
        case CardRangeRow():
            return f"card_range:{row.branch}"


def checked(row: AnyRow, feed: str) -> AnyRow:
    """Return the row as it may be stored in `feed`: in bounds, pinyin filled in.

    Staff and card ranges belong to a branch; settings and promotions to the chain or to a branch, whose own win; all
    else to the chain. InputError of ``commerce`` or of HQ, ``bad_value`` naming the field.
    """
    anywhere = isinstance(row, SettingRow | PromotionRow)
    if isinstance(row, StaffRow | CardRangeRow) == (feed == CHAIN_FEED) and not anywhere:
        raise InputError(Code.BAD_VALUE, field="feed")
    if isinstance(row, CardRangeRow) and feed != branch_feed(row.branch):
        raise InputError(Code.BAD_VALUE, field="branch")
    return cast("AnyRow", _CHECKS[type(row)](row))


def _product(row: ProductRow) -> ProductRow:
    """Products are checked where tills check them; initials follow the name unless they were typed."""
    return check_product(replace(row, pinyin=row.pinyin or initials(row.name)))


def _tier(row: TierRow) -> TierRow:
    """Thresholds are amounts or points; a discount never pays out."""
    checks.check_code(row.code, "code")
    checks.check_text(row.name, "name", required=True)
    checks.check_int(row.rank, "rank", 0, 1_000)
    checks.check_per_mille(row.discount_per_mille, "discount_per_mille")
    checks.check_text(row.price_level, "price_level", money.CODE_MAX)
    checks.check_int(row.points_per_mille, "points_per_mille", 0, money.PER_MILLE_MAX)
    for name in ("from_spend", "from_top_up", "from_points"):
        checks.check_amount(getattr(row, name), name)
    checks.check_int(row.period_days, "period_days", 1, money.VALID_DAYS_MAX)
    return row


def _top_up_rule(row: TopUpRuleRow) -> TopUpRuleRow:
    """A rule must be able to make lots: its ratios have weight and its order is one that a till knows."""
    checks.check_code(row.code, "code")
    checks.check_text(row.name, "name", required=True)
    checks.check_amount(row.min_amount, "min_amount", 1)
    checks.check_amount(row.max_amount, "max_amount", row.min_amount)
    checks.check_amount(row.bonus, "bonus")
    checks.check_int(row.bonus_per_mille, "bonus_per_mille", 0, money.PER_MILLE_MAX)
    checks.check_int(row.points, "points", 0, money.POINTS_MAX)
    checks.check_int(row.bonus_days, "bonus_days", 0, money.VALID_DAYS_MAX)
    if row.order not in {Terms().order, "bonus_first", "principal_first"}:
        raise InputError(Code.BAD_VALUE, field="order")
    for name in ("principal_ratio", "bonus_ratio"):
        weights = getattr(row, name)
        for weight in weights:
            checks.check_int(weight, name, 0, money.RATIO_MAX)
        if not any(weights):
            raise InputError(Code.BAD_VALUE, field=name)
    if len(row.staged) > money.STAGES_MAX:
        raise InputError(Code.BAD_VALUE, field="staged", limit=money.STAGES_MAX)
    for days, amount in row.staged:
        checks.check_int(days, "staged", 1, money.VALID_DAYS_MAX)
        checks.check_amount(amount, "staged", 1)
    return row


def _setting(row: SettingRow) -> SettingRow:
    """A setting's value is JSON text, one that makes sense where the name is known here; others may be newer."""
    if _SETTING_NAME.fullmatch(row.name) is None:
        raise InputError(Code.BAD_VALUE, field="name")
    if row.name in BY_NAME:
        return replace(row, value=normal(row.name, row.value))
    parameter_forms.read(row.value)
    return row


def _staff(row: StaffRow) -> StaffRow:
    """A staff number is typed on a keypad; the PIN arrives here as a hash only."""
    if _STAFF_NUMBER.fullmatch(row.number) is None:
        raise InputError(Code.BAD_VALUE, field="number")
    checks.check_text(row.name, "name", limits.DISPLAY, required=True)
    if not row.roles or not STAFF_ROLES.issuperset(row.roles) or len(set(row.roles)) != len(row.roles):
        raise InputError(Code.BAD_VALUE, field="roles")
    if len(row.pin_salt) != limits.SALT_BYTES or len(row.pin_hash) != limits.SCRYPT_BYTES:
        raise InputError(Code.BAD_VALUE, field="pin")
    return row


_CHECKS: dict[type, Callable[[Any], Row]] = {
    ProductRow: _product,
    CategoryRow: check_category,
    PictureRow: check_picture,
    TierRow: _tier,
    TopUpRuleRow: _top_up_rule,
    PromotionRow: check_promotion,
    PlanRow: check_plan,
    SettingRow: _setting,
    StaffRow: _staff,
    CardRangeRow: check_card_range,
}
