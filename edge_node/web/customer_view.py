"""What the customer at a till may see, read from the ledger: the basket being rung up, or what was paid just now."""

from collections.abc import Awaitable, Callable
from functools import lru_cache

from commerce.errors import CommerceError
from commerce.facts import Issue, Sale, Tender
from commerce.lots import BONUS, POINTS, PRINCIPAL
from commerce.pricing import PricedBasket, PricedLine
from commerce.tender import CASH
from edge_node.devices.customer_view import CustomerCode, CustomerLine, CustomerTender, CustomerView
from edge_node.errors import MendInputError
from edge_node.ledger import bodies, members
from edge_node.ledger.node import Node, present_node
from edge_node.ledger.price_book import PriceBook
from edge_node.ledger.projections import read_sale
from edge_node.storage.database import Connection
from edge_node.till import baskets, moments, shifts
from edge_node.till.buyers import buyer
from edge_node.web import limits
from edge_node.web.ports import Deps
from sync_protocol.entry import decode_entry


def reader(deps: Deps) -> Callable[[str], Awaitable[CustomerView]]:
    """Return what reads a till's view now: for the pole displays."""

    def read(conn: Connection, till: str) -> CustomerView:
        node = present_node(conn, deps.node())
        return customer_view(conn, node, deps.books.current(conn, node), till, deps.runtime.now())

    return lambda till: deps.database.read(read, till)


def tills(deps: Deps) -> Callable[[], Awaitable[list[str]]]:
    """Return what lists the tills with a shift that is not closed."""

    def read(conn: Connection) -> list[str]:
        return [till for (till,) in conn.execute("SELECT till FROM shifts WHERE state <> 'closed' ORDER BY till")]

    return lambda: deps.database.read(read)


def customer_view(conn: Connection, node: Node, book: PriceBook, till: str, now: int) -> CustomerView:
    """Read it: the basket changed last, unless the till's last sale came after that. A top-up is shown for a while.

    A till without a shift is idle, whatever baskets lie there. A basket that has no price now is not shown.
    """
    papers = book.settings.papers
    text, pictures = book.settings.display_text, list(book.settings.till.idle_pictures)
    idle = CustomerView("idle", till, papers.language, papers.shop_name, text, pictures=pictures)
    shift = shifts.current(conn, till)
    if shift is None:
        return idle
    sold_at, sale = _last_sale(conn, shift.shift)
    issued_at, issue = _last_issue(conn, shift.shift, now)
    open_here = [found for found in baskets.list_all(conn, "open", till) if found.basket.lines]
    changed_at = open_here[0].changed_at if open_here else 0
    if issue is not None and issued_at > max(sold_at, changed_at):
        return _topped_up(conn, idle, issue, limits.CUSTOMER_PAID_MS - abs(now - issued_at))
    if open_here and changed_at >= sold_at:
        try:
            basket = open_here[0].basket
            who = buyer(conn, node, book, basket.member, shift.day)
            priced = baskets.priced(book, basket, moments.moment_on(book, shift.day, now), who)
        except (CommerceError, MendInputError):
            return idle
        return _being_sold(conn, idle, priced, open_here[0].basket.member, _codes(book))
    left = limits.CUSTOMER_PAID_MS - abs(now - sold_at)
    return idle if sale is None or left <= 0 else _paid(conn, idle, sale, left)


def _last_sale(conn: Connection, shift: bytes) -> tuple[int, Sale | None]:
    """Return when the shift sold last, and what; the time is 0 for one that is not among the branch's latest sales."""
    row = conn.execute(
        "SELECT late.id, entries.at FROM (SELECT id, shift FROM sales ORDER BY id DESC LIMIT ?1) AS late"
        " JOIN entries ON entries.id = late.id WHERE late.shift = ?2 ORDER BY late.id DESC LIMIT 1",
        (limits.CUSTOMER_SALES, shift),
    ).fetchone()
    return (0, None) if row is None else (row[1], read_sale(conn, row[0]))


def _last_issue(conn: Connection, shift: bytes, now: int) -> tuple[int, Issue | None]:
    """Return when the shift last took money for value just now, and what for; (0, None) when it did not."""
    rows = conn.execute(
        "SELECT entries.at, entries.entry FROM (SELECT id FROM issues ORDER BY id DESC LIMIT ?1) AS late"
        " JOIN entries ON entries.id = late.id WHERE entries.at > ?2 AND entries.at < ?3 ORDER BY late.id DESC",
        (limits.CUSTOMER_SALES, now - limits.CUSTOMER_PAID_MS, now + limits.CUSTOMER_PAID_MS),
    )
    for at, entry in rows.fetchall():
        body = bodies.decode(Issue, decode_entry(entry).body)
        if body.shift == shift and body.tenders:
            return at, body
    return 0, None


def _codes(book: PriceBook) -> list[CustomerCode]:
    """Return the shop's own payment codes, under the names that its tenders have."""
    how = book.settings.till
    names = dict(how.tender_names)
    return [CustomerCode(tender, names.get(tender, ""), list(_qr(text))) for tender, text in how.payment_codes]


@lru_cache(maxsize=8)
def _qr(text: str) -> tuple[str, ...]:
    """Return a QR code (ISO/IEC 18004, level M) row by row, without its quiet zone."""
    import qrcode  # noqa: PLC0415 - an idle node without payment codes loads none of it

    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return tuple("".join("1" if dark else "0" for dark in row) for row in code.get_matrix())


def _being_sold(
    conn: Connection, idle: CustomerView, priced: PricedBasket, member: bytes, codes: list[CustomerCode]
) -> CustomerView:
    lines = priced.lines
    return CustomerView(
        "basket",
        idle.till,
        idle.language,
        idle.shop,
        idle.text,
        [_line(line) for line in lines[-limits.CUSTOMER_LINES :]],
        max(0, len(lines) - limits.CUSTOMER_LINES),
        priced.saved,
        priced.due,
        _masked(conn, member),
        codes=codes if priced.due else [],
    )


def _line(line: PricedLine) -> CustomerLine:
    return CustomerLine(line.name, line.milli_qty, line.unit_price, line.charged, line.list_amount)


def _paid(conn: Connection, idle: CustomerView, sale: Sale, left: int) -> CustomerView:
    return CustomerView(
        "paid",
        idle.till,
        idle.language,
        idle.shop,
        idle.text,
        saved=-sum(amount for line in sale.lines for _, amount in line.discounts),
        total=sum(line.charged for line in sale.lines),
        member=_masked(conn, sale.member),
        tenders=[CustomerTender(tender.tender, tender.amount) for tender in sale.tenders],
        given=sum(_given(tender) for tender in sale.tenders),
        change=sum(_given(tender) - tender.amount for tender in sale.tenders),
        points=sale.earned.amount if sale.earned else 0,
        ends_in_ms=left,
    )


def _topped_up(conn: Connection, idle: CustomerView, issue: Issue, left: int) -> CustomerView:
    given = sum(_given(tender) for tender in issue.tenders)
    total = sum(tender.amount for tender in issue.tenders)
    return CustomerView(
        "paid",
        idle.till,
        idle.language,
        idle.shop,
        idle.text,
        total=total,
        member=_masked(conn, issue.member),
        tenders=[CustomerTender(tender.tender, tender.amount) for tender in issue.tenders],
        given=given,
        change=given - total,
        points=sum(lot.amount for lot in issue.lots if lot.asset == POINTS),
        ends_in_ms=left,
        credited=sum(lot.amount for lot in issue.lots if lot.asset in {PRINCIPAL, BONUS}),
    )


def _given(tender: Tender) -> int:
    """Money handed over: of points ``given`` counts points."""
    return max(tender.given, tender.amount) if tender.tender == CASH else tender.amount


def _masked(conn: Connection, member: bytes) -> str:
    return members.by_id(conn, member).masked_name if member else ""
