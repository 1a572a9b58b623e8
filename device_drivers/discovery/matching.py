"""Which driver a found thing may need, and whether it may be asked. Pure; errs towards "a person has to say it".

What settles it: a USB product that a driver names; a language or a model that the thing itself names; a vendor of
scanners, for such a driver only listens; PC/SC, which has one driver. What makes it only worth asking: a vendor that
makes other things too, a word such as 小票 or POS in its name. All else is offered without a driver and not asked:
serial drawers open on any byte, and page printers print any.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from device_drivers import registry
from device_drivers.discovery.things import Thing
from device_drivers.interfaces.device import Kind
from device_drivers.supported import Supported, Value

ADAPTERS = frozenset(
    {
        (0x0403, None),  # FTDI
        (0x067B, None),  # Prolific PL2303
        (0x10C4, None),  # Silicon Labs CP210x
        (0x1A86, None),  # WCH CH340, CH341
        (0x04D8, 0x000A),  # Microchip's CDC example
        (0x0483, 0x5740),  # STMicroelectronics' virtual COM port
    }
)
"""USB to serial: whatever hangs behind one. Its ids say nothing, whatever a driver claims."""

PAGES = ("postscript", "pcl", "pjl", "pdf", "urf", "pwg", "xps", "escpl", "esc/p-r", "jpeg", "hbpl", "brother")
"""In the name of a language: it prints pages. Such a printer prints what it does not understand."""

_RECEIPTS = re.compile(
    r"小票|票据|热敏|收据|收據|receipt|thermal|(?<![a-z])pos(?![a-z])|(?<!\d)(?:58|80) ?mm|(?<![a-z])tm-", re.IGNORECASE
)
_MODEL = re.compile(r"[a-z]+[a-z0-9]*\d[a-z0-9]*")
_SHORTEST_MODEL = 4
"""Signs of a model's name that are enough to know it by: XP-58."""
_NARROW = re.compile(r"(?<!\d)58(?!\d)")
"""In the name of a receipt printer: it takes paper of 58 mm, 32 columns."""
_LISTENERS = frozenset({Kind.SCANNER, Kind.MSR})
"""Kinds whose drivers send nothing."""


class Match(NamedTuple):
    """``driver``: settled; "" not. ``ask``: drivers whose polite question may settle it, in this order."""

    driver: str = ""
    ask: tuple[str, ...] = ()


def match(thing: Thing, supported: Iterable[Supported] | None = None) -> Match:
    """Judge a thing by what it says of itself."""
    line = thing.address.partition(":")[0]
    able = [one for one in (registry.SUPPORTED if supported is None else supported) if line in one.lines]
    if prints_pages(thing) or (line == "serial" and _adapter(thing)):
        return Match()
    sure = able if line == "pcsc" else [one for one in able if _named(thing, one)]
    if len(sure) == 1:
        return Match(sure[0].driver)
    vendors = [one for one in able if thing.usb is not None and (thing.usb[0], None) in one.usb]
    if line == "serial":
        return Match(vendors[0].driver if len(vendors) == 1 and vendors[0].kind in _LISTENERS else "")
    likely = sure or vendors
    if not likely and _RECEIPTS.search(f"{thing.name} {thing.model}"):
        likely = [one for one in able if one.kind is Kind.POS_PRINTER]
    return Match(ask=tuple(one.driver for one in likely if one.ask is not None))


def prints_pages(thing: Thing) -> bool:
    """Whether it says that it is a printer of pages."""
    return thing.office or any(word in language for language in thing.languages for word in PAGES)


def _adapter(thing: Thing) -> bool:
    return thing.usb is not None and ((thing.usb[0], None) in ADAPTERS or thing.usb in ADAPTERS)


def _named(thing: Thing, one: Supported) -> bool:
    """Whether the thing names itself as what this driver is for."""
    if thing.usb is not None and thing.usb in one.usb:
        return True
    if any(language in one.languages for language in thing.languages):
        return True
    said = _letters(f"{thing.model} {thing.name}")
    return any(name in said for model in one.models for name in _names(model))


def options(thing: Thing, one: Supported) -> dict[str, Value]:
    """Guess what a name tells: narrow paper. The rest stands as the driver has it until a person changes it."""
    narrow = any(option.name == "columns" and 32 in option.choices for option in one.options)
    return {"columns": 32} if narrow and _NARROW.search(f"{thing.model} {thing.name}") else {}


def _names(model: str) -> list[str]:
    """By what a model may be known: with its maker, and without. One in brackets has to be set up first: not at all."""
    if "(" in model:
        return []
    whole, tail = _letters(model), _letters(model.partition(" ")[2])
    known = [whole] if len(whole) > _SHORTEST_MODEL else []
    return [*known, tail] if len(tail) >= _SHORTEST_MODEL and _MODEL.fullmatch(tail) else known


def _letters(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())
