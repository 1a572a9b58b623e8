"""What the web room is handed in: it reaches the network, the clock and entropy through these alone."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from edge_node.devices.papers.source import Means
from edge_node.devices.ports import Watched
from edge_node.discovery.peers import Peer
from edge_node.ledger.node import Node
from edge_node.ledger.price_book import PriceBooks
from edge_node.storage.database import Database
from edge_node.web.notices import Notices


class Runtime(NamedTuple):
    """Time (ms since 1970) and entropy (so many bytes), from ``edge_node.runtime`` or a test."""

    now: Callable[[], int]
    random_bytes: Callable[[int], bytes]

    def new_id(self) -> bytes:
        """Return 16 fresh random bytes."""
        return self.random_bytes(16)


class LinkStatus(NamedTuple):
    """The line to HQ as the link sees it: since when (ms, 0 never) it is up or down; ``alarm``: a stable code or ""."""

    connected: bool
    since: int
    alarm: str = ""


_PLAIN_PAPERS = Means()


class Payments(Protocol):
    """The desk that speaks with payment providers (``edge_node.payments``)."""

    def knows(self, provider: str) -> bool:
        """Whether there is such a provider."""

    def begin(self, payment: bytes, code: str) -> None:
        """Charge whoever showed `code`, for a payment that was just committed."""

    def wake(self) -> None:
        """Something may be wanted: cancelling, giving back."""

    async def settled(self, payment: bytes, timeout_ms: int) -> None:
        """Return when it is known what became of a payment, or when the time is over."""


async def _answered_at_once(no: int, n: int, timeout_ms: int) -> None:
    """A standalone node has nobody to ask."""


async def _nothing_waits() -> bytes | None:
    """A standalone node has nobody to send to."""
    return None


class TrainingWorld(Protocol):
    """The second world in which nothing is real (``edge_node.training``)."""

    @property
    def opened(self) -> "Deps | None":
        """Its means, None while nobody practises."""

    async def admit(self, number: str) -> "Deps":
        """Let a member of staff in whose PIN was checked; the world is made if need be."""


@dataclass(frozen=True, slots=True)
class Deps:
    """Everything that ``build_app`` needs.

    ``node`` is asked at each request, for the incarnation may change. ``digest_key``: 32 bytes that never lie in the
    database and stay over restarts; requests are recognised by digests under it, for they may hold PINs.
    ``names``: names of the public DNS by which tills may reach the node (``web.hosts``).
    ``training``: this is the world in which nothing is real; ``training_world``: the way to it, None inside it.
    ``papers``: what making papers takes; without it their codes are not signed.
    ``devices``: the device manager, None where none runs; ``peers()``: other nodes that are heard in the network.
    ``retry()``: try to reach HQ now, in the event loop. ``bundle()``: what waits for HQ as a file; None: nothing waits.
    ``payments``: the desk that speaks with payment providers, None where there is none.
    ``wait_rights(no, n, timeout_ms)`` returns when the request's row is settled or the time is over.
    """

    database: Database
    books: PriceBooks
    node: Callable[[], Node]
    runtime: Runtime
    digest_key: bytes
    notices: Notices = field(default_factory=Notices)
    committed: Callable[[], None] = lambda: None
    wait_rights: Callable[[int, int, int], Awaitable[None]] = _answered_at_once
    rights_cancelled: Callable[[int, int], None] = lambda _no, _n: None
    witness_frame: Callable[[bytes], bytes | None] = lambda _entry: None
    retry: Callable[[], None] = lambda: None
    bundle: Callable[[], Awaitable[bytes | None]] = _nothing_waits
    link: Callable[[int], LinkStatus] = lambda _now: LinkStatus(connected=False, since=0)
    devices: Watched | None = None
    payments: Payments | None = None
    peers: Callable[[], tuple[Peer, ...]] = tuple
    papers: Means = _PLAIN_PAPERS
    version: str = ""
    training: bool = False
    training_world: TrainingWorld | None = None
    names: frozenset[str] = frozenset()
