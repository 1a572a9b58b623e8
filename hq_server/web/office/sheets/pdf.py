"""Tables as PDF on A4: embedded font, so Chinese stands everywhere; titles on every page, numbers on the right.

Columns are as wide as what stands in them; where all do not fit, the paper lies on its side, then texts wrap.
"""

import io
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from fpdf import FPDF

from hq_server.errors import Code, InputError
from hq_server.web.office.sheets import font
from hq_server.web.office.sheets.table import NUMBERS, Table, as_text, clean

ROWS_MAX = 20_000
"""Rows of one paper: some 500 pages, which nobody reads; longer lists belong into a workbook."""

_TITLE = 14.0
_SUBTITLE = 11.0
_SIZE = 8.0
_LINE = 4.2  # mm: one line of a cell
_GAP = 1.2  # mm on each side of a cell's text
_MARGIN = 12.0
_FOOT = 12.0
_SHORT, _LONG = 210.0, 297.0
_WIDTH_MIN = 10.0
_FIRM_SHARE = 0.75
_APART = 10.0
_BEGUN = 30.0  # mm that a title, the heads and some rows need: less is left at a page's end, and the next one begins
_INK, _RULE, _FAINT = 20, 190, 110


def write(tables: Sequence[Table], file: BinaryIO, *, language: str, zone_minutes: int = 480) -> None:
    """Write the tables one after the other. InputError ``bad_value`` when there are more than ``ROWS_MAX`` rows."""
    texts = [_Texts(table, zone_minutes) for table in tables]
    if sum(len(text.rows) for text in texts) > ROWS_MAX:
        raise InputError(Code.BAD_VALUE, field="format", max=ROWS_MAX)
    paper = _Paper(language, texts)
    for text in texts:
        paper.draw(text)
    file.write(paper.finished())


class _Texts:
    """A table as texts: heads, rows, sums, notes; ``right``: columns of numbers, ``firm``: never broken into lines."""

    def __init__(self, table: Table, zone_minutes: int) -> None:
        kinds = [column.kind for column in table.columns]
        self.title = clean(table.title)
        self.heads = [clean(column.title) for column in table.columns]
        self.right = [kind in NUMBERS for kind in kinds]
        self.firm = [kind in NUMBERS or kind in {"day", "time"} for kind in kinds]
        self.rows: list[list[str]] = []
        for row in table.rows:
            values = zip(kinds, row, strict=True)
            self.rows.append([as_text(kind, value, zone_minutes, grouped=True) for kind, value in values])
            if len(self.rows) > ROWS_MAX:
                break
        sums = zip(kinds, table.sums, strict=True) if table.sums else ()
        self.sums = [as_text(kind, value, zone_minutes, grouped=True) for kind, value in sums]
        self.notes = [clean(note) for note in table.notes]

    def bold(self) -> Iterable[str]:
        """What is set in bold."""
        return (self.title, *self.heads, *self.sums)

    def plain(self) -> Iterable[str]:
        """What is not."""
        yield from self.notes
        for row in self.rows:
            yield from row


class _Paper:
    """The document while it is drawn."""

    def __init__(self, language: str, texts: Sequence[_Texts]) -> None:
        self.pdf = FPDF(unit="mm", format="A4")
        self.pdf.set_auto_page_break(False)
        self.pdf.set_title(texts[0].title if texts else "")
        self.pdf.set_lang(language)
        self._add_font("", language, font.REGULAR, (text for table in texts for text in table.plain()))
        self._add_font("B", language, font.BOLD, (text for table in texts for text in table.bold()))
        self.widths: list[float] = []

    def _add_font(self, style: str, language: str, weight: int, texts: Iterable[str]) -> None:
        """Embed a font of the characters that are used; fpdf2 reads fonts from files only."""
        characters: set[str] = set()
        for text in texts:
            characters.update(text)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sheet.ttf"
            path.write_bytes(font.make(characters, language, weight))
            self.pdf.add_font("sheet", style, path)

    def draw(self, table: _Texts) -> None:
        """Draw one table, below the one before where there is room and the paper lies as it should."""
        self.pdf.set_font("sheet", "", _SIZE)
        wanted = self._wanted(table)
        room = _SHORT - 2 * _MARGIN
        lying = sum(wanted) > room
        self.widths = _fitted(wanted, table.firm, _LONG - 2 * _MARGIN if lying else room)
        top = self.pdf.get_y() + _APART
        if not self.pdf.page or lying != (self.pdf.w > self.pdf.h) or top + _BEGUN > self.pdf.h - _FOOT:
            self.pdf.add_page("landscape" if lying else "portrait")
            top = _MARGIN
        self.pdf.set_font("sheet", "B", _TITLE if self.pdf.page == 1 and top == _MARGIN else _SUBTITLE)
        self.pdf.set_text_color(_INK)
        self.pdf.text(_MARGIN, top + 4, table.title)
        self.pdf.set_y(top + 9)
        self._row(table, table.heads, "B")
        for row in table.rows:
            self._row(table, row, "")
        if table.sums:
            self._row(table, table.sums, "B")
        self._notes(table.notes)

    def finished(self) -> bytes:
        """Number the pages and return the file."""
        self.pdf.set_font("sheet", "", _SIZE)
        self.pdf.set_text_color(_FAINT)
        for n in range(1, self.pdf.pages_count + 1):
            self.pdf.page = n
            text = f"{n} / {self.pdf.pages_count}"
            width = self.pdf.pages[n].dimensions()[0] or 0.0
            x = width / self.pdf.k - _MARGIN - self.pdf.get_string_width(text)
            height = self.pdf.pages[n].dimensions()[1] or 0.0
            self.pdf.text(x, height / self.pdf.k - _FOOT / 2, text)
        file = io.BytesIO()
        self.pdf.output(file)
        return file.getvalue()

    def _wanted(self, table: _Texts) -> list[float]:
        """Return how wide each column wants to be; heads and sums are bold, and so wider than the same in a row."""
        plain = self._widest([""] * len(table.heads), *table.rows)
        self.pdf.set_font("sheet", "B", _SIZE)
        bold = self._widest(table.heads, table.sums)
        self.pdf.set_font("sheet", "", _SIZE)
        return [max(_WIDTH_MIN, max(widths) * 1.02 + 2 * _GAP) for widths in zip(plain, bold, strict=True)]

    def _widest(self, *rows: Sequence[str]) -> list[float]:
        """Return the width of each column's widest text in the present font; only the longest are measured."""
        columns: list[set[str]] = [set() for _ in rows[0]]
        for row in rows:
            for texts, text in zip(columns, row, strict=False):
                texts.add(text)
        longest = [sorted(texts, key=_breadth)[-3:] for texts in columns]
        return [max(self.pdf.get_string_width(text) for text in texts) for texts in longest]

    def _row(self, table: _Texts, texts: Sequence[str], style: str) -> None:
        """Draw one row; where it does not fit any more, a new page begins with the heads."""
        self.pdf.set_font("sheet", style, _SIZE)
        cells = [self._wrapped(text, width - 2 * _GAP) for text, width in zip(texts, self.widths, strict=True)]
        height = max((len(lines) for lines in cells), default=1) * _LINE + _GAP
        if self.pdf.get_y() + height > self.pdf.h - _FOOT:
            self.pdf.add_page(same=True)
            self.pdf.set_y(_MARGIN)
            if texts is not table.heads:
                self._row(table, table.heads, "B")
                self.pdf.set_font("sheet", style, _SIZE)
        self._cells(cells, table.right)
        y = self.pdf.get_y() + height
        self.pdf.set_draw_color(_INK if style else _RULE)
        self.pdf.line(_MARGIN, y, _MARGIN + sum(self.widths), y)
        self.pdf.set_y(y)

    def _cells(self, cells: Sequence[Sequence[str]], right: Sequence[bool]) -> None:
        """Draw the texts of one row at the present height."""
        self.pdf.set_text_color(_INK)
        x, top = _MARGIN, self.pdf.get_y()
        for lines, width, at_right in zip(cells, self.widths, right, strict=True):
            for n, line in enumerate(lines):
                shift = width - _GAP - self.pdf.get_string_width(line) if at_right else _GAP
                self.pdf.text(x + shift, top + (n + 0.85) * _LINE, line)
            x += width

    def _notes(self, notes: Sequence[str]) -> None:
        self.pdf.set_font("sheet", "", _SIZE)
        self.pdf.set_text_color(_FAINT)
        self.pdf.set_y(self.pdf.get_y() + _LINE)
        for note in notes:
            for line in self._wrapped(note, self.pdf.w - 2 * _MARGIN):
                if self.pdf.get_y() + _LINE > self.pdf.h - _FOOT:
                    self.pdf.add_page(same=True)
                    self.pdf.set_y(_MARGIN)
                self.pdf.text(_MARGIN, self.pdf.get_y() + _LINE, line)
                self.pdf.set_y(self.pdf.get_y() + _LINE)

    def _wrapped(self, text: str, width: float) -> list[str]:
        """Break a text into lines: behind a space where one is near, else anywhere, as Chinese may be."""
        lines: list[str] = []
        while self.pdf.get_string_width(text) > width and len(text) > 1:
            end = len(text)
            while end > 1 and self.pdf.get_string_width(text[:end]) > width:
                end = min(end - 1, max(1, int(end * width / self.pdf.get_string_width(text[:end])) + 1))
            space = text.rfind(" ", end // 2, end)
            end = space + 1 if space > 0 else end
            lines.append(text[:end].rstrip())
            text = text[end:]
        return [*lines, text]


def _breadth(text: str) -> int:
    """Guess how wide a text is without measuring: a Chinese character is two Latin ones."""
    return sum(1 if character.isascii() else 2 for character in text)


def _fitted(wanted: Sequence[float], firm: Sequence[bool], room: float) -> list[float]:
    """Share the paper's width: figures and days keep theirs, so do columns narrower than their share.

    Where figures alone would take most of the paper, they give way as all do.
    """
    if sum(wanted) <= room:
        return list(wanted)
    fitted = dict(enumerate(wanted))
    firm_width = sum(width for width, is_firm in zip(wanted, firm, strict=True) if is_firm)
    keeps = firm_width <= room * _FIRM_SHARE
    open_ = {n for n in fitted if not (keeps and firm[n])}
    left = room - firm_width if keeps else room
    while open_:
        share = left / len(open_)
        fits = {n for n in open_ if wanted[n] <= share}
        if not fits:
            fitted.update(dict.fromkeys(open_, share))
            break
        left -= sum(wanted[n] for n in fits)
        open_ -= fits
    return [fitted[n] for n in range(len(wanted))]
