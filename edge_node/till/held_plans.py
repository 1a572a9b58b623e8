"""The card plans that a member holds, as a till shows them: usable here or not, and why."""

from collections.abc import Iterator
from typing import NamedTuple

from commerce.entitlements import valid
from commerce.lots import expired
from commerce.plans.row import COUNTED, plan_of, uses_asset
from commerce.reference import EntitlementRow
from edge_node.ledger import balances, entitlements
from edge_node.ledger.price_book import PriceBook
from edge_node.storage.database import Connection
from edge_node.till.buyers import Buyer


class HeldPlan(NamedTuple):
    """One card: a lot of uses, or a period or discount card. ``id`` "" when it lies elsewhere.

    ``uses_here``: uses of this lot, or pieces that a period still covers today (0 without a limit); ``uses_chain``: of
    all lots of the plan in the whole chain as HQ knew it, None when it never said. ``why`` it is not usable:
    elsewhere | expired | frozen | not_begun | over | per_day_reached | member_frozen | unknown_plan.
    """

    id: str
    plan: str
    name: str
    kind: str
    uses_here: int
    uses_chain: int | None
    last_day: str
    frozen: bool
    usable: bool
    why: str


def held_plans(conn: Connection, book: PriceBook, who: Buyer) -> tuple[HeldPlan, ...]:
    """List what a member holds: uses first, in the order in which they are used, then dated cards."""
    if who.card is None:
        return ()
    found = [*_lots(conn, book, who), *(_dated(book, who, row) for row in entitlements.of_member(conn, who.member))]
    if who.card.frozen:
        found = [one._replace(usable=False, why=one.why or "member_frozen") for one in found]
    return tuple(found)


def _lots(conn: Connection, book: PriceBook, who: Buyer) -> Iterator[HeldPlan]:
    chain = balances.chain_balance(conn, who.member)
    known = dict(chain.balances) if chain else {}
    seen: set[str] = set()
    for view in sorted(who.wallet.views, key=lambda view: (not view.expires_on, view.expires_on, view.opened_on)):
        code = plan_of(view.asset)
        if not code:
            continue
        seen.add(code)
        row = book.plans.get(code)
        why = "expired" if expired(view, who.day) else "" if row is not None and row.kind in COUNTED else "unknown_plan"
        name, kind = (row.name, row.kind) if row else (code, "count")
        everywhere = known.get(uses_asset(code)) if chain else None
        lot, here, last_day = view.lot.hex(), view.rights, view.expires_on
        yield HeldPlan(lot, code, name, kind, here, everywhere, last_day, frozen=False, usable=not why, why=why)
    for asset, uses in known.items():
        code = plan_of(asset)
        row = book.plans.get(code)
        if row is not None and code not in seen and uses:
            yield HeldPlan("", code, row.name, row.kind, 0, uses, "", frozen=False, usable=False, why="elsewhere")


def _dated(book: PriceBook, who: Buyer, row: EntitlementRow) -> HeldPlan:
    plan = book.plans.get(row.plan)
    held = who.plans.get(row.plan)
    left = held.left_today if held else None
    name, kind = (plan.name, plan.kind) if plan else (row.plan, "period")
    why = _why(row, who.day) or ("unknown_plan" if plan is None else "per_day_reached" if left == 0 else "")
    return HeldPlan(
        row.entitlement.hex(),
        row.plan,
        name,
        kind,
        left or 0,
        None,
        row.last_day,
        frozen=bool(row.frozen_on),
        usable=not why,
        why=why,
    )


def _why(row: EntitlementRow, day: str) -> str:
    """Say why an entitlement does not hold on a day; "" when it does."""
    if valid(row, day):
        return ""
    if row.frozen_on:
        return "frozen"
    return "over" if row.last_day < day else "not_begun"
