"""What the parts of this room need of each other: the spooler and the customer display see the manager only so."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from device_drivers.interfaces.device import Device
from edge_node.devices.health import State
from edge_node.devices.readings import Past
from edge_node.ledger.device_roles import Role

__all__ = ["Devices", "Role", "Watched"]

_T = TypeVar("_T")


class Devices(Protocol):
    """The device manager as its users see it."""

    def of_role(self, role: Role, till: str) -> tuple[bytes, ...]:
        """List the devices that do this for `till`, the first choice first: the till's own, then those of all tills."""

    async def use(self, device: bytes, act: Callable[[Device], Awaitable[_T]], seconds: float) -> _T:
        """Run `act` with the opened device, alone with it, for so long at most.

        Waits for whoever uses it now; that wait counts. DeviceError ``device_offline`` while it cannot be opened,
        ``device_timeout``, ``driver_failed`` when the driver raised something else. Never blocks another device.
        """


class Watched(Devices, Protocol):
    """The manager as the tills' API sees it."""

    def state(self, device: bytes) -> State:
        """Return how a device was when last seen."""

    async def ask(self, device: bytes) -> State:
        """Ask a device how it is; DeviceError when it cannot be asked."""

    def in_trouble(self) -> int:
        """Count the accepted devices that do not work."""

    def readings(self, device: bytes) -> tuple[Past, ...]:
        """List what a device read lately, the newest first."""

    def wake(self) -> None:
        """Devices or their work were changed in the ledger."""
