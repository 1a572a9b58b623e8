"""Waiting for what other threads and tasks do, where nothing announces it."""

import asyncio


async def eventually(holds):
    """Look until `holds()` (or what it returns, awaited) is true; AssertionError after some seconds."""
    for _ in range(2000):
        answer = holds()
        if await answer if asyncio.iscoroutine(answer) else answer:
            return
        await asyncio.sleep(0.002)
    raise AssertionError("it never came about")
