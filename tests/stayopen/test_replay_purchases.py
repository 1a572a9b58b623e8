"""The purchases of the replay, read from the optional package."""

import pytest

from stayopen.replay import purchases

pytestmark = pytest.mark.replay


@pytest.fixture(scope="module")
def month() -> list[purchases.Purchase]:
    """Thirty days of the five busiest stores."""
    return purchases.load(5, 0, 30)


def test_cut_to_what_was_asked(month: list[purchases.Purchase]) -> None:
    """Only the asked number of stores and days is there, in order of time."""
    assert len({p.store for p in month}) == 5
    assert month[-1].at - month[0].at < 30 * purchases.DAY_MS
    assert [p.at for p in month] == sorted(p.at for p in month)
    assert len(month) > 500


def test_households_are_cut_to_the_busiest(month: list[purchases.Purchase]) -> None:
    """Asking for ten households gives ten, all of them known from the whole."""
    few = purchases.load(5, 10, 30)
    assert len({p.household for p in few}) == 10
    assert {p.household for p in few} <= {p.household for p in month}


def test_lines_are_positive_whole_cents(month: list[purchases.Purchase]) -> None:
    """Every line is a positive integer of minor units, every category stands once in a basket."""
    for purchase in month:
        assert purchase.total > 0
        assert all(isinstance(line.cents, int) and line.cents > 0 for line in purchase.lines)
        assert len({line.category for line in purchase.lines}) == len(purchase.lines)
