"""Customer displays: rows of characters (CD5220, Epson's ESC/POS) and eight digits with lamps. They never answer.

Sources: CD5220 user's manual, command list 6.1 (a string of ESC Q A or ESC Q B ends with CR, and only these two or CLR
and CAN may follow it); Epson ESC/POS for DM-D customer displays (ESC =, ESC @, US C, US $, CLR); the sheet of commands
that LED-8 displays of Chinese shops come with (2400 baud; ESC Q A digits CR, ESC s '0' to '4').

Plain fluorescent displays have ASCII only, some have the font of GB 2312. Nothing that is shown can hold a control
character: a text never becomes a command.
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from device_drivers.interfaces.line_display import Lamp
from device_drivers.paper import cells

CLEAR = b"\x0c"
DIGITS = 8
"""Digits of a LED-8 display; its points stand between them and take no place, a minus takes one."""
TOO_LONG = "-" * DIGITS
"""Shown for an amount that does not fit: part of a number would be a wrong number."""

_AMOUNT = re.compile(r"(?<![0-9.])-?[0-9]+(?:\.[0-9]+)?(?![0-9.])")
_LAMPS = {Lamp.NONE: b"0", Lamp.PRICE: b"1", Lamp.TOTAL: b"2", Lamp.PAID: b"3", Lamp.CHANGE: b"4"}


class Charset(StrEnum):
    """What a display's font has."""

    ASCII = "ascii"
    GB18030 = "gb18030"


class Dialect(NamedTuple):
    """How rows are sent. ``setup``: after the line was opened; ``heads``: before each row; ``tail``: after it."""

    setup: bytes
    heads: tuple[bytes, ...]
    tail: bytes


CD5220 = Dialect(CLEAR + b"\x1b@" + b"\x1b_\x00", (b"\x1bQA", b"\x1bQB"), b"\r")
"""Initialise, cursor off; the upper and the lower row as strings."""
EPSON = Dialect(b"\x1b=\x02" + b"\x1b@" + b"\x1fC\x00" + CLEAR, (b"\x1f$\x01\x01", b"\x1f$\x01\x02"), b"")
"""Select the display, initialise, cursor off; the cursor to each row's start, then the row."""
LED_SETUP = b"\x1b@"


def row(text: str, columns: int, charset: Charset) -> bytes:
    """Return exactly `columns` cells: what the font has of the text, cut and filled with blanks."""
    if charset is Charset.ASCII:
        plain = unicodedata.normalize("NFKC", cells.clean(text).replace("×", "x"))
        seen = "".join(character for character in plain if " " <= character <= "~")
        if seen != plain:
            seen = " ".join(seen.split())  # no holes where something was dropped
        return seen[:columns].ljust(columns).encode("ascii")
    kept = "".join(character for character in cells.clean(text) if cells.fits_gbk(character))
    shown = cells.cut(kept, columns)
    return shown.encode("gbk") + b" " * (columns - cells.width(shown))


def rows(lines: Sequence[str], dialect: Dialect, columns: int, charset: Charset) -> bytes:
    """Return the bytes that show these lines in place of whatever stood there."""
    texts = [*lines[: len(dialect.heads)], *[""] * (len(dialect.heads) - len(lines))]
    return b"".join(
        head + row(text, columns, charset) + dialect.tail for head, text in zip(dialect.heads, texts, strict=True)
    )


def amount(lines: Sequence[str]) -> str:
    """Return the last number of the lines, as eight digits can show it; "" when there is none."""
    for text in reversed(lines):
        found = _AMOUNT.findall(text)
        if found:
            fits = len(found[-1].replace(".", "")) <= DIGITS
            return str(found[-1]) if fits else TOO_LONG
    return ""


def digits(lines: Sequence[str], lamp: Lamp) -> bytes:
    """Return the bytes that show the last amount of these lines and light one lamp."""
    shown = amount(lines)
    if not shown:
        return CLEAR + b"\x1bs0"
    return b"\x1bQA" + shown.encode("ascii") + b"\r" + b"\x1bs" + _LAMPS[lamp]
