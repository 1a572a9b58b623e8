"""Products and services of the chain: found, written, changed many at a time; and what head office alone knows."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from commerce import limits as bounds
from commerce.catalogue import plain
from foundation.http_api.route import Call
from hq_server.head_office import catalogue, catalogue_bulk, categories, product_terms
from hq_server.head_office.catalogue_bulk import Choice, Edit
from hq_server.head_office.values import business_day
from hq_server.storage.database import Connection
from hq_server.web.office.catalogue import CODE, Active
from hq_server.web.office.jobs import Job
from hq_server.web.office.listing import Column, Cut, Found, Listing, ListQuery
from hq_server.web.office.rows import (
    Amount,
    CategoryBody,
    Name,
    PerMille,
    Product,
    ProductBody,
    Text,
    product,
    product_row,
)
from hq_server.web.office.work import GOODS, SEE, Done, Work, route

DAY = r"^\d{4}-\d{2}-\d{2}$"


class ProductQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which products: ``q`` in number, name, initials or barcodes; ``category``, ``brand`` "-": those without one.

    A category takes in all below it.
    """

    q: Annotated[str, Meta(max_length=40)] = ""
    category: Text = ""
    brand: Text = ""
    kind: Literal["", "product", "service"] = ""
    active: Active = ""


class ProductLine(msgspec.Struct, frozen=True):
    """A product as lists show it; ``barcode``: the first of them; ``picture``: hash, "" for none."""

    item: str
    name: str
    category: str
    brand: str
    unit: str
    price: int
    kind: str
    barcode: str
    weighed: bool
    discountable: bool
    active: bool
    picture: str


class Named(msgspec.Struct, frozen=True):
    """A name that products bear, and how many of them; ``active``: of those on sale."""

    name: str
    products: int
    active: int


class Category(Named, frozen=True):
    """A category in the tree. ``level``: 1 at the top; ``below``: how many categories stand below it at any level."""

    parent: str
    place: int
    level: int
    below: int


class Groups(msgspec.Struct, frozen=True):
    """What products are grouped by. ``levels``: price levels that tiers ask for.

    ``categories``: each before those below it, those without products too.
    """

    categories: list[Category]
    brands: list[Named]
    units: list[Named]
    levels: list[str]


class CategoryQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which category."""

    name: Name


class TermsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What head office alone knows of a product from a business date on ("": today). Minor units of one unit."""

    from_day: Annotated[str, Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    brand: Text = ""
    cost: Amount = 0
    commission_per_mille: PerMille = 0
    commission_each: Amount = 0


class Terms(TermsBody, frozen=True, kw_only=True):
    """Terms of a product from a business date on."""


class TermsList(msgspec.Struct, frozen=True):
    """All terms of a product, newest first."""

    terms: list[Terms]


class BulkBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which products, and what is written into each."""

    choice: Choice
    edit: Edit


class BulkLine(msgspec.Struct, frozen=True):
    """One product that would change, before and after."""

    before: Product
    after: Product
    brand_before: str
    brand_after: str


class BulkPreview(msgspec.Struct, frozen=True):
    """What a change of many would do: products chosen, how many of them differ then, and some of these."""

    chosen: int
    changed: int
    sample: list[BulkLine]


class RenameBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A category, brand or unit that gets another name; one that exists already takes the products in."""

    what: Literal["category", "brand", "unit"]
    before: Annotated[str, Meta(min_length=1, max_length=bounds.TEXT_MAX)]
    after: Text


_FIELDS = ProductLine.__struct_fields__


def _find(conn: Connection, query: ProductQuery, _at: str, cut: Cut) -> Found[ProductLine]:
    where: list[str] = []
    params: list[object] = []
    if query.category:
        term, names = categories.term(conn, "" if query.category == "-" else query.category)
        where.append(term)
        params += names
    if query.brand:
        where.append("brand = ?")
        params.append("" if query.brand == "-" else query.brand)
    if query.kind:
        where.append("kind = ?")
        params.append(query.kind)
    if query.active:
        where.append("active = ?")
        params.append(query.active == "yes")
    if query.q:
        where.append("instr(hay, ?) > 0")
        params.append(plain(query.q))
    return cut.fetch(
        conn,
        select=", ".join(_FIELDS),
        tables="products",
        where=where,
        params=params,
        make=_line,
    )


def _line(*values: Any) -> ProductLine:  # noqa: ANN401  the columns of a row
    """Make a line of a row, whose flags are numbers."""
    return msgspec.convert(dict(zip(_FIELDS, values, strict=True)), ProductLine, strict=False)


def get_product(work: Work, call: Call) -> Product:
    """One product."""
    return product(catalogue.get(work.conn, "", f"product:{call.params['item']}"))


def put_product(work: Work, call: Call) -> Product:
    """Write one product."""
    row = product_row(call.params["item"], call.body)
    return product(catalogue.put(work.conn, work.act(call), "", row))


def list_groups(work: Work, _: Call) -> Groups:
    """Categories as the tree has them; brands and units in use by name."""
    tiers = {row.price_level for row in catalogue.every(work.conn, "", "tier")}
    return Groups(
        categories=_categories(work.conn),
        brands=_named(work.conn, "brand"),
        units=_named(work.conn, "unit"),
        levels=sorted(tiers - {""}),
    )


def _categories(conn: Connection) -> list[Category]:
    tree, borne = categories.read(conn), {one.name: one for one in _named(conn, "category")}
    found = []
    for name in tree.ordered([*borne, *tree.names()]):
        row, own = tree.row(name), borne.get(name, Named(name, 0, 0))
        level, below = len(tree.path(name)), len(tree.below(name)) - 1
        found.append(Category(name, own.products, own.active, row.parent, row.place, level, below))
    return found


def put_category(work: Work, call: Call) -> Done:
    """Give a category its place."""
    catalogue.put_category(work.conn, work.act(call), call.body.row())
    return Done()


def drop_category(work: Work, call: Call) -> Done:
    """Do away with a category that is empty."""
    catalogue.drop_category(work.conn, work.act(call), call.query.name)
    return Done()


def _named(conn: Connection, column: str) -> list[Named]:
    sql = f"SELECT {column}, count(*), sum(active) FROM products GROUP BY {column} ORDER BY {column}"  # noqa: S608
    return [Named(*row) for row in conn.execute(sql)]


def list_terms(work: Work, call: Call) -> TermsList:
    """All terms of one product."""
    return _terms(work.conn, call.params["item"])


def put_terms(work: Work, call: Call) -> TermsList:
    """Write a product's terms from a day on."""
    body: TermsBody = call.body
    fields = msgspec.structs.asdict(body) | {"from_day": body.from_day or business_day(call.now)}
    product_terms.put(work.conn, work.act(call), call.params["item"], product_terms.Terms(**fields))
    return _terms(work.conn, call.params["item"])


def drop_terms(work: Work, call: Call) -> Done:
    """Take terms away: those before them go on."""
    product_terms.drop(work.conn, work.act(call), call.params["item"], call.params["day"])
    return Done()


def _terms(conn: Connection, item: str) -> TermsList:
    return TermsList([Terms(**row._asdict()) for row in product_terms.of_item(conn, item)])


def preview_bulk(work: Work, call: Call) -> BulkPreview:
    """Say what a change of many would do; nothing is written."""
    body: BulkBody = call.body
    found = catalogue_bulk.preview(work.conn, body.choice, body.edit)
    sample = [BulkLine(product(one.old), product(one.new), one.old_brand, one.new_brand) for one in found.sample]
    return BulkPreview(found.chosen, found.changed, sample)


_ITEM: dict[str, Any] = {"params": {"item": CODE}}
_READ: dict[str, Any] = {"roles": SEE}
_WRITE: dict[str, Any] = {"roles": GOODS}

PRODUCTS = Listing(
    "GET /products",
    "listProducts",
    "Products and services",
    row=ProductLine,
    query=ProductQuery,
    columns=(
        Column("item", "text", "item"),
        Column("name", "text", "name"),
        Column("category", "text", "category"),
        Column("brand", "text", "brand"),
        Column("unit", "text"),
        Column("price", "money", "price"),
        Column("kind", "code"),
        Column("barcode", "text"),
        Column("weighed", "flag"),
        Column("discountable", "flag"),
        Column("active", "flag"),
    ),
    find=_find,
    key="item",
    order="item",
    roles=SEE,
)

LISTINGS = (PRODUCTS,)

ROUTES = (
    route("GET /product-groups", "listProductGroups", "Categories, brands, units", Groups, list_groups, **_READ),
    route(
        "PUT /product-categories",
        "putProductCategory",
        "Give a category its place",
        Done,
        put_category,
        body=CategoryBody,
        **_WRITE,
    ),
    route(
        "DELETE /product-categories",
        "dropProductCategory",
        "Do away with an empty one",
        Done,
        drop_category,
        query=CategoryQuery,
        **_WRITE,
    ),
    route("GET /products/{item}", "getProduct", "One product", Product, get_product, **_ITEM, **_READ),
    route("PUT /products/{item}", "putProduct", "Write one", Product, put_product, body=ProductBody, **_ITEM, **_WRITE),
    route(
        "GET /products/{item}/terms",
        "listProductTerms",
        "Brand, cost, commission",
        TermsList,
        list_terms,
        **_ITEM,
        **_READ,
    ),
    route(
        "PUT /products/{item}/terms",
        "putProductTerms",
        "Brand, cost and commission from a day on",
        TermsList,
        put_terms,
        body=TermsBody,
        **_ITEM,
        **_WRITE,
    ),
    route(
        "DELETE /products/{item}/terms/{day}",
        "dropProductTerms",
        "Take terms away: those before them go on",
        Done,
        drop_terms,
        params={"item": CODE, "day": DAY},
        **_WRITE,
    ),
    route(
        "POST /product-changes/preview",
        "previewProductChange",
        "What a change of many would do",
        BulkPreview,
        preview_bulk,
        body=BulkBody,
        **_WRITE,
    ),
    route("POST /product-changes", "changeProducts", "Change many products", Job, body=BulkBody, **_WRITE),
    route("POST /product-groups/rename", "renameProductGroup", "Rename or join", Job, body=RenameBody, **_WRITE),
)
