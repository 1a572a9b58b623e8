"""The font of pictures: Noto Sans CJK from PyPI, or a shop's own. Loaded when the first picture is drawn."""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from PIL import ImageFont, features

from device_drivers.errors import Code, StopError
from device_drivers.paper import font_file

_PACKAGE = "manimgx_fonts_cjk"
_FILE = "NotoSansCJK-VF.otf.ttc"
_WEIGHT = 500
"""Thin strokes of the regular weight vanish between the dots of a thermal head."""
_BOLD = 800


class Face(NamedTuple):
    """Which font. ``path`` empty: as ``font_file`` says; ``number``: the face in the collection that comes along."""

    path: str = ""
    number: int = 2


SC = Face()
"""Shapes of characters as the mainland writes them."""
TC = Face(number=3)
"""As Taiwan does."""


class Sized(NamedTuple):
    """A font in one size. ``features``: what narrow Latin letters need; ``strikes``: printed so often for bold."""

    font: ImageFont.FreeTypeFont
    features: tuple[str, ...]
    strikes: int


@lru_cache(maxsize=32)
def sized(face: Face, size: int, *, bold: bool = False) -> Sized:
    """Return a font at so many dots per em. StopError ``bad_option`` (font) when there is none."""
    # Half as wide as high, as printers draw Latin letters: the font has such shapes, reached through this layout only
    raqm = bool(features.check("raqm"))
    engine = ImageFont.Layout.RAQM if raqm else ImageFont.Layout.BASIC
    own = font_file.own()
    path, number = (Path(face.path), face.number) if face.path else (own, 0) if own else (_bundled(), face.number)
    try:
        font = ImageFont.truetype(str(path), size, index=number, layout_engine=engine)
    except (OSError, ValueError):
        raise StopError(Code.BAD_OPTION, option="font", file=path.name[:64]) from None
    narrow = ("hwid",) if raqm else ()
    try:
        font.set_variation_by_axes([_BOLD if bold else _WEIGHT])
    except OSError:
        return Sized(font, narrow, 2 if bold else 1)  # one weight only: bold is struck twice, as printers do
    return Sized(font, narrow, 1)


def _bundled() -> Path:
    found = find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise StopError(Code.BAD_OPTION, option="font", file=_FILE)
    return Path(found.origin).parent / _FILE
