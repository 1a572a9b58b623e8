"""What HQ decides and branches read: products, categories, pictures, tiers, rules, promotions, plans, settings, staff.

A change writes the row, marks it for distribution and notes an ``audit`` fact with the row's hash, in the caller's
transaction. An unchanged row writes nothing, so an import may be repeated.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import msgspec

from commerce.facts import Fact
from commerce.limits import PROMOTIONS_MAX
from commerce.plans.row import PlanRow
from commerce.promotions.row import PromotionRow
from commerce.reference import CHAIN_FEED, CategoryRow, ProductRow, branch_feed
from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import audit, branches, catalogue_history, catalogue_index, categories, limits
from hq_server.head_office.act import Act
from hq_server.head_office.rows import KINDS, AnyRow, Row, checked, key_of
from hq_server.ledger import changes
from hq_server.ledger.record import record_all
from hq_server.storage.database import Connection

_ENCODER = msgspec.msgpack.Encoder(order="sorted")
_DECODERS: dict[str, msgspec.msgpack.Decoder[Any]] = {
    kind: msgspec.msgpack.Decoder(body) for kind, body in KINDS.items()
}


def feed_of(conn: Connection, branch: str) -> str:
    """Name the feed of a branch that exists, or of the whole chain for ""; InputError ``unknown_branch``."""
    if not branch:
        return CHAIN_FEED
    if not branches.exists(conn, branch):
        raise InputError(Code.UNKNOWN_BRANCH)
    return branch_feed(branch)


def put(conn: Connection, act: Act, branch: str, row: AnyRow) -> AnyRow:
    """Write one row for the whole chain (branch "") or for one branch; return it as stored."""
    feed = feed_of(conn, branch)
    stored = checked(row, feed)
    facts = _write(conn, act, feed, stored)
    _check_whole(conn, feed, [row])
    record_all(conn, act.hq, facts, act.now)
    return stored


def put_all(conn: Connection, act: Act, branch: str, rows: Iterable[Row]) -> None:
    """Write many rows, all or none (the caller's transaction); their facts are applied together."""
    feed, rows = feed_of(conn, branch), list(rows)
    facts = [fact for row in rows for fact in _write(conn, act, feed, checked(row, feed))]
    _check_whole(conn, feed, rows)
    record_all(conn, act.hq, facts, act.now)


def _write(conn: Connection, act: Act, feed: str, row: Row) -> list[Fact]:
    """Store and mark a checked row; return the fact that says so, nothing when the row stood there already.

    InputError ``bad_value`` for a product whose picture is not kept here.
    """
    if isinstance(row, ProductRow) and row.picture:
        query = "SELECT 1 FROM reference WHERE feed = ? AND key = ?"
        if conn.execute(query, (CHAIN_FEED, f"picture:{row.picture}")).fetchone() is None:
            raise InputError(Code.BAD_VALUE, field="picture")
    key, body = key_of(row), _ENCODER.encode(row)
    kept = conn.execute("SELECT body FROM reference WHERE feed = ? AND key = ?", (feed, key)).fetchone()
    if kept is not None and kept[0] == body:
        return []
    conn.execute("INSERT OR REPLACE INTO reference (feed, key, body) VALUES (?, ?, ?)", (feed, key, body))
    changes.mark(conn, feed, key)
    catalogue_history.keep(conn, act, feed, key, kept[0] if kept else b"")
    if isinstance(row, ProductRow):
        catalogue_index.enter(conn, row)
    return [audit.fact(act, "row_put", f"{feed}/{key}", row=body)]


def _check_whole(conn: Connection, feed: str, rows: Iterable[Row]) -> None:
    """Keep what is in force few enough to be priced in time, and categories a tree; InputError ``bad_value``."""
    for body_type, kind, most in ((PromotionRow, "promotion", PROMOTIONS_MAX), (PlanRow, "plan", limits.PLANS)):
        if any(isinstance(row, body_type) and row.active for row in rows):
            query = "SELECT body FROM reference WHERE feed = ? AND key > ? AND key < ?"
            found = conn.execute(query, (feed, f"{kind}:", f"{kind};"))
            if sum(_DECODERS[kind].decode(body).active for (body,) in found) > most:
                raise InputError(Code.BAD_VALUE, field="active", limit=most)
    if any(isinstance(row, CategoryRow) for row in rows):
        categories.settle(conn)


def retire_promotion(conn: Connection, act: Act, branch: str, code: str) -> PromotionRow:
    """Switch a promotion off; its row stays, because receipts name it; InputError ``unknown_row``."""
    row: PromotionRow = get(conn, branch, f"promotion:{code}")
    return put(conn, act, branch, replace(row, active=False))


def retire_plan(conn: Connection, act: Act, code: str) -> PlanRow:
    """Sell a plan no more; its row stays, because members hold what was sold; InputError ``unknown_row``."""
    row: PlanRow = get(conn, "", f"plan:{code}")
    return put(conn, act, "", replace(row, active=False))


def put_category(conn: Connection, act: Act, row: CategoryRow) -> CategoryRow:
    """Give a category its place in the tree; InputError ``bad_value`` of a parent that cannot be one."""
    categories.check_parent(conn, row.parent)
    return put(conn, act, "", row)


def drop_category(conn: Connection, act: Act, name: str) -> None:
    """Do away with a category that nothing stands in; RefusedError ``category_in_use``, InputError ``unknown_row``."""
    categories.check_unused(conn, name)
    drop(conn, act, "", f"category:{name}")


def drop_tier(conn: Connection, act: Act, code: str) -> None:
    """Do away with a tier that nobody needs; InputError ``unknown_row``.

    RefusedError ``tier_in_use``: so many members stand in it, so many plans give it, promotions ask for it and
    parameters give it to new members.
    """
    (members,) = conn.execute("SELECT count(*) FROM members WHERE tier = ? AND alias_of = x''", (code,)).fetchone()
    plans = sum(row.active and row.tier == code for row in every(conn, "", "plan"))
    promotions = sum(row.active and code in row.tiers for row in every(conn, "", "promotion"))
    feeds = (CHAIN_FEED, *(branch_feed(branch) for (branch,) in conn.execute("SELECT branch FROM branches")))
    query = "SELECT body FROM reference WHERE feed = ? AND key = 'setting:default_tier'"
    set_to = (_DECODERS["setting"].decode(row[0]) for feed in feeds if (row := conn.execute(query, (feed,)).fetchone()))
    settings = sum(json.loads(row.value) == code for row in set_to)
    if members or plans or promotions or settings:
        evidence = {"members": members, "plans": plans, "promotions": promotions, "settings": settings}
        raise RefusedError(Code.TIER_IN_USE, **evidence)
    drop(conn, act, "", f"tier:{code}")


def drop(conn: Connection, act: Act, branch: str, key: str) -> None:
    """Take a row away from the branches (a tombstone follows); InputError ``unknown_row``.

    Products, plans and staff are set inactive instead, and so are promotions of the chain: old receipts name them.
    """
    feed = feed_of(conn, branch)
    named = {"product", "staff"} if branch else {"product", "staff", "promotion", "plan"}
    if key.partition(":")[0] in named:
        raise InputError(Code.BAD_VALUE, field="kind")
    gone = conn.execute("DELETE FROM reference WHERE feed = ? AND key = ? RETURNING body", (feed, key)).fetchone()
    if gone is None:
        raise InputError(Code.UNKNOWN_ROW)
    if key.startswith("category:"):
        categories.settle(conn)
    changes.mark(conn, feed, key)
    catalogue_history.keep(conn, act, feed, key, gone[0])
    audit.note(conn, act, "row_dropped", f"{feed}/{key}")


def restore(conn: Connection, act: Act, branch: str, key: str, n: int) -> Any:  # noqa: ANN401  the dataclass of the key's kind
    """Make a row again what it was before its change `n`; InputError ``unknown_row``, and those of ``put``."""
    body = catalogue_history.body_before(conn, feed_of(conn, branch), key, n)
    return put(conn, act, branch, _DECODERS[key.partition(":")[0]].decode(body))


def get(conn: Connection, branch: str, key: str) -> Any:  # noqa: ANN401  the dataclass of the key's kind
    """Return one row; InputError ``unknown_row``."""
    query = "SELECT body FROM reference WHERE feed = ? AND key = ?"
    row = conn.execute(query, (feed_of(conn, branch), key)).fetchone()
    if row is None:
        raise InputError(Code.UNKNOWN_ROW)
    return _DECODERS[key.partition(":")[0]].decode(row[0])


def page(conn: Connection, branch: str, kind: str, after: str, limit: int) -> list[Any]:
    """Return rows of one kind in the order of their keys, after the row whose id is `after`."""
    first = f"{kind}:{after}" if after else f"{kind}:"
    query = "SELECT body FROM reference WHERE feed = ? AND key > ? AND key < ? ORDER BY key LIMIT ?"
    rows = conn.execute(query, (feed_of(conn, branch), first, f"{kind};", limit))
    return [_DECODERS[kind].decode(body) for (body,) in rows]


def every(conn: Connection, branch: str, kind: str) -> list[Any]:
    """Return all rows of one kind by key: of kinds that nobody has thousands of."""
    query = "SELECT body FROM reference WHERE feed = ? AND key > ? AND key < ? ORDER BY key"
    rows = conn.execute(query, (feed_of(conn, branch), f"{kind}:", f"{kind};"))
    return [_DECODERS[kind].decode(body) for (body,) in rows]
