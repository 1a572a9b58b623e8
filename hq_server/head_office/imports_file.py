"""Reading a file of a table that somebody uploaded: XLSX and CSV, as rows of text. Every byte of it is hostile.

A workbook is a ZIP of XML: its entries are counted and bounded by what they declare to unpack to (the unpacker stops
there), and one with document types (entities that multiply, outside files) is refused before any parser sees it.
Formulas are not computed and their results not believed: such a cell says ``FORMULA``.
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

import openpyxl

from hq_server.errors import Code, InputError
from hq_server.head_office import goods_limits as limits

FORMULA = "\x00formula"
"""What a cell with a formula says: no text of a file can be this, for control characters are taken out."""

Rows = list[list[str]]
"""Rows of cells, trailing empty cells cut off; empty rows stay, so that row numbers are the file's."""

_DECLARED = (b"<!DOCTYPE", b"<!ENTITY")
_FORBIDDEN = tuple(mark.decode().encode(form) for mark in _DECLARED for form in ("ascii", "utf-16-le", "utf-16-be"))


def read(data: bytes, sheet: str = "") -> tuple[list[str], Rows]:
    """Return the names of the sheets (a CSV has none) and the rows of `sheet` ("": the first).

    At most ``IMPORT_ROWS`` + ``IMPORT_SKIPPED`` + 2 rows, so that the caller sees when there are too many. InputError
    ``bad_value`` naming ``file`` with a ``reason``: too_big, not_readable, encrypted, empty.
    """
    if len(data) > limits.IMPORT_BYTES:
        raise _bad("too_big", limit=limits.IMPORT_BYTES)
    if data[:4] == b"PK\x03\x04":
        return _workbook(data, sheet)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise _bad("encrypted")  # an old .xls, or an XLSX under a password: the same container
    return [], _csv(data)


def _bad(reason: str, **more: int | str) -> InputError:
    return InputError(Code.BAD_VALUE, field="file", reason=reason, **more)


def _workbook(data: bytes, sheet: str) -> tuple[list[str], Rows]:
    """Check the archive, then read one sheet row by row."""
    try:
        _check_archive(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except InputError:
        raise
    except Exception:
        raise _bad("not_readable") from None
    try:
        names = [one.title for one in book.worksheets]
        if not names or (sheet and sheet not in names):
            raise _bad("empty")
        page = book.worksheets[names.index(sheet) if sheet else 0]
        page.reset_dimensions()
        cells = page.iter_rows(max_row=_MOST, max_col=limits.IMPORT_COLUMNS)
        rows = [_trimmed(map(_cell, row)) for row in islice(cells, _MOST)]
    except InputError:
        raise
    except Exception:
        raise _bad("not_readable") from None
    finally:
        book.close()
    return names, _ended(rows)


_MOST = limits.IMPORT_ROWS + limits.IMPORT_SKIPPED + 2


def _check_archive(data: bytes) -> None:
    """Refuse what would unpack to too much, and XML that declares anything."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if len(entries) > limits.IMPORT_ENTRIES or sum(one.file_size for one in entries) > limits.IMPORT_UNPACKED:
            raise _bad("too_big", limit=limits.IMPORT_UNPACKED)
        for one in entries:
            text = archive.read(one)  # whatever it is called: any entry can be named as a part
            if any(mark in text for mark in _FORBIDDEN):
                raise _bad("not_readable")


def _cell(cell: Any) -> str:  # noqa: ANN401  a cell of openpyxl, which has several classes
    """Return what a cell says as text; numbers without a float's noise."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f" or (isinstance(value, str) and value.startswith("=")):
        return FORMULA
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        percent = "%" in (cell.number_format or "")
        return _number(Decimal(repr(value)) * (100 if percent else 1)) + ("%" if percent else "")
    return _text(str(value))


def _number(number: Decimal) -> str:
    """Write a number out; one that would be pages of zeros stays in the short form, which nothing takes."""
    if not number.is_finite() or abs(number.adjusted()) > _DIGITS:
        return str(number)
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


_DIGITS = 30


def _csv(data: bytes) -> Rows:
    """Read separated values in the encodings that spreadsheets of this market write."""
    text = _decoded(data)
    first = text[: text.find("\n") + 1] or text
    mark = max(",;\t", key=first.count)
    found: Rows = []
    try:
        for row in islice(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=False), _MOST):
            cells = (FORMULA if cell.startswith("=") else _text(cell) for cell in islice(row, limits.IMPORT_COLUMNS))
            found.append(_trimmed(cells))
    except csv.Error:
        raise _bad("not_readable") from None
    return _ended(found)


def _decoded(data: bytes) -> str:
    """UTF-16 by its mark, UTF-8, else GB 18030 as Excel in China writes."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        forms: Iterator[str] = iter(("utf-16",))
    else:
        forms = iter(("utf-8-sig", "gb18030"))
    for form in forms:
        try:
            text = data.decode(form)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise _bad("not_readable")


def _text(value: str) -> str:
    """Cut to what a cell may hold, without control characters."""
    cut = value[: limits.IMPORT_CELL].strip()
    return cut if cut.isprintable() else "".join(char if char.isprintable() else " " for char in cut).strip()


def _trimmed(cells: Iterable[str]) -> list[str]:
    row = list(cells)
    while row and not row[-1]:
        row.pop()
    return row


def _ended(rows: Rows) -> Rows:
    """Rows up to the last that says anything; InputError when none does."""
    while rows and not rows[-1]:
        rows.pop()
    if not rows:
        raise _bad("empty")
    return rows
