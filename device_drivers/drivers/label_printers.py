"""Label printers that speak TSPL or ZPL, over TCP, USB or a serial line."""

import asyncio
import contextlib
from abc import abstractmethod
from typing import ClassVar

from device_drivers import limits
from device_drivers.errors import AskPersonError, Code, DeviceError, RetryError
from device_drivers.interfaces.device import Health, Kind
from device_drivers.interfaces.label_printer import LabelPrinter
from device_drivers.paper import label_geometry
from device_drivers.paper.label import Element, Label
from device_drivers.paper.model import Picture
from device_drivers.protocols import tspl, zpl
from device_drivers.protocols.label_parts import LabelStatus
from device_drivers.supported import Ask, Option, Options, Supported
from device_drivers.transports.base import Transport, within


class _StatusPrinter(LabelPrinter):
    """What both languages have in common: ask, print, ask until it is printed.

    ``answers``: the printer answers questions; one that does not is trusted to print what the line took.
    """

    _ask: ClassVar[bytes]
    _cancel: ClassVar[bytes]

    def __init__(self, transport: Transport, *, dots_per_mm: int = 8, answers: bool = True) -> None:
        self.dots_per_mm = dots_per_mm
        self._transport = transport
        self._answers = answers

    @abstractmethod
    def _job(self, label: Label, picture: Picture, copies: int) -> bytes:
        """Encode a job."""

    @abstractmethod
    def _native(self, element: Element) -> bool:
        """Whether the printer draws it."""

    @abstractmethod
    async def _status(self) -> LabelStatus:
        """Wait for the answer to a question that was sent."""

    async def open(self) -> None:
        """Open the line, and let the printer forget what an earlier line may have left half done."""
        await within(limits.OPEN_S, self._transport.open())
        await within(limits.ASK_S, self._transport.write(self._cancel))

    async def close(self) -> None:
        """Let the line go."""
        await self._transport.close()

    async def check_health(self) -> Health:
        """Ask for the status; a printer that never answers is well while its line stands."""
        return Health((await self._asked()).trouble)

    async def print_label(self, label: Label, copies: int = 1) -> None:
        """Print and wait until the printer says that it did."""
        label_geometry.check(label, copies)
        job = await asyncio.to_thread(self._made, label, copies)
        self._check(await self._asked(), begun=False)
        try:
            await within(limits.WRITE_S + len(job) / limits.LABEL_BYTES_PER_S, self._transport.write(job))
            async with asyncio.timeout(limits.PRINTED_S + limits.LABEL_S * copies):
                await self._printed()
        except TimeoutError:
            raise RetryError(Code.TIMEOUT, begun=True) from None
        except DeviceError as error:
            error.begun = True
            raise

    def _made(self, label: Label, copies: int) -> bytes:
        """Draw and encode, on a thread: it takes some hundredths of a second."""
        from device_drivers.paper.picture import label_picture  # noqa: PLC0415 - loads Pillow

        picture = label_picture(label, self.dots_per_mm, lambda element: not self._native(element))
        return self._job(label, picture, copies)

    async def _asked(self) -> LabelStatus:
        """Ask for the status. RetryError ``device_timeout``."""
        if not self._answers:
            return LabelStatus(busy=False)
        await within(limits.ASK_S, self._transport.write(self._ask))
        return await within(limits.ASK_S, self._status())

    async def _printed(self) -> None:
        """Wait until it stands still: twice, for a job may begin a moment after it came."""
        still = 0
        while self._answers and still < 2:
            await asyncio.sleep(limits.LABEL_ASK_AGAIN_S)
            status = await self._asked()
            if status.trouble is not None:
                # what is not printed yet must not come out later, when the job is printed again
                with contextlib.suppress(DeviceError):
                    await within(limits.ASK_S, self._transport.write(self._cancel))
            self._check(status, begun=True)
            still = 0 if status.busy else still + 1

    def _check(self, status: LabelStatus, *, begun: bool) -> None:
        if status.trouble is not None:
            raise AskPersonError(status.trouble, begun=begun, reason=status.reason)


class TsplPrinter(_StatusPrinter):
    """A TSPL printer. ``direction``, ``density``: see ``tspl.Setup``."""

    _ask = tspl.ASK
    _cancel = tspl.CANCEL

    def __init__(
        self,
        transport: Transport,
        *,
        dots_per_mm: int = 8,
        answers: bool = True,
        direction: int = 1,
        density: int = 8,
    ) -> None:
        super().__init__(transport, dots_per_mm=dots_per_mm, answers=answers)
        self._setup = tspl.Setup(dots_per_mm, direction, density)

    def _job(self, label: Label, picture: Picture, copies: int) -> bytes:
        return tspl.encode(label, picture, copies, self._setup)

    def _native(self, element: Element) -> bool:
        return tspl.native(element)

    async def _status(self) -> LabelStatus:
        """Take the newest byte: an answer that came too late for its question is older than this one."""
        return tspl.status((await self._transport.read())[-1])


class ZplPrinter(_StatusPrinter):
    """A ZPL printer."""

    _ask = zpl.ASK
    _cancel = zpl.CANCEL

    def _job(self, label: Label, picture: Picture, copies: int) -> bytes:
        return zpl.encode(label, picture, copies, self.dots_per_mm)

    def _native(self, element: Element) -> bool:
        return zpl.native(element)

    async def _status(self) -> LabelStatus:
        """Read until the answer is whole."""
        reader = zpl.StatusReader()
        while (status := reader.feed(await self._transport.read())) is None:
            pass
        return status


def _tspl(transport: Transport, options: Options) -> LabelPrinter:
    return TsplPrinter(
        transport,
        dots_per_mm=int(options["dots_per_mm"]),
        answers=options["answers"] == "yes",
        direction=int(options["direction"]),
        density=int(options["density"]),
    )


def _zpl(transport: Transport, options: Options) -> LabelPrinter:
    return ZplPrinter(transport, dots_per_mm=int(options["dots_per_mm"]), answers=options["answers"] == "yes")


_COMMON = (
    Option("dots_per_mm", 8, (8, 12)),
    Option("answers", "yes", ("yes", "no")),
)

SUPPORTED = (
    Supported(
        "tspl",
        Kind.LABEL_PRINTER,
        ("标签打印机(TSPL 指令)", "Label printer (TSPL)"),
        ("usb", "tcp", "serial"),
        _tspl,
        "TSPL/TSPL2 Programming Language, TSC Auto ID",
        ("TSC TTP-244 Pro", "TSC TE244", "佳博 GP-1324D", "佳博 GP-1924D", "Xprinter XP-365B", "HPRT LPQ58"),
        (*_COMMON, Option("direction", 1, (0, 1)), Option("density", 8, low=0, high=15)),
        usb=((0x1203, None),),
        ask=Ask(tspl.ASK, tspl.is_status),
        languages=("tspl", "tspl2"),
    ),
    Supported(
        "zpl",
        Kind.LABEL_PRINTER,
        ("标签打印机(ZPL 指令)", "Label printer (ZPL)"),
        ("usb", "tcp", "serial"),
        _zpl,
        "ZPL II Programming Guide, Zebra",
        ("Zebra GK420", "Zebra GK888", "Zebra ZD420", "Zebra ZD888"),
        _COMMON,
        usb=((0x0A5F, None),),
        languages=("zpl", "zpl ii", "zpl2"),
    ),
)
