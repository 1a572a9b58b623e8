"""Labels of products: what stands on them, and how far a batch came."""

import pytest

from commerce.catalogue import Catalogue
from commerce.errors import CommerceError
from commerce.reference import ProductRow
from device_drivers.errors import AskPersonError, Code, DeviceError, RetryError, StopError
from device_drivers.interfaces.label_printer import LabelPrinter
from edge_node.devices import labels, limits
from edge_node.devices.health import State
from edge_node.devices.labels import DESIGNS, Outcome, Run, Wanted

TEA = ProductRow("naicha", "珍珠奶茶", "drinks", "杯", 1500, barcodes=("6901234567893", "6901234567892"))
APPLES = ProductRow("pingguo", "红富士苹果", "fruit", "", 1290, weighed=True)
PEARS = ProductRow("li", "鸭梨", "fruit", "500克", 390, weighed=True)


def test_a_label_bears_name_price_unit_and_code():
    """A product with an EAN-13 bears it, its price with unit, its item number, and an old price where there was one."""
    made = labels.values(TEA, 1800, "zh-CN")
    assert (made.name, made.price, made.unit, made.code) == ("珍珠奶茶", "¥15.00", "杯", "6901234567892")
    assert (made.old_price, made.spec) == ("原价 ¥18.00", "货号 naicha")
    assert labels.values(TEA, 0, "zh-CN").old_price == ""


@pytest.mark.parametrize(
    ("barcodes", "code"),
    [
        ((), "naicha"),
        (("6901234567893",), "naicha"),  # a wrong check digit
        (("96385074",), "naicha"),  # EAN-8
        (("036000291452",), "0036000291452"),  # UPC-A
        (("ABC", "4006381333931", "6901234567892"), "4006381333931"),
    ],
)
def test_without_a_valid_ean13_the_item_number_is_the_code(barcodes, code):
    """Only what a scanner reads as EAN-13 stands as one, and the till finds the product by whatever stands there."""
    row = TEA.__class__("naicha", "珍珠奶茶", "drinks", "杯", 1500, barcodes=barcodes)
    made = labels.values(row, 0, "zh-CN")
    assert made.code == code
    assert (made.spec == "") == (code == "naicha")
    assert [scan.product.item for scan in Catalogue([row]).scan(made.code)] == ["naicha"]


@pytest.mark.parametrize(
    ("language", "unit", "old"),
    [("zh-CN", "千克", "原价 ¥15.90"), ("zh-TW", "公斤", "原價 ¥15.90"), ("en", "kg", "was ¥15.90")],
)
def test_weighed_goods_bear_the_price_of_a_unit(language, unit, old):
    """What is weighed is priced by its unit, by the kilogram where it names none, in the chain's language."""
    made = labels.values(APPLES, 1590, language)
    assert (made.price, made.unit, made.old_price) == ("¥12.90", unit, old)
    assert labels.values(PEARS, 0, language).unit == "500克"


@pytest.mark.parametrize("item", ["quick", "nothing", "gone"])
def test_only_what_is_sold_gets_a_label(item):
    """There are no labels for what is not there, is not sold any more, or is no goods."""
    old = ProductRow("gone", "旧款杯子", "goods", "个", 990, active=False)
    book = Catalogue([TEA, old, ProductRow("quick", "快速收银", "", "", 0)])
    assert labels.product(book, "naicha") is TEA
    with pytest.raises(CommerceError):
        labels.product(book, item)


@pytest.mark.parametrize("design", DESIGNS)
def test_copies_go_in_small_runs_from_where_it_stopped(design):
    """No run is longer than the bound, none mixes products, and what is skipped is not among them."""
    wanted = (Wanted(TEA, 12), Wanted(APPLES, 1), Wanted(PEARS, 3))
    run = limits.LABEL_RUN
    assert [one.copies for one in labels.runs(design, wanted, "zh-CN")] == [run, run, 12 - 2 * run, 1, 3]
    rest = labels.runs(design, wanted, "zh-CN", skip=11)
    assert [one.copies for one in rest] == [1, 1, 3]
    assert [one.copies for one in labels.runs(design, wanted, "zh-CN", skip=14)] == [2]
    assert rest[0].label == labels.runs(design, wanted, "zh-CN")[0].label
    assert labels.picture(rest[0].label).startswith(b"\x89PNG")


def test_an_unknown_design_is_refused():
    """What nobody designed cannot be printed."""
    with pytest.raises(StopError) as refused:
        labels.runs("price_10x10", (Wanted(TEA),), "zh-CN")
    assert refused.value.code is Code.BAD_TEMPLATE


class Shelf:
    """Devices of which none is opened: `fails` is raised at the third run. As ``ports.Watched``."""

    def __init__(self, fails: DeviceError | None = None, works: tuple[bool, ...] = ()) -> None:
        self.fails = fails
        self.works = works
        self.used = 0

    def of_role(self, _role, _till):
        """List them all."""
        return tuple(bytes((number,)) for number in range(len(self.works)))

    def state(self, device):
        """Say whether it works."""
        return State(ready=self.works[device[0]])

    async def use(self, _device, act, _seconds):
        """Print, or fail."""
        self.used += 1
        if self.fails is not None and self.used == 3:
            raise self.fails
        await act(Printer())


class Printer(LabelPrinter):
    """Prints anything."""

    async def open(self):
        """Do nothing."""

    async def close(self):
        """Do nothing."""

    async def check_health(self):
        """Not asked."""
        raise AssertionError

    async def print_label(self, label, copies=1):
        """Print."""


@pytest.mark.parametrize(
    ("error", "unsure"),
    [
        (None, 0),
        (AskPersonError(Code.PAPER_OUT), 0),
        (AskPersonError(Code.PAPER_OUT, begun=True), 2),
        (RetryError(Code.UNPLUGGED, begun=True), 2),
    ],
)
async def test_a_failure_counts_what_is_certain_and_what_is_not(error, unsure):
    """The runs before are printed; the one that failed is in doubt only if the printer had begun; none follows."""
    runs = tuple(Run(label, 2) for label in [labels.runs(DESIGNS[0], (Wanted(TEA),), "zh-CN")[0].label] * 4)
    shelf, noted = Shelf(error), []

    async def note(outcome):
        noted.append(outcome)

    outcome = await labels.print_runs(shelf, b"", runs, note)
    assert outcome == (Outcome(8) if error is None else Outcome(4, unsure, error))
    assert noted == [Outcome(2 * n, 2) for n in range(4 if error is None else 3)]


@pytest.mark.parametrize(
    ("works", "chosen"), [((), None), ((False, True), b"\1"), ((False, False), b"\0"), ((True, True), b"\0")]
)
def test_the_first_printer_that_works_is_chosen(works, chosen):
    """The first choice prints, the next one when it cannot, and the first one's trouble is told when none can."""
    assert labels.printer(Shelf(works=works), "t1") == chosen
