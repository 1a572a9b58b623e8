"""Hostile and honest files: what a table of products is read as, and what is not read at all."""

import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from hq_server.errors import HqError
from hq_server.head_office import goods_limits, imports_file
from hq_server.head_office.imports_columns import HEADINGS, guess, guess_all, heading_row
from hq_server.head_office.imports_file import FORMULA, read
from hq_server.head_office.imports_template import workbook


def saved(*rows, formats=()):
    """A workbook with these rows as bytes."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for place, form in formats:
        book.active[place].number_format = form
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refused(data, sheet=""):
    """Why a file is not read."""
    with pytest.raises(HqError) as caught:
        read(data, sheet)
    assert caught.value.evidence["field"] == "file"
    return caught.value.evidence["reason"]


def changed(data, name, change):
    """The same archive with one entry rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            body = old.read(entry)
            new.writestr(entry.filename, change(body) if entry.filename == name else body)
    return out.getvalue()


def test_cells_are_read_as_people_see_them():
    """Numbers have no float's noise, percents their sign, flags are 1 and 0, and empty rows keep their place."""
    data = saved(
        ["货号", "名称", "售价", "提成", "条码", "打折"],
        [],
        [1001, " 珍珠 奶茶 ", 12.8, 0.035, 6901234567890, True],
        ["0012", "可乐", 3, 0.1 + 0.2, 1e21, False],
        formats=(("D3", "0.0%"),),
    )
    sheets, rows = read(data)
    assert sheets == ["Sheet"]
    assert rows == [
        ["货号", "名称", "售价", "提成", "条码", "打折"],
        [],
        ["1001", "珍珠 奶茶", "12.8", "3.5%", "6901234567890", "1"],
        ["0012", "可乐", "3", "0.3", "1000000000000000000000", "0"],
    ]


def test_formulas_are_neither_computed_nor_believed():
    """A cell with a formula says so, in a workbook and in separated values."""
    assert read(saved(["a", "b"], ["x", "=1+1"]))[1][1] == ["x", FORMULA]
    assert read(b'a,b\nx,"=HYPERLINK(""http://x"")"\n')[1][1] == ["x", FORMULA]


@pytest.mark.parametrize("form", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_separated_values_are_read_as_spreadsheets_write_them(form, mark):
    """Every encoding and separator of the market's spreadsheets gives the same rows."""
    text = mark.join(["货号", "名称"]) + "\r\n" + mark.join(["1", '"奶茶, 大杯"']) + "\r\n\r\n"
    assert read(text.encode(form)) == ([], [["货号", "名称"], ["1", "奶茶, 大杯"]])


def test_what_is_no_table_is_refused():
    """Old workbooks and locked ones, garbage, emptiness, and sheets that are not there."""
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600) == "encrypted"
    assert refused(b"PK\x03\x04" + b"\0" * 600) == "not_readable"
    assert refused(b"\x89PNG\r\n\x1a\n\0\0\0\xff") == "not_readable"
    assert refused(b"") == "empty"
    assert refused(saved([])) == "empty"
    assert refused(saved(["a"]), "价目") == "empty"
    assert refused(b"x" * (goods_limits.IMPORT_BYTES + 1)) == "too_big"


def test_a_bomb_is_not_unpacked(monkeypatch):
    """An archive that declares too much is refused before anything of it is read; so is one of countless files."""
    data = changed(saved(["a"]), "xl/worksheets/sheet1.xml", lambda body: body + b" " * 100_000)
    assert len(data) < 20_000
    monkeypatch.setattr(goods_limits, "IMPORT_UNPACKED", 90_000)
    assert refused(data) == "too_big"
    monkeypatch.setattr(goods_limits, "IMPORT_UNPACKED", 10**9)
    monkeypatch.setattr(goods_limits, "IMPORT_ENTRIES", 3)
    assert refused(data) == "too_big"


@pytest.mark.parametrize("form", ["ascii", "utf-16-le"])
def test_a_file_that_declares_entities_is_refused(form):
    """Document types reach no parser: no entity multiplies and no outside file is asked for."""
    evil = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'.encode(form)
    assert refused(changed(saved(["a"]), "xl/workbook.xml", lambda body: evil + body)) == "not_readable"
    out = io.BytesIO(saved(["a"]))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/worksheets/other.bin", evil)
    assert refused(out.getvalue()) == "not_readable"


def test_a_row_far_down_costs_no_more_than_the_bound():
    """A sheet that claims a million rows is read up to the bound and no further."""
    far = saved(["a"], ["b"])
    data = changed(far, "xl/worksheets/sheet1.xml", lambda body: body.replace(b'r="2"', b'r="1000000"'))
    assert len(read(data)[1]) <= goods_limits.IMPORT_ROWS + goods_limits.IMPORT_SKIPPED + 2


def test_columns_and_cells_are_bounded():
    """Cells beyond the columns looked at are passed over, long texts cut, control characters gone."""
    row = read(("a" * 5_000 + "," + ",".join("b" for _ in range(100)) + "\n").encode())[1][0]
    assert len(row) == goods_limits.IMPORT_COLUMNS
    assert len(row[0]) == goods_limits.IMPORT_CELL
    assert read(b"a\x07b,c\n")[1] == [["a b", "c"]]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("商品名称*", "name"),
        ("售价（元）", "price"),
        ("ＳＫＵ", "item"),
        (" Bar Code ", "barcodes"),
        ("进货价", "cost"),
        ("等级价:金卡", "level:金卡"),
        ("会员价 gold", "level:gold"),
        ("供应商", ""),
        ("", ""),
    ],
)
def test_headings_are_understood(heading, field):
    """Headings of both languages, starred, full-width or with a unit behind them."""
    assert guess(heading) == field


def test_a_field_is_asked_for_once():
    """Of two columns with the same meaning the first has it; titles above the headings are passed over."""
    assert guess_all(["货号", "编号", "名称"]) == ["item", "", "name"]
    assert heading_row([["二〇二六年价目表"], [], ["货号", "名称", "售价"], ["1", "茶", "2"]]) == 2
    assert heading_row([[], ["x", "y"]]) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_is_understood_by_what_reads_it(language):
    """Each heading of the template means its field, and its cells are text, so that numbers keep their zeros."""
    data = workbook(language)
    _, rows = imports_file.read(data)
    assert guess_all(rows[0]) == list(HEADINGS)
    assert rows[1][0] == "1001"
    assert load_workbook(io.BytesIO(data)).worksheets[0]["A2"].number_format == "@"
