"""What a payment provider is to a till: a WeChat or Alipay account, a terminal's service, or the simulated one.

Every call may be made again with the same ids and then changes nothing: a provider keeps one charge per payment and one
refund per refund id. Amounts are minor units. A call that gets no answer raises (``OSError``, ``TimeoutError``,
``ProviderError``) or takes too long; nobody knows then, and the provider is asked again.
"""

from typing import NamedTuple, Protocol

from edge_node.ledger.payments import Outcome


class ProviderError(Exception):
    """The provider's answer cannot be understood, or it asks to come back later."""


class Word(NamedTuple):
    """What a provider says. ``ref``: its own number of the payment; ``code``: why it refused, a stable code."""

    outcome: Outcome
    ref: str = ""
    code: str = ""


class PaymentProvider(Protocol):
    """One account with one provider."""

    async def charge(self, payment: bytes, amount: int, code: str) -> Word:
        """Charge whoever showed `code`: ``paid``, ``pending`` (the customer has to agree first) or ``refused``."""

    async def query(self, payment: bytes) -> Word:
        """Tell what became of a charge: as ``charge``, ``cancelled``, or ``unheard`` when it never came."""

    async def cancel(self, payment: bytes) -> Word:
        """Let a charge not happen, also one that comes later: ``cancelled``, or ``paid`` when it is too late."""

    async def refund(self, payment: bytes, refund: bytes, amount: int) -> Word:
        """Give so much of a paid charge back: ``refunded``, ``pending`` or ``refused``."""
