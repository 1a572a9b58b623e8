"""Products as a cashier looks for them: by barcode, number, name or pinyin initials, or leafing through."""

from typing import Annotated

import msgspec

from commerce.catalogue import FOUND_MAX, Scan
from commerce.errors import InputError
from commerce.limits import CODE_MAX
from commerce.reference import ProductRow
from edge_node.ledger.price_book import QUICK_ITEM
from edge_node.web import limits
from edge_node.web.fields import CODE, Body, Text
from edge_node.web.work import Work, read
from foundation.http_api.route import Call
from foundation.http_api.show import show


class ProductQuery(Body):
    """What is looked for: ``q`` as typed or scanned; without it all active products are listed, from ``after`` on.

    ``category``: with all below it.
    """

    q: Annotated[str, msgspec.Meta(max_length=64)] = ""
    category: Text = ""
    after: Annotated[str, msgspec.Meta(max_length=CODE_MAX)] = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=limits.PAGE_MAX)] = limits.PAGE


class Product(msgspec.Struct, frozen=True):
    """One product. ``price`` in minor units, ``levels`` as [level, price]; ``picture``: see ``/pictures``, "" none."""

    item: str
    name: str
    category: str
    unit: str
    price: int
    kind: str
    barcodes: list[str]
    levels: list[tuple[str, int]]
    discountable: bool
    earns_points: bool
    weighed: bool
    pinyin: str
    active: bool
    picture: str = ""


class Products(msgspec.Struct, frozen=True):
    """A page of products. ``next``: what to ask ``after``, "" at the end; a search has one page only."""

    products: list[Product]
    next: str


def _find(work: Work, call: Call) -> Products:
    query: ProductQuery = call.query
    catalogue = work.book.catalogue
    among = work.book.categories.below(query.category) if query.category else None
    if query.q.strip():
        found = {scan.product.item: scan.product for scan in _scanned(work, query.q)}
        found |= {row.item: row for row in catalogue.search(query.q, FOUND_MAX)}
        rows = [row for row in found.values() if _offered(row, among)]
        return Products([show(row, Product) for row in rows[: query.limit]], "")
    rows = sorted(
        (row for row in catalogue if row.item > query.after and _offered(row, among)), key=lambda row: row.item
    )
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    return Products([show(row, Product) for row in rows], rows[-1].item if more else "")


def _scanned(work: Work, text: str) -> tuple[Scan, ...]:
    """Read the text as a code; a misread label of the shop is found by typing."""
    try:
        return work.book.catalogue.scan(text)
    except InputError:
        return ()


def _offered(row: ProductRow, among: frozenset[str] | None) -> bool:
    """Whether a cashier may pick it, of these categories: the item behind quick sales is none of the shop's goods."""
    return row.active and row.item != QUICK_ITEM and (among is None or row.category in among)


def _one(work: Work, call: Call) -> Product:
    return show(work.book.catalogue.item(call.params["item"]), Product)


ROUTES = (
    read("/products", "findProducts", "Look for products", Products, _find, query=ProductQuery),
    read("/products/{item}", "product", "One product", Product, _one, params={"item": CODE}),
)
