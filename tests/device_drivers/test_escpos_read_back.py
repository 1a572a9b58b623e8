"""Receipts read back by a reader that is not the encoder's twin (``escpos_reader``), written from the manual alone."""

import pytest
from escpos_reader import BadJobError, Reader
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from device_drivers.paper import template
from device_drivers.paper.cells import clean
from device_drivers.paper.picture import render
from device_drivers.protocols.escpos.encode import Setup, job

RECEIPT = """\
# {{shop}}
^ {{branch}}
---
{{#lines}}
{{name}}
@columns 2 2 3
 {{quantity}} | {{price}} | {{amount}}
{{/lines}}
===
! 合计 | {{total}}
储值支付 | {{total}}
^ **谢谢惠顾**
@qr {{code}}
@barcode {{number}}
@cut
"""
VALUES = {
    "shop": "不打烊便利店",
    "branch": "南京东路店 021-6320 8888",
    "total": "¥123.40",
    "number": "261122-1-42",
    "code": "SO1:南京 HTTPS 0123456789",
    "lines": [
        {"name": "有机番茄(散装)", "quantity": "0.735 kg", "price": "12.80", "amount": "9.41"},
        {"name": "进口特级初榨橄榄油礼盒装 Extra Virgin 1L×2", "quantity": "1", "price": "113.99", "amount": "113.99"},
    ],
}
WIDTHS = [(32, 384), (48, 576)]


def paper(**changes):
    """The receipt with some values changed."""
    return template.parse(RECEIPT).fill(VALUES | changes)


def printed(what, columns, dots, **setup):
    """Print a paper on the reader's printer."""
    reader = Reader(dots).read(b"".join(job(what, Setup(columns, dots, **setup))))
    (receipt,) = reader.receipts
    return receipt


@pytest.mark.parametrize(("columns", "dots"), WIDTHS)
def test_every_text_is_on_the_paper(columns, dots):
    """What the template says stands there, amounts at the right edge, codes with their data, in one receipt."""
    receipt = printed(paper(), columns, dots)
    text = receipt.text
    for word in ("不打烊便利店", "南京东路店", "有机番茄(散装)", "0.735 kg", "9.41", "113.99", "谢谢惠顾"):
        assert word in text
    (total,) = (line for line in receipt.lines if line.startswith("合计"))
    assert total.endswith("￥123.40")
    assert receipt.codes == [("qr", VALUES["code"]), ("code128", VALUES["number"])]
    assert not receipt.pictures


@pytest.mark.parametrize(("columns", "dots"), WIDTHS)
def test_what_gbk_lacks_is_drawn(columns, dots):
    """A rare surname makes its line a picture; the lines around it stay text."""
    receipt = printed(paper(branch="会员 𠮷田䶮"), columns, dots)
    assert len(receipt.pictures) == 1
    assert "不打烊便利店" in receipt.text
    assert "𠮷" not in receipt.text


def ink(image: Image.Image) -> int:
    """Count the black dots."""
    return image.point(lambda value: 255 if value < 128 else 0).histogram()[255]


@pytest.mark.parametrize(("columns", "dots"), WIDTHS)
def test_preview_and_paper_agree(columns, dots):
    """The preview shows what is printed: as wide, about as long, about as black."""
    what = template.parse(RECEIPT.replace("@qr {{code}}\n@barcode {{number}}\n", "")).fill(VALUES)
    shown, got = render(what, columns, dots).convert("L"), printed(what, columns, dots).picture(dots)
    (left, top, right, bottom), (left_got, top_got, right_got, bottom_got) = inked(shown), inked(got)
    assert abs(left - left_got) <= 8
    assert abs(right - right_got) <= 8
    assert (bottom - top) / (bottom_got - top_got) == pytest.approx(1, abs=0.1)
    assert ink(shown) / ink(got) == pytest.approx(1, abs=0.4)


def inked(picture: Image.Image) -> tuple[int, int, int, int]:
    """The box that holds all ink."""
    return ImageChops.invert(picture).getbbox()


@given(st.text(max_size=80), st.sampled_from(WIDTHS))
def test_no_name_breaks_a_job(name, width):
    """Whatever a member or a product is called: a job that a strict printer takes, with the whole name on it."""
    columns, dots = width
    receipt = printed(paper(branch=name), columns, dots)
    assert len(receipt.codes) == 2
    if not receipt.pictures:
        bare = "".join(clean(name).split())
        assert bare in "".join(receipt.text.split())


@given(st.text(max_size=40))
def test_a_printer_without_chinese_gets_pictures_only(name):
    """With ``charset`` raster not one text byte is sent."""
    receipt = printed(paper(branch=name), 48, 576, charset="raster")
    assert not receipt.text.strip()


def test_the_reader_is_strict():
    """The reader refuses what no printer could take, so that it proves something."""
    for job_bytes in (b"\x1b\xff", "会员".encode("gb18030"), b"A" * 50 + b"\n", b"\x1dv0\x00\x10\x00\x08\x00abc"):
        with pytest.raises(BadJobError):
            Reader(576).read(job_bytes)
