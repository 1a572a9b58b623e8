"""Things and changes: pure comparison by identity, and strangers' text made fit to be shown."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from device_drivers.discovery import ieee1284
from device_drivers.discovery.things import Change, Thing, What, differences, plain

NAMES = st.sampled_from("abcdef")
LOOKS = st.dictionaries(NAMES, st.sampled_from(["serial:/dev/ttyUSB0", "serial:/dev/ttyUSB1", "tcp://10.0.0.9:9100"]))


def thing(identity, address="serial:/dev/ttyUSB0", name="秤"):
    """A thing somewhere."""
    return Thing(identity, address, name, "serial")


def test_what_vanished_is_told_before_what_moved_and_appeared():
    """The address of a vanished thing may be another's by now, so the loss is told first."""
    before = {"a": thing("a"), "b": thing("b", "serial:/dev/ttyUSB1"), "d": thing("d")}
    now = [thing("c", "serial:/dev/ttyUSB1"), thing("b"), thing("d")]
    assert differences(before, now) == [
        Change(What.VANISHED, thing("a")),
        Change(What.MOVED, thing("b")),
        Change(What.APPEARED, thing("c", "serial:/dev/ttyUSB1")),
    ]


def test_new_words_of_a_thing_are_a_change():
    """A thing that says something else of itself at the same place is told again."""
    assert differences({"a": thing("a")}, [thing("a", name="电子秤")]) == [
        Change(What.MOVED, thing("a", name="电子秤"))
    ]


@given(LOOKS, LOOKS)
def test_the_changes_lead_from_one_look_to_the_next(before, now):
    """Whoever carries out the changes and nothing else arrives at what is there now; none is told without need."""
    known = {name: thing(name, address) for name, address in before.items()}
    present = {name: thing(name, address) for name, address in now.items()}
    changes = differences(known, present.values())
    for what, one in changes:
        assert (what is What.APPEARED) == (one.identity not in known)
        if what is What.VANISHED:
            known.pop(one.identity)
        else:
            assert known.get(one.identity) != one
            known[one.identity] = one
    assert known == present


@given(st.text(), st.integers(1, 80))
def test_a_strangers_text_is_one_short_line(text, most):
    """Whatever a device calls itself: no control, direction or half characters, no blanks at the ends, bounded."""
    shown = plain(text, most)
    assert len(shown) <= most
    assert all(unicodedata.category(sign)[0] != "C" for sign in shown)
    assert shown == " ".join(shown.split())
    assert plain(shown, most) == shown


def test_names_stay_as_they_are():
    """Chinese names and model numbers pass unchanged; line ends become blanks, direction marks go."""
    assert plain("前台小票机 XP-58（一号）") == "前台小票机 XP-58（一号）"
    assert plain("till\r\n1\u202egpj.exe\x00") == "till 1gpj.exe"


def test_an_ieee_1284_id_is_read():
    """Maker, model, languages and serial number are found under their short and their long keys."""
    epson = "MFG:EPSON;CMD:ESC/POS;MDL:TM-T20III;CLS:PRINTER;DES:EPSON TM-T20III;"
    assert ieee1284.parse(epson) == ("EPSON", "TM-T20III", ("esc/pos",), "")
    zebra = "MANUFACTURER:Zebra Technologies ;COMMAND SET:ZPL, EPL;MODEL:ZTC GK420d;CLASS:PRINTER;SN:28J101"
    assert ieee1284.parse(zebra) == ("Zebra Technologies", "ZTC GK420d", ("zpl", "epl"), "28J101")


@given(st.text(max_size=3000))
def test_any_text_passes_as_an_ieee_1284_id(text):
    """Printers write anything: reading never fails, and everything read is bounded."""
    said = ieee1284.parse(text)
    assert all(len(part) <= 64 for part in (said.maker, said.model, said.serial_number, *said.languages))
    assert len(said.languages) <= 16
