"""Excel workbooks: numbers as numbers, days as days, and never a formula, whatever a text begins with.

Written by XlsxWriter row by row, so a long list does not lie in memory. A text that looks like a formula carries the
mark of a typed apostrophe, and editing does not wake it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from hq_server.web.office.sheets.table import NUMBERS, Table, Value, as_text, calendar_day, clean, moment, number

ROWS_MAX = 1_000_000
"""Rows of one sheet: Excel ends at 1,048,576, and titles, sums and notes need room too; what is more goes on."""

_NAME_MAX = 31
_NAME_FORBIDDEN = str.maketrans("[]:*?/\\", "       ")
_TEXT_MAX = 32_767
_EXACT = 10**15
"""Excel keeps fifteen digits of a number; what is longer is written as text, so that nothing is lost in silence."""
_LEADS = ("=", "+", "-", "@")
_FORMATS = {
    "money": "#,##0.00",
    "points": "#,##0",
    "count": "#,##0",
    "quantity": "#,##0.###",
    "per_mille": "0.0%",
    "day": "yyyy-mm-dd",
    "time": "yyyy-mm-dd hh:mm:ss",
    "text": "",
}
_WIDTHS = {"money": 16, "points": 14, "count": 12, "quantity": 14, "per_mille": 12, "day": 12, "time": 20, "id": 36}
_WIDTH = 22
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WRITTEN = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Instead of the time of writing: the same tables make the same bytes."""


def write(tables: Sequence[Table], file: BinaryIO, *, language: str, zone_minutes: int = 480) -> None:
    """Write one sheet a table: titles in row 1, frozen; rows; sums in bold; notes below an empty row."""
    with Workbook(file, _OPTIONS) as book:
        title = clean(tables[0].title) if tables else ""
        book.set_properties({"title": title, "keywords": language, "created": _WRITTEN})
        maker = _Maker(book, zone_minutes)
        for table in tables:
            maker.add(table)


class _Maker:
    """Adds tables to a workbook."""

    def __init__(self, book: Any, zone_minutes: int) -> None:  # noqa: ANN401  XlsxWriter has no types
        self._book, self._zone = book, zone_minutes
        self._names: list[str] = []
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self._styles = {
            (kind, bold): book.add_format({"bold": bold} | ({"num_format": text} if text else {}))
            for kind, text in _FORMATS.items()
            for bold in (False, True)
        }

    def add(self, table: Table) -> None:
        """Write a table into one sheet, or into several if it is longer than a sheet may be."""
        rows = iter(table.rows)
        while not self._sheet(table, rows):
            pass

    def _sheet(self, table: Table, rows: Iterator[Sequence[Value]]) -> bool:
        """Write rows into a new sheet as far as they fit; whether that was the end."""
        self._names.append(name := _name(table.title, self._names))
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        kinds = [column.kind for column in table.columns]
        for at, column in enumerate(table.columns):
            sheet.set_column(at, at, _WIDTHS.get(column.kind, _WIDTH))
            sheet.write_string(0, at, clean(column.title)[:_TEXT_MAX], self._head)
        n = 0
        for n, row in enumerate(rows, 1):
            self._row(sheet, n, kinds, row)
            if n == ROWS_MAX:
                return False
        if table.sums:
            n += 1
            self._row(sheet, n, kinds, table.sums, bold=True)
        for note in table.notes:
            n += 1
            sheet.write_string(n + 1, 0, clean(note)[:_TEXT_MAX])
        return True

    def _row(self, sheet: Any, n: int, kinds: Sequence[str], row: Sequence[Value], *, bold: bool = False) -> None:  # noqa: ANN401
        for at, (kind, value) in enumerate(zip(kinds, row, strict=True)):
            if value is not None and value != "":
                self._cell(sheet, (n, at), kind, value, bold)

    def _cell(self, sheet: Any, place: tuple[int, int], kind: str, value: Value, bold: bool) -> None:  # noqa: ANN401
        """Write one cell as what it is; a time that is not set stays empty."""
        style = self._styles.get((kind, bold))
        if isinstance(value, int):
            if kind in NUMBERS and abs(value) < _EXACT:
                sheet.write_number(*place, number(kind, value), style)
                return
            if kind == "time":
                if when := moment(value, self._zone):
                    sheet.write_datetime(*place, when.replace(microsecond=0), style)
                return
        elif kind == "day" and isinstance(value, str) and (day := calendar_day(value)):
            sheet.write_datetime(*place, day, style)
            return
        plain = clean(as_text(kind, value, self._zone))[:_TEXT_MAX]
        quoted = plain.startswith(_LEADS) and not bold
        sheet.write_string(*place, plain, self._quoted if quoted else self._styles["text", bold])


def _name(title: str, names: Iterable[str]) -> str:
    """Return a lawful name of a sheet that no other has, whatever the case of its letters."""
    taken = {name.lower() for name in names}
    plain = clean(title).translate(_NAME_FORBIDDEN)[:_NAME_MAX].strip(" '") or "1"
    name, n = plain, 1
    while name.lower() in taken:
        n += 1
        name = f"{plain[: _NAME_MAX - len(str(n)) - 3]} ({n})"
    return name
