"""Matching: what settles a driver, what may be asked, and above all what may not."""

import pytest

from device_drivers import registry
from device_drivers.discovery import matching
from device_drivers.discovery.matching import Match, match
from device_drivers.discovery.things import Thing
from device_drivers.interfaces.device import Kind
from device_drivers.supported import Ask, Option, Supported

QUESTION = Ask(b"\x10\x04\x01", bool)


def driver(name, kind, lines, **more):
    """A driver's entry."""
    return Supported(name, kind, ("机", name), lines, lambda *_: None, "manual", **more)


RECEIPTS = driver(
    "escpos",
    Kind.POS_PRINTER,
    ("tcp", "usb", "serial"),
    usb=((0x04B8, 0x0E28), (0x04B8, None)),
    ask=QUESTION,
    languages=("esc/pos", "escpos"),
    models=("Epson TM-T20III", "Xprinter XP-58", "Star TSP650 (ESC/POS)", "XP"),
    options=(Option("columns", 48, (32, 48)),),
)
LABELS = driver("zpl", Kind.LABEL_PRINTER, ("tcp", "usb"), usb=((0x0A5F, None),), languages=("zpl",))
SCALES = driver("cas", Kind.SCALE, ("serial",), usb=((0x1A86, 0x7523), (0x0AAA, 0x0001)))
SCANNERS = driver("scanner", Kind.SCANNER, ("serial",), usb=((0x0C2E, None),))
ALL = (RECEIPTS, LABELS, SCALES, SCANNERS)


def usb(vendor=0x1FC9, product=0x2016, **more):
    """A printer of the USB printer class."""
    return Thing("usb:x", "usb:/dev/usb/lp0", "USB Printing Support", "usb", (vendor, product), **more)


def lan(name="Printer", **more):
    """A printer on the LAN."""
    return Thing("mdns:x", "tcp://10.0.0.9:9100", name, "mdns", **more)


def port(vendor, product, **more):
    """A serial port."""
    return Thing("usb:x", "serial:/dev/ttyUSB0", "USB Serial", "serial", (vendor, product), **more)


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        (usb(0x04B8, 0x0E28), "escpos"),
        (usb(languages=("esc/pos",)), "escpos"),
        (usb(model="EPSON TM-T20III"), "escpos"),
        (lan(languages=("escpos",)), "escpos"),
        (lan("epson tm t20 iii (前台)"), "escpos"),
        (usb(languages=("zpl",)), "zpl"),
        (lan("Xprinter XP-58IIH"), "escpos"),
        (lan("xp-58"), "escpos"),
        (port(0x0AAA, 0x0001), "cas"),
        (port(0x0C2E, 0x0B61), "scanner"),
    ],
)
def test_what_a_thing_says_of_itself_settles_the_driver(thing, name):
    """A product's USB ids, an announced language and a model's name are each enough, and then nobody is asked."""
    assert match(thing, ALL) == Match(name)


@pytest.mark.parametrize(
    ("thing", "asked"),
    [
        (usb(0x04B8, 0x0202), ("escpos",)),
        (usb(0x0A5F, 0x0080), ()),
        (lan("80mm 热敏打印机"), ("escpos",)),
        (lan("POS-58"), ("escpos",)),
        (usb(model="Receipt Printer"), ("escpos",)),
    ],
)
def test_what_is_only_likely_is_asked(thing, asked):
    """A vendor's id or a word for receipts makes it worth asking those drivers that have a polite question."""
    assert match(thing, ALL) == Match(ask=asked)


@pytest.mark.parametrize(
    "thing",
    [
        usb(0x04B8, 0x0E28, languages=("escpl2", "bdc", "d4")),
        lan("Receipt printer", languages=("application/postscript", "escpos")),
        lan("HP LaserJet", languages=("application/vnd.hp-pcl",)),
        lan("小票", office=True),
        lan("AirPrint POS", languages=("image/urf",)),
        lan("Printer"),
        lan("Deposit HP"),
        lan("Star TSP650"),
        lan("XP pro"),
        usb(),
    ],
)
def test_who_may_print_pages_is_never_asked(thing):
    """A printer of pages prints what it does not understand: it gets no byte, nor does one that gives no hint."""
    assert match(thing, ALL) == Match()


@pytest.mark.parametrize(
    "ids", [(0x1A86, 0x7523), (0x0403, 0x6001), (0x067B, 0x2303), (0x10C4, 0xEA60), (0x1234, 0x5678), (0x04B8, 0x0202)]
)
def test_nothing_is_asked_on_a_serial_port(ids):
    """A drawer opens on any byte, and an adapter says nothing of what hangs behind it, whoever claims its ids."""
    assert match(port(*ids, model="POS receipt"), ALL) == Match()


def test_a_driver_is_matched_only_on_its_own_lines():
    """A language that a driver speaks on another line only does not match."""
    assert match(Thing("x", "serial:/dev/ttyACM0", "Zebra", "serial", languages=("zpl",)), ALL) == Match()


def test_two_drivers_that_claim_a_thing_are_asked():
    """Where two drivers claim the same the answer to a polite question settles it."""
    other = driver("other", Kind.POS_PRINTER, ("tcp",), languages=("escpos",), ask=QUESTION)
    assert match(lan(languages=("escpos",)), (*ALL, other)) == Match(ask=("escpos", "other"))


def test_no_driver_claims_an_adapter_as_its_own():
    """No driver of the list names the ids of a common adapter: they would be matched for nothing."""
    claimed = {ids for one in registry.SUPPORTED for ids in one.usb if "serial" in one.lines}
    assert claimed.isdisjoint(matching.ADAPTERS)
    assert all((vendor, None) not in matching.ADAPTERS for vendor, _ in claimed)


@pytest.mark.parametrize(
    ("name", "guessed"),
    [("XP-58IIH", {"columns": 32}), ("58mm 小票机", {"columns": 32}), ("XP-N160", {}), ("TM-T5800", {}), ("1580", {})],
)
def test_narrow_paper_is_guessed_from_the_name(name, guessed):
    """A printer with 58 in its name takes narrow paper; a driver without such an option is not given it."""
    assert matching.options(lan(name), RECEIPTS) == guessed
    assert matching.options(lan(name), LABELS) == {}


def test_every_polite_question_is_one_short_sequence():
    """What a driver asks is one sequence of a control character: at most two signs for a printer that knows it not."""
    questions = {one.driver: one.ask.question for one in registry.SUPPORTED if one.ask is not None}
    assert questions
    for name, asked in questions.items():
        assert asked[0] in {0x05, 0x10, 0x1B}, name
        assert len(asked) <= 3, name
        assert not set(asked) & set(b"\n\r\f"), name
