"""Two sessions joined in memory: the shortest transport there is, for replays, simulators and tests.

The driver of each end is a function that answers events by commands, as a WebSocket driver would.
"""

from collections import deque
from collections.abc import Callable

from sync_protocol.events import HqEvent, NodeEvent
from sync_protocol.hq_session import HQSession
from sync_protocol.node_session import NodeSession


class Pump:
    """Carries wire messages both ways, one at a time, in order per direction."""

    def __init__(
        self,
        node: NodeSession,
        hq: HQSession,
        on_node: Callable[[NodeEvent], None],
        on_hq: Callable[[HqEvent], None],
    ) -> None:
        self.node = node
        self.hq = hq
        self.to_hq: deque[bytes] = deque()
        self.to_node: deque[bytes] = deque()
        self.bytes_up = 0
        self.bytes_down = 0
        self._on_node = on_node
        self._on_hq = on_hq

    def start(self) -> None:
        """Begin both sessions."""
        self.node.start()
        self.hq.start()

    def collect(self) -> bool:
        """Put what both ends want to send on the line; tell whether anything is on the line."""
        up, down = self.node.outgoing(), self.hq.outgoing()
        self.to_hq.extend(up)
        self.to_node.extend(down)
        self.bytes_up += sum(map(len, up))
        self.bytes_down += sum(map(len, down))
        return bool(self.to_hq or self.to_node)

    def deliver_to_hq(self, hq_now: int) -> None:
        """Hand the oldest message on the line to HQ, and its events to HQ's driver."""
        for event in self.hq.receive(self.to_hq.popleft(), hq_now):
            self._on_hq(event)

    def deliver_to_node(self, node_now: int) -> None:
        """Hand the oldest message on the line to the node, and its events to the node's driver."""
        for event in self.node.receive(self.to_node.popleft(), node_now):
            self._on_node(event)

    def run(self, now: int) -> None:
        """Carry messages until both ends are silent. `now`: ms since 1970, the same for both ends."""
        while self.collect():
            if self.to_hq:
                self.deliver_to_hq(now)
            if self.to_node:
                self.deliver_to_node(now)
