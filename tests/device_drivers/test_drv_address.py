"""Addresses of devices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.address import Address, SerialSettings, parse, server_of
from device_drivers.errors import Code, DeviceError, StopError
from device_drivers.transports.memory import MemoryTransport
from device_drivers.transports.opening import transport
from device_drivers.transports.pcsc import PcscTransport
from device_drivers.transports.serial_line import TtyTransport
from device_drivers.transports.serial_threads import ThreadedSerialTransport
from device_drivers.transports.tcp import TcpTransport
from device_drivers.transports.usb_printer import UsbPrinterTransport

WRITTEN = [
    ("tcp://192.168.1.50:9100", Address("tcp", "192.168.1.50", 9100)),
    ("tcp://[fe80::1%eth0]:9100", Address("tcp", "fe80::1%eth0", 9100)),
    ("tcp://EPSON-4F2A.local:515", Address("tcp", "EPSON-4F2A.local", 515)),
    ("serial:/dev/ttyUSB0", Address("serial", "/dev/ttyUSB0")),
    (
        "serial:/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0?baud=115200&parity=E",
        Address("serial", "/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0", 0, (("baud", 115200), ("parity", "E"))),
    ),
    (
        "serial:COM12?data=7&stop=2&flow=rtscts",
        Address("serial", "COM12", 0, (("data", 7), ("stop", 2), ("flow", "rtscts"))),
    ),
    ("serial:socket://192.168.1.9:4001", Address("serial", "socket://192.168.1.9:4001")),
    ("serial:rfc2217://[::1]:2217?baud=1200", Address("serial", "rfc2217://[::1]:2217", 0, (("baud", 1200),))),
    ("serial:loop://", Address("serial", "loop://")),
    ("usb:/dev/usb/lp0", Address("usb", "/dev/usb/lp0")),
    ("memory:till-2.receipt", Address("memory", "till-2.receipt")),
    ("pcsc:ACS ACR122U 00 00", Address("pcsc", "ACS ACR122U 00 00")),
]


@pytest.mark.parametrize(("text", "address"), WRITTEN)
def test_an_address_is_written_as_it_was_read(text, address):
    """Reading and writing an address are each other's inverse."""
    assert parse(text) == address
    assert str(address) == text


def test_a_printer_port_need_not_be_written():
    """A network address without a port means raw printing."""
    assert str(parse("tcp://192.168.1.50")) == "tcp://192.168.1.50:9100"
    assert str(parse("tcp://[::1]")) == "tcp://[::1]:9100"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "192.168.1.50",
        "tcp:192.168.1.50",
        "tcp://",
        "tcp://host:0",
        "tcp://host:65536",
        "tcp://host:１",
        "tcp://host:9100/path",
        "tcp://user@host:9100",
        "tcp://[host]:9100",
        "tcp://[::1",
        "tcp://::1",
        "tcp://-host",
        "serial:",
        "serial:ttyUSB0",
        "serial:/dev/../etc/shadow",
        "serial:/dev/ttyUSB0?",
        "serial:/dev/ttyUSB0?baud=12345",
        "serial:/dev/ttyUSB0?baud=9600&baud=9600",
        "serial:/dev/ttyUSB0?colour=red",
        "serial:/dev/ttyUSB0?data=8.0",
        "serial:spy:///dev/ttyUSB0?file=/etc/passwd",
        "serial:hwgrep://.*",
        "serial:alt:///dev/ttyUSB0?class=PosixPollSerial",
        "serial:socket://host",
        "serial:loop://?logging=debug",
        "serial:COM0",
        "usb:lp0",
        "usb:/dev/usb/lp0?x=1",
        "usb:/dev/usb/lp0\n",
        "memory:",
        "memory:a b",
        "pcsc:",
        "http://host",
        "tcp://" + "h" * 300,
    ],
)
def test_what_is_no_address(text):
    """Everything that could open something else than a device's line is refused."""
    with pytest.raises(StopError) as caught:
        parse(text)
    assert caught.value.code is Code.BAD_ADDRESS


@given(
    st.text(max_size=300)
    | st.builds("{}{}".format, st.sampled_from(["tcp://", "serial:", "usb:", "serial:socket://"]), st.text())
)
def test_random_text_is_an_address_or_none(text):
    """No text makes anything but an address that reads back the same, or a DeviceError."""
    try:
        address = parse(text)
    except DeviceError:
        return
    assert parse(str(address)) == address


def test_settings_in_the_address_win_over_the_drivers():
    """What stands in the address is set, everything else as the driver wants it."""
    driver = SerialSettings(baud=2400, data_bits=7, parity="E", stop_bits=1)
    assert parse("serial:COM3?baud=19200").serial(driver) == SerialSettings(19200, 7, "E", 1)
    assert parse("serial:COM3").serial() == SerialSettings(9600, 8, "N", 1, "none")


def test_each_address_gets_its_transport():
    """The kind of an address decides what carries its bytes."""
    kinds = {text: type(transport(text)) for text, _ in WRITTEN}
    assert set(kinds.values()) == {
        TcpTransport,
        TtyTransport,
        ThreadedSerialTransport,
        UsbPrinterTransport,
        MemoryTransport,
        PcscTransport,
    }
    assert kinds["serial:socket://192.168.1.9:4001"] is TcpTransport
    assert server_of("socket://[::1]:4001") == ("::1", 4001)
    for text in kinds:
        assert transport(text).address == text
