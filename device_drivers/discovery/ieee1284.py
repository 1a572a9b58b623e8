"""The IEEE 1284 device id of a printer, ``MFG:EPSON;MDL:TM-T20III;CMD:ESC/POS;CLS:PRINTER;``: what it says it is."""

from typing import NamedTuple

from device_drivers.discovery import limits
from device_drivers.discovery.things import plain

_SAME = {"MANUFACTURER": "MFG", "MODEL": "MDL", "COMMAND SET": "CMD", "SN": "SERN", "SERIALNUMBER": "SERN"}


class PrinterId(NamedTuple):
    """Maker, model and serial number as announced; ``languages`` in lower case."""

    maker: str = ""
    model: str = ""
    languages: tuple[str, ...] = ()
    serial_number: str = ""


def parse(text: str) -> PrinterId:
    """Read an id; what is not understood is left out. Never raises: printers write anything here."""
    found: dict[str, str] = {}
    for part in text[: limits.SYSFS_BYTES].split(";")[: limits.TXT_PAIRS]:
        key, _, value = part.partition(":")
        key = key.strip().upper()
        found.setdefault(_SAME.get(key, key), value)
    return PrinterId(
        plain(found.get("MFG", "")),
        plain(found.get("MDL", "")),
        languages(found.get("CMD", "")),
        plain(found.get("SERN", ""), limits.SERIAL_NUMBER),
    )


def languages(text: str) -> tuple[str, ...]:
    """Read a list of languages separated by commas: ``ESC/POS,PCL`` or MIME types."""
    named = (plain(part).lower() for part in text.split(",")[: limits.LANGUAGES])
    return tuple(dict.fromkeys(name for name in named if name))
