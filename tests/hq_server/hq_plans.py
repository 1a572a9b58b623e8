"""Card plans for tests of HQ: a shop sells them, lets them pay for lines, sells and changes period cards."""

from dataclasses import replace

from hq_world import DAY, basket

from commerce.entitlements import after, end_fact, freeze_fact, sold_fact, thaw_fact
from commerce.facts import Tender
from commerce.plan_sales import bought_fact, plan_lots
from commerce.plans.cover import Covering, Goods, Held, held_uses
from commerce.plans.row import DATED, PlanRow
from commerce.pricing import PricedBasket
from commerce.refund import sold
from commerce.sale import plan_tenders, plan_uses, sale_fact
from commerce.top_up import TopUpIds
from commerce.withdrawal import Approval

TEN = PlanRow("wash10", "洗车十次卡", "count", 30_005, uses=10, days=365)
"""One wash of it was bought for 30.00; 0.05 does not divide."""

YEAR = PlanRow("year", "健身年卡", "period", 199_900, days=365, per_day=1)

LEAD = Approval("1002", "客户要求")


def cash(amount):
    """An amount paid in cash."""
    return (Tender("cash", amount, amount),) if amount else ()


def buy(shop, member, plan=TEN, returned=0):
    """Sell a plan whose content is a lot; return the lot. `returned`: how much goes to HQ at once."""
    ids = TopUpIds(shop.ids(), shop.ids(), shop.ids())
    bought = plan_lots(plan, ids, owner=member, issuer=shop.branch, day=DAY)
    (lot,) = bought.lots
    back = {lot.lot: returned} if returned else None
    shop.write(bought_fact(shop.desk, shop.ids(), "K1", member, bought, tenders=cash(plan.price), returned=back))
    shop.lots[lot.lot] = lot
    return lot.lot


def covered(shop, member, *lines, plan=TEN):
    """Price lines (pieces, list amount) that the member's plan pays for."""
    held = Held(plan) if plan.kind in DATED else held_uses(plan, shop.views(member), DAY)
    covering = Covering({plan.code: held})
    priced = []
    for line, (pieces, amount) in zip(basket(*(amount for _, amount in lines)).lines, lines, strict=True):
        cover = covering.take(plan.code, Goods("2001", "洗车", pieces * 1000, amount))
        steps = ((f"plan:{plan.code}", cover.charged - amount),)
        priced.append(replace(line, milli_qty=pieces * 1000, charged=cover.charged, discounts=steps, cover=cover))
    total = sum(line.charged for line in priced)
    return PricedBasket(tuple(priced), total, 0, sum(amount for _, amount in lines), 0)


def use(shop, member, *lines, plan=TEN, twist=None):
    """Sell lines that the member's plan pays for; `twist` changes the fact before it is written."""
    priced = covered(shop, member, *lines, plan=plan)
    sale = shop.ids()
    fact = sale_fact(shop.desk, sale, "S1", member, priced, plan_tenders(priced), plan_uses(priced))
    shop.write(fact if twist is None else twist(fact))
    shop.sales[sale] = sold(fact.body)
    return sale


def uses_here(shop, member, plan=TEN):
    """How many uses of a plan the member has in a shop."""
    return sum(view.rights for view in held_uses(plan, shop.views(member), DAY).lots)


class Card:
    """A period card as the branch that sold it knows it."""

    def __init__(self, shop, member, plan=YEAR):
        self.id = shop.ids()
        self.row = None
        self._write(shop, sold_fact(shop.desk, self.id, "K2", member, plan, tenders=cash(plan.price)))

    def freeze(self, shop, day=DAY):
        """Freeze it in some shop."""
        self._write(shop, freeze_fact(shop.desk._replace(day=day), self.row, LEAD))

    def thaw(self, shop, day=DAY):
        """Let it run again."""
        self._write(shop, thaw_fact(shop.desk._replace(day=day), self.row, LEAD))

    def end(self, shop, plan=YEAR):
        """Take it back for all that was paid."""
        self._write(shop, end_fact(shop.desk, self.row, LEAD, tenders=cash(plan.price), paid=plan.price))

    def _write(self, shop, fact):
        shop.write(fact)
        self.row = after(self.row, fact.body)
