"""``stayopen devices capture``: what a real device and its driver say to each other, kept as a fixture for tests.

The driver asks the device how it is; with ``--test`` it also prints its test page, opens the drawer or shows a text;
what scanners, card readers and scales say of themselves is heard for a while. The file is one that
``device_drivers.capture.Replay`` plays.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TextIO, TypeVar

from device_drivers import registry
from device_drivers.capture import Recorder
from device_drivers.errors import DeviceError
from device_drivers.interfaces.device import Device, Reading
from device_drivers.interfaces.input_devices import MSR, Scanner, SmartCardRW
from device_drivers.interfaces.scale import Scale
from device_drivers.transports.opening import transport
from edge_node.devices import trial
from edge_node.devices.ports import Role
from edge_node.runtime import ticks_ms
from stayopen.output import OK, Parser, Refusal, command

_T = TypeVar("_T")

SPEAKERS = (Scanner, Scale, MSR, SmartCardRW)
"""Devices that give readings."""


def add_capture_arguments(group: Parser) -> None:
    """Declare the command."""
    made = command(group, "capture", "record what a real device says, as a fixture for tests", _capture)
    made.add_argument("address", metavar="ADDRESS", help="e.g. tcp://192.168.1.50:9100, serial:/dev/ttyUSB0")
    made.add_argument("file", type=Path, metavar="FILE", help="where it is written; it must not exist yet")
    drivers = [one.driver for one in registry.SUPPORTED]
    made.add_argument("--driver", required=True, choices=drivers, metavar="DRIVER", help=", ".join(drivers))
    made.add_argument("--test", action="store_true", help="print a test page, open the drawer, show a text, weigh")
    made.add_argument("--drawer", action="store_true", help="with --test: open a printer's drawer instead of printing")
    made.add_argument("--seconds", type=float, default=10.0, help="how long readings are heard (default: 10)")


class _Alone:
    """The device manager of ``trial``, for one device that is open."""

    def __init__(self, device: Device) -> None:
        self._device = device

    def of_role(self, role: Role, till: str) -> tuple[bytes, ...]:
        """No device has work here."""
        _ = role, till
        return ()

    async def use(self, device: bytes, act: Callable[[Device], Awaitable[_T]], seconds: float) -> _T:
        """Act with the one there is."""
        _ = device
        async with asyncio.timeout(seconds):
            return await act(self._device)


def _capture(args: argparse.Namespace) -> int:
    """Record."""
    try:
        args.file.touch(mode=0o600, exist_ok=False)  # a recording holds cards and receipts
        with args.file.open("w", encoding="utf-8") as file:
            asyncio.run(_record(args, file))
    except FileExistsError:
        raise Refusal(f"{args.file} exists already") from None
    except OSError as error:
        raise Refusal(f"cannot write {args.file}: {error.strerror}") from None
    except (DeviceError, TimeoutError) as error:
        raise Refusal(f"the device failed, what it said until then lies in {args.file}: {error}") from None
    print(f"recorded: {args.file}")
    return OK


async def _record(args: argparse.Namespace, file: TextIO) -> None:
    supported = registry.by_name(args.driver)
    inner = transport(args.address, supported.serial)
    recorder = Recorder(inner, args.driver, file.write, ticks_ms)
    device = registry.make(args.driver, recorder, {})
    try:
        await device.open()
        health = await device.check_health()
        print(f"health: {health.trouble or 'works'} {health.warning}".rstrip())
        if args.test:
            tried = await trial.try_out(_Alone(device), b"", supported.title[1], drawer=args.drawer)
            print(f"tried: {tried.did} {tried.weight or ''}".rstrip())
        if isinstance(device, SPEAKERS):
            await _hear(device.next_reading, args.seconds)
    finally:
        await device.close()


async def _hear(next_reading: Callable[[], Awaitable[Reading]], seconds: float) -> None:
    """Say each reading until the time is over."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                print(await next_reading(), flush=True)
    except TimeoutError:
        return
