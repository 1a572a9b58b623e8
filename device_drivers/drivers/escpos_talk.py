"""A conversation with one ESC/POS printer over one line: questions with their answers, and none of an earlier one's."""

import asyncio
from collections.abc import Sequence

from device_drivers import limits
from device_drivers.errors import Code, RetryError
from device_drivers.protocols.escpos import status
from device_drivers.protocols.escpos.status import ASK_PRINTED, Answer, Answers, Kind, State
from device_drivers.transports.base import Transport, within

_TRIES = 3
_HEADER = bytes(8)
"""Ends the header of a command that a broken line cut: as sizes of a picture, a question would ask for much of it."""


class Talk:
    """The questions. ``answers_in_sequence``: it was heard to; ``unanswered``: a ``GS r`` may still be answered."""

    def __init__(self, transport: Transport) -> None:
        """`transport`: opened and closed through this."""
        self.answers_in_sequence = False
        self._transport = transport
        self._answers = Answers()
        self.unanswered = False
        self._late = False
        self._noisy = False
        self._heard = 0
        self._astray = True

    async def open(self) -> None:
        """Open the line. RetryError ``device_offline``; StopError ``bad_address``."""
        self._answers.forget()
        self._late = self.unanswered = False
        self._astray = True
        await within(limits.OPEN_S, self._transport.open())

    async def close(self) -> None:
        """Let the line go."""
        await self._transport.close()

    async def send(self, data: bytes) -> None:
        """Hand bytes to the line, as fast as it takes them.

        RetryError ``device_timeout`` for one that takes nothing for `limits.WRITE_S`, or less than the slowest line.
        """
        self._astray = True
        await within(limits.WRITE_S + len(data) / limits.JOB_BYTES_PER_S, self._send(data))
        self._astray = False

    async def _send(self, data: bytes) -> None:
        for start in range(0, len(data), limits.JOB_CHUNK):
            await within(limits.WRITE_S, self._transport.write(data[start : start + limits.JOB_CHUNK]))

    async def state(self, before: int = 0) -> State:
        """Ask how the printer is. `before`: bytes just sent that the question waits behind, on a slow line.

        RetryError ``device_timeout`` when it does not answer, ``device_garbled`` when nothing sensible comes.
        """
        if self._astray:
            await self.send(_HEADER)
        for _ in range(_TRIES):
            await self._hush(limits.ASK_S if self._late else limits.QUIET_S)
            answers = await self._four(limits.ASK_S + before / limits.JOB_BYTES_PER_S)
            if answers is not None:
                return status.state(answers)
        raise RetryError(Code.GARBLED)

    async def _four(self, patience: float) -> Sequence[int] | None:
        answers = []
        for number in range(1, 5):
            answer = await self._real_time(status.ask(number), patience)
            if answer is None:
                return None
            answers.append(answer)
        return answers

    async def _real_time(self, question: bytes, patience: float) -> int | None:
        """Ask one question; None: bytes came that cannot be its answer alone."""
        self._late, self._noisy = True, False
        await self.send(question)
        try:
            answers = await within(patience, self._until(Kind.REAL_TIME))
        except RetryError as error:
            raise RetryError(Code.GARBLED) if self._noisy and error.code is Code.TIMEOUT else error from None
        self._late = False
        values = [answer.value for answer in answers if answer.kind is Kind.REAL_TIME]
        return values[0] if len(values) == 1 and not self._noisy else None

    async def settle(self, patience: float) -> bool:
        """Ask what is answered in sequence until none of our questions is open; False: no answer came.

        An answer to a question of an earlier conversation comes right before that to ours.
        """
        self.unanswered, self.answers_in_sequence = True, False
        await self.send(ASK_PRINTED)
        try:
            await within(patience, self._until(Kind.IN_SEQUENCE))
        except RetryError as error:
            if error.code is not Code.TIMEOUT:
                raise
            return False
        await self._hush(limits.QUIET_S)
        self.unanswered = False
        return True

    async def printed(self, patience: float) -> int:
        """Wait until all that was sent has been printed; return what the paper sensors say. RetryError ``timeout``.

        Only after `settle`: then the next answer is to this question. Noise makes it ask again.
        """
        for _ in range(_TRIES):
            self.unanswered, self._noisy = True, False
            await self.send(ASK_PRINTED)
            answers = await within(patience, self._until(Kind.IN_SEQUENCE))
            values = [answer.value for answer in answers if answer.kind is Kind.IN_SEQUENCE]
            if len(values) == 1 and not self._noisy:
                self.unanswered = False
                return values[0]
            await self._hush(limits.QUIET_S)
        raise RetryError(Code.GARBLED)

    async def _until(self, kind: Kind) -> list[Answer]:
        """Read until an answer of this kind is there; return what came with it. RetryError ``device_garbled``."""
        self._heard = 0
        while True:
            answers = await self._hear()
            if any(answer.kind is kind for answer in answers):
                return answers

    async def _hush(self, quiet: float) -> None:
        """Take what comes until nothing came for so long. RetryError ``device_garbled`` when it never ends."""
        self._heard = 0
        silent = 0
        try:
            async with asyncio.timeout(quiet + limits.ASK_S):
                # Twice half of it: when this machine stands still, one deadline passes with bytes waiting
                while silent < 2:
                    try:
                        await within(quiet / 2, self._hear())
                        silent = 0
                    except RetryError as error:
                        if error.code is not Code.TIMEOUT:
                            raise
                        silent += 1
        except TimeoutError:
            raise RetryError(Code.GARBLED) from None

    async def _hear(self) -> list[Answer]:
        """Read once. RetryError ``device_garbled`` from one that floods: listening to it would slow the shop down."""
        data = await self._transport.read()
        self._heard += len(data)
        if self._heard > limits.FRAME:
            raise RetryError(Code.GARBLED)
        answers = self._answers.feed(data)
        self.answers_in_sequence |= any(answer.kind is Kind.IN_SEQUENCE for answer in answers)
        self._noisy |= any(answer.kind is Kind.GARBLED for answer in answers)
        return answers
