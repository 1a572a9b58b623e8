"""Gift cards: sold, and looked at before they pay. They pay as the tender ``gift_card`` with the number as ``ref``."""

from typing import Annotated

import msgspec
from msgspec import Meta

from edge_node.till import gift_cards
from edge_node.web.checkout import offers
from edge_node.web.fields import Body, Offers, Positive, Tendered
from edge_node.web.work import Work, act, read
from foundation.http_api.route import Call, Id
from foundation.http_api.show import show

Number = Annotated[str, Meta(min_length=1, max_length=40)]


class SellBody(Body):
    """Money for a card."""

    amount: Positive
    tenders: Offers


class NumberQuery(Body):
    """The card's number, as scanned or typed."""

    number: Number


class GiftCardReceipt(msgspec.Struct, frozen=True):
    """A gift card that was sold. ``card``: its number; whoever knows it may spend it."""

    issue: Id
    number: str
    card: str
    amount: int
    tenders: list[Tendered]
    change: int
    unsynced: bool


class GiftCardAnswer(msgspec.Struct, frozen=True):
    """What a card can pay here. ``owner``: as a rights request names it (``member``, asset ``gift_card``)."""

    owner: Id
    known: bool
    here: int


def _sell(work: Work, call: Call) -> GiftCardReceipt:
    body: SellBody = call.body
    sold = gift_cards.sell(work.conn, work.at(call), body.amount, offers(body.tenders))
    return show(sold, GiftCardReceipt, unsynced=not work.node.standalone and not work.link.connected)


def _look(work: Work, call: Call) -> GiftCardAnswer:
    query: NumberQuery = call.query
    return show(gift_cards.look(work.conn, work.at(call), query.number), GiftCardAnswer)


ROUTES = (
    act("POST /gift-cards", "sellGiftCard", "Sell a gift card", GiftCardReceipt, _sell, body=SellBody),
    read("/gift-cards", "giftCard", "What a gift card can pay here", GiftCardAnswer, _look, query=NumberQuery),
)
