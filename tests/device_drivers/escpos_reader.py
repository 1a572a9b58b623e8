"""An ESC/POS printer on paper: reads a job's bytes strictly and gives back its texts, codes and picture.

Written from the command reference alone (Epson, "ESC/POS Command Reference", TM-T88 series; FS commands: the Chinese
models' supplement) and sharing no line with the encoder or with the simulator: what all three agree on is what a
printer does. Strict: a command that it does not know, or text that no Chinese printer could take, is an error.
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import manimgx_fonts_cjk
from PIL import Image, ImageDraw, ImageFont

FONT = Path(manimgx_fonts_cjk.__file__).parent / "NotoSansCJK-VF.otf.ttc"


class BadJobError(Exception):
    """No printer could be trusted with these bytes."""


@dataclass
class Receipt:
    """What lies in the tray after a cut. ``lines``: printed texts; ``codes``: (qr | code128 | …, data)."""

    lines: list[str] = field(default_factory=list)
    codes: list[tuple[str, str]] = field(default_factory=list)
    pictures: list[tuple[int, int]] = field(default_factory=list)
    strips: list[Image.Image] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines)

    def picture(self, dots: int) -> Image.Image:
        """The paper, one dot one pixel."""
        paper = Image.new("L", (dots, max(1, sum(strip.height for strip in self.strips))), 255)
        y = 0
        for strip in self.strips:
            paper.paste(strip, (0, y))
            y += strip.height
        return paper


@dataclass
class Style:
    """What the next characters look like."""

    bold: bool = False
    wide: int = 1
    tall: int = 1
    align: int = 0


@dataclass
class Reader:
    """Reads one job after another. ``receipts``: the cut ones; ``pulses``: (pin, ms on); ``asked``: status requests."""

    dots: int = 576
    receipts: list[Receipt] = field(default_factory=list)
    current: Receipt = field(default_factory=Receipt)
    pulses: list[tuple[int, int]] = field(default_factory=list)
    asked: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._reset()
        self._qr = b""

    def _reset(self) -> None:
        self._style = Style()
        self._chinese = False
        self._spacing = 30
        self._line: list[tuple[int, str, Style]] = []
        self._x = 0
        self._hri, self._bar_height, self._bar_width = 0, 162, 3

    # The bytes

    def read(self, job: bytes) -> "Reader":
        """Read a whole job; a command cut off at its end is an error."""
        self._data, self._at = job, 0
        while self._at < len(job):
            byte = self._next()
            if byte in (commands := {0x0A: self._feed_line, 0x10: self._dle, 0x1B: self._esc, 0x1D: self._gs}):
                commands[byte]()
            elif byte == 0x1C:
                self._fs()
            elif byte >= 0x20:
                self._character(byte)
            else:
                raise BadJobError(f"control byte {byte:#04x} at {self._at - 1}")
        return self

    def _next(self) -> int:
        if self._at >= len(self._data):
            raise BadJobError("the job ends within a command")
        self._at += 1
        return self._data[self._at - 1]

    def _take(self, count: int) -> bytes:
        if self._at + count > len(self._data):
            raise BadJobError("the job ends within a command's data")
        self._at += count
        return self._data[self._at - count : self._at]

    def _word(self) -> int:
        return int.from_bytes(self._take(2), "little")

    # Text

    def _character(self, byte: int) -> None:
        if byte < 0x80:
            self._put(chr(byte), 12)
            return
        if not self._chinese:
            raise BadJobError(f"byte {byte:#04x} outside Chinese mode at {self._at - 1}")
        second = self._next()
        if 0x30 <= second <= 0x39:
            raise BadJobError("four-byte GB18030: GBK printers cannot draw it")
        try:
            self._put(bytes((byte, second)).decode("gbk"), 24)
        except UnicodeDecodeError:
            raise BadJobError(f"no GBK character: {byte:02x}{second:02x}") from None

    def _put(self, character: str, width: int) -> None:
        style = Style(self._style.bold, self._style.wide, self._style.tall)
        if self._x + width * style.wide > self.dots:
            raise BadJobError("text runs over the edge: the printer would break the line where it likes")
        self._line.append((self._x, character, style))
        self._x += width * style.wide

    def _feed_line(self) -> None:
        """Print the line buffer and feed by the line spacing, or by the line's height where that is more."""
        height = max([24 * style.tall for _, _, style in self._line], default=0)
        strip = Image.new("L", (self.dots, max(height, self._spacing)), 255)
        shift = {0: 0, 1: (self.dots - self._x) // 2, 2: self.dots - self._x}[self._style.align]
        for x, character, style in self._line:
            glyph = _glyph(character, 24 if ord(character) > 0x7F else 12, style.bold)
            big = glyph.resize((glyph.width * style.wide, glyph.height * style.tall))
            strip.paste(big, (x + shift, height - big.height))
        self.current.strips.append(strip)
        self.current.lines.append(self._words())
        self._line, self._x = [], 0

    def _words(self) -> str:
        """The line as a person reads it: a gap of one cell or more is blanks."""
        words, at = "", 0
        for x, character, style in self._line:
            words += " " * ((x - at) // 12) + character
            at = x + (24 if ord(character) > 0x7F else 12) * style.wide
        return words.rstrip()

    # Commands

    def _dle(self) -> None:
        kind, number = self._next(), self._next()
        if kind != 0x04 or number not in {1, 2, 3, 4}:
            raise BadJobError("DLE without EOT 1…4")
        self.asked.append(bytes((0x10, kind, number)))

    def _esc(self) -> None:
        command = chr(self._next())
        match command:
            case "@":
                self._reset()
            case "a":
                self._style.align = self._one_of("012")
            case "E" | "G":
                self._style.bold = bool(self._next() & 1)
            case "!":
                mode = self._next()
                self._style.bold = bool(mode & 8)
                self._style.tall, self._style.wide = 1 + (mode >> 4 & 1), 1 + (mode >> 5 & 1)
            case "$":
                self._x = self._word()
            case "2":
                self._spacing = 30
            case "3":
                self._spacing = self._next()
            case "d":
                self._flush()
                self._blank(self._next() * self._spacing)
            case "J":
                self._flush()
                self._blank(self._next())
            case "p":
                pin, on, _ = self._next(), self._next(), self._next()
                self.pulses.append((pin % 48, on * 2))
            case _:
                self._skip("ESC", command, {"t": 1, "R": 1, "M": 1, "{": 1, "-": 1, "=": 1, "c": 2})

    def _skip(self, family: str, command: str, lengths: dict[str, int]) -> None:
        """Pass over a command that changes nothing of what this reader shows."""
        if command not in lengths:
            raise BadJobError(f"{family} {command!r}")
        self._take(lengths[command])

    def _one_of(self, allowed: str) -> int:
        value = self._next()
        value = value - 0x30 if value >= 0x30 else value
        if str(value) not in allowed:
            raise BadJobError(f"parameter {value}")
        return value

    def _fs(self) -> None:
        command = chr(self._next())
        match command:
            case "&":
                self._chinese = True
            case ".":
                self._chinese = False
            case _:
                self._skip("FS", command, {"!": 1, "W": 1, "S": 2})  # sizes of Chinese alone: GS ! says it for both

    def _gs(self) -> None:
        command = chr(self._next())
        match command:
            case "!":
                size = self._next()
                self._style.wide, self._style.tall = 1 + (size >> 4 & 7), 1 + (size & 7)
            case "V":
                self._cut()
            case "v":
                self._raster()
            case "(":
                self._function()
            case "k":
                self._barcode()
            case "h":
                self._bar_height = self._next()
            case "w":
                self._bar_width = self._next()
            case "H":
                self._hri = self._one_of("0123")
            case "r" | "I":
                self.asked.append(b"\x1d" + command.encode() + bytes((self._next(),)))
            case _:
                self._skip("GS", command, {"B": 1, "a": 1, "b": 1, "f": 1, "L": 2, "W": 2})

    def _flush(self) -> None:
        if self._line:
            self._feed_line()

    def _blank(self, height: int) -> None:
        if height:
            self.current.strips.append(Image.new("L", (self.dots, height), 255))

    def _cut(self) -> None:
        mode = self._next()
        if mode in {65, 66}:
            self._blank(self._next())
        elif mode not in {0, 1, 48, 49}:
            raise BadJobError(f"GS V {mode}")
        if self._line:
            raise BadJobError("cut in the middle of a line")
        self.receipts.append(self.current)
        self.current = Receipt()

    def _raster(self) -> None:
        if self._next() not in {0, 0x30} or self._next() not in {0, 0x30}:
            raise BadJobError("GS v without 0, or a scaled picture")
        bytes_across, height = self._word(), self._word()
        if bytes_across * 8 > self.dots or not bytes_across or not height:
            raise BadJobError(f"a picture of {bytes_across * 8} dots on paper of {self.dots}")
        rows = self._take(bytes_across * height)
        picture = Image.frombytes("1", (bytes_across * 8, height), bytes(255 - byte for byte in rows)).convert("L")
        self._flush()
        strip = Image.new("L", (self.dots, height), 255)
        shift = {0: 0, 1: (self.dots - picture.width) // 2, 2: self.dots - picture.width}[self._style.align]
        strip.paste(picture, (shift, 0))
        self.current.strips.append(strip)
        self.current.pictures.append(picture.size)

    def _function(self) -> None:
        """GS ( k: two-dimensional codes; function 80 stores, 81 prints."""
        if chr(self._next()) != "k":
            raise BadJobError("GS ( other than k")
        body = self._take(self._word())
        kind, function = body[0], body[1]
        if kind != 49:
            raise BadJobError("a two-dimensional code other than QR")
        if function == 80:
            self._qr = body[3:]
        elif function == 81:
            if not self._qr:
                raise BadJobError("a QR code without data")
            self._flush()
            self.current.codes.append(("qr", self._qr.decode()))
        elif function not in {65, 67, 69}:
            raise BadJobError(f"GS ( k function {function}")

    def _barcode(self) -> None:
        system = self._next()
        if system <= 6:
            data = bytearray()
            while byte := self._next():
                data.append(byte)
        else:
            data = bytearray(self._take(self._next()))
        names = {2: "ean13", 67: "ean13", 4: "code39", 69: "code39", 73: "code128"}
        if system not in names:
            raise BadJobError(f"barcode system {system}")
        text = bytes(data).decode("ascii")
        if names[system] == "code128":
            if text[:2] not in {"{A", "{B", "{C"}:
                raise BadJobError("Code 128 without a code set")
            text = text[2:]
        self._flush()
        self.current.codes.append((names[system], text))


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(FONT), size, index=2)
    font.set_variation_by_axes([450])
    return font


@cache
def _glyph(character: str, width: int, bold: bool) -> Image.Image:
    """One character in its cell of 12 or 24 by 24 dots."""
    cell = Image.new("L", (width, 24), 255)
    draw = ImageDraw.Draw(cell)
    font = _font(22 if width == 24 else 20)
    for shift in (0, 1) if bold else (0,):
        draw.text((width / 2 + shift, 12), character, font=font, fill=0, anchor="mm")
    return cell
