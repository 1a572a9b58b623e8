"""Names of the accounts that are not lots (ledger.md, "Accounts"). An entity is a branch id or ``HQ``."""

HQ = "HQ"
"""HQ as an entity of accounts and of the clearing matrix; no branch may take this id."""

TRANSIT = "transit"
SUSPENSE = "suspense"


def cash(entity: str, tender: str) -> str:
    """Money received by `entity` in one kind of tender (``cash``, ``card``, ``wechat`` …)."""
    return f"cash:{entity}:{tender}"


def sales(entity: str) -> str:
    """What `entity` sold, before rounding, in the unit that paid for it."""
    return f"sales:{entity}"


def prepaid(entity: str) -> str:
    """What `entity` was paid for uses that were not used yet (count and timed plans)."""
    return f"prepaid:{entity}"


def given(bearer: str) -> str:
    """Bonus, points, coupons issued for nothing, at the expense of `bearer`."""
    return f"given:{bearer}"


def breakage(entity: str) -> str:
    """Value expired, forfeited or kept by `entity`."""
    return f"breakage:{entity}"


def refund_expense(entity: str) -> str:
    """Paid back beyond what a lot still held (principal-first plans, art. 18)."""
    return f"refund_expense:{entity}"


def rounding(entity: str) -> str:
    """What rounding a total to payable coins gave away (debit) or gained (credit)."""
    return f"rounding:{entity}"


def exposure(incarnation: bytes) -> str:
    """Rights used twice by one incarnation: rolled back, cloned or closed while alive."""
    return f"exposure:{incarnation.hex()}"


def difference(entity: str) -> str:
    """What `entity` lost (debit) or found by differences that people decided on: a drawer's count, a charge."""
    return f"difference:{entity}"


def clearing(debtor: str, creditor: str) -> str:
    """What people decided that `debtor` owes `creditor`; what spends and refunds make them owe is not posted."""
    return f"clearing:{debtor}:{creditor}"


def receivable(member: bytes) -> str:
    """What a member owes: points or value claimed back that was not there any more."""
    return f"receivable:{member.hex()}"
