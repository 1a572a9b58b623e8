"""Trying a device out: a page, a label, a pulse, a text, a weight show whether it is the right one, set up rightly."""

from typing import NamedTuple

from device_drivers import limits as drivers
from device_drivers.errors import Code, StopError
from device_drivers.interfaces.cash_drawer import CashDrawer
from device_drivers.interfaces.device import Device, Weight
from device_drivers.interfaces.label_printer import LabelPrinter
from device_drivers.interfaces.line_display import LineDisplay
from device_drivers.interfaces.pos_printer import POSPrinter
from device_drivers.interfaces.scale import Scale
from device_drivers.paper.label import Label, LabelBarcode, LabelText
from device_drivers.paper.model import Paper
from edge_node.devices.papers.making import test_page
from edge_node.devices.ports import Devices
from edge_node.ledger.paper_settings import PaperSettings

PRINT_S = drivers.WRITE_S + drivers.PRINTED_S
"""A test page is short, but the printer may have to be asked and to warm up first."""
ACT_S = 10.0
"""Anything else: a pulse takes a moment, a weight has to settle."""

_PLAIN = PaperSettings()


class Tried(NamedTuple):
    """What was done. ``did``: page | label | drawer | text | weight | asked; ``weight`` of a scale."""

    did: str
    weight: Weight | None = None


async def try_out(
    devices: Devices, device: bytes, name: str, *, drawer: bool = False, papers: PaperSettings = _PLAIN
) -> Tried:
    """Let a device show that it works; DeviceError as ``Devices.use``.

    `papers`: how the chain wants its papers. `drawer`: open the drawer on a printer's port instead of printing;
    whoever calls this has it written down before.
    """

    async def act(opened: Device) -> Tried:
        match opened:
            case POSPrinter() if drawer:
                await opened.open_drawer()
                return Tried("drawer")
            case POSPrinter():
                await opened.print_paper(page(name, opened.columns, papers))
                return Tried("page")
            case LabelPrinter():
                await opened.print_label(label(name))
                return Tried("label")
            case CashDrawer():
                await opened.open_drawer()
                return Tried("drawer")
            case LineDisplay():
                await opened.display_text(("StayOpen", "0123456789 ABCDEF"[: opened.columns]))
                return Tried("text")
            case Scale():
                return Tried("weight", await opened.read_weight())
            case _:
                await opened.check_health()
                return Tried("asked")

    return await devices.use(device, act, PRINT_S)


async def weigh(devices: Devices, device: bytes) -> Weight:
    """Wait for a stable weight; StopError ``not_supported`` for what is no scale."""
    return await devices.use(device, lambda opened: _scale(opened).read_weight(), ACT_S)


async def tare(devices: Devices, device: bytes) -> None:
    """Take what lies on a scale as tare."""
    await devices.use(device, lambda opened: _scale(opened).tare(), ACT_S)


async def zero(devices: Devices, device: bytes) -> None:
    """Take what lies on a scale as zero."""
    await devices.use(device, lambda opened: _scale(opened).zero_scale(), ACT_S)


def page(name: str, columns: int, settings: PaperSettings = _PLAIN) -> Paper:
    """Return a page that shows whatever can be wrong: width, Chinese, a rare character, amounts, codes, the knife."""
    return test_page(settings, name, columns)


def label(name: str) -> Label:
    """Return a label of 40 by 30 mm with text up to its edges, and a code to be scanned."""
    return Label(
        400,
        300,
        (
            LabelText(20, 20, 40, "标签测试 Test", bold=True),
            LabelText(20, 70, 30, name, width=360),
            LabelText(20, 110, 60, "¥12.80", bold=True),
            LabelBarcode(40, 190, 80, "6901234567892", "ean13"),
        ),
    )


def _scale(opened: Device) -> Scale:
    if not isinstance(opened, Scale):
        raise StopError(Code.NOT_SUPPORTED)
    return opened
