"""The price book in memory: products (``reference.ProductRow``) found by number, barcode, label, name, pinyin initials.

Exact look-ups are dictionaries. Typed search runs over one string that holds every product's searched fields, because a
substring search of C over a megabyte takes less than a millisecond and keeps no index to maintain.
Nothing here is ever changed in place: a feed page makes a new catalogue (``updated``).
"""

import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from commerce.checks import check_amount, check_code, check_text
from commerce.errors import InputError
from commerce.pictures import check_picture_hash
from commerce.quantity import ONE, quantity_of
from commerce.reference import ProductRow

CATALOGUE_MAX = 200_000
"""Products of one chain: ten hypermarkets' worth; more is a broken import and would fill a small box's memory."""

BARCODES_MAX = 32
"""Barcodes of one product: packings and suppliers; more is a mistake of import."""

LEVELS_MAX = 32
"""Price levels of one product."""

FOUND_MAX = 100
"""Products that one search returns at most: nobody reads further, they type another letter."""

_FIELD = "\x1f"  # begins each searched field; no printable text contains it
_KINDS = ("product", "service")


class LabelLayout(NamedTuple):
    """How a label printed in the shop embeds weight or price in 13 digits: prefix, item number, value, check digit."""

    prefix: str  # two digits, 20…29: numbers that no manufacturer uses (GS1 restricted circulation)
    kind: str  # "weight": thousandths of the unit (grams of a kilogram); "price": minor units
    item_digits: int = 5
    value_digits: int = 5


DEFAULT_LAYOUTS = tuple(LabelLayout(f"2{digit}", "price" if digit < 5 else "weight") for digit in range(10))
"""20…24 price in minor units, 25…29 weight in grams; five digits of item, five of value. A chain may say otherwise."""


class Scan(NamedTuple):
    """One reading of a code: the product, how much of it, and the line's price where a label bears it."""

    product: ProductRow
    milli_qty: int
    label_amount: int | None = None


def check_digit(digits: str) -> str:
    """Return the GS1 check digit of a number without it (EAN-8, UPC-A, EAN-13: weights 3, 1, 3 … from the right)."""
    total = sum(int(digit) * (1 if index % 2 else 3) for index, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def is_gs1(code: str) -> bool:
    """Whether `code` is 8, 12 or 13 ASCII digits with a right check digit."""
    digits = code.isascii() and code.isdigit() and len(code) in {8, 12, 13}
    return digits and check_digit(code[:-1]) == code[-1]


def plain(text: str) -> str:
    """Fold text for search: full-width to ASCII, lower case, no control characters."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return folded if folded.isprintable() else "".join(char for char in folded if char.isprintable())


def quantity_step(product: ProductRow) -> int:
    """Return the smallest quantity sold, in thousandths: what is weighed goes by grams, all else by whole units."""
    return 1 if product.weighed else ONE


def check_product(product: ProductRow) -> ProductRow:
    """Return a product whose every field is in bounds, else InputError with the field. For editors and imports."""
    check_code(product.item, "item")
    check_text(product.name, "name", required=True)
    check_text(product.category, "category")
    check_text(product.unit, "unit")
    check_text(product.pinyin, "pinyin")
    check_amount(product.price, "price")
    if product.kind not in _KINDS:
        raise InputError("bad_code", field="kind")
    for name, rows, most in (("barcodes", product.barcodes, BARCODES_MAX), ("levels", product.levels, LEVELS_MAX)):
        if len(rows) > most:
            raise InputError("too_many", field=name, limit=most)
    for barcode in product.barcodes:
        check_code(barcode, "barcode")
    for level, price in product.levels:
        check_code(level, "level")
        check_amount(price, "level_price")
    if product.picture:
        check_picture_hash(product.picture, "picture")
    return product


class Catalogue:
    """All products of a chain. Built at once: 10,000 in well under 100 ms; each look-up below a millisecond."""

    __slots__ = ("_barcodes", "_hay", "_layouts", "_products", "_rows", "_starts")

    def __init__(self, products: Iterable[ProductRow] = (), layouts: Iterable[LabelLayout] = DEFAULT_LAYOUTS) -> None:
        self._products: dict[str, ProductRow] = {}
        self._barcodes: dict[str, tuple[str, ...]] = {}
        self._layouts = {layout.prefix: layout for layout in layouts}
        for product in products:
            if product.item in self._products:
                raise InputError("duplicate_item", item=product.item)
            self._products[product.item] = product
            for barcode in product.barcodes:
                key = _barcode_key(barcode)
                self._barcodes[key] = (*self._barcodes.get(key, ()), product.item)
        if len(self._products) > CATALOGUE_MAX:
            raise InputError("too_many", field="products", limit=CATALOGUE_MAX)
        self._index()

    def _index(self) -> None:
        """Lay the searched fields of all active products end to end and remember where each product begins."""
        self._rows = [product for product in self._products.values() if product.active]
        self._starts = array("L")
        parts: list[str] = []
        at = 0
        for row in self._rows:
            part = "".join(_FIELD + plain(field) for field in (row.item, row.pinyin, row.name))
            self._starts.append(at)
            parts.append(part)
            at += len(part)
        self._hay = "".join(parts)

    def __len__(self) -> int:
        return len(self._products)

    def __iter__(self) -> Iterator[ProductRow]:
        return iter(self._products.values())

    def item(self, item: str) -> ProductRow:
        """Return the product of that number, active or not; InputError ``unknown_item`` when there is none."""
        product = self._products.get(item)
        if product is None:
            raise InputError("unknown_item", item=item[:32])
        return product

    def find(self, item: str) -> ProductRow | None:
        """Return the product of that number, active or not; None when there is none."""
        return self._products.get(item)

    def updated(self, changed: Iterable[ProductRow], removed: Iterable[str] = ()) -> "Catalogue":
        """Return the catalogue after a page of the feed: rows put in place of those of the same number, others gone."""
        rows = dict(self._products)
        rows.update((product.item, product) for product in changed)
        for item in removed:
            rows.pop(item, None)
        return Catalogue(rows.values(), self._layouts.values())

    def scan(self, code: str) -> tuple[Scan, ...]:
        """Read a scanned or typed code: barcodes as they stand, then labels of the shop, then item numbers.

        Several products may share a barcode: the cashier picks. Nothing found is (); InputError ``bad_check_digit``
        when the code looks like a label of the shop but was misread.
        """
        text = plain(check_text(code, "code")).strip()
        found = [self._products[item] for item in self._barcodes.get(_barcode_key(text), ())]
        if not found and (label := self._label(text)) is not None:
            return (label,)
        if not found:
            found = [self._products[item] for item in (code.strip(), text) if item in self._products][:1]
        return tuple(Scan(product, ONE) for product in found if product.active)

    def _label(self, text: str) -> Scan | None:
        """Read a price or weight label, or return None when no layout or no product fits."""
        layout = self._layouts.get(text[:2])
        if layout is None or len(text) != 13 or not (text.isascii() and text.isdigit()):
            return None
        if not is_gs1(text):
            raise InputError("bad_check_digit")
        end = 2 + layout.item_digits
        number, value = text[2:end], int(text[end : end + layout.value_digits])
        product = self._products.get(number) or self._products.get(number.lstrip("0"))
        if product is None or not product.active or value == 0:
            return None
        if layout.kind == "weight":
            return Scan(product, value)
        quantity = quantity_of(value, product.price) if product.weighed and product.price else ONE
        return Scan(product, quantity, value)

    def search(self, text: str, limit: int = 20) -> tuple[ProductRow, ...]:
        """Find active products as a cashier types: number, pinyin initials or name beginning so, then containing it."""
        wanted = plain(check_text(text, "search")).strip()
        most = max(0, min(limit, FOUND_MAX))
        if not wanted:
            return ()
        found: dict[str, ProductRow] = {}
        for needle in (_FIELD + wanted + _FIELD, _FIELD + wanted, wanted):
            for row in self._matches(needle):
                if len(found) >= most:
                    return tuple(found.values())
                found[row.item] = row
        return tuple(found.values())

    def _matches(self, needle: str) -> Iterator[ProductRow]:
        """Yield each product whose searched fields contain `needle`, in catalogue order, once."""
        at = self._hay.find(needle)
        while at >= 0:
            index = bisect_right(self._starts, at) - 1
            yield self._rows[index]
            if index + 1 == len(self._rows):
                return
            at = self._hay.find(needle, self._starts[index + 1])


def _barcode_key(barcode: str) -> str:
    """Return the key of a barcode: a UPC-A is the EAN-13 with a zero before it, and scanners send either."""
    return f"0{barcode}" if len(barcode) == 12 and is_gs1(barcode) else barcode
