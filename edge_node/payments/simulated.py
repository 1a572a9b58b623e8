"""A provider that charges nobody: what it says is decided by the end of the code that was shown.

``…01``: pending, paid when it is asked for the second time; ``…02``: refused; ``…03``: it never answers until the
charge is cancelled; any other code is paid at once. It keeps what it was told in memory, as long as the node runs.
"""

import asyncio

from edge_node.ledger.payments import Outcome
from edge_node.payments.provider import Word

_PENDING_ASKS = 2
_SILENCE_S = 3600.0


class Simulated:
    """The simulated provider; one stands for all its accounts."""

    def __init__(self) -> None:
        self._charges: dict[bytes, Word] = {}
        self._asked: dict[bytes, int] = {}
        self._silent: set[bytes] = set()

    async def charge(self, payment: bytes, amount: int, code: str) -> Word:
        """Decide by the code's end; the same payment again is what it was."""
        _ = amount
        if payment not in self._charges:
            ref = f"SIM{payment.hex()[:12].upper()}"
            outcome = {"01": Outcome.PENDING, "02": Outcome.REFUSED, "03": Outcome.PENDING}.get(code[-2:], Outcome.PAID)
            self._charges[payment] = Word(outcome, ref, "declined" if outcome is Outcome.REFUSED else "")
            if code.endswith("03"):
                self._silent.add(payment)
        return await self._answer(payment)

    async def query(self, payment: bytes) -> Word:
        """Tell how it stands; a pending one is paid at the second time."""
        found = self._charges.get(payment)
        if found is None:
            return Word(Outcome.UNHEARD)
        if found.outcome is Outcome.PENDING and payment not in self._silent:
            self._asked[payment] = self._asked.get(payment, 0) + 1
            if self._asked[payment] >= _PENDING_ASKS:
                self._charges[payment] = found._replace(outcome=Outcome.PAID)
        return await self._answer(payment)

    async def cancel(self, payment: bytes) -> Word:
        """Cancel what is not paid yet."""
        self._silent.discard(payment)
        found = self._charges.get(payment, Word(Outcome.UNHEARD))
        if found.outcome is not Outcome.PAID:
            found = self._charges[payment] = found._replace(outcome=Outcome.CANCELLED)
        return found

    async def refund(self, payment: bytes, refund: bytes, amount: int) -> Word:
        """Give back: there is nothing to be given."""
        _ = payment, amount
        return Word(Outcome.REFUNDED, f"SIM{refund.hex()[:12].upper()}")

    async def _answer(self, payment: bytes) -> Word:
        if payment in self._silent:
            await asyncio.sleep(_SILENCE_S)
        return self._charges[payment]
