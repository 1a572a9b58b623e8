"""Logos: pictures that somebody uploads."""

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from device_drivers import limits
from device_drivers.errors import Code, StopError
from device_drivers.paper.picture import from_png


def png(image: Image.Image, **options) -> bytes:
    """Return a picture as PNG."""
    written = BytesIO()
    image.save(written, "PNG", **options)
    return written.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return one PNG chunk."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def header(width: int, height: int, depth: int = 8, colour: int = 0) -> bytes:
    """Return the beginning of a PNG that says it is so large."""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))


def square(mode: str, ground, ink) -> Image.Image:
    """Return a picture with a square in its upper left quarter."""
    image = Image.new(mode, (16, 16), ground)
    ImageDraw.Draw(image).rectangle((0, 0, 7, 7), fill=ink)
    return image


QUARTER = bytes((0xFF, 0)) * 8 + bytes(16)


@pytest.mark.parametrize(
    "image",
    [
        square("1", 1, 0),
        square("L", 255, 0),
        square("RGB", (255, 255, 255), (150, 0, 0)),
        square("RGBA", (0, 0, 0, 0), (0, 0, 0, 255)),
        square("LA", (0, 0), (20, 255)),
        square("I;16", 65535, 300),
        square("RGB", (255, 255, 255), (10, 10, 10)).quantize(4),
    ],
    ids=["1", "L", "RGB", "RGBA", "LA", "16 bits", "P"],
)
def test_every_kind_of_png_becomes_dots(image):
    """Black where it is dark, white where it is light or where nothing is."""
    drawn = from_png(png(image), 384)
    assert (drawn.width, drawn.height, drawn.rows) == (16, 16, QUARTER)


def test_a_transparent_palette():
    """A palette whose first colour is black but not there is white paper."""
    image = Image.new("P", (8, 1))
    image.putpalette([0, 0, 0, 0, 0, 0])
    image.putdata([0, 1] * 4)
    assert from_png(png(image, transparency=b"\x00\xff"), 384).rows == b"\x55"


@pytest.mark.parametrize(
    ("size", "max_width", "drawn"),
    [((800, 300), 384, (384, 144)), ((100, 50), 384, (100, 50)), ((3000, 10), 384, (384, 1)), ((600, 2400), 576, None)],
)
def test_a_logo_is_scaled_down_and_never_up(size, max_width, drawn):
    """To the width, its shape kept, and to the dots that a printer's memory holds."""
    got = from_png(png(Image.new("L", size, 0)), max_width)
    if drawn:
        assert (got.width, got.height) == drawn
    assert got.width * got.height <= limits.PICTURE_DOTS
    assert got.width <= max_width
    assert abs(got.height / got.width - size[1] / size[0]) < 0.01
    assert len(got.rows) == (got.width + 7) // 8 * got.height


def test_photographs_are_dithered():
    """Half grey is every second dot, not all black nor all white; the same each time."""
    data = png(Image.new("L", (64, 64), 128))
    black = sum(map(int.bit_count, from_png(data, 384).rows))
    assert 0.45 < black / 64**2 < 0.55
    assert from_png(data, 384) == from_png(data, 384)


def jpeg() -> bytes:
    """Return a JPEG."""
    written = BytesIO()
    Image.new("L", (8, 8)).save(written, "JPEG")
    return written.getvalue()


def bomb() -> bytes:
    """Return a small PNG with a text of 100 MB in it."""
    info = PngInfo()
    info.add(b"zTXt", b"a\0\0" + zlib.compress(bytes(100 * 1024 * 1024)))
    return png(Image.new("L", (8, 8)), pnginfo=info)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: b"", "no_png"),
        (lambda: b"\x89PNG\r\n\x1a\n", "no_png"),
        (jpeg, "no_png"),
        (lambda: bytes(limits.LOGO_BYTES + 1), "too_many_bytes"),
        (lambda: header(65535, 65535), "too_many_pixels"),
        (lambda: header(2**31 - 1, 1), "too_many_pixels"),
        (lambda: header(0, 8), "too_many_pixels"),
        (lambda: header(8, 8) + header(9000, 9000)[8:] + chunk(b"IDAT", zlib.compress(b"")), "too_many_pixels"),
        (lambda: header(8, 8), "broken"),
        (lambda: header(8, 8, depth=7), "broken"),
        (lambda: header(8, 8) + chunk(b"IDAT", b"no zlib") + chunk(b"IEND", b""), "broken"),
        (bomb, "broken"),
    ],
)
def test_what_is_no_logo_is_refused(make, reason):
    """Sizes before anything is decoded, other formats, and files that break the decoder."""
    with pytest.raises(StopError) as caught:
        from_png(make(), 384)
    assert (caught.value.code, caught.value.evidence["reason"]) == (Code.UNPRINTABLE, reason)


GOOD = png(square("RGB", (255, 255, 255), (0, 0, 0)))


@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=12), st.integers(0, 12))
def test_a_damaged_file_is_refused_or_drawn(place, put, taken):
    """Whatever stands in the file, nothing but a refusal comes of it."""
    damaged = GOOD[:place] + put + GOOD[place + taken :]
    try:
        drawn = from_png(damaged, 384)
    except StopError as error:
        assert error.code is Code.UNPRINTABLE
    else:
        assert len(drawn.rows) == (drawn.width + 7) // 8 * drawn.height
