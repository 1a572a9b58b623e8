"""Collects the postings of one fact: same account and unit in one line, no empty lines, balanced per unit."""

from collections.abc import Iterable

from commerce.accounts import breakage, cash, given, prepaid, sales
from commerce.errors import RuleError
from commerce.facts import Tender, Use
from commerce.lots import BONUS
from commerce.moves import MONEY, MONEY_ASSETS, Account, Posting, unbalanced, unit_of
from commerce.plans.row import plan_of
from commerce.tender import GIFT_CARD, POINTS, STORED_VALUE, USES

LOT_TENDERS = frozenset({STORED_VALUE, POINTS, USES, GIFT_CARD})
"""Tenders paid by lots; all others bring money, or take it when they pay back."""


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

        Money assets pay the sale in money. Bonus is sold in its own unit. Whatever else pays is sold in its own unit
        too; its value in money is what the issuer was paid ahead (counts; what was paid beyond the value is breakage),
        or given by the branch (points, coupons), so the money side of sales stays gross.
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
            elif plan_of(use.asset):
                self.add(prepaid(use.issuer), MONEY, sign * use.worth)
                self.add(breakage(use.issuer), MONEY, sign * (use.value - use.worth))
            else:
                self.add(given(branch), MONEY, sign * use.value)
        return sum(use.value for use in uses) - bonus

    def take_money(self, branch: str, tenders: Iterable[Tender], money: int, sign: int = 1) -> None:
        """Post the money tenders that `branch` takes in (`sign` −1: pays out); RuleError unless they sum to `money`."""
        paid = 0
        for tender in tenders:
            if tender.amount <= 0 or tender.tender in LOT_TENDERS:
                raise RuleError("tender_mismatch", tender=tender.tender, paid=tender.amount)
            paid += tender.amount
            self.add(cash(branch, tender.tender), MONEY, sign * tender.amount)
        if paid != money:
            raise RuleError("tender_mismatch", total=money, paid=paid)

    def postings(self) -> tuple[Posting, ...]:
        """Return the lines in the order in which their accounts were first posted to."""
        lines = tuple(Posting(account, unit, amount) for (account, unit), amount in self._sums.items() if amount)
        assert not unbalanced(lines)
        return lines
