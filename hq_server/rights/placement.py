"""The planner: where a member's value should lie so that the next payment finds it, even with the line down. Pure.

For each branch the member visits, the sizes of receipts expected there make steps: so much more rights, so much more
chance that the next payment is covered. A branch's steps are merged where a later one pays better than an earlier
(their concave hull), then all branches' steps are handed out by chance per amount, best first; the rest stays at HQ.
That is the optimum of the fractional problem; ``bench/placement.py`` measures it on a year of real purchases.

Rights move only for a gain worth it (hysteresis), and are recalled only where HQ's own do not suffice. What lies in
branches that cannot be reached is neither counted nor replaced. Fresh value stays whole in the branch that took it
until then: who tops up mostly pays at once (sending half of it to HQ first cost a point of approval).
"""

from collections.abc import Mapping
from typing import NamedTuple

from hq_server.rights.demand import AMOUNTS, Demand
from hq_server.rights.limits import (
    MIN_BRANCH_GAIN_PER_MILLE,
    MIN_GAIN_PER_MILLE,
    PRIOR_WEIGHT,
)


class Step(NamedTuple):
    """`size` more rights in a branch cover `chance` more (weight out of the demand's total)."""

    size: int
    chance: int


class Plan(NamedTuple):
    """``grants``: branch → amount that HQ's own gives now. ``keeps``: branch → what it shall keep of what it holds."""

    grants: dict[str, int]
    keeps: dict[str, int]


NOTHING = Plan({}, {})

_SCALE = 32
"""Bits by which chances are shifted before they are divided by a size: integers instead of fractions."""


def plan(demand: Demand, own: int, held: Mapping[str, int]) -> Plan:
    """Plan one member. `own`: HQ's own rights; `held`: those of each branch that can be reached now, maybe 0."""
    if not demand.total:
        return NOTHING
    steps = {branch: branch_steps(demand, branch) for branch in demand.weights if branch in held}
    target, covered = _hand_out(steps, own + sum(held.values()))
    gains = {branch: covered[branch] - covering(demand, branch, held[branch]) for branch in steps}
    if sum(gains.values()) * 1000 < MIN_GAIN_PER_MILLE * demand.total:
        return NOTHING
    wanted = {
        branch: target[branch] - held[branch]
        for branch in steps
        if target[branch] > held[branch] and gains[branch] * 1000 >= MIN_BRANCH_GAIN_PER_MILLE * demand.total
    }
    keeps = _recall(sum(wanted.values()) - own, target, held)
    grants: dict[str, int] = {}
    for branch in sorted(wanted, key=lambda branch: (-gains[branch], branch)):
        if wanted[branch] <= own:
            grants[branch] = wanted[branch]
            own -= wanted[branch]
    return Plan(grants, keeps)


def expected(demand: Demand, branch: str) -> list[tuple[int, int]]:
    """Return the receipts expected in a branch as (amount, chance), by amount.

    The member's receipts everywhere count as some visits more (``PRIOR_WEIGHT``); the chances of all branches
    together sum to the demand's total, but for rounding down.
    """
    here, weight = demand.sizes[branch], demand.weights[branch]
    return [
        (
            AMOUNTS[size],
            (here.get(size, 0) + PRIOR_WEIGHT * everywhere // demand.total) * weight // (weight + PRIOR_WEIGHT),
        )
        for size, everywhere in sorted(demand.everywhere.items())
    ]


def branch_steps(demand: Demand, branch: str) -> list[Step]:
    """Cut a branch's expected receipts into steps whose chance per amount falls from step to step."""
    steps: list[Step] = []
    reached = 0
    for amount, chance in expected(demand, branch):
        step = Step(amount - reached, chance)
        reached = amount
        while steps and step.chance * steps[-1].size >= steps[-1].chance * step.size:
            before = steps.pop()
            step = Step(before.size + step.size, before.chance + step.chance)
        steps.append(step)
    return steps


def covering(demand: Demand, branch: str, rights: int) -> int:
    """Return the chance that the next payment is in a branch and not beyond `rights`."""
    return sum(chance for amount, chance in expected(demand, branch) if amount <= rights)


def _hand_out(steps: Mapping[str, list[Step]], left: int) -> tuple[dict[str, int], dict[str, int]]:
    """Hand `left` out, best steps first; return rights and chances covered per branch."""
    target = dict.fromkeys(steps, 0)
    covered = dict.fromkeys(steps, 0)
    ranked = sorted(
        ((step.chance << _SCALE) // -step.size, branch, n)
        for branch, of_branch in steps.items()
        for n, step in enumerate(of_branch)
    )
    for _, branch, n in ranked:
        step = steps[branch][n]
        size = min(step.size, left)
        target[branch] += size
        left -= size
        if size < step.size:
            break
        covered[branch] += step.chance
    return target, covered


def _recall(lacking: int, target: Mapping[str, int], held: Mapping[str, int]) -> dict[str, int]:
    """Choose which branches give back, those with most to spare first, until `lacking` is gathered."""
    keeps: dict[str, int] = {}
    spare = sorted((target.get(branch, 0) - amount, branch) for branch, amount in held.items())
    for surplus, branch in spare:
        if lacking <= 0 or surplus >= 0:
            break
        keeps[branch] = target.get(branch, 0)
        lacking += surplus
    return keeps
