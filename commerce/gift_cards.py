"""Gift cards: money paid in for whoever shows the card. One lot each, no bonus, no expiry (ledger.md; art. 24).

The number is the card: it is random, nobody can guess it, and nothing but the paper and the till's printer ever sees it
whole. The ledger knows its owner as a keyed hash of it.
"""

from commerce.card_ranges import check_digit
from commerce.checks import check_amount
from commerce.desk import Desk
from commerce.errors import InputError
from commerce.facts import Fact, LotIssue, Tender, Terms
from commerce.journal import Journal
from commerce.lots import GIFT_CARD
from commerce.top_up import issue_fact

DIGITS = 16
"""Digits of a number made here, with its check digit: 10^15 of them, so that a guess never meets a card."""


def new_number(entropy: bytes) -> str:
    """Make a number out of 16 random bytes."""
    digits = f"{int.from_bytes(entropy) % 10 ** (DIGITS - 1):0{DIGITS - 1}d}"
    return digits + check_digit(digits)


def check_number(text: str) -> str:
    """Return a number as it is hashed, without blanks; InputError ``unknown_gift_card`` when it cannot be one."""
    number = "".join(text.split())
    if not (len(number) == DIGITS and number.isascii() and number.isdigit() and check_digit(number[:-1]) == number[-1]):
        raise InputError("unknown_gift_card")
    return number


def gift_card_fact(desk: Desk, issue: bytes, number: str, lot: LotIssue, tenders: tuple[Tender, ...]) -> Fact:
    """Build the fact of a gift card sold; `number` is the paper's, not the card's. RuleError ``tender_mismatch``."""
    if lot.asset != GIFT_CARD or lot.owner_kind != "bearer":
        raise InputError("bad_use")
    journal = Journal()
    journal.take_money(desk.branch, tenders, lot.amount)
    return issue_fact(desk, "gift_card", issue, number, b"", (lot,), journal, tenders, "", "", {})


def gift_card_lot(lot: bytes, owner: bytes, issuer: str, amount: int, day: str) -> LotIssue:
    """Return the lot of a card of `amount` minor units; `owner`: the keyed hash of its number."""
    check_amount(amount, "amount", 1)
    return LotIssue(lot, owner, "bearer", GIFT_CARD, issuer, amount, day, "", b"", Terms(paid=amount))
