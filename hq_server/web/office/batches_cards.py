"""Card numbers made at head office, for a printer."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import msgspec

from commerce.card_ranges import card_number
from commerce.limits import CARD_PREFIX_MAX
from foundation.http_api.route import Call, Download, Id
from hq_server.head_office import audit, batches_cards
from hq_server.head_office import members_limits as limits
from hq_server.storage.database import Connection
from hq_server.web.office.listing import Column, Cut, Found, Listing, ListQuery
from hq_server.web.office.work import MEMBERS, SEE, Work, route


class CardsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many cards behind a prefix; ``digits`` of the serial, a check digit follows."""

    prefix: Annotated[str, msgspec.Meta(min_length=1, max_length=CARD_PREFIX_MAX, pattern="^[0-9]+$")]
    digits: Annotated[int, msgspec.Meta(ge=limits.CARD_DIGITS[0], le=limits.CARD_DIGITS[1])]
    count: Annotated[int, msgspec.Meta(ge=1, le=limits.CARD_BATCH)]
    note: Annotated[str, msgspec.Meta(max_length=limits.NOTE)] = ""


class CardBatch(msgspec.Struct, frozen=True):
    """Cards made; first and last number as printed; ``bound``: how many members have one of them."""

    batch: Id
    prefix: str
    first: int
    last: int
    count: int
    first_number: str
    last_number: str
    bound: int
    note: str
    made_by: str
    made_at: int


def find_cards(conn: Connection, _query: ListQuery, _at: str, cut: Cut) -> Found[CardBatch]:
    """Batches of cards, newest first."""
    return cut.fetch(
        conn,
        select=", ".join(f"c.{name}" for name in batches_cards.COLUMNS.split(", ")),
        tables="card_batches c",
        make=lambda *row: _cards(conn, batches_cards.CardBatch(*row)),
    )


def make_cards(work: Work, call: Call) -> CardBatch:
    """Take the next numbers."""
    body: CardsBody = call.body
    what = (work.random_bytes(16), body.prefix, body.digits, body.count, body.note)
    return _cards(work.conn, batches_cards.make(work.conn, work.act(call), *what))


def card_file(work: Work, call: Call) -> Download:
    """The numbers for the printer, one a line under a heading; digits alone, so that no cell of it is a formula.

    Whoever has a number can have it bound to a member: the journal tells who took the list.
    """
    found = batches_cards.get(work.conn, call.id("batch"))
    subject = f"{found.prefix} {found.first} {found.last}"
    audit.note(work.conn, work.act(call), "cards_exported", subject, reason=found.note)
    text = "\r\n".join(["card_number", *batches_cards.numbers(found), ""])
    return Download(f"cards-{found.prefix}-{found.first}-{found.last}.csv", text.encode("ascii"))


class CardFiles:
    """Hands lists of numbers out. ``write``: as the office's, for they leave a line in the journal."""

    def __init__(self, write: Callable[[Callable[[Work], Any]], Awaitable[Any]]) -> None:
        self._write = write
        self.operations = {"getCardFile": self.file}

    async def file(self, call: Call) -> Download:
        """One list."""
        found: Download = await self._write(lambda work: card_file(work, call))
        return found


def _cards(conn: Connection, found: batches_cards.CardBatch) -> CardBatch:
    row = found.row
    return CardBatch(
        found.batch.hex(),
        found.prefix,
        found.first,
        found.last,
        found.count,
        card_number(row, found.first),
        card_number(row, found.last),
        batches_cards.bound(conn, found),
        found.note,
        found.made_by,
        found.made_at,
    )


_CARD_COLUMNS = (
    Column("made_at", "time", "c.made_at"),
    Column("first_number", "text"),
    Column("last_number", "text"),
    Column("count", "count"),
    Column("bound", "count"),
    Column("note", "text"),
    Column("made_by", "text"),
)

LISTINGS = (
    Listing(
        "GET /card-batches",
        "listCardBatches",
        "Card numbers made",
        row=CardBatch,
        query=ListQuery,
        columns=_CARD_COLUMNS,
        find=find_cards,
        key="c.batch",
        order="-made_at",
        roles=SEE,
    ),
)

ROUTES = (
    route(
        "POST /card-batches",
        "makeCards",
        "Make card numbers",
        CardBatch,
        make_cards,
        body=CardsBody,
        roles=MEMBERS,
        status=201,
    ),
    route("GET /card-batches/{batch}/file", "getCardFile", "The numbers for a printer", Download, roles=MEMBERS),
)
