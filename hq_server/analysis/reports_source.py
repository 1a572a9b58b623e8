"""What every report is made of: a SELECT over the read models with its parameters, limited to days and a branch.

A report is a source: one row per group, columns by name. Lists are cut from it and sums made over it, so a page, its
sums and an export never disagree. All sources read whole days of business dates, both ends included.
"""

from collections.abc import Sequence
from typing import NamedTuple

Value = str | int | bytes | None


class Span(NamedTuple):
    """Business dates, both included, and one branch ("" all)."""

    first: str
    last: str
    branch: str = ""


class Source(NamedTuple):
    """A SELECT and the values of its placeholders, in their order.

    ``late``: ", " and further columns made of its own, worked out for the rows that are shown alone.
    """

    sql: str
    params: tuple[Value, ...]
    late: str = ""

    @property
    def table(self) -> str:
        """As it stands in a FROM clause, under the name ``r``."""
        return f"(SELECT *{self.late} FROM ({self.sql})) r" if self.late else f"({self.sql}) r"  # noqa: S608

    def with_sums(self, columns: Sequence[str]) -> str:
        """The same, read once for the rows and, as ``sum_of_…`` in each row, the sums of all."""
        sums = ", ".join(f"coalesce(sum({name}), 0) AS sum_of_{name}" for name in columns)
        return f"(WITH s AS MATERIALIZED ({self.sql}) SELECT *{self.late} FROM s, (SELECT {sums} FROM s)) r"  # noqa: S608


class Filter(NamedTuple):
    """Conditions joined by AND, with their values."""

    sql: str
    params: tuple[Value, ...]


def within(span: Span, *more: tuple[str, Value], table: str = "") -> Filter:
    """Limit a read model to a span, and to further (condition with one placeholder, value) that are not "" or None."""
    at = f"{table}." if table else ""
    parts: list[tuple[str, Value]] = [(f"{at}day >= ?", span.first), (f"{at}day <= ?", span.last)]
    if span.branch:
        parts.append((f"{at}branch = ?", span.branch))
    parts += [(sql, value) for sql, value in more if value not in ("", None)]
    return Filter(" AND ".join(sql for sql, _ in parts), tuple(value for _, value in parts))
