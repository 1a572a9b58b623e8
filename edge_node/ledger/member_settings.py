"""What a chain gives its members for points, and how it guards their cards, as settings like all others."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from msgspec import Meta

from commerce.checks import check_code, check_text
from commerce.errors import InputError
from commerce.limits import AMOUNT_MAX, CODE_MAX, POINTS_MAX
from commerce.points import parse_day
from edge_node import limits

MemberInput = Literal["any", "card_number", "card_only"]
_Code = Annotated[str, Meta(min_length=1, max_length=CODE_MAX)]


@dataclass(frozen=True, slots=True)
class Gift:
    """Something to be had for points. ``item``: the product that is handed over, "" for none of the catalogue.

    ``off``: not for now; ``first_day``, ``last_day``: business dates between which it is given, "" without end.
    """

    code: _Code
    name: Annotated[str, Meta(min_length=1, max_length=limits.NAME)]
    points: Annotated[int, Meta(ge=1, le=POINTS_MAX)]
    item: Annotated[str, Meta(max_length=CODE_MAX)] = ""
    off: bool = False
    first_day: Annotated[str, Meta(max_length=10)] = ""
    last_day: Annotated[str, Meta(max_length=10)] = ""

    def given_on(self, day: str) -> bool:
        """Whether it is handed out on a business date; on "" whether it is at all."""
        return not self.off and (not day or (self.first_day <= day <= (self.last_day or day)))


@dataclass(frozen=True, slots=True)
class MemberSettings:
    """``card_password_above``: stored value from this amount on (minor units) asks for the card's password; 0 never.

    ``member_input``: how a member is named at the till: by ``any`` means, by a ``card_number`` that may be typed, or
    ``card_only``: by one that a device reads. ``member_input_override``: a shift lead may let somebody type.
    """

    gifts: tuple[Gift, ...] = ()
    card_password_above: int = 0
    member_input: MemberInput = "any"
    member_input_override: bool = True


def _gifts(value: tuple[Gift, ...]) -> tuple[Gift, ...]:
    for gift in value:
        check_code(gift.code, "code")
        check_text(gift.name, "name", limits.NAME, required=True)
        check_text(gift.item, "item", CODE_MAX)
        for day in (gift.first_day, gift.last_day):
            if day:
                parse_day(day)
        if gift.last_day and gift.last_day < gift.first_day:
            raise InputError("bad_setting", name="gifts")
    if len({gift.code for gift in value}) != len(value):
        raise InputError("bad_setting", name="gifts")
    return value


def _same(value: Any) -> Any:  # noqa: ANN401  what the decoder has checked already
    return value


_FORMS: dict[str, tuple[Any, Callable[[Any], Any]]] = {
    # [{"code": "mug", "name": "马克杯", "points": 500, "item": "1203"}]
    "gifts": (Annotated[tuple[Gift, ...], Meta(max_length=limits.GIFTS)], _gifts),
    "card_password_above": (Annotated[int, Meta(ge=0, le=AMOUNT_MAX)], _same),
    "member_input": (MemberInput, _same),
    "member_input_override": (bool, _same),
}

FORMS: dict[str, Any] = {name: form for name, (form, _) in _FORMS.items()}
"""Name of the setting → what its JSON must be."""


def changed(settings: MemberSettings, name: str, value: object) -> MemberSettings:
    """Apply one decoded setting; CommerceError when it makes no sense."""
    return replace(settings, **{name: _FORMS[name][1](value)})
