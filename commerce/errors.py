"""The errors of commerce, sorted by what the caller does: mend the input, take another tender, stop and ask.

Every error carries a stable ``code`` (closed set ``CODES``; screens translate it) and ``evidence``: plain numbers and
short texts, never names, phones or anything else personal, so that it may be logged and sent to a till as it is.
"""

Evidence = int | str
"""What an error may carry: amounts, counts, codes, ids in hexadecimal."""


class CommerceError(Exception):
    """Base of the tree. ``code`` is stable; ``evidence`` names what was asked and what there is."""

    def __init__(self, code: str, **evidence: Evidence) -> None:
        super().__init__(code, evidence)
        self.code = code
        self.evidence = evidence

    def __str__(self) -> str:
        parts = [f"{name}={value}" for name, value in self.evidence.items()]
        return f"{self.code} ({', '.join(parts)})" if parts else self.code


class InputError(CommerceError):
    """The request is malformed, out of bounds or names what does not exist: mend it and ask again."""


class ShortageError(CommerceError):
    """There is not enough here: ask for another tender, less, or rights. ``evidence`` tells what is available."""


class RuleError(CommerceError):
    """A rule forbids it, whatever the amount: stop, or ask a person who may decide."""


class RightsError(ShortageError):
    """A holder lacks the rights to a lot for a move, or the move is not its to make."""


CODES: dict[str, str] = {
    "above_maximum": "the top-up rule allows less",
    "already_frozen": "the card was frozen before",
    "already_refunded": "less of the line remains than is to be taken back",
    "amount_not_positive": "an amount must be above zero",
    "bad_amount": "no integer within the bounds of an amount",
    "bad_check_digit": "the barcode was misread or mistyped",
    "bad_code": "no code: 1 to 32 printable characters without spaces",
    "bad_day": "no date of the calendar as YYYY-MM-DD",
    "bad_discount": "a discount is a share or an amount, within bounds",
    "bad_member": "no member id",
    "bad_money": "the text is no amount of money",
    "bad_number": "no integer within the stated bounds",
    "bad_per_mille": "no share between 0 and 1000 thousandths",
    "bad_picture": "no PNG, JPEG or WebP, or not the bytes that its hash names",
    "bad_quantity": "no quantity within bounds, or not a multiple of the item's step",
    "bad_reference": "the tender takes a reference of so many letters, digits and hyphens",
    "bad_return": "more would be returned than this entry issues",
    "bad_rule": "the rule's figures contradict each other",
    "bad_tender_name": "an external tender may not bear a name of the system",
    "bad_text": "too long, or not printable",
    "bad_use": "money assets are worth their face value",
    "below_minimum": "the top-up rule asks for more",
    "beyond_what_remains": "more is taken back than remains",
    "cash_not_counted": "the drawer's cash must be counted",
    "cash_not_needed": "cash is offered though the other tenders pay it all",
    "change_too_large": "more change than the shop gives",
    "covered_line": "a card plan pays for the line: it takes no price or discount by hand",
    "difference_needs_reason": "a shift with a difference needs a reason to close",
    "duplicate_item": "one item, barcode or code given twice",
    "duplicate_line": "one line named twice",
    "duplicate_lot": "one lot named twice",
    "duplicate_rank": "two tiers of one rank",
    "duplicate_tender": "one tender named twice",
    "holding_closed": "the incarnation is closed: its rights are suspended",
    "holding_missing": "the act of HQ needs the holding it concerns",
    "holding_open": "only suspended rights of a closed incarnation are released",
    "gift_card_short": "the gift card holds less here than is asked",
    "item_inactive": "the item is not sold any more",
    "labelled_line": "a line from a price label keeps its label's figures",
    "money_is_not_deducted": "money leaves a lot only by sale, cash-out or undo",
    "money_is_not_given": "money lots are issued against money only",
    "negative_amount": "amounts to share are never negative",
    "never_expires": "principal and gift cards never expire",
    "no_lines": "nothing to do",
    "no_tiers": "the chain has no tiers",
    "not_frozen": "the card is not frozen",
    "not_a_holders_move": "an act that only HQ may do",
    "not_a_move_of_hq": "a move that HQ never makes",
    "not_transferable": "only stored value goes to another member",
    "nothing_to_pay": "the claim has no money part",
    "nothing_to_share_over": "an amount cannot be shared over nothing",
    "old_copy": "HQ knows more of this holder than it does itself: an old copy of its disk",
    "overpaid": "the tenders pay more than the total",
    "pair_not_whole": "part of the top-up was used or lies elsewhere",
    "picture_too_big": "a picture has more bytes than a feed row carries",
    "part_of_use": "card plans pay for whole units, and uses go back whole",
    "per_day_reached": "the period covers no more pieces on this day",
    "plan_inactive": "the plan is not sold any more",
    "plan_not_covering": "the plan does not cover this item",
    "plan_not_held": "the member holds no such plan that is usable here",
    "plan_over": "the card's last day is over",
    "plan_used": "part of the plan was used or lies elsewhere",
    "points_above_share": "points may not pay so large a share",
    "points_below_least": "fewer points than may be used at once",
    "points_differ": "the points are not what the rule gives",
    "points_not_accepted": "the chain takes no points as money",
    "points_not_exact": "no whole number of points is worth exactly this",
    "points_short": "fewer points are available here",
    "principal_not_here": "the pair's principal lies elsewhere: gather it first",
    "rights_differ": "the rights are not what the act names",
    "rights_short": "the holder's own rights do not cover it",
    "rule_inactive": "the rule was switched off",
    "stored_value_short": "less stored value is available here",
    "tender_mismatch": "the tenders do not sum to what they must pay",
    "too_many": "more than a bound allows",
    "too_many_lines": "more lines than a basket may have",
    "too_many_lots": "more lots than one sale may name: pay in two",
    "too_many_tenders": "more tenders than a payment may have",
    "underpaid": "the tenders pay less than the total",
    "unknown_act": "no act of this kind",
    "unknown_denomination": "no coin or note of this value",
    "unknown_expiry": "no rule of expiry by this name",
    "unknown_gift_card": "no gift card by this number holds anything here",
    "unknown_item": "no item by this id",
    "unknown_line": "no line by this number",
    "unknown_rounding": "no rounding rule by this name",
    "unknown_spend_order": "no spend order by this name",
    "unknown_tender": "the chain has no tender of this name",
    "uses_short": "fewer uses of the plan are available here",
    "value_short": "less can be spent here than is asked",
}
"""The closed set of codes with what each means, for people who read logs; screens have their own words."""
