"""The tree of product categories: read, checked after each change, kept small; and what its rows follow."""

from dataclasses import replace

import msgspec

from commerce.categories import DEPTH_MAX, Categories
from commerce.reference import CHAIN_FEED, CategoryRow
from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import goods_limits
from hq_server.storage.database import Connection

_DECODER = msgspec.msgpack.Decoder(CategoryRow)


def read(conn: Connection) -> Categories:
    """Return the tree as it stands."""
    query = "SELECT body FROM reference WHERE feed = ? AND key > 'category:' AND key < 'category;'"
    return Categories(_DECODER.decode(body) for (body,) in conn.execute(query, (CHAIN_FEED,)))


def settle(conn: Connection) -> None:
    """After a change: check the whole tree and write what stands above each one.

    InputError ``bad_value`` of the parent: a ``reason`` ``cycle`` or ``depth``, or too many rows.
    """
    tree = read(conn)
    rows = list(tree)
    if len(rows) > goods_limits.CATEGORIES:
        raise InputError(Code.BAD_VALUE, field="name", limit=goods_limits.CATEGORIES)
    for row in rows:
        _check_path(tree, row.name)
    conn.execute("DELETE FROM category_paths")
    paths = [(row.name, level, above) for row in rows for level, above in enumerate(tree.path(row.name), 1)]
    conn.executemany("INSERT INTO category_paths VALUES (?, ?, ?)", paths)


def _check_path(tree: Categories, name: str) -> None:
    """Go up from a category to the top."""
    path = [name]
    while parent := tree.row(path[-1]).parent:
        if parent in path:
            raise InputError(Code.BAD_VALUE, field="parent", reason="cycle")
        path.append(parent)
    if len(path) > DEPTH_MAX:
        raise InputError(Code.BAD_VALUE, field="parent", reason="depth", limit=DEPTH_MAX)


def check_parent(conn: Connection, parent: str) -> None:
    """A parent is a category that there is: it has a row or products; InputError ``bad_value``."""
    if not parent or any(row.name == parent for row in read(conn)):
        return
    if conn.execute("SELECT 1 FROM products WHERE category = ? LIMIT 1", (parent,)).fetchone() is None:
        raise InputError(Code.BAD_VALUE, field="parent", reason="unknown")


def check_unused(conn: Connection, name: str) -> None:
    """RefusedError ``category_in_use``: so many products bear it, so many categories stand right below it."""
    (products,) = conn.execute("SELECT count(*) FROM products WHERE category = ?", (name,)).fetchone()
    below = sum(row.parent == name for row in read(conn))
    if products or below:
        raise RefusedError(Code.CATEGORY_IN_USE, products=products, below=below)


def term(conn: Connection, name: str) -> tuple[str, list[object]]:
    """Return the condition on products of a category and all below it, and its parameters."""
    names: list[object] = [*sorted(read(conn).below(name))]
    return f"category IN ({','.join('?' * len(names))})", names


def renamed(conn: Connection, before: str, after: str) -> list[CategoryRow]:
    """Return the rows that differ once a category bears another name, or has joined the one that bears it.

    Its row is not among them: whoever renames takes it away. What stood below follows; below "" it moves one up.
    Errors of ``settle``: before anything is changed.
    """
    rows = {row.name: row for row in read(conn)}
    kept = dict(rows)
    old = kept.pop(before, CategoryRow(before))
    if before in rows and after and after not in kept:
        kept[after] = replace(old, name=after)
    for row in rows.values():
        if row.parent == before:
            # what takes in the category that it stood below takes that one's place too
            kept[row.name] = replace(row, parent=after if after and row.name != after else old.parent)
    tree = Categories(kept.values())
    for name in kept:
        _check_path(tree, name)
    return [row for name, row in kept.items() if row != rows.get(name)]
