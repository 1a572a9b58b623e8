"""Live notices to screens: what changed, so that they read it anew. Never stored: who was away reads everything.

A slow screen never slows a till down: its queue is bounded, the oldest notices go and it is told how many it missed.
"""

import asyncio
from collections import deque

import msgspec

from edge_node.web import limits

GOING_AWAY = 1001
"""Close code (RFC 6455): the program stops; connect again."""
SIGNED_OUT = 4401
"""Close code of the application's range: sign in again."""
FULL = 4429
"""Close code of the application's range: too many screens."""


class Notice(msgspec.Struct, frozen=True):
    """One notice. ``kind``: basket | shift | member | rights | claim | reference | stopped | incarnation | link.

    ``hello`` comes first; ``missed`` says how many were dropped.
    ``data`` names what changed under its own name (``member``, ``claim``, ``basket``: hexadecimal) and says how.
    """

    kind: str
    data: dict[str, int | str]


class Screen:
    """One connected screen's queue, bound to the digest of the token it signed in with."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.closed = 0
        self._waiting: deque[Notice] = deque(maxlen=limits.NOTICES_WAITING)
        self._missed = 0
        self._wake = asyncio.Event()

    def put(self, notice: Notice) -> None:
        """Queue a notice; when the queue is full the oldest goes."""
        if len(self._waiting) == limits.NOTICES_WAITING:
            self._missed += 1
        self._waiting.append(notice)
        self._wake.set()

    def close(self, code: int) -> None:
        """End the screen with a WebSocket close code: ``next`` returns what still waits, then None."""
        self.closed = self.closed or code
        self._wake.set()

    async def next(self) -> Notice | None:
        """Wait for the next notice; None when the screen was closed."""
        while not self._waiting and not self.closed:
            self._wake.clear()
            await self._wake.wait()
        if self._missed:
            missed, self._missed = self._missed, 0
            return Notice("missed", {"count": missed})
        return self._waiting.popleft() if self._waiting else None


class Notices:
    """The hub, for the event loop alone: what is published goes to every screen that listens."""

    def __init__(self) -> None:
        self._screens: set[Screen] = set()

    def __len__(self) -> int:
        return len(self._screens)

    def open(self, token: str) -> Screen | None:
        """Add a screen; None when there are too many."""
        if len(self._screens) >= limits.SCREENS:
            return None
        screen = Screen(token)
        self._screens.add(screen)
        return screen

    def leave(self, screen: Screen) -> None:
        """Take a screen away."""
        self._screens.discard(screen)

    def publish(self, kind: str, **data: int | str) -> None:
        """Tell every screen; call it after the commit. `data` holds ids and numbers, nothing personal."""
        notice = Notice(kind, data)
        for screen in self._screens:
            screen.put(notice)

    def close(self, token: str | None = None) -> None:
        """Close the screens of a sign-in that ended, or all of them when the program stops."""
        for screen in tuple(self._screens):
            if token is None or screen.token == token:
                screen.close(GOING_AWAY if token is None else SIGNED_OUT)
