"""How the households of a replay shop: stored value first, topped up where it runs dry, cash where it is refused."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from commerce.errors import ShortageError
from commerce.tender import CASH, STORED_VALUE
from stayopen.replay.branch import REQUEST_DEADLINE_MS
from stayopen.replay.chain import Chain
from stayopen.replay.outages import Outages
from stayopen.replay.purchases import DAY_MS, Purchase

TOP_UP_UNIT = 10_000
"""Households top up in steps of 100.00."""

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(slots=True)
class Payments:
    """Stored-value payments tried and made. ``after_top_up``: made right after a top-up in the same branch."""

    attempted: int = 0
    approved: int = 0
    after_top_up: int = 0


@dataclass(slots=True)
class Household:
    """What the replay itself knows of a member, as the truth to compare with: value is paid + bonus − spent."""

    member: bytes = b""
    value: int = 0
    visited: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Tally:
    """Counts of a run."""

    baskets: int = 0
    top_ups: int = 0
    requests: int = 0
    granted: int = 0
    offline: Payments = field(default_factory=Payments)
    online: Payments = field(default_factory=Payments)


class Shopping:
    """Runs purchases against a chain in virtual time."""

    def __init__(self, chain: Chain, outages: Outages, names: dict[int, str]) -> None:
        """`names`: store number of the data → branch id."""
        self._chain = chain
        self._outages = outages
        self._names = names
        self.households: dict[int, Household] = {}
        self.tally = Tally()

    def run(self, purchases: Sequence[Purchase]) -> Iterator[int]:
        """Sell every purchase in its order; yields after each one, for progress."""
        for n, purchase in enumerate(purchases):
            self._lines(purchase.at)
            self._sell(purchase)
            yield n

    def finish(self, now: int) -> None:
        """Give every branch its line, close the shifts, and let everything converge."""
        names = set(self._names.values())
        for name in sorted(names):
            self._chain.connect(name, now)
            self._chain.lines[name].branch.close_day(now)
        self._chain.exchange(names, now)

    def _lines(self, now: int) -> None:
        """Cut and restore lines as the outage model says."""
        for store, name in self._names.items():
            out = self._outages.is_out(store, now)
            if out and self._chain.connected(name):
                self._chain.disconnect(name)
            elif not out and not self._chain.connected(name):
                self._chain.connect(name, now)

    def _sell(self, purchase: Purchase) -> None:
        """Sell one basket: stored value if it can be used here, else cash."""
        name, now = self._names[purchase.store], purchase.at
        branch = self._chain.lines[name].branch
        online = self._chain.connected(name)
        if online:
            self._chain.exchange({name}, now)
        branch.open_day(day_of(now), now)
        household = self._household(purchase, name, now)
        counts = self.tally.online if online else self.tally.offline
        counts.attempted += 1
        topped_up = False
        if branch.knows(household.member) and household.value < purchase.total:
            self._top_up(household, purchase.total - household.value, name, now)
            topped_up = True
        if self._pay(household, purchase, name, now, online=online):
            counts.approved += 1
            counts.after_top_up += topped_up
        else:
            branch.sell(purchase, b"", CASH, now)
        self.tally.baskets += 1
        household.visited.add(name)
        if online:
            self._chain.exchange(household.visited, now)

    def _household(self, purchase: Purchase, name: str, now: int) -> Household:
        """Return the household, registered as a member at its first purchase."""
        household = self.households.setdefault(purchase.household, Household())
        if not household.member:
            household.member = self._chain.lines[name].branch.register(purchase.household, now)
        return household

    def _top_up(self, household: Household, lacking: int, name: str, now: int) -> None:
        """Top up what is lacking, in whole steps."""
        amount = -(-lacking // TOP_UP_UNIT) * TOP_UP_UNIT
        done = self._chain.lines[name].branch.top_up(household.member, amount, now)
        household.value += done.paid + done.bonus
        self.tally.top_ups += 1

    def _pay(self, household: Household, purchase: Purchase, name: str, now: int, *, online: bool) -> bool:
        """Pay from stored value; where rights here are too small and there is a line, ask HQ once."""
        branch = self._chain.lines[name].branch
        if not branch.knows(household.member):
            return False
        try:
            branch.sell(purchase, household.member, STORED_VALUE, now)
        except ShortageError as error:
            if not online:
                return False
            available = error.evidence.get("available", 0)
            assert isinstance(available, int)
            if not self._ask(household, purchase.total - available, name, now):
                return False
            try:
                branch.sell(purchase, household.member, STORED_VALUE, now)
            except ShortageError:
                return False
        household.value -= purchase.total
        return True

    def _ask(self, household: Household, lacking: int, name: str, now: int) -> bool:
        """Request rights and let the chain find them before the deadline."""
        branch = self._chain.lines[name].branch
        self.tally.requests += 1
        n = branch.ask(household.member, lacking, now)
        self._chain.exchange({name} | household.visited, now, now + REQUEST_DEADLINE_MS)
        state = branch.asked(n)
        if state == "waiting":
            branch.give_up(n)
        self.tally.granted += state == "granted"
        return state == "granted"


def day_of(now: int) -> str:
    """The business date: the data's own calendar day."""
    return date.fromordinal(_EPOCH + now // DAY_MS).isoformat()
