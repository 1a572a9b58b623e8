"""Asking a thing politely what it speaks: three bytes that nothing prints and no drawer opens on.

Only for TCP and the USB printer class, only what ``matching`` found likely, and only with a driver's ``ask``. Never on
a serial line.
"""

from collections.abc import Callable, Iterable

from device_drivers import limits, registry
from device_drivers.errors import DeviceError
from device_drivers.supported import Ask
from device_drivers.transports.base import Transport, within

LINES = ("tcp://", "usb:")
"""Addresses that may be asked."""


async def ask(address: str, drivers: Iterable[str], line: Callable[[str], Transport]) -> str:
    """Ask for each driver in turn; return the first that knows the answer, "" when nobody answered so.

    `line`: makes the transport of an address. Ends by itself: a connection and a second for each driver.
    """
    if not address.startswith(LINES):
        return ""
    for name in drivers:
        question = registry.by_name(name).ask
        if question is not None and await answers(line(address), question):
            return name
    return ""


async def answers(transport: Transport, question: Ask) -> bool:
    """Whether the thing answers as this driver's devices do; a line that fails is a no."""
    try:
        await within(limits.OPEN_S, transport.open())
        await within(limits.ASK_S, transport.write(question.question))
        return await within(limits.ASK_S, _hear(transport, question))
    except DeviceError:
        return False
    finally:
        await transport.close()


async def _hear(transport: Transport, question: Ask) -> bool:
    """Read until the answer is known, or is longer than any answer."""
    heard = b""
    while len(heard) < limits.POLITE_ANSWER:
        heard += await transport.read()
        if question.knows(heard):
            return True
    return False
