"""The one list of what is supported: every module in ``drivers`` that has a ``SUPPORTED`` is in it.

So a new driver is one new file. Importing a driver module must be cheap: what it needs for its work only (Pillow,
escpos, smartcard) is imported when it works; ``tests/device_drivers/test_registry.py`` sees to that.

``python -m device_drivers.registry`` prints the list as the Markdown that stands in ``docs/devices.md``.
"""

import importlib
import pkgutil
import sys
from collections.abc import Iterable

from device_drivers import drivers
from device_drivers.errors import Code, StopError
from device_drivers.interfaces.device import Device, Kind
from device_drivers.supported import Options, Supported, complete
from device_drivers.transports.base import Transport


def gather(names: Iterable[str]) -> tuple[Supported, ...]:
    """Import the modules and join their lists; ValueError when two drivers have one name: a defect of the source."""
    found: dict[str, Supported] = {}
    for name in names:
        for one in getattr(importlib.import_module(name), "SUPPORTED", ()):
            if one.driver in found:
                message = f"{name} has another driver named {one.driver}"
                raise ValueError(message)
            found[one.driver] = one
    return tuple(sorted(found.values(), key=lambda one: (list(Kind).index(one.kind), one.driver)))


def modules() -> list[str]:
    """List the driver modules, in the order of their names."""
    return sorted(f"{drivers.__name__}.{found.name}" for found in pkgutil.iter_modules(drivers.__path__))


SUPPORTED: tuple[Supported, ...] = gather(modules())
"""All drivers, by kind and name."""

_BY_NAME = {one.driver: one for one in SUPPORTED}


def by_name(driver: str) -> Supported:
    """Return a driver's entry; StopError ``not_supported``."""
    found = _BY_NAME.get(driver)
    if found is None:
        raise StopError(Code.NOT_SUPPORTED, driver=driver[:32])
    return found


def make(driver: str, transport: Transport, options: Options) -> Device:
    """Make a device of `driver` on `transport`; StopError ``not_supported``, ``bad_option``."""
    supported = by_name(driver)
    return supported.make(transport, complete(supported, options))


def for_usb(vendor: int, product: int) -> tuple[Supported, ...]:
    """List the drivers for a USB device; those that name the product before those that name only its vendor."""
    exact = [one for one in SUPPORTED if (vendor, product) in one.usb]
    whole = [one for one in SUPPORTED if (vendor, None) in one.usb and one not in exact]
    return (*exact, *whole)


def markdown(supported: Iterable[Supported] = SUPPORTED) -> str:
    """Write the list as a Markdown table, one row a driver."""
    rows = ["| kind | driver | what it is | lines | models | source |", "| --- | --- | --- | --- | --- | --- |"]
    for one in supported:
        chinese, english = one.title
        models = ", ".join(one.models) or "–"
        title = f"{chinese} · {english}"
        rows.append(f"| {one.kind} | `{one.driver}` | {title} | {', '.join(one.lines)} | {models} | {one.manual} |")
    return "\n".join(row.replace("\n", " ") for row in rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(markdown())
