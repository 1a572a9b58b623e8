"""Live notices to screens: what changed, so that they read it anew. Never stored: who was away reads everything.

A slow screen never slows a till down: its queue is bounded, the oldest notices go and it is told how many it missed.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable

import msgspec

from edge_node.web import limits

_LOG = logging.getLogger("stayopen.edge")

GOING_AWAY = 1001
"""Close code (RFC 6455): the program stops; connect again."""
SIGNED_OUT = 4401
"""Close code of the application's range: sign in again."""
FULL = 4429
"""Close code of the application's range: too many screens."""


class Notice(msgspec.Struct, frozen=True):
    """One notice. ``kind``: basket | shift | member | rights | claim | reference | stopped | incarnation | link.

    ``hello`` comes first; ``missed`` says how many were dropped. ``device``: one is offered, changed, or works or not.
    ``data`` names what changed under its own name (``member``, ``claim``, ``basket``: hexadecimal) and says how.
    ``reading``: what a scanner, scale or card reader just read, for the screens of its till alone. ``customer``: what
    the customer at ``till`` sees has changed, likewise. ``print``: what became of a paper or drawer of a till.
    """

    kind: str
    data: dict[str, int | str]


OF_TILL = frozenset({"customer"})
"""Kinds that are only for the screens of the till they name; of those that wait one is enough."""

Listener = Callable[[Notice], None]


class Screen:
    """One connected screen's queue, bound to the digest of the token it signed in with, and to its till.

    ``kinds``: the only notices it may hear; None: all of them.
    """

    def __init__(self, token: str, till: str = "", kinds: frozenset[str] | None = None) -> None:
        self.token = token
        self.till = till
        self._kinds = kinds
        self.closed = 0
        self._waiting: deque[tuple[Notice, str]] = deque(maxlen=limits.NOTICES_WAITING)
        self._missed = 0
        self._wake = asyncio.Event()

    def put(self, notice: Notice, newest: str = "") -> None:
        """Queue a notice; when the queue is full the oldest goes. ``newest``: it replaces one that waits under it."""
        if self._kinds is not None and notice.kind not in self._kinds:
            return
        if newest:
            for waiting in self._waiting:
                if waiting[1] == newest:
                    self._waiting.remove(waiting)
                    break
        if len(self._waiting) == limits.NOTICES_WAITING:
            self._missed += 1
        self._waiting.append((notice, newest))
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
        return self._waiting.popleft()[0] if self._waiting else None


class Notices:
    """The hub, for the event loop alone: what is published goes to every screen that listens."""

    def __init__(self) -> None:
        self._screens: set[Screen] = set()
        self._listeners: list[Listener] = []

    def __len__(self) -> int:
        return len(self._screens)

    def open(self, token: str, till: str = "", kinds: frozenset[str] | None = None) -> Screen | None:
        """Add a till's screen, which hears these kinds or all; None when there are too many, or of this sign-in."""
        own = sum(screen.token == token for screen in self._screens)
        if len(self._screens) >= limits.SCREENS or own >= limits.SCREENS_OF_ONE:
            return None
        screen = Screen(token, till, kinds)
        self._screens.add(screen)
        return screen

    def leave(self, screen: Screen) -> None:
        """Take a screen away."""
        self._screens.discard(screen)

    def publish(self, kind: str, **data: int | str) -> None:
        """Tell every screen, or its till's (``OF_TILL``); call it after the commit. `data` holds nothing personal."""
        if kind in OF_TILL:
            self.post(Notice(kind, data), till=str(data["till"]), newest=kind)
        else:
            self.post(Notice(kind, data))

    def post(self, notice: Notice, *, till: str = "", newest: str = "") -> None:
        """Tell the screens of one till ("": every screen); ``newest``: of what waits under this name one is enough."""
        for screen in self._screens:
            if not till or screen.till == till:
                screen.put(notice, newest)
        for listener in self._listeners:
            try:
                listener(notice)
            except Exception as error:
                _LOG.error("a listener failed at a notice %s: %s", notice.kind, type(error).__name__)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every notice, whomever it is for; it may not wait. Call what is returned to end it."""
        self._listeners.append(listener)

        def leave() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return leave

    def close(self, token: str | None = None) -> None:
        """Close the screens of a sign-in that ended, or all of them when the program stops."""
        for screen in tuple(self._screens):
            if token is None or screen.token == token:
                screen.close(GOING_AWAY if token is None else SIGNED_OUT)
