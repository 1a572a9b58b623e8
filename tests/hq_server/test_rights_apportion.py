"""From amounts to lots: spend order, and a pair's halves together."""

from hypothesis import given, settings
from hypothesis import strategies as st

from commerce.facts import Terms
from hq_server.ledger.lots import Lot
from hq_server.rights.apportion import keeping, pairs, take
from hq_server.rights.reach import Reach


def lot(name, asset="principal", own=0, pair=b"", expires="", opened="2026-01-01"):
    """A lot of which HQ holds `own`."""
    return Lot(
        name, b"m" * 16, "member", asset, "b001", opened, expires, pair, Terms(), own, own, 0, 0, 0, 0, 0, 0, 0, 0
    )


OLD, OLD_BONUS = lot(b"a", own=900), lot(b"b", "bonus", 100, b"a", expires="2027-06-30")
NEW, NEW_BONUS = lot(b"c", own=400, opened="2026-05-01"), lot(b"d", "bonus", 200, b"c", expires="2027-01-31")
LOTS = [NEW_BONUS, OLD, OLD_BONUS, NEW, lot(b"p", "points", 50)]


def test_pairs_stand_in_spend_order():
    """The pair that expires first is spent first; points are no stored value."""
    assert [[part.lot for part in group] for group in pairs(LOTS)] == [[b"c", b"d"], [b"a", b"b"]]


def test_halves_move_together():
    """A part of a pair is cut over its halves as the giver holds them."""
    assert take(pairs(LOTS), lambda part: part.own, 300) == [(b"c", 200), (b"d", 100)]
    assert take(pairs(LOTS), lambda part: part.own, 700) == [(b"c", 400), (b"d", 200), (b"a", 90), (b"b", 10)]


HELD = st.fixed_dictionaries({name: st.integers(0, 1_000) for name in (b"a", b"b", b"c", b"d")})


@given(HELD, st.integers(0, 5_000))
@settings(derandomize=True, max_examples=150, deadline=None)
def test_what_is_kept_and_what_goes_is_all(held, amount):
    """A holder that keeps an amount keeps exactly it, or all it has; no lot keeps more than it holds."""
    orders = dict(keeping(pairs(LOTS), held, amount))
    assert all(0 <= keep < held[name] for name, keep in orders.items())
    assert sum(orders.get(name, here) for name, here in held.items()) == min(amount, sum(held.values()))


@given(HELD, st.integers(0, 5_000))
@settings(derandomize=True, max_examples=150, deadline=None)
def test_taking_never_exceeds(held, amount):
    """What is taken is the amount, or all there is; of no lot more than there is, and no lot twice."""
    taken = take(pairs(LOTS), lambda part: held.get(part.lot, 0), amount)
    assert sum(part for _, part in taken) == min(amount, sum(held.values()))
    assert all(0 < part <= held[name] for name, part in taken)
    assert len({name for name, _ in taken}) == len(taken)


def test_reach_knows_who_is_idle():
    """Only live branches without backlog are asked; a session that was superseded takes nobody with it."""
    reach = Reach()
    reach.arrived("b001", 2)
    reach.arrived("b002", 3)
    reach.backlog(3, behind=True)
    assert reach.idle() == {"b001": 2}
    assert (reach.is_live(3), reach.is_live(9)) == (True, False)
    reach.backlog(3, behind=False)
    reach.arrived("b001", 7)
    reach.left("b001", 2)
    assert reach.idle() == {"b001": 7, "b002": 3}
    reach.left("b001", 7)
    assert list(reach) == [("b002", 3)]
