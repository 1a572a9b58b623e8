"""The tree of product categories (``reference.CategoryRow``): where each stands, what lies below it, in which order.

A category is known by its name. One that has no row stands at the top, so a chain without rows has a flat list.
"""

from collections.abc import Iterable, Iterator, Sequence

from commerce.checks import check_int, check_text
from commerce.reference import CategoryRow

DEPTH_MAX = 3
"""Levels of the tree: a cashier reaches each product by three touches at most."""

PLACE_MAX = 9_999
"""The last place among siblings."""


def check_category(row: CategoryRow) -> CategoryRow:
    """Return a row whose fields are in bounds, else InputError with the field."""
    check_text(row.name, "name", required=True)
    check_text(row.parent, "parent")
    check_int(row.place, "place", 0, PLACE_MAX)
    return row


class Categories:
    """The tree as rows tell it; rows that make none are followed no further than ``DEPTH_MAX`` levels."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Iterable[CategoryRow] = ()) -> None:
        self._rows = {row.name: row for row in rows}

    def row(self, name: str) -> CategoryRow:
        """Return where a category stands: at the top when nothing says otherwise."""
        return self._rows.get(name) or CategoryRow(name)

    def path(self, name: str) -> tuple[str, ...]:
        """Return the names from the top down to this one."""
        path = [name]
        while len(path) < DEPTH_MAX and (parent := self.row(path[-1]).parent) and parent not in path:
            path.append(parent)
        return tuple(reversed(path))

    def below(self, name: str) -> frozenset[str]:
        """Return a category and all below it; of "" nothing but itself: products without a category are its own."""
        return frozenset({name, *(each for each in self._rows if name in self.path(each))})

    def ordered(self, names: Iterable[str], first: Sequence[str] = ()) -> list[str]:
        """Return these and all above them, each before what lies below it.

        Siblings: those in `first` in its order, then those that have a place, then by name.
        """
        ahead = {name: place for place, name in enumerate(first)}

        def rank(name: str) -> tuple[int, int, str]:
            return ahead.get(name, len(ahead)), self.row(name).place or PLACE_MAX + 1, name

        paths = {self.path(name) for name in names}
        every = {path[: length + 1] for path in paths for length in range(len(path))}
        return list(dict.fromkeys(path[-1] for path in sorted(every, key=lambda path: [rank(name) for name in path])))

    def names(self) -> list[str]:
        """Return the names that rows speak of, in order."""
        return self.ordered(self._rows)

    def __iter__(self) -> Iterator[CategoryRow]:
        return iter(self._rows.values())
