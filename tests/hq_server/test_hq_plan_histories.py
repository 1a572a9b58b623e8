"""Random histories with card plans among everything else: closes, forks, late tails, claims, releases, any order."""

from hq_plans import TEN, Card, buy, use
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_hq_history import Chain, run

from commerce.clearing import net_positions


class PlanChain(Chain):
    """A chain whose members also buy counts and period cards."""

    def __init__(self, folder, seed):
        super().__init__(folder, seed)
        self.cards = []

    def step(self):
        """A plan's act as often as any other; what cannot be done is left out."""
        if self.dice.random() < 0.5:
            return super().step()
        act = self.dice.choice((self.buy, self.use, self.use, self.whole, self.card))
        try:
            act()
        except Exception as error:
            if not hasattr(error, "code") and not isinstance(error, IndexError):
                raise
        return act.__name__

    def buy(self):
        """Somebody buys a count, some of which goes to HQ at once."""
        buy(self.box(), self.dice.choice(self.members), TEN, returned=self.dice.randrange(0, 11))

    def use(self):
        """Somebody uses some of it."""
        lines = [(1, self.dice.randrange(1, 6_000)) for _ in range(2)]
        use(self.box(), self.dice.choice(self.members), *lines)

    def whole(self):
        """A whole piece of an own sale comes back: uses are not divided."""
        box = self.box()
        box.refund(self.dice.choice(list(box.sales)), (self.dice.randrange(2), 1000))

    def card(self):
        """Somebody buys a period card, or one is frozen, thawed or taken back anywhere."""
        if not self.cards or self.dice.random() < 0.3:
            self.cards.append(Card(self.box(), self.dice.choice(self.members)))
            return
        card = self.dice.choice([card for card in self.cards if card.row is not None])
        self.dice.choice((card.freeze, card.thaw, card.end))(self.box())


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), steps=st.integers(10, 60))
def test_any_history_with_plans_is_conserved_and_replays(seed, steps):
    """Uses are conserved like value, cards equal a replay, and whatever is owed sums to zero."""
    run(seed, steps, PlanChain)


def test_histories_reach_the_acts_of_plans(tmp_path):
    """The histories clear uses, refund and claim them, and change cards; the net positions sum to zero."""
    kinds, acts = set(), set()
    for seed in range(4):
        folder = tmp_path / str(seed)
        folder.mkdir()
        chain = PlanChain(folder, seed)
        acts |= {chain.step() for _ in range(150)}
        chain.heal()
        rows = chain.world.all("SELECT debtor, creditor, col, amount FROM clearing_rows")
        assert sum(net_positions(rows).values()) == 0
        kinds |= {state for (state,) in chain.world.all("SELECT state FROM entitlements")}
        kinds |= {"frozen" for _ in chain.world.all("SELECT 1 FROM entitlements WHERE frozen_on <> ''")}
        kinds |= {"used" for _ in chain.world.all("SELECT 1 FROM lots WHERE asset LIKE 'uses:%' AND spent > 0")}
        kinds |= {"back" for _ in chain.world.all("SELECT 1 FROM lots WHERE asset LIKE 'uses:%' AND refunded > 0")}
        assert chain.world.verify().ok
        chain.world.conn.close()
    assert {"buy", "use", "card", "refund", "claim", "tail", "close"} <= acts
    assert kinds == {"held", "ended", "frozen", "used", "back"}
