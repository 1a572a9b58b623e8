"""Cashiers under load: they sell, top up, refund, repeat until they are answered, and know what was acknowledged."""

import asyncio

from stayopen.demo.client import RefusedError
from stayopen.demo.people import LEAD
from stayopen.demo.till_acts import CASH, STORED_VALUE, quick_sale, refund, sell, top_up

BREATH = 0.02
"""Seconds between two customers: leaves the processor to the programs that are being killed."""

_SHORT = {"stored_value_short"}
_GOODS = ("1001", "1009", "1014", "1023", "1024")


class Cashier:
    """One till at work. Everything below is what the till was told is done."""

    def __init__(self, till, branch, members, dice):
        self.till = till
        self.branch = branch
        self.sales = {}  # id → total
        self.refunded = set()
        self.topped_up = {}  # issue → amount
        self.cash = 0  # what must lie in the drawer, beside the float
        self.refused = 0
        self.acts = 0
        self._members = members
        self._dice = dice

    async def work(self, until):
        """Act until the event is set; the act under way is finished."""
        while not until.is_set():
            await self._act()
            self.acts += 1
            await asyncio.sleep(BREATH)

    async def _act(self):
        chance = self._dice.random()
        if chance < 0.3:
            await self._sell_for_cash()
        elif chance < 0.65:
            await self._sell_for_value()
        elif chance < 0.85:
            await self._top_up()
        elif self._refundable():
            await self._refund()

    async def _sell_for_cash(self):
        items = {item: self._dice.randint(1, 3) for item in self._dice.sample(_GOODS, 2)}
        self._sold(await sell(self.till, items), CASH)

    async def _sell_for_value(self):
        try:
            done = await quick_sale(
                self.till, 10 * self._dice.randint(10, 300), STORED_VALUE, self._dice.choice(self._members)
            )
        except RefusedError as refusal:
            assert refusal.code in _SHORT, refusal
            self.refused += 1
        else:
            self._sold(done, STORED_VALUE)

    async def _top_up(self):
        amount = self._dice.choice((5_000, 10_000))
        rule = "c100" if amount == 10_000 else ""
        done = await top_up(self.till, self._dice.choice(self._members), amount, rule)
        assert done["issue"] not in self.topped_up
        self.topped_up[done["issue"]] = amount
        self.cash += amount

    async def _refund(self):
        sale = self._dice.choice(self._refundable())
        done = await refund(self.till, sale, LEAD)
        self.refunded.add(sale)
        self.cash -= done["money"]

    def _refundable(self):
        return [sale for sale in self.sales if sale not in self.refunded]

    def _sold(self, done, tender):
        assert done["sale"] not in self.sales
        self.sales[done["sale"]] = done["total"]
        self.cash += done["total"] if tender == CASH else 0
