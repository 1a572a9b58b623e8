"""The payment desk: asks providers for what the ledger wants, and writes down what they say.

A charge is asked for once, right after it was written down. Everything else (what became of it, cancelling, refunds)
follows from the ledger alone, so that a restart in any place finds it again.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Protocol

from edge_node import limits
from edge_node.ledger import payments
from edge_node.ledger.payments import Outcome, PartBack, Payment
from edge_node.payments.provider import PaymentProvider, ProviderError, Word
from edge_node.storage.database import Database, DriverError

_LOG = logging.getLogger("stayopen.payments")
_SILENT = Word(Outcome.SILENT)
_STORAGE_S = 5.0


class Tell(Protocol):
    """Publishes a notice to all screens."""

    def __call__(self, kind: str, **data: int | str) -> None:
        """Publish it."""


class PaymentDesk:
    """Works between ``start`` and ``close``, on the event loop. ``now``: ms since 1970."""

    def __init__(
        self, database: Database, providers: Mapping[str, PaymentProvider], now: Callable[[], int], tell: Tell
    ) -> None:
        self._database = database
        self._providers = providers
        self._now = now
        self._tell = tell
        self._woken = asyncio.Event()
        self._under_way: dict[bytes, asyncio.Task[None]] = {}
        self._waiting: dict[bytes, set[asyncio.Event]] = {}
        self._run: asyncio.Task[None] | None = None

    def knows(self, provider: str) -> bool:
        """Whether there is such a provider."""
        return provider in self._providers

    async def start(self) -> None:
        """Ask about everything that is open, and go on looking after it."""
        await self._database.write(payments.recover)
        self._run = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Stop; what is under way is found again at the next start."""
        tasks = [task for task in (self._run, *self._under_way.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def begin(self, payment: bytes, code: str) -> None:
        """Charge the customer who showed `code`; the payment was written down just now."""
        self._begin(payment, self._charge(payment, code))

    def wake(self) -> None:
        """The ledger may want something: look now."""
        self._woken.set()

    async def settled(self, payment: bytes, timeout_ms: int) -> None:
        """Return when it is known what became of a payment, or when the time is over."""
        mine = asyncio.Event()
        self._waiting.setdefault(payment, set()).add(mine)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout_ms / 1000):
                    if (await self._database.read(payments.get, payment)).state == "asking":
                        await mine.wait()
        finally:
            self._waiting[payment].discard(mine)
            if not self._waiting[payment]:
                del self._waiting[payment]

    async def _keep(self) -> None:
        while True:
            self._woken.clear()
            try:
                pause = await self._look()
            except DriverError as error:
                _LOG.error("payments cannot be read: %s", type(error).__name__)
                pause = _STORAGE_S
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._woken.wait()

    async def _look(self) -> float | None:
        """Begin what is due; return the seconds until something else is, None: nothing waits."""
        now = self._now()
        due = await self._database.read(payments.due, now)
        for row in due.charges:
            if row.payment not in self._under_way:
                self._begin(row.payment, self._cancel(row) if payments.overdue(row, now) else self._query(row))
        for part in due.refunds:
            if part.refund not in self._under_way:
                self._begin(part.refund, self._refund(part))
        return (due.next_at - now) / 1000 if due.next_at else None

    async def _charge(self, payment: bytes, code: str) -> None:
        row = await self._database.read(payments.get, payment)
        word = await self._ask(row.provider, lambda there: there.charge(payment, row.amount, code))
        await self._heard(payment, word)

    async def _query(self, row: Payment) -> None:
        word = await self._ask(row.provider, lambda there: there.query(row.payment))
        if word.outcome is Outcome.UNHEARD:
            # It may still be on its way: told to let it be, the provider refuses it when it comes.
            word = await self._ask(row.provider, lambda there: there.cancel(row.payment))
        await self._heard(row.payment, word)

    async def _cancel(self, row: Payment) -> None:
        await self._database.write(payments.cancel, row.payment, self._now())
        word = await self._ask(row.provider, lambda there: there.cancel(row.payment))
        await self._heard(row.payment, word)

    async def _refund(self, part: PartBack) -> None:
        row = await self._database.read(payments.get, part.payment)
        word = await self._ask(row.provider, lambda there: there.refund(part.payment, part.refund, part.amount))
        now = self._now()
        self._told(await self._database.write(payments.refund_heard, part.refund, word.outcome, word.code, now))

    async def _ask(self, provider: str, call: Callable[[PaymentProvider], Awaitable[Word]]) -> Word:
        """Ask a provider; one that is not there, fails or takes too long is silent."""
        there = self._providers.get(provider)
        if there is None:
            return _SILENT
        try:
            async with asyncio.timeout(limits.PAYMENT_ANSWER_MS / 1000):
                return await call(there)
        except (TimeoutError, OSError, ProviderError):
            return _SILENT
        except Exception as error:
            _LOG.error("payment provider failed: %s", type(error).__name__)
            return _SILENT

    async def _heard(self, payment: bytes, word: Word) -> None:
        now = self._now()
        row = await self._database.write(payments.heard, payment, word.outcome, word.ref, word.code, now)
        if row.state == "refunding":
            self.wake()
        self._told(row)

    def _told(self, row: Payment) -> None:
        """Tell the screens, and who waits."""
        self._tell("payment", payment=row.payment.hex(), till=row.till, state=row.state)
        if row.state != "asking":
            for waiting in self._waiting.get(row.payment, ()):
                waiting.set()

    def _begin(self, key: bytes, work: Coroutine[Any, Any, None]) -> None:
        def ended(task: "asyncio.Task[None]") -> None:
            self._under_way.pop(key, None)
            if not task.cancelled() and (error := task.exception()) is not None:
                _LOG.error("a payment was interrupted: %s", type(error).__name__)
                asyncio.get_running_loop().call_later(_STORAGE_S, self.wake)  # at once would be again and again
                return
            self.wake()

        task = asyncio.create_task(work)
        self._under_way[key] = task
        task.add_done_callback(ended)
