"""A browser of one's own, which ends as a power cut ends it: no page is closed, no store is written out."""

import asyncio
import os
import re
import signal
from contextlib import asynccontextmanager

from chromium import FLAGS, find
from till_page import TillPage

START_S = 60
WITHOUT_WORKER = "delete Navigator.prototype.serviceWorker"
"""What passes through a service worker is not seen by a test that stands in its way."""


@asynccontextmanager
async def killable(playwright, api, name, profile):
    """Start a browser with a profile that is kept; give its tab at the till `name`; kill it at the end."""
    process = await asyncio.create_subprocess_exec(
        find(),
        *FLAGS,
        "--remote-debugging-port=0",
        f"--user-data-dir={profile}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    drain = None
    try:
        address = await asyncio.wait_for(_devtools(process), START_S)
        drain = asyncio.create_task(process.stderr.read())
        browser = await playwright.chromium.connect_over_cdp(address)
        (page,) = browser.contexts[0].pages
        await page.set_viewport_size({"width": 1366, "height": 768})
        await page.add_init_script(f"localStorage['stayopen.till'] ??= '{name}'; {WITHOUT_WORKER}")
        yield TillPage(page, api.removesuffix("api/v1"), name)
        gone = asyncio.Event()
        browser.on("disconnected", lambda _: gone.set())
        os.killpg(process.pid, signal.SIGKILL)
        await gone.wait()
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        if drain is not None:
            await drain


async def _devtools(process):
    """Read on its error output where it listens."""
    async for line in process.stderr:
        if found := re.search(rb"DevTools listening on (ws://\S+)", line):
            return found.group(1).decode()
    raise AssertionError("the browser ended")
