"""Receipt printers that speak ESC/POS, and the drawer on their port.

What is known of a job: before its first byte goes out, nothing was printed (``begun`` False). From then on nobody knows
until the printer has answered a question that it answers in sequence, after all before it was printed.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal, cast

from device_drivers import limits
from device_drivers.drivers.escpos_talk import Talk
from device_drivers.errors import AskPersonError, Code, DeviceError, RetryError
from device_drivers.interfaces.device import Health, Kind
from device_drivers.interfaces.pos_printer import POSPrinter, PrinterStatus
from device_drivers.paper.model import Paper
from device_drivers.protocols.escpos import encode, status
from device_drivers.protocols.escpos.encode import Charset, Codes, Setup
from device_drivers.protocols.escpos.status import State
from device_drivers.supported import Ask, Option, Options, Supported
from device_drivers.transports.base import Transport

Confirm = Literal["printed", "received", "none"]
Sensor = Literal["low", "high", "none"]

UNCONFIRMED = "unconfirmed"
"""Warning: it never says that it has printed, only that it took a job."""
PAPER_LOW = "paper_low"
_ANY = State(
    online=True,
    feeding=False,
    cover_open=False,
    paper_out=False,
    near_end=False,
    cutter=False,
    overheated=False,
    error=False,
    pin_high=True,
)


class EscposPrinter(POSPrinter):
    """A receipt printer.

    ``confirm`` says what it can be asked: whether all is ``printed`` (GS r; where it turns out that the printer never
    answers that, ``received`` is used), only how it is, which it answers once it took the job (``received``; DLE EOT),
    or nothing (``none``). ``drawer_sensor``: the level at pin 3 when the drawer stands open.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        columns: int = 48,
        dots: int = 0,
        cutter: bool = True,
        charset: Charset = "gb18030",
        codes: Codes = "printer",
        feed: int = 0,
        drawer_pin: int = 2,
        drawer_sensor: Sensor = "low",
        confirm: Confirm = "printed",
    ) -> None:
        """`dots` 0: those that go with the columns."""
        self.columns = columns
        self.dots = dots or encode.DOTS.get(columns, columns * 12)
        self._setup = Setup(columns, self.dots, cutter, charset, codes, feed)
        self._pin = drawer_pin
        self._sensor = drawer_sensor
        self._confirm = confirm
        self._talk = Talk(transport)
        self._turn = asyncio.Lock()
        self._settled = False
        self._broken = False
        self._in_sequence: bool | None = None

    async def open(self) -> None:
        """Open the line. RetryError ``device_offline``; StopError ``bad_address``."""
        self._settled = False
        await self._talk.open()

    async def close(self) -> None:
        """Let the line go."""
        await self._talk.close()

    async def check_health(self) -> Health:
        """Ask how it is."""
        async with self._alone():
            now = await self._state()
        if now.near_end:
            return Health(status.trouble(now), PAPER_LOW)
        unsure = self._confirm == "printed" and self._in_sequence is False
        return Health(status.trouble(now), UNCONFIRMED if unsure else "")

    async def status(self) -> PrinterStatus:
        """Ask for the status."""
        async with self._alone():
            now = await self._state()
        return PrinterStatus(
            online=now.online,
            cover_open=now.cover_open,
            rec_empty=now.paper_out,
            rec_near_end=now.near_end,
            error=now.cutter or now.overheated or now.error,
            drawer_open=self._drawer_open(now),
        )

    def _drawer_open(self, now: State) -> bool | None:
        if self._sensor == "none" or self._confirm == "none":
            return None
        return now.pin_high == (self._sensor == "high")

    async def print_paper(self, paper: Paper) -> None:
        """Print and cut; as the interface says."""
        async with self._alone():
            # Drawing takes its time, and so does loading what draws
            job = b"".join(await asyncio.to_thread(encode.job, paper, self._setup))
            await self._make_ready()
            await self._do(job, limits.PRINTED_S)

    async def open_drawer(self) -> None:
        """Pulse the drawer. A printer without paper obeys nothing, so none is sent it: it would open much later."""
        async with self._alone():
            pulse = encode.pulse(self._pin)
            await self._make_ready()
            await self._do(pulse, limits.IN_SEQUENCE_S)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """One caller at a time: the drawer of this printer is a device of its own. RetryError ``device_busy``."""
        try:
            async with asyncio.timeout(limits.PRINTED_S):
                await self._turn.acquire()
        except TimeoutError:
            raise RetryError(Code.BUSY) from None
        try:
            yield
        finally:
            self._turn.release()

    async def _state(self, before: int = 0) -> State:
        return _ANY if self._confirm == "none" else await self._talk.state(before)

    async def _make_ready(self) -> None:
        """See that it can print and begins with the job's first byte; nothing is printed by this."""
        try:
            now = await self._state()
        except RetryError as error:
            if self._settled or error.code is not Code.TIMEOUT:
                raise
            # In the middle of a picture some printers take a question for dots
            now = await self._state(await self._clear())
        _refuse(now)
        # One that was too busy to answer in sequence when it was asked first may be heard to answer later
        doubted = self._in_sequence is False and not self._talk.answers_in_sequence
        if self._confirm == "printed" and not doubted:
            if not self._settled or not self._in_sequence:
                await self._settle()
        elif not self._settled:
            await self._clear()
        self._settled = True

    async def _clear(self) -> int:
        """Bring it to the start of a command, what a broken job left on paper cut off; return the bytes this took."""
        clear = encode.clear(self._setup, cut=self._broken)
        await self._talk.send(clear)
        self._broken = False
        return len(clear)

    async def _settle(self) -> None:
        """See that the next answer will be to the next question. RetryError ``device_timeout``."""
        patience = limits.PRINTED_S if self._talk.unanswered else limits.IN_SEQUENCE_S
        if self._broken:
            patience += await self._clear() / limits.JOB_BYTES_PER_S
        answered = await self._talk.settle(patience)
        if not answered:
            patience += await self._clear() / limits.JOB_BYTES_PER_S
            answered = await self._talk.settle(patience)
        if not answered and self._in_sequence:
            _refuse(await self._state())
            raise RetryError(Code.TIMEOUT)
        self._in_sequence = answered

    async def _do(self, data: bytes, patience: float) -> None:
        """Send what has an effect, and wait for it; from here on every error is ``begun``, a cancelled call too."""
        self._settled, self._broken = False, True
        try:
            await self._talk.send(data)
            await self._effected(len(data), patience)
        except DeviceError as error:
            error.begun = True
            raise
        self._settled, self._broken = True, False

    async def _effected(self, size: int, patience: float) -> None:
        if self._confirm == "none":
            return
        if self._confirm == "received" or not self._in_sequence:
            _refuse(await self._state(size))
            return
        try:
            sensors = await self._talk.printed(patience + size / limits.JOB_BYTES_PER_S)
        except RetryError as error:
            if error.code is Code.TIMEOUT:
                _refuse(await self._state())
            raise
        if status.paper_gone(sensors):
            raise AskPersonError(Code.PAPER_OUT)


def _refuse(now: State) -> None:
    """Raise what keeps it from printing."""
    code = status.trouble(now)
    if code is Code.BUSY:
        raise RetryError(code)
    if code is not None:
        raise AskPersonError(code)


def _make(transport: Transport, options: Options) -> EscposPrinter:
    return EscposPrinter(
        transport,
        columns=int(options["columns"]),
        cutter=options["cutter"] == "yes",
        charset=cast(Charset, options["charset"]),
        codes=cast(Codes, options["codes"]),
        feed=int(options["feed"]),
        drawer_pin=int(options["drawer_pin"]),
        drawer_sensor=cast(Sensor, options["drawer_sensor"]),
        confirm=cast(Confirm, options["confirm"]),
    )


_MODELS = (
    "Epson TM-T88",
    "Epson TM-T82",
    "Epson TM-T81",
    "Epson TM-T20",
    "Epson TM-T70",
    "Epson TM-m30",
    "Xprinter XP-58",
    "Xprinter XP-80",
    "Xprinter XP-N160",
    "Xprinter XP-T58",
    "Xprinter XP-T80",
    "Gprinter GP-58",
    "Gprinter GP-80",
    "Gprinter GP-L80",
    "Rongta RP58",
    "Rongta RP80",
    "Sunmi NT31",
    "HPRT TP80",
    "Star TSP650 (ESC/POS)",
    "Star mC-Print (ESC/POS)",
)

_USB = (
    # Epson's TM series, products that are receipt printers only (lsusb of TM-T70, -T20, -T20II, -T20III, -m30III)
    (0x04B8, 0x0202),
    (0x04B8, 0x0E03),
    (0x04B8, 0x0E15),
    (0x04B8, 0x0E28),
    # Ids that makers of receipt printers share, with little else behind them (lsusb of Zjiang, Xprinter, Cashino)
    (0x0416, 0x5011),
    (0x0FE6, 0x811E),
    # Makers, or their chips', who build label printers under the same ids too: asked first (lsusb and
    # github.com/sintrb/USB-Printer-Descriptors: XP-T58H 0483:5743, GP-58 6868:0200, Unyka 1fc9:2016, GEZHI 28e9:0289)
    (0x04B8, None),
    (0x0483, None),
    (0x0519, None),
    (0x1FC9, None),
    (0x20D1, None),
    (0x28E9, None),
    (0x2D37, None),
    (0x6868, None),
)

SUPPORTED = (
    Supported(
        driver="escpos",
        kind=Kind.POS_PRINTER,
        title=("小票打印机(ESC/POS 指令)", "Receipt printer (ESC/POS)"),
        lines=("tcp", "usb", "serial"),
        make=_make,
        manual="Epson ESC/POS Command Reference",
        models=_MODELS,
        options=(
            Option("columns", 48, tuple(encode.DOTS)),
            Option("cutter", "yes", ("yes", "no")),
            Option("charset", "gb18030", ("gb18030", "raster")),
            Option("codes", "printer", ("printer", "raster")),
            Option("feed", 0, low=0, high=10),
            Option("drawer_pin", 2, (2, 5)),
            Option("drawer_sensor", "low", ("low", "high", "none")),
            Option("confirm", "printed", ("printed", "received", "none")),
        ),
        usb=_USB,
        ask=Ask(status.ask(1), status.knows),
        languages=("esc/pos", "escpos", "application/vnd.epson.escpos"),
    ),
)
