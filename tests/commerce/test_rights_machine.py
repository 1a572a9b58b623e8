"""The rights of a whole chain under faults: a hypothesis state machine, and the mechanisms it cannot do without."""

import random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from rights_chain import RULES, BrokenLawError
from rights_faults import ACTS, FAULTS, FaultyChain

STEPS = 150
FOCUS = ("issue", "spend", "spend", "push", "deliver", "connect", "connect", "grant", "publish", "show", "show", "show")
FOCUSED = {
    "verdict_first": ("give_back", "backup", "restore"),
    "session_numbers": ("give_back", "clone"),
    "row_names_incarnation": ("give_back", "close_by_mistake"),
}
"""Mechanisms that only a long chain of events needs: what may happen is narrowed, on one node with rights at HQ."""


def run(seed, without=""):
    """Drive a chain by a seeded generator; return it, or raise BrokenLawError. `without` also names the focus."""
    mechanism, _, focus = without.partition("@")
    generator = random.Random(seed)
    if focus:
        chain, acts, steps = FaultyChain(mechanism, nodes="A"), FOCUS + FOCUSED[focus], 60
        chain.prepare()
    else:
        chain, acts, steps = FaultyChain(mechanism), ACTS, STEPS
    for _ in range(steps):
        getattr(chain, generator.choice(acts))(generator.randrange)
        chain.check()
    chain.heal()
    return chain


def test_no_law_is_broken():
    """With every mechanism in place no seeded run breaks a law, and the runs did meet what they are meant to meet."""
    chains = [run(seed) for seed in range(120)]
    assert any(chain.evidence and chain.book.exposure for chain in chains)
    assert any(chain.book.expired for chain in chains)
    assert any(chain.book.refunded for chain in chains)
    assert any(known.holding.suspended for chain in chains for known in chain.incs.values())
    assert any(entry.kind == "release" for chain in chains for known in chain.incs.values() for entry in known.log)
    assert any(entry.kind == "refused" for chain in chains for known in chain.incs.values() for entry in known.log)
    assert any(len(chain.incs) > 4 for chain in chains)
    assert all(min(chain.budget.values()) < 1 for chain in chains)


def test_no_exposure_without_a_fault():
    """Without rollback, clone, destroyed box or mistaken close nothing is ever exposed, and no box is closed."""
    for seed in range(60):
        generator = random.Random(seed)
        chain = FaultyChain(budget=0)
        for _ in range(STEPS):
            getattr(chain, generator.choice(ACTS))(generator.randrange)
            chain.check()
        chain.heal()
        assert (chain.book.exposure, len(chain.incs)) == (0, 3)


@pytest.mark.parametrize("focus", FOCUSED)
def test_focused_runs_are_clean(focus):
    """The narrowed scenarios break no law either while every mechanism is in place."""
    for seed in range(60):
        run(seed, f"@{focus}")


@pytest.mark.parametrize("mechanism", RULES)
def test_each_mechanism_is_needed(mechanism):
    """A chain without one of its mechanisms is found to break a law within a hundred seeded runs."""
    without = f"{mechanism}@{mechanism}" if mechanism in FOCUSED else mechanism
    with pytest.raises(BrokenLawError):
        for seed in range(100):
            run(seed, without)


class RightsMachine(RuleBasedStateMachine):
    """Hypothesis chooses what happens next, and shrinks what went wrong to the fewest steps."""

    @initialize(prepared=st.booleans(), nodes=st.sampled_from(["A", "AB", "ABC"]))
    def begin(self, prepared, nodes):
        """A chain of one to three nodes, new or already at work."""
        self.chain = FaultyChain(nodes=nodes)
        if prepared:
            self.chain.prepare()

    @rule(data=st.data(), act=st.sampled_from(["issue", "spend", "give_back", "refund", "claim"]))
    def at_a_till(self, data, act):
        """People top up, buy, bring goods back to any branch; value is returned to HQ."""
        self.act(data, act)

    @rule(data=st.data(), act=st.sampled_from(["push", "deliver", "connect", "publish", "show", "answer_claim"]))
    def on_the_line(self, data, act):
        """Messages are sent, repeated, reordered; sessions open; claims are answered."""
        self.act(data, act)

    @rule(data=st.data(), act=st.sampled_from(["grant", "release", "release_claim", "expire"]))
    def at_hq(self, data, act):
        """HQ grants, expires, and two people release what is suspended."""
        self.act(data, act)

    @precondition(lambda self: any(left > 0 for left in self.chain.budget.values()))
    @rule(data=st.data(), act=st.sampled_from(FAULTS))
    def fault(self, data, act):
        """A box is backed up, restored, cloned, destroyed or closed by mistake."""
        self.act(data, act)

    def act(self, data, act):
        """Let the chain do it, hypothesis choosing the details."""
        getattr(self.chain, act)(lambda n: data.draw(st.integers(0, n - 1)))

    @invariant()
    def laws(self):
        """Every law holds after every step."""
        self.chain.check()

    def teardown(self):
        """After healing the books of HQ and of all nodes agree with what really happened."""
        if hasattr(self, "chain"):
            self.chain.heal()


RightsMachine.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestRightsMachine = RightsMachine.TestCase
