"""Readers of cards: magnetic stripes, IC, ID and NFC chips on a serial line, and chips by PC/SC.

A card is a token: its number, no value and nothing else that stands on it. Numbers are in readings only, never in an
error, a warning or a log.
"""

import asyncio
from collections.abc import Callable
from functools import partial

from device_drivers.drivers.intake import PausingDecoder, PausingIntake
from device_drivers.interfaces.device import CardToken, Device, Health, Kind
from device_drivers.interfaces.input_devices import MSR, SmartCardRW
from device_drivers.protocols.card_frames import Numbers, Packets, Texts
from device_drivers.protocols.card_numbers import FORMS
from device_drivers.protocols.magnetic import Refused, Swipes
from device_drivers.supported import Option, Options, Supported
from device_drivers.transports.base import Transport

_PAUSE_S = 0.1
"""Silence that ends what a reader says: ten bytes' time at 1200 baud."""

CardDecoder = Callable[[], PausingDecoder[CardToken | Refused]]


class CardIntake:
    """Cards from a line. ``again_s``: the same card within so much of its last reading is the same showing."""

    def __init__(self, transport: Transport, decoder: CardDecoder, again_s: float = 0.0) -> None:
        self._intake = PausingIntake(transport, decoder, _PAUSE_S)
        self._again_s = again_s
        self._last: CardToken | None = None
        self._last_at = 0.0
        self._warning = ""

    async def open(self) -> None:
        """Open the line."""
        self._last = None
        self._warning = ""
        await self._intake.open()

    async def close(self) -> None:
        """Let the line go, and the cards that nobody took."""
        self._last = None
        await self._intake.close()

    def health(self) -> Health:
        """Say whether the line stands, and whether the last card was refused."""
        self._intake.check()
        return Health(warning=self._warning)

    async def next_card(self) -> CardToken:
        """Wait for a card that is given on; a refused one leaves its warning until the next."""
        while True:
            card = await self._intake.take()
            if isinstance(card, Refused):
                self._warning = card.value
                continue
            now = asyncio.get_running_loop().time()
            again = card == self._last and now - self._last_at < self._again_s
            self._last, self._last_at = card, now
            if not again:
                self._warning = ""
                return card


class _CardReader:
    """What all card readers do, whatever they read."""

    def __init__(self, transport: Transport, decoder: CardDecoder, again_s: float = 0.0) -> None:
        self._cards = CardIntake(transport, decoder, again_s)

    async def open(self) -> None:
        """Open the line. RetryError ``device_offline``; StopError ``bad_address``, ``not_supported``."""
        await self._cards.open()

    async def close(self) -> None:
        """Let the line go."""
        await self._cards.close()

    async def check_health(self) -> Health:
        """Say whether the line stands; warning ``bank_card`` or ``random_uid`` when the last card was refused."""
        return self._cards.health()

    async def next_reading(self) -> CardToken:
        """Wait for the next card that is no bank's."""
        return await self._cards.next_card()


class StripeReader(_CardReader, MSR):
    """A magnetic stripe reader behind a line."""


class ChipReader(_CardReader, SmartCardRW):
    """A reader of chips that says by itself what card is held before it."""


def make_magnetic(transport: Transport, options: Options) -> Device:
    """Make a magnetic stripe reader."""
    return StripeReader(transport, partial(Swipes, int(options["track"]), check=options["check"] == "sent"))


def make_serial_chip(transport: Transport, options: Options) -> Device:
    """Make a reader of chips on a serial line."""
    numbers = _numbers(options, str(options["source"]))
    frame = options["frame"]
    decoder: CardDecoder
    if frame == "packet":
        decoder = partial(Packets, numbers)
    else:
        decoder = partial(Texts, numbers, decimal=frame == "decimal", check=frame == "hex_check")
    return ChipReader(transport, decoder, int(options["again_ms"]) / 1000)


def make_pcsc(transport: Transport, options: Options) -> Device:
    """Make a reader of PC/SC: its transport sends a card's number once."""
    return ChipReader(transport, partial(Texts, _numbers(options, "nfc"), chips=True))


def _numbers(options: Options, source: str) -> Numbers:
    return Numbers(str(options["number"]), source, reverse=options["order"] == "reversed")


_AS_PRINTED: tuple[Option, ...] = (
    Option("number", "sent", FORMS),
    Option("order", "sent", ("sent", "reversed")),
)

SUPPORTED: tuple[Supported, ...] = (
    Supported(
        "magnetic_serial",
        Kind.MSR,
        ("磁条卡阅读器(串口)", "Magnetic stripe reader, serial"),
        ("serial", "tcp"),
        make_magnetic,
        "MagTek MT-211232 manual p. 16; Omnitron RS-232 manual, appendix B; ISO/IEC 7811-6, 7813",
        models=("MagTek MT-211232", "Omni RS-232"),
        options=(Option("track", 0, low=0, high=3), Option("check", "none", ("none", "sent"))),
    ),
    Supported(
        "chip_serial",
        Kind.SMART_CARD_RW,
        ("IC/ID/NFC 读卡器(串口主动输出)", "IC, ID or NFC reader, serial"),
        ("serial", "tcp"),
        make_serial_chip,
        "Seeed 113020002 data sheet p. 3; reader makers' sheet 卡号格式 (see protocols/card_numbers.py)",
        models=("Seeed 125kHz UART", "ID-12"),
        options=(
            Option("frame", "hex", ("hex", "hex_check", "decimal", "packet")),
            *_AS_PRINTED,
            Option("source", "nfc", ("nfc", "ic")),
            Option("again_ms", 1000, low=0, high=10_000),
        ),
    ),
    Supported(
        "pcsc",
        Kind.SMART_CARD_RW,
        ("PC/SC 读卡器(如 ACR122U)", "PC/SC reader (such as ACR122U)"),
        ("pcsc",),
        make_pcsc,
        "PC/SC part 3, 3.2.2.1.3 (FF CA 00 00 00); needs the optional extra `cards` (pyscard)",
        models=("ACS ACR122U",),
        options=_AS_PRINTED,
    ),
)
