"""commerce.pictures: a picture is what its first bytes say, named by its hash."""

from dataclasses import replace
from hashlib import sha256

import pytest

from commerce.errors import InputError
from commerce.limits import PICTURE_BYTES_MAX
from commerce.pictures import check_picture, check_picture_hash, picture_of

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.mark.parametrize(
    ("data", "kind"), [(PNG, "png"), (b"\xff\xd8\xff\xe0 JFIF", "jpeg"), (b"RIFF\x10\0\0\0WEBPVP8 ", "webp")]
)
def test_kind_by_first_bytes(data, kind):
    """The kind follows from the first bytes, the name from all of them."""
    row = picture_of(data)
    assert (row.kind, row.hash, row.data) == (kind, sha256(data).hexdigest(), data)
    assert check_picture(row) == row


@pytest.mark.parametrize(
    "data", [b"", b"<svg onload='alert(1)'/>", b"GIF89a", b"RIFF\x10\0\0\0WAVEfmt ", b"\x89PNG\n", b"%PDF-1.7"]
)
def test_anything_else_is_refused(data):
    """What no browser shows as a plain picture, or what may carry a script, is no picture."""
    with pytest.raises(InputError, match="bad_picture"):
        picture_of(data)


def test_size():
    """A picture of the largest size is taken, one more byte is not."""
    assert picture_of(PNG.ljust(PICTURE_BYTES_MAX, b"\0")).kind == "png"
    with pytest.raises(InputError, match="picture_too_big"):
        picture_of(PNG.ljust(PICTURE_BYTES_MAX + 1, b"\0"))


@pytest.mark.parametrize("change", [{"hash": "0" * 64}, {"kind": "jpeg"}, {"data": PNG + b"\0"}])
def test_a_row_that_lies(change):
    """A row whose hash or kind does not follow from its bytes is refused."""
    with pytest.raises(InputError, match="bad_picture"):
        check_picture(replace(picture_of(PNG), **change))


@pytest.mark.parametrize("value", ["", "A" * 64, "0" * 63, "../" + "0" * 61, 7, None])
def test_a_hash_is_64_digits(value):
    """Only 64 lowercase hex digits name a picture: the name stands in paths."""
    with pytest.raises(InputError, match="bad_code"):
        check_picture_hash(value, "picture")
