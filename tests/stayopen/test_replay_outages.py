"""The outage model of the replay."""

import pytest

from stayopen.replay.outages import HOUR_MS, OutageModel, Outages

YEAR_MS = 365 * 24 * HOUR_MS


def test_same_seed_same_outages() -> None:
    """Two models of one seed agree at every minute; another seed differs."""
    model = OutageModel(240, 4)
    one, two, other = (Outages(model, [1, 2], 0, YEAR_MS, seed) for seed in (7, 7, 8))
    minutes = range(0, YEAR_MS, 600_000)
    assert all(one.is_out(1, at) == two.is_out(1, at) for at in minutes)
    assert any(one.is_out(1, at) != other.is_out(1, at) for at in minutes)


def test_share_of_time_without_a_line() -> None:
    """Over many branches the time without a line is mean / (mtbf + mean)."""
    branches = list(range(100))
    outages = Outages(OutageModel(96, 4), branches, 0, YEAR_MS, 1)
    probes = range(0, YEAR_MS, 6 * HOUR_MS)
    out = sum(outages.is_out(branch, at) for branch in branches for at in probes)
    assert 0.035 < out / (len(branches) * len(probes)) < 0.045


def test_without_a_model_nothing_fails() -> None:
    """No model, no outage."""
    outages = Outages(None, [1], 0, YEAR_MS, 1)
    assert outages.count() == 0
    assert not outages.is_out(1, YEAR_MS // 2)


@pytest.mark.parametrize("text", ["", "1", "1,2,3", "a,b", "0,4", "240,-1", "inf,1", "nan,1"])
def test_bad_model_is_refused(text: str) -> None:
    """Anything but two positive finite numbers is refused."""
    with pytest.raises(ValueError):
        OutageModel.parse(text)
