"""Label printers driven at simulated machines: printed once or told why not, and just as the preview shows it."""

from contextlib import suppress

import pytest
from PIL import Image, ImageChops

from device_drivers import limits, registry
from device_drivers.errors import AskPersonError, Code, DeviceError, RetryError, StopError
from device_drivers.interfaces.device import Health, Kind
from device_drivers.paper.label import Label, LabelBarcode, LabelQRCode, LabelText
from device_drivers.paper.label_designs import LabelValues, label
from device_drivers.paper.picture import label_picture
from device_drivers.simulators.label_canvas import LabelRoll
from device_drivers.simulators.memory_serving import memory_line
from device_drivers.simulators.tspl_printer import TsplLabelPrinter
from device_drivers.simulators.zpl_printer import ZplLabelPrinter

PRINTERS = [("tspl", TsplLabelPrinter), ("zpl", ZplLabelPrinter)]
VALUES = LabelValues("珍珠奶茶(大杯)", "￥15.00", "原价￥18.00", "杯", "500ml", "6901234567892")
SMALL = Label(200, 100, (LabelText(0, 0, 30, "价"),))

pytestmark = pytest.mark.parametrize(("driver", "kind"), PRINTERS)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    """Ask again at once: simulated printers count questions, not seconds."""
    monkeypatch.setattr(limits, "LABEL_ASK_AGAIN_S", 0)


async def opened(driver, machine, **options):
    """A printer on a memory line."""
    line = memory_line(machine)
    printer = registry.make(driver, line, options)
    await printer.open()
    return printer, line.line


async def test_the_print_is_the_preview(driver, kind):
    """Dot by dot, a printed price label is what its preview showed; the bars were drawn by the printer itself."""
    printer, line = await opened(driver, kind(roll=LabelRoll(busy_asks=3)))
    for design in ("price_40x30", "price_60x40", "product_40x30"):
        made = label(design, VALUES)
        await printer.print_label(made)
        printed = line.machine.roll.labels[-1]
        shown = label_picture(made, 8, lambda _element: True)
        ink = Image.frombytes("1", (shown.width, shown.height), shown.rows)
        black = ImageChops.invert(printed.image.convert("L")).point(lambda level: 255 if level else 0, "1")
        assert ImageChops.logical_xor(ink, black).getbbox() is None
        assert printed.codes == (("ean13", "6901234567892"),)
    assert (line.machine.strange, line.machine.roll.printed) == (0, 3)
    await printer.close()


async def test_codes_that_could_be_commands_are_drawn(driver, kind):
    """Data with signs that the language uses is printed all the same, as a picture."""
    printer, line = await opened(driver, kind())
    codes = (LabelBarcode(0, 0, 50, 'A"^~\\1'), LabelQRCode(0, 100, 130, '优惠券^XZ~JA"\r\nPRINT 9'))
    await printer.print_label(Label(400, 300, codes), 2)
    printed = line.machine.roll.labels[-1]
    assert (line.machine.roll.printed, line.machine.strange, printed.codes) == (2, 0, ())
    shown = label_picture(Label(400, 300, codes), 8, lambda _element: True)
    ink = Image.frombytes("1", (shown.width, shown.height), shown.rows)
    black = ImageChops.invert(printed.image.convert("L")).point(lambda level: 255 if level else 0, "1")
    difference = ImageChops.logical_xor(ink, black)
    assert sum(difference.convert("L").histogram()[1:]) < 5
    await printer.close()


async def test_other_resolutions(driver, kind):
    """A printer of 300 dpi gets more dots for the same label."""
    printer, line = await opened(driver, kind(dots_per_mm=12) if driver == "tspl" else kind(), dots_per_mm=12)
    assert printer.dots_per_mm == 12
    await printer.print_label(SMALL)
    assert line.machine.roll.labels[-1].image.size == (240, 120)
    await printer.close()


@pytest.mark.parametrize(("trouble", "code"), [("left", Code.PAPER_OUT), ("head_open", Code.COVER_OPEN)])
async def test_nothing_is_sent_to_a_printer_that_cannot(driver, kind, trouble, code):
    """Without labels or with an open head a person is asked for, nothing was printed, and mended it prints."""
    machine = kind()
    setattr(machine.roll, trouble, 0 if trouble == "left" else True)
    printer, _ = await opened(driver, machine)
    assert await printer.check_health() == Health(code)
    with pytest.raises(AskPersonError) as refusal:
        await printer.print_label(SMALL)
    assert (refusal.value.code, refusal.value.begun) == (code, False)
    setattr(machine.roll, trouble, None if trouble == "left" else False)
    assert await printer.check_health() == Health()
    await printer.print_label(SMALL)
    assert (machine.roll.printed, machine.roll.waiting) == (1, [])
    await printer.close()


async def test_labels_that_run_out_within_a_job(driver, kind):
    """When the roll ends within a job that is told as begun, and the rest does not come out later by itself."""
    machine = kind(roll=LabelRoll(left=2))
    printer, line = await opened(driver, machine)
    with pytest.raises(AskPersonError) as refusal:
        await printer.print_label(SMALL, 5)
    assert (refusal.value.code, refusal.value.begun) == (Code.PAPER_OUT, True)
    await line.wait_for(lambda seen: not seen.roll.waiting)
    machine.roll.left = None
    assert await printer.check_health() == Health()
    assert machine.roll.printed == 2
    await printer.close()


async def test_a_deaf_printer_is_given_up(driver, kind, monkeypatch):
    """A printer that never answers is a timeout, nothing was sent; told to do without answers it prints."""
    monkeypatch.setattr(limits, "ASK_S", 0.05)
    machine = kind()
    printer, line = await opened(driver, machine)
    line.faults.deaf = True
    with pytest.raises(RetryError) as refusal:
        await printer.print_label(SMALL)
    assert (refusal.value.code, refusal.value.begun, machine.roll.printed) == (Code.TIMEOUT, False, 0)
    await printer.close()
    silent, line = await opened(driver, machine, answers="no")
    line.faults.deaf = True
    assert await silent.check_health() == Health()
    await silent.print_label(SMALL)
    await line.wait_for(lambda seen: seen.roll.printed == 1)
    await silent.close()


async def test_a_job_cut_anywhere(driver, kind):
    """Wherever the line breaks, the job is told as begun or not; repeated on a new line it prints exactly one label."""
    whole, line = await opened(driver, kind())
    await whole.print_label(SMALL)
    total = line.received
    for cut in [*range(1, total, 7), total - 2, total - 1]:
        machine = kind()
        memory = memory_line(machine)
        memory.line.faults.cut_after = cut
        printer = registry.make(driver, memory, {})
        begun = False
        try:
            await printer.open()
            await printer.print_label(SMALL)
        except RetryError as error:
            begun = error.begun
        before = machine.roll.printed
        assert begun or before == 0
        memory.line.faults.cut_after = None
        await printer.open()
        await printer.print_label(SMALL)
        assert machine.roll.printed == before + 1
        await printer.close()
    await whole.close()


async def test_garbage_on_the_line_is_no_answer_for_ever(driver, kind, monkeypatch):
    """Noise before an answer is passed over, or told as what it may be; the next question is answered right."""
    monkeypatch.setattr(limits, "ASK_S", 0.2)
    printer, line = await opened(driver, kind())
    line.faults.garbage = b"\xff\x00\x7f\x02,,\x03"
    with suppress(DeviceError):
        await printer.check_health()
    assert await printer.check_health() == Health()
    await printer.close()


async def test_a_bad_label_is_refused_before_anything_is_sent(driver, kind):
    """What cannot be printed is refused, and the printer heard nothing of it."""
    printer, line = await opened(driver, kind())
    heard = line.received
    with pytest.raises(StopError):
        await printer.print_label(Label(400, 300, (LabelBarcode(0, 0, 10, "珍珠"),)))
    assert line.received == heard
    await printer.close()


async def test_the_list_knows_it(driver, kind):
    """The driver stands in the registry as a label printer, with its options."""
    entry = registry.by_name(driver)
    assert entry.kind is Kind.LABEL_PRINTER
    assert {option.name for option in entry.options} >= {"dots_per_mm", "answers"}
    assert kind().receive(entry.ask.question) if entry.ask else driver == "zpl"
