"""What head office alone knows of a product: brand, cost and commission, each from a business date on.

Nothing of it is distributed: what a shop pays for its goods is not for every till to read.
"""

from typing import NamedTuple

from commerce.checks import check_amount, check_per_mille, check_text
from hq_server.errors import Code, InputError
from hq_server.head_office import audit
from hq_server.head_office.act import Act
from hq_server.head_office.values import day as check_day
from hq_server.storage.database import Connection


class Terms(NamedTuple):
    """Terms from ``from_day`` on. ``cost``: minor units of one unit, before tax.

    Commission in thousandths of what was charged, and in minor units for each unit; both count.
    """

    from_day: str
    brand: str = ""
    cost: int = 0
    commission_per_mille: int = 0
    commission_each: int = 0


def of_item(conn: Connection, item: str) -> list[Terms]:
    """Return all terms of a product, newest first."""
    query = (
        "SELECT from_day, brand, cost, commission_per_mille, commission_each FROM product_terms WHERE item = ?"
        " ORDER BY from_day DESC"
    )
    return [Terms(*row) for row in conn.execute(query, (item,))]


def check(terms: Terms) -> None:
    """Pass terms whose figures are in bounds, whatever their day; errors of ``commerce.checks``."""
    check_text(terms.brand, "brand")
    check_amount(terms.cost, "cost")
    check_per_mille(terms.commission_per_mille, "commission_per_mille")
    check_amount(terms.commission_each, "commission_each")


def put(conn: Connection, act: Act, item: str, terms: Terms) -> None:
    """Write a product's terms from a day on; terms that change nothing write nothing.

    InputError ``unknown_row``, ``bad_value`` and those of ``commerce.checks``.
    """
    check_day(terms.from_day, "from_day")
    check(terms)
    known = of_item(conn, item)
    before = next((row for row in known if row.from_day <= terms.from_day), Terms(""))
    if before[1:] == terms[1:]:
        return
    if conn.execute("UPDATE products SET brand = brand WHERE item = ? RETURNING 1", (item,)).fetchone() is None:
        raise InputError(Code.UNKNOWN_ROW)
    conn.execute("INSERT OR REPLACE INTO product_terms VALUES (?, ?, ?, ?, ?, ?)", (item, *terms))
    _changed(conn, item, terms.from_day)
    audit.note(conn, act, "product_terms_put", f"{item} {terms.from_day}", row=repr(tuple(terms)).encode())


def drop(conn: Connection, act: Act, item: str, from_day: str) -> None:
    """Take terms away: those before them go on. InputError ``unknown_row``."""
    query = "DELETE FROM product_terms WHERE item = ? AND from_day = ? RETURNING 1"
    if conn.execute(query, (item, from_day)).fetchone() is None:
        raise InputError(Code.UNKNOWN_ROW)
    _changed(conn, item, from_day)
    audit.note(conn, act, "product_terms_dropped", f"{item} {from_day}")


def _changed(conn: Connection, item: str, from_day: str) -> None:
    """Lists show the brand that was said last; commission is summed anew from the month of the change on."""
    conn.execute("UPDATE earned_until SET month = min(month, substr(?, 1, 7))", (from_day,))
    conn.execute(
        "UPDATE products SET brand = coalesce((SELECT t.brand FROM product_terms t WHERE t.item = products.item"
        " ORDER BY t.from_day DESC LIMIT 1), '') WHERE item = ?",
        (item,),
    )
