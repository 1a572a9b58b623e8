"""What may not add up: the closed set of discrepancy codes. A discrepancy tells what was expected and what found."""

from enum import StrEnum


class DiscrepancyCode(StrEnum):
    """Why HQ asks a person to look. The texts are kept in facts and never reused for another meaning."""

    # Rights
    RIGHTS_OVERSPENT = "rights_overspent"  # an open incarnation used more than HQ knows it to have
    LATE_EXPOSURE = "late_exposure"  # a closed one used what was suspended or granted elsewhere
    COUNTER_DIFFERS = "counter_differs"  # the counter in a move is not the sum of the moves
    UNKNOWN_LOT = "unknown_lot"
    LOT_ISSUED_TWICE = "lot_issued_twice"
    FOREIGN_ISSUER = "foreign_issuer"  # a branch issued in another's name
    FOREIGN_MOVE = "foreign_move"  # a branch wrote a move that is HQ's alone
    EXPIRED_UNORDERED = "expired_unordered"  # a branch wrote off money, or what HQ has not declared expired
    EXPOSURE_ACCEPTED = "exposure_accepted"  # suspended rights released by two people
    # Books
    UNBALANCED = "unbalanced"
    MOVES_DIFFER = "moves_differ"  # postings of a lot are not what its moves say
    RULE_MISSING = "rule_missing"  # no clearing rule for a spend: suspense
    QUARANTINED = "quarantined"  # an entry or body that cannot be read
    # Sales, refunds, claims
    SALE_TWICE = "sale_twice"
    SALE_UNKNOWN = "sale_unknown"
    REFUNDED_TWICE = "refunded_twice"
    REFUND_DIFFERS = "refund_differs"  # not what remains of the sale says
    CLAIM_UNKNOWN = "claim_unknown"
    CLAIM_TWICE = "claim_twice"
    CLAIM_OVERPAID = "claim_overpaid"
    CASH_DIFFERS = "cash_differs"  # a shift's count is not what it should be
    USE_DIFFERS = "use_differs"  # uses of a count paid what their plan's price does not explain
    PLAN_DIFFERS = "plan_differs"  # a count sold for other money than its terms say
    PRICE_DIFFERS = "price_differs"  # a sale's prices are not what the rows say that it was priced by
    # People
    PHONE_TWICE = "phone_twice"
    CARD_TWICE = "card_twice"
    PROFILE_CONFLICT = "profile_conflict"
    MEMBER_UNKNOWN = "member_unknown"
    ENTITLEMENT_TWICE = "entitlement_twice"  # one id sold twice
    ENTITLEMENT_UNKNOWN = "entitlement_unknown"  # frozen, thawed or ended before it was sold
    PERIOD_OVERUSED = "period_overused"  # a period card used in several branches beyond its day's limit
    ENTITLEMENT_DIFFERS = "entitlement_differs"  # its dates are not what its freeze leads to
    # Boxes
    CLOCK_AHEAD = "clock_ahead"
    CLOCK_BACK = "clock_back"
    TWO_BOXES = "two_boxes"
    FORKED = "forked"
    GAP = "gap"  # entries of a closed log lie between what HQ holds and what came of it
