"""The line breaks after every byte of a job: what the driver says of it, and what the repetition prints."""

import pytest
from escpos_samples import SMALL

from device_drivers import limits
from device_drivers.drivers.escpos_printer import EscposPrinter
from device_drivers.errors import DeviceError, RetryError
from device_drivers.protocols.escpos import encode
from device_drivers.protocols.escpos.encode import Setup
from device_drivers.simulators.pos_printer import PosPrinter
from device_drivers.simulators.serving import LineFaults, memory_line

QUESTIONS = 8 + 4 * 3
"""Zeros that end a header, and DLE EOT 1 to 4: what comes before the first job."""
SETTLING = 3
"""GS r 1 before the first job."""


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(limits, "QUIET_S", 0.001)
    monkeypatch.setattr(limits, "JOB_BYTES_PER_S", 10_000_000)


JOB = b"".join(encode.job(SMALL, Setup(8, 96)))
END = QUESTIONS + SETTLING + len(JOB) + 3


async def broken_after(monkeypatch, count, second, **options):
    """Print with a line that breaks after so many bytes; then again, by the same driver or by a new one."""
    faults = LineFaults(cut_after=count)
    machine = PosPrinter(8)
    wire = memory_line(machine, faults)
    driver = EscposPrinter(wire, columns=8, **options)
    await driver.open()
    monkeypatch.setattr(limits, "IN_SEQUENCE_S", 2.0)
    error = None
    try:
        await driver.print_paper(SMALL)
    except DeviceError as caught:
        error = caught
    faults.cut_after = None
    printed = machine.cuts
    await driver.close()
    if second == "new":
        # It finds out by waiting that the printer is stuck
        monkeypatch.setattr(limits, "IN_SEQUENCE_S", 0.03)
        driver = EscposPrinter(wire, columns=8, **options)
    await driver.open()
    await driver.print_paper(SMALL)
    await wire.line.wait_for(lambda printer: printer.receipts and printer.receipts[-1].text.endswith("[qr] a1"))
    await driver.close()
    return machine, error, printed


@pytest.fixture(scope="module")
def whole():
    """What the receipt says when nothing breaks."""
    machine = PosPrinter(8)
    machine.receive(JOB)
    return machine.receipts[0].text


def test_the_job_is_small_enough_to_be_cut_everywhere(whole):
    """The receipt has Chinese, styles, a picture and a code, and few enough bytes to break the line after each."""
    assert {part[:3] for part in encode.job(SMALL, Setup(8, 96))} >= {b"\x1dv0", b"\x1d(k", b"\x1c&\x1b"}
    assert len(JOB) < 600
    assert whole == "小店\n茶 2 ￥7\n[picture 96x30]\n[qr] a1"


@pytest.mark.parametrize("second", ["same", "new"])
@pytest.mark.parametrize("part", range(8))
async def test_the_line_breaks_after_every_byte(part, second, whole, monkeypatch):
    """Begun is said exactly when a byte of the job went out, and the repetition is a whole receipt on its own paper."""
    for count in range(part, END, 8):
        machine, error, printed = await broken_after(monkeypatch, count, second)
        assert isinstance(error, RetryError), count
        assert error.begun == (count > QUESTIONS + SETTLING), count
        assert printed == (count >= END - 3), count  # all but the GS r
        last = machine.receipts[-1].text
        # A driver that knows of the broken job cuts its piece off; with a new one it hangs on the next receipt
        assert last == whole if second == "same" else last.endswith(whole), count
        codes = "".join(receipt.text for receipt in machine.receipts).count("[qr] a1")
        assert codes == 1 or (codes == 2 and error.begun), count
        assert machine.line_buffer == "", count


@pytest.mark.parametrize("confirm", ["received", "none"])
async def test_printers_that_answer_less_are_cleared_too(confirm, whole, monkeypatch):
    """A new driver of a printer that cannot be asked in sequence prints a whole receipt after any broken job."""
    for count in range(0, QUESTIONS + len(JOB), 3):
        machine, _, _ = await broken_after(monkeypatch, count, "new", confirm=confirm)
        assert machine.receipts[-1].text.endswith(whole), count
