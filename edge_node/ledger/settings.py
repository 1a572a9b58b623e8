"""The chain's parameters, from ``setting:<name>`` rows (JSON text).

A setting of the branch feed wins over one of the chain feed; a value that makes no sense falls to its default. The
names and JSON forms stand in ``_PARSERS``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from commerce.errors import CommerceError, InputError
from commerce.limits import CODE_MAX, REFERENCE_MAX
from commerce.points import ExpiryRule, Rate, RedeemRule, check_rate, expires_on
from commerce.pricing import DEFAULT_RULES, NO_ROUNDING, PricingRules, RoundingRule, rounding_rule
from commerce.tender import TenderRules, check_tender_rules
from commerce.timing import TimeRule, check_time_rule
from edge_node import limits
from edge_node.ledger.device_roles import SETTING as DEVICE_RULES
from edge_node.ledger.device_roles import Rule, Rules
from edge_node.ledger.member_settings import FORMS as MEMBER_FORMS
from edge_node.ledger.member_settings import MemberSettings
from edge_node.ledger.member_settings import changed as members_changed
from edge_node.ledger.paper_settings import FORMS as PAPER_FORMS
from edge_node.ledger.paper_settings import PaperSettings
from edge_node.ledger.till_settings import FORMS as TILL_FORMS
from edge_node.ledger.till_settings import TillSettings
from edge_node.ledger.till_settings import changed as till_changed

_Amount = Annotated[int, Meta(ge=0, le=10_000_000_000)]
REFUND_DAYS_MAX = 3650
"""Ten years: longer than any receipt can be read."""

_PerMille = Annotated[int, Meta(ge=0, le=1000)]
_Code = Annotated[str, Meta(min_length=1, max_length=CODE_MAX)]
_Reference = Annotated[int, Meta(ge=1, le=REFERENCE_MAX)]

_TENDERS = TenderRules(external=("wechat", "alipay", "card"))
_NEVER = ExpiryRule()
_PAPERS = PaperSettings()
_TILL = TillSettings()
_MEMBERS = MemberSettings()


@dataclass(frozen=True, slots=True)
class Settings:
    """What the till needs to know of the chain's choices. Amounts in minor units, 0: no such limit."""

    pricing: PricingRules = DEFAULT_RULES
    rounding: RoundingRule = NO_ROUNDING
    tenders: TenderRules = _TENDERS
    points_rate: Rate = (0, 1)
    points_expiry: ExpiryRule = _NEVER
    points_on_stored_value: bool = True
    default_tier: str = ""
    count_tolerance: int = 0
    balance_cap: int = 0
    free_discount_per_mille: int = 0
    undo_days: int = 7
    refund_days: int = 0
    timed_items: tuple[TimeRule, ...] = ()
    gift_card_max: int = 100_000
    device_rules: tuple[Rule, ...] = ()
    papers: PaperSettings = _PAPERS
    display_text: str = ""
    till: TillSettings = _TILL
    members: MemberSettings = _MEMBERS


DEFAULTS = Settings()


def _rounding(settings: Settings, value: str) -> Settings:
    return replace(settings, rounding=rounding_rule(value))


def _external(settings: Settings, value: list[str]) -> Settings:
    rules = check_tender_rules(settings.tenders._replace(external=tuple(value)))
    return replace(settings, tenders=rules)


def _redeem(settings: Settings, value: RedeemRule | None) -> Settings:
    return replace(settings, tenders=check_tender_rules(settings.tenders._replace(redeem=value)))


def _change_max(settings: Settings, value: _Amount) -> Settings:
    return replace(settings, tenders=check_tender_rules(settings.tenders._replace(change_max=value)))


def _references(settings: Settings, value: dict[str, int]) -> Settings:
    rules = settings.tenders._replace(references=tuple(value.items()))
    return replace(settings, tenders=check_tender_rules(rules))


def _drawer_tenders(settings: Settings, value: list[str]) -> Settings:
    return replace(settings, tenders=check_tender_rules(settings.tenders._replace(drawer=frozenset(value))))


def _points_rate(settings: Settings, value: tuple[int, int]) -> Settings:
    return replace(settings, points_rate=check_rate(value))


def _points_expiry(settings: Settings, value: ExpiryRule) -> Settings:
    expires_on(value, "2000-01-01")
    return replace(settings, points_expiry=value)


def _timed_items(settings: Settings, value: tuple[TimeRule, ...]) -> Settings:
    if len({rule.item for rule in value}) != len(value):
        raise InputError("bad_setting", name="timed_items")
    return replace(settings, timed_items=tuple(check_time_rule(rule) for rule in value))


def _plain(name: str, settings: Settings, value: object) -> Settings:
    return replace(settings, **{name: value})  # type: ignore[arg-type]


def _tier_on_level(settings: Settings, value: bool) -> Settings:
    return replace(settings, pricing=settings.pricing._replace(tier_on_level=value))


def _paper(name: str, settings: Settings, value: object) -> Settings:
    return replace(settings, papers=replace(settings.papers, **{name: value}))  # type: ignore[arg-type]


def _till(name: str, settings: Settings, value: object) -> Settings:
    return replace(settings, till=till_changed(settings.till, name, value))


def _members(name: str, settings: Settings, value: object) -> Settings:
    return replace(settings, members=members_changed(settings.members, name, value))


_PARSERS: dict[str, tuple[Any, Callable[[Settings, Any], Settings]]] = {
    "rounding": (str, _rounding),  # a code of commerce.pricing.ROUNDING_RULES
    "external_tenders": (list[str], _external),  # ["wechat", "alipay"]
    # {"card": 4}: tenders that take a reference, and its fewest characters
    "tender_references": (Annotated[dict[_Code, _Reference], Meta(max_length=limits.TENDERS_COUNTED)], _references),
    # ["card"]: tenders that open the drawer, beside cash
    "drawer_tenders": (Annotated[list[_Code], Meta(max_length=limits.TENDERS_COUNTED)], _drawer_tenders),
    "points_redeem": (RedeemRule | None, _redeem),  # [minor units, for points, least, most per mille], null: never
    "change_max": (_Amount, _change_max),
    "points_rate": (tuple[int, int], _points_rate),  # [1, 100]: one point per 1.00
    "points_expiry": (ExpiryRule, _points_expiry),  # ["year_end", 2], ["months", 24], ["never", 0]
    "points_on_stored_value": (bool, partial(_plain, "points_on_stored_value")),
    "tier_on_level": (bool, _tier_on_level),
    "default_tier": (str, partial(_plain, "default_tier")),
    "count_tolerance": (_Amount, partial(_plain, "count_tolerance")),
    "balance_cap": (_Amount, partial(_plain, "balance_cap")),
    "free_discount_per_mille": (_PerMille, partial(_plain, "free_discount_per_mille")),
    # most on one gift card: the law caps cards without a name at 1,000.00 (商务部令 2012 年第 9 号 art. 18)
    "gift_card_max": (_Amount, partial(_plain, "gift_card_max")),
    # [["table", 30, 5, 5, 2, 16]]: item, minutes a step, free and grace minutes, least and most steps
    "timed_items": (Annotated[tuple[TimeRule, ...], Meta(max_length=limits.TIMED_ITEMS)], _timed_items),
    "undo_days": (Annotated[int, Meta(ge=0, le=365)], partial(_plain, "undo_days")),
    # days in which goods of a sale may come back, 0: however long ago it was
    "refund_days": (Annotated[int, Meta(ge=0, le=REFUND_DAYS_MAX)], partial(_plain, "refund_days")),
    # what customer displays show while nobody buys; "" for a plain welcome
    "display_text": (Annotated[str, Meta(max_length=limits.DISPLAY_TEXT)], partial(_plain, "display_text")),
    # [{"match": "usb:04b8:*", "role": "receipt", "till": ""}]; read where things are found (device_roles.rules)
    DEVICE_RULES: (Rules, partial(_plain, "device_rules")),
    **{name: (form, partial(_paper, name)) for name, form in PAPER_FORMS.items()},  # how papers look
    **{name: (form, partial(_till, name)) for name, form in TILL_FORMS.items()},  # how tills work
    **{name: (form, partial(_members, name)) for name, form in MEMBER_FORMS.items()},  # gifts, card passwords
}

_DECODERS = {name: msgspec.json.Decoder(wanted) for name, (wanted, _) in _PARSERS.items()}


def parse(values: Mapping[str, str]) -> Settings:
    """Parse settings by name; names of later versions are passed over."""
    settings = DEFAULTS
    for name, text in values.items():
        changed = parse_one(settings, name, text)
        settings = settings if changed is None else changed
    return settings


def parse_one(settings: Settings, name: str, text: str) -> Settings | None:
    """Apply one setting; None when the name is unknown or the value makes no sense (editors refuse it then)."""
    if name not in _PARSERS:
        return None
    try:
        return _PARSERS[name][1](settings, _DECODERS[name].decode(text))
    except (msgspec.DecodeError, CommerceError):
        return None
