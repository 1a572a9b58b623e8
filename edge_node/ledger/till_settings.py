"""How a chain wants its tills to work and look, as settings like all others.

Nothing here moves value by itself: a screen reads all of it at once (``GET /till``), and the rooms behind it ask for
the two that bind them (``attendant_required``, ``change_to_balance``).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from msgspec import Meta

from commerce.checks import check_text
from commerce.errors import InputError
from commerce.limits import AMOUNT_MAX, CODE_MAX, TEXT_MAX
from edge_node import limits

_Code = Annotated[str, Meta(min_length=1, max_length=CODE_MAX)]
_PaymentCode = Annotated[str, Meta(min_length=1, max_length=limits.PAYMENT_CODE)]
_Label = Annotated[str, Meta(min_length=1, max_length=limits.NAME)]
_Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,27}\Z")]
_Command = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,31}\Z")]
_Key = Annotated[str, Meta(pattern=r"^[!-~]{1,24}\Z")]
_Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
_Category = Annotated[str, Meta(min_length=1, max_length=TEXT_MAX)]
_Money = Annotated[int, Meta(ge=1, le=AMOUNT_MAX)]


@dataclass(frozen=True, slots=True)
class CustomField:
    """One more field of a member's profile (key ``x_<name>``). ``choices`` are for the kind ``choice`` alone.

    One that is not ``shown`` is head office's: tills neither ask for it nor show it.
    """

    name: _Name
    label: _Label
    kind: Literal["text", "number", "date", "choice"] = "text"
    choices: Annotated[tuple[_Label, ...], Meta(max_length=limits.CUSTOM_CHOICES)] = ()
    required: bool = False
    shown: bool = True


@dataclass(frozen=True, slots=True)
class PrivacyTerms:
    """What a member consents to at registration; ``version`` "": the chain asks for no consent."""

    version: Annotated[str, Meta(max_length=CODE_MAX)] = ""
    text: Annotated[str, Meta(max_length=limits.PRIVACY_TEXT)] = ""


_NO_TERMS = PrivacyTerms()


@dataclass(frozen=True, slots=True)
class TillSettings:
    """How tills work. ``order_mode``: they begin with the product grid, not with the scanner.

    ``tender_names``, ``payment_providers``: by external tender; ``shortcuts``: command → key, beside the built-in map.
    ``fixed_amounts``: quick sales on one touch, minor units. ``idle_pictures``: hashes, in the order shown.
    ``category_order``: categories that come first, in this order; the others follow by name. ``walk_in_default``: who
    buys is nobody's question until somebody says so; else the till asks for the member before it takes money.
    """

    order_mode: bool = False
    tender_names: tuple[tuple[str, str], ...] = ()
    payment_providers: tuple[tuple[str, str], ...] = ()
    change_to_balance: bool = False
    privacy_terms: PrivacyTerms = _NO_TERMS
    custom_fields: tuple[CustomField, ...] = ()
    shortcuts: tuple[tuple[str, str], ...] = ()
    attendant_required: bool = False
    walk_in_allowed: bool = True
    walk_in_default: bool = True
    fixed_amounts: tuple[int, ...] = ()
    speech: bool = False
    idle_pictures: tuple[str, ...] = ()
    payment_codes: tuple[tuple[str, str], ...] = ()
    category_order: tuple[str, ...] = ()

    def provider(self, tender: str) -> str:
        """Return the payment provider behind an external tender, "" for none."""
        return dict(self.payment_providers).get(tender, "")


def _pairs(value: dict[str, str]) -> tuple[tuple[str, str], ...]:
    for name, text in value.items():
        check_text(name, "name", CODE_MAX, required=True)
        check_text(text, "text", limits.NAME, required=True)
    return tuple(value.items())


def _payment_codes(value: dict[str, str]) -> tuple[tuple[str, str], ...]:
    for name, text in value.items():
        check_text(name, "name", CODE_MAX, required=True)
        check_text(text, "text", limits.PAYMENT_CODE, required=True)
    return tuple(value.items())


def _shortcuts(value: dict[str, str]) -> tuple[tuple[str, str], ...]:
    if len(set(value.values())) != len(value):
        raise InputError("bad_setting", name="shortcuts")
    return tuple(value.items())


def _custom_fields(value: tuple[CustomField, ...]) -> tuple[CustomField, ...]:
    if len({row.name for row in value}) != len(value):
        raise InputError("bad_setting", name="custom_fields")
    for row in value:
        for text in (row.label, *row.choices):
            check_text(text, "label", limits.NAME, required=True)
        if (row.kind == "choice") != bool(row.choices) or len(set(row.choices)) != len(row.choices):
            raise InputError("bad_setting", name="custom_fields")
    return value


def _privacy_terms(value: PrivacyTerms) -> PrivacyTerms:
    check_text(value.version, "version", CODE_MAX)
    if bool(value.version) != bool(value.text.strip()):
        raise InputError("bad_setting", name="privacy_terms")
    return value


def _same(value: Any) -> Any:  # noqa: ANN401  what the decoder has checked already
    return value


_FORMS: dict[str, tuple[Any, Callable[[Any], Any]]] = {
    "order_mode": (bool, _same),
    # {"unionpay": "云闪付"}
    "tender_names": (Annotated[dict[_Code, _Label], Meta(max_length=limits.TENDERS_COUNTED)], _pairs),
    # {"wechat": "simulated"}; which there are: edge_node.payments
    "payment_providers": (Annotated[dict[_Code, _Code], Meta(max_length=limits.TENDERS_COUNTED)], _pairs),
    "change_to_balance": (bool, _same),
    "privacy_terms": (PrivacyTerms, _privacy_terms),  # {"version": "2026-1", "text": "…"}
    # [{"name": "hair", "label": "发质", "kind": "choice", "choices": ["干性", "油性"]}]
    "custom_fields": (Annotated[tuple[CustomField, ...], Meta(max_length=limits.CUSTOM_FIELDS)], _custom_fields),
    # {"hold": "F7"}: keys as the page names them; no key twice
    "shortcuts": (Annotated[dict[_Command, _Key], Meta(max_length=limits.SHORTCUTS)], _shortcuts),
    "attendant_required": (bool, _same),
    "walk_in_allowed": (bool, _same),
    "walk_in_default": (bool, _same),
    "fixed_amounts": (Annotated[tuple[_Money, ...], Meta(max_length=limits.FIXED_AMOUNTS)], _same),
    "speech": (bool, _same),
    "category_order": (Annotated[tuple[_Category, ...], Meta(max_length=limits.CATEGORY_ORDER)], _same),
    # {"wechat": "wxp://…"}: the shop's own code that a customer scans; shown beside the total on customer screens
    "payment_codes": (Annotated[dict[_Code, _PaymentCode], Meta(max_length=limits.PAYMENT_CODES)], _payment_codes),
    "idle_pictures": (Annotated[tuple[_Hash, ...], Meta(max_length=limits.IDLE_PICTURES)], _same),
}

FORMS: dict[str, Any] = {name: form for name, (form, _) in _FORMS.items()}
"""Name of the setting → what its JSON must be."""


def changed(settings: TillSettings, name: str, value: object) -> TillSettings:
    """Apply one decoded setting; CommerceError when it makes no sense."""
    return replace(settings, **{name: _FORMS[name][1](value)})
