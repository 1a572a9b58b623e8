"""commerce.cut: the one function that shares amounts (worked-examples.md 5.1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from value_samples import in_steps

from commerce.cut import cut, cut_signed, portion
from commerce.errors import InputError

parts_lists = st.lists(st.integers(0, 10**10), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("amount", "parts", "shares"),
    [
        (100, [10000, 3333], [75, 25]),
        (7, [3, 3, 3], [2, 2, 3]),
        (2347, [1999, 350, 1], [1996, 350, 1]),
        (47, [1299, 850, 198], [26, 17, 4]),
        (0, [0, 0], [0, 0]),
    ],
)
def test_worked_examples(amount, parts, shares):
    """Amounts are shared by cumulative floor, to the cent of the worked examples."""
    assert cut(amount, parts) == shares


@given(parts_lists, st.data())
def test_shares_sum_and_never_exceed(parts, data):
    """Shares sum exactly; while the amount is at most the sum of the parts no share exceeds its part."""
    amount = data.draw(st.integers(0, sum(parts)))
    shares = cut(amount, parts)
    assert sum(shares) == amount
    assert all(0 <= share <= part for share, part in zip(shares, parts, strict=True))


@given(parts_lists)
def test_all_of_it_is_the_parts(parts):
    """The whole sum cut over its parts gives back the parts."""
    assert cut(sum(parts), parts) == parts


@given(parts_lists, st.data())
def test_steps_over_what_remains_end_at_zero(parts, data):
    """Any sequence of steps, each cut over what remains, uses up every part exactly."""
    left = list(parts)
    for step in in_steps(data, sum(parts)):
        shares = cut(step, left)
        assert sum(shares) == step
        left = [rest - share for rest, share in zip(left, shares, strict=True)]
        assert min(left) >= 0
    assert left == [0] * len(parts)


@given(parts_lists, st.data())
def test_neighbours_may_be_joined(parts, data):
    """Cutting over the first parts joined into one gives the sum of their shares: cuts compose."""
    amount = data.draw(st.integers(0, sum(parts)))
    k = data.draw(st.integers(1, len(parts)))
    joined = cut(amount, [sum(parts[:k]), *parts[k:]])
    single = cut(amount, parts)
    assert joined == [sum(single[:k]), *single[k:]]


def test_nothing_to_share_over():
    """A positive amount cannot be shared over nothing, nor can anything negative be shared."""
    with pytest.raises(InputError, match="nothing_to_share_over"):
        cut(1, [0, 0])
    for amount, parts in ((-1, [1]), (1, [2, -1])):
        with pytest.raises(InputError, match="negative_amount"):
            cut(amount, parts)


@given(parts_lists.filter(any), st.integers(0, 10**12))
def test_signed_is_symmetric(parts, amount):
    """A negative amount is shared like its magnitude, with its sign."""
    assert cut_signed(-amount, parts) == [-share for share in cut_signed(amount, parts)]
    assert cut_signed(amount, parts) == cut(amount, parts)


@given(st.integers(-(10**10), 10**10), st.integers(1, 10**8), st.data())
def test_portions_end_at_zero(left, whole, data):
    """Portions taken in any steps sum to exactly all of it, and never turn the sign."""
    rest = left
    for step in in_steps(data, whole):
        part = portion(rest, step, whole)
        assert abs(part) <= abs(rest)
        assert part * left >= 0
        rest -= part
        whole -= step
    assert rest == 0


def test_portion_bounds():
    """A portion needs 0 ≤ used ≤ whole; nothing used takes nothing even of nothing."""
    assert portion(100, 0, 0) == 0
    with pytest.raises(InputError, match="beyond_what_remains"):
        portion(100, 2, 1)
    with pytest.raises(InputError, match="negative_amount"):
        portion(100, -1, 1)
