"""A simulated ZPL label printer: it prints what its own interpreter understands, and counts what it does not."""

import re

from device_drivers.simulators.label_canvas import Canvas, LabelRoll
from device_drivers.simulators.machine import Machine

_FORMAT = 1 << 21
"""Bytes of one format at most."""
_COMMAND = re.compile(r"\^([A-Z][A-Z0-9@])([^^~]*)")
_CODES = {"BE": "ean13", "BC": "code128", "BQ": "qr"}


class _Field:
    """What one field is made of, from ``^FO`` to ``^FS``."""

    def __init__(self) -> None:
        self.x = self.y = 0
        self.code = ""
        self.height = 10
        self.cell = 2
        self.data: str | None = None


class ZplLabelPrinter(Machine):
    """A printer of 203 dpi."""

    def __init__(self, *, roll: LabelRoll | None = None) -> None:
        self.roll = roll or LabelRoll()
        self.strange = 0
        self._buffer = b""
        self._size = [832, 1200]
        self._module, self._height = 2, 10
        self._copies = 1

    def receive(self, data: bytes) -> bytes:
        """Take bytes; answer the questions among them."""
        answer = b""
        self._buffer += data
        while True:
            ask = min((at for name in (b"~HS", b"~JA") if (at := self._buffer.find(name)) >= 0), default=-1)
            end = self._buffer.find(b"^XZ")
            if ask >= 0 and (end < 0 or ask < end):
                # it is taken out of whatever it stands in
                name, self._buffer = self._buffer[ask : ask + 3], self._buffer[:ask] + self._buffer[ask + 3 :]
                if name == b"~HS":
                    answer += self._status()
                else:
                    self._buffer = self._buffer[ask:]
                    self.roll.cancel()
            elif end >= 0:
                found, self._buffer = self._buffer[:end], self._buffer[end + 3 :]
                self._format(found.decode("latin-1"))
            else:
                break
        if len(self._buffer) > _FORMAT:
            self.strange += 1
            self._buffer = b""
        return answer

    def _status(self) -> bytes:
        """Answer ``~HS``: three strings."""
        self.roll.work()
        partial = int(b"^XA" in self._buffer)
        busy = int(self.roll.ask())
        first = f"030,{int(self.roll.paper_out)},0,{self._size[1]:04d},{busy:03d},0,0,{partial},000,0,0,0"
        second = f"000,0,{int(self.roll.head_open)},0,0,2,4,0,{len(self.roll.waiting):08d},1,000"
        return b"".join(b"\x02" + text.encode() + b"\x03\r\n" for text in (first, second, "1234,0"))

    def _format(self, text: str) -> None:
        """Print one format; what stands before its ``^XA`` belongs to none."""
        before, start, body = text.rpartition("^XA")
        if before.strip("\r\n") or not start:
            self.strange += 1
        if not start:
            return
        commands = _COMMAND.findall(body)
        self._copies = 1
        for name, parameters in commands:
            if name in {"PW", "LL"} and parameters.strip().isdigit():
                self._size[0 if name == "PW" else 1] = min(int(parameters[:6]), 6000)
        canvas = Canvas(*self._size)
        field = _Field()
        for name, parameters in commands:
            try:
                if not self._command(canvas, field, name, parameters.rstrip("\r\n")):
                    self.strange += 1
            except (ValueError, IndexError):
                self.strange += 1
            if name == "FS":
                field = _Field()
        if len("".join(f"^{name}{parameters}" for name, parameters in commands)) != len(body.strip("\r\n")):
            self.strange += 1
        self.roll.put(canvas.printed(), self._copies)

    def _command(self, canvas: Canvas, field: _Field, name: str, parameters: str) -> bool:
        """Carry one command out; False when it is not understood."""
        values = [*parameters.split(","), *[""] * 5]
        match name:
            case "PW" | "LL" | "LH" | "PO":
                return True
            case "FO":
                field.x, field.y = int(values[0]), int(values[1])
            case "BY":
                self._module, self._height = min(int(values[0]), 10), min(int(values[2]), 2000)
            case "GF":
                return self._picture(canvas, field, parameters)
            case "BE" | "BC":
                field.code, field.height = _CODES[name], min(int(values[1] or self._height), 2000)
                return values[2] == "N"
            case "BQ":
                field.code, field.cell = "qr", int(values[2])
                return values[0] == "N" and values[1] == "2" and 1 <= field.cell <= 10
            case "FD":
                field.data = parameters
            case "FS":
                return self._draw(canvas, field)
            case "PQ":
                self._copies = int(values[0])
            case _:
                return False
        return True

    def _picture(self, canvas: Canvas, field: _Field, parameters: str) -> bool:
        """Draw ``^GFA``: bytes in hexadecimal."""
        kind, size, total, across, data = parameters.split(",", 4)
        rows = bytes.fromhex(data)
        if kind != "A" or size != total or len(rows) != int(size) or len(rows) % int(across):
            return False
        canvas.bitmap(field.x, field.y, int(across), rows)
        return True

    def _draw(self, canvas: Canvas, field: _Field) -> bool:
        """Draw what the field holds when it ends."""
        if not field.code:
            return field.data is None
        if field.data is None:
            return False
        place = (field.x, field.y)
        if field.code == "qr":
            head, data = field.data[:3], field.data[3:]
            # it sinks by the height that ^BY set, as the real ones do
            return head == "MA," and canvas.qr(data, (field.x, field.y + self._height), field.cell)
        if ">" in field.data:
            return False
        return canvas.bars(field.code, field.data, place, self._module, field.height)
