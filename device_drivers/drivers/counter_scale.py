"""What all counter scales do alike, whether they are asked for each weight or send it without end."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from device_drivers import limits
from device_drivers.drivers.intake import Decoder, Intake
from device_drivers.errors import AskPersonError, Code, RetryError, StopError
from device_drivers.interfaces.device import Health, Weight
from device_drivers.interfaces.scale import Scale
from device_drivers.protocols.cas import Ready
from device_drivers.protocols.indication import Indication
from device_drivers.protocols.steady import Steady
from device_drivers.transports.base import Transport, within

Answer = Indication | Ready


class Speech(NamedTuple):
    """What is said to a scale; empty what its protocol has no word for.

    ``knock``: must be answered by ``Ready`` before ``weigh``; ``weigh``: asks for one indication, empty: the scale
    sends without end. ``answers_keys``: ``zero``, ``tare`` and ``clear_tare`` are answered by an indication.
    """

    knock: bytes = b""
    weigh: bytes = b""
    zero: bytes = b""
    tare: bytes = b""
    clear_tare: bytes = b""
    answers_keys: bool = False


class CounterScale(Scale):
    """A scale behind a line. ``steady``: equal looks in a row that settle a weight."""

    def __init__(
        self, transport: Transport, decoder: Callable[[], Decoder[Answer]], speech: Speech, *, steady: int = 1
    ) -> None:
        self._intake: Intake[Answer] = Intake(transport, decoder)
        self._speech = speech
        self._steady = Steady(steady)
        self._tare = 0
        self._grams = 0
        self._shown: Weight | None = None
        self._unanswered = False

    async def open(self) -> None:
        """Open the line. RetryError ``device_offline``; StopError ``bad_address``."""
        self._steady.forget()
        self._tare = self._grams = 0
        self._shown = None
        self._unanswered = False
        await self._intake.open()

    async def close(self) -> None:
        """Let the line go."""
        await self._intake.close()

    async def check_health(self) -> Health:
        """Look once: an overloaded scale is in trouble, a silent one raises RetryError ``device_timeout``."""
        self._intake.drain()
        return Health(trouble=(await self._look()).fault)

    async def read_weight(self) -> Weight:
        """Wait for a stable weight. AskPersonError also for one below zero: nobody sells that."""
        seen = await self._settle()
        weight = self._weight(seen, settled=True)
        if seen.fault is not None:
            raise AskPersonError(seen.fault)
        if weight.grams < 0:
            raise AskPersonError(Code.UNDER_ZERO)
        return weight

    async def next_reading(self) -> Weight:
        """Wait until the weight changes or settles; an overloaded scale shows 0, never stable."""
        while True:
            looks = [await self._look_live(), *self._indications()]
            settled = [self._steady.take(seen) for seen in looks][-1]
            weight = self._weight(looks[-1], settled=settled)
            if weight != self._shown:
                self._shown = weight
                return weight
            if self._speech.weigh:
                await asyncio.sleep(limits.LOOK_S)

    async def zero_scale(self) -> None:
        """Take what lies on it as zero. AskPersonError ``scale_not_zeroed`` when the scale did not."""
        await self._press(self._speech.zero)
        await self._zeroed()

    async def tare(self) -> None:
        """Take what lies on it as tare; with nothing on it the tare goes."""
        if not self._speech.tare:
            raise StopError(Code.NOT_SUPPORTED)
        before = await self._settle()
        if before.fault is Code.OVERWEIGHT:
            raise AskPersonError(Code.OVERWEIGHT)
        loaded = before.grams is not None and before.grams > 0
        if not loaded and before.net and before.grams == 0:
            return
        await self._press(self._speech.tare if loaded else self._speech.clear_tare or self._speech.tare)
        await self._zeroed()
        self._tare = self._tare + (before.grams or 0) if loaded else 0

    async def _press(self, key: bytes) -> None:
        """Press a key of the scale. StopError ``not_supported`` when it has none, or does not answer to it."""
        if not key:
            raise StopError(Code.NOT_SUPPORTED)
        await self._hear_out()
        self._unanswered = self._speech.answers_keys
        await self._intake.write(key)
        if not self._speech.answers_keys:
            return
        try:
            await within(limits.ASK_S, self._next_indication())
            self._unanswered = False
        except RetryError as error:
            if error.code is Code.TIMEOUT:  # 8217: "Tare must be enabled or scale will not respond"
                raise StopError(Code.NOT_SUPPORTED) from None
            raise

    async def _settle(self) -> Indication:
        """Wait for an indication that is settled, with or without a fault. RetryError ``weight_unstable``."""
        seen = await self._wait(lambda _: True)
        if seen is None:
            raise RetryError(Code.WEIGHT_UNSTABLE)
        return seen

    async def _zeroed(self) -> None:
        """Wait until the scale shows zero: looks from before it obeyed may still come."""
        if await self._wait(lambda seen: seen.grams == 0) is None:
            raise AskPersonError(Code.NOT_ZEROED)

    async def _wait(self, enough: Callable[[Indication], bool]) -> Indication | None:
        """Look until it is settled and enough; None when that does not happen in time."""
        self._steady.forget()
        self._intake.drain()
        try:
            async with asyncio.timeout(limits.SETTLE_S):
                while True:
                    seen = await self._look()
                    if self._steady.take(seen) and enough(seen):
                        return seen
                    if self._speech.weigh:
                        await asyncio.sleep(limits.LOOK_S)
        except TimeoutError:
            return None

    async def _look(self) -> Indication:
        """Look once, and once more if no answer came: one damaged answer is no failure. RetryError."""
        try:
            return await within(limits.ASK_S, self._ask())
        except RetryError as error:
            if error.code is not Code.TIMEOUT:
                raise
        self._unanswered = False  # it was waited for long enough
        return await within(limits.ASK_S, self._ask())

    async def _look_live(self) -> Indication:
        return await (self._look() if self._speech.weigh else self._next_indication())

    async def _ask(self) -> Indication:
        if not self._speech.weigh:
            return await self._next_indication()
        await self._hear_out()
        self._unanswered = True
        if self._speech.knock:
            await self._intake.write(self._speech.knock)
            while not isinstance(ready := await self._intake.take(), Ready):
                pass
            if ready is Ready.NO:
                self._unanswered = False
                return Indication(None, stable=False)
        await self._intake.write(self._speech.weigh)
        seen = await self._next_indication()
        self._unanswered = False
        return seen

    async def _hear_out(self) -> None:
        """Let the answer pass by to a question whose asker gave up: it tells what lay on the scale before."""
        if self._unanswered:
            try:
                await within(limits.LATE_S, self._intake.take())
            except RetryError as error:
                if error.code is not Code.TIMEOUT:
                    raise
            self._unanswered = False
        self._intake.drain()

    async def _next_indication(self) -> Indication:
        while not isinstance(seen := await self._intake.take(), Indication):
            pass
        return seen

    def _indications(self) -> list[Indication]:
        """Take what waits, of a scale that sends without end; one that is asked has nothing more to say."""
        return [] if self._speech.weigh else [one for one in self._intake.drain() if isinstance(one, Indication)]

    def _weight(self, seen: Indication, *, settled: bool) -> Weight:
        """Make a reading of a look: the tare is the scale's word, else what this driver took off."""
        if seen.net is False:
            self._tare = 0
        tare = self._tare if seen.tare is None else seen.tare
        if seen.fault is not None:
            return Weight(0, stable=False, tare=tare)
        if seen.grams is not None:
            self._grams = seen.grams
        return Weight(self._grams, stable=settled, tare=tare)
