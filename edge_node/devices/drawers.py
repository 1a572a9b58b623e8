"""Drawers are opened at once and at most once: the spooler takes it off the job durably before this is asked.

It goes to the till's drawer, else to the port of its first receipt printer, and to no other: a paper may come out of
the next counter's printer, a drawer of the next counter must not open.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from device_drivers.errors import Code, DeviceError, StopError
from device_drivers.interfaces.cash_drawer import CashDrawer
from device_drivers.interfaces.device import Device
from device_drivers.interfaces.pos_printer import POSPrinter
from edge_node import limits as bounds
from edge_node.devices import limits
from edge_node.devices.ports import Devices, Role

_LOG = logging.getLogger("stayopen.devices")


class Clock(NamedTuple):
    """Time from outside. ``now``: ms since 1970; ``sleep``: seconds."""

    now: Callable[[], int]
    sleep: Callable[[float], Awaitable[None]]


def drawer_of(devices: Devices, till: str) -> bytes | None:
    """Return what opens a till's drawer; None without any."""
    for role in (Role.DRAWER, Role.RECEIPT):
        for device in devices.of_role(role, till)[:1]:
            return device
    return None


async def open_drawer(devices: Devices, clock: Clock, device: bytes, since: int) -> str:
    """Open a drawer that was asked for at `since` (ms); return "" or the code of what was in the way.

    Tried again for as long as it would still be expected, but only while it is certain that no pulse was sent.
    """
    trouble: Code = Code.TIMEOUT
    while 0 < (left := since + bounds.PULSE_AGE_MS - clock.now()) <= bounds.PULSE_AGE_MS:
        try:
            await devices.use(device, _open, left / 1000)
        except DeviceError as error:
            trouble = error.code
            if error.begun or isinstance(error, StopError):
                break
        else:
            return ""
        await clock.sleep(limits.PULSE_AGAIN_S)
    _LOG.warning("drawer not opened device=%s code=%s", device.hex()[:8], trouble.value)
    return trouble.value


async def _open(device: Device) -> None:
    if not isinstance(device, POSPrinter | CashDrawer):
        raise StopError(Code.NOT_SUPPORTED)
    await device.open_drawer()
