"""What both ends of a session share: nonces, openings, then sealed frames only (docs/protocol.md, "Sessions").

Sans-I/O: ``receive`` takes one wire message and gives events, ``outgoing`` gives wire messages to send in that order.
One wire message is one binary WebSocket message. A session never raises for what a peer sends: it ends and says so
by an ``Ended`` event. Commands in a wrong state raise ``StateError``: the driver's mistake.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from sync_protocol import limits
from sync_protocol.errors import ProtocolError, RefusalCode, StateError, StopError, action_for
from sync_protocol.events import Ended
from sync_protocol.frames import Frame
from sync_protocol.messages import Error, HqMessage, NodeMessage
from sync_protocol.sealing import OpenedSession, SealedSession
from sync_protocol.wire import encode_message

_Event = TypeVar("_Event")


class State(Enum):
    """What a session waits for."""

    NEW = "new"
    NONCE = "nonce"
    OPENING = "opening"
    HELLO = "hello"
    WELCOME = "welcome"
    READY = "ready"
    USED = "used"
    LIVE = "live"
    CLOSED = "closed"


@dataclass(frozen=True, repr=False)
class Secrets:
    """Fresh randomness for one session, never for another: 32 bytes nonce, 32 bytes data key, 16 bytes session id."""

    nonce: bytes = field()
    data_key: bytes = field()
    session: bytes = field()

    def __post_init__(self) -> None:
        """Check the lengths."""
        lengths = (len(self.nonce), len(self.data_key), len(self.session))
        if lengths != (limits.NONCE, limits.DATA_KEY, limits.ID):
            raise StateError("a session's secrets have the wrong lengths")


class Session:
    """The common core of ``NodeSession`` and ``HQSession``."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._state = State.NEW
        self._in: OpenedSession | None = None
        self._out: SealedSession | None = None
        self._plain: deque[bytes] = deque()
        self._control: deque[bytes] = deque()
        self._batches: deque[bytes] = deque()
        self._farewell: bytes | None = None

    @property
    def state(self) -> State:
        """What is waited for now."""
        return self._state

    @property
    def closed(self) -> bool:
        """Whether the session is over. ``outgoing`` may still hold its last words."""
        return self._state is State.CLOSED

    @property
    def queued(self) -> int:
        """How many small messages wait to be sent."""
        return len(self._control)

    @property
    def silent(self) -> bool:
        """Whether ``outgoing`` has nothing to give now: HQ asks this of hundreds of sessions at each step."""
        return not (self._plain or self._control or self._batches or self._farewell)

    def start(self) -> None:
        """Begin: this side's nonce goes out."""
        self._need(State.NEW)
        self._state = State.NONCE
        self._plain.append(self._secrets.nonce)

    def outgoing(self) -> list[bytes]:
        """Give wire messages to send, in this order, by one writer: all small ones, then at most one batch.

        Call again once they are on the wire, until the list is empty: so a small message waits for one batch at most.
        """
        wire = list(self._plain)
        self._plain.clear()
        if self._out is None:
            return wire
        seal = self._out.frames.seal
        wire += [seal(message).wire for message in self._control]
        self._control.clear()
        if self._batches:
            wire.append(seal(self._batches.popleft()).wire)
        if self._farewell is not None:
            wire.append(seal(self._farewell, last=True).wire)
            self._farewell, self._out = None, None
        return wire

    def close(self, code: RefusalCode = RefusalCode.GOING_AWAY, text: str = "") -> None:
        """End the session and tell the peer why. Nothing more is received; queued batches are dropped."""
        self._end(Error(code=code, text=text[: limits.MAX_TEXT]))

    def _end(self, farewell: NodeMessage | HqMessage) -> None:
        """Enter CLOSED with some last words, if there is a key to seal them."""
        if self.closed:
            return
        self._state = State.CLOSED
        self._batches.clear()
        if self._out is not None:
            self._farewell = encode_message(farewell)

    def _guard(self, step: Callable[[], list[_Event]]) -> list[_Event | Ended]:
        """Run one step of receiving; a fault of the peer ends the session."""
        if self.closed:
            return []
        try:
            return list(step())
        except ProtocolError as error:
            self.close(error.code, error.text)
            return [Ended(error.code, error.text, action_for(error.code), by_peer=False)]

    def _receive_frame(self, data: bytes) -> Frame:
        """Open the next frame of the peer."""
        if self._in is None:
            raise StopError(RefusalCode.UNEXPECTED_MESSAGE, "a frame before the opening")
        return self._in.frames.open(data)

    def _ended_by_peer(self, error: Error) -> Ended:
        """Enter CLOSED because the peer said so."""
        self._state = State.CLOSED
        self._batches.clear()
        self._control.clear()
        return Ended(error.code, error.text, action_for(error.code), by_peer=True)

    def _send(self, message: NodeMessage | HqMessage) -> None:
        """Queue a small message."""
        data = encode_message(message)
        self._control.append(data)

    def _need(self, *states: State) -> None:
        """Insist on the driver calling in one of these states."""
        if self._state not in states:
            raise StateError(f"not in state {self._state.value}")

    @staticmethod
    def _nonce(data: bytes) -> bytes:
        """Check the peer's nonce."""
        if len(data) != limits.NONCE:
            raise StopError(RefusalCode.MALFORMED, "a nonce is 32 bytes")
        return data
