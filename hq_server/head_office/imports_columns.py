"""What a column of an imported table may mean, and which one a heading in Chinese or English asks for."""

import re
import unicodedata
from collections.abc import Sequence

from commerce.limits import CODE_MAX
from hq_server.head_office import goods_limits as limits

HEADINGS: dict[str, tuple[str, ...]] = {
    "item": ("商品编号", "货号", "编号", "商品编码", "编码", "商品代码", "项目编号", "商品編號", "item", "sku", "code"),
    "name": ("商品名称", "名称", "品名", "商品名", "项目名称", "商品名稱", "name", "product", "product name"),
    "category": ("分类", "类别", "商品分类", "商品类别", "分類", "category"),
    "brand": ("品牌", "brand"),
    "unit": ("单位", "计量单位", "單位", "unit"),
    "price": ("售价", "零售价", "价格", "单价", "销售价", "售價", "价格（元）", "price", "retail price"),
    "kind": ("类型", "商品类型", "類型", "kind", "type"),
    "barcodes": ("条码", "条形码", "商品条码", "條碼", "barcode", "barcodes", "ean", "upc"),
    "pinyin": ("拼音码", "拼音简码", "拼音", "助记码", "pinyin"),
    "discountable": ("可打折", "参与打折", "是否打折", "允许打折", "discountable"),
    "earns_points": ("可积分", "参与积分", "是否积分", "积分", "earns points", "points"),
    "weighed": ("称重", "是否称重", "散称", "秤重", "weighed"),
    "active": ("在售", "启用", "是否启用", "状态", "上架", "active", "on sale"),
    "cost": ("成本", "进价", "成本价", "进货价", "采购价", "成本價", "cost"),
    "commission_per_mille": ("提成比例", "提成率", "提成%", "commission rate", "commission %"),
    "commission_each": ("每件提成", "提成", "固定提成", "提成金额", "commission"),
}
"""Field → headings that mean it, the template's first. ``level:<code>`` is the price of a price level."""

LEVEL = "level:"
_LEVEL_HEADING = re.compile(
    r"(?:等级价|等級價|会员价|級別價|级别价|level price|level)[:\s（(]*(?P<code>[^\s）)]{1,32})[）)]?"
)
_KNOWN = {heading.replace(" ", ""): field for field, headings in HEADINGS.items() for heading in headings}


def guess(heading: str) -> str:
    """Return the field that a heading asks for, "" for none."""
    folded = unicodedata.normalize("NFKC", heading).casefold().strip().strip("*").strip()
    plain = folded.replace(" ", "")
    field = _KNOWN.get(plain) or _KNOWN.get(re.sub(r"\(.*\)$", "", plain)) or ""
    if field:
        return field
    level = _LEVEL_HEADING.fullmatch(unicodedata.normalize("NFKC", heading).strip())
    return f"{LEVEL}{level['code']}" if level else ""


def guess_all(headings: Sequence[str]) -> list[str]:
    """Guess every column; of two that ask for the same field the first has it."""
    found: list[str] = []
    for heading in headings:
        field = guess(heading)
        found.append(field if field not in found else "")
    return found


def heading_row(rows: Sequence[Sequence[str]]) -> int:
    """Return which row has the headings, from 0: of the first ones that with most known ones, else the first used."""
    tops = rows[: limits.IMPORT_SKIPPED]
    scores = [sum(1 for field in guess_all(row) if field) for row in tops]
    best = max(range(len(tops)), key=lambda n: (scores[n], -n))
    return best if scores[best] >= 2 else next(n for n, row in enumerate(rows) if row)


def is_field(name: str) -> bool:
    """Whether a column may be mapped to this."""
    code = name.removeprefix(LEVEL)
    level = name.startswith(LEVEL) and 1 <= len(code) <= CODE_MAX and code.isprintable() and " " not in code
    return level or name in HEADINGS
