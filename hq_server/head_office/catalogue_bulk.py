"""Changing many products alike: which ones, what, a look before, then in chunks.

Every product keeps a change of its own (``catalogue_history``), so any of them can be undone by itself.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta

from commerce import limits as bounds
from commerce.catalogue import plain
from commerce.plans.row import PlanRow
from commerce.promotions.row import PromotionRow, Target
from commerce.quantity import half_up
from commerce.reference import CHAIN_FEED, ProductRow, SettingRow
from hq_server.errors import Code, InputError
from hq_server.head_office import catalogue, categories, goods_limits, product_terms
from hq_server.head_office.act import Act
from hq_server.head_office.rows import Row
from hq_server.head_office.values import business_day
from hq_server.storage.database import Connection

_Text = Annotated[str, Meta(max_length=bounds.TEXT_MAX)]
_Code = Annotated[str, Meta(min_length=1, max_length=bounds.CODE_MAX)]


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which products: these items, or all that fit the filters; None: any, "": those without one.

    A category takes in all below it.
    """

    items: Annotated[tuple[_Code, ...], Meta(max_length=goods_limits.BULK_ITEMS)] = ()
    q: Annotated[str, Meta(max_length=40)] = ""
    category: _Text | None = None
    brand: _Text | None = None
    kind: Literal["product", "service"] | None = None
    active: bool | None = None


class Edit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is written into each; None leaves a field as it is.

    ``price_per_mille``: 1100 raises prices (of levels too) by a tenth, rounded half up to multiples of ``price_unit``
    minor units.
    """

    category: _Text | None = None
    brand: _Text | None = None
    unit: _Text | None = None
    active: bool | None = None
    discountable: bool | None = None
    earns_points: bool | None = None
    price_per_mille: Annotated[int, Meta(ge=1, le=bounds.PER_MILLE_MAX)] | None = None
    price_unit: Annotated[int, Meta(ge=1, le=10_000)] = 1


class Before(NamedTuple):
    """One product as it is and as it would be."""

    old: ProductRow
    new: ProductRow
    old_brand: str
    new_brand: str


class Preview(NamedTuple):
    """How many products were chosen, how many would change, and some of these."""

    chosen: int
    changed: int
    sample: list[Before]


_PLAIN = ("category", "unit", "active", "discountable", "earns_points")


def where(conn: Connection, choice: Choice) -> tuple[list[str], list[object]]:
    """Return conditions on the table ``products`` and their parameters."""
    terms: list[str] = []
    params: list[object] = []
    if choice.items:
        terms.append(f"item IN ({','.join('?' * len(choice.items))})")
        params += choice.items
    if choice.q:
        terms.append("instr(hay, ?) > 0")
        params.append(plain(choice.q))
    if choice.category is not None:
        term, names = categories.term(conn, choice.category)
        terms.append(term)
        params += names
    for name in ("brand", "kind", "active"):
        value = getattr(choice, name)
        if value is not None:
            terms.append(f"{name} = ?")
            params.append(value)
    return terms, params


def chosen(conn: Connection, choice: Choice) -> list[str]:
    """Return the items chosen, in their order; InputError ``bad_value`` when nothing says which."""
    terms, params = where(conn, choice)
    if not terms:
        raise InputError(Code.BAD_VALUE, field="choice")
    sql = f"SELECT item FROM products WHERE {' AND '.join(terms)} ORDER BY item"  # noqa: S608  the program's own words
    return [item for (item,) in conn.execute(sql, params)]


def preview(conn: Connection, choice: Choice, edit: Edit) -> Preview:
    """Say what a change would do, before it is done."""
    items = chosen(conn, choice)
    pairs = [pair for item in items if (pair := _pair(conn, item, edit)) is not None]
    return Preview(len(items), len(pairs), pairs[: goods_limits.BULK_SAMPLE])


def apply(conn: Connection, act: Act, items: Iterable[str], edit: Edit) -> int:
    """Change a chunk of products; return how many really changed. Errors of ``catalogue.put`` for all of them."""
    pairs = [pair for item in items if (pair := _pair(conn, item, edit)) is not None]
    catalogue.put_all(conn, act, "", [pair.new for pair in pairs if pair.new != pair.old])
    for pair in pairs:
        if pair.new_brand != pair.old_brand:
            known = product_terms.of_item(conn, pair.old.item)
            terms = known[0] if known else product_terms.Terms("")
            today = business_day(act.now)
            made = terms._replace(from_day=max(terms.from_day, today), brand=pair.new_brand)
            product_terms.put(conn, act, pair.old.item, made)
    return len(pairs)


def rename_in_rules(conn: Connection, act: Act, before: str, after: str) -> int:
    """Let promotions and card plans of the chain follow a category to its new name; return how many rows changed."""
    changed: list[Row] = []
    for kind in ("promotion", "plan"):
        for (key,) in conn.execute(
            "SELECT key FROM reference WHERE feed = ? AND key > ? AND key < ?", (CHAIN_FEED, f"{kind}:", f"{kind};")
        ).fetchall():
            row: PromotionRow | PlanRow = catalogue.get(conn, "", key)
            new = replace(row, target=_renamed(row.target, before, after))
            if isinstance(new, PromotionRow):
                parts = tuple(replace(part, target=_renamed(part.target, before, after)) for part in new.parts)
                new = replace(new, parts=parts)
            if new != row:
                changed.append(new)
    catalogue.put_all(conn, act, "", changed)
    return len(changed)


def bearing(conn: Connection, what: Literal["category", "brand", "unit"], name: str) -> list[str]:
    """Return the items that bear a name themselves: what lies below a category is not of it."""
    sql = f"SELECT item FROM products WHERE {what} = ? ORDER BY item"  # noqa: S608  the program's own words
    return [item for (item,) in conn.execute(sql, (name,))]


def rename_in_tree(conn: Connection, act: Act, before: str, after: str) -> None:
    """Let a category's place in the tree and what stands below it follow its new name."""
    rows = categories.renamed(conn, before, after)
    if any(row.name == before for row in categories.read(conn)):
        catalogue.drop(conn, act, "", f"category:{before}")
    catalogue.put_all(conn, act, "", rows)


def renamed_order(conn: Connection, before: str, after: str) -> str:
    """Return the tills' order of categories with a category under its new name, as JSON; "" when it is not in it."""
    query = "SELECT body FROM reference WHERE feed = ? AND key = 'setting:category_order'"
    row = conn.execute(query, (CHAIN_FEED,)).fetchone()
    names = json.loads(msgspec.msgpack.decode(row[0], type=SettingRow).value) if row else []
    if before not in names:
        return ""
    new = dict.fromkeys(after if name == before else name for name in names)
    return json.dumps([name for name in new if name], ensure_ascii=False)


def _renamed(target: Target, before: str, after: str) -> Target:
    """The same goods under the category's new name; two that become one are named once."""
    names = (after if name == before else name for name in target.categories)
    return replace(target, categories=tuple(dict.fromkeys(names)))


def _pair(conn: Connection, item: str, edit: Edit) -> Before | None:
    """Return a product before and after; None when nothing changes."""
    old: ProductRow = catalogue.get(conn, "", f"product:{item}")
    fields = {name: value for name in _PLAIN if (value := getattr(edit, name)) is not None}
    new = replace(old, **fields)
    if edit.price_per_mille is not None:
        levels = tuple((level, _scaled(price, edit)) for level, price in new.levels)
        new = replace(new, price=_scaled(new.price, edit), levels=levels)
    (brand,) = conn.execute("SELECT brand FROM products WHERE item = ?", (item,)).fetchone()
    pair = Before(old, new, brand, brand if edit.brand is None else edit.brand)
    return None if pair.new == pair.old and pair.new_brand == brand else pair


def _scaled(price: int, edit: Edit) -> int:
    """A price raised or lowered; what cost nothing costs nothing, what cost something never nothing."""
    assert edit.price_per_mille is not None
    return price and max(1, half_up(price * edit.price_per_mille, 1000 * edit.price_unit)) * edit.price_unit
