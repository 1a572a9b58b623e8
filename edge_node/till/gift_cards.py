"""Gift cards at the till: sold to whoever pays, looked at, and paid with by whoever knows the number.

What a card holds here are this branch's rights to its lot, as with a member's value; the rest of the chain is asked for
like any other rights, under the card's owner (the keyed hash of its number).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from commerce.checks import check_amount
from commerce.facts import Tender, Use
from commerce.gift_cards import check_number, gift_card_fact, gift_card_lot, new_number
from commerce.lots import GIFT_CARD
from commerce.rights import Holding
from commerce.tender import GIFT_CARD as GIFT_CARD_TENDER
from commerce.tender import Available, Offer, settle
from commerce.wallet import plan_asset
from edge_node import limits
from edge_node.errors import Code, MendInputError, NotNowError
from edge_node.ledger import bodies, change_log, payments
from edge_node.ledger.commit import Committed, commit
from edge_node.ledger.hashes import keyed_hash
from edge_node.ledger.rights import Wallet, wallet
from edge_node.storage.database import Connection
from edge_node.till.at import At, desk
from edge_node.till.numbering import next_number
from edge_node.till.papers import hand_out


class GiftCardSold(NamedTuple):
    """A gift card that was sold. ``card``: its number, told once; ``number``: the paper's."""

    issue: bytes
    number: str
    card: str
    amount: int
    tenders: tuple[Tender, ...]
    change: int
    entry: Committed


class GiftCard(NamedTuple):
    """A gift card as this branch knows it. ``known``: its lot was seen here; ``here``: what it can pay here."""

    owner: bytes
    known: bool
    here: int


def sell(conn: Connection, at: At, amount: int, offers: Sequence[Offer]) -> GiftCardSold:
    """Sell a gift card of `amount` for cash or external tenders.

    MendInputError ``amount_not_allowed`` above the chain's cap; NotNowError ``stored_value_stopped``.
    """
    where = desk(conn, at)
    check_amount(amount, "amount", 1)
    limit = at.book.settings.gift_card_max
    if amount > limit:
        raise MendInputError(Code.AMOUNT_NOT_ALLOWED, limit=limit)
    before = change_log.head(conn, at.node.no)
    if before.stopped:
        raise NotNowError(Code.STORED_VALUE_STOPPED, reason=before.stopped)
    settled = settle(amount, offers, Available(), at.book.settings.tenders)
    card = new_number(at.new_id())
    lot = gift_card_lot(at.new_id(), owner_of(at, card), at.node.branch, amount, where.day)
    (lot,) = at.book.clearing.share((lot,), "", where.day)
    issue, number = at.new_id(), next_number(conn, at, where.day, before.seq + 1)
    fact = gift_card_fact(where, issue, number, lot, settled.tenders)
    payments.use(conn, at.till, at.book.settings.till, settled.tenders, issue)
    written = commit(conn, at.node, fact, at.now, held={lot.lot: Holding()}, before=before)
    hand_out(conn, at, "gift_card", written.id, settled.tenders, bodies.encode(card))
    return GiftCardSold(issue, number, card, amount, settled.tenders, settled.change, written)


def look(conn: Connection, at: At, number: str) -> GiftCard:
    """Say what a card can pay here; commerce InputError ``unknown_gift_card`` for what can be no number."""
    owner = owner_of(at, check_number(number))
    known = conn.execute("SELECT 1 FROM lots WHERE owner = ? LIMIT 1", (owner,)).fetchone() is not None
    return GiftCard(owner, known, _holds(wallet(conn, at.node, owner)))


def owner_of(at: At, number: str) -> bytes:
    """Return the owner of a card's lot: the keyed hash of its number, the same in the whole chain."""
    return keyed_hash(at.node.member_key, "gift", number)


def offered(conn: Connection, at: At, offers: Sequence[Offer]) -> dict[str, Wallet]:
    """Read the wallets of the gift cards among what is offered, by the number as it was offered."""
    numbers = [offer.ref for offer in offers if offer.tender == GIFT_CARD_TENDER]
    if len(numbers) > limits.GIFT_CARDS_PER_SALE:
        raise MendInputError(Code.TOO_MANY, field="gift_cards", limit=limits.GIFT_CARDS_PER_SALE)
    owners = {number: owner_of(at, check_number(number)) for number in numbers}
    if len(set(owners.values())) != len(numbers):
        raise MendInputError(Code.BAD_REQUEST, field="tenders")
    return {number: wallet(conn, at.node, owner) for number, owner in owners.items()}


def holdings(cards: Mapping[str, Wallet]) -> dict[str, int]:
    """Return what each card offered can pay here."""
    return {number: _holds(card) for number, card in cards.items()}


def uses(cards: Mapping[str, Wallet], day: str, taken: Sequence[tuple[str, int]]) -> tuple[Use, ...]:
    """Choose the lots that pay, card by card."""
    return tuple(
        use for number, amount in taken for use in plan_asset(cards[number].views, day, GIFT_CARD, amount, amount)
    )


def _holds(card: Wallet) -> int:
    return sum(view.rights for view in card.views if view.asset == GIFT_CARD)
