"""Numbers and times as they stand on papers."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from commerce.money import format_money
from commerce.quantity import format_quantity
from device_drivers.paper.template import Values

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CHINA = timezone(timedelta(hours=8))

money = format_money
"""Minor units with two decimals: 12850 is ``128.50``."""

quantity = format_quantity
"""Thousandths with as many decimals as needed: 2000 is ``2``, 1535 is ``1.535``."""


def money_or_none(amount: int) -> str:
    """Money, and "" for nothing: a section that shows it is left out then."""
    return money(amount) if amount else ""


def number_or_none(number: int) -> str:
    """An integer, and "" for nothing."""
    return str(number) if number else ""


@lru_cache(maxsize=8)
def zone(name: str) -> tzinfo:
    """Return a time zone; China's for a name that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return _CHINA


def moment(at: int, where: tzinfo) -> str:
    """Write a time (ms since 1970) as the shop's clock shows it; "" for one beyond the calendar."""
    try:
        local = (_EPOCH + timedelta(milliseconds=at)).astimezone(where)
    except OverflowError:
        return ""
    return local.strftime("%Y-%m-%d %H:%M:%S")


def paragraphs(text: str) -> Sequence[Values]:
    """Return a text of several lines as a section's rows, each with its ``text``."""
    return [{"text": line.strip()} for line in text.splitlines() if line.strip()]
