"""What a scale shows at one moment, in whole grams, whatever unit it shows it in. No floats anywhere."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from device_drivers.errors import Code

UNITS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "kg": (1000, 1),
        "g": (1, 1),
        "jin": (500, 1),
        "sj": (500, 1),  # 市斤, as the protocols of CAS's family write it
        "lb": (45_359_237, 100_000),
        "oz": (45_359_237, 1_600_000),
    }
)
"""Grams in one unit, as a fraction. 1 lb = 0.45359237 kg (international yard and pound agreement, 1959)."""

_NUMBER = re.compile(r"([0-9]{0,8})(?:\.([0-9]{0,6}))?")


class Indication(NamedTuple):
    """One look at the scale.

    ``grams``: net weight, minus below zero; None when it gave none (it moves, or ``fault`` says why).
    ``stable``: by its own word. ``net``: whether a tare is taken off, None where the protocol does not tell; ``tare``:
    how much, None likewise. ``fault``: overweight or under_zero.
    """

    grams: int | None
    stable: bool
    net: bool | None = None
    tare: int | None = None
    fault: Code | None = None


def grams(number: str, unit: str) -> int | None:
    """Read a decimal number of a unit, without its sign; None when it is none.

    To the nearest gram, half a gram up: only pounds and jewellery scales have fractions of a gram.
    """
    written = _NUMBER.fullmatch(number)
    size = UNITS.get(unit.lower())
    if written is None or size is None:
        return None
    whole, decimals = written[1], written[2] or ""
    if not whole + decimals:
        return None
    numerator = int(whole + decimals) * size[0]
    denominator: int = 10 ** len(decimals) * size[1]
    return (2 * numerator + denominator) // (2 * denominator)
