"""What a chain's settings and its members' names, at their worst, may do to a paper: look bad, and nothing else."""

import base64
import struct
import zlib

import pytest
from edge_feed import send
from edge_shop import Shop, open_shop
from escpos_reader import Reader
from paper_shop import paper

from commerce.reference import CHAIN_FEED, SettingRow
from commerce.tender import Offer
from device_drivers import limits
from device_drivers.errors import DeviceError, StopError
from device_drivers.paper import template
from device_drivers.paper.label import Label, LabelBarcode, LabelQRCode, LabelText
from device_drivers.paper.model import Paper, Picture
from device_drivers.paper.picture import label_picture
from device_drivers.protocols import tspl, zpl
from device_drivers.protocols.escpos import encode
from device_drivers.protocols.escpos.encode import Setup
from edge_node.devices.papers import making, samples
from edge_node.ledger.paper_settings import PaperSettings

NASTY = (
    "@cut",
    "{{#lines}}{{total}}{{/lines}}",
    "\x1bp\x00\x19\xfa",
    "\x10\x14\x01\x00\x01",
    "\x10\x04\x01",
    "\x1b[2J\x1b]0;owned\x07",
    "\x1dVB\x00\x1b@\x1c.",
    "\u202e卡号\u200f\u2066",
    "**\\# --- | === | @qr x",
    "e" + "\u0301" * 300,
    "\ud800\udfff",
    "\x9b31m\x85\u2028\ufeff",
    "^XZ~JA^XA",
    '"\r\nPRINT 9,9\r\n~!A\\["]',
)
"""Names that somebody may give: markup, ESC/POS, a drawer's pulse, terminals' escapes, turned text, label languages."""


def a_png(width: int, height: int) -> bytes:
    """A white picture of one bit a pixel: of any size it takes a few kilobytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + b"\xff" * ((width + 7) // 8)) * height
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def job_of(printed: Paper, setup: Setup | None = None) -> bytes:
    """The bytes that a printer gets."""
    return b"".join(encode.job(printed, setup or Setup()))


@pytest.fixture
def shop(tmp_path):
    """A shop with an open shift that has sold something."""
    made = open_shop(tmp_path / "edge.db")
    made.open()
    made.sell([Offer("cash", 1500)])
    yield made
    made.conn.close()


def test_a_logo_one_dot_wide_is_no_kilometre_of_paper():
    """A logo of eight kilobytes can have four million rows; on paper it has no more than 25 cm."""
    logo = making.picture(base64.b64encode(a_png(1, 4_000_000)).decode())
    assert logo is not None
    assert logo.height <= limits.PICTURE_ROWS
    assert len(job_of(Paper((logo,)))) < 500_000


@pytest.mark.parametrize(
    ("own", "reason"),
    [
        ("@logo\n" * 1900, "paper_too_long"),
        ("@feed 20\n" * 1300, "paper_too_long"),
        ("".join(f"@qr {{{{shop}}}}{number}\n" for number in range(600)), "too_many_codes"),
        ("{{#lines}}\n" * 4 + "x\n" * 2000 + "{{/lines}}\n" * 4, "paper_too_long"),
        ("{{#lines}}\n" * 4 + "{{/lines}}\n" * 4, ""),
        ("{{#lines}}\n" * 5 + "{{/lines}}\n" * 5, "too_deep"),
        ("{{" * 6000, "unclosed_tag"),
        ("**" * 6000, ""),
        ("a | " * 3000, "too_many_cells"),
    ],
)
def test_a_template_of_any_kind_makes_a_paper_of_bounded_length(own: str, reason: str):
    """What a template of 12,000 characters can ask for is refused before it costs 40 MB, a roll or a minute."""
    logo = Picture(384, 384, bytes(48 * 384))
    values = samples.values("sale", "zh-CN")
    try:
        job = job_of(template.parse(own).fill(values, logo=logo))
    except StopError as error:
        assert error.evidence["reason"] == reason
    else:
        assert not reason
        assert len(job) < 1_000_000


@pytest.mark.parametrize("own", ["@logo\n" * 1900, "{{#lines}}", "@qr {{shop}}1\n" * 100, "@nothing", "\x00\x1b@"])
def test_a_bad_template_costs_no_paper(own: str):
    """With any template of the chain a receipt comes out, by the built-in one where need be."""
    settings = PaperSettings(
        receipt_sale=own, receipt_logo=base64.b64encode(a_png(300, 4000)).decode(), shop_name="好味道"
    )
    made = making.fill(settings, "sale", samples.values("sale", "zh-CN") | {"shop": "好味道"})
    receipt = Reader().read(job_of(made)).receipts
    assert len(receipt) == 1
    assert "\x00" not in receipt[0].text


def nasty_values(kind: str, word: str) -> dict:
    """The samples of a kind, every text in them replaced."""

    def turned(value):
        if isinstance(value, str):
            return word if value else ""
        if isinstance(value, dict):
            return {name: turned(one) for name, one in value.items()}
        return [turned(one) for one in value] if isinstance(value, list | tuple) else value

    return turned(dict(samples.values(kind, "zh-CN")))


@pytest.mark.parametrize("setup", [Setup(), Setup(32, 384, charset="raster", codes="raster")], ids=["text", "drawn"])
@pytest.mark.parametrize("word", NASTY, ids=range(len(NASTY)))
def test_no_value_becomes_a_command(word: str, setup: Setup):
    """Whatever a product or a member is called, a printer prints one paper, opens no drawer and answers nothing."""
    for kind in ("sale", "top_up", "refund"):
        made = making.fill(PaperSettings(), kind, nasty_values(kind, word))
        read = Reader(dots=setup.dots).read(job_of(made, setup))
        assert len(read.receipts) == 1
        assert not read.pulses
        assert not read.asked
        shown = read.receipts[0].text
        assert not set(shown) & set("\x00\x07\x10\x14\x1b\x1c\x1d\x9b\u202e\u200f\u2066")


@pytest.mark.parametrize("word", NASTY, ids=range(len(NASTY)))
def test_no_label_data_becomes_a_command(word: str):
    """Text on a label is drawn; a code's data that the language could mistake for its own is drawn or refused."""
    for element in (LabelText(10, 10, 30, word), LabelBarcode(10, 10, 60, word[:24]), LabelQRCode(10, 10, 200, word)):
        label = Label(400, 300, (element,))
        try:
            jobs = [
                tspl.encode(label, label_picture(label, 8, lambda one: not tspl.native(one)), 1, tspl.Setup()),
                zpl.encode(label, label_picture(label, 8, lambda one: not zpl.native(one)), 1, 8),
            ]
        except StopError:
            continue  # half a character, control characters in bars
        first, second = jobs
        assert first.count(b"PRINT 1,1\r\n") == 1
        assert b"PRINT 9" not in first
        assert b"~!" not in first
        assert b"\x1b!" not in first
        assert second.count(b"^XA") == second.count(b"^XZ") == 1
        assert b"~" not in second


@pytest.mark.parametrize(
    "values",
    [
        {"receipt_footer": '"\\u001bp\\u0000@cut\\n{{shop}}"', "legal_text": '"\\u0010\\u0014"'},
        {"time_zone": '"../../../../etc/passwd"'},
        {"time_zone": '"/dev/stdin"', "language": '"xx"'},
        {"receipt_logo": '"AAAA"', "receipt_copies": "1000000"},
        {"shop_name": '"\\u001b@\\u202e"', "receipt_sale": '"# {{shop}}\\n@qr {{shop}}\\n{{number}}"'},
        {"receipt_sale": "[" * 5000},
    ],
)
def test_no_setting_keeps_a_receipt_from_being_printed(shop: Shop, values: dict):
    """Whatever head office has written as a setting, the sale's paper is made, without commands in it."""
    for name, value in values.items():
        send(shop, CHAIN_FEED, (f"setting:{name}", SettingRow(name, value)))
    shop.books.forget()
    read = Reader().read(job_of(paper(shop)))
    assert len(read.receipts) == 1
    assert not read.pulses
    if "receipt_footer" in values:
        assert "@cut" in read.receipts[0].text  # it was believed, as text


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n" + bytes(60), a_png(30, 30)[:-30], b"GIF89a" + bytes(99)])
def test_a_broken_logo_is_left_out(data: bytes):
    """A logo that is no picture, or half of one, is no reason for anything."""
    got = making.picture(base64.b64encode(data).decode())
    assert got is None or got.height <= limits.PICTURE_ROWS


@pytest.mark.parametrize("size", [(65535, 65535), (2001, 2000), (1, 4_000_001), (0, 5)])
def test_what_a_logo_claims_is_checked_before_it_is_decoded(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch):
    """A header that promises a giant is refused unseen."""
    from PIL import Image  # noqa: PLC0415

    from device_drivers.paper.picture import from_png  # noqa: PLC0415

    monkeypatch.setattr(Image, "open", None)
    head = a_png(8, 8)
    bomb = head[:16] + struct.pack(">II", *size) + head[24:]
    with pytest.raises(DeviceError):
        from_png(bomb, 384)
