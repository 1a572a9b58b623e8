"""Numbers and times as they stand on papers."""

from collections.abc import Sequence
from datetime import tzinfo

from commerce.money import format_money
from commerce.quantity import format_quantity
from device_drivers.paper.template import Values
from edge_node.ledger.local_time import local

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


def moment(at: int, where: tzinfo) -> str:
    """Write a time (ms since 1970) as the shop's clock shows it; "" for one beyond the calendar."""
    clock = local(at, where)
    return "" if clock is None else clock.strftime("%Y-%m-%d %H:%M:%S")


def paragraphs(text: str) -> Sequence[Values]:
    """Return a text of several lines as a section's rows, each with its ``text``."""
    return [{"text": line.strip()} for line in text.splitlines() if line.strip()]
