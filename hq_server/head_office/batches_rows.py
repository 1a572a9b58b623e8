"""Rows of a batch of top-ups on their way in: whom a typed text names, how much, what the rule gives, or why not."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from commerce.errors import CommerceError
from commerce.limits import AMOUNT_MAX
from commerce.reference import TopUpRuleRow
from commerce.sharing import NO_RULES, ClearingRules
from commerce.top_up import bonus_of
from hq_server.errors import InputError
from hq_server.head_office import imports_file
from hq_server.head_office import members_limits as limits
from hq_server.head_office.values import normal_card, normal_phone
from hq_server.ledger import aliases
from hq_server.ledger.members import keyed_hash
from hq_server.storage.bulk import select_in
from hq_server.storage.database import Connection

PROBLEMS = (
    *("no_member", "several_members", "frozen", "twice", "bad_amount", "rule_inactive", "out_of_rule"),
    *("has_tag", "tags_full", "no_tag"),
)
"""Why a row cannot be carried out; the closed set that screens have words for."""

FROZEN = "SELECT member, 1 FROM members WHERE frozen = 1 AND member IN ({})"
"""Who of some members is frozen, for ``select_in``."""
_ID = re.compile("[0-9a-f]{32}")
_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")


class Line(NamedTuple):
    """One line as it came: a phone, a card's number or a member's id; an amount in yuan."""

    who: str
    amount: str


class Planned(NamedTuple):
    """One row: amounts in minor units, points; ``rule`` "" none; ``problem`` "" it can be carried out."""

    typed: str
    member: bytes
    amount: int
    bonus: int
    points: int
    rule: str
    problem: str


class Rules(NamedTuple):
    """The chain's rules by code, the one that was chosen ("auto": what fits), when points expire, who bears what."""

    by_code: Mapping[str, TopUpRuleRow]
    chosen: str
    points_expire: Callable[[str], str]
    clearing: ClearingRules = NO_RULES


def lines(data: bytes) -> list[Line]:
    """Read an uploaded list: who in the first column, the amount in the second. A heading is passed over.

    InputError ``bad_value`` naming ``file``.
    """
    _, rows = imports_file.read(data)
    cells = [[*row, "", ""][:2] for row in rows if row]
    if cells and _minor(cells[0][1]) is None and not any(char.isdigit() for char in cells[0][1]):
        del cells[0]
    return [Line(who[: limits.CELL], amount[: limits.CELL]) for who, amount in cells]


def plan(conn: Connection, member_key: bytes, rules: Rules, typed: Sequence[Line]) -> list[Planned]:
    """Say of each line what it would do; whoever is named twice is topped up by neither row."""
    found = _named(conn, member_key, {line.who for line in typed})
    frozen = {member for member, _ in select_in(conn, FROZEN, set().union(*found.values()))}
    times: dict[bytes, int] = {}
    for line in typed:
        for member in found.get(line.who, ()):
            times[member] = times.get(member, 0) + 1
    return [_planned(line, found.get(line.who, set()), frozen, times, rules) for line in typed]


def same(conn: Connection, rules: Rules, members: Sequence[bytes], typed: str) -> list[Planned]:
    """Say the same for members who are known: one amount, of which the rule is asked once."""
    amount = _minor(typed)
    rule, bonus, points, against = _ruled(amount, rules) if amount is not None else ("", 0, 0, "bad_amount")
    frozen = {member for member, _ in select_in(conn, FROZEN, members)}
    return [
        Planned(one.hex(), one, amount or 0, bonus, points, rule, "frozen" if one in frozen else against)
        for one in members
    ]


def _planned(line: Line, named: set[bytes], frozen: set[bytes], times: Mapping[bytes, int], rules: Rules) -> Planned:
    """One line looked at; the first thing that is wrong is told."""
    member = min(named, default=b"")
    amount = _minor(line.amount)
    problem = ""
    if len(named) != 1:
        problem = "several_members" if named else "no_member"
    elif member in frozen:
        problem = "frozen"
    elif times[member] > 1:
        problem = "twice"
    elif amount is None:
        problem = "bad_amount"
    rule, bonus, points = "", 0, 0
    if amount is not None:
        rule, bonus, points, against = _ruled(amount, rules)
        problem = problem or against
    return Planned(line.who, member, amount or 0, bonus, points, rule, problem)


def _ruled(amount: int, rules: Rules) -> tuple[str, int, int, str]:
    """Which rule an amount falls under, what it gives at once, or why it cannot be."""
    if rules.chosen == "auto":
        fitting = [row for row in rules.by_code.values() if row.active and row.min_amount <= amount <= row.max_amount]
        row = max(fitting, key=lambda row: (row.min_amount, row.code), default=None)
    else:
        row = rules.by_code.get(rules.chosen)
    if row is None:
        return "", 0, 0, ""
    if not row.active:
        return row.code, 0, 0, "rule_inactive"
    if not row.min_amount <= amount <= row.max_amount:
        return row.code, 0, 0, "out_of_rule"
    return row.code, bonus_of(row, amount), row.points, ""


def _minor(typed: str) -> int | None:
    """Read yuan as typed into minor units; None: not an amount, or too much of one."""
    plain = typed.replace(",", "").replace("，", "").removeprefix("¥").removeprefix("￥").strip()
    if _AMOUNT.fullmatch(plain) is None:
        return None
    try:
        amount = int(Decimal(plain) * 100)
    except InvalidOperation:
        return None
    return amount if 0 < amount <= AMOUNT_MAX else None


def _named(conn: Connection, member_key: bytes, typed: set[str]) -> dict[str, set[bytes]]:
    """Find who is meant by each text: a member's id, a phone, or an active card. Merged members count as one."""
    ids: dict[bytes, set[str]] = {}
    phones: dict[bytes, set[str]] = {}
    cards: dict[bytes, set[str]] = {}
    for text in typed:
        if _ID.fullmatch(text):
            ids.setdefault(bytes.fromhex(text), set()).add(text)
        for kind, form, keys in (("phone", normal_phone, phones), ("card", normal_card, cards)):
            try:
                keys.setdefault(keyed_hash(member_key, kind, form(text)), set()).add(text)
            except (InputError, CommerceError):
                continue
    found: dict[str, set[bytes]] = {}
    for sql, keys in (
        ("SELECT member, member FROM members WHERE member IN ({})", ids),
        ("SELECT phone_hash, member FROM members WHERE phone_hash <> x'' AND phone_hash IN ({})", phones),
        ("SELECT card, member FROM cards WHERE state = 'active' AND card IN ({})", cards),
    ):
        for key, member in select_in(conn, sql, keys):
            for text in keys[key]:
                found.setdefault(text, set()).add(member)
    roots = aliases.roots(conn, {member for members in found.values() for member in members})
    return {text: {roots[member] for member in members} for text, members in found.items()}
