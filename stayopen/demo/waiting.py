"""Waiting by asking: until something holds, with a deadline, never for a fixed time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from stayopen.demo import limits

_T = TypeVar("_T")


class TooLateError(Exception):
    """Something did not come to hold in time; the text says what was waited for, and what was seen last."""


async def until(
    ask: Callable[[], Awaitable[_T | None]],
    what: str,
    seconds: float = limits.SETTLE,
    *,
    every: float = limits.ASK_AGAIN,
) -> _T:
    """Ask until the answer is something (neither None nor False); TooLateError names `what` after `seconds`."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while True:
        answer = await ask()
        if answer is not None and answer is not False:
            return answer
        if loop.time() > deadline:
            raise TooLateError(what)
        await asyncio.sleep(every)
