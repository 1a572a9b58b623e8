"""commerce.lots: what a holder sees, the order of use, pairs."""

from hypothesis import given
from hypothesis import strategies as st
from value_samples import DAY, lot_id, stored_pair, view

from commerce.lots import expired, offered, order_key, pairs


def test_order_of_lots():
    """Soonest expiry first and none last, then the opening date, then the lot's id."""
    never_old = view(9, opened="2025-01-01")
    never_new = view(1, opened="2026-02-01")
    soon = view(5, expires="2026-04-01", opened="2026-03-01")
    soon_twin = view(6, expires="2026-04-01", opened="2026-03-01")
    later = view(2, expires="2026-05-01", opened="2024-01-01")
    assert sorted([never_new, soon_twin, later, never_old, soon], key=order_key) == [
        soon,
        soon_twin,
        later,
        never_old,
        never_new,
    ]


def test_expired_lots_are_not_offered():
    """A lot may be used on its last day and is not offered the day after, nor without rights here."""
    assert not expired(view(1, expires=DAY), DAY)
    assert expired(view(1, expires="2026-03-07"), DAY)
    assert not expired(view(1, expires=""), "9999-12-31")
    assert offered([view(1, expires="2026-03-07"), view(2, rights=0), view(3)], DAY) == [view(3)]


def test_pairs_are_grouped():
    """A bonus lot stands with the principal lot it names, staged bonuses included; halves alone are pairs too."""
    whole = stored_pair(1000, 200, n=1)
    stage = view(8, "bonus", 30, pair=lot_id(1), terms=whole[0].terms)
    half = view(20, "bonus", 50, pair=lot_id(19))
    found = pairs([half, stage, *whole], DAY)
    assert [(pair.p, pair.b) for pair in found] == [(1000, 230), (0, 50)]
    assert found[0].terms is whole[0].terms
    assert found[1].principal is None


def test_pair_order_by_its_soonest_half():
    """A pair takes the place of its half that expires soonest."""
    early = stored_pair(10, 0, n=1, opened="2025-01-01")
    bonus_soon = [view(5, "principal", 10), view(6, "bonus", 5, pair=lot_id(5), expires="2026-06-01")]
    assert [pair.principal.lot for pair in pairs([*early, *bonus_soon], DAY)] == [lot_id(5), lot_id(1)]


def test_gift_cards_only_on_demand():
    """Gift cards take part as heads of pairs of their own when asked for."""
    views = [view(1, "gift_card", 500), view(2, "points", 70), view(3, "uses:洗剪吹", 5)]
    assert pairs(views, DAY) == []
    assert [pair.p for pair in pairs(views, DAY, gift_cards=True)] == [500]


@given(st.permutations(range(1, 9)))
def test_order_does_not_depend_on_arrival(numbers):
    """Whatever order the lots are listed in, pairs come out in the same one."""
    views = [view(n, "principal" if n % 2 else "bonus", n, pair=lot_id(n - 1) if n % 2 == 0 else b"") for n in numbers]
    assert [pair.p for pair in pairs(views, DAY)] == [1, 3, 5, 7]
