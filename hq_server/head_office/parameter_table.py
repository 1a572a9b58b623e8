"""The parameters there are: what each may be, what holds where nobody set it, and in which group a screen shows it.

The names, forms and defaults are those that branches know (``edge_node.ledger.settings`` and its neighbours); what each
is for is told in the console's message files.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from commerce import limits as bounds
from commerce.errors import CommerceError
from commerce.points import YEARS_MAX, ExpiryRule, RedeemRule, check_redeem_rule, expires_on, parse_day
from commerce.pricing import ROUNDING_RULES
from commerce.tender import OWN_TENDERS
from commerce.timing import STEP_MINUTES_MAX, STEPS_MAX, TimeRule, check_time_rule
from hq_server.errors import Code, InputError
from hq_server.head_office import limits, members_limits, parameter_forms
from hq_server.head_office.parameter_forms import (
    FLAG,
    Form,
    choice,
    number,
    pairs,
    record,
    sequence,
    several,
    text,
)

_MONEY = number(0, bounds.AMOUNT_MAX, "money")
_CODE = r"\S{1,32}"
_LABEL = text(limits.DISPLAY, 1)
_TENDER = text(bounds.CODE_MAX, 1, pattern=r"[^\s:]+")
_TEMPLATE = text(limits.PAPER_TEMPLATE, lines=True)
_PAPER_TEXT = text(limits.PAPER_TEXT, lines=True)

PAPERS = ("sale", "refund", "top_up", "plan", "gift_card", "withdraw", "slip", "shift", "claim")
"""Kinds of papers that a chain may draw itself (docs/receipts.md)."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. ``default``: its value as JSON text where neither the branch nor the chain set it.

    ``page``: on which it is changed instead of in the list of all ("" none): tenders | papers | fields | gifts.
    ``office``: head office alone reads it, and only as it is set for the chain; branches do not know it.
    """

    name: str
    group: str
    form: Form
    default: str
    page: str = ""
    office: bool = False


def _of(group: str, page: str = "", *, office: bool = False, **forms: tuple[Form, str]) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, group, form, default, page, office) for name, (form, default) in forms.items())


_DAY = text(10, pattern=r"(\d{4}-\d{2}-\d{2})?")
_GIFT = record(
    code=text(bounds.CODE_MAX, 1, pattern=r"\S+"),
    name=_LABEL,
    points=number(1, bounds.POINTS_MAX, "points"),
    item=text(bounds.CODE_MAX),
    off=FLAG,
    first_day=_DAY,
    last_day=_DAY,
)
_FIELD = record(
    name=text(28, 1, pattern=r"[a-z][a-z0-9_]*"),
    label=_LABEL,
    kind=choice("text", "number", "date", "choice"),
    choices=several(_LABEL, limits.CUSTOM_CHOICES, unique=True),
    required=FLAG,
    shown=FLAG,
)
_TIMED = sequence(
    item=text(bounds.CODE_MAX, 1, pattern=r"\S+"),
    step_minutes=number(1, STEP_MINUTES_MAX, "minutes"),
    free_minutes=number(0, STEP_MINUTES_MAX, "minutes"),
    grace_minutes=number(0, STEP_MINUTES_MAX, "minutes"),
    least_steps=number(0, STEPS_MAX),
    most_steps=number(0, STEPS_MAX),
)
_PRINT = choice("always", "ask", "on_request")
_NUMBERING = record(restart=choice("log", "daily", "running"), prefix=text(4, pattern="[A-Z0-9]*"), digits=number(1, 8))
_DEVICE = record(
    match=text(limits.DEVICE_MATCH, 1),
    role=choice("receipt", "label", "drawer", "display", "scanner", "scale", "card"),
    till=text(limits.TILL_NAME),
)

ALL = (
    *_of(
        "selling",
        order_mode=(FLAG, "false"),
        walk_in_allowed=(FLAG, "true"),
        walk_in_default=(FLAG, "true"),
        attendant_required=(FLAG, "false"),
        rounding=(choice(*ROUNDING_RULES), '"none"'),
        refund_days=(number(0, 3650, "days"), "0"),
        free_discount_per_mille=(number(0, 1000, "per_mille"), "0"),
        tier_on_level=(FLAG, "true"),
        fixed_amounts=(several(number(1, bounds.AMOUNT_MAX, "money"), limits.FIXED_AMOUNTS), "[]"),
        category_order=(several(text(bounds.TEXT_MAX, 1), limits.CATEGORY_ORDER), "[]"),
        timed_items=(several(_TIMED, limits.TIMED_ITEMS), "[]"),
    ),
    *_of(
        "payment",
        "tenders",
        external_tenders=(several(_TENDER, limits.TENDERS, unique=True), '["wechat","alipay","card"]'),
        tender_names=(pairs(_CODE, _LABEL, limits.TENDERS), "{}"),
        payment_providers=(pairs(_CODE, text(bounds.CODE_MAX, 1, pattern=r"\S+"), limits.TENDERS), "{}"),
        tender_references=(pairs(_CODE, number(1, bounds.REFERENCE_MAX), limits.TENDERS), "{}"),
        drawer_tenders=(several(_TENDER, limits.TENDERS, unique=True), "[]"),
        payment_codes=(pairs(_CODE, text(limits.PAYMENT_CODE, 1), limits.PAYMENT_CODES), "{}"),
    ),
    *_of(
        "payment",
        change_max=(_MONEY, "100000"),
        change_to_balance=(FLAG, "false"),
        gift_card_max=(_MONEY, "100000"),
    ),
    *_of("drawer", count_tolerance=(_MONEY, "0")),
    *_of(
        "members",
        default_tier=(text(bounds.CODE_MAX), '""'),
        balance_cap=(_MONEY, "0"),
        undo_days=(number(0, 365, "days"), "7"),
        card_password_above=(_MONEY, "0"),
        member_input=(choice("any", "card_number", "card_only"), '"any"'),
        member_input_override=(FLAG, "true"),
        privacy_terms=(
            record(version=text(bounds.CODE_MAX), text=text(limits.PRIVACY_TEXT, lines=True)),
            '{"version":"","text":""}',
        ),
    ),
    *_of(
        "members",
        office=True,
        batch_alone=(_MONEY, str(members_limits.ALONE)),
        coupons_alone=(number(0, members_limits.CHOSEN * limits.COUPONS), str(members_limits.COUPONS_ALONE)),
    ),
    *_of("members", "fields", custom_fields=(several(_FIELD, limits.CUSTOM_FIELDS), "[]")),
    *_of(
        "points",
        points_rate=(sequence(points=number(0, bounds.RATIO_MAX), per=number(1, bounds.RATIO_MAX, "money")), "[0,1]"),
        points_on_stored_value=(FLAG, "true"),
        points_expiry=(
            sequence(kind=choice("never", "months", "year_end"), span=number(0, 12 * YEARS_MAX)),
            '["never",0]',
        ),
        points_redeem=(
            sequence(
                or_null=True,
                worth=number(1, bounds.RATIO_MAX, "money"),
                points=number(1, bounds.RATIO_MAX),
                least=number(1, bounds.POINTS_MAX),
                most_per_mille=number(0, 1000, "per_mille"),
            ),
            "null",
        ),
    ),
    *_of("points", "gifts", gifts=(several(_GIFT, limits.GIFTS), "[]")),
    *_of(
        "screens",
        shortcuts=(
            pairs(r"[a-z][a-z0-9_-]{0,31}", text(24, 1, pattern=r"[!-~]+"), limits.SHORTCUTS, unique=True),
            "{}",
        ),
        speech=(FLAG, "false"),
        display_text=(text(limits.DISPLAY_TEXT, lines=True), '""'),
        idle_pictures=(several(text(64, 64, pattern=r"[0-9a-f]{64}"), limits.IDLE_PICTURES), "[]"),
    ),
    *_of(
        "papers",
        "papers",
        office=False,
        **{f"receipt_{kind}": (_TEMPLATE, '""') for kind in PAPERS},
        receipt_logo=(text(limits.PAPER_LOGO, pattern=r"[A-Za-z0-9+/=]*"), '""'),
        receipt_footer=(_PAPER_TEXT, '""'),
        legal_text=(_PAPER_TEXT, '""'),
    ),
    *_of(
        "papers",
        language=(choice("zh-CN", "zh-TW", "en"), '"zh-CN"'),
        shop_name=(text(limits.DISPLAY), '""'),
        time_zone=(text(limits.DISPLAY, pattern=r"[A-Za-z0-9_+/-]*"), '"Asia/Shanghai"'),
        receipt_copies=(number(1, limits.PAPER_COPIES), "1"),
        print_sale=(_PRINT, '"always"'),
        print_top_up=(_PRINT, '"always"'),
        print_refund=(_PRINT, '"always"'),
        numbering=(_NUMBERING, '{"restart":"log","prefix":"","digits":6}'),
    ),
    *_of("devices", device_rules=(several(_DEVICE, limits.DEVICE_RULES), "[]")),
)
"""All of them, in the order in which screens show them."""

BY_NAME: Mapping[str, Parameter] = MappingProxyType({one.name: one for one in ALL})


def normal(name: str, source: str) -> str:
    """Return a parameter's value as it is stored; InputError ``bad_value`` naming the place that is wrong."""
    value = parameter_forms.read(source)
    parameter_forms.check(BY_NAME[name].form, value, name)
    beyond = _BEYOND.get(name)
    if beyond is not None and not _holds(beyond, value):
        raise InputError(Code.BAD_VALUE, field=name)
    return parameter_forms.written(value)


def _holds(rule: Callable[[Any], bool], value: object) -> bool:
    try:
        return rule(value)
    except CommerceError:
        return False


def _own_tenders(value: list[str] | dict[str, int]) -> bool:
    return not OWN_TENDERS & set(value)


def _terms(value: dict[str, str]) -> bool:
    """Terms have a version and a text, or neither."""
    return bool(value.get("version")) == bool(value.get("text", "").strip())


def _fields(value: list[dict[str, Any]]) -> bool:
    """A choice has choices, and only a choice."""
    chosen = all((row.get("kind", "text") == "choice") == bool(row.get("choices")) for row in value)
    return chosen and len({row["name"] for row in value}) == len(value)


def _gifts(value: list[dict[str, Any]]) -> bool:
    for row in value:
        days = [row.get(name, "") for name in ("first_day", "last_day")]
        for day in filter(None, days):
            parse_day(day)
        if days[1] and days[1] < days[0]:
            return False
    return len({row["code"] for row in value}) == len(value)


def _timed(value: list[list[Any]]) -> bool:
    rules = [check_time_rule(TimeRule(*row)) for row in value]
    return len({rule.item for rule in rules}) == len(rules)


def _expiry(value: list[Any]) -> bool:
    return bool(expires_on(ExpiryRule(*value), "2000-01-01")) or value[0] == "never"


def _redeem(value: list[int] | None) -> bool:
    return value is None or check_redeem_rule(RedeemRule(*value)) is not None


_BEYOND: Mapping[str, Callable[[Any], bool]] = {
    "external_tenders": _own_tenders,
    "tender_references": _own_tenders,
    "drawer_tenders": _own_tenders,
    "privacy_terms": _terms,
    "custom_fields": _fields,
    "gifts": _gifts,
    "timed_items": _timed,
    "points_expiry": _expiry,
    "points_redeem": _redeem,
}
"""Rules over a whole value, beyond its form."""
