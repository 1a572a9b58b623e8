"""What is plugged in: identities that stay, read off a sysfs made of files."""

from types import SimpleNamespace

import pytest

from device_drivers.discovery.card_readers import card_readers
from device_drivers.discovery.matching import match
from device_drivers.discovery.plugged import plugged

CH340 = {"vid": 0x1A86, "pid": 0x7523, "product": "USB2.0-Serial"}


def port(name, location="1-1", **more):
    """A serial port as pyserial lists it."""
    made = {"vid": None, "pid": None, "serial_number": None, "manufacturer": None, "product": None, "subsystem": "usb"}
    return SimpleNamespace(device=f"/dev/{name}", name=name, location=location, **{**made, **more})


def printer(root, name, socket, *, usb=("04b8", "0e28"), serial="", said="", interface="00", folder="usbmisc"):
    """Plug a printer into a made sysfs."""
    device = root / "sys/devices/pci0/usb1" / socket
    place = device / f"{socket}:1.{int(interface, 16)}"
    (place / folder / name).mkdir(parents=True)
    (root / f"sys/class/{folder}").mkdir(parents=True, exist_ok=True)
    (root / f"sys/class/{folder}" / name).symlink_to(place / folder / name)
    (place / folder / name / "device").symlink_to(place)
    (root / "dev/usb").mkdir(parents=True, exist_ok=True)
    (root / "dev/usb" / name).touch()
    (place / "bInterfaceNumber").write_text(f"{interface}\n")
    (place / "ieee1284_id").write_text(f"{said}\n")
    for key, value in {"idVendor": usb[0], "idProduct": usb[1], "serial": serial, "product": "Printer"}.items():
        if value:
            (device / key).write_text(f"{value}\n")
    return device


def look(root, *ports):
    """Identity → address of what is found."""
    return {thing.identity: thing.address for thing in plugged(root, lambda: ports)}


def test_a_serial_number_names_a_port_wherever_it_is_plugged_in(tmp_path):
    """An adapter with a serial number keeps its identity in another socket under another name."""
    first = port("ttyUSB0", "1-1.2", vid=0x0403, pid=0x6001, serial_number="A50285BI")
    later = port("ttyUSB3", "1-1.4", vid=0x0403, pid=0x6001, serial_number="A50285BI")
    assert look(tmp_path, first) == {"usb:0403:6001:A50285BI": "serial:/dev/ttyUSB0"}
    assert look(tmp_path, later) == {"usb:0403:6001:A50285BI": "serial:/dev/ttyUSB3"}


def test_two_same_adapters_without_number_stay_apart(tmp_path):
    """Where there is no serial number the socket is the name, whatever order the ports come in."""
    one, two = port("ttyUSB0", "1-1.1", **CH340), port("ttyUSB1", "1-1.2", **CH340)
    swapped = port("ttyUSB1", "1-1.1", **CH340), port("ttyUSB0", "1-1.2", **CH340)
    assert look(tmp_path, one, two) == {
        "usb:1a86:7523:@1-1.1": "serial:/dev/ttyUSB0",
        "usb:1a86:7523:@1-1.2": "serial:/dev/ttyUSB1",
    }
    assert look(tmp_path, *swapped) == {
        "usb:1a86:7523:@1-1.1": "serial:/dev/ttyUSB1",
        "usb:1a86:7523:@1-1.2": "serial:/dev/ttyUSB0",
    }


@pytest.mark.parametrize("number", ["0", "0001", "0000000000", "123456789", "0123456789ABCDEF", "1", "AA", "", None])
def test_numbers_that_thousands_share_are_no_names(tmp_path, number):
    """Serial numbers that makers give to all of a series count as none."""
    adapter = port("ttyUSB0", "2-1", vid=0x10C4, pid=0xEA60, serial_number=number)
    assert look(tmp_path, adapter) == {"usb:10c4:ea60:@2-1": "serial:/dev/ttyUSB0"}


def test_the_same_number_twice_is_told_apart_by_the_sockets(tmp_path):
    """Of two things with one serial number both are named by their sockets as well: neither takes the other's place."""
    twins = [port(f"ttyACM{n}", f"1-{n}", vid=0x1EAB, pid=0x0006, serial_number="SN-77001") for n in (1, 2)]
    assert look(tmp_path, *twins) == {
        "usb:1eab:0006:SN-77001@1-1": "serial:/dev/ttyACM1",
        "usb:1eab:0006:SN-77001@1-2": "serial:/dev/ttyACM2",
    }


def test_each_interface_of_one_device_is_a_thing(tmp_path):
    """The four ports of one adapter have one serial number, and are told apart by their interfaces."""
    four = [
        port(f"ttyUSB{n}", f"1-1:1.{n}", vid=0x0403, pid=0x6011, serial_number="FT4XYZ12", manufacturer="FTDI")
        for n in range(4)
    ]
    assert sorted(look(tmp_path, *four)) == [
        "usb:0403:6011:FT4XYZ12",
        *(f"usb:0403:6011:FT4XYZ12#{n}" for n in (1, 2, 3)),
    ]


def test_the_links_of_udev_are_the_better_address(tmp_path):
    """A port's address is the link that follows it where there is one: by number, else by socket."""
    for kind, link, name in (("by-id", "usb-FTDI_A50285BI-if00", "ttyUSB0"), ("by-path", "pci-usb-0:1.2", "ttyUSB1")):
        (tmp_path / "dev/serial" / kind).mkdir(parents=True)
        (tmp_path / "dev/serial" / kind / link).symlink_to(f"../../{name}")
    found = look(
        tmp_path,
        port("ttyUSB0", "1-1.1", vid=0x0403, pid=0x6001, serial_number="A50285BI"),
        port("ttyUSB1", "1-1.2", **CH340),
    )
    assert found == {
        "usb:0403:6001:A50285BI": "serial:/dev/serial/by-id/usb-FTDI_A50285BI-if00",
        "usb:1a86:7523:@1-1.2": "serial:/dev/serial/by-path/pci-usb-0:1.2",
    }


def test_only_ports_that_a_board_has_are_listed(tmp_path):
    """Of the main board's ports those with a socket are told, not the thirty that Linux only keeps room for."""
    ports = [
        port("ttyS0", None, subsystem="pnp"),
        port("ttyAMA0", None, subsystem="amba"),
        port("ttyS1", None, subsystem="serial-base", device_path="/sys/devices/pnp0/00:01/00:01:0"),
        port("ttyS4", None, subsystem="serial-base", device_path="/sys/devices/platform/serial8250"),
        port("ttyS5", None, subsystem=None),
    ]
    windows = port("COM3", None)
    del windows.subsystem
    windows.device = "COM3"
    assert look(tmp_path, *ports, windows) == {
        "port:COM3": "serial:COM3",
        "port:ttyAMA0": "serial:/dev/ttyAMA0",
        "port:ttyS0": "serial:/dev/ttyS0",
        "port:ttyS1": "serial:/dev/ttyS1",
    }


@pytest.mark.parametrize("folder", ["usbmisc", "usb"])
def test_a_usb_printer_is_read_off_sysfs(tmp_path, folder):
    """A printer's ids, its serial number and what it says by IEEE 1284 are found, under old kernels' names as well."""
    said = "MFG:EPSON;CMD:ESC/POS;MDL:TM-T20III;CLS:PRINTER;"
    printer(tmp_path, "lp0", "1-1.3", serial="X3YP012345", said=said, folder=folder)
    (thing,) = plugged(tmp_path, list)
    assert thing.identity == "usb:04b8:0e28:X3YP012345"
    assert thing.address == "usb:/dev/usb/lp0"
    assert (thing.usb, thing.model, thing.languages) == ((0x04B8, 0x0E28), "EPSON TM-T20III", ("esc/pos",))
    assert thing.found_by == "usb"


def test_a_printer_without_number_is_named_by_its_socket(tmp_path):
    """Two same printers without serial numbers stay apart; the number in the IEEE 1284 id serves where there is one."""
    printer(tmp_path, "lp0", "1-2", usb=("0416", "5011"))
    printer(tmp_path, "lp1", "1-3", usb=("0416", "5011"))
    printer(tmp_path, "lp2", "1-4", usb=("0a5f", "0080"), said="MFG:Zebra;MDL:GK420d;SN:28J101;")
    assert look(tmp_path) == {
        "usb:0416:5011:@1-2": "usb:/dev/usb/lp0",
        "usb:0416:5011:@1-3": "usb:/dev/usb/lp1",
        "usb:0a5f:0080:28J101": "usb:/dev/usb/lp2",
    }


def test_a_printer_that_is_half_there_is_left_for_the_next_look(tmp_path):
    """While a printer comes or goes some files are missing: it is not there then, and nothing fails."""
    device = printer(tmp_path, "lp0", "1-1")
    (device / "idProduct").unlink()
    printer(tmp_path, "lp1", "1-2")
    (tmp_path / "dev/usb/lp1").unlink()
    assert look(tmp_path) == {}


def test_strange_serial_numbers_are_made_plain(tmp_path):
    """What a device writes as its serial number cannot forge another identity nor grow without bound."""
    rogue = port("ttyUSB0", "1-1", vid=1, pid=2, serial_number="x:y@1-2#3\n\u202e" + "9" * 100)
    (identity,) = look(tmp_path, rogue)
    assert identity == "usb:0001:0002:x_y_1-2_3__" + "9" * 53


def test_there_is_a_bound_on_things(tmp_path):
    """No more things are told than a box can have."""
    many = [port(f"ttyUSB{n}", f"1-{n}", **CH340) for n in range(500)]
    assert len(look(tmp_path, *many)) == 128


def test_card_readers_are_found_by_their_names():
    """Each reader of PC/SC is a thing of its own with the one driver there is for them; no service means no reader."""
    names = ["ACS ACR122U PICC Interface 00 00", "ACS ACR122U PICC Interface 01 00"]
    found = card_readers(lambda: names)
    assert [thing.address for thing in found] == [f"pcsc:{name}" for name in names]
    assert {match(thing).driver for thing in found} == {"pcsc"}

    def no_service():
        raise RuntimeError("service not available")

    assert card_readers(no_service) == ()
