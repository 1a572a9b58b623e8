"""Card numbers that branches give out on their own."""

from typing import Annotated, Any

import msgspec

from commerce.card_ranges import card_number
from commerce.limits import CARD_PREFIX_MAX, CARD_SERIAL_MAX
from commerce.reference import CardRangeRow
from foundation.http_api.route import Call
from hq_server.head_office import card_ranges
from hq_server.web.office.catalogue import BRANCH_ID
from hq_server.web.office.work import BRANCHES, SEE, Done, Work, route

Serial = Annotated[int, msgspec.Meta(ge=0, le=CARD_SERIAL_MAX)]


class CardRangeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Digits that every number begins with, and the serials first … last. ``next_hint``: where to begin, else first."""

    prefix: Annotated[str, msgspec.Meta(min_length=1, max_length=CARD_PREFIX_MAX, pattern="^[0-9]+$")]
    first: Serial
    last: Serial
    next_hint: Serial | None = None


class CardRange(msgspec.Struct, frozen=True):
    """A branch's range; ``first_number`` and ``last_number`` as printed on cards, with their check digit."""

    branch: str
    prefix: str
    first: int
    last: int
    next_hint: int
    first_number: str
    last_number: str


class CardRanges(msgspec.Struct, frozen=True):
    """The ranges that branches have, by branch."""

    card_ranges: list[CardRange]


def list_card_ranges(work: Work, _call: Call) -> CardRanges:
    """All ranges."""
    return CardRanges([_shown(row) for row in card_ranges.every(work.conn)])


def put_card_range(work: Work, call: Call) -> CardRange:
    """Give a branch numbers that no other has or had."""
    body: CardRangeBody = call.body
    begin = body.first if body.next_hint is None else body.next_hint
    row = CardRangeRow(call.params["branch"], body.prefix, body.first, body.last, begin)
    return _shown(card_ranges.give(work.conn, work.act(call), row))


def drop_card_range(work: Work, call: Call) -> Done:
    """Have a branch give out no more cards."""
    card_ranges.take_away(work.conn, work.act(call), call.params["branch"])
    return Done()


def _shown(row: CardRangeRow) -> CardRange:
    ends = (card_number(row, row.first), card_number(row, row.last))
    return CardRange(row.branch, row.prefix, row.first, row.last, row.next_hint, *ends)


_BRANCH: dict[str, Any] = {"params": {"branch": BRANCH_ID}}

ROUTES = (
    route("GET /card-ranges", "listCardRanges", "Card numbers of branches", CardRanges, list_card_ranges, roles=SEE),
    route(
        "PUT /branches/{branch}/card-range",
        "putCardRange",
        "Give a branch numbers",
        CardRange,
        put_card_range,
        body=CardRangeBody,
        roles=BRANCHES,
        **_BRANCH,
    ),
    route(
        "DELETE /branches/{branch}/card-range",
        "dropCardRange",
        "Have a branch give out no more",
        Done,
        drop_card_range,
        roles=BRANCHES,
        **_BRANCH,
    ),
)
