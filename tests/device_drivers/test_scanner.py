"""Scanners: what ends a scan, what stands in it, and the driver over memory and a pty."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from decoder_laws import NOISE, assert_bounded, assert_cut_anywhere, streams
from hypothesis import given
from hypothesis import strategies as st

from device_drivers import limits, registry
from device_drivers.errors import Code, RetryError
from device_drivers.interfaces.device import Health, ScanData
from device_drivers.protocols.aim import split
from device_drivers.protocols.scans import Scans
from device_drivers.simulators.scanner import ScannerGun
from device_drivers.simulators.serving import LineFaults, memory_line, serve_pty
from device_drivers.transports.opening import transport

MILK = "6901234567892"
FRAMES = [
    b"6901234567892\r",
    b"]E06901234567892\r\n",
    b"284561234567890123\n",
    "会员卡 0042\r\n".encode("gbk"),
    b"\x02abc\x03",
]


@pytest.mark.parametrize(
    ("sent", "scan"),
    [
        (b"6901234567892\r", ScanData(MILK)),
        (b"6901234567892\n", ScanData(MILK)),
        (b"6901234567892\r\n", ScanData(MILK)),
        (b"6901234567892\t", ScanData(MILK)),
        (b"\x026901234567892\x03", ScanData(MILK)),
        (b"]E06901234567892\r", ScanData(MILK, "ean13")),
        (b"]E449123562\r", ScanData("49123562", "ean8")),  # Cino FuzzyScan manual p. 69
        (b"]C181010123451297\r", ScanData("81010123451297", "gs1_128")),  # as above
        (b"]A7AIMID\r", ScanData("AIMID", "code39")),  # NCR, "AIM Code Identifiers"
        (b"]Q1https://weixin.qq.com/q/1\r", ScanData("https://weixin.qq.com/q/1", "qr")),
        (b"]C10112345678901231\x1d10A7\r", ScanData("0112345678901231\x1d10A7", "gs1_128")),
        ("]Q1优惠券·满100减10\r".encode(), ScanData("优惠券·满100减10", "qr")),
        ("]Q1优惠券·满100减10\r".encode("gbk"), ScanData("优惠券·满100减10", "qr")),
        ("]Q1𠮷野家\r".encode("gb18030"), ScanData("𠮷野家", "qr")),
        (b"\x00\x07a\x1bb\x7fc\r", ScanData("abc")),
        (b"\xef\xbb\xbfabc\r", ScanData("abc")),
        (b"  abc \r", ScanData("abc")),
        (b"]!abc\r", ScanData("]!abc")),
        (b"]k0abc\r", ScanData("]k0abc")),
        (b"a" * limits.SCAN_CHARS + b"\r", ScanData("a" * limits.SCAN_CHARS)),
    ],
)
def test_a_scan_is_read(sent, scan):
    """Whatever ends it: the characters come without control characters, with the symbology where it is told."""
    assert Scans().feed(sent) == [scan]


@pytest.mark.parametrize(
    "sent",
    [
        b"\r",
        b"\r\n\r\n",
        b"   \r",
        b"]E0\r",
        b"\x00\x01\r",
        b"\xff\r",
        b"\x81\xff\r",
        b"a" * (limits.SCAN_CHARS + 1) + b"\r",
        b"a" * 100_000 + b"\r",
        "码".encode() * (limits.SCAN_CHARS + 1) + b"\r",
    ],
)
def test_what_is_no_scan_is_passed_over(sent):
    """Nothing, undecodable bytes and endless text give no scan, and the next scan is read whole."""
    scans = Scans()
    assert scans.feed(sent) == []
    assert scans.feed(b"6901234567892\r") == [ScanData(MILK)]


def test_silence_ends_a_scan():
    """A scanner without an end mark is understood by its pause; a pause with nothing before it is nothing."""
    scans = Scans()
    assert not scans.waiting
    assert scans.feed(b"69012345") == []
    assert scans.waiting
    assert scans.feed(b"67892") == []
    assert scans.pause() == [ScanData(MILK)]
    assert not scans.waiting
    assert scans.pause() == []


def test_a_prefix_and_a_suffix_are_taken_off():
    """Characters that the scanner was set to add are no part of the code."""
    assert Scans(first=1, last=2).feed(b"~]E06901234567892##\r") == [ScanData(MILK, "ean13")]
    assert Scans(first=9, last=9).feed(b"abc\r") == []


@given(data=st.data())
def test_cuts_change_nothing(data):
    """Wherever the line cuts, the same scans come."""
    stream = data.draw(streams(FRAMES))
    assert_cut_anywhere(Scans, stream, data.draw(st.lists(st.integers(0, 500), max_size=8)))


@given(NOISE, st.sampled_from(FRAMES))
def test_noise_costs_no_later_scan(noise, frame):
    """After an end mark a scan is read as if nothing had been before."""
    assert Scans().feed(noise + b"\r" + frame)[-1:] == Scans().feed(frame)


@given(st.binary(min_size=1, max_size=200))
def test_random_bytes_do_no_harm(chunk):
    """Random bytes neither break the decoder nor fill the memory, and what they give is short and printable."""
    assert_bounded(Scans(), chunk)
    for scan in Scans().feed(chunk + b"\r"):
        assert 0 < len(scan.data) <= limits.SCAN_CHARS
        assert all(ord(sign) >= 32 or sign == "\x1d" for sign in scan.data)


@given(st.text(max_size=20))
def test_an_identifier_is_three_signs_or_none(text):
    """Taking the identifier off never takes more than three characters."""
    data, symbology = split(text)
    assert text in {data, text[:3] + data}
    assert bool(symbology) == (data != text)


@asynccontextmanager
async def opened(gun=None, faults=None, **options):
    """A scanner on a memory line: driver, gun, the line's far side."""
    gun = gun or ScannerGun()
    line = memory_line(gun, faults)
    scanner = registry.make("serial_scanner", line, options)
    await scanner.open()
    try:
        yield scanner, gun, line.line
    finally:
        await scanner.close()


async def test_scans_come_in_their_order():
    """Each code that is held before the scanner comes once, in order."""
    async with opened(ScannerGun(aim="]E0")) as (scanner, gun, _):
        gun.scan(MILK)
        gun.scan("6920152414019")
        assert await scanner.next_reading() == ScanData(MILK, "ean13")
        assert await scanner.next_reading() == ScanData("6920152414019", "ean13")
        assert await scanner.check_health() == Health()


async def test_a_scanner_without_an_end_mark():
    """A Zebra as it leaves the factory sends no end: its silence is one."""
    async with opened(ScannerGun(end=b""), pause_ms=20) as (scanner, gun, _):
        gun.scan("]Q1会员:张三丰")
        assert await scanner.next_reading() == ScanData("会员:张三丰", "qr")


async def test_a_scanner_behind_a_pty():
    """The same over what the system takes for a serial port."""
    async with serve_pty(ScannerGun(encoding="gbk")) as line:
        scanner = registry.make("serial_scanner", transport(line.address), {})
        await scanner.open()
        line.machine.scan("酱油 500ml")
        assert await scanner.next_reading() == ScanData("酱油 500ml")
        await scanner.close()


async def test_scans_wait_for_their_reader():
    """What is scanned while nobody reads waits; a reader that gave up loses nothing."""
    async with opened() as (scanner, gun, line):
        waiting = asyncio.ensure_future(scanner.next_reading())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        gun.scan(MILK)
        await line.wait_for(lambda _: line.answered == 14)
        assert await scanner.next_reading() == ScanData(MILK)


async def test_unplugging_ends_the_wait():
    """A waiting reader learns at once that the scanner was unplugged; half a scan is none; then it works again."""
    faults = LineFaults(cut_answer_after=6)
    async with opened(faults=faults) as (scanner, gun, line):
        waiting = asyncio.ensure_future(scanner.next_reading())
        gun.scan(MILK)
        await line.wait_for(lambda _: line.answered == 6)
        faults.unplugged = True
        with pytest.raises(RetryError) as caught:
            await waiting
        assert caught.value.code is Code.UNPLUGGED
        with pytest.raises(RetryError):
            await scanner.check_health()
        faults.unplugged = False
        await scanner.open()
        gun.scan(MILK)
        assert await scanner.next_reading() == ScanData(MILK)


async def test_a_scanner_that_is_not_open_is_offline():
    """Before opening and after closing, a reading says offline; closing twice is well."""
    scanner = registry.make("serial_scanner", memory_line(ScannerGun()), {})
    for _ in range(2):
        with pytest.raises(RetryError) as caught:
            await scanner.next_reading()
        assert caught.value.code is Code.OFFLINE
        await scanner.open()
        await scanner.close()
        await scanner.close()


@pytest.mark.parametrize("chunk", [b"x" * 60_000, b"69012345\r" * 6_000, b"\r" * 60_000, b"\xff\x00" * 30_000])
async def test_a_flood_is_bounded(chunk):
    """Megabytes of anything leave a bounded queue with the newest, and the loop runs on."""
    async with opened() as (scanner, gun, line):
        gun.scan("first")
        assert await scanner.next_reading() == ScanData("first")
        for _ in range(20):
            line.say(chunk)
            await line.wait_for(lambda _, before=line.answered: line.answered >= before + len(chunk))
        line.say(b"\r6901234567892\r")
        assert len(scanner._intake._readings) <= limits.QUEUE
        async with asyncio.timeout(5):
            while await scanner.next_reading() != ScanData(MILK):
                assert len(scanner._intake._readings) <= limits.QUEUE
