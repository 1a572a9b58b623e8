"""The parts of a workbook around its cells (ECMA-376): styles, names of sheets, relations."""

from collections.abc import Iterator, Sequence
from html import escape

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"

_FORMATS = {
    "money": "#,##0.00",
    "points": "#,##0",
    "count": "#,##0",
    "quantity": "#,##0.###",
    "per_mille": "0.0%",
    "day": "yyyy-mm-dd",
    "time": "yyyy-mm-dd hh:mm:ss",
}
STYLES = {kind: n for n, kind in enumerate(_FORMATS, 1)}
"""Kind → number of its style; 0 is plain."""
BOLD = len(STYLES) + 1
"""What is added to a style's number for its bold twin."""
QUOTED = 2 * BOLD
"""Text that looks like a formula and is none."""
HEAD = QUOTED + 1

_WIDTHS = {"money": 16, "points": 14, "count": 12, "quantity": 14, "per_mille": 12, "day": 12, "time": 20, "id": 36}
_WIDTH = 22
SHEET_FOOT = "</sheetData></worksheet>"


def letters(n: int) -> str:
    """Name column `n`, from 1: A to Z, then AA."""
    name = ""
    while n:
        n, rest = divmod(n - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def sheet_path(n: int) -> str:
    """Where sheet `n`, from 1, lies in the file."""
    return f"xl/worksheets/sheet{n}.xml"


def sheet_head(kinds: Sequence[str]) -> str:
    """Begin a sheet: row 1 frozen, columns as wide as their kinds need."""
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{_WIDTHS.get(kind, _WIDTH)}" customWidth="1"/>'
        for n, kind in enumerate(kinds, 1)
    )
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
        ' activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"{f'<cols>{columns}</cols>' if columns else ''}<sheetData>"
    )


def around(names: Sequence[str], title: str, language: str) -> Iterator[tuple[str, str]]:
    """Return path and text of every other part; `title` and `language` are escaped already."""
    numbers = range(1, len(names) + 1)
    sheets = "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(names, 1))
    yield "xl/workbook.xml", f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'
    links = "".join(_link(f"r{n}", f"{_OFFICE}/worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    yield "xl/_rels/workbook.xml.rels", _links(links + _link("r0", f"{_OFFICE}/styles", "styles.xml"))
    yield "xl/styles.xml", _styles()
    yield (
        "docProps/core.xml",
        (
            f'{_XML}<cp:coreProperties xmlns:cp="{_CORE}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>{title}</dc:title><dc:language>{language}</dc:language></cp:coreProperties>"
        ),
    )
    yield (
        "_rels/.rels",
        _links(
            _link("r1", f"{_OFFICE}/officeDocument", "xl/workbook.xml")
            + _link("r2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml")
        ),
    )
    yield "[Content_Types].xml", _types(names)


def _types(names: Sequence[str]) -> str:
    part = '<Override PartName="{}" ContentType="{}"/>'
    sheets = "".join(part.format(f"/{sheet_path(n)}", f"{_TYPE}.worksheet+xml") for n in range(1, len(names) + 1))
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + part.format("/xl/workbook.xml", f"{_TYPE}.sheet.main+xml")
        + part.format("/xl/styles.xml", f"{_TYPE}.styles+xml")
        + part.format("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml")
        + f"{sheets}</Types>"
    )


def _link(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>'


def _links(links: str) -> str:
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _styles() -> str:
    """Fonts, formats, and the cell styles in the order of ``STYLES``: plain, the kinds, all again in bold, two more."""
    first = 164  # numbers below are built in
    formats = "".join(
        f'<numFmt numFmtId="{first + n}" formatCode="{escape(text)}"/>' for n, text in enumerate(_FORMATS.values())
    )
    ids = [0, *(first + n for n in range(len(_FORMATS)))]
    cells = [
        f'<xf numFmtId="{number}" fontId="{bold}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for bold in (0, 1)
        for number in ids
    ]
    cells.append('<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/>')
    cells.append(
        '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1">'
        '<alignment vertical="top" wrapText="1"/></xf>'
    )
    return (
        f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="{len(_FORMATS)}">{formats}</numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(cells)}">{"".join(cells)}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
