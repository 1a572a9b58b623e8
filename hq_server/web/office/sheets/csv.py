"""CSV as Excel opens it: UTF-8 with its mark, CRLF, and no cell that a spreadsheet would take for a formula.

A text that begins like one (OWASP, "CSV Injection": = + - @ tab CR, and their full-width twins) is preceded by an
apostrophe. Numbers are this program's own and stay as they are.
"""

import csv
import io
from collections.abc import Sequence
from typing import BinaryIO

from hq_server.web.office.sheets.table import NUMBERS, Table, Value, as_text, clean

_LEADS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%")


def write(tables: Sequence[Table], file: BinaryIO, *, language: str, zone_minutes: int = 480) -> None:
    """Write the tables one below the other; with more than one each bears its title. `language` has no part in it."""
    del language
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    for n, table in enumerate(tables):
        if n:
            writer.writerow([])
        if len(tables) > 1:
            writer.writerow([_safe(clean(table.title))])
        writer.writerow([_safe(clean(column.title)) for column in table.columns])
        kinds = [column.kind for column in table.columns]
        writer.writerows(_row(kinds, row, zone_minutes) for row in table.rows)
        if table.sums:
            writer.writerow(_row(kinds, table.sums, zone_minutes))
        writer.writerows([_safe(clean(note))] for note in table.notes)
    text.flush()
    text.detach()


def _row(kinds: Sequence[str], row: Sequence[Value], zone_minutes: int) -> list[str]:
    return [_cell(kind, value, zone_minutes) for kind, value in zip(kinds, row, strict=True)]


def _cell(kind: str, value: Value, zone_minutes: int) -> str:
    text = as_text(kind, value, zone_minutes)
    return text if isinstance(value, int) and kind in NUMBERS else _safe(text)


def _safe(text: str) -> str:
    """Keep a spreadsheet from computing a text, also behind spaces that it would skip."""
    return "'" + text if text.lstrip().startswith(_LEADS) else text
