"""A headless Chromium over its DevTools protocol, as far as the tests of a page need one."""

import asyncio
import base64
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
"""Where it is; "" on a machine without it."""
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-extensions"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
    *("--disable-breakpad", "--no-default-browser-check", "--remote-debugging-port=0", "--hide-scrollbars"),
)


class Page:
    """One tab. ``complaints``: errors of scripts and breaches of the page's policy."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.complaints: list[str] = []
        self._socket = socket
        self._number = 0
        self._waiting: dict[int, asyncio.Future[Any]] = {}

    async def listen(self) -> None:
        """Take answers and complaints until the socket ends."""
        async for message in self._socket:
            data = message.json()
            waiting = self._waiting.pop(data.get("id", 0), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(data)
            if data.get("method") == "Runtime.exceptionThrown":
                self.complaints.append(str(data["params"]["exceptionDetails"]))
            if data.get("method") == "Log.entryAdded" and data["params"]["entry"]["source"] in {
                "security",
                "javascript",
            }:
                self.complaints.append(data["params"]["entry"]["text"])

    async def send(self, method: str, **params: Any) -> Any:
        """Send a command; return its result."""
        self._number += 1
        waiting: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[self._number] = waiting
        await self._socket.send_json({"id": self._number, "method": method, "params": params})
        answer = await asyncio.wait_for(waiting, 20)
        assert "error" not in answer, answer
        return answer["result"]

    async def open(self, address: str) -> None:
        """Go to an address."""
        await self.send("Page.navigate", url=address)

    async def run(self, script: str) -> Any:
        """Evaluate a script."""
        answer = await self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def until(self, script: str, seconds: float = 15) -> Any:
        """Wait until a script gives something true, also while the page is only coming; TimeoutError."""
        script = f"(() => {{ try {{ return ({script}); }} catch {{ return false; }} }})()"
        async with asyncio.timeout(seconds):
            while not (found := await self.run(script)):  # noqa: ASYNC110 - a page tells when it is asked
                await asyncio.sleep(0.03)
        return found

    async def picture(self) -> bytes:
        """Return what is seen, as PNG."""
        return base64.b64decode((await self.send("Page.captureScreenshot"))["data"])

    async def look(self, width: int, height: int, theme: str) -> None:
        """Set the window and whether the system likes it dark."""
        await self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )
        await self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])


@asynccontextmanager
async def browser(folder: Path) -> AsyncIterator[Page]:
    """Start Chromium with a profile in `folder`, and give its tab."""
    process = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *_FLAGS,
        f"--user-data-dir={folder}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    drain: asyncio.Task[None] | None = None
    try:
        port = await asyncio.wait_for(_devtools(process), 30)
        drain = asyncio.create_task(_drain(process))
        async with ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json") as response:
                tabs = await response.json()
            address = next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
            async with session.ws_connect(address, max_msg_size=0) as socket:
                page = Page(socket)
                listener = asyncio.create_task(page.listen())
                for domain in ("Page", "Runtime", "Log"):
                    await page.send(f"{domain}.enable")
                yield page
                listener.cancel()
                await asyncio.gather(listener, return_exceptions=True)
    finally:
        process.terminate()
        if drain is not None:
            await drain
        await process.wait()


async def _devtools(process: asyncio.subprocess.Process) -> int:
    """Read on its error output where Chromium listens, and let it talk on unheard; return the port."""
    assert process.stderr is not None
    async for line in process.stderr:
        found = re.search(rb"DevTools listening on ws://127\.0\.0\.1:(\d+)/", line)
        if found is not None:
            return int(found.group(1))
    raise AssertionError("Chromium ended")


async def _drain(process: asyncio.subprocess.Process) -> None:
    assert process.stderr is not None
    while await process.stderr.read(65_536):
        pass
