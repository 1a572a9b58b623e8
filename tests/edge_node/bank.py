"""A payment provider in a test's hands, which outlives the node: what it was told, it knows after any crash."""

import asyncio

from edge_node.ledger.payments import Outcome
from edge_node.payments.provider import ProviderError, Word


class Bank:
    """Keeps one charge per payment and one refund per refund id; ``mute`` takes calls and answers none of them."""

    def __init__(self) -> None:
        self.charged: dict[bytes, int] = {}
        self.state: dict[bytes, Outcome] = {}
        self.refunds: dict[bytes, tuple[bytes, int]] = {}
        self.calls: list[str] = []
        self.mute: set[str] = set()
        self.failing: set[str] = set()
        self.decision = Outcome.PAID

    async def charge(self, payment: bytes, amount: int, code: str) -> Word:
        """Charge once, whatever the code."""
        if payment not in self.state:
            self.charged[payment] = amount
            self.state[payment] = self.decision
        return await self._said("charge", payment)

    async def query(self, payment: bytes) -> Word:
        """Tell how a charge stands."""
        return await self._said("query", payment)

    async def cancel(self, payment: bytes) -> Word:
        """Cancel what is not paid, also what never came."""
        if self.state.get(payment) is not Outcome.PAID:
            self.state[payment] = Outcome.CANCELLED
        return await self._said("cancel", payment)

    async def refund(self, payment: bytes, refund: bytes, amount: int) -> Word:
        """Give back once per id, never more than was charged."""
        self.refunds.setdefault(refund, (payment, amount))
        assert self.back(payment) <= self.charged[payment]
        await self._said("refund", payment)
        return Word(Outcome.REFUNDED, "R1")

    def back(self, payment: bytes) -> int:
        """How much of a payment went back."""
        return sum(amount for of, amount in self.refunds.values() if of == payment)

    def kept(self) -> int:
        """What all customers have paid and not got back."""
        paid = [payment for payment, state in self.state.items() if state is Outcome.PAID]
        return sum(self.charged[payment] - self.back(payment) for payment in paid)

    async def _said(self, call: str, payment: bytes) -> Word:
        self.calls.append(call)
        if call in self.failing:
            raise ProviderError
        if call in self.mute:
            await asyncio.sleep(3600)
        return Word(self.state.get(payment, Outcome.UNHEARD), "B1", "declined")
