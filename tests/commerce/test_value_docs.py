"""docs/pricing.md, the tables about a member's value without a sale: points given up, saved change, transfers."""

import pytest
from pricing_page import rows
from value_samples import DAY, DESK, MEMBER, lot_id, stored_pair, view

from commerce.errors import ShortageError
from commerce.money import parse_money
from commerce.tender import Available, Offer, TenderRules, settle
from commerce.top_up import TopUpIds, plan_top_up
from commerce.transfer import transfer_fact, transferable
from commerce.wallet import plan_asset
from commerce.withdrawal import Approval

WHY = Approval("201", "转给家人")
OTHER = b"o" * 16


def lot(n: int, text: str, asset: str = "", *, money: bool = True):
    """Read a lot: ``[asset] amount [until date]``."""
    what, _, expires = text.strip().partition(" until ")
    name, _, amount = what.rpartition(" ")
    rights = parse_money(amount) if money else int(amount)
    return view(n, name or asset, rights, expires=expires)


def lots(cell: str, asset: str = "", *, money: bool = True):
    """Read the lots of a cell; a bonus belongs to the principal before it."""
    found = [lot(n, part, asset, money=money) for n, part in enumerate(cell.split(","), start=1) if part.strip()]
    head = next((one.lot for one in found if one.asset == "principal"), b"")
    return [one._replace(pair=head) if one.asset == "bonus" else one for one in found]


@rows("points given up")
def test_points_given_up(row: dict[str, str]):
    """The page's lots give what the page says, or it is refused."""
    views = lots(row["lots here"], "points", money=False)
    if row["refused"]:
        with pytest.raises(ShortageError) as caught:
            plan_asset(views, DAY, "points", int(row["asked"]), 0)
        assert caught.value.code == row["refused"]
        return
    taken = {use.lot: use.amount for use in plan_asset(views, DAY, "points", int(row["asked"]), 0)}
    assert [taken.get(one.lot, 0) for one in views] == [int(part) for part in row["taken"].split()]
    assert [one.rights - taken.get(one.lot, 0) for one in views] == [int(part) for part in row["left"].split()]


@rows("saved change")
def test_saved_change(row: dict[str, str]):
    """What the sale takes and what the top-up of its change takes is what was handed over."""
    total, handed = parse_money(row["total"]), parse_money(row["handed over"])
    settled = settle(total, [Offer("cash", handed)], Available(), TenderRules())
    plan = plan_top_up(settled.change, None, TopUpIds(b"p", b"b", b"x"), owner=MEMBER, issuer="xihu", day=DAY)
    assert settled.tenders[0].amount == parse_money(row["sale's cash"])
    assert [(one.asset, one.amount) for one in plan.lots] == [("principal", parse_money(row["principal"]))]
    assert settled.tenders[0].amount + plan.paid == parse_money(row["drawer"])


@rows("transfer")
def test_transfer(row: dict[str, str]):
    """The page's lots move as the page says, with all that they are."""
    parts = transferable(lots(row["lots here"]), DAY)
    moved = [one for part in parts for one in part]
    assert sorted(moved) == sorted(one for one in lots(row["moved"]))
    for part in parts:
        fresh = [lot_id(100 + n) for n in range(len(part))]
        fact = transfer_fact(DESK, b"w" * 16, (MEMBER, OTHER), part, fresh, approval=WHY)
        kept = [(one.asset, one.issuer, one.amount, one.opened_on, one.expires_on, one.terms) for one in fact.body.lots]
        assert kept == [(v.asset, v.issuer, v.rights, v.opened_on, v.expires_on, v.terms) for v in part]


def test_a_pair_stays_a_pair_in_its_new_lots():
    """The new bonus lot names the new principal lot; a bonus whose principal lies elsewhere keeps its old name."""
    views = [*stored_pair(1000, 200), view(9, "bonus", 50, pair=lot_id(8))]
    (part,) = transferable(views, DAY)
    fresh = [lot_id(100 + n) for n in range(len(part))]
    made = transfer_fact(DESK, b"w" * 16, (MEMBER, OTHER), part, fresh, approval=WHY).body.lots
    becomes = {old.lot: one.lot for old, one in zip(part, made, strict=True)}
    assert {one.pair for one in made if one.asset == "bonus"} == {becomes[lot_id(1)], lot_id(8)}
    assert {one.owner for one in made} == {OTHER}
