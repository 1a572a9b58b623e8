"""The font of papers: the characters that a paper needs, drawn from Noto Sans CJK into a small TrueType font.

The font comes along as one variable CFF2 collection of 65,535 glyphs a face. Making one weight of all of it takes
minutes, and fpdf2 embeds no CFF2; drawing some hundred characters of one weight takes a second, and the paper carries
them alone.
"""

import io
from collections.abc import Iterable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]
from fontTools.pens.cu2quPen import Cu2QuPen  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

REGULAR = 400
BOLD = 650
_PACKAGE = "manimgx_fonts_cjk"
_FILE = "NotoSansCJK-VF.otf.ttc"
_FACES = {"zh-TW": 3}
_FACE = 2  # characters as the mainland writes them
_UNITS = 1000
_ASCENT = 880
_DESCENT = -120
_ERROR = 1.0  # a thousandth of the size: how far a quadratic curve may stray from the cubic one
_GLYPHS_KEPT = 8_192

_drawing = Lock()
"""fontTools reads its tables when they are first asked for; two threads must not do so at once."""


def make(characters: Iterable[str], language: str, weight: int) -> bytes:
    """Return a TrueType font with these characters, and the printable ones of ASCII, in one weight.

    What the font does not know is left out: it is shown as an empty box.
    """
    wanted = sorted({chr(code) for code in range(32, 127)} | set(characters))
    face = _FACES.get(language, _FACE)
    glyphs: dict[str, Any] = {}
    widths: dict[str, int] = {}
    codes: dict[int, str] = {}
    with _drawing:
        for character in ["", *wanted]:
            drawn = _glyph(face, weight, character)
            if drawn is None:
                continue
            name = f"u{ord(character):04X}" if character else ".notdef"
            glyphs[name], widths[name] = drawn
            if character:
                codes[ord(character)] = name
    return _built(glyphs, widths, codes)


def _built(glyphs: dict[str, Any], widths: dict[str, int], codes: dict[int, str]) -> bytes:
    builder = FontBuilder(_UNITS, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(codes)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({name: (width, getattr(glyphs[name], "xMin", 0)) for name, width in widths.items()})
    builder.setupHorizontalHeader(ascent=_ASCENT, descent=_DESCENT)
    builder.setupOS2(sTypoAscender=_ASCENT, sTypoDescender=_DESCENT)
    builder.setupNameTable({"familyName": "Noto Sans CJK", "styleName": "Regular"})
    builder.setupPost()
    file = io.BytesIO()
    builder.save(file)
    return file.getvalue()


@lru_cache(maxsize=_GLYPHS_KEPT)
def _glyph(face: int, weight: int, character: str) -> tuple[Any, int] | None:
    """Draw one character, "" for what stands in place of an unknown one; None when the font has it not."""
    shapes, names = _open(face, weight)
    name = names.get(ord(character)) if character else ".notdef"
    if name is None:
        return None
    pen = TTGlyphPen(None)
    shape = shapes[name]
    shape.draw(Cu2QuPen(pen, _ERROR, reverse_direction=True))
    return pen.glyph(), round(shape.width)


@lru_cache(maxsize=4)
def _open(face: int, weight: int) -> tuple[Any, dict[int, str]]:
    """Open a face: its shapes in one weight, and which character has which."""
    found = find_spec(_PACKAGE)
    assert found is not None  # a dependency of this program
    assert found.origin is not None
    font = TTFont(Path(found.origin).parent / _FILE, fontNumber=face, lazy=True)
    return font.getGlyphSet(location={"wght": weight}), font.getBestCmap() or {}
