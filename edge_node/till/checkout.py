"""Checkout: one basket, any tenders, one transaction. It knows no network; what this branch cannot pay it says so.

Statements with member, stored value and points: thirteen here, and two for the stored answer around it.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from commerce import basket as rules
from commerce.basket import Basket, PriceOverride
from commerce.checks import check_amount
from commerce.desk import Desk
from commerce.errors import ShortageError
from commerce.facts import LotIssue, Tender, Terms, Use
from commerce.lots import POINTS
from commerce.points import earned, expires_on, rate_for
from commerce.pricing import PricedBasket
from commerce.promotions.coupons import uses_of as coupon_uses
from commerce.rights import Holding
from commerce.sale import Earned, plan_tenders, plan_uses, sale_fact
from commerce.tender import Available, Offer, Settled, settle
from commerce.wallet import plan_asset, plan_spend
from edge_node.errors import Code, MendInputError, NotNowError
from edge_node.ledger import balances, change_log, payments, print_jobs
from edge_node.ledger.commit import Committed, commit
from edge_node.ledger.price_book import QUICK_ITEM
from edge_node.ledger.rights import Wallet
from edge_node.storage.database import Connection
from edge_node.till import baskets, gift_cards, moments, papers
from edge_node.till.at import At, desk
from edge_node.till.buyers import Buyer, buyer
from edge_node.till.cards import check_password
from edge_node.till.numbering import next_number


class SaleDone(NamedTuple):
    """A sale that happened. ``balances``: what the member can still use here, per asset.

    ``saved_change``: change that went into the member's balance instead of the customer's hand. ``paper``: the print
    job that waits to be asked for, 0: the receipt is printed.
    """

    sale: bytes
    number: str
    total: int
    tenders: tuple[Tender, ...]
    change: int
    points_earned: int
    member: bytes
    balances: dict[str, int]
    entry: Committed
    saved_change: int = 0
    paper: int = 0


class Payment(NamedTuple):
    """What is paid: ``offers``, and the total the cashier was shown (None: not checked).

    ``proved``: the member whose card's password was just typed right; b"" nobody's.
    """

    offers: Sequence[Offer]
    total: int | None = None
    proved: bytes = b""


def checkout(conn: Connection, at: At, basket: bytes, payment: Payment) -> SaleDone:
    """Sell an open basket of this till and throw it away.

    ShortageError says what is available here, and what the whole chain holds as far as it is known.
    NotNowError ``attendant_needed`` where the chain wants to know who served, ``walk_in_refused`` where it sells to
    members alone.
    """
    where = desk(conn, at)
    stored = baskets.opened(conn, at, basket)
    _check_attended(at, stored.basket)
    done = _sell(conn, at, where, stored.basket, payment)
    conn.execute("DELETE FROM baskets WHERE basket = ?", (basket,))
    return done


def _check_attended(at: At, basket: Basket) -> None:
    """Where the chain wants to know who served, every line says so; NotNowError ``attendant_needed``."""
    if at.book.settings.till.attendant_required:
        for line in basket.lines:
            if not line.attendant:
                raise NotNowError(Code.ATTENDANT_NEEDED, line=line.line)


def quick_sale(
    conn: Connection, at: At, amount: int, payment: Payment, *, member: bytes = b"", attendant: str = ""
) -> SaleDone:
    """Sell an amount without goods (快速收银); `attendant`: who served, staff numbers joined by commas."""
    check_amount(amount, "amount", 1)
    where = desk(conn, at)
    sold = rules.add(
        Basket(member=member), at.book.catalogue, QUICK_ITEM, 1000, attendant=baskets.attendants(at.book, attendant)
    )
    sold = rules.set_override(sold, 1, PriceOverride(amount, at.staff.number))
    _check_attended(at, sold)
    return _sell(conn, at, where, sold, payment)


def _sell(conn: Connection, at: At, where: Desk, basket: Basket, payment: Payment) -> SaleDone:
    """Price, settle, spend, earn, commit, print."""
    node, book = at.node, at.book
    if not basket.lines:
        raise MendInputError(Code.EMPTY_BASKET)
    if not basket.member and not book.settings.till.walk_in_allowed:
        raise NotNowError(Code.WALK_IN_REFUSED)
    customer = buyer(conn, node, book, basket.member, where.day)
    priced = baskets.priced(book, basket, moments.moment_on(book, where.day, at.now), customer)
    if payment.total is not None and payment.total != priced.total:
        raise NotNowError(Code.TOTAL_CHANGED, shown=payment.total, total=priced.total)
    cards = gift_cards.offered(conn, at, payment.offers)
    settled = _settle(conn, at, customer, priced, payment.offers, cards)
    check_password(conn, at, customer.card, settled.stored_value, payment.proved)
    tenders = (*plan_tenders(priced), *settled.tenders)
    uses = _uses(customer, settled, priced) + gift_cards.uses(cards, where.day, settled.gift_cards)
    points = _earn(at, customer, priced, where.day, uses)
    before = change_log.head(conn, node.no)
    sale, number = at.new_id(), next_number(conn, at, where.day, before.seq + 1)
    fact = sale_fact(where, sale, number, customer.member, priced, tenders, uses, points, book.positions)
    held = customer.wallet.held
    for card in cards.values():
        held.update(card.held)
    had = customer.wallet.here(where.day)
    if points is not None:
        held.setdefault(points.lot.lot, Holding())
    payments.use(conn, at.till, book.settings.till, settled.tenders, sale)
    written = commit(conn, node, fact, at.now, held=held, before=before)
    gained = points.lot.amount if points else 0
    left = customer.wallet.left(where.day, points.lot if points else None)
    seen = print_jobs.seen_balances(had, left) if customer.card else b""
    paper = papers.hand_out(conn, at, "sale", written.id, settled.tenders, seen)
    for _ in range(1, 0 if paper else book.settings.papers.receipt_copies):
        print_jobs.add(conn, "sale", written.id, at.till, at.now, copy=True, seen=seen)
    change = settled.change
    return SaleDone(sale, number, priced.total, tenders, change, gained, customer.member, left, written, paper=paper)


def _settle(  # noqa: PLR0917 - what pays, what is to be paid
    conn: Connection,
    at: At,
    customer: Buyer,
    priced: PricedBasket,
    offers: Sequence[Offer],
    cards: Mapping[str, Wallet],
) -> Settled:
    """Settle what card plans leave to pay by what is offered; explain a shortage with what the chain holds elsewhere.

    A frozen member's value is not used: neither money nor points, plans nor coupons.
    """
    day = customer.day
    available = Available(customer.wallet.stored_value(day), customer.wallet.points(day), gift_cards.holdings(cards))
    try:
        settled = settle(priced.due, offers, available, at.book.settings.tenders)
    except ShortageError as error:
        if customer.member:
            error.evidence.update(balances.elsewhere(conn, customer.member))
        raise
    coupons = any(promotion.coupons for promotion in priced.promotions)
    value = settled.stored_value or settled.points or coupons or any(line.cover for line in priced.lines)
    if value and customer.card and customer.card.frozen:
        raise NotNowError(Code.MEMBER_FROZEN, member=customer.member.hex())
    return settled


def _uses(customer: Buyer, settled: Settled, priced: PricedBasket) -> tuple[Use, ...]:
    """Choose the lots that pay, and the coupons that are used up."""
    day = customer.day
    uses = plan_uses(priced)
    if settled.stored_value:
        uses += plan_spend(customer.wallet.views, day, settled.stored_value)
    if settled.points:
        worth = sum(tender.amount for tender in settled.tenders if tender.tender == POINTS)
        uses += plan_asset(customer.wallet.views, day, POINTS, settled.points, worth)
    return uses + coupon_uses(customer.wallet.views, (lot for row in priced.promotions for lot in row.coupons))


def _earn(at: At, customer: Buyer, priced: PricedBasket, day: str, uses: tuple[Use, ...]) -> Earned | None:
    """Work out the points earned: on money, not on points, on stored value as the chain decides."""
    book = at.book
    if customer.card is None:
        return None
    tier = book.tier(customer.card.tier)
    rate = rate_for(book.settings.points_rate, tier.points_per_mille if tier else 1000)
    unearning = sum(use.value for use in uses if use.asset == POINTS or not book.settings.points_on_stored_value)
    base = max(0, min(priced.points_base, priced.total - unearning))
    amount = earned(base, rate)
    if not amount:
        return None
    return Earned(points_lot(at, customer.wallet, customer.member, day, amount), base, rate)


def points_lot(at: At, has: Wallet, member: bytes, day: str, amount: int) -> LotIssue:
    """Return the issue of so many points into the member's collecting lot, or into a new one."""
    expires = expires_on(at.book.settings.points_expiry, day)
    lot = has.collecting_lot(expires)
    opened = lot.opened_on if lot else day
    lot_id = lot.lot if lot else at.new_id()
    return LotIssue(lot_id, member, "member", POINTS, at.node.branch, amount, opened, expires, b"", Terms())
