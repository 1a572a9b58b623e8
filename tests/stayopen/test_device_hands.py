"""Hands at simulated devices: what one does in words reaches the device, and what happens to it is told once."""

import pytest

from device_drivers import registry
from device_drivers.simulators import catalogue
from stayopen.device_hands import News, hand

RECEIPT = b"\x1b@\x1c&" + "珍珠奶茶".encode("gb18030") + b"\x1c.\n\x1dV\x00"
LABEL = b"SIZE 40 mm,30 mm\r\nCLS\r\nPRINT 1,2\r\n"


@pytest.fixture
def at():
    """A way to a device of some driver, and to the hand at it."""

    def make(driver):
        machine = catalogue.machine(driver)
        return machine, hand(registry.by_name(driver).kind, machine)

    return make


@pytest.mark.parametrize("driver", sorted(catalogue.SIMULATORS))
def test_every_simulated_device_has_a_hand(at, driver):
    """At each device one can look at what happened and do what its words say; nonsense is none of them."""
    _, person = at(driver)
    person.news()
    before = person.seen()
    assert person.seen() == before
    assert not person.act(["dance"])
    assert isinstance(person.words, tuple)


def test_receipts_and_pulses_are_told_once(at):
    """Each finished receipt is told with its number, its text and its picture; a pulse with the count."""
    printer, person = at("escpos")
    printer.receive(RECEIPT + RECEIPT + b"\x1bp\x00\x19\xfa")
    told = person.news()
    assert [(one.text, one.stem) for one in told] == [
        ("receipt", "receipt-0001"),
        ("receipt", "receipt-0002"),
        ("drawer opened 1", ""),
    ]
    files = {file.suffix: file.data() for file in told[1].files}
    assert files[".txt"].decode() == "珍珠奶茶\n"
    assert files[".png"].startswith(b"\x89PNG")
    assert person.news() == []


def test_what_is_done_at_a_printer_is_seen_on_its_line(at):
    """Paper, cover and faults change what the printer answers, and can be made good again."""
    printer, person = at("escpos")
    well = printer.receive(b"\x10\x04\x02")
    for bad, good in (("paper out", "paper in"), ("cover open", "cover closed"), ("fault cutter", "fault none")):
        assert person.act(bad.split())
        assert printer.receive(b"\x10\x04\x02") != well
        assert person.act(good.split())
        assert printer.receive(b"\x10\x04\x02") == well
    assert person.act(["paper", "low"])
    assert printer.receive(b"\x10\x04\x04") == b"\x1e"
    printer.receive(b"\x1bp\x00\x19\xfa")
    assert printer.drawer_open
    assert person.act(["drawer", "close"])
    assert not printer.drawer_open
    printer.receive(b"half a receipt\n")
    assert person.act(["tear"])
    assert [one.stem for one in person.news() if one.stem] == ["receipt-0001"]
    assert person.act(["off"])


def test_labels_are_told_when_there_is_paper(at):
    """A label printer without labels prints nothing; what waited comes out when there are some."""
    printer, person = at("tspl")
    assert person.act(["paper", "out"])
    printer.receive(LABEL)
    assert person.news() == []
    assert person.act(["paper", "in"])
    assert [one.stem for one in person.news()] == ["label-0001", "label-0002"]
    assert person.act(["cover", "open"])
    printer.receive(LABEL)
    assert person.news() == []


def test_a_scale_is_loaded_shaken_and_tared(at):
    """Weight, motion and keys are done by words; a weight is a number."""
    scale, person = at("cas")
    assert person.act(["weight", "1234"])
    assert person.news() == [News("scale 1234 g, tare 0 g, still")]
    assert person.act(["press", "tare"])
    assert person.act(["moving"])
    assert person.news() == [News("scale 0 g, tare 1234 g, moving")]
    assert person.act(["still"])
    assert scale.shown == 0
    with pytest.raises(ValueError, match="heavy"):
        person.act(["weight", "heavy"])


@pytest.mark.parametrize(
    ("driver", "words", "said"),
    [
        ("serial_scanner", "scan 6901234567892", b"6901234567892\r"),
        ("serial_scanner", "scan 会员 8800", "会员 8800\r".encode()),
        ("magnetic_serial", "swipe 8800123", b";8800123?\r"),
        ("chip_serial", "hold 04a1b2c3", b"04A1B2C3\r\n"),
    ],
)
def test_readers_say_what_is_held_before_them(at, driver, words, said):
    """A code, a stripe and a chip are said on the next beat."""
    reader, person = at(driver)
    assert person.act(words.split())
    assert reader.beat() == said
    assert person.news() == []


def test_displays_and_drawers_tell_what_one_sees(at):
    """What a display shows and how often a drawer opened is told when it changes."""
    display, person = at("cd5220")
    display.receive(b"\x0c12.50")
    assert person.news()[0].text.startswith("display 12.50")
    digits, person = at("led8_display")
    digits.receive(b"\x1bs2\x1bQA12.50\r")
    assert person.news() == [News("display 12.50 合计")]
    drawer, person = at("serial_drawer")
    drawer.receive(bytes.fromhex("1b700019fa"))
    assert person.news() == [News("drawer opened 1, strange bytes 0")]
