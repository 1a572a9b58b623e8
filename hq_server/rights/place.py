"""Placement at work: after stage 2 has applied a chunk, the members it touched are planned anew, all in bulk.

One fact per branch and chunk grants what all members together shall have there; recalls are orders that ride the rights
rows. Everything stands in the caller's transaction. A grant may read state that lags: it can only be too small.
"""

from collections.abc import Iterable, Mapping

from hq_server.ledger import aliases, grants, placing
from hq_server.ledger.context import Hq
from hq_server.rights import demand, requests, wealth
from hq_server.rights.apportion import VALUE_ASSETS, keeping, take
from hq_server.rights.demand import Demand
from hq_server.rights.holds import Holds
from hq_server.rights.placement import plan
from hq_server.rights.reach import Reach
from hq_server.rights.wealth import Wealth
from hq_server.storage.database import Connection

Grants = dict[int, dict[bytes, int]]
"""Incarnation number → lot → amount."""


def place(  # noqa: PLR0917 - what a plan looks at
    conn: Connection, hq: Hq, members: Iterable[bytes], reach: Reach, holds: Holds, now: int
) -> None:
    """Plan `members` anew: grant out of HQ's own, order the idle to give back what is wanted elsewhere.

    Nothing is recalled of members on hold, who may stand at a till.
    """
    idle = reach.idle()
    chosen = set(aliases.roots(conn, members).values()) - requests.waiting_members(conn)
    if not chosen or not idle:
        return
    sketches = demand.load(conn, chosen)
    owners = wealth.load(conn, sketches)
    given: Grants = {}
    for member in sorted(owners):
        wish = demand.demand(sketches[member])
        _place_one(conn, owners[member], wish, idle, given, now, recall=member not in holds)
    _grant(conn, hq, given, now)


def place_given(conn: Connection, hq: Hq, reach: Reach, now: int) -> None:
    """Have what head office gave to members lie in a branch that knows them, the one they visit most of those there.

    Stored value lies as it does after a visit; of members who never came it stays at HQ until a branch asks. Members of
    whom no branch can be reached go on waiting; so do those for whom a branch asks right now.
    """
    idle = reach.idle()
    given_to = placing.waiting(conn, idle) if idle else {}
    for member in requests.waiting_members(conn) & given_to.keys() if given_to else ():
        del given_to[member]
    if not given_to:
        return
    sketches = demand.load(conn, given_to)
    given: Grants = {}
    for member, owner in sorted(wealth.load(conn, given_to).items()):
        wish = demand.demand(sketches[member]) if member in sketches else None
        if wish is not None and not idle.keys().isdisjoint(wish.weights):
            _place_one(conn, owner, wish, idle, given, now, recall=False)
            continue
        branch = min(given_to[member])
        own = {lot.lot: lot.own for lot in owner.lots if lot.own > 0 and lot.asset not in VALUE_ASSETS}
        _give(given, idle[branch], list(own.items()), own)
    _grant(conn, hq, given, now)
    placing.done(conn, given_to)


def _grant(conn: Connection, hq: Hq, given: Grants, now: int) -> None:
    """Write down what was decided, one fact a branch."""
    for no, amounts in sorted(given.items()):
        for lot in amounts:
            grants.drop_order(conn, lot, no)
        grants.grant(conn, hq, no, sorted(amounts.items()), "placement", 0, now)


def _place_one(  # noqa: PLR0917 - one member's share of the work above
    conn: Connection, owner: Wealth, wish: Demand, idle: Mapping[str, int], given: Grants, now: int, *, recall: bool
) -> None:
    """Add one member's grants to `given` and bring the standing `keep` orders in line with the plan."""
    holding = {branch: no for branch, no in idle.items() if branch in wish.weights or no in owner.held}
    decided = plan(wish, owner.own, {branch: owner.value_at(no) for branch, no in holding.items()})
    own = {lot.lot: lot.own for lot in owner.lots}
    for branch, amount in decided.grants.items():
        _give(given, holding[branch], take(owner.pairs, lambda lot: own[lot.lot], amount), own)
    likeliest = max((branch for branch in holding if branch in wish.weights), key=wish.weights.__getitem__, default="")
    if likeliest:
        others = [(lot.lot, lot.own) for lot in owner.lots if lot.own and lot.asset not in VALUE_ASSETS]
        _give(given, holding[likeliest], others, own)
    if not recall:
        return
    wanted = {
        (lot, holding[branch]): keep
        for branch, amount in decided.keeps.items()
        for lot, keep in keeping(owner.pairs, owner.held[holding[branch]], amount)
    }
    for order, keep in wanted.items():
        if owner.orders.get(order) != (grants.KEEP, keep):
            grants.put_order(conn, *order, grants.KEEP, keep, now)
    for order in owner.orders.keys() - wanted.keys():
        grants.drop_order(conn, *order)


def _give(given: Grants, no: int, amounts: Iterable[tuple[bytes, int]], own: dict[bytes, int]) -> None:
    """Note grants to one incarnation and lower what HQ's own still has."""
    to_log = given.setdefault(no, {})
    for lot, amount in amounts:
        to_log[lot] = to_log.get(lot, 0) + amount
        own[lot] -= amount
