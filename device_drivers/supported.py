"""How a driver says what it is for: each driver module has a ``SUPPORTED``, and ``registry`` is all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from device_drivers.address import DEFAULT_SERIAL, SerialSettings
from device_drivers.errors import Code, StopError
from device_drivers.interfaces.device import Device, Kind
from device_drivers.transports.base import Transport

__all__ = ["DEFAULT_SERIAL", "Ask", "Option", "Options", "SerialSettings", "Supported", "Value", "complete"]

Value = int | str
Options = Mapping[str, Value]


class Option(NamedTuple):
    """One thing that can be set. ``choices``: all that is allowed; empty: an integer from ``low`` to ``high``."""

    name: str
    default: Value
    choices: tuple[Value, ...] = ()
    low: int = 0
    high: int = 0


class Ask(NamedTuple):
    """A question that no device could take for something to print or to open: bytes, and who knows its answer."""

    question: bytes
    knows: Callable[[bytes], bool]


@dataclass(frozen=True, slots=True)
class Supported:
    """One driver. ``lines``: tcp, serial, usb, pcsc. ``usb``: (vendor, product or None for all of the vendor's).

    ``title`` (zh-CN, en): what a shop calls it. ``models``: known to speak it, from their manuals. ``manual``: source.
    ``languages``: how printers name what it speaks in their announcements (IEEE 1284 ``CMD``, TXT ``pdl``), lower case.
    """

    driver: str
    kind: Kind
    title: tuple[str, str]
    lines: tuple[str, ...]
    make: Callable[[Transport, Options], Device]
    manual: str
    models: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    serial: SerialSettings = DEFAULT_SERIAL
    usb: tuple[tuple[int, int | None], ...] = ()
    ask: Ask | None = None
    languages: tuple[str, ...] = ()


def complete(supported: Supported, given: Options) -> dict[str, Value]:
    """Return all options of a driver, the given ones checked; StopError ``bad_option``."""
    known = {option.name: option for option in supported.options}
    for name, value in given.items():
        option = known.get(name)
        if option is None or not _allowed(option, value):
            raise StopError(Code.BAD_OPTION, driver=supported.driver, option=name[:32])
    return {name: given.get(name, option.default) for name, option in known.items()}


def _allowed(option: Option, value: Value) -> bool:
    if option.choices:
        return value in option.choices
    return isinstance(value, int) and not isinstance(value, bool) and option.low <= value <= option.high
