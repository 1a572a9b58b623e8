"""What simulated label printers draw on, and how they print: one label after another, while they have labels.

Loads Pillow: only who simulates imports it.
"""

import io
from typing import NamedTuple

from barcode.codex import Code128
from barcode.ean import EuropeanArticleNumber13
from barcode.errors import BarcodeError
from PIL import Image, ImageDraw
from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode

KEPT = 50
"""Printed labels that are kept to be looked at."""
SIDE = 4800
"""Dots of a side at most: 400 mm at 300 dpi."""
WAITING = 200
"""Labels that wait for paper."""


class PrintedLabel(NamedTuple):
    """One printed label. ``codes``: (kind, data) of what the printer drew itself, in the order of its commands."""

    image: Image.Image
    codes: tuple[tuple[str, str], ...]

    def png(self) -> bytes:
        """Return the label as a PNG."""
        data = io.BytesIO()
        self.image.save(data, "PNG")
        return data.getvalue()


class Canvas:
    """White paper of so many dots; black is drawn, what lies outside is lost."""

    def __init__(self, width: int, height: int) -> None:

        self.codes: list[tuple[str, str]] = []
        self._image = Image.new("1", (min(max(width, 1), SIDE), min(max(height, 1), SIDE)), 1)

    def bitmap(self, x: int, y: int, across: int, rows: bytes) -> None:
        """Draw rows of `across` bytes, 1 is black."""
        if across > 0 and rows:
            ink = Image.frombytes("1", (across * 8, len(rows) // across), rows)
            self._image.paste(0, (x, y), ink)

    def bars(self, kind: str, data: str, place: tuple[int, int], module: int, height: int) -> bool:
        """Draw a barcode (``ean13``, ``code128``); False when its data cannot be one."""
        if not data.isascii() or (kind == "ean13" and not (data.isdigit() and len(data) in {12, 13})):
            return False
        try:
            made = EuropeanArticleNumber13(data) if kind == "ean13" else Code128(data)
            pattern = made.build()[0]
        except (BarcodeError, KeyError, ValueError, IndexError):
            return False
        pen = ImageDraw.Draw(self._image)
        x, y = place
        for number, bar in enumerate(pattern):
            if bar == "1":
                left = x + number * module
                pen.rectangle((left, y, left + module - 1, y + height - 1), fill=0)
        self.codes.append((kind, made.get_fullcode() if kind == "ean13" else data))
        return True

    def qr(self, data: str, place: tuple[int, int], cell: int) -> bool:
        """Draw a QR code, as small as its data allows; False when its data cannot be one."""
        code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
        code.add_data(data)
        try:
            code.make()
        except (DataOverflowError, ValueError):
            return False
        pen = ImageDraw.Draw(self._image)
        for row, modules in enumerate(code.get_matrix()):
            for column, black in enumerate(modules):
                if black:
                    left, top = place[0] + column * cell, place[1] + row * cell
                    pen.rectangle((left, top, left + cell - 1, top + cell - 1), fill=0)
        self.codes.append(("qr", data))
        return True

    def printed(self) -> PrintedLabel:
        """Return what stands on it now."""
        return PrintedLabel(self._image.copy(), tuple(self.codes))


class LabelRoll:
    """Labels and what hinders printing. ``left``: labels on the roll, None without end; ``labels``: those printed last.

    ``busy_asks``: how many questions for the status are answered "printing" after a job.
    """

    def __init__(self, left: int | None = None, busy_asks: int = 0) -> None:
        self.left = left
        self.head_open = False
        self.busy_asks = busy_asks
        self.labels: list[PrintedLabel] = []
        self.printed = 0
        self.waiting: list[PrintedLabel] = []
        self._busy = 0

    @property
    def paper_out(self) -> bool:
        """Whether the roll is at its end."""
        return self.left == 0

    def put(self, label: PrintedLabel, copies: int) -> None:
        """Queue labels and print as far as paper and head allow."""
        self.waiting += [label] * min(copies, WAITING - len(self.waiting))
        self._busy = self.busy_asks
        self.work()

    def work(self) -> None:
        """Print what waits."""
        while self.waiting and not self.paper_out and not self.head_open:
            self.labels = [*self.labels[1 - KEPT :], self.waiting.pop(0)]
            self.printed += 1
            self.left = None if self.left is None else self.left - 1

    def ask(self) -> bool:
        """Whether it is printing just now; each question brings it nearer to its end."""
        busy = self._busy > 0
        self._busy = max(0, self._busy - 1)
        return busy

    def cancel(self) -> None:
        """Drop what waits."""
        self.waiting.clear()
        self._busy = 0
