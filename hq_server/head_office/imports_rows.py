"""From a row of an imported table to a product: what it would change, or what is wrong with it, field by field.

An empty cell says nothing: a product that exists keeps what it has, a new one gets the default. So a file of two
columns (number, price) is a change of prices.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec

from commerce.catalogue import plain
from commerce.checks import check_per_mille
from commerce.errors import CommerceError
from commerce.money import format_money, parse_decimal, parse_money
from commerce.reference import CHAIN_FEED, ProductRow
from hq_server.errors import HqError
from hq_server.head_office import product_terms
from hq_server.head_office.imports_columns import LEVEL
from hq_server.head_office.imports_file import FORMULA
from hq_server.head_office.product_terms import Terms
from hq_server.head_office.rows import checked
from hq_server.ledger.pinyin import initials
from hq_server.storage.database import Connection

_DECODER = msgspec.msgpack.Decoder(ProductRow)
_YES = frozenset({"是", "1", "y", "yes", "true", "在售", "启用", "上架", "√", "✓", "正常"})
_NO = frozenset({"否", "0", "n", "no", "false", "停售", "停用", "下架", "×", "x", "不"})
_KINDS = {"商品": "product", "产品": "product", "product": "product", "服务": "service", "服務": "service"} | {
    "项目": "service",
    "service": "service",
}
_TERMS = ("brand", "cost", "commission_per_mille", "commission_each")


class Wrong(NamedTuple):
    """What is wrong with a cell: the field, a code for people to have words for, and the cell's text.

    Of ``too_many`` the bound instead of a text.
    """

    field: str
    code: str
    value: str = ""


class Told(NamedTuple):
    """One field that would change, as text for people: amounts with decimals."""

    field: str
    before: str
    after: str


class Planned(NamedTuple):
    """A row looked at. ``patch``: what its cells said, applied once more to what is there then."""

    item: str
    name: str
    state: str  # new | changed | unchanged | error
    wrong: list[Wrong]
    told: list[Told]
    patch: dict[str, Any]


class Made(NamedTuple):
    """What a row comes to: the product and its terms, and what was there before (None: nothing)."""

    product: ProductRow
    terms: Terms
    old: ProductRow | None
    old_terms: Terms


def parse(cells: Sequence[str], columns: Sequence[str]) -> tuple[dict[str, Any], list[Wrong]]:
    """Read the cells of a row by what its columns mean; empty cells say nothing."""
    patch: dict[str, Any] = {}
    wrong: list[Wrong] = []
    for field, cell in zip(columns, cells, strict=False):
        if not field or not cell:
            continue
        if cell == FORMULA:
            wrong.append(Wrong(field, "formula"))
            continue
        try:
            patch[field] = _parser(field)(cell)
        except (CommerceError, ValueError) as error:
            wrong.append(Wrong(field, str(error.code) if isinstance(error, CommerceError) else str(error), cell[:100]))
    return patch, wrong


def planned(conn: Connection, patch: dict[str, Any], wrong: list[Wrong], seen: set[str]) -> Planned:
    """Say what a row would do. ``seen``: items of the rows before it; this one's is added."""
    item, problems = _item(conn, patch)
    wrong = wrong + problems
    name = str(patch.get("name", ""))
    if item and item in seen:
        wrong.append(Wrong("item", "twice", item))
    seen.add(item)
    if not item or wrong:
        return Planned(item, name, "error", wrong, [], {})
    patch = {**patch, "item": item}
    try:
        made = make(conn, patch)
    except (CommerceError, HqError) as error:
        field = str(error.evidence.get("field", ""))
        most = str(error.evidence["limit"]) if error.code == "too_many" else ""
        return Planned(item, name, "error", [Wrong(_column(field), str(error.code), most)], [], {})
    told = _told(made)
    state = "new" if made.old is None else "changed" if told else "unchanged"
    return Planned(item, made.product.name, state, [], told, patch)


def make(conn: Connection, patch: dict[str, Any]) -> Made:
    """Apply a patch to what is there now; errors of ``rows.checked`` and ``product_terms.check``."""
    item = patch["item"]
    query = "SELECT body FROM reference WHERE feed = ? AND key = ?"
    kept = conn.execute(query, (CHAIN_FEED, f"product:{item}")).fetchone()
    old = _DECODER.decode(kept[0]) if kept else None
    base = old or ProductRow(item, "", "", "", 0)
    fields = {name: value for name, value in patch.items() if name in _PRODUCT}
    levels = {**dict(base.levels), **{name[len(LEVEL) :]: patch[name] for name in patch if name.startswith(LEVEL)}}
    if "name" in fields and "pinyin" not in fields and base.pinyin == initials(base.name):
        fields["pinyin"] = ""
    if "barcodes" in fields:
        fields["barcodes"] = tuple(fields["barcodes"])
    row = checked(replace(base, **fields, levels=tuple(levels.items())), CHAIN_FEED)
    known = product_terms.of_item(conn, item)
    old_terms = known[0] if known else Terms("")
    terms = old_terms._replace(**{name: patch[name] for name in _TERMS if name in patch})
    product_terms.check(terms)
    return Made(row, terms, old, old_terms)


_PRODUCT = frozenset(ProductRow.__dataclass_fields__) - {"levels", "picture"}


_ITEM = re.compile(r"[!-.0-~\u4e00-\u9fff]{1,32}")
"""Item numbers stand in addresses and are typed on keypads: the form's rule."""


def _item(conn: Connection, patch: dict[str, Any]) -> tuple[str, list[Wrong]]:
    """Return which product a row is about: its number, else the one that bears its barcode, else that as a number."""
    item, codes = str(patch.get("item", "")), patch.get("barcodes") or []
    if not item and not codes:
        return "", [Wrong("item", "needed")]
    if not item:
        found = conn.execute("SELECT item FROM products WHERE barcode = ? LIMIT 2", (codes[0],)).fetchall()
        if len(found) > 1:
            return "", [Wrong("barcodes", "several", codes[0])]
        item = found[0][0] if found else codes[0]
    return item, [] if _ITEM.fullmatch(item) else [Wrong("item", "bad_code", item[:100])]


def _told(made: Made) -> list[Told]:
    """Name what differs; of a new product what it has."""
    told: list[Told] = []
    old = made.old or ProductRow(made.product.item, "", "", "", 0)
    for name in sorted(_PRODUCT - {"item", "pinyin"}):
        before, after = getattr(old, name), getattr(made.product, name)
        if before != after:
            told.append(Told(name, _said(name, before) if made.old else "", _said(name, after)))
    before_levels, after_levels = dict(old.levels), dict(made.product.levels)
    for level, price in after_levels.items():
        if before_levels.get(level) != price:
            had = before_levels.get(level)
            told.append(Told(f"{LEVEL}{level}", "" if had is None else format_money(had), format_money(price)))
    for name in _TERMS:
        before, after = getattr(made.old_terms, name), getattr(made.terms, name)
        if before != after:
            told.append(Told(name, _said(name, before), _said(name, after)))
    return told


_MONEY = frozenset({"price", "cost", "commission_each"})


def _said(name: str, value: Any) -> str:  # noqa: ANN401  a field's value
    """A value as people read it; yes and no as 1 and 0, which the screen has words for."""
    if name in _MONEY:
        return format_money(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    return " ".join(value) if isinstance(value, tuple) else str(value)


def _column(field: str) -> str:
    """The column that a refused field stood in."""
    return {"barcode": "barcodes", "level": "level:", "level_price": "level:"}.get(field, field)


def _yes_no(cell: str) -> bool:
    folded = plain(cell).strip()
    if folded in _YES or folded in _NO:
        return folded in _YES
    raise ValueError("not_yes_no")


def _kind(cell: str) -> str:
    if plain(cell) not in _KINDS:
        raise ValueError("unknown_kind")
    return _KINDS[plain(cell)]


def _codes(cell: str) -> list[str]:
    """Barcodes divided by blanks or commas; a number that a spreadsheet rounded is none."""
    folded = unicodedata.normalize("NFKC", cell)
    for mark in ",;、，；/|":
        folded = folded.replace(mark, " ")
    codes = list(dict.fromkeys(folded.split()))
    if any("E+" in code.upper() for code in codes):
        raise ValueError("rounded_number")
    return codes


def _number(cell: str) -> str:
    """An item number as it stands, without blanks around it."""
    folded = unicodedata.normalize("NFKC", cell).strip()
    if "E+" in folded.upper():
        raise ValueError("rounded_number")
    return folded


def _percent(cell: str) -> int:
    """Thousandths of a share typed in percent, with or without its sign."""
    folded = unicodedata.normalize("NFKC", cell).strip()
    return check_per_mille(parse_decimal(folded.removesuffix("%"), 1, "bad_per_mille"), "commission_per_mille")


_PARSERS: dict[str, Callable[[str], Any]] = {
    "item": _number,
    "price": parse_money,
    "cost": parse_money,
    "commission_each": parse_money,
    "commission_per_mille": _percent,
    "kind": _kind,
    "barcodes": _codes,
    **dict.fromkeys(("discountable", "earns_points", "weighed", "active"), _yes_no),
}


def _parser(field: str) -> Callable[[str], Any]:
    """How a column's cells are read; text as it stands."""
    return parse_money if field.startswith(LEVEL) else _PARSERS.get(field, str)
