"""Customer displays on a serial line: two rows of characters (CD5220's or Epson's commands), or eight digits."""

from collections.abc import Sequence

from device_drivers.drivers.one_way import OneWayLine
from device_drivers.interfaces.device import Health, Kind
from device_drivers.interfaces.line_display import Lamp, LineDisplay
from device_drivers.protocols import line_display as protocol
from device_drivers.protocols.line_display import CD5220, EPSON, Charset, Dialect
from device_drivers.supported import Option, Options, SerialSettings, Supported
from device_drivers.transports.base import Transport


class RowDisplay(LineDisplay):
    """A display of two rows. What it last showed is sent again by ``check_health``: it may have lost its power."""

    def __init__(
        self, transport: Transport, dialect: Dialect, *, columns: int = 20, charset: Charset = Charset.ASCII
    ) -> None:
        self.columns = columns
        self.rows = len(dialect.heads)
        self.chinese = charset is not Charset.ASCII
        self._line = OneWayLine(transport)
        self._dialect = dialect
        self._charset = charset
        self._shown = b""

    async def open(self) -> None:
        """Open the line and take the display into use, empty."""
        await self._line.open()
        await self._line.send(self._dialect.setup)
        self._shown = b""

    async def close(self) -> None:
        """Let the line go."""
        await self._line.close()

    async def check_health(self) -> Health:
        """Show the same again; the display itself never answers."""
        await self._line.send(self._shown)
        return Health()

    async def display_text(self, lines: Sequence[str], lamp: Lamp = Lamp.NONE) -> None:
        """Show rows."""
        _ = lamp
        self._shown = protocol.rows(lines, self._dialect, self.columns, self._charset)
        await self._line.send(self._shown)

    async def clear_text(self) -> None:
        """Show nothing."""
        self._shown = protocol.CLEAR
        await self._line.send(self._shown)


class LedDisplay(LineDisplay):
    """Eight digits: of what it is given it shows the last amount, and lights the lamp."""

    digits = True

    def __init__(self, transport: Transport) -> None:
        self.columns = protocol.DIGITS
        self.rows = 1
        self._line = OneWayLine(transport)
        self._shown = protocol.CLEAR

    async def open(self) -> None:
        """Open the line and take the display into use, empty."""
        await self._line.open()
        await self._line.send(protocol.LED_SETUP)
        self._shown = protocol.CLEAR

    async def close(self) -> None:
        """Let the line go."""
        await self._line.close()

    async def check_health(self) -> Health:
        """Show the same again; the display itself never answers."""
        await self._line.send(self._shown)
        return Health()

    async def display_text(self, lines: Sequence[str], lamp: Lamp = Lamp.NONE) -> None:
        """Show the last amount of the rows."""
        self._shown = protocol.digits(lines, lamp)
        await self._line.send(self._shown)

    async def clear_text(self) -> None:
        """Show nothing."""
        await self.display_text(())


def _rows(dialect: Dialect, transport: Transport, options: Options) -> LineDisplay:
    charset = Charset(str(options["charset"]))
    return RowDisplay(transport, dialect, columns=int(options["columns"]), charset=charset)


_OPTIONS = (
    Option("charset", "ascii", ("ascii", "gb18030")),
    Option("columns", 20, (16, 20)),
)

SUPPORTED = (
    Supported(
        "cd5220",
        Kind.LINE_DISPLAY,
        ("客显(CD5220 指令)", "Customer display (CD5220)"),
        ("serial", "tcp"),
        lambda transport, options: _rows(CD5220, transport, options),
        "CD5220 user's manual, chapter 6.1",
        ("CD5220", "PARTNER CD-7220", "POS-X XP8200", "VFD220"),
        _OPTIONS,
    ),
    Supported(
        "epson_display",
        Kind.LINE_DISPLAY,
        ("客显(爱普生指令)", "Customer display (Epson)"),
        ("serial", "tcp"),
        lambda transport, options: _rows(EPSON, transport, options),
        "Epson ESC/POS application programming guide, DM-D series",
        ("Epson DM-D30", "Epson DM-D110", "Bixolon BCD-1100"),
        _OPTIONS,
    ),
    Supported(
        "led8_display",
        Kind.LINE_DISPLAY,
        ("八位数码客显(单价/合计/收款/找零)", "Eight-digit price display"),
        ("serial",),
        lambda transport, _options: LedDisplay(transport),
        "Command sheet of the LED-8 customer displays (ESC Q A, ESC s)",
        ("LED-8",),
        serial=SerialSettings(baud=2400),
    ),
)
