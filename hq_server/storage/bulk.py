"""Reading many rows by their keys in few statements: the shape of stage 2, which touches thousands of rows a chunk."""

from collections.abc import Iterable, Iterator
from typing import Any

from hq_server.storage.database import Connection

_KEYS = 512
"""Keys of one statement: long enough to spread its cost, few enough texts for the statement cache."""


def select_in(conn: Connection, sql: str, keys: Iterable[Any], *before: Any) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - column values
    """Run `sql`, whose ``{}`` stands for the list in an IN, over all keys; `before`: parameters that stand before it.

    Keys are sorted first: neighbours share pages. A short list is padded with its last key, so that two statement
    texts serve every length.
    """
    ordered = sorted(keys)
    for start in range(0, len(ordered), _KEYS):
        part = ordered[start : start + _KEYS]
        width = next(width for width in (1, 8, 64, _KEYS) if len(part) <= width)
        part += [part[-1]] * (width - len(part))
        yield from conn.execute(sql.format(",".join("?" * width)), (*before, *part))
