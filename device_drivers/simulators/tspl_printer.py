"""A simulated TSPL label printer: it prints what its own interpreter understands, and counts what it does not."""

import re

from device_drivers.simulators.label_canvas import Canvas, LabelRoll
from device_drivers.simulators.machine import Machine

_BITMAP = re.compile(rb"BITMAP +(\d{1,5}), *(\d{1,5}), *(\d{1,4}), *(\d{1,5}), *([012]),")
_HEAD = 64
"""A BITMAP's numbers are over by then."""
_LINE = 2048
"""A line that is longer is no command."""
_PICTURE = 1 << 21
"""Bytes of one BITMAP at most."""
_IMMEDIATE = re.compile(rb"\x1b!([?.])")
_ARGUMENTS = re.compile(r'"([^"]*)"|([^,"]+)')
_UNITS = {"mm": 1.0, "dot": 0.0, "": 25.4}


class TsplLabelPrinter(Machine):
    """A printer of 203 dpi. Commands that are answered at once are seen anywhere, as the real ones' interrupts do."""

    def __init__(self, *, dots_per_mm: int = 8, roll: LabelRoll | None = None) -> None:
        self.roll = roll or LabelRoll()
        self.strange = 0
        self._dots_per_mm = dots_per_mm
        self._size = (320, 240)
        self._canvas = Canvas(*self._size)
        self._tail = b""
        self._buffer = b""

    def receive(self, data: bytes) -> bytes:
        """Take bytes; answer the questions among them."""
        answer = b""
        self._tail += data
        while (found := _IMMEDIATE.search(self._tail)) is not None:
            self._buffer += self._tail[: found.start()]
            self._tail = self._tail[found.end() :]
            if found.group(1) == b"?":
                self._interpret()
                answer += bytes((self._status(),))
            else:
                self._buffer = b""
                self.roll.cancel()
        kept = next((n for n in (2, 1) if self._tail.endswith(b"\x1b!"[:n])), 0)
        self._buffer += self._tail[: len(self._tail) - kept]
        self._tail = self._tail[len(self._tail) - kept :]
        self._interpret()
        return answer

    def _status(self) -> int:
        """Make the status byte."""
        self.roll.work()
        trouble = (0x01 if self.roll.head_open else 0) | (0x04 if self.roll.paper_out else 0)
        return trouble | (0x20 if self.roll.ask() and not trouble else 0)

    def _interpret(self) -> None:
        """Carry out all commands that are whole."""
        while True:
            self._buffer = self._buffer.lstrip(b"\r\n")
            if self._buffer.startswith(b"BITMAP"):
                if not self._bitmap():
                    return
                continue
            end = self._buffer.find(b"\n")
            if end < 0:
                if len(self._buffer) > _LINE:
                    self.strange += 1
                    self._buffer = b""
                return
            line, self._buffer = self._buffer[:end], self._buffer[end + 1 :]
            if not self._command(line.strip().decode("latin-1")):
                self.strange += 1

    def _bitmap(self) -> bool:
        """Draw a picture; False while more of it has to come."""
        head = _BITMAP.match(self._buffer[:_HEAD])
        if head is None:
            if len(self._buffer) < _HEAD and b"\n" not in self._buffer:
                return False
            self.strange += 1
            self._buffer = self._buffer[len(b"BITMAP") :]
            return True
        x, y, across, height, _ = (int(number) for number in head.groups())
        size = across * height
        if not 0 < size <= _PICTURE:
            self.strange += 1
            self._buffer = self._buffer[head.end() :]
            return True
        if len(self._buffer) < head.end() + size:
            return False
        rows = self._buffer[head.end() : head.end() + size]
        self._canvas.bitmap(x, y, across, bytes(byte ^ 0xFF for byte in rows))
        self._buffer = self._buffer[head.end() + size :]
        return True

    def _command(self, line: str) -> bool:
        """Carry one command out; False when it is not understood."""
        name, _, rest = line.partition(" ")
        found = _ARGUMENTS.findall(rest)
        quoted = rest.endswith('"')
        values = [inside or outside.strip() for inside, outside in found]
        try:
            match name:
                case "SIZE":
                    self._size = (self._dots(values[0]), self._dots(values[1]))
                    self._canvas = Canvas(*self._size)
                case "CLS":
                    self._canvas = Canvas(*self._size)
                case "PRINT":
                    copies = int(values[0]) * (int(values[1]) if len(values) > 1 else 1)
                    self.roll.put(self._canvas.printed(), copies)
                case "BARCODE":
                    return self._barcode(values) and quoted
                case "QRCODE":
                    return self._qr(values) and quoted
                case "GAP" | "DIRECTION" | "REFERENCE" | "DENSITY" | "SPEED" | "SET":
                    return bool(values)
                case _:
                    return False
        except (ValueError, IndexError, OverflowError):
            return False
        return True

    def _dots(self, size: str) -> int:
        """Read ``40 mm``, ``320 dot`` or inches."""
        number, _, unit = size.partition(" ")
        per_mm = _UNITS[unit.strip()] if unit.strip() in _UNITS else float("nan")
        return round(float(number)) if unit.strip() == "dot" else round(float(number) * per_mm * self._dots_per_mm)

    def _barcode(self, values: list[str]) -> bool:
        x, y, kind, height, human, rotation, narrow, _, data = values
        kinds = {"128": "code128", "EAN13": "ean13"}
        if kind not in kinds or human != "0" or rotation != "0":
            return False
        return self._canvas.bars(kinds[kind], data, (int(x), int(y)), min(int(narrow), 20), min(int(height), 2000))

    def _qr(self, values: list[str]) -> bool:
        x, y, level, cell, mode, rotation, model, _, data = values
        if level not in "LMQH" or mode != "A" or rotation != "0" or model != "M2":
            return False
        return self._canvas.qr(data, (int(x), int(y)), min(max(int(cell), 1), 20))
