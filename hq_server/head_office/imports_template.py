"""The workbook that people fill in: one heading for each column that an import takes, and two rows as examples."""

import io

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from hq_server.head_office.imports_columns import HEADINGS

_COLUMNS = tuple(HEADINGS)
_ENGLISH = {
    "item": "Item",
    "name": "Name",
    "category": "Category",
    "brand": "Brand",
    "unit": "Unit",
    "price": "Price",
    "barcodes": "Barcodes",
    "kind": "Kind",
    "weighed": "Weighed",
    "discountable": "Discountable",
    "earns_points": "Earns points",
    "active": "Active",
    "cost": "Cost",
    "commission_per_mille": "Commission %",
    "commission_each": "Commission",
    "pinyin": "Pinyin",
}
_EXAMPLES: dict[str, tuple[dict[str, str], ...]] = {
    "zh": (
        {"item": "1001", "name": "珍珠奶茶", "category": "饮品", "unit": "杯", "price": "15.00", "kind": "商品"}
        | {"discountable": "是", "earns_points": "是", "weighed": "否", "active": "是", "cost": "4.20"},
        {"item": "1002", "name": "洗剪吹", "category": "美发", "unit": "次", "price": "60.00", "kind": "服务"}
        | {"discountable": "是", "earns_points": "是", "active": "是", "commission_per_mille": "20%"},
    ),
    "en": (
        {"item": "1001", "name": "Milk tea", "category": "Drinks", "unit": "cup", "price": "15.00", "kind": "product"}
        | {"discountable": "yes", "earns_points": "yes", "weighed": "no", "active": "yes", "cost": "4.20"},
        {"item": "1002", "name": "Haircut", "category": "Hair", "unit": "visit", "price": "60.00", "kind": "service"}
        | {"discountable": "yes", "earns_points": "yes", "active": "yes", "commission_per_mille": "20%"},
    ),
}
_REQUIRED = frozenset({"item", "name", "price"})
_WIDTH = 14


def workbook(language: str) -> bytes:
    """Make the template in Chinese, or in English for `language` "en". Cells are text: numbers keep their zeros."""
    english = language == "en"
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "Products" if english else "商品"
    headings = [_ENGLISH[name] if english else HEADINGS[name][0] for name in _COLUMNS]
    page.append(
        [f"{heading}*" if name in _REQUIRED else heading for name, heading in zip(_COLUMNS, headings, strict=True)]
    )
    for row in _EXAMPLES["en" if english else "zh"]:
        page.append([row.get(name, "") for name in _COLUMNS])
    for number in range(1, len(_COLUMNS) + 1):
        top = page.cell(1, number)
        top.font, top.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6F0")
        page.column_dimensions[get_column_letter(number)].width = _WIDTH
        for line in range(2, 500):
            page.cell(line, number).number_format = "@"
    page.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
