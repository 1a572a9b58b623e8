"""Papers on a screen: a sale's receipt as it would be printed, and a template tried out with sample values."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from device_drivers.paper.model import Paper
from edge_node import limits as bounds
from edge_node.devices.papers import looks, making, samples
from edge_node.devices.papers.looks import Width
from edge_node.devices.papers.making import Sheet
from edge_node.devices.papers.source import Made
from edge_node.ledger import print_jobs
from edge_node.ledger.paper_settings import Language, PaperSettings
from edge_node.ledger.print_jobs import PrintJob
from edge_node.storage.database import Connection
from edge_node.till import lookups
from edge_node.web.fields import Body
from edge_node.web.ports import Deps
from edge_node.web.work import CASHIER, MANAGER, PREFIX, Work
from foundation.http_api.route import Call, Route

Columns = Literal[32, 48]
_WIDTHS: dict[int, Width] = {width.columns: width for width in (looks.NARROW, looks.WIDE)}


class PaperQuery(Body):
    """``columns``: 48 on 80 mm paper, 32 on 58 mm."""

    columns: Annotated[int, Meta(ge=32, le=48, multiple_of=16)] = 48


class PreviewBody(Body):
    """A template to be tried; "" shows the built-in one. ``language`` null: the chain's."""

    kind: Literal["sale", "refund", "top_up", "plan", "gift_card", "withdraw", "slip", "shift", "claim"]
    template: Annotated[str, Meta(max_length=bounds.PAPER_TEMPLATE)] = ""
    language: Language | None = None
    columns: Columns = 48


class PaperView(msgspec.Struct, frozen=True):
    """A paper as its printer would print it: a PNG as base64, and its lines as text."""

    png: str
    lines: list[str]


class Papers:
    """The slow routes of this page: drawing takes a tenth of a second and stays off loop and database thread."""

    def __init__(self, deps: Deps, work: Callable[[Connection, int], Work]) -> None:
        """`work`: makes a request's means inside its transaction."""
        self._deps = deps
        self._work = work
        self._turn = asyncio.Semaphore(1)

    def table(self) -> dict[str, Callable[[Call], Awaitable[Any]]]:
        """Return the handlers by the names of their routes."""
        return {"salePaper": self._sale, "previewPaper": self._preview}

    async def _sale(self, call: Call) -> PaperView:
        """Show a sale's receipt, without marks: nothing is printed."""
        query: PaperQuery = call.query

        def sheet_of(conn: Connection) -> Sheet:
            work = self._work(conn, call.now)
            job = _shown(conn, lookups.by_id(conn, call.id("sale")).entry, call.now)
            sheet = making.read(conn, work.node, work.book, job, now=call.now, means=self._deps.papers)
            assert sheet is not None
            return sheet

        sheet = await self._deps.database.read(sheet_of)
        return await self._drawn(sheet.paper, sheet.settings.language, query.columns)

    async def _preview(self, call: Call) -> PaperView:
        """Fill a template with sample values; StopError ``bad_template`` says where it is wrong."""
        body: PreviewBody = call.body
        settings = await self._deps.database.read(lambda conn: self._work(conn, call.now).book.settings.papers)
        language = body.language or settings.language
        values = samples.values(body.kind, language) | _named(settings)
        made = partial(making.tried, body.template, settings, body.kind, language, values)
        return await self._drawn(made, language, body.columns)

    async def _drawn(self, paper: Callable[[], Paper], language: Language, columns: int) -> PaperView:
        async with self._turn:
            return await asyncio.to_thread(_draw, paper, _WIDTHS[columns], language)


def _draw(made: Callable[[], Paper], width: Width, language: Language) -> PaperView:
    paper = made()
    png = looks.png(paper, width, language)
    return PaperView(base64.b64encode(png).decode(), looks.lines(paper, width))


def _named(settings: PaperSettings) -> Made:
    """Return what the chain has of its own: its name and texts stand in a preview as on paper."""
    own = making.texts(settings)
    return {name: value for name, value in own.items() if value}


def _shown(conn: Connection, entry: int, now: int) -> PrintJob:
    """Return a job that nobody carries out."""
    return PrintJob(
        job=0,
        kind="sale",
        entry=entry,
        till="",
        drawer=False,
        copy=False,
        state="done",
        at=now,
        seen=print_jobs.seen_of(conn, entry),
        device=b"",
        attempts=0,
        next_at=0,
        unsure=0,
        trouble="",
        done_at=0,
    )


ROUTES = (
    Route(
        "GET",
        f"{PREFIX}/sales/{{sale}}/paper",
        "salePaper",
        "A sale's receipt as a picture and as text",
        PaperView,
        query=PaperQuery,
        roles=CASHIER,
    ),
    Route(
        "POST",
        f"{PREFIX}/papers/preview",
        "previewPaper",
        "A template filled with sample values",
        PaperView,
        body=PreviewBody,
        roles=MANAGER,
    ),
)
