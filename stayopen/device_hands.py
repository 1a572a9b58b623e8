"""Hands for simulated devices: what a person does at one, in words, and what there is to see of it afterwards.

Each kind of device has its hand. ``act`` takes the words of one line; ``news`` tells what happened since it was asked
last: lines for the terminal, and files to keep.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from device_drivers.interfaces.device import Kind
from device_drivers.simulators.machine import Machine

if TYPE_CHECKING:
    from device_drivers.simulators.card_readers import ChipPad, StripeSlot
    from device_drivers.simulators.label_canvas import LabelRoll
    from device_drivers.simulators.line_displays import Cd5220Display, Led8Display
    from device_drivers.simulators.pos_printer import PosPrinter
    from device_drivers.simulators.scales import Plate
    from device_drivers.simulators.scanner import ScannerGun
    from device_drivers.simulators.serial_drawer import TriggerBox
    from device_drivers.simulators.tspl_printer import TsplLabelPrinter


class File(NamedTuple):
    """Something to keep. ``suffix``: .png or .txt; ``data``: makes it, slowly where it is drawn."""

    suffix: str
    data: Callable[[], bytes]


class News(NamedTuple):
    """One thing that happened. ``stem``: what its files are called, ``receipt-0001``."""

    text: str
    stem: str = ""
    files: tuple[File, ...] = ()


class Hand(ABC):
    """A person at one device. ``words``: what ``act`` understands."""

    words: tuple[str, ...] = ()

    def act(self, words: Sequence[str]) -> bool:
        """Do it; False when it is nothing that one can do here. ValueError for a number that is none."""
        return not words

    @abstractmethod
    def seen(self) -> tuple[object, ...]:
        """Return something that differs from what it was whenever there is news."""

    @abstractmethod
    def news(self) -> list[News]:
        """Tell what happened since the last call."""


class PrinterHand(Hand):
    """At a receipt printer, and at the drawer on its port."""

    words = (
        "paper out|low|in",
        "cover open|closed",
        "fault cutter|overheated|head|none",
        "drawer close",
        "tear",
        "off",
    )

    def __init__(self, machine: "PosPrinter") -> None:
        self.machine = machine
        self._cuts = self._pulses = 0

    def act(self, words: Sequence[str]) -> bool:
        """Do it."""
        printer = self.machine
        match list(words):
            case ["paper", "out" | "in" | "low" as how]:
                printer.paper_out, printer.near_end = how == "out", how != "in"
            case ["cover", "open" | "closed" as how]:
                printer.cover_open = how == "open"
            case ["fault", "none"]:
                printer.fault = ""
            case ["fault", "cutter" | "overheated" | "head" as what]:
                printer.fault = what
            case ["drawer", "close"]:
                printer.drawer_open = False
            case ["tear"]:
                printer.tear()
            case ["off"]:
                printer.switch_off()
            case _:
                return False
        return True

    def seen(self) -> tuple[object, ...]:
        """How many receipts and pulses there were."""
        return (self.machine.cuts, self.machine.drawer_pulses)

    def news(self) -> list[News]:
        """Tell of receipts and of the drawer."""
        told, receipts = [], self.machine.receipts
        first = max(self._cuts, self.machine.cuts - len(receipts))
        for number in range(first + 1, self.machine.cuts + 1):
            receipt = receipts[number - self.machine.cuts - 1]
            text = f"{receipt.text}\n".encode()
            files = (File(".png", receipt.png), File(".txt", lambda text=text: text))  # type: ignore[misc]
            told.append(News("receipt", f"receipt-{number:04}", files))
        if self.machine.drawer_pulses != self._pulses:
            told.append(News(f"drawer opened {self.machine.drawer_pulses}"))
        self._cuts, self._pulses = self.machine.cuts, self.machine.drawer_pulses
        return told


class LabelHand(Hand):
    """At a label printer of either language."""

    words = ("paper out|in", "cover open|closed")

    def __init__(self, machine: "TsplLabelPrinter") -> None:
        self.machine = machine
        self._printed = 0

    @property
    def _roll(self) -> "LabelRoll":
        return self.machine.roll

    def act(self, words: Sequence[str]) -> bool:
        """Do it."""
        match list(words):
            case ["paper", "out" | "in" as how]:
                self._roll.left = 0 if how == "out" else None
            case ["cover", "open" | "closed" as how]:
                self._roll.head_open = how == "open"
            case _:
                return False
        self._roll.work()
        return True

    def seen(self) -> tuple[object, ...]:
        """How many labels there were."""
        return (self._roll.printed,)

    def news(self) -> list[News]:
        """Tell of labels."""
        printed, labels = self._roll.printed, self._roll.labels
        numbers = range(max(self._printed, printed - len(labels)) + 1, printed + 1)
        self._printed = printed
        return [
            News("label", f"label-{number:04}", (File(".png", labels[number - printed - 1].png),)) for number in numbers
        ]


class DrawerHand(Hand):
    """At a drawer on a serial line."""

    def __init__(self, machine: "TriggerBox") -> None:
        self.machine = machine

    def seen(self) -> tuple[object, ...]:
        """How often it opened."""
        return (self.machine.opened, self.machine.strange)

    def news(self) -> list[News]:
        """Tell of it."""
        return [News(f"drawer opened {self.machine.opened}, strange bytes {self.machine.strange}")]


class DisplayHand(Hand):
    """Before a customer display with rows."""

    def __init__(self, machine: "Cd5220Display") -> None:
        self.machine = machine

    def seen(self) -> tuple[object, ...]:
        """What it shows."""
        return self.machine.rows

    def news(self) -> list[News]:
        """Tell what it shows."""
        return [News("display " + " | ".join(self.machine.rows))]


class DigitsHand(Hand):
    """Before a display of eight digits."""

    def __init__(self, machine: "Led8Display") -> None:
        self.machine = machine

    def seen(self) -> tuple[object, ...]:
        """What it shows."""
        return (self.machine.shown, self.machine.lamp)

    def news(self) -> list[News]:
        """Tell what it shows."""
        return [News(f"display {self.machine.shown or '-'} {self.machine.lamp}".rstrip())]


class ScaleHand(Hand):
    """At a scale."""

    words = ("weight GRAMS", "moving", "still", "press zero|tare|clear")

    def __init__(self, machine: "Plate") -> None:
        self.machine = machine

    def act(self, words: Sequence[str]) -> bool:
        """Do it."""
        match list(words):
            case ["weight", grams]:
                self.machine.load = int(grams)
            case ["moving" | "still" as how]:
                self.machine.moving = how == "moving"
            case ["press", "zero" | "tare" | "clear" as key]:
                self.machine.press(key)
            case _:
                return False
        return True

    def seen(self) -> tuple[object, ...]:
        """What it shows."""
        return (self.machine.shown, self.machine.moving, self.machine.tared)

    def news(self) -> list[News]:
        """Tell what it shows."""
        how = "moving" if self.machine.moving else "still"
        return [News(f"scale {self.machine.shown} g, tare {self.machine.tared} g, {how}")]


class _Silent(Hand):
    """At a device that shows nothing."""

    def seen(self) -> tuple[object, ...]:
        """Nothing."""
        return ()

    def news(self) -> list[News]:
        """Tell nothing."""
        return []


class ScannerHand(_Silent):
    """With a scanner in it."""

    words = ("scan CODE",)

    def __init__(self, machine: "ScannerGun") -> None:
        self.machine = machine

    def act(self, words: Sequence[str]) -> bool:
        """Do it."""
        match list(words):
            case ["scan", *code] if code:
                self.machine.scan(" ".join(code))
            case _:
                return False
        return True


class StripeHand(_Silent):
    """With a magnetic card."""

    words = ("swipe TRACK2",)

    def __init__(self, machine: "StripeSlot") -> None:
        self.machine = machine

    def act(self, words: Sequence[str]) -> bool:
        """Do it."""
        match list(words):
            case ["swipe", track]:
                self.machine.swipe(track_2=track)
            case _:
                return False
        return True


class ChipHand(_Silent):
    """With a card that has a chip."""

    words = ("hold UID_IN_HEX",)

    def __init__(self, machine: "ChipPad") -> None:
        self.machine = machine

    def act(self, words: Sequence[str]) -> bool:
        """Do it."""
        match list(words):
            case ["hold", uid]:
                self.machine.hold(bytes.fromhex(uid))
            case _:
                return False
        return True


_HANDS: dict[Kind, Callable[[Any], Hand]] = {
    Kind.POS_PRINTER: PrinterHand,
    Kind.LABEL_PRINTER: LabelHand,
    Kind.CASH_DRAWER: DrawerHand,
    Kind.LINE_DISPLAY: DisplayHand,
    Kind.SCALE: ScaleHand,
    Kind.SCANNER: ScannerHand,
    Kind.MSR: StripeHand,
    Kind.SMART_CARD_RW: ChipHand,
}


def hand(kind: Kind, machine: Machine) -> Hand:
    """Return the hand for a device of this kind."""
    if kind is Kind.LINE_DISPLAY and not hasattr(machine, "rows"):
        return DigitsHand(cast("Led8Display", machine))
    return _HANDS[kind](machine)
