"""Simulated customer displays that show their rows: CD5220's and Epson's commands, and eight digits with lamps.

They are as strict as the manuals: what a real display would not understand is counted in ``strange`` and not shown.
"""

from collections.abc import Mapping

from device_drivers.simulators.machine import Machine

COLUMNS, ROWS = 20, 2
_LAMPS = {ord("0"): "", ord("1"): "单价", ord("2"): "合计", ord("3"): "收款", ord("4"): "找零"}


class _Rows(Machine):
    """Two rows of cells and a cursor. ``chinese``: two bytes of GB 2312 are one character of two cells."""

    lengths: Mapping[bytes, int]
    """Commands → bytes of their parameters."""

    def __init__(self, *, chinese: bool = False) -> None:
        self.chinese = chinese
        self.strange = 0
        self._pending = b""
        self._cells = bytearray()
        self._cursor = 0
        self.clear()

    def clear(self) -> None:
        """Empty it: what a loss of power does."""
        self._cells = bytearray(b" " * (COLUMNS * ROWS))
        self._cursor = 0

    @property
    def rows(self) -> tuple[str, ...]:
        """What a person sees."""
        encoding = "gb18030" if self.chinese else "cp437"
        return tuple(
            bytes(self._cells[at : at + COLUMNS]).decode(encoding, errors="replace")
            for at in range(0, COLUMNS * ROWS, COLUMNS)
        )

    def receive(self, data: bytes) -> bytes:
        """Take bytes; it never answers."""
        for byte in data:
            self._take(byte)
        return b""

    def _take(self, byte: int) -> None:
        self._pending += bytes((byte,))
        head = next((head for head in self.lengths if self._pending.startswith(head)), None)
        if head is not None:
            if len(self._pending) == len(head) + self.lengths[head]:
                parameters, self._pending = self._pending[len(head) :], b""
                self.act(head, parameters)
        elif not any(known.startswith(self._pending) for known in self.lengths):
            plain = len(self._pending) == 1 and byte >= 0x20
            self._pending = b""
            if plain:
                self._put(byte)
            else:
                self.strange += 1

    def act(self, head: bytes, parameters: bytes) -> None:
        """Carry a command out."""

    def _put(self, byte: int) -> None:
        """Write one cell and step on, from the end of the lower row to the upper one."""
        self._cells[self._cursor] = byte
        self._cursor = (self._cursor + 1) % len(self._cells)

    def _go(self, column: int, row: int) -> None:
        """Place the cursor, counted from 1."""
        if 1 <= column <= COLUMNS and 1 <= row <= ROWS:
            self._cursor = (row - 1) * COLUMNS + column - 1
        else:
            self.strange += 1


class Cd5220Display(_Rows):
    """CD5220 in its standard mode."""

    lengths = {  # noqa: RUF012  a table that nobody changes
        b"\x0c": 0,  # CLR
        b"\x18": 0,  # CAN
        b"\x0b": 0,  # HOM
        b"\x1b@": 0,
        b"\x1b_": 1,
        b"\x1b*": 1,
        b"\x1bl": 2,
        b"\x1bQA": 0,
        b"\x1bQB": 0,
    }

    def __init__(self, *, chinese: bool = False) -> None:
        super().__init__(chinese=chinese)
        self._row: int | None = None
        self._string = bytearray()
        self._strings = False

    def _take(self, byte: int) -> None:
        """Within a string everything up to CR belongs to it."""
        if self._row is None:
            super()._take(byte)
        elif byte == 0x0D:
            at = self._row * COLUMNS
            self._cells[at : at + COLUMNS] = bytes(self._string).ljust(COLUMNS)
            self._row = None
        elif byte >= 0x20 and len(self._string) < COLUMNS:
            self._string.append(byte)
        else:
            self.strange += 1

    def act(self, head: bytes, parameters: bytes) -> None:
        """After a string only further strings, CLR and CAN are understood."""
        if head in {b"\x1bQA", b"\x1bQB"}:
            self._row, self._strings = head[2] - ord("A"), True
            self._string.clear()
        elif head == b"\x0c":
            self.clear()
            self._strings = False
        elif head == b"\x18":
            at = self._cursor // COLUMNS * COLUMNS
            self._cells[at : at + COLUMNS] = b" " * COLUMNS
            self._strings = False
        elif self._strings:
            self.strange += 1
        elif head == b"\x1b@":
            self.clear()
        elif head == b"\x0b":
            self._cursor = 0
        elif head == b"\x1bl":
            self._go(*parameters)


class EpsonDisplay(_Rows):
    """A DM-D display. It listens only while it is the selected device."""

    lengths = {  # noqa: RUF012  a table that nobody changes
        b"\x0c": 0,
        b"\x0b": 0,
        b"\x0d": 0,
        b"\x1b@": 0,
        b"\x1b=": 1,
        b"\x1bt": 1,
        b"\x1bR": 1,
        b"\x1f$": 2,
        b"\x1fC": 1,
        b"\x1fX": 1,
    }

    def __init__(self, *, chinese: bool = False) -> None:
        super().__init__(chinese=chinese)
        self.selected = True

    def _put(self, byte: int) -> None:
        if self.selected:
            super()._put(byte)

    def act(self, head: bytes, parameters: bytes) -> None:
        """Carry a command out."""
        if head == b"\x1b=":
            self.selected = bool(parameters[0] & 2)
        elif not self.selected:
            return
        elif head in {b"\x0c", b"\x1b@"}:
            self.clear()
        elif head == b"\x0b":
            self._cursor = 0
        elif head == b"\x0d":
            self._cursor -= self._cursor % COLUMNS
        elif head == b"\x1f$":
            self._go(*parameters)


class Led8Display(Machine):
    """Eight digits. ``shown``: digits as they stand, ``lamp``: 单价, 合计, 收款, 找零 or ""."""

    def __init__(self) -> None:
        self.shown = ""
        self.lamp = ""
        self.strange = 0
        self._pending = b""

    def receive(self, data: bytes) -> bytes:
        """Take bytes; it never answers."""
        for byte in data:
            self._take(byte)
        return b""

    def _take(self, byte: int) -> None:
        self._pending += bytes((byte,))
        pending = self._pending
        if pending in {b"\x0c", b"\x1b@"}:
            self.shown, self.lamp = "", ""
        elif pending.startswith(b"\x1bs") and len(pending) == 3:
            if byte in _LAMPS:
                self.lamp = _LAMPS[byte]
            else:
                self.strange += 1
        elif pending.startswith(b"\x1bQA") and len(pending) > 3:
            if byte != 0x0D and len(pending) < 32:
                return
            self._show(pending[3:-1])
        elif b"\x1bQA".startswith(pending) or pending == b"\x1bs":
            return
        else:
            self.strange += 1
        self._pending = b""

    def _show(self, text: bytes) -> None:
        digits = text.replace(b".", b"")
        if len(digits) <= 8 and all(byte in b"0123456789-" for byte in digits):
            self.shown = text.decode("ascii")
        else:
            self.strange += 1
