"""Gift cards: numbers that nobody guesses, money in for one lot, paid with exactly what the card holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.desk import Desk
from commerce.errors import InputError, RuleError, ShortageError
from commerce.facts import Tender
from commerce.gift_cards import check_number, gift_card_fact, gift_card_lot, new_number
from commerce.moves import Move, Reason, unbalanced
from commerce.tender import GIFT_CARD, Available, Offer, TenderRules, settle

DESK = Desk("b001", "t1", b"s" * 16, "2026-11-22", "1001")
NUMBER = new_number(b"n" * 16)
OTHER = new_number(b"o" * 16)
RULES = TenderRules()


@given(st.binary(min_size=16, max_size=16))
def test_a_new_number_passes_its_check(entropy):
    """Sixteen digits, the last one a check digit, blanks between them ignored."""
    number = new_number(entropy)
    assert check_number(f"{number[:4]} {number[4:]}") == number


@given(st.binary(min_size=16, max_size=16), st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(entropy, place, off):
    """A number typed wrong in one digit is no gift card's."""
    number = new_number(entropy)
    wrong = number[:place] + str((int(number[place]) + off) % 10) + number[place + 1 :]
    with pytest.raises(InputError, match="unknown_gift_card"):
        check_number(wrong)


@pytest.mark.parametrize("text", ["", "12345", "６" * 16, "x" * 16, "0" * 17])
def test_what_cannot_be_a_number_is_refused(text):
    """Only sixteen ASCII digits are a number."""
    with pytest.raises(InputError):
        check_number(text)


def test_money_in_makes_one_lot_of_the_bearer():
    """The fact balances, names no member, and issues exactly what was paid."""
    lot = gift_card_lot(b"l" * 16, b"h" * 16, "b001", 20_000, DESK.day)
    fact = gift_card_fact(DESK, b"i" * 16, "261122-1-7", lot, (Tender("cash", 20_000, 20_000),))
    assert fact.moves == (Move(lot.lot, Reason.ISSUE, 20_000),)
    assert not unbalanced(fact.postings)
    assert {(posting.unit, posting.amount) for posting in fact.postings} == {("money", 20_000), ("money", -20_000)}
    assert (fact.body.member, lot.owner_kind, lot.expires_on) == (b"", "bearer", "")
    with pytest.raises(RuleError, match="tender_mismatch"):
        gift_card_fact(DESK, b"i" * 16, "261122-1-7", lot, (Tender("cash", 19_999, 19_999),))


def test_cards_pay_what_they_hold_and_their_numbers_are_not_written_down():
    """Two cards and cash pay one total; each card is a purse of its own; tenders bear the last digits alone."""
    available = Available(gift_cards={NUMBER: 3000, OTHER: 500})
    offers = [Offer(GIFT_CARD, 3000, NUMBER), Offer(GIFT_CARD, 400, OTHER), Offer("cash", 2000)]
    settled = settle(5000, offers, available, RULES)
    assert settled.gift_cards == ((NUMBER, 3000), (OTHER, 400))
    assert (settled.change, settled.stored_value) == (400, 0)
    assert [tender.ref for tender in settled.tenders] == [f"*{NUMBER[-4:]}", f"*{OTHER[-4:]}", ""]


@pytest.mark.parametrize(
    ("offers", "error", "code"),
    [
        ([Offer(GIFT_CARD, 3001, NUMBER)], ShortageError, "gift_card_short"),
        ([Offer(GIFT_CARD, 3000, OTHER)], InputError, "unknown_gift_card"),
        ([Offer(GIFT_CARD, 1000, NUMBER), Offer(GIFT_CARD, 2000, NUMBER)], InputError, "duplicate_tender"),
        ([Offer(GIFT_CARD, 2000, NUMBER)], ShortageError, "underpaid"),
    ],
)
def test_a_card_is_not_overdrawn(offers, error, code):
    """More than it holds, an unknown card, or the same card twice, is refused."""
    with pytest.raises(error, match=code):
        settle(3000 if code != "gift_card_short" else 3001, offers, Available(gift_cards={NUMBER: 3000}), RULES)
