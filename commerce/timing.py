"""Timed sessions (计时): how many steps of an item a time spent is billed as.

A rule turns time into a quantity of an item that is sold by the step (half an hour of a table, a minute on a machine);
what a step costs is the catalogue's and the promotions' business, and a card of minutes covers steps like any goods.
Time comes in as milliseconds; pauses are not part of it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from commerce.checks import check_code, check_int
from commerce.errors import InputError

MINUTE_MS = 60_000
STEP_MINUTES_MAX = 1440
"""A step longer than a day is no longer timed: sell a period card."""
STEPS_MAX = 10_000
"""Steps of one session: a week by the minute; what runs longer was forgotten and is billed so far."""


class TimeRule(NamedTuple):
    """How time with `item` is billed. A session of at most `free_minutes` costs nothing; a longer one is billed whole.

    A step that was begun counts once more than `grace_minutes` of it are used. `least_steps`, `most_steps`: bounds of
    one session, `most_steps` 0 for none (a day's rate otherwise).
    """

    item: str
    step_minutes: int
    free_minutes: int = 0
    grace_minutes: int = 0
    least_steps: int = 1
    most_steps: int = 0


class Run(NamedTuple):
    """Time that ran from one moment to another, ms since 1970."""

    start: int
    end: int


def check_time_rule(rule: TimeRule) -> TimeRule:
    """Return a rule whose figures are in bounds and make sense; else InputError ``bad_code`` or ``bad_number``."""
    check_code(rule.item, "item")
    check_int(rule.step_minutes, "step_minutes", 1, STEP_MINUTES_MAX)
    check_int(rule.free_minutes, "free_minutes", 0, STEP_MINUTES_MAX)
    check_int(rule.grace_minutes, "grace_minutes", 0, rule.step_minutes - 1)
    check_int(rule.least_steps, "least_steps", 0, STEPS_MAX)
    check_int(rule.most_steps, "most_steps", 0, STEPS_MAX)
    if 0 < rule.most_steps < rule.least_steps:
        raise InputError("bad_number", field="most_steps", low=rule.least_steps, high=STEPS_MAX)
    return rule


def time_run(runs: Sequence[Run]) -> int:
    """Return the milliseconds of all runs; a run whose clock went backwards counts nothing."""
    return sum(max(0, run.end - run.start) for run in runs)


def billed_steps(rule: TimeRule, run_ms: int) -> int:
    """Return how many steps so much time is billed as; never fewer for more time."""
    if run_ms <= rule.free_minutes * MINUTE_MS:
        return 0
    step, grace = rule.step_minutes * MINUTE_MS, rule.grace_minutes * MINUTE_MS
    begun = -(-max(0, run_ms - grace) // step)
    return min(max(begun, rule.least_steps), rule.most_steps or STEPS_MAX)
