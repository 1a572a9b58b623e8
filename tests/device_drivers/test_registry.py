"""The registry: one list of all drivers, sound in itself, cheap to import, complete with what belongs to each."""

import subprocess
import sys
import types
from pathlib import Path

import pytest

from device_drivers import registry
from device_drivers.errors import Code, StopError
from device_drivers.interfaces.device import Kind
from device_drivers.supported import Supported

HEAVY = ("PIL", "escpos", "qrcode", "barcode", "zeroconf", "numpy", "smartcard", "serial")


def entry(name, **more):
    """A list entry of no real driver."""
    made = {"kind": Kind.SCALE, "title": ("秤", "scale"), "lines": ("serial",), "make": lambda *_: None, "manual": "m"}
    return Supported(name, **{**made, **more})


@pytest.fixture
def module(monkeypatch):
    """A way to make modules that hold lists."""

    def make(name, *supported):
        made = types.ModuleType(name)
        made.SUPPORTED = supported
        monkeypatch.setitem(sys.modules, name, made)
        return name

    return make


def test_two_drivers_of_one_name_are_refused(module):
    """A driver's name is one driver's only: it is what the database keeps of it."""
    with pytest.raises(ValueError, match="b has another driver named cas"):
        registry.gather([module("a", entry("cas")), module("b", entry("cas"))])


def test_the_list_is_sorted_by_kind_and_name(module):
    """Order of files does not matter: printers first as in Kind, names in order within a kind."""
    lists = [module("a", entry("z"), entry("a")), module("b", entry("m", kind=Kind.POS_PRINTER))]
    assert [one.driver for one in registry.gather(lists)] == ["m", "a", "z"]


def test_an_unknown_driver_is_refused():
    """A name from a database of another version is an error that says so, and never more than 32 characters of it."""
    with pytest.raises(StopError) as refusal:
        registry.by_name("no_such_driver" * 10)
    assert refusal.value.code is Code.NOT_SUPPORTED
    assert len(str(refusal.value.evidence["driver"])) == 32


def test_usb_ids_of_a_product_come_before_those_of_a_vendor(monkeypatch):
    """A driver that names the very product is offered before one that takes all of the vendor's."""
    whole, exact = entry("whole", usb=((0x04B8, None),)), entry("exact", usb=((0x04B8, 0x0E15), (0x04B8, None)))
    monkeypatch.setattr(registry, "SUPPORTED", (whole, exact, entry("other", usb=((0x1234, None),))))
    assert registry.for_usb(0x04B8, 0x0E15) == (exact, whole)
    assert registry.for_usb(0x04B8, 0x0202) == (whole, exact)
    assert registry.for_usb(0x1A86, 0x7523) == ()


@pytest.mark.parametrize("supported", registry.SUPPORTED, ids=lambda one: one.driver)
def test_each_entry_is_sound(supported):
    """Names are plain, titles stand in two languages, lines are known, defaults are allowed, the source is named."""
    assert supported.driver.replace("_", "").isalnum()
    assert supported.driver == supported.driver.lower()
    assert len(supported.driver) <= 32
    assert all(supported.title)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in supported.title[0])
    assert supported.manual
    assert supported.lines
    assert set(supported.lines) <= {"tcp", "serial", "usb", "pcsc"}
    assert registry.by_name(supported.driver) is supported
    names = [option.name for option in supported.options]
    assert len(set(names)) == len(names)
    for option in supported.options:
        assert option.default in option.choices if option.choices else option.low <= option.default <= option.high


def test_importing_the_registry_is_light():
    """The list alone loads nothing that prints, draws or looks around in the network: an idle node stays small."""
    program = f"import sys, device_drivers.registry; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_the_list_is_printed_as_markdown():
    """``python -m device_drivers.registry`` prints a table with a row for every driver."""
    table = registry.markdown((entry("cas", models=("PR", "PD-II")),))
    assert table.splitlines()[2] == "| scale | `cas` | 秤 · scale | serial | PR, PD-II | m |"
    assert len(registry.markdown().splitlines()) == 2 + len(registry.SUPPORTED)


def test_the_table_in_the_docs_is_the_present_one():
    """What docs/devices.md calls supported is what ``python -m device_drivers.registry`` prints."""
    text = (Path(__file__).resolve().parents[2] / "docs" / "devices.md").read_text(encoding="utf-8")
    begin, end = "<!-- supported: python -m device_drivers.registry -->\n", "<!-- end of supported -->"
    assert text.partition(begin)[2].partition(end)[0] == registry.markdown()
