"""Laws of moving stored value: conserved per lot and unit, in parts that fit a fact, nothing else moves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from value_samples import DAY, DESK, MEMBER, lot_id, stored_pair, view

from commerce.errors import CommerceError, RuleError
from commerce.limits import LOTS_PER_ISSUE_MAX
from commerce.moves import Reason, unbalanced
from commerce.transfer import transfer_fact, transferable
from commerce.withdrawal import Approval

WHY = Approval("201", "转给家人")
OTHER = b"o" * 16


@st.composite
def wallets(draw):
    """Some pairs, halves of pairs and lots that do not move."""
    views = []
    for n in range(draw(st.integers(0, 90))):
        kind = draw(st.sampled_from(["pair", "pair", "head", "bonus", "points", "uses:cut", "expired"]))
        number = 10 * n + 1
        if kind == "pair":
            views += stored_pair(draw(st.integers(1, 10**6)), draw(st.integers(1, 10**6)), n=number)
        elif kind == "head":
            views.append(view(number, "principal", draw(st.integers(0, 10**6))))
        elif kind == "bonus":
            views.append(view(number, "bonus", draw(st.integers(1, 10**6)), pair=lot_id(number + 5)))
        elif kind == "expired":
            views.append(view(number, "bonus", 5, expires="2026-03-07"))
        else:
            views.append(view(number, kind, 7))
    return views


@given(wallets())
def test_value_is_conserved(views):
    """What leaves each lot is what its successor begins with; per unit the postings sum to zero; the rest stays."""
    parts = transferable(views, DAY)
    moved = [one for part in parts for one in part]
    value = [v for v in views if v.asset in {"principal", "bonus"} and v.rights and not v.expires_on]
    assert sorted(one.lot for one in moved) == sorted(one.lot for one in value)
    for number, part in enumerate(parts):
        assert 1 <= len(part) <= LOTS_PER_ISSUE_MAX
        fresh = [lot_id(10_000 + 100 * number + n) for n in range(len(part))]
        fact = transfer_fact(DESK, b"w" * 16, (MEMBER, OTHER), part, fresh, approval=WHY)
        assert not unbalanced(fact.postings)
        out = {move.ref: (move.lot, move.amount) for move in fact.moves if move.reason is Reason.TRANSFER}
        into = {move.lot: move.amount for move in fact.moves if move.reason is Reason.ISSUE}
        assert (
            {lot: amount for lot, (_, amount) in out.items()} == into == {one.lot: one.amount for one in fact.body.lots}
        )
        assert {lot for lot, _ in out.values()} == {one.lot for one in part}
        heads = {one.lot for one in part}
        assert all(
            one.pair in heads or not any(v.lot == one.pair for v in moved) for one in part if one.asset == "bonus"
        )


def test_what_may_not_move():
    """Other assets, nothing, too much at once, or to oneself."""
    good = [view(1)]
    make = lambda views, to=OTHER, fresh=None: transfer_fact(  # noqa: E731
        DESK, b"w" * 16, (MEMBER, to), views, fresh or [lot_id(50 + n) for n in range(len(views))], approval=WHY
    )
    assert make(good).body.reference == OTHER
    for bad in ([view(1, "points")], [view(1, "gift_card")], [view(1, rights=0)]):
        with pytest.raises(RuleError):
            make(bad)
    with pytest.raises(RuleError):
        make(good, MEMBER)
    for views, fresh in (([], []), ([view(n) for n in range(1, 66)], None), (good, [lot_id(1), lot_id(2)])):
        with pytest.raises(CommerceError):
            make(views, fresh=fresh)
