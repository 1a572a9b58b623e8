"""Baskets: what customers are about to buy, open at a till or held; a restart keeps them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from commerce import basket as rules
from commerce.basket import Basket, HandDiscount, PriceOverride
from commerce.checks import check_text
from commerce.pricing import PricedBasket, price
from commerce.promotions.moments import Moment
from edge_node import limits
from edge_node.errors import AskPersonError, Code, MendInputError, NotNowError
from edge_node.ledger import bodies, members
from edge_node.ledger.price_book import PriceBook
from edge_node.ledger.sign_ins import Staff
from edge_node.storage.database import Connection
from edge_node.till.at import At, approved
from edge_node.till.buyers import Buyer


@dataclass(frozen=True, slots=True)
class StoredBasket:
    """A basket as it lies in the database. ``state``: open (at ``till``) | held (no till's)."""

    id: bytes
    till: str
    state: str
    staff: str
    note: str
    changed_at: int
    basket: Basket


def create(conn: Connection, at: At) -> StoredBasket:
    """Open an empty basket at the till; NotNowError ``too_many``."""
    (many,) = conn.execute("SELECT count(*) FROM baskets WHERE till = ?", (at.till,)).fetchone()
    if many >= limits.BASKETS_PER_TILL:
        raise NotNowError(Code.TOO_MANY, field="baskets", limit=limits.BASKETS_PER_TILL)
    made = StoredBasket(at.new_id(), at.till, "open", at.staff.number, "", at.now, Basket())
    conn.execute(
        "INSERT INTO baskets VALUES (?, ?, ?, ?, ?, ?, ?)",
        (made.id, made.till, made.state, made.staff, made.note, made.changed_at, bodies.encode(made.basket)),
    )
    return made


def get(conn: Connection, basket: bytes) -> StoredBasket:
    """Return a basket; MendInputError ``unknown_basket``."""
    row = conn.execute("SELECT * FROM baskets WHERE basket = ?", (basket,)).fetchone()
    if row is None:
        raise MendInputError(Code.UNKNOWN_BASKET, basket=basket.hex())
    return _stored(row)


def list_all(conn: Connection, state: str, till: str | None = None) -> tuple[StoredBasket, ...]:
    """List baskets of a state, of one till or of all, the latest changed first."""
    rows = conn.execute(
        "SELECT * FROM baskets WHERE state = ?1 AND (?2 IS NULL OR till = ?2)"
        " ORDER BY changed_at DESC, basket LIMIT ?3",
        (state, till, limits.LISTED),
    )
    return tuple(_stored(row) for row in rows.fetchall())


def list_others(conn: Connection, till: str) -> tuple[StoredBasket, ...]:
    """List what is open at other tills and holds goods, the latest changed first."""
    rows = conn.execute(
        "SELECT * FROM baskets WHERE state = 'open' AND till <> ? ORDER BY changed_at DESC, basket", (till,)
    )
    found = (_stored(row) for row in rows.fetchall())
    return tuple(islice((stored for stored in found if stored.basket.lines), limits.LISTED))


def change(conn: Connection, at: At, basket: bytes, act: Callable[[Basket], Basket]) -> StoredBasket:
    """Change an open basket of this till by one of commerce's functions."""
    old = opened(conn, at, basket)
    body = bodies.encode(changed := act(old.basket))
    if len(body) > limits.BASKET_BYTES:
        raise MendInputError(Code.TOO_LARGE, limit=limits.BASKET_BYTES)
    conn.execute(
        "UPDATE baskets SET body = ?, changed_at = ?, staff = ? WHERE basket = ?",
        (body, at.now, at.staff.number, basket),
    )
    return StoredBasket(basket, at.till, "open", at.staff.number, old.note, at.now, changed)


def attendants(book: PriceBook, numbers: str) -> str:
    """Return who served a line, staff numbers joined by commas, each once and at work here; "" nobody.

    MendInputError ``unknown_staff``, ``too_many``.
    """
    wanted = list(dict.fromkeys(numbers.split(","))) if numbers else []
    if len(wanted) > limits.ATTENDANTS:
        raise MendInputError(Code.TOO_MANY, field="attendants", limit=limits.ATTENDANTS)
    for number in wanted:
        row = book.staff.get(number)
        if row is None or not row.active:
            raise MendInputError(Code.UNKNOWN_STAFF, staff=number[: limits.STAFF_NUMBER])
    return ",".join(wanted)


def set_member(conn: Connection, at: At, basket: bytes, member: bytes) -> StoredBasket:
    """Say who buys; b"" makes it a walk-in again (F6)."""
    if not member:
        return change(conn, at, basket, lambda old: rules.set_member(old, b"", ""))
    found = members.by_id(conn, member)
    return change(conn, at, basket, lambda old: rules.set_member(old, found.member, found.tier))


def discount(
    conn: Connection,
    at: At,
    basket: bytes,
    line: int | None,
    off: HandDiscount | None,
    *,
    approver: Staff | None = None,
) -> StoredBasket:
    """Give or clear a discount by hand on a line, or on the whole order (`line` None).

    Who gives it is written into it: the approver, or who is at the till. A cashier may give the chain's
    ``free_discount_per_mille`` alone; AskPersonError ``approval_needed`` beyond.
    """
    if off is not None:
        giver = approver or at.staff
        free = 0 < off.per_mille <= at.book.settings.free_discount_per_mille and not off.amount
        if not free and not giver.may("shift_lead"):
            raise AskPersonError(Code.APPROVAL_NEEDED, role="shift_lead")
        off = off._replace(approved_by=giver.number)
    if line is None:
        return change(conn, at, basket, lambda old: rules.set_order_discount(old, off))
    return change(conn, at, basket, lambda old: rules.set_discount(old, line, off))


def override(
    conn: Connection,
    at: At,
    basket: bytes,
    line: int,
    price_set: PriceOverride | None,
    *,
    approver: Staff | None = None,
) -> StoredBasket:
    """Set or clear a line's unit price by hand, approved by a shift lead (the one at the till, or `approver`)."""
    if price_set is not None:
        giver = approved(approver or (at.staff if at.staff.may("shift_lead") else None))
        price_set = price_set._replace(approved_by=giver.number)
    return change(conn, at, basket, lambda old: rules.set_override(old, line, price_set))


def hold(conn: Connection, at: At, basket: bytes, note: str) -> None:
    """Put an open basket aside (挂单) under a note."""
    opened(conn, at, basket)
    check_text(note, "note", limits.NOTE)
    conn.execute("UPDATE baskets SET state = 'held', note = ?, changed_at = ? WHERE basket = ?", (note, at.now, basket))


def recall(conn: Connection, at: At, basket: bytes) -> StoredBasket:
    """Take a held basket to this till (取单); it is then no longer held, so that two tills cannot both have it."""
    if get(conn, basket).state != "held":
        raise NotNowError(Code.BASKET_ELSEWHERE, basket=basket.hex())
    conn.execute(
        "UPDATE baskets SET state = 'open', till = ?, staff = ?, changed_at = ? WHERE basket = ?",
        (at.till, at.staff.number, at.now, basket),
    )
    return get(conn, basket)


def take(conn: Connection, at: At, basket: bytes, *, approver: Staff | None = None) -> StoredBasket:
    """Take over what is open at another till, which has broken down or been left.

    Whoever rang it up may, a shift lead may, and anybody whom one approves; AskPersonError ``approval_needed``.
    NotNowError ``basket_elsewhere`` for a held one: that is recalled.
    """
    found = get(conn, basket)
    if found.state != "open":
        raise NotNowError(Code.BASKET_ELSEWHERE, basket=basket.hex())
    if found.till != at.till and found.staff != at.staff.number:
        approved(approver or (at.staff if at.staff.may("shift_lead") else None))
    conn.execute(
        "UPDATE baskets SET till = ?, staff = ?, changed_at = ? WHERE basket = ?",
        (at.till, at.staff.number, at.now, basket),
    )
    return get(conn, basket)


def drop(conn: Connection, at: At, basket: bytes) -> None:
    """Throw an open basket of this till away."""
    opened(conn, at, basket)
    conn.execute("DELETE FROM baskets WHERE basket = ?", (basket,))


def opened(conn: Connection, at: At, basket: bytes) -> StoredBasket:
    """Return a basket open at this very till; NotNowError ``basket_elsewhere`` when it is held or another till's."""
    found = get(conn, basket)
    if found.state != "open" or found.till != at.till:
        raise NotNowError(Code.BASKET_ELSEWHERE, basket=basket.hex())
    return found


def priced(book: PriceBook, basket: Basket, moment: Moment | None, who: Buyer) -> PricedBasket:
    """Price a basket by the book for a buyer, with the plans and coupons of the basket. No moment, no promotions."""
    rules = book.settings
    coupons, missing = who.coupons(basket.coupons)
    done = price(
        basket,
        book.catalogue,
        who.tier,
        rules.pricing,
        rules.rounding,
        promotions=book.promotions,
        moment=moment,
        coupons=coupons,
        plans=who.plans,
    )
    return replace(done, refused=(*done.refused, *missing)) if missing else done


def _stored(row: tuple[Any, ...]) -> StoredBasket:
    """Make a basket of its row."""
    basket, till, state, staff, note, changed_at, body = row
    return StoredBasket(basket, till, state, staff, note, changed_at, bodies.decode(Basket, body))
