"""Finding members for the office's list: what a person types, and filters, as conditions over the tables.

Personal data are found where they lie, in the profile rows (indexes of migration 0006); what is typed may be a phone,
its last four digits, a card's number, a part of the name or of its pinyin initials, or a member's id.
"""

import re
from typing import NamedTuple

from hq_server.errors import Code, InputError
from hq_server.head_office import members_limits as limits
from hq_server.head_office.values import day as check_day
from hq_server.head_office.values import normal_card, normal_phone, text
from hq_server.storage.bulk import select_in
from hq_server.storage.database import Connection

STATES = ("active", "frozen", "merged")
"""What a member can be in the list."""

_CARDS = "field >= 'card:' AND field < 'card:~'"
_STATE = {
    "active": "m.frozen = 0 AND m.alias_of = x''",
    "frozen": "m.frozen = 1 AND m.alias_of = x''",
    "merged": "m.member IN (SELECT member FROM members WHERE alias_of <> x'')",  # by its index
}


class Filters(NamedTuple):
    """What of the members is asked for; "" anything. ``branch``: that has met the member; days of registration."""

    q: str = ""
    tier: str = ""
    tag: str = ""
    branch: str = ""
    state: str = ""
    from_day: str = ""
    to_day: str = ""


class Found(NamedTuple):
    """Conditions over ``members m`` and the values of their placeholders."""

    where: list[str]
    params: list[str | bytes]


def conditions(filters: Filters) -> Found:
    """Say filters in SQL; InputError ``bad_value`` naming the one that says nothing."""
    found = Found([], [])
    for column, value in (
        ("m.tier = ?", filters.tier),
        ("m.day >= ?", filters.from_day),
        ("m.day <= ?", filters.to_day),
    ):
        if value:
            found.where.append(column)
            found.params.append(check_day(value, "day") if "day" in column else value)
    for table, value in (("seen WHERE branch = ?", filters.branch), ("member_tags WHERE tag = ?", filters.tag)):
        if value:
            found.where.append(f"m.member IN (SELECT member FROM {table})")  # noqa: S608 - our own words
            found.params.append(value)
    if filters.state:
        if filters.state not in _STATE:
            raise InputError(Code.BAD_VALUE, field="state")
        found.where.append(_STATE[filters.state])
    if filters.q:
        where, params = _typed(text(filters.q, "q", limits.SEARCH, required=True).strip())
        found.where.append(where)
        found.params.extend(params)
    return found


def _typed(wanted: str) -> tuple[str, list[str | bytes]]:
    """What somebody typed, as all that it may be."""
    if re.fullmatch("[0-9a-f]{32}", wanted):
        return "m.member = ?", [bytes.fromhex(wanted)]
    parts: list[str] = []
    params: list[str | bytes] = []
    if not re.fullmatch("[0-9]{4,}", wanted):  # no name is that
        parts.append("SELECT member FROM profiles WHERE field = 'name' AND instr(value, ?) > 0")
        params.append(wanted)
    if re.fullmatch("[0-9A-Za-z]*[A-Za-z][0-9A-Za-z]*", wanted):
        parts.append("SELECT member FROM member_initials WHERE instr(initials, ?) > 0")
        params.append(wanted.lower())
    if re.fullmatch("[0-9]{4}", wanted):
        parts.append("SELECT member FROM profiles WHERE field = 'phone' AND substr(value, -4) = ?")
        params.append(wanted)
    for form, where in ((normal_phone, "field = 'phone'"), (normal_card, _CARDS)):
        try:
            value = form(wanted)
        except InputError:
            continue
        parts.append(f"SELECT member FROM profiles WHERE {where} AND value = ?")  # noqa: S608 - our own words
        params.append(value)
    return f"m.member IN ({' UNION '.join(parts)})", params


def phones_of(conn: Connection, members: list[bytes]) -> dict[bytes, str]:
    """Return the members' phones with all but the last four digits masked, for lists."""
    sql = "SELECT member, value FROM profiles WHERE field = 'phone' AND member IN ({})"
    return {member: masked_phone(value) for member, value in select_in(conn, sql, members)}


def masked_phone(phone: str) -> str:
    """Mask a phone for lists: 138****0001."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) > 7 else f"****{phone[-4:]}" if phone else ""
