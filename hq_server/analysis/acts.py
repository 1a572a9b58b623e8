"""Looking up acts: which index finds what the filters leave, and how one act is found by what people have in hand.

Every list is cut by (day, n) or (amount, n). An index in that order answers at once as long as many rows pass the
other filters; one that a filter names answers at once when few do. Which it is, is found by counting at most ``PROBE``
rows of the filter's own index before the list is read: so no filter, however rare what it names, reads the table.
"""

from dataclasses import dataclass, replace
from typing import Literal

from hq_server.storage.database import Connection

PROBE = 20_000
"""Rows that may be sorted for a page: some 60 ms."""

Value = str | int | bytes
Kinds = Literal["all", "consumption", "top_ups", "stored"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the acts is wanted; "" and None: any. ``branch``: also the limit of what the asker may see."""

    kinds: Kinds = "all"
    kind: str = ""
    act: str = ""
    branch: str = ""
    from_day: str = ""
    to_day: str = ""
    staff: str = ""
    till: str = ""
    shift: bytes = b""
    member: bytes = b""
    number: str = ""
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How to read a list: the index, the conditions and their values. ``few``: it leaves at most ``PROBE`` rows."""

    index: str
    where: tuple[str, ...]
    params: tuple[Value, ...]
    few: bool

    @property
    def table(self) -> str:
        """What stands in FROM."""
        return f"acts a INDEXED BY {self.index}"


Condition = tuple[str, tuple[Value, ...]]
"""A condition and the values of its placeholders."""

_NEVER = "9999-12-31"
"""The day of a shift that nobody opened: a shift is opened before it sells."""
_LISTED = "a.kind <> 'rights'"
_STORED = "(a.principal <> 0 OR a.bonus <> 0)"
_HELD: dict[str, tuple[str, ...]] = {
    "all": (),
    "consumption": ("sale", "refund"),
    "top_ups": ("issue",),
    "stored": ("sale", "refund", "withdraw"),
}
"""Kinds of facts that each list holds."""
_KINDS: dict[str, tuple[str, ...]] = {
    "all": (),
    "consumption": ("a.kind IN ('sale', 'refund')",),
    "top_ups": ("a.kind = 'issue'", "a.act IN ('top_up', 'plan', 'gift_card')"),
    "stored": (_STORED, "a.kind IN ('sale', 'refund', 'withdraw')"),
}
"""What each list always wants."""
_OF_INDEX = {
    "acts_by_member": "a.member <> x''",
    "acts_by_number": "a.number <> ''",
    "acts_by_staff": "a.staff <> ''",
    "acts_by_till": "a.till <> ''",
    "acts_by_stored": _STORED,
    "acts_by_branch_stored": _STORED,
}
"""What a query has to say literally for a partial index to serve it; all others want ``_LISTED``."""


def plan(conn: Connection, filters: Filters, by: str) -> Plan:
    """Choose how to read the acts that `filters` leave, sorted by `by`: ``a.day`` or ``a.amount``."""
    if filters.shift:
        filters = _of_shift(conn, filters)
    days, amounts, kinds = _days(filters), _amounts(filters), _kinds(filters)
    branch, staff, till = (_is(f"a.{name}", getattr(filters, name)) for name in ("branch", "staff", "till"))
    member, number = _is("a.member", filters.member), _is("a.number", filters.number)
    of_one = [*_is("a.act", filters.act), *_is("a.shift", filters.shift)]
    all_ = [*branch, *kinds, *days, *amounts, *staff, *till, *member, *number, *of_one]
    kind = filters.kind or ("issue" if filters.kinds == "top_ups" else "")
    in_days = (_day_index(filters, kind), [*branch, *_is("a.kind", kind if filters.kinds != "stored" else ""), *days])
    of_kinds = kinds if filters.kinds != "all" or kind else []
    in_amounts = ("acts_by_kind_amount" if of_kinds else "acts_by_amount", [*of_kinds, *amounts])
    named = [
        (f"acts_by_{name}", conditions)
        for name, said, conditions in (
            ("number", number, number),
            ("member", member, [*member, *days]),
            ("staff", staff, [*staff, *of_kinds, *days]),
            ("till", till, [*till, *of_kinds, *days]),
        )
        if said
    ]
    for index, conditions in (*named, in_days, in_amounts):
        if _few(conn, index, conditions):
            return _made(filters, index, all_, few=True)
    if number or member:
        order = named[0][0]
    elif by == "a.amount":  # of several kinds the amounts are in order only where all kinds are
        order = "acts_by_kind_amount" if kind else "acts_by_amount"
    else:
        order = in_days[0]
    return _made(filters, order, all_, few=False)


def by_id(conn: Connection, id_: bytes) -> int | None:
    """Find the act that made a sale, refund, issue … of this id; None when it has not been followed."""
    return _first(conn, "acts_by_id", "a.id <> x'' AND a.id = ?", id_)


def by_entry(conn: Connection, incarnation: bytes, seq: int) -> int | None:
    """Find the act of a log's entry."""
    sql = "SELECT a.n FROM acts a JOIN incarnations i ON i.no = a.no WHERE i.incarnation = ? AND a.seq = ? ORDER BY a.n"
    row = conn.execute(sql, (incarnation, seq)).fetchone()
    return row[0] if row else None


def _first(conn: Connection, index: str, where: str, *params: Value) -> int | None:
    sql = f"SELECT a.n FROM acts a INDEXED BY {index} WHERE {where} ORDER BY a.n LIMIT 1"  # noqa: S608  our own words
    row = conn.execute(sql, params).fetchone()
    return row[0] if row else None


def _day_index(filters: Filters, kind: str) -> str:
    """The index that has the wanted acts in the order of their days."""
    if filters.kinds == "stored":
        return "acts_by_branch_stored" if filters.branch else "acts_by_stored"
    if filters.branch:
        return "acts_by_branch_kind" if kind else "acts_by_branch"
    return "acts_by_kind" if kind else "acts_by_day"


def _made(filters: Filters, index: str, conditions: list[Condition], *, few: bool) -> Plan:
    literal = dict.fromkeys((_LISTED, *_KINDS[filters.kinds], _OF_INDEX.get(index, _LISTED)))
    where = (*literal, *(sql for sql, _ in conditions))
    return Plan(index, where, _values(conditions), few)


def _few(conn: Connection, index: str, conditions: list[Condition]) -> bool:
    """Whether an index alone leaves few rows; read from the index, without the table."""
    where = " AND ".join((_OF_INDEX.get(index, _LISTED), *(sql for sql, _ in conditions)))
    sql = f"SELECT count(*) FROM (SELECT 1 FROM acts a INDEXED BY {index} WHERE {where} LIMIT ?)"  # noqa: S608  our own words
    found: int = conn.execute(sql, (*_values(conditions), PROBE + 1)).fetchone()[0]
    return found <= PROBE


def _values(conditions: list[Condition]) -> tuple[Value, ...]:
    return tuple(value for _, values in conditions for value in values)


def _is(column: str, value: Value) -> list[Condition]:
    return [(f"{column} = ?", (value,))] if value else []


def _kinds(filters: Filters) -> list[Condition]:
    """The kinds that a list holds, of which a filter may name one; none: it holds all."""
    held = _HELD[filters.kinds]
    if filters.kind:
        return _is("a.kind", filters.kind)
    return [(f"a.kind IN ({', '.join('?' * len(held))})", held)] if held else []


def _of_shift(conn: Connection, filters: Filters) -> Filters:
    """Narrow to the day of a shift, which all its acts bear: so no index is needed for the shift itself."""
    row = conn.execute("SELECT day FROM shifts WHERE shift = ?", (filters.shift,)).fetchone()
    day = row[0] if row else _NEVER
    return replace(filters, from_day=max(filters.from_day, day), to_day=min(filters.to_day or day, day))


def _days(filters: Filters) -> list[Condition]:
    ends = (("a.day >= ?", filters.from_day), ("a.day <= ?", filters.to_day))
    return [(sql, (value,)) for sql, value in ends if value]


def _amounts(filters: Filters) -> list[Condition]:
    ends = (("a.amount >= ?", filters.least), ("a.amount <= ?", filters.most))
    return [(sql, (value,)) for sql, value in ends if value is not None]
