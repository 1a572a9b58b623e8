"""commerce.rights: three counters, the late rule, the one invariant (ledger.md)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.errors import InputError, RightsError
from commerce.moves import WITHDRAWALS, Move, Reason
from commerce.rights import (
    Holding,
    LotBook,
    Violation,
    apply_late,
    apply_open,
    apply_own_move,
    close,
    free_aside,
    grant,
    hq_move,
    late_grant,
    release,
    repeated,
    set_aside,
    take_row,
)

LOT = b"L" * 16
OUT = sorted(reason for reason in Reason if reason.is_out)


def move(reason, amount=1):
    """Return a move of the sample lot."""
    return Move(LOT, reason, amount)


def opened(issued=10):
    """Return a book and an open holding with `issued` rights, born there."""
    book, holding = LotBook(), Holding()
    apply_open(book, holding, move(Reason.ISSUE, issued))
    return book, holding


# --- the node


def test_own_moves_return_their_counter():
    """An in-move returns `born`, an out-move `gone`; rights are granted + born − gone."""
    holding = Holding(granted=5)
    assert apply_own_move(holding, move(Reason.ISSUE, 10)) == 10
    assert apply_own_move(holding, move(Reason.REFUND, 3)) == 13
    assert apply_own_move(holding, move(Reason.SPEND, 7)) == 7
    assert apply_own_move(holding, move(Reason.RETURN, 4)) == 11
    assert holding.rights == 7


@pytest.mark.parametrize("reason", OUT)
def test_a_node_never_overspends(reason):
    """An out-move beyond the node's own rights is refused with what is available, and changes nothing."""
    holding = Holding(granted=5, born=1, gone=2)
    with pytest.raises(RightsError) as refused:
        apply_own_move(holding, move(reason, 5))
    assert refused.value.evidence["available"] == 4
    assert (holding.granted, holding.born, holding.gone) == (5, 1, 2)
    assert apply_own_move(holding, move(reason, 4)) == 6


def test_moves_that_are_not_the_nodes():
    """Acts of HQ, closed holdings and amounts that are not positive are refused."""
    for reason in (Reason.GRANT, Reason.RELEASE, Reason.SETTLE, Reason.SET_ASIDE, Reason.SUSPEND):
        with pytest.raises(RightsError, match="not_a_holders_move"):
            apply_own_move(Holding(granted=5), move(reason))
    with pytest.raises(RightsError, match="holding_closed"):
        apply_own_move(Holding(granted=5, closed=True), move(Reason.SPEND))
    for amount in (0, -1):
        with pytest.raises(InputError, match="amount_not_positive"):
            apply_own_move(Holding(granted=5), move(Reason.SPEND, amount))


def test_rows_are_totals():
    """A row raises `granted` to HQ's total once; repeats and older rows change nothing."""
    holding = Holding(granted=5, gone=2)
    assert take_row(holding, 8, 0) == 3
    assert take_row(holding, 8, 2) == 0
    assert take_row(holding, 6, 2) == 0
    assert holding.granted == 8


def test_an_old_copy_knows_itself():
    """A row that knows more of this holder's `gone` than the holder is refused: it is an old copy of itself."""
    holding = Holding(granted=5, gone=2)
    with pytest.raises(RightsError, match="old_copy"):
        take_row(holding, 9, 3)
    assert holding.granted == 5


# --- HQ


def test_each_reason_is_booked_to_its_term():
    """Each move of an open incarnation is booked to its own term of the invariant."""
    terms = {Reason.SPEND: "spent", Reason.RETURN: "own", Reason.VOUCHER: "transit", Reason.CASH_OUT: "paid_out"}
    terms |= {Reason.EXPIRE: "expired"} | dict.fromkeys(WITHDRAWALS, "withdrawn")
    assert sorted(terms) == OUT
    for reason, term in terms.items():
        book, holding = opened()
        assert apply_open(book, holding, move(reason, 4)) == 0
        assert (getattr(book, term), holding.rights, book.check([holding])) == (4, 6, [])


def test_grant_is_one_act():
    """A grant lowers HQ's own and raises `granted` together, and never more than HQ has."""
    book, holding = opened()
    apply_open(book, holding, move(Reason.RETURN, 6))
    other = Holding()
    grant(book, other, 4)
    assert (book.own, other.rights, book.check([holding, other])) == (2, 4, [])
    with pytest.raises(RightsError, match="rights_short"):
        grant(book, other, 3)
    with pytest.raises(RightsError, match="holding_closed"):
        grant(book, Holding(closed=True), 1)
    with pytest.raises(InputError, match="amount_not_positive"):
        grant(book, other, 0)


def test_an_open_overspend_is_exposed():
    """What an open incarnation uses beyond its known rights is exposure; its counters stay the node's own."""
    book, holding = opened(5)
    assert apply_open(book, holding, move(Reason.SPEND, 8)) == 3
    assert (holding.gone, holding.rights, holding.deficit, book.exposure) == (8, 0, 3, 3)
    assert book.check([holding]) == []


def test_later_news_make_a_shortage_good():
    """In-moves and a forgotten grant, once shown, take a shortage out of the exposure again."""
    book, holding = opened(5)
    other = Holding()
    apply_open(book, other, move(Reason.ISSUE, 9))
    apply_open(book, other, move(Reason.RETURN, 9))
    apply_open(book, holding, move(Reason.SPEND, 8))
    assert apply_open(book, holding, move(Reason.REFUND, 2)) == -2
    assert late_grant(book, holding, 4) == -1
    assert (book.exposure, book.own, holding.rights, book.check([holding, other])) == (0, 5, 3, [])


def test_a_return_beyond_known_rights_is_set_aside():
    """HQ never grants on what a node returned without HQ knowing that it had it."""
    book, holding = opened(5)
    assert apply_open(book, holding, move(Reason.RETURN, 8)) == 3
    assert (book.own, book.set_aside, book.exposure, book.check([holding])) == (5, 3, 3, [])


def test_second_refund_of_a_sale():
    """A refund of what was refunded already is matched by exposure: one sale pays back once."""
    book, holding = opened(5)
    apply_open(book, holding, move(Reason.SPEND, 5))
    assert apply_open(book, holding, move(Reason.REFUND, 5)) == 0
    assert apply_open(book, holding, move(Reason.REFUND, 5), already=5) == 5
    assert (book.refunded, book.exposure, holding.rights, book.check([holding])) == (5, 5, 10, [])


@pytest.mark.parametrize(
    ("paid", "before", "amount", "again"), [(10, 0, 10, 0), (10, 4, 6, 0), (10, 8, 5, 3), (10, 10, 5, 5), (0, 7, 2, 2)]
)
def test_repeated(paid, before, amount, again):
    """Only what goes beyond the sale's use of the lot counts as refunded a second time."""
    assert repeated(paid, before, amount) == again


def test_close_suspends_and_release_frees():
    """A closed incarnation's rights wait suspended until two people release them to HQ."""
    book, holding = opened()
    assert close(holding) == 10
    assert (holding.rights, holding.held, book.check([holding])) == (0, 10, [])
    assert release(book, holding, 4) == 4
    assert release(book, holding) == 6
    assert (book.own, holding.suspended, book.check([holding])) == (10, 0, [])
    with pytest.raises(RightsError, match="rights_short"):
        release(book, holding, 1)
    with pytest.raises(RightsError, match="holding_closed"):
        close(holding)
    with pytest.raises(RightsError, match="holding_open"):
        release(book, Holding(granted=1))


@pytest.mark.parametrize(
    ("reason", "exposed", "term", "booked"),
    [
        (Reason.SPEND, 3, "spent", 8),
        (Reason.RETURN, 0, "own", 5),
        (Reason.EXPIRE, 0, "expired", 5),
        (Reason.FORFEIT, 0, "withdrawn", 5),
        (Reason.CASH_OUT, 3, "paid_out", 8),
        (Reason.VOUCHER, 3, "transit", 8),
        (Reason.TRANSFER, 3, "withdrawn", 8),
        (Reason.UNDO, 3, "withdrawn", 8),
    ],
)
def test_late_out_moves(reason, exposed, term, booked):
    """Late out-moves take from what is suspended, the rest is exposed; a return or expiry moves only what it took."""
    book, holding = opened(5)
    close(holding)
    assert apply_late(book, holding, move(reason, 8)) == exposed
    assert (getattr(book, term), holding.suspended, book.check([holding])) == (booked, 0, [])


def test_late_in_moves():
    """Top-ups in a tail are real money: late in-moves add to what is suspended; a repeated refund is exposed."""
    book, holding = opened(5)
    apply_open(book, holding, move(Reason.SPEND, 5))
    close(holding)
    assert apply_late(book, holding, move(Reason.ISSUE, 7)) == 0
    assert apply_late(book, holding, move(Reason.REFUND, 5), already=2) == 2
    assert (holding.suspended, book.issued, book.refunded, book.exposure) == (12, 12, 3, 2)
    assert book.check([holding]) == []


def test_voucher_redeemed_before_its_printing_arrived():
    """A voucher redeemed first is exposed until its printing arrives, and is never a negative transit."""
    book, giver = opened(5)
    taker = Holding()
    assert apply_open(book, taker, move(Reason.REDEEM, 4)) == 4
    assert book.check([giver, taker]) == []
    assert apply_open(book, giver, move(Reason.VOUCHER, 4), already=4) == -4
    assert (book.transit, book.exposure, book.check([giver, taker])) == (0, 0, [])
    apply_open(book, giver, move(Reason.VOUCHER, 1))
    assert apply_open(book, taker, move(Reason.REDEEM, 1)) == 0
    assert (book.transit, taker.rights, book.check([giver, taker])) == (0, 5, [])


@pytest.mark.parametrize(
    ("aside", "own", "left"), [(9, 9, (5, 9, 0)), (3, 9, (0, 8, 0)), (3, 0, (0, 0, 1)), (0, 0, (0, 0, 4))]
)
def test_forgotten_grant_of_a_closed_incarnation(aside, own, left):
    """A grant HQ forgot, shown after the close, is funded from what was set aside, then own, then exposure."""
    book = LotBook(issued=aside + own, set_aside=aside, own=own)
    holding = Holding(closed=True)
    assert late_grant(book, holding, 4) == left[2]
    assert (book.set_aside, book.own, book.exposure) == left
    assert (holding.suspended, book.check([holding])) == (4, [])


def test_forgotten_grant_of_an_open_incarnation():
    """HQ's own may be short until the returns that funded a forgotten grant are offered again."""
    book, holding = LotBook(issued=3, own=1, set_aside=2), Holding()
    assert late_grant(book, holding, 2) == 0
    assert (book.own, book.set_aside) == (0, 1)
    late_grant(book, holding, 4)
    assert book.check([holding]) == [Violation("own_negative", -3)]


def test_setting_aside():
    """What is set aside is out of use until two people free it."""
    book = LotBook(issued=5, own=5)
    set_aside(book, 3)
    with pytest.raises(RightsError):
        grant(book, Holding(), 3)
    free_aside(book, 2)
    assert (book.own, book.set_aside, book.check([])) == (4, 1, [])
    for act in (set_aside, free_aside):
        with pytest.raises(RightsError):
            act(book, 5)
        with pytest.raises(InputError):
            act(book, 0)


def test_moves_of_hq():
    """HQ is a holder too: its moves raise or lower its own, and a lack is an error, not a fact."""
    book, holding = LotBook(), Holding()
    hq_move(book, move(Reason.ISSUE, 20))
    hq_move(book, move(Reason.SPEND, 5))
    assert hq_move(book, move(Reason.REFUND, 5), already=1) == 1
    hq_move(book, move(Reason.CASH_OUT, 3))
    hq_move(book, move(Reason.EXPIRE, 2))
    hq_move(book, move(Reason.UNDO, 1))
    hq_move(book, move(Reason.VOUCHER, 1))
    hq_move(book, move(Reason.REDEEM, 1))
    hq_move(book, move(Reason.SET_ASIDE, 3))
    hq_move(book, move(Reason.FREE_ASIDE, 2))
    hq_move(book, move(Reason.GRANT, 4), holding)
    assert (book.own, book.set_aside, holding.rights, book.check([holding])) == (9, 1, 4, [])
    hq_move(book, move(Reason.SUSPEND, 4), holding)
    hq_move(book, move(Reason.RELEASE, 3), holding)
    assert (book.own, holding.suspended, book.check([holding])) == (12, 1, [])
    with pytest.raises(RightsError, match="rights_short"):
        hq_move(book, move(Reason.SPEND, 13))
    with pytest.raises(RightsError, match="rights_differ"):
        hq_move(book, move(Reason.SUSPEND, 4), Holding(granted=5))
    with pytest.raises(InputError, match="holding_missing"):
        hq_move(book, move(Reason.GRANT, 1))
    for reason in (Reason.RETURN, Reason.SETTLE):
        with pytest.raises(RightsError, match="not_a_move_of_hq"):
            hq_move(book, move(reason))


def test_a_book_with_more_to_it_is_checked_by_the_same_terms():
    """Whoever keeps more beside the terms of the invariant checks them all the same."""

    class Named(LotBook):
        __slots__ = ("name",)

    assert Named(issued=5, own=5).check([]) == []
    assert Named(issued=4, own=5, spent=-1).check([]) == [Violation("spent_negative", -1)]


def test_acts_of_hq_in_a_nodes_log():
    """A reason that no holder may write is refused before anything is booked."""
    for apply in (apply_open, apply_late):
        book, holding = opened(5)
        with pytest.raises(InputError, match="not_a_holders_move"):
            apply(book, holding, move(Reason.GRANT))
        assert (book.check([holding]), holding.rights) == ([], 5)


@pytest.mark.parametrize("term", LotBook.__slots__)
def test_check_finds_every_term(term):
    """Any term off by one, or below zero, is found and named."""
    book, holding = opened()
    setattr(book, term, getattr(book, term) + 1)
    sign = 1 if term in {"issued", "refunded", "exposure"} else -1
    assert book.check([holding]) == [Violation("not_conserved", sign)]
    setattr(book, term, -1)
    assert Violation(f"{term}_negative", -1) in book.check([holding])


def test_check_finds_bad_holdings():
    """Negative counters and a deficit that is not exposed are found."""
    assert Violation("suspended_negative", -1) in LotBook(own=1).check([Holding(suspended=-1, closed=True)])
    book = LotBook(spent=3)
    assert book.check([Holding(gone=3)]) == [Violation("not_conserved", -3), Violation("exposure_below_deficits", -3)]


moves_of = st.builds(
    move, st.sampled_from([reason for reason in Reason if reason.is_in or reason.is_out]), st.integers(1, 20)
)
acts = st.tuples(
    st.sampled_from(["move", "move", "move", "move", "grant", "late_grant", "close", "release", "aside"]),
    st.integers(0, 2),
    moves_of,
    st.integers(0, 25),
)


@given(st.lists(acts, max_size=40))
def test_the_invariant_holds_whatever_arrives(history):
    """Whatever moves arrive from honest or mad holders, in any order, the invariant holds and no term is negative."""
    book, holdings = LotBook(), [Holding() for _ in range(3)]
    redeemed = 0
    for act, n, step, already in history:
        holding = holdings[n]
        if act == "move":
            again = min(already, step.amount) if step.reason == Reason.REFUND else 0
            if step.reason == Reason.VOUCHER:
                again = min(redeemed, step.amount)
                redeemed -= again
            early = max(0, step.amount - book.transit) if step.reason == Reason.REDEEM else 0
            redeemed += early
            before = book.exposure
            changed = (apply_late if holding.closed else apply_open)(book, holding, step, again)
            assert book.exposure - before == changed
        elif act == "grant" and not holding.closed and book.own >= step.amount:
            grant(book, holding, step.amount)
        elif act == "late_grant" and (holding.closed or book.own >= step.amount):
            late_grant(book, holding, step.amount)
        elif act == "close" and not holding.closed:
            close(holding)
        elif act == "release" and holding.closed:
            release(book, holding)
        elif act == "aside" and book.own >= step.amount:
            set_aside(book, step.amount)
        assert book.check(holdings) == []


def test_a_grant_makes_a_deficit_good():
    """What HQ grants to a holder that overspent first lowers the exposure, then gives rights."""
    book, holding = LotBook(issued=10, own=10), Holding()
    assert apply_open(book, holding, move(Reason.SPEND, 4)) == 4
    assert grant(book, holding, 6) == -4
    assert (book.exposure, holding.rights, book.own) == (0, 2, 4)
    assert book.check([holding]) == []
