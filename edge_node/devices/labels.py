"""Price and product labels of what the shop sells: from the price book to a label printer, a few copies at a time.

A printer tells that it stopped, not after which copy. So copies are sent in small runs, and what is not known after a
failure is one run at most.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import NamedTuple

from commerce.catalogue import Catalogue, is_gs1
from commerce.errors import InputError, RuleError
from commerce.money import format_money
from commerce.reference import ProductRow
from device_drivers.errors import Code, DeviceError, StopError
from device_drivers.interfaces.device import Device
from device_drivers.interfaces.label_printer import LabelPrinter
from device_drivers.paper import label_geometry
from device_drivers.paper.label import Label
from device_drivers.paper.label_designs import DESIGNS, LabelValues
from device_drivers.paper.label_designs import label as lay_out
from edge_node.devices import limits
from edge_node.devices.ports import Devices, Role, Watched
from edge_node.ledger.paper_settings import Language
from edge_node.ledger.price_book import QUICK_ITEM

__all__ = ["DESIGNS", "Outcome", "Run", "Wanted", "picture", "print_runs", "printer", "product", "runs", "values"]


class _Words(NamedTuple):
    """One language's words. ``kilogram``: what is weighed goes by it unless its unit says otherwise."""

    item: str
    old: str
    kilogram: str


_WORDS: dict[Language, _Words] = {
    "zh-CN": _Words("货号 {}", "原价 {}", "千克"),
    "zh-TW": _Words("貨號 {}", "原價 {}", "公斤"),
    "en": _Words("No. {}", "was {}", "kg"),
}


class Wanted(NamedTuple):
    """Labels of one product. ``old_price``: what it cost before, minor units, 0: none is shown."""

    product: ProductRow
    copies: int = 1
    old_price: int = 0


class Run(NamedTuple):
    """Copies of one label that are sent to the printer at once."""

    label: Label
    copies: int


class Outcome(NamedTuple):
    """How far it came. ``printed``: for certain; ``unsure``: more that may have come out; ``trouble``: why not all."""

    printed: int
    unsure: int = 0
    trouble: DeviceError | None = None


def product(catalogue: Catalogue, item: str) -> ProductRow:
    """Return what is to be labelled; InputError ``unknown_item``, RuleError ``item_inactive``."""
    row = catalogue.item(item)
    if item == QUICK_ITEM:
        raise InputError("unknown_item", item=item)
    if not row.active:
        raise RuleError("item_inactive", item=item)
    return row


def values(row: ProductRow, old_price: int, language: Language) -> LabelValues:
    """Word a product's label: prices are for one unit, which of weighed goods is that of the weight."""
    words = _WORDS[language]
    code = _ean(row.barcodes)
    return LabelValues(
        row.name,
        format_money(row.price, symbol=True),
        words.old.format(format_money(old_price, symbol=True)) if old_price else "",
        row.unit or (words.kilogram if row.weighed else ""),
        words.item.format(row.item) if code else "",
        code or row.item,
    )


def _ean(barcodes: Iterable[str]) -> str:
    """Return the first EAN-13; a UPC-A is one with a zero before it. "" without any: the item's number stands then."""
    found = (f"0{code}" if len(code) == 12 else code for code in barcodes if is_gs1(code) and len(code) > 8)
    return next(found, "")


def runs(design: str, wanted: Sequence[Wanted], language: Language, skip: int = 0) -> tuple[Run, ...]:
    """Lay all labels out but the first `skip`; StopError ``bad_template``, ``unprintable`` before any is printed."""
    made: list[Run] = []
    for one in wanted:
        passed = min(skip, one.copies)
        skip -= passed
        label = lay_out(design, values(one.product, one.old_price, language))
        label_geometry.check(label)
        sent = range(passed, one.copies, limits.LABEL_RUN)
        made += [Run(label, min(limits.LABEL_RUN, one.copies - start)) for start in sent]
    return tuple(made)


def printer(devices: Watched, till: str) -> bytes | None:
    """Choose the label printer of a till: the first that works, else its first; None without any."""
    found = devices.of_role(Role.LABEL, till)
    return next((device for device in found if devices.state(device).works), next(iter(found), None))


async def print_runs(
    devices: Devices, device: bytes, wanted: Iterable[Run], note: Callable[[Outcome], Awaitable[None]]
) -> Outcome:
    """Print run after run, until one fails. `note` is told before each what would be known if all ended here."""
    printed = 0
    for run in wanted:
        await note(Outcome(printed, run.copies))
        try:
            await devices.use(device, _printing(run), limits.LABEL_RUN_S)
        except DeviceError as error:
            return Outcome(printed, run.copies if error.begun else 0, error)
        printed += run.copies
    return Outcome(printed)


def picture(label: Label) -> bytes:
    """Draw a label as PNG, as a printer of 203 dpi prints it; off the event loop, it takes some hundredths of a second.

    StopError ``unprintable``.
    """
    from device_drivers.paper.picture import label_png  # noqa: PLC0415 - an idle node loads no Pillow and no font

    return label_png(label)


def _printing(run: Run) -> Callable[[Device], Awaitable[None]]:
    async def act(device: Device) -> None:
        if not isinstance(device, LabelPrinter):
            raise StopError(Code.NOT_SUPPORTED)
        await device.print_label(run.label, run.copies)

    return act
