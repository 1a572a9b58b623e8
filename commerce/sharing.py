"""Clearing rules: how value of new lots is shared between who issues it, head office and who takes it in.

A lot bears its terms for ever, so a rule is for lots that are opened on its first day or later, by the business date of
the shift: a branch that is dark turns over on the same day as the others. The newest rule that has begun counts, of the
narrowest scope that has one: this branch and top-up rule (or plan), this rule anywhere, this branch, the whole chain;
else what stands in the top-up rule or plan itself.
"""

from collections.abc import Iterable

from commerce.checks import check_int, check_text
from commerce.errors import InputError
from commerce.facts import LotIssue, Terms
from commerce.limits import BASIS_POINTS_MAX, CODE_MAX, RATIO_MAX
from commerce.lots import BONUS, GIFT_CARD, PRINCIPAL
from commerce.plans.row import plan_of
from commerce.reference import ClearingRuleRow


def check_clearing_rule(row: ClearingRuleRow) -> ClearingRuleRow:
    """Return a rule whose every figure is in bounds; InputError ``bad_number``, ``bad_text``, ``bad_rule``."""
    check_text(row.rule, "rule", CODE_MAX)
    check_text(row.fee_to, "fee_to", CODE_MAX)
    check_int(row.fee_bp, "fee_bp", 0, BASIS_POINTS_MAX)
    for name in ("principal_ratio", "bonus_ratio"):
        weights = getattr(row, name)
        for weight in weights:
            check_int(weight, name, 0, RATIO_MAX)
        if not any(weights):
            raise InputError("bad_rule", field=name)
    return row


def with_rule(terms: Terms, row: ClearingRuleRow) -> Terms:
    """Return terms as they are under a rule."""
    return terms._replace(
        principal_ratio=row.principal_ratio, bonus_ratio=row.bonus_ratio, fee_bp=row.fee_bp, fee_to=row.fee_to
    )


def is_shared(asset: str) -> bool:
    """Whether a lot of this asset bears such terms: stored value, gift cards, uses of plans."""
    return asset in {PRINCIPAL, BONUS, GIFT_CARD} or bool(plan_of(asset))


class ClearingRules:
    """The rules of one branch: the chain's, and its own, which win. What does not stand its check is passed over."""

    __slots__ = ("_narrowest",)

    def __init__(self, chain: Iterable[ClearingRuleRow] = (), own: Iterable[ClearingRuleRow] = ()) -> None:
        own, chain = _sound(own), _sound(chain)
        self._narrowest = (
            [row for row in own if row.rule],
            [row for row in chain if row.rule],
            [row for row in own if not row.rule],
            [row for row in chain if not row.rule],
        )

    def of(self, rule: str, day: str) -> ClearingRuleRow | None:
        """Return what counts for a lot opened on `day` under a top-up rule or plan ("" none); None: its own terms."""
        for rows in self._narrowest:
            begun = [row for row in rows if row.rule in ("", rule) and row.from_day <= day]
            if begun:
                return max(begun, key=lambda row: row.from_day)
        return None

    def share(self, lots: tuple[LotIssue, ...], rule: str, day: str) -> tuple[LotIssue, ...]:
        """Return lots about to be issued with the terms that they get."""
        row = self.of(rule, day)
        if row is None:
            return lots
        return tuple(lot._replace(terms=with_rule(lot.terms, row)) if is_shared(lot.asset) else lot for lot in lots)


def _sound(rows: Iterable[ClearingRuleRow]) -> list[ClearingRuleRow]:
    found = []
    for row in rows:
        try:
            found.append(check_clearing_rule(row))
        except InputError:
            continue
    return found


NO_RULES = ClearingRules()
