"""The driver of receipt printers: what holds on every line, what it knows of a job, how it meets odd printers."""

import asyncio

import pytest
from escpos_samples import RECEIPT, SMALL, text

from device_drivers import limits, registry
from device_drivers.drivers.escpos_printer import PAPER_LOW, UNCONFIRMED, EscposPrinter
from device_drivers.errors import AskPersonError, Code, DeviceError, RetryError, StopError
from device_drivers.interfaces.device import Health
from device_drivers.interfaces.pos_printer import POSPrinter, PrinterStatus
from device_drivers.paper.model import Cut, Paper
from device_drivers.protocols.escpos.status import ASK_PRINTED
from device_drivers.simulators.pos_printer import PosPrinter
from device_drivers.simulators.serving import LineFaults, memory_line, serve_memory, serve_pty, serve_tcp
from device_drivers.transports.opening import transport

NOTE = Paper((text("取货单 12"), Cut()))
READY = PrinterStatus(
    online=True, cover_open=False, rec_empty=False, rec_near_end=False, error=False, drawer_open=False
)


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    """No test waits as long as a shop would."""
    monkeypatch.setattr(limits, "ASK_S", 0.3)
    monkeypatch.setattr(limits, "IN_SEQUENCE_S", 0.3)
    monkeypatch.setattr(limits, "PRINTED_S", 0.6)
    monkeypatch.setattr(limits, "QUIET_S", 0.02)
    monkeypatch.setattr(limits, "JOB_BYTES_PER_S", 100_000)


@pytest.fixture(params=["memory", "tcp", "serial", "usb"])
def serve(request):
    """How a printer is put behind each kind of line."""
    kinds = {
        "tcp": lambda machine, faults=None: serve_tcp(machine, faults=faults),
        "serial": serve_pty,
        "usb": lambda machine, faults=None: serve_pty(machine, faults, kind="usb"),
        "memory": lambda machine, faults=None: serve_memory(machine, "receipts", faults),
    }
    return kinds[request.param]


async def opened(machine, faults=None, **options):
    """A driver on a memory line to this machine, and the line."""
    wire = memory_line(machine, faults)
    driver = EscposPrinter(wire, columns=32, **options)
    await driver.open()
    return driver, wire.line


async def failure(work):
    """The error it ends in."""
    with pytest.raises(DeviceError) as caught:
        await work
    return caught.value


# What holds on every line


async def test_a_receipt_is_printed_on_every_line(serve):
    """Over TCP, serial, USB and memory a paper comes out whole and cut, and the driver returns when it is printed."""
    async with serve(PosPrinter(48)) as line:
        driver = registry.make("escpos", transport(line.address), {"columns": 48})
        assert isinstance(driver, POSPrinter)
        await driver.open()
        for count in (1, 2):
            await driver.print_paper(RECEIPT)
            assert line.machine.cuts == count
        assert "好又多便利店" in line.machine.receipts[1].text
        assert line.machine.receipts[0].text == line.machine.receipts[1].text
        assert await driver.status() == READY
        assert await driver.check_health() == Health()
        await driver.close()
        await driver.close()


async def test_nothing_is_sent_without_paper_on_every_line(serve):
    """A printer that cannot print is found out before: nothing of the job reaches it, and a person is asked for."""
    machine = PosPrinter(48)
    machine.paper_out = True
    async with serve(machine) as line:
        driver = registry.make("escpos", transport(line.address), {})
        await driver.open()
        for work in (driver.print_paper, lambda _: driver.open_drawer()):
            error = await failure(work(SMALL))
            assert isinstance(error, AskPersonError)
            assert (error.code, error.begun) == (Code.PAPER_OUT, False)
        assert machine.waiting == 0 or ASK_PRINTED not in bytes(machine._waiting)
        machine.paper_out = False
        await driver.print_paper(NOTE)
        assert [receipt.text for receipt in machine.receipts] == ["取货单 12"]
        assert machine.drawer_pulses == 0
        await driver.close()


async def test_a_pulled_plug_is_told_and_the_next_try_prints(serve):
    """A line that breaks in mid-job leaves the job begun; opened again, the driver prints the whole receipt."""
    faults = LineFaults()
    async with serve(PosPrinter(48), faults) as line:
        driver = registry.make("escpos", transport(line.address), {"columns": 48})
        await driver.open()
        await driver.print_paper(NOTE)
        faults.cut_after = 20 + 500
        error = await failure(driver.print_paper(RECEIPT))
        assert isinstance(error, RetryError)
        assert error.begun
        await driver.close()
        await driver.open()
        await driver.print_paper(RECEIPT)
        assert line.machine.receipts[-1].text.startswith("[picture")
        assert line.machine.receipts[-1].text.endswith("谢谢惠顾")
        await driver.close()


async def test_a_closed_driver_says_unplugged(serve):
    """Before it is opened and after it is closed, every call ends in the error that says so."""
    async with serve(PosPrinter(48)) as line:
        driver = registry.make("escpos", transport(line.address), {})
        for _ in range(2):
            for work in (driver.status(), driver.print_paper(NOTE), driver.open_drawer(), driver.check_health()):
                error = await failure(work)
                assert (error.code, error.begun) == (Code.UNPLUGGED, False)
            await driver.open()
            await driver.close()


async def test_a_printer_that_never_answers_is_left_in_time(serve):
    """A deaf printer costs a bounded wait, and nothing of the job is sent to it."""
    async with serve(PosPrinter(48), LineFaults(deaf=True)) as line:
        driver = registry.make("escpos", transport(line.address), {})
        await driver.open()
        async with asyncio.timeout(5):
            error = await failure(driver.print_paper(NOTE))
        assert (error.code, error.begun) == (Code.TIMEOUT, False)
        assert line.machine.current.height == 0
        await driver.close()


# What it knows of a job


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        ({"paper_out": True}, Code.PAPER_OUT),
        ({"cover_open": True}, Code.COVER_OPEN),
        ({"fault": "cutter"}, Code.CUTTER),
        ({"fault": "overheated"}, Code.OVERHEATED),
        ({"fault": "head"}, Code.PRINTER_ERROR),
    ],
)
async def test_trouble_before_the_job(trouble, code):
    """Each trouble has its code, in the refusal and in the health; nothing was begun."""
    machine = PosPrinter(32)
    for name, value in trouble.items():
        setattr(machine, name, value)
    driver, _ = await opened(machine)
    error = await failure(driver.print_paper(SMALL))
    assert (type(error), error.code, error.begun) == (AskPersonError, code, False)
    assert await driver.check_health() == Health(code)
    assert machine.current.height == 0


async def test_paper_that_ends_in_mid_job():
    """The job stays unconfirmed: a person is asked for, and it is begun. The printer finishes it with new paper."""
    machine = PosPrinter(32)
    machine.paper_left = 60
    driver, line = await opened(machine)
    error = await failure(driver.print_paper(SMALL))
    assert (type(error), error.code, error.begun) == (AskPersonError, Code.PAPER_OUT, True)
    assert machine.receipts == []
    machine.paper_out = False
    await line.wait_for(lambda printer: printer.receipts)
    await driver.print_paper(NOTE)
    assert machine.receipts[0].text.endswith("[qr] a1")
    assert machine.receipts[-1].text == "取货单 12"


async def test_paper_put_in_while_the_driver_waits():
    """Who changes the roll at once gets one receipt, and the job is done without a word."""
    machine = PosPrinter(32)
    machine.paper_left = 60
    driver, line = await opened(machine)
    printing = asyncio.create_task(driver.print_paper(SMALL))
    await line.wait_for(lambda printer: printer.paper_out)
    machine.paper_out = False
    await printing
    assert len(machine.receipts) == 1


async def test_a_late_answer_is_not_taken_for_the_next_job():
    """A first job's answer that comes while a second one waits does not say that the second one is printed."""
    machine = PosPrinter(32)
    driver, _ = await opened(machine)
    machine.paper_left = 60
    assert (await failure(driver.print_paper(SMALL))).begun
    machine.paper_out = False
    machine.paper_left = 250
    error = await failure(driver.print_paper(NOTE))
    assert error.code is Code.PAPER_OUT
    assert "取货单" not in machine.receipts[-1].text


async def test_a_lost_answer_leaves_the_job_unsure():
    """The receipt lies there, but nobody was told: begun, to be tried again as a repetition."""
    machine = PosPrinter(32)
    driver, _ = await opened(machine)
    await driver.print_paper(NOTE)
    machine.in_sequence = False
    error = await failure(driver.print_paper(NOTE))
    assert (error.code, error.begun, machine.cuts) == (Code.TIMEOUT, True, 2)
    error = await failure(driver.print_paper(NOTE))
    assert (error.code, error.begun) == (Code.TIMEOUT, False)
    machine.in_sequence = True
    await driver.print_paper(NOTE)
    assert machine.receipts[-1].text == "取货单 12"


async def test_a_cancelled_job_is_mended_before_the_next():
    """Whoever stops waiting leaves half a job behind: it is cleared and cut off before the next one."""
    driver, line = await opened(PosPrinter(32), LineFaults(bytes_per_second=40_000), charset="raster")
    printing = asyncio.create_task(driver.print_paper(RECEIPT))
    await line.wait_for(lambda printer: printer.current.height > 100)
    printing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await printing
    line.faults.bytes_per_second = 0
    await driver.print_paper(NOTE)
    broken, note = line.machine.receipts
    assert note.text == "[picture 384x30]"
    assert 100 < broken.height < 600


async def test_a_paper_that_cannot_be_printed_stops_before_anything_is_sent():
    """A line that fails only while it is drawn is an error of the paper, not of the printer."""
    driver, line = await opened(PosPrinter(32))
    driver._setup = driver._setup._replace(columns=4)
    error = await failure(driver.print_paper(SMALL))
    assert (type(error), error.begun, line.received) == (StopError, False, 0)


# The drawer


async def test_the_drawer_opens_and_is_seen_open():
    """The pulse goes to the pin that was set up; the level at pin 3 says how the drawer stands, in either wiring."""
    machine = PosPrinter(32)
    driver, _ = await opened(machine, drawer_pin=5)
    await driver.open_drawer()
    assert machine.pulses == [(5, 100)]
    assert (await driver.status()).drawer_open is True
    machine.drawer_open = False
    assert (await driver.status()).drawer_open is False
    assert (await (await opened(machine, drawer_sensor="high"))[0].status()).drawer_open is True
    assert (await (await opened(machine, drawer_sensor="none"))[0].status()).drawer_open is None


async def test_a_pulse_that_may_have_gone_out_is_begun():
    """A drawer must not be opened twice for one sale."""
    machine = PosPrinter(32)
    driver, line = await opened(machine)
    await driver.open_drawer()
    line.faults.cut_after = 12 + 5
    error = await failure(driver.open_drawer())
    assert (error.code, error.begun, machine.drawer_pulses) == (Code.UNPLUGGED, True, 2)


async def test_two_callers_take_turns(monkeypatch):
    """The drawer waits until the receipt is through; who waits too long is told that it is busy."""
    machine = PosPrinter(32)
    driver, line = await opened(machine, LineFaults(bytes_per_second=8000))
    monkeypatch.setattr(limits, "PRINTED_S", 3.0)
    printing = asyncio.create_task(driver.print_paper(SMALL))
    await line.wait_for(lambda printer: printer.current.height)
    await driver.open_drawer()
    assert printing.done()
    assert machine.cuts == 1
    monkeypatch.setattr(limits, "PRINTED_S", 0.05)
    line.faults.deaf = True
    asking = asyncio.create_task(driver.status())
    await asyncio.sleep(0)
    assert (await failure(driver.open_drawer())).code is Code.BUSY
    assert (await failure(asking)).code is Code.TIMEOUT


# Odd printers and bad lines


async def test_near_the_end_of_the_paper_it_prints_and_says_so():
    """A warning is no trouble."""
    machine = PosPrinter(32)
    machine.near_end = True
    driver, _ = await opened(machine)
    await driver.print_paper(NOTE)
    assert await driver.check_health() == Health(None, PAPER_LOW)
    assert (await driver.status()).rec_near_end


async def test_a_clone_that_answers_nothing_in_sequence():
    """It is found out once; from then on a job counts as printed when the printer took it and stands well."""
    machine = PosPrinter(32, in_sequence=False)
    driver, _ = await opened(machine)
    await driver.print_paper(NOTE)
    assert await driver.check_health() == Health(None, UNCONFIRMED)
    async with asyncio.timeout(0.25):
        await driver.print_paper(NOTE)
    machine.paper_left = 10
    error = await failure(driver.print_paper(SMALL))
    assert (error.code, error.begun) == (Code.PAPER_OUT, True)
    assert machine.cuts == 2


async def test_one_that_answers_after_all_is_believed_again():
    """A printer that was only busy when it was asked is asked again once it was heard to answer."""
    machine = PosPrinter(32, in_sequence=False)
    driver, line = await opened(machine)
    await driver.print_paper(NOTE)
    machine.in_sequence = True
    line.say(b"\x00")
    await driver.print_paper(NOTE)
    assert await driver.check_health() == Health()


async def test_a_printer_set_to_received_is_not_asked_in_sequence():
    """With confirm received nothing but DLE EOT is asked."""
    machine = PosPrinter(32, in_sequence=False)
    driver, line = await opened(machine, confirm="received")
    asked = []
    line.machine.receive = lambda data: asked.append(data) or PosPrinter.receive(machine, data)
    await driver.print_paper(NOTE)
    await driver.open_drawer()
    assert ASK_PRINTED not in b"".join(asked)
    assert (machine.cuts, machine.drawer_pulses) == (1, 1)
    assert await driver.check_health() == Health()


async def test_a_line_that_only_writes():
    """With confirm none nothing is asked: a printer that never says a word prints, and nobody knows its drawer."""
    machine = PosPrinter(32, in_sequence=False, real_time=False)
    driver, line = await opened(machine, confirm="none")
    await driver.print_paper(NOTE)
    await driver.open_drawer()
    await line.wait_for(lambda printer: printer.drawer_pulses)
    assert machine.receipts[0].text == "取货单 12"
    assert (await driver.status()).drawer_open is None
    assert await driver.check_health() == Health()


async def test_noise_is_not_an_answer():
    """Garbage before an answer makes the driver ask again; what it does not understand is never a yes."""
    faults = LineFaults(garbage=b"\xff\x00\x80")
    machine = PosPrinter(32)
    driver, _ = await opened(machine, faults)
    assert await driver.status() == READY
    faults.garbage = b"\x12"
    machine.paper_out = True
    assert (await driver.status()).rec_empty
    machine.paper_out = False
    await driver.print_paper(NOTE)
    real = machine._say_in_sequence
    machine._interpreter._body = machine._interpreter._body._replace(say=lambda data: real(b"\xff" + data))
    error = await failure(driver.print_paper(NOTE))
    assert (error.code, error.begun) == (Code.GARBLED, True)


async def test_a_flood_ends_in_an_error():
    """A device that talks without end is no printer, and takes neither the time nor the memory of the node."""

    class Flood(PosPrinter):
        beat_s = 0.001

        def beat(self):
            return b"\x12" * 2000

    driver, _ = await opened(Flood(32))
    async with asyncio.timeout(5):
        error = await failure(driver.print_paper(NOTE))
    assert (error.code, error.begun) == (Code.GARBLED, False)


async def test_automatic_status_between_the_answers_is_passed_over():
    """A printer that another program told to report by itself is understood all the same."""
    machine = PosPrinter(32)
    machine.receive(b"\x1da\xff")
    driver, _ = await opened(machine)
    await driver.print_paper(NOTE)
    await driver.open_drawer()
    assert (await driver.status()).drawer_open is True
    assert (machine.cuts, machine.drawer_pulses) == (1, 1)


async def test_a_printer_stuck_in_a_picture_is_freed():
    """What another program left half sent does not eat the receipt: not even at a clone that then answers nothing."""

    class Clone(PosPrinter):
        """Answers in real time only where a command may begin."""

        def receive(self, data):
            self.real_time = not self.waiting
            return super().receive(data)

    for kind in (PosPrinter, Clone):
        machine = kind(32)
        machine.receive(b"\x1dv0\x00\x30\x00\x30\x00" + b"\xff" * 100)
        driver, _ = await opened(machine)
        await driver.print_paper(NOTE)
        assert machine.receipts[-1].text.endswith("取货单 12")


async def test_a_sensor_that_says_paper_gone_is_not_a_yes():
    """A printer that prints on without paper answers in sequence, but its sensors tell."""
    machine = PosPrinter(32)
    driver, _ = await opened(machine)
    await driver.print_paper(NOTE)
    machine._interpreter._body = machine._interpreter._body._replace(sensors=lambda: 0x0C)
    error = await failure(driver.print_paper(NOTE))
    assert (type(error), error.code, error.begun) == (AskPersonError, Code.PAPER_OUT, True)


@pytest.mark.parametrize(
    "options", [{"columns": 40}, {"drawer_pin": 3}, {"confirm": "perhaps"}, {"feed": 11}, {"charset": "utf8"}]
)
def test_options_are_checked(options):
    """What no printer has is refused with the option's name."""
    with pytest.raises(StopError) as caught:
        registry.make("escpos", memory_line(PosPrinter()), options)
    assert caught.value.code is Code.BAD_OPTION


@pytest.mark.parametrize(("columns", "dots"), [(32, 384), (42, 512), (48, 576)])
def test_columns_tell_the_dots(columns, dots):
    """58 mm paper, 80 mm at 180 dpi, 80 mm at 203 dpi."""
    driver = registry.make("escpos", memory_line(PosPrinter()), {"columns": columns})
    assert (driver.columns, driver.dots) == (columns, dots)


async def test_a_printer_is_recognised_by_a_question_that_prints_nothing():
    """The answer to the polite question is known; the question leaves no trace on paper."""
    machine = PosPrinter()
    ask = registry.by_name("escpos").ask
    assert ask.knows(machine.receive(ask.question))
    assert (machine.current.height, machine.line_buffer, machine.drawer_pulses) == (0, "", 0)
