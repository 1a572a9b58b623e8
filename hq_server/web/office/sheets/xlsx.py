"""Excel workbooks: numbers as numbers, days as days, and never a formula, whatever a text begins with.

Written as the XML that ECMA-376 asks for: openpyxl, which reads them in the tests, writes some 5,000 cells a second,
this some 300,000. Every text is an inline string, so no cell can be taken for a formula; one that looks like one
carries the mark of a typed apostrophe, and editing does not wake it.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from hq_server.web.office.sheets import xlsx_parts as parts
from hq_server.web.office.sheets.table import MINUTE, NUMBERS, Table, Value, as_text, calendar_day, clean, number

ROWS_MAX = 1_000_000
"""Rows of one sheet: Excel ends at 1,048,576, and titles, sums and notes need room too; what is more goes on."""

_NAME_MAX = 31
_NAME_FORBIDDEN = str.maketrans("[]:*?/\\", "       ")
_TEXT_MAX = 32_767
_EXACT = 10**15
"""Excel keeps fifteen digits of a number; what is longer is written as text, so that nothing is lost in silence."""
_DAY_ZERO = 693_594  # 1899-12-30 as a number of Python's calendar
_UNIX_ZERO = 25_569  # 1970-01-01 as Excel counts days
_DAY_SECONDS = 86_400
_ROWS_PER_WRITE = 500
_LEADS = ("=", "+", "-", "@")


def write(tables: Sequence[Table], file: BinaryIO, *, language: str, zone_minutes: int = 480) -> None:
    """Write one sheet a table: titles in row 1, frozen; rows; sums in bold; notes below an empty row."""
    names: list[str] = []
    with ZipFile(file, "w", ZIP_DEFLATED) as book:
        for table in tables:
            _sheets(book, table, names, zone_minutes)
        title = clean(tables[0].title) if tables else ""
        for path, text in parts.around(names, escape(title), escape(language)):
            book.writestr(_info(path), text)


def _info(path: str) -> ZipInfo:
    """Name a part without a time of writing: the same tables make the same bytes."""
    info = ZipInfo(path)
    info.compress_type = ZIP_DEFLATED
    return info


def _sheets(book: ZipFile, table: Table, names: list[str], zone_minutes: int) -> None:
    """Write a table into one sheet, or into several if it is longer than a sheet may be."""
    rows = iter(table.rows)
    ended = False
    while not ended:
        names.append(_name(table.title, names))
        with book.open(_info(parts.sheet_path(len(names))), "w", force_zip64=True) as sheet:
            sheet.write(parts.sheet_head([column.kind for column in table.columns]).encode())
            waiting: list[str] = []
            for written, line in enumerate(_lines(table, rows, zone_minutes)):
                waiting.append(line)
                if len(waiting) == _ROWS_PER_WRITE:
                    sheet.write("".join(waiting).encode())
                    waiting.clear()
                if written == ROWS_MAX:
                    break
            else:
                ended = True
            sheet.write("".join(waiting).encode() + parts.SHEET_FOOT.encode())


def _lines(table: Table, rows: Iterator[Sequence[Value]], zone_minutes: int) -> Iterator[str]:
    """Make the rows of one sheet as XML; `rows` goes on where the sheet before ended."""
    letters = [parts.letters(n) for n in range(1, len(table.columns) + 1)]
    kinds = [column.kind for column in table.columns]
    yield _line(1, [_text(column.title, parts.HEAD) for column in table.columns], letters)
    n = 1
    for n, row in enumerate(rows, 2):
        yield _line(n, [_cell(kind, value, zone_minutes) for kind, value in zip(kinds, row, strict=True)], letters)
    if table.sums:
        n += 1
        sums = zip(kinds, table.sums, strict=True)
        yield _line(n, [_cell(kind, value, zone_minutes, parts.BOLD) for kind, value in sums], letters)
    for note in table.notes:
        n += 1
        yield _line(n + 1, [_text(note, 0)], letters)


def _line(n: int, cells: Iterable[str], letters: Iterable[str]) -> str:
    """One row: a cell's text stands behind its place; "" is an empty cell."""
    places = zip(letters, cells, strict=False)
    return f'<row r="{n}">' + "".join(f'<c r="{at}{n}"{cell}' for at, cell in places if cell) + "</row>"


def _cell(kind: str, value: Value, zone_minutes: int, bold: int = 0) -> str:
    """Make one cell from behind its place: style, type and value. `bold`: what to add to a style to make it so."""
    if value is None or value == "":
        return ""
    if isinstance(value, int):
        if kind in NUMBERS and abs(value) < _EXACT:
            return f' s="{parts.STYLES[kind] + bold}"><v>{number(kind, value):f}</v></c>'
        if kind == "time":
            return (
                f' s="{parts.STYLES[kind] + bold}"><v>{_serial(value + zone_minutes * MINUTE)}</v></c>' if value else ""
            )
    elif kind == "day" and isinstance(value, str) and (day := calendar_day(value)):
        return f' s="{parts.STYLES[kind] + bold}"><v>{day.toordinal() - _DAY_ZERO}</v></c>'
    return _text(as_text(kind, value, zone_minutes), bold)


def _serial(local: int) -> str:
    """Milliseconds of wall time since 1970 as Excel's days, to the second."""
    days, seconds = divmod(local // 1000, _DAY_SECONDS)
    return f"{_UNIX_ZERO + days}.{(seconds * 10**10 + _DAY_SECONDS // 2) // _DAY_SECONDS:010}"


def _text(text: str, style: int) -> str:
    plain = clean(text)[:_TEXT_MAX]
    quoted = parts.QUOTED if plain.startswith(_LEADS) and style == 0 else style
    return f' s="{quoted}" t="inlineStr"><is><t xml:space="preserve">{escape(plain, quote=False)}</t></is></c>'


def _name(title: str, names: Iterable[str]) -> str:
    """Return a lawful name of a sheet that no other has, whatever the case of its letters."""
    taken = {name.lower() for name in names}
    plain = clean(title).translate(_NAME_FORBIDDEN)[:_NAME_MAX].strip(" '") or "1"
    name, n = plain, 1
    while name.lower() in taken:
        n += 1
        name = f"{plain[: _NAME_MAX - len(str(n)) - 3]} ({n})"
    return name
