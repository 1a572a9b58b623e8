"""When a basket is priced, for promotions: the business date of the till's shift and the shop's clock."""

from commerce.promotions.moments import Moment, moment_of
from edge_node.ledger.local_time import local, zone
from edge_node.ledger.price_book import PriceBook
from edge_node.storage.database import Connection
from edge_node.till import shifts


def moment(conn: Connection, book: PriceBook, till: str, now: int) -> Moment | None:
    """Return the moment at a till; without a shift it goes by the calendar."""
    shift = shifts.current(conn, till)
    return moment_on(book, shift.day if shift else "", now)


def today(conn: Connection, book: PriceBook, till: str, now: int) -> str:
    """Return the business date at a till, without a shift the calendar's; "" when the clock is beyond any."""
    found = moment(conn, book, till, now)
    return found.day if found else ""


def moment_on(book: PriceBook, day: str, now: int) -> Moment | None:
    """Return the moment on a business date ("": the calendar's); None when the clock is beyond any calendar."""
    clock = local(now, zone(book.settings.papers.time_zone))
    if clock is None:
        return None
    return moment_of(day or clock.date().isoformat(), clock.date(), clock.hour * 60 + clock.minute)
