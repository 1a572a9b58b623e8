"""Files of tables: what is read back is what was written, and no cell is ever computed."""

import io
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from hq_server.errors import InputError
from hq_server.web.office.sheets import csv, font, pdf, xlsx
from hq_server.web.office.sheets.table import SheetColumn, Table, clean

COLUMNS = (
    SheetColumn("会员", "text"),
    SheetColumn("金额", "money"),
    SheetColumn("数量", "quantity"),
    SheetColumn("营业日", "day"),
    SheetColumn("时间", "time"),
    SheetColumn("占比", "per_mille"),
)
ROW = ("李娜", -123_456, 1_535, "2026-11-29", 1_796_000_000_000, 15)
HOSTILE = [
    "=1+1",
    "+86 139",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "  =cmd|' /C calc'!A0",
    "|x",
    "%x",
]


def text_of(*tables):
    """The CSV file as text, its mark taken off."""
    file = io.BytesIO()
    csv.write(tables, file, language="zh-CN")
    assert file.getvalue().startswith(b"\xef\xbb\xbf")
    return file.getvalue().decode("utf-8-sig")


def book_of(*tables, language="zh-CN"):
    """The workbook as openpyxl reads it."""
    file = io.BytesIO()
    xlsx.write(tables, file, language=language)
    return load_workbook(io.BytesIO(file.getvalue()))


def paper_of(*tables, language="zh-CN"):
    """The bytes of the paper."""
    file = io.BytesIO()
    pdf.write(tables, file, language=language)
    return file.getvalue()


def test_csv_says_what_people_read():
    """Money with its cents, days and times as people write them, sums and notes last."""
    table = Table(
        "销售", COLUMNS, [ROW, (None, None, None, "", 0, None)], ["截至当日"], ("合计", 5, None, None, None, None)
    )
    assert text_of(table).split("\r\n") == [
        "会员,金额,数量,营业日,时间,占比",
        "李娜,-1234.56,1.535,2026-11-29,2026-11-30 08:53:20,1.5%",
        ",,,,,",
        "合计,0.05,,,,",
        "截至当日",
        "",
    ]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_spreadsheet_computes_a_text(hostile):
    """A text that begins like a formula, full-width or behind blanks too, is preceded by an apostrophe in CSV."""
    line = text_of(Table("t", [SheetColumn("a")], [(hostile,)])).split("\r\n")[1]
    assert line.lstrip('"').startswith("'")


@pytest.mark.parametrize("hostile", [*HOSTILE, "#REF!", "TRUE", "2026-11-29"])
def test_a_workbook_holds_texts_as_texts(hostile):
    """Whatever a text looks like, its cell is a text in a workbook: no formula, no error, no date."""
    cell = book_of(Table("t", [SheetColumn("a")], [(hostile,)])).active["A2"]
    assert (cell.data_type, cell.value) == ("s", clean(hostile))


def test_a_workbook_holds_numbers_as_numbers():
    """Money, quantities, days and times are read back as what they are, with a format of their own."""
    sheet = book_of(Table("销售[明细]", COLUMNS, [ROW], sums=("合计", 7, None, None, None, None))).active
    assert sheet.title == "销售 明细"
    assert sheet.freeze_panes == "A2"
    read = [cell.value for cell in sheet[2]]
    day, when = datetime.fromisoformat("2026-11-29"), datetime.fromisoformat("2026-11-30T08:53:20")
    assert read == ["李娜", -1234.56, 1.535, day, when, 0.015]
    assert [cell.number_format for cell in sheet[2]][1:4] == ["#,##0.00", "#,##0.###", "yyyy-mm-dd"]
    assert (sheet["B3"].value, sheet["B3"].font.bold) == (0.07, True)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=40), st.integers(-(10**18), 10**18)), max_size=6))
def test_nothing_is_lost_on_the_way(rows):
    """Any text comes back clean, any amount exactly: as a text where Excel has not digits enough."""
    sheet = book_of(Table("t", [SheetColumn("a"), SheetColumn("b", "money")], rows)).active
    for n, (text, amount) in enumerate(rows, 2):
        assert (sheet.cell(n, 1).value or "") == clean(text)
        assert Decimal(str(sheet.cell(n, 2).value)) == Decimal(amount).scaleb(-2)


def test_long_tables_go_on_in_another_sheet(monkeypatch):
    """A table longer than a sheet may be goes on in the next one, with its heads, and its sums stand in the last."""
    monkeypatch.setattr(xlsx, "ROWS_MAX", 3)
    rows = [(f"会员{n}",) for n in range(7)]
    book = book_of(Table("会员", [SheetColumn("a")], rows, sums=("合计",)), Table("会员", [SheetColumn("b")], []))
    assert book.sheetnames == ["会员", "会员 (2)", "会员 (3)", "会员 (4)"]
    values = [cell.value for sheet in book.worksheets[:3] for row in sheet.iter_rows(min_row=2) for cell in row]
    assert values == [*(row[0] for row in rows), "合计"]


def test_the_same_table_makes_the_same_workbook():
    """No time of writing is in the file."""
    table = Table("t", COLUMNS, [ROW])
    files = [io.BytesIO(), io.BytesIO()]
    for file in files:
        xlsx.write([table], file, language="en")
    assert files[0].getvalue() == files[1].getvalue()


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
def test_a_paper_carries_its_own_font(language):
    """A PDF embeds the characters that it shows, and them alone: it is small, and no machine needs the font."""
    table = Table("结算单 門店", COLUMNS, [ROW] * 120, ["说明"], ("合计", 5, None, None, None, None))
    data = paper_of(table, table, language=language)
    assert data.startswith(b"%PDF-")
    assert b"/FontFile2" in data
    assert 10_000 < len(data) < 100_000


def test_a_font_holds_what_is_asked_for():
    """Characters that Noto Sans CJK knows are drawn; others are left out rather than failing the paper."""
    names = font.make("结算\U0010fffe", "zh-CN", font.REGULAR)
    assert names.startswith(b"\x00\x01\x00\x00")
    assert len(names) < 60_000


def test_papers_have_an_end(monkeypatch):
    """A list too long for paper is refused, not cut in silence."""
    monkeypatch.setattr(pdf, "ROWS_MAX", 3)
    with pytest.raises(InputError, match="bad_value"):
        paper_of(Table("t", [SheetColumn("a")], [("x",)] * 4))


def test_figures_are_never_broken():
    """Where a paper is too narrow, texts wrap and figures stand whole: a broken amount would be read wrong."""
    texts, firm = [60.0] * 9, [40.0, 30.0]
    widths = pdf._fitted([*texts, *firm], [False] * 9 + [True] * 2, 273.0)
    assert widths[-2:] == firm
    assert sum(widths) == pytest.approx(273.0)
    assert pdf._fitted([10.0, 20.0], [False, True], 100.0) == [10.0, 20.0]
