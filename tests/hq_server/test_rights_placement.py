"""The planner's laws: it never invents value, is stable, prefers the likely, and comes to rest."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from hq_server.rights import placement as p
from hq_server.rights.demand import AMOUNTS, Sketch, demand, seen, size_class

BRANCHES = ["b001", "b002", "b003", "b004"]
VISITS = st.lists(st.tuples(st.sampled_from(BRANCHES), st.integers(1, 60_000)), min_size=1, max_size=70)
HELD = st.dictionaries(st.sampled_from([*BRANCHES, "b009"]), st.integers(0, 80_000))
OWN = st.integers(0, 100_000)


def wish(*visits):
    """The demand that visits lead to."""
    return demand(seen(Sketch((), b""), visits))


def carry_out(own, held, plan):
    """Do what a plan says: grants at once, returns as ordered."""
    after = dict(held)
    for branch, amount in plan.grants.items():
        after[branch] += amount
        own -= amount
    for branch, keep in plan.keeps.items():
        own += after[branch] - keep
        after[branch] = keep
    return own, after


@given(VISITS, OWN, HELD)
@settings(derandomize=True, max_examples=200, deadline=None)
def test_plan_moves_only_what_is_there(visits, own, held):
    """Grants come out of HQ's own; a branch is asked only for what it has; nobody unreachable is named."""
    plan = p.plan(wish(*visits), own, held)
    assert sum(plan.grants.values()) <= own
    assert all(amount > 0 for amount in plan.grants.values())
    assert all(0 <= keep < held[branch] for branch, keep in plan.keeps.items())
    assert plan.grants.keys() | plan.keeps.keys() <= held.keys()
    assert not plan.grants.keys() & plan.keeps.keys()


@given(VISITS, OWN, HELD)
@settings(derandomize=True, max_examples=100, deadline=None)
def test_plan_is_deterministic(visits, own, held):
    """The same state gives the same plan, in whatever order the branches come."""
    again = dict(reversed(held.items()))
    assert p.plan(wish(*visits), own, held) == p.plan(wish(*visits), own, again)


@given(VISITS, OWN, HELD)
@settings(derandomize=True, max_examples=200, deadline=None)
def test_placement_comes_to_rest(visits, own, held):
    """Carried out and planned again without a new visit, rights stop moving after two rounds, and none is lost."""
    asked = wish(*visits)
    total = own + sum(held.values())
    for _ in range(3):
        own, held = carry_out(own, held, p.plan(asked, own, held))
        assert own >= 0
        assert own + sum(held.values()) == total
    assert p.plan(asked, own, held) == p.NOTHING


@given(VISITS, OWN, HELD)
@settings(derandomize=True, max_examples=200, deadline=None)
def test_moves_pay(visits, own, held):
    """Whatever is moved, the chance that the next payment is covered does not fall."""
    asked = wish(*visits)

    def chance(state):
        return sum(p.covering(asked, branch, state[branch]) for branch in asked.weights if branch in state)

    before = chance(held)
    for _ in range(2):
        own, held = carry_out(own, held, p.plan(asked, own, held))
    assert chance(held) >= before


@given(VISITS)
@settings(derandomize=True, max_examples=100, deadline=None)
def test_steps_fall_in_worth(visits):
    """A branch's steps cover every expected receipt, each step's chance per amount less than the one before."""
    asked = wish(*visits)
    for branch in asked.weights:
        steps = p.branch_steps(asked, branch)
        assert sum(step.size for step in steps) == AMOUNTS[max(asked.everywhere)]
        assert sum(step.chance for step in steps) == p.covering(asked, branch, AMOUNTS[-1])
        for one, other in pairwise(steps):
            assert one.chance * other.size > other.chance * one.size


def test_likely_branch_comes_first():
    """Little value goes where the member goes most."""
    asked = wish(*[("b001", 1_000)] * 9, ("b002", 1_000))
    plan = p.plan(asked, AMOUNTS[size_class(1_000)], {"b001": 0, "b002": 0})
    assert plan.grants == {"b001": AMOUNTS[size_class(1_000)]}


def test_enough_value_serves_all():
    """With plenty, each branch gets its largest expected receipt, and the rest stays at HQ."""
    asked = wish(*[("b001", 1_000), ("b002", 3_000)] * 5)
    plan = p.plan(asked, 1_000_000, {"b001": 0, "b002": 0})
    assert plan.grants == dict.fromkeys(("b001", "b002"), AMOUNTS[size_class(3_000)])
    assert plan.keeps == {}


def test_nobody_is_asked_while_hq_has_enough():
    """What lies in a branch without need stays there until it is needed elsewhere."""
    asked = wish(*[("b001", 1_000)] * 5)
    assert p.plan(asked, 50_000, {"b001": 0, "b002": 9_000}).keeps == {}
    assert p.plan(asked, 0, {"b001": 0, "b002": 9_000}).keeps == {"b002": 0}


def test_small_gains_move_nothing():
    """Hysteresis: a branch visited once in a hundred is not worth a move."""
    asked = wish(("b002", 1_000), *[("b001", 1_000)] * 60)
    assert p.plan(asked, 50_000, {"b001": 5_000, "b002": 0}) == p.NOTHING


def test_stranger_gets_nothing():
    """Without a visit nothing is placed: value stays where it is and comes by request."""
    assert p.plan(demand(Sketch((), b"")), 5_000, {"b001": 0}) == p.NOTHING
