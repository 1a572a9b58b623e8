"""The limit on failed enrolments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning import limits
from provisioning.enrolment.attempts import Attempts
from provisioning.errors import TryLaterError


def fail(attempts, times, now):
    """The state after ``times`` failures at ``now``."""
    for _ in range(times):
        attempts = attempts.failed(now)
    return attempts


def test_a_person_may_mistype():
    """Up to the limit nobody is turned away."""
    fail(Attempts(), limits.ATTEMPTS - 1, 1_000).admit(1_000)


def test_too_many_failures_wait_for_the_windows_end():
    """At the limit the source waits for exactly the rest of the window, then starts afresh."""
    attempts = fail(Attempts(), limits.ATTEMPTS, 1_000)
    with pytest.raises(TryLaterError) as caught:
        attempts.admit(31_000)
    assert caught.value.retry_after == limits.ATTEMPTS_WINDOW - 30_000
    attempts.admit(31_000 + caught.value.retry_after)
    assert attempts.failed(1_000 + limits.ATTEMPTS_WINDOW).failures == 1


@given(st.lists(st.integers(0, 10**13), max_size=40), st.integers(0, 10**13))
def test_nobody_waits_longer_than_the_window(moments, now):
    """Whatever the clock did, the wait is positive and at most one window."""
    attempts = Attempts()
    for moment in moments:
        attempts = attempts.failed(moment)
    try:
        attempts.admit(now)
    except TryLaterError as error:
        assert 0 < error.retry_after <= limits.ATTEMPTS_WINDOW
