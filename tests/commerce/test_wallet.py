"""commerce.wallet: which lots pay (worked-examples.md 5.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from value_samples import DAY, in_steps, lot_id, stored_pair, used, view

from commerce.errors import InputError, ShortageError
from commerce.limits import USES_MAX
from commerce.wallet import ORDERS, available, balances, plan_asset, plan_spend, split_pair, take_points


@pytest.mark.parametrize(
    ("order", "amount", "p", "b", "split"),
    [
        ("proportional", 60000, 100000, 20000, (50000, 10000)),
        ("bonus_first", 60000, 100000, 20000, (40000, 20000)),
        ("principal_first", 60000, 100000, 20000, (60000, 0)),
        ("proportional", 100, 10000, 3333, (75, 25)),
        ("proportional", 100, 9925, 3308, (75, 25)),
        ("proportional", 3000, 5000, 100, (2941, 59)),
        ("bonus_first", 50, 0, 100, (0, 50)),
        ("principal_first", 50, 20, 100, (20, 30)),
    ],
)
def test_worked_pairs(order, amount, p, b, split):
    """A pair pays by its terms, in the proportion of the holder's own rights."""
    assert split_pair(order, amount, p, b) == split


def test_unknown_order():
    """Terms with an order that this version does not know are refused, never guessed."""
    with pytest.raises(InputError, match="unknown_spend_order"):
        split_pair("newest_first", 1, 1, 1)


@given(st.sampled_from(ORDERS), st.integers(0, 10**6), st.integers(0, 10**6), st.data())
def test_spending_ends_at_zero(order, p, b, data):
    """Any sequence of payments ends at exactly 0/0, never refused before and never below zero on either half."""
    for amount in in_steps(data, p + b):
        principal, bonus = split_pair(order, amount, p, b)
        assert principal + bonus == amount
        assert 0 <= principal <= p
        assert 0 <= bonus <= b
        p, b = p - principal, b - bonus
    assert (p, b) == (0, 0)


def test_pairs_pay_one_after_the_other():
    """Each pair pays as much as it can before the next one pays."""
    views = [*stored_pair(1000, 200, n=1, expires="2026-12-31"), *stored_pair(500, 100, "bonus_first", n=5)]
    assert plan_spend(views, DAY, 1300) == (
        used(1, "principal", 1000),
        used(2, "bonus", 200),
        used(6, "bonus", 100),
    )
    assert plan_spend(views, DAY, 600) == (used(1, "principal", 500), used(2, "bonus", 100))


def test_shortage_tells_what_is_here():
    """A payment beyond the rights here is refused with what is available, expired lots not counted."""
    views = [*stored_pair(300, 60), view(9, "principal", 999, expires="2026-03-07")]
    with pytest.raises(ShortageError) as refused:
        plan_spend(views, DAY, 361)
    assert refused.value.code == "value_short"
    assert refused.value.evidence == {"asked": 361, "available": 360}
    assert available(views, DAY) == 360


def test_staged_bonuses_pay_soonest_first():
    """Where a bonus came in several lots, the soonest to expire pays first."""
    head, bonus = stored_pair(0, 100, "bonus_first")
    late = bonus._replace(lot=lot_id(7), expires_on="2026-04-01", rights=40)
    assert plan_spend([head, bonus, late], DAY, 60) == (used(7, "bonus", 40), used(2, "bonus", 20))


def test_balances_per_asset():
    """Balances add up what can be used here today, per asset, cards and points included."""
    views = [*stored_pair(300, 60), view(8, "points", 70), view(9, "uses:洗剪吹", 5), view(10, "gift_card", 88)]
    assert balances(views, DAY) == {"principal": 300, "bonus": 60, "points": 70, "uses:洗剪吹": 5, "gift_card": 88}
    assert available(views, DAY) == 360
    assert available(views, DAY, gift_cards=True) == 448
    assert plan_spend(views, DAY, 448, gift_cards=True)[-1] == used(10, "gift_card", 88)


def test_single_assets_go_first_in_first_out():
    """Points and counts are taken soonest expiry first and their worth is cut over the lots."""
    views = [view(1, "points", 30, expires="2027-12-31"), view(2, "points", 50, expires="2026-12-31"), view(3)]
    assert plan_asset(views, DAY, "points", 60, 100) == (used(2, "points", 50, 83), used(1, "points", 10, 17))
    with pytest.raises(ShortageError) as refused:
        plan_asset(views, DAY, "points", 81, 100)
    assert refused.value.evidence == {"asked": 81, "available": 80, "asset": "points"}


@given(
    st.lists(
        st.tuples(
            st.integers(0, 500), st.integers(0, 500), st.sampled_from(ORDERS), st.sampled_from(["", "2026-09-30"])
        ),
        min_size=1,
        max_size=6,
    ),
    st.data(),
)
def test_plan_pays_exactly(wallet, data):
    """A plan pays exactly what is asked, out of lots with enough rights, each lot once."""
    views = []
    for n, (p, b, order, expires) in enumerate(wallet):
        views += stored_pair(p, b, order, n=2 * n + 1, expires=expires)
    here = available(views, DAY)
    if not here:
        return
    amount = data.draw(st.integers(1, here))
    uses = plan_spend(views, DAY, amount)
    rights = {v.lot: v.rights for v in views}
    assert sum(use.amount for use in uses) == amount
    assert all(0 < use.amount <= rights[use.lot] for use in uses)
    assert len({use.lot for use in uses}) == len(uses)


def test_too_many_lots():
    """A payment out of more lots than one sale may name is refused with what the first ones can pay."""
    views = [view(n, rights=1) for n in range(1, USES_MAX + 2)]
    with pytest.raises(ShortageError) as refused:
        plan_spend(views, DAY, USES_MAX + 1)
    assert refused.value.evidence == {"asked": USES_MAX + 1, "available": USES_MAX}
    points = [view(n, "points", 1) for n in range(1, USES_MAX + 2)]
    with pytest.raises(ShortageError, match="too_many_lots"):
        plan_asset(points, DAY, "points", USES_MAX + 1, 0)


@pytest.mark.parametrize("amount", [0, -1, 1.5, True, "10", 10**11])
def test_hostile_amounts(amount):
    """Amounts that are no positive int within bounds are refused before anything is planned."""
    with pytest.raises(InputError, match="bad_amount"):
        plan_spend(stored_pair(10, 0), DAY, amount)
    with pytest.raises(InputError, match="bad_amount"):
        plan_asset([view(1, "points")], DAY, "points", amount, 1)


def test_points_claimed_back_from_rights_at_hand():
    """Points are claimed back from the lot that earned them first, then from the others; the rest is lacking."""
    views = [view(1, "points", 30), view(2, "points", 50), view(3, "principal", 9)]
    assert take_points(views, DAY, 60, lot_id(2)) == ((used(2, "points", 50, 0), used(1, "points", 10, 0)), 0)
    assert take_points(views, DAY, 100)[1] == 20
    assert take_points(views, DAY, 0) == ((), 0)
