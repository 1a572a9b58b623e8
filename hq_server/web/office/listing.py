"""Lists of the office as data: what can be asked of one, its columns, how it is paged, sorted and exported.

A page is cut by key, never by offset: the cursor is the sorted value and the key of the last row, so that page 1,000
costs what page 1 costs and no row is told twice when others are written meanwhile. A listing's row is a Struct; its
columns are fields of that row. The same listing answers the screen and fills a file (``office.exports``).
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from types import GenericAlias
from typing import Annotated, Any, Generic, Literal, TypeVar

import msgspec

from foundation.http_api.route import Call, Route
from hq_server.errors import Code, InputError
from hq_server.storage.database import Connection
from hq_server.web.office.work import Work, route, within

PAGE = 50
PAGE_MAX = 200
"""Rows of one page: what a screen shows, and what one answer may hold."""
_CURSOR_MAX = 600

Kind = Literal["text", "money", "points", "count", "quantity", "per_mille", "day", "time", "id", "code", "flag"]
"""What a column holds: money in minor units, quantities in thousandths, times in ms; ``code``: a word of a closed set,
which the screen has words for."""

_Place = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)] | str | bytes
"""What SQLite can compare with: its integers have 63 bits and a sign."""

_T = TypeVar("_T")


class ListQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What any list can be asked: ``sort`` a column's name ("-" before it: downwards), ``after`` the page before."""

    sort: Annotated[str, msgspec.Meta(pattern="^(-?[a-z][a-z0-9_]{0,31})?$")] = ""
    after: Annotated[str, msgspec.Meta(max_length=_CURSOR_MAX)] = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)] = PAGE


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``sort``: the SQL expression it is sorted by, "" when it cannot be; never null, told by an index."""

    name: str
    kind: Kind
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a page lies: sorted by expression ``by`` and then by ``key``, after the row of ``after``."""

    by: str
    key: str
    down: bool
    after: tuple[Any, Any] | None
    limit: int

    def fetch(
        self,
        conn: Connection,
        *,
        select: str,
        tables: str,
        make: Callable[..., _T],
        where: Sequence[str] = (),
        params: Sequence[Any] = (),
    ) -> "Found[_T]":
        """Read one page: ``make(*columns)`` of each row that meets all of `where`, and the cursor of the next page.

        `select`, `tables` and `where` are the program's own words; what people said stands in `params` alone.
        """
        conditions, values = list(where), list(params)
        if self.after is not None:
            conditions.append(f"({self.by}, {self.key}) {'<' if self.down else '>'} (?, ?)")
            values += self.after
        order = " DESC" if self.down else ""
        rows = conn.execute(
            f"SELECT {select}, {self.by}, {self.key} FROM {tables}"  # noqa: S608  no words of the asker
            f" WHERE {' AND '.join(conditions) or '1'} ORDER BY {self.by}{order}, {self.key}{order} LIMIT ?",
            (*values, self.limit + 1),
        ).fetchall()
        following = cursor_of(rows[self.limit - 1][-2:]) if len(rows) > self.limit else ""
        return Found([make(*row[:-2]) for row in islice(rows, self.limit)], following)


@dataclass(frozen=True, slots=True)
class Found(Generic[_T]):
    """A page of rows; ``after`` "" at the end. ``sums``: of all that the filters leave, where a list tells them."""

    rows: list[_T]
    after: str = ""
    sums: dict[str, int] = field(default_factory=dict)


Find = Callable[[Connection, Any, str, Cut], Found[Any]]
"""``find(conn, query, at, cut)``: `at` is the branch of which rows may be told, "" all."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One list: its route, its row, what it can be asked, and who may ask.

    ``key``: an SQL expression that is never the same in two rows; ``order``: what it is sorted by when nothing is said.
    ``columns_of(query)``: the columns of one question, where what they hold depends on it (money or pieces).
    """

    where: str
    name: str
    summary: str
    row: type
    query: type[ListQuery]
    columns: tuple[Column, ...]
    find: Find
    key: str
    order: str
    roles: frozenset[str]
    params: dict[str, str] = field(default_factory=dict)
    slow: bool = False
    columns_of: Callable[[Any], tuple[Column, ...]] | None = None

    def told(self, query: ListQuery) -> tuple[Column, ...]:
        """Say what the columns hold when this is asked."""
        return self.columns_of(query) if self.columns_of else self.columns

    def cut(self, query: ListQuery, limit: int = 0) -> Cut:
        """Find where the page lies that is asked for; InputError ``bad_value`` for what cannot be sorted by.

        `limit`: other than the query's, for a program that reads on and on.
        """
        asked = query.sort or self.order
        by = {column.name: column.sort for column in self.columns if column.sort}.get(asked.lstrip("-"))
        if by is None:
            raise InputError(Code.BAD_VALUE, field="sort")
        return Cut(by, self.key, asked.startswith("-"), _position(query.after), limit or query.limit)

    def pages(self, conn: Connection, query: ListQuery, at: str, size: int) -> Iterator[Found[Any]]:
        """Read all of it from its begin, page after page of `size` rows; at least one."""
        cut = self.cut(msgspec.structs.replace(query, after=""), size)
        found = self.find(conn, query, at, cut)
        yield found
        while found.after:
            cut = replace(cut, after=_position(found.after))
            found = self.find(conn, query, at, cut)
            yield found

    def read(self, work: Work, call: Call, query: ListQuery) -> Found[Any]:
        """Read one page for the caller; the parameters of the path are told the query as fields of their names."""
        fields = type(query).__struct_fields__
        named = {name: value for name, value in call.params.items() if name in fields}
        asked = msgspec.structs.replace(query, **named) if named else query
        at = within(call, getattr(asked, "branch", ""))
        return self.find(work.conn, asked, at, self.cut(asked))

    def check_path(self, params: Mapping[str, str]) -> None:
        """Refuse what the listing's own path would not match: InputError ``bad_value``."""
        route = self.route
        if set(params) != set(re.findall(r"{(\w+)}", self.where)):
            raise InputError(Code.BAD_VALUE, field="params")
        for name, value in params.items():
            if re.fullmatch(route.pattern(name), value) is None:
                raise InputError(Code.BAD_VALUE, field=name)

    @property
    def route(self) -> Route:
        """The route that answers a page: ``rows``, ``next``, ``sums``."""
        rows = GenericAlias(list, (self.row,))
        sums: dict[str, int] = msgspec.field(default_factory=dict)
        answer = msgspec.defstruct(
            self.name[0].upper() + self.name[1:],
            [("rows", rows), ("next", str, ""), ("sums", dict[str, int], sums)],
            frozen=True,
        )
        answer.__doc__ = f"A page: {self.summary}. ``next``: what to ask for as ``after``, empty at the end."

        def handler(work: Work, call: Call) -> Any:  # noqa: ANN401  the struct made above
            found = self.read(work, call, call.query)
            return answer(rows=found.rows, next=found.after, sums=found.sums)

        return route(
            self.where,
            self.name,
            self.summary,
            answer,
            handler,
            query=self.query,
            params=self.params,
            roles=self.roles,
            slow=self.slow,
        )


def cursor_of(values: Sequence[Any]) -> str:
    """Write a row's sorted value and key as text that can stand in an address."""
    return urlsafe_b64encode(msgspec.msgpack.encode(list(values))).decode().rstrip("=")


def _position(cursor: str) -> tuple[Any, Any] | None:
    """Read a cursor; None for the first page. InputError ``bad_value`` for one that is none."""
    if not cursor:
        return None
    try:
        data = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        by, key = msgspec.msgpack.decode(data, type=tuple[Any, Any])
    except (Base64Error, ValueError, msgspec.DecodeError):
        raise InputError(Code.BAD_VALUE, field="after") from None
    if not all(type(part) in (int, str, bytes) and _fits(part) for part in (by, key)):
        raise InputError(Code.BAD_VALUE, field="after")
    return by, key


def _fits(part: object) -> bool:
    """Whether SQLite can hold it: an integer of 64 bits with a sign."""
    return not isinstance(part, int) or -(2**63) <= part < 2**63
