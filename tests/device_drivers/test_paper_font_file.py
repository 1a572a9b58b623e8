"""A shop's own font: drawn with when it is there, and never in the way when it is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from device_drivers.errors import StopError
from device_drivers.paper import bitmap, font_file, fonts, picture
from device_drivers.paper.model import Paper, Span, Text

PAPER = Paper((Text((Span("珍珠奶茶 12.50"),)),))


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    """Fonts are loaded and characters drawn anew, before and after."""
    forget()
    yield
    font_file.use("")
    forget()


def forget() -> None:
    """Drop what was drawn already."""
    for cache in (fonts.sized, bitmap._glyph):
        cache.cache_clear()


def test_own_font_is_drawn_with(tmp_path: Path):
    """Text is drawn with the first face of the named file; without a name again with what comes along."""
    bundled = picture.png(PAPER)
    own = tmp_path / "own.ttc"
    own.symlink_to(fonts._bundled())
    assert font_file.use(str(own))
    assert fonts.sized(fonts.SC, 22).font.path == str(own)
    assert picture.png(PAPER)
    forget()
    assert font_file.use("")
    assert picture.png(PAPER) == bundled


def test_missing_font_is_told(tmp_path: Path):
    """A file that is not there is told, and what comes along is used on."""
    assert not font_file.use(str(tmp_path / "none.ttf"))
    assert font_file.own() is None
    assert picture.png(PAPER)


def test_file_that_is_no_font_is_refused_when_drawn(tmp_path: Path):
    """A file that is no font is an option that cannot be, by its name alone."""
    wrong = tmp_path / "wrong.ttf"
    wrong.write_bytes(b"no font")
    assert font_file.use(str(wrong))
    with pytest.raises(StopError, match=r"bad_option.*wrong\.ttf") as caught:
        picture.png(PAPER)
    assert str(tmp_path) not in str(caught.value)
