"""The command interpreter of the simulated receipt printer.

Written from Epson's "ESC/POS Command Reference" and the supplement for Chinese models (FS), knowing nothing of how
``protocols.escpos`` writes them. Bytes come cut anywhere; nothing but an unfinished command is kept, and no command is
kept that is longer than ``LONGEST``: its data is thrown away as it comes.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from device_drivers.simulators.pos_printer_head import Head

LONGEST = 256 * 1024
"""Bytes of one command: a picture of 80 mm by 45 cm."""
_UNFINISHED = 0
_BOX = "□"
_IGNORED = re.compile(rb"[\x00-\x08\x0b-\x0f\x11-\x1a\x1e\x1f]+")

Length = int | Callable[[bytes], int]
"""Bytes of a command after its first two: a number, or what its beginning says; ``_UNFINISHED``: not known yet."""


class Body(NamedTuple):
    """What the interpreter asks of the rest of the printer."""

    say: Callable[[bytes], None]
    pulse: Callable[[int, int], None]
    sensors: Callable[[], int]
    drawer_pin: Callable[[], int]
    automatic: Callable[[int], None]


def _until_nul(most: int) -> Callable[[bytes], int]:
    def length(data: bytes) -> int:
        end = data.find(0, 0, most)
        return end + 1 if end >= 0 else most if len(data) >= most else _UNFINISHED

    return length


def _cut_length(data: bytes) -> int:
    return 2 if data[0] in {65, 66, 97, 98, 103, 104} else 1


def _columns_length(data: bytes) -> int:
    return 3 + _word(data, 1) * (3 if data[0] in {32, 33} else 1) if len(data) >= 3 else _UNFINISHED


def _raster_length(data: bytes) -> int:
    if data[0] not in b"0":
        return 1
    return 6 + _word(data, 2) * _word(data, 4) if len(data) >= 6 else _UNFINISHED


def _barcode_length(data: bytes) -> int:
    if data[0] <= 6:
        text = _until_nul(256)(data[1:])
        return 1 + text if text else _UNFINISHED
    if not 65 <= data[0] <= 79:
        return 1
    return 2 + data[1] if len(data) >= 2 else _UNFINISHED


def _function_length(data: bytes) -> int:
    return 3 + _word(data, 1) if len(data) >= 3 else _UNFINISHED


def _downloaded_length(data: bytes) -> int:
    return 2 + data[0] * data[1] * 8 if len(data) >= 2 else _UNFINISHED


def _real_time_length(data: bytes) -> int:
    return {1: 3, 2: 3, 8: 8}.get(data[0], 1)


def _word(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def _table(lead: int, lengths: dict[str, Length]) -> dict[bytes, Length]:
    return {bytes((lead, ord(name))): length for names, length in lengths.items() for name in names}


_LENGTHS: dict[bytes, Length] = {
    **_table(0x10, {"\x04\x05": 1, "\x14": _real_time_length}),
    **_table(0x1B, {"2@imv<LS": 0, " !-3=AEGJKMRTUVadertu{%?": 1, "$\\cB": 2, "p": 3, "W": 8}),
    **_table(0x1B, {"D": _until_nul(33), "*": _columns_length}),
    **_table(0x1C, {"&.": 0, "!-CW": 1, "Sp?": 2, "(": _function_length}),
    **_table(0x1D, {":c": 0, "!BHITabfhjrwE/": 1, "$LPW\\": 2, "^": 3, "*": _downloaded_length}),
    **_table(0x1D, {"V": _cut_length, "v": _raster_length, "k": _barcode_length, "(": _function_length}),
}

_BARCODES = {0: "upca", 1: "upce", 2: "ean13", 3: "ean8", 4: "code39", 5: "itf", 6: "codabar", 72: "code93"}
_CODE128 = 73


class Interpreter:
    """Obeys commands. ``unknown``: how often each unknown one came, the first 64 of them."""

    def __init__(self, head: Head, body: Body) -> None:
        """`head` prints, `body` does the rest."""
        self.unknown: dict[bytes, int] = {}
        self._head = head
        self._body = body
        self._skip = 0
        self._acts: dict[bytes, Callable[[bytes], None]] = {
            **{bytes((0x1B, ord(name))): act for name, act in self._esc().items()},
            **{bytes((0x1C, ord(name))): act for name, act in self._fs().items()},
            **{bytes((0x1D, ord(name))): act for name, act in self._gs().items()},
        }

    def run(self, data: bytearray, able: Callable[[], bool]) -> None:
        """Obey what stands in `data` and take it out, as long as the printer is `able` to."""
        while data and able():
            taken = self._step(data)
            if not taken:
                return
            del data[:taken]

    def _step(self, data: bytearray) -> int:
        first = data[0]
        if self._skip:
            taken = min(self._skip, len(data))
            self._skip -= taken
            return taken
        if first in {0x10, 0x1B, 0x1C, 0x1D}:
            return self._command(data)
        if first >= 0x20:
            return self._character(data)
        if first == 0x0A:
            self._head.line_feed()
        elif first == 0x09:
            self._head.tab()
        else:
            ignored = _IGNORED.match(data)
            return ignored.end() if ignored else 1
        return 1

    def _character(self, data: bytearray) -> int:
        first = data[0]
        if first < 0x80 or not self._head.settings.chinese_mode:
            self._head.put(bytes((first,)).decode("cp437") if first != 0x7F else _BOX, chinese=False)
            return 1
        if len(data) < 2:
            return _UNFINISHED
        size = 4 if 0x30 <= data[1] <= 0x39 else 2
        if len(data) < size:
            return _UNFINISHED
        try:
            text = bytes(data[:size]).decode("gbk")
        except UnicodeDecodeError:
            text = _BOX
        self._head.put(text, chinese=True)
        return size

    def _command(self, data: bytearray) -> int:
        name = bytes(data[:2])
        if len(name) < 2:
            return _UNFINISHED
        length = _LENGTHS.get(name)
        if length is None:
            if name in self.unknown or len(self.unknown) < 64:
                self.unknown[name] = self.unknown.get(name, 0) + 1
            return 2
        if not isinstance(length, int):
            length = length(bytes(data[2:300])) if len(data) > 2 else _UNFINISHED
            if length == _UNFINISHED:
                return _UNFINISHED
        if length > LONGEST:
            self._skip = 2 + length
            return self._step(data)
        if len(data) < 2 + length:
            return _UNFINISHED
        self._acts.get(name, _nothing)(bytes(data[2 : 2 + length]))
        return 2 + length

    def _esc(self) -> dict[str, Callable[[bytes], None]]:
        head = self._head
        return {
            "@": lambda _: head.reset(),
            "!": self._mode,
            "E": lambda body: self._set(bold=bool(body[0] & 1)),
            "G": lambda body: self._set(bold=bool(body[0] & 1)),
            "-": lambda body: self._set(underline=body[0] % 48 > 0),
            "M": lambda body: self._set(small=body[0] % 48 == 1),
            "a": lambda body: self._set(align=body[0] % 48) if body[0] % 48 <= 2 else None,
            " ": lambda body: self._set(between=body[0]),
            "2": lambda _: self._set(spacing=30),
            "3": lambda body: self._set(spacing=body[0]),
            "J": lambda body: head.feed(body[0]),
            "d": lambda body: head.feed(body[0] * head.settings.spacing),
            "$": lambda body: head.move_to(_word(body, 0)),
            "\\": lambda body: head.move_by(int.from_bytes(body, "little", signed=True)),
            "D": lambda body: self._set(tabs=tuple(stop * 12 for stop in body.rstrip(b"\0"))),
            "p": lambda body: self._body.pulse(body[0] % 48, body[1] * 2),
            "i": lambda _: head.cut(None),
            "m": lambda _: head.cut(None),
            "v": lambda _: self._body.say(bytes((self._body.sensors(),))),
        }

    def _fs(self) -> dict[str, Callable[[bytes], None]]:
        return {
            "&": lambda _: self._set(chinese_mode=True),
            ".": lambda _: self._set(chinese_mode=False),
            "!": lambda body: self._set(
                chinese=(1 + (body[0] >> 2 & 1), 1 + (body[0] >> 3 & 1)), chinese_underline=bool(body[0] & 0x80)
            ),
            "W": lambda body: self._set(chinese=(1 + body[0] % 2, 1 + body[0] % 2)),
            "-": lambda body: self._set(chinese_underline=body[0] % 48 > 0),
        }

    def _gs(self) -> dict[str, Callable[[bytes], None]]:
        return {
            "!": self._size,
            "B": lambda body: self._set(inverse=bool(body[0] & 1)),
            "L": lambda body: self._set(left=_word(body, 0)),
            "W": lambda body: self._set(width=_word(body, 0)),
            "H": lambda body: self._set(text_below=body[0] % 48),
            "h": lambda body: self._set(bar_height=max(1, body[0])),
            "w": lambda body: self._set(bar_width=min(6, max(2, body[0]))),
            "k": self._barcode,
            "(": self._function,
            "v": self._raster,
            "V": lambda body: self._head.cut(body[1] if len(body) == 2 else None),
            "r": self._status,
            "I": self._identity,
            "a": lambda body: self._body.automatic(body[0]),
        }

    def _set(self, **values: object) -> None:
        for name, value in values.items():
            setattr(self._head.settings, name, value)

    def _mode(self, body: bytes) -> None:
        mode = body[0]
        self._set(
            small=bool(mode & 1),
            bold=bool(mode & 8),
            latin=(1 + (mode >> 5 & 1), 1 + (mode >> 4 & 1)),
            underline=bool(mode & 0x80),
        )

    def _size(self, body: bytes) -> None:
        size = (1 + (body[0] >> 4 & 7), 1 + (body[0] & 7))
        self._set(latin=size, chinese=size)

    def _raster(self, body: bytes) -> None:
        if len(body) > 1:
            scale = (1 + (body[1] & 1), 1 + (body[1] >> 1 & 1))
            self._head.dots_row(_word(body, 2), _word(body, 4), body[6:], scale)

    def _barcode(self, body: bytes) -> None:
        if len(body) < 2:
            return
        if body[0] == _CODE128:
            self._head.bars("code128", _code128_text(body[2:]))
        else:
            kind = _BARCODES.get(body[0], _BARCODES.get(body[0] - 65, "other"))
            self._head.bars(kind, (body[1:-1] if body[0] <= 6 else body[2:]).decode("latin-1"))

    def _function(self, body: bytes) -> None:
        """GS ( k, code 49: QR; other functions are passed over."""
        if body[:1] != b"k" or body[3:4] != b"1" or len(body) < 5:
            return
        function, data = body[4], body[5:]
        if function == 67 and data:
            self._set(module=min(16, max(1, data[0])))
        elif function == 80:
            self._set(stored=data[1:])
        elif function == 81:
            self._head.qr()

    def _status(self, body: bytes) -> None:
        if body[0] % 48 == 1:
            self._body.say(bytes((self._body.sensors(),)))
        elif body[0] % 48 == 2:
            self._body.say(bytes((self._body.drawer_pin(),)))

    def _identity(self, body: bytes) -> None:
        answers = {1: b"\x20", 2: b"\x02", 3: b"\x01", 66: b"_StayOpen\0", 67: b"_POS printer\0"}
        self._body.say(answers.get(body[0] if body[0] > 60 else body[0] % 48, b""))


def _nothing(_body: bytes) -> None:
    """What it would change does not show here."""


def _code128_text(data: bytes) -> str:
    """Read Code 128: ``{A``, ``{B``, ``{C`` choose a code set, ``{{`` is a brace, in C a byte is a pair of digits."""
    text, at, pairs = "", 0, False
    while at < len(data):
        byte = data[at]
        if byte == 0x7B:
            following = data[at + 1 : at + 2]
            pairs = following == b"C" if following in {b"A", b"B", b"C"} else pairs
            text += "{" if following == b"{" else ""
            at += 2
        else:
            text += f"{byte:02d}" if pairs else chr(byte)
            at += 1
    return text
