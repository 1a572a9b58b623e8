"""Reading many rows by their keys in few statements: the shape of stage 2, which touches thousands of rows a chunk."""

from collections.abc import Iterable, Iterator
from typing import Any

from hq_server.storage.database import Connection

blob = bytearray
"""How blobs are bound in bulk: for ``bytes`` the driver searches its adapters (3 µs a value), not for these."""

_KEYS = 512
"""Keys of one statement: long enough to spread its cost, few enough texts for the statement cache."""


def select_in(conn: Connection, sql: str, keys: Iterable[Any], *before: Any) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - column values
    """Run `sql`, whose ``{}`` stands for the list in an IN, over all keys; `before`: parameters in front of it."""
    for part, marks in _parts(keys):
        yield from conn.execute(sql.format(marks), (*before, *part))


def run_in(conn: Connection, sql: str, keys: Iterable[Any]) -> None:
    """Run a writing statement, whose ``{}`` stands for the list in an IN, over all keys."""
    for part, marks in _parts(keys):
        conn.execute(sql.format(marks), part)


def _parts(keys: Iterable[Any]) -> Iterator[tuple[list[Any], str]]:
    """Cut keys into lists with their question marks.

    Sorted first: neighbours share pages. A short list is padded with its last key, so that few statement texts serve
    every length.
    """
    ordered = [blob(key) if type(key) is bytes else key for key in sorted(keys)]
    for start in range(0, len(ordered), _KEYS):
        part = ordered[start : start + _KEYS]
        width = next(width for width in (1, 8, 64, _KEYS) if len(part) <= width)
        yield part + [part[-1]] * (width - len(part)), ",".join("?" * width)
