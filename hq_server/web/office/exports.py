"""A list as a file: what the screen shows, in its order, with its titles and words.

Titles and the words of codes are said by the screen, so that the file speaks as the screen does and words stand in one
place. A file is made in a thread by a connection of its own, from one state of the books. Files of people leave a line
in the journal: who, which list, by which filters, how many rows; without that line nobody gets the file.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from foundation.http_api.problem import ApiError
from foundation.http_api.route import Call
from hq_server.errors import Code, InputError
from hq_server.head_office import audit
from hq_server.storage.database import Connection, snapshot
from hq_server.web.office.jobs import Job, Jobs, Outcome, Progress
from hq_server.web.office.listing import Column, Found, Listing, ListQuery
from hq_server.web.office.sheets import csv, pdf, xlsx
from hq_server.web.office.sheets.table import SheetColumn, Table
from hq_server.web.office.work import SELF, Work, route, within

ROWS_MAX = 200_000
"""Rows of one file: two years of a branch. Who needs more asks for a part of the time."""
PAPER_ROWS_MAX = 5_000
"""Rows of one PDF: a hundred pages; more is a table to work with, not a paper to read."""
_CHUNK = 1_000
_COLUMNS_MAX = 60
_WORDS_MAX = 500
_REASON = 200

_Text = Annotated[str, msgspec.Meta(max_length=200)]
Format = Literal["csv", "xlsx", "pdf"]


class ExportColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column of the file. ``words``: how the screen says the codes of this column."""

    name: Annotated[str, msgspec.Meta(max_length=64)]
    title: _Text
    words: Annotated[dict[str, _Text], msgspec.Meta(max_length=_WORDS_MAX)] = {}


class ExportBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which list, asked how (``params``: of its path), which columns; ``title`` and ``notes`` head the file."""

    listing: Annotated[str, msgspec.Meta(max_length=64)]
    columns: Annotated[list[ExportColumn], msgspec.Meta(min_length=1, max_length=_COLUMNS_MAX)]
    format: Format
    title: _Text
    file: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,80}$")] = "export"
    query: dict[str, _Text] = {}
    params: dict[str, _Text] = {}
    notes: Annotated[list[_Text], msgspec.Meta(max_length=20)] = []
    language: Annotated[str, msgspec.Meta(max_length=16)] = "zh-CN"


PERSONAL = frozenset(
    {
        *("listMembers", "listMemberActs", "listAdjustments", "listBatchRows", "listLots", "listStaff"),
        *("listActs", "listConsumption", "listTopUps", "listStoredValue", "listLotActs"),
        *("reportMembers", "reportDormant", "reportCommission", "reportShifts"),
    }
)
"""Lists whose rows tell of a person: a member, or somebody of the staff."""

_PAGING = frozenset({"sort", "limit", "after"})

_MAKERS = {"csv": csv.write, "xlsx": xlsx.write, "pdf": pdf.write}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a file is to hold: all of `listing` that `query` leaves of branch `at`, in these columns."""

    body: ExportBody
    listing: Listing
    query: ListQuery
    at: str
    columns: tuple[tuple[Column, ExportColumn], ...]


class Exports:
    """Makes the files. `connect()` opens a connection that only reads; ``write``: as the office's."""

    def __init__(
        self,
        jobs: Jobs,
        listings: Mapping[str, Listing],
        connect: Callable[[], Connection],
        write: Callable[[Callable[[Work], Any]], Awaitable[Any]],
    ) -> None:
        self._jobs, self._listings, self._connect, self._write = jobs, listings, connect, write
        self.operations = {"beginExport": self.begin}

    async def begin(self, call: Call) -> Job:
        """Begin to make a file; refused as the list itself would be."""
        body: ExportBody = call.body
        listing = self._listings.get(body.listing)
        if listing is None:
            raise InputError(Code.BAD_VALUE, field="listing")
        if not listing.roles & call.user.roles:
            raise ApiError("forbidden")
        query = _query(listing, body)
        at = within(call, getattr(query, "branch", ""))
        wanted = _Wanted(body, listing, query, at, _columns(listing, query, body))

        async def work(progress: Progress, folder: Path) -> Outcome:
            path = folder / f"{body.file}.{body.format}"
            await asyncio.to_thread(self._make, wanted, path, progress)
            if listing.name in PERSONAL:
                subject, told = _about(wanted, progress.done)
                await self._write(
                    lambda work: audit.note(work.conn, work.act(call), "list_exported", subject, reason=told)
                )
            return Outcome(file=path, name=path.name)

        return self._jobs.begin(call, "export", work)

    def _make(self, wanted: _Wanted, path: Path, progress: Progress) -> None:
        """Write the file, in the job's thread."""
        conn = self._connect()
        try:
            with snapshot(conn), path.open("wb") as file:
                pages = wanted.listing.pages(conn, wanted.query, wanted.at, _CHUNK)
                first = next(pages)
                sums = [first.sums.get(column.name) for column, _ in wanted.columns] if first.sums else []
                heads = [SheetColumn(told.title, column.kind) for column, told in wanted.columns]
                rows = _rows(chain([first], pages), wanted, progress)
                table = Table(wanted.body.title, heads, rows, wanted.body.notes, sums)
                _MAKERS[wanted.body.format]([table], file, language=wanted.body.language)
        finally:
            conn.close()


def _about(wanted: _Wanted, rows: int) -> tuple[str, str]:
    """What the journal tells of a file: the list and the id it is of; rows, format and names of filters, no values."""
    asked = sorted(
        name for name, value in wanted.body.query.items() if value and name not in {"sort", "limit", "after"}
    )
    subject = " ".join([wanted.listing.name, *wanted.body.params.values()])
    return subject, " ".join([str(rows), wanted.body.format, *asked])


def _query(listing: Listing, body: ExportBody) -> ListQuery:
    """What is asked of the list, checked as its own route checks it."""
    listing.check_path(body.params)
    try:
        return msgspec.convert(body.query | body.params, listing.query, strict=False)
    except msgspec.ValidationError as error:
        raise ApiError("bad_request", reason=str(error)[:_REASON]) from None


def _columns(listing: Listing, query: ListQuery, body: ExportBody) -> tuple[tuple[Column, ExportColumn], ...]:
    """The columns that are wanted, in the asker's order."""
    known = {column.name: column for column in listing.told(query)}
    if not {told.name for told in body.columns} <= set(known):
        raise InputError(Code.BAD_VALUE, field="columns")
    return tuple((known[told.name], told) for told in body.columns)


def _rows(pages: Iterable[Found[Any]], wanted: _Wanted, progress: Progress) -> Iterator[list[Any]]:
    """The cells of all rows; InputError ``too_many_rows``."""
    most = PAPER_ROWS_MAX if wanted.body.format == "pdf" else ROWS_MAX
    for found in pages:
        progress.step(len(found.rows))
        if progress.done > most:
            raise InputError(Code.TOO_MANY_ROWS, most=most)
        for row in found.rows:
            yield [_value(getattr(row, column.name), told) for column, told in wanted.columns]


def _value(value: Any, told: ExportColumn) -> Any:  # noqa: ANN401  a field of any row
    """A cell's value: codes in the screen's words, lists as one text."""
    if isinstance(value, bool):
        value = "true" if value else "false"
    if isinstance(value, list | tuple):
        return "、".join(told.words.get(str(part), str(part)) for part in value)
    return told.words.get(value, value) if isinstance(value, str) else value


ROUTES = (route("POST /exports", "beginExport", "Make a file of a list", Job, body=ExportBody, roles=SELF),)
