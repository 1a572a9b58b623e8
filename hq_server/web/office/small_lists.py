"""Pages of lists so short that they are read whole and cut here: reference rows have no columns to sort by in SQL."""

from collections.abc import Iterable
from typing import Any

from hq_server.web.office.listing import Cut, Found, cursor_of


def cut_rows(rows: Iterable[Any], cut: Cut) -> Found[Any]:
    """Sort and cut `rows`; the cut's ``by`` and ``key`` are names of their fields."""

    def place(row: Any) -> tuple[Any, Any]:  # noqa: ANN401  a row of any list
        return getattr(row, cut.by), getattr(row, cut.key)

    ordered = sorted(rows, key=place, reverse=cut.down)
    if cut.after is not None:
        at = cut.after
        ordered = [row for row in ordered if (place(row) < at if cut.down else place(row) > at)]
    page = ordered[: cut.limit]
    return Found(page, cursor_of(place(page[-1])) if len(ordered) > cut.limit else "")
