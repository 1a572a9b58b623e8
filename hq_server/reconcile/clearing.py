"""Clearing of one lot's spend: commerce's rule, with the case that almost every sale is taken first."""

from commerce.clearing import BONUS, PRINCIPAL, Row, clear_spend
from commerce.errors import CommerceError
from hq_server.reconcile.book import LotRow, is_lawful


class RuleMissingError(Exception):
    """The lot's terms say no lawful sharing: nobody's debt is booked, a person has to look."""


def rows_of_spend(row: LotRow, spender: str, amount: int) -> tuple[Row, ...]:
    """Return who owes whom when `spender` used `amount` of a lot: the issuer the spender, or as the terms say."""
    if row.plain:
        if row.issuer == spender:
            return ()
        return (Row(row.issuer, spender, BONUS if row.asset == BONUS else PRINCIPAL, amount),)
    principal, bonus = (0, amount) if row.asset == BONUS else (amount, 0)
    if not is_lawful(row.terms):
        raise RuleMissingError
    try:
        return clear_spend(row.issuer, spender, principal, bonus, row.terms).rows
    except CommerceError as error:
        raise RuleMissingError from error
