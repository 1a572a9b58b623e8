"""Members that a filter of the list names now, as rows of a batch: frozen here, whoever fits the filter later."""

from collections.abc import Sequence

from commerce.checks import check_int
from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import batches, batches_rows, coupons, limits, members_find, tags
from hq_server.head_office import members_limits as bounds
from hq_server.head_office.act import Act
from hq_server.head_office.batches import Batch, Draft
from hq_server.head_office.batches_rows import Planned
from hq_server.head_office.members_find import Filters
from hq_server.head_office.values import business_day
from hq_server.storage.bulk import select_in
from hq_server.storage.database import Connection


def chosen(conn: Connection, filters: Filters) -> list[bytes]:
    """Return who fits, by id; who was merged into another one is not counted twice.

    InputError ``bad_value``, ``too_many_members``; RefusedError ``nothing_to_do``.
    """
    wanted = members_find.conditions(filters)
    where = " AND ".join([*wanted.where, "m.alias_of = x''"])
    rows = conn.execute(
        f"SELECT m.member FROM members m WHERE {where} ORDER BY m.member LIMIT ?",  # noqa: S608 - our own words
        (*wanted.params, bounds.CHOSEN + 1),
    ).fetchall()
    if not rows:
        raise RefusedError(Code.NOTHING_TO_DO)
    if len(rows) > bounds.CHOSEN:
        raise InputError(Code.TOO_MANY_MEMBERS, most=bounds.CHOSEN)
    return [member for (member,) in rows]


def source(filters: Filters) -> str:
    """Say by which filters, without what was typed: that may be somebody's phone or name."""
    told = [
        name if name == "q" else f"{name}={value}"
        for name, value in zip(filters._fields, filters, strict=True)
        if value
    ]
    return "members:" + "&".join(told)


def draft_top_ups(conn: Connection, act: Act, batch: bytes, about: Draft, filters: Filters, amount: str) -> Batch:  # noqa: PLR0917 -- the parts of a batch
    """Prepare the same top-up (yuan, as typed) for all of them; errors as of ``chosen`` and ``batches.draft``."""
    batches.check_tender(about.tender)
    rows = batches_rows.same(conn, batches.rules(conn, about.rule), chosen(conn, filters), amount)
    return batches.enter(conn, act, batch, about._replace(source=source(filters)), rows)


def draft_coupons(conn: Connection, act: Act, batch: bytes, about: Draft, filters: Filters, each: int) -> Batch:  # noqa: PLR0917 -- the parts of a batch
    """Prepare so many coupons of ``about.what`` for each of them; errors as of ``chosen`` and of a single gift."""
    check_int(each, "count", 1, limits.COUPONS)
    coupons.check(conn, about.what, about.last_day, business_day(act.now))
    members = chosen(conn, filters)
    frozen = _among(conn, batches_rows.FROZEN, members)
    rows = [_row(member, each, "frozen" if member in frozen else "") for member in members]
    return batches.enter(conn, act, batch, about._replace(kind=batches.COUPONS, source=source(filters)), rows)


def draft_tags(conn: Connection, act: Act, batch: bytes, about: Draft, filters: Filters) -> Batch:
    """Prepare that each of them gets the tag ``about.what``; InputError ``unknown_row``, and as of ``chosen``."""
    tags.need(conn, about.what)
    members = chosen(conn, filters)
    having = _among(conn, "SELECT member, 1 FROM member_tags WHERE tag = ? AND member IN ({})", members, about.what)
    full = tags.full(conn, members)
    rows = [_row(one, 0, "has_tag" if one in having else "tags_full" if one in full else "") for one in members]
    return batches.enter(conn, act, batch, about._replace(kind=batches.TAG, source=source(filters)), rows)


def _row(member: bytes, amount: int, problem: str) -> Planned:
    return Planned(member.hex(), member, amount, 0, 0, "", problem)


def _among(conn: Connection, sql: str, members: Sequence[bytes], *first: str) -> set[bytes]:
    return {member for member, _ in select_in(conn, sql, members, *first)}
