"""What all reports share: days and branch asked for, names of branches and staff, and how a source becomes a list."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from commerce.accounts import HQ
from commerce.reference import CHAIN_FEED, StaffRow, TierRow, branch_feed
from hq_server.analysis.reports_source import Source, Span
from hq_server.errors import Code, InputError
from hq_server.head_office.values import day as check_day
from hq_server.storage.database import Connection
from hq_server.web.office.listing import Column, Cut, Find, Found, Kind, ListQuery

DAYS_MAX = 1_100
"""Three years in one report."""

Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
BranchId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{0,16}$")]
Word = Annotated[str, msgspec.Meta(max_length=64)]

_NULL_LAST = -(1 << 62)
_STAFF = msgspec.msgpack.Decoder(StaffRow)
_TIER = msgspec.msgpack.Decoder(TierRow)

Q = TypeVar("Q", bound=ListQuery)


class BranchQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One branch, or all of them."""

    branch: BranchId = ""


class SpanQuery(BranchQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Business dates, both included, and one branch or all."""

    from_day: Day
    to_day: Day


def span_of(from_day: str, to_day: str, branch: str) -> Span:
    """Check days and their order; InputError ``bad_value``."""
    first, last = check_day(from_day, "from_day"), check_day(to_day, "to_day")
    if not 0 <= (date.fromisoformat(last) - date.fromisoformat(first)).days < DAYS_MAX:
        raise InputError(Code.BAD_VALUE, field="to_day", limit=DAYS_MAX)
    return Span(first, last, branch)


class Names:
    """Names of branches, staff and tiers, each read once; "" for who is not known (any more)."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._branches: dict[str, str] = {}
        self._staff: dict[tuple[str, str], str] = {}
        self._tiers: dict[str, str] = {}

    def branch(self, branch: str) -> str:
        """What a branch is called; head office, which has no name of its own, is HQ."""
        if branch not in self._branches:
            row = self._conn.execute("SELECT name FROM branches WHERE branch = ?", (branch,)).fetchone()
            self._branches[branch] = row[0] if row else branch if branch == HQ else ""
        return self._branches[branch]

    def staff(self, branch: str, number: str) -> str:
        """What a person at a branch is called."""
        if (branch, number) not in self._staff:
            query = "SELECT body FROM reference WHERE feed = ? AND key = ?"
            row = self._conn.execute(query, (branch_feed(branch), f"staff:{number}")).fetchone()
            self._staff[branch, number] = _STAFF.decode(row[0]).name if row else ""
        return self._staff[branch, number]

    def member(self, member: str) -> tuple[str, str]:
        """The masked name and the tier's code of a member's id."""
        query = "SELECT masked_name, tier FROM members WHERE member = ?"
        name, tier = self._conn.execute(query, (bytes.fromhex(member),)).fetchone() or ("", "")
        return name, tier

    def tier(self, code: str) -> str:
        """What a tier is called; its code when the chain has it no more."""
        if code not in self._tiers:
            query = "SELECT body FROM reference WHERE feed = ? AND key = ?"
            row = self._conn.execute(query, (CHAIN_FEED, f"tier:{code}")).fetchone()
            self._tiers[code] = _TIER.decode(row[0]).name if row else code
        return self._tiers[code]


def columns(text: str, *, nullable: Sequence[str] = (), named: Sequence[str] = ()) -> tuple[Column, ...]:
    """Make columns of ``"kind: name name; kind: name"``; all can be sorted by but those in `named`."""
    made = []
    for part in text.split(";"):
        kind, names = part.split(":")
        for name in names.split():
            by = f"coalesce(r.{name}, {_NULL_LAST})" if name in nullable else f"r.{name}"
            made.append(Column(name, _kind(kind), "" if name in named else by))
    return tuple(made)


class Reading(Generic[Q]):
    """A source as a list: ``source(conn, query, at)``, the row's Struct, and how fields without SQL are filled in."""

    def __init__(
        self,
        source: Callable[[Connection, Q, str], Source],
        row: type[msgspec.Struct],
        sums: Sequence[str] = (),
        fill: Callable[[Names, dict[str, Any]], dict[str, Any]] | None = None,
        filled: Sequence[str] = (),
    ) -> None:
        self._source, self._row, self._sums, self._fill = source, row, sums, fill
        self._names = [name for name in row.__struct_fields__ if name not in filled]

    @property
    def find(self) -> Find:
        """As a listing wants it; sums are told with the first page."""
        return self._find

    def _find(self, conn: Connection, query: Q, at: str, cut: Cut) -> Found[Any]:
        source, names = self._source(conn, query, at), Names(conn)
        summed = () if query.after else self._sums
        sums = dict.fromkeys(summed, 0)

        def make(*values: Any) -> msgspec.Struct:  # noqa: ANN401  columns of any kind
            row = {
                name: value.hex() if isinstance(value, bytes) else value
                for name, value in zip(self._names, values, strict=False)
            }
            sums.update(zip(summed, values[len(self._names) :], strict=True))
            return self._row(**(row | self._fill(names, row) if self._fill else row))

        select = ", ".join((*(f"r.{name}" for name in self._names), *(f"r.sum_of_{name}" for name in summed)))
        tables = source.with_sums(summed) if summed else source.table
        found = cut.fetch(conn, select=select, tables=tables, params=source.params, make=make)
        return replace(found, sums=sums)


def _kind(text: str) -> Kind:
    kind: Kind = msgspec.convert(text.strip(), Kind)
    return kind
