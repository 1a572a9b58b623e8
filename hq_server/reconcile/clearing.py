"""Clearing of one lot's spend: commerce's rule, with the two cases that almost every sale is taken first."""

from functools import lru_cache

from commerce.clearing import BONUS, PRINCIPAL, Row, clear_spend
from commerce.errors import CommerceError
from commerce.facts import Terms
from commerce.limits import BASIS_POINTS_MAX, RATIO_MAX
from commerce.moves import MONEY_ASSETS
from hq_server.reconcile.book import LotRow

CLEARED = MONEY_ASSETS | {"bonus"}
"""Assets whose use in another branch than the issuer's makes somebody owe."""

_TERMS_KEPT = 4096


class RuleMissingError(Exception):
    """The lot's terms say no lawful sharing: nobody's debt is booked, a person has to look."""


def rows_of_spend(row: LotRow, spender: str, amount: int) -> tuple[Row, ...]:
    """Return who owes whom when `spender` used `amount` of a lot: the issuer the spender, or as the terms say."""
    if is_plain(row.terms):
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


@lru_cache(_TERMS_KEPT)
def is_plain(terms: Terms) -> bool:
    """Whether the spender keeps the principal, the issuer bears the bonus, and no fee is due."""
    weights = (*terms.principal_ratio[:2], *terms.bonus_ratio[1:])
    return is_lawful(terms) and not any(weights) and not terms.fee_bp


@lru_cache(_TERMS_KEPT)
def is_lawful(terms: Terms) -> bool:
    """Whether the terms, as a branch wrote them, can be computed with: weights and fee within commerce's bounds."""
    weights = (terms.principal_ratio, terms.bonus_ratio)
    return all(all(0 <= part <= RATIO_MAX for part in ratio) and any(ratio) for ratio in weights) and (
        0 <= terms.fee_bp <= BASIS_POINTS_MAX
    )
