"""What a node tells HQ of itself, and when: at once, when something a person would look at changed, and now and then.

Times of a session are ticks (ms that never step); what is told bears the node's clock.
"""

from collections.abc import Sequence

from commerce.reference import MEMBERS_FEED
from edge_node.ledger import incarnations, link_state
from edge_node.ledger.apply import positions
from edge_node.ledger.node import Node
from edge_node.storage.database import Connection
from edge_node.sync import limits
from sync_protocol import limits as protocol
from sync_protocol.messages import BlockList, DeviceState, Health

Devices = tuple[DeviceState, ...]


def no_devices() -> Devices:
    """Devices of a node that looks after none."""
    return ()


class Telling:
    """What one session was told last, and when."""

    def __init__(self) -> None:
        self._looked_at: int | None = None
        self._told_at: int | None = None
        self._told: tuple[object, ...] = ()

    def look(self, ticks: int) -> bool:
        """Whether it is time to measure again: it costs a few reads, and pushes come in bursts."""
        told_lately = self._told_at is not None and ticks - self._told_at < protocol.HEALTH_PAUSE_MS
        looked_lately = self._looked_at is not None and ticks - self._looked_at < limits.TICK_MS
        if told_lately or looked_lately:
            return False
        self._looked_at = ticks
        return True

    def worth(self, health: Health, ticks: int) -> bool:
        """Whether what was measured is to be told now; then it counts as told.

        Entries wait for a moment after every sale: they are a change only once they wait as long as a stalled line's.
        """
        behind = bool(health.oldest) and health.at - health.oldest > protocol.STALL_MS
        seen = (behind, health.devices)
        due = self._told_at is None or ticks - self._told_at >= protocol.HEALTH_EVERY_MS
        if not due and seen == self._told:
            return False
        self._told_at, self._told = ticks, seen
        return True


def measure(conn: Connection, node: Node, devices: Sequence[DeviceState], now: int) -> Health:
    """Say how this node is; `devices` that do not work come first where there are too many."""
    at = positions(conn).get(MEMBERS_FEED)
    told = sorted(devices, key=lambda device: device.works)[: protocol.MAX_HEALTH_DEVICES]
    return Health(
        at=max(now, 0),
        head=incarnations.current(conn).seq,
        oldest=max(link_state.state(conn, node).oldest_unsent_at, 0),
        blocks=None if at is None else BlockList(*at, link_state.blocks_at(conn)),
        devices=tuple(told),
    )
