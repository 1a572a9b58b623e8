"""Collects the postings of one fact: same account and unit in one line, no empty lines, balanced per unit."""

from collections.abc import Iterable

from commerce.accounts import given, sales
from commerce.facts import Use
from commerce.lots import BONUS
from commerce.moves import MONEY, MONEY_ASSETS, Account, Posting, unbalanced, unit_of


class Journal:
    """Double-entry lines in the making; positive is a debit."""

    def __init__(self) -> None:
        self._sums: dict[tuple[Account, str], int] = {}

    def add(self, account: Account, unit: str, amount: int) -> None:
        """Post `amount` to `account`; several postings to one account and unit become one line."""
        key = (account, unit)
        self._sums[key] = self._sums.get(key, 0) + amount

    def paid(self, branch: str, uses: Iterable[Use], sign: int = 1) -> int:
        """Post what lots paid of a sale in `branch` (`sign` −1: paid back); return their value that is not a discount.

        Money assets pay the sale in money. Bonus is sold in its own unit. Whatever else pays (points, counts, coupons)
        is sold in its own unit and its value in money is given by the branch, so the money side of sales stays gross.
        """
        bonus = 0
        for use in uses:
            unit = unit_of(use.asset)
            self.add(use.lot, unit, sign * use.amount)
            if use.asset in MONEY_ASSETS:
                continue
            self.add(sales(branch), unit, -sign * use.amount)
            if use.asset == BONUS:
                bonus += use.value
            else:
                self.add(given(branch), MONEY, sign * use.value)
        return sum(use.value for use in uses) - bonus

    def postings(self) -> tuple[Posting, ...]:
        """Return the lines in the order in which their accounts were first posted to."""
        lines = tuple(Posting(account, unit, amount) for (account, unit), amount in self._sums.items() if amount)
        assert not unbalanced(lines)
        return lines
