"""Pictures of the example chain's goods: one flat drawing for each category, made here so that none is borrowed."""

import io
from collections.abc import Callable

from PIL import Image, ImageDraw

_SIDE = 240
_FINE = 4
"""Drawn four times as large and made small: smooth edges."""

_UNITS = 24
"""The drawings' own squares: 24 a side."""

Draw = Callable[["_Pen"], None]


class _Pen:
    """Draws in squares of the page."""

    def __init__(self, image: Image.Image) -> None:
        self._draw = ImageDraw.Draw(image)
        self._scale = _SIDE * _FINE // _UNITS

    def box(self, left: float, top: float, right: float, bottom: float, fill: str, radius: float = 1) -> None:  # noqa: PLR0917 -- a rectangle
        """A rectangle with round corners."""
        self._draw.rounded_rectangle(self._all(left, top, right, bottom), radius * self._scale, fill)

    def disc(self, left: float, top: float, right: float, bottom: float, fill: str) -> None:
        """An ellipse in a rectangle."""
        self._draw.ellipse(self._all(left, top, right, bottom), fill)

    def shape(self, *points: float, fill: str) -> None:
        """A polygon of x, y, x, y."""
        self._draw.polygon(self._all(*points), fill)

    def _all(self, *places: float) -> list[float]:
        return [place * self._scale for place in places]


def _drink(pen: _Pen) -> None:
    pen.box(10, 3, 14, 6, "#2f7fb8", 0.5)
    pen.box(8, 6, 16, 21, "#6fb7e6", 2)
    pen.box(8, 11, 16, 16, "#ffffff", 0)


def _coffee(pen: _Pen) -> None:
    pen.disc(14, 9, 20, 16, "#8a5a3b")
    pen.disc(15.5, 10.5, 18.5, 14.5, "#f3e6d8")
    pen.box(6, 8, 17, 19, "#8a5a3b", 3)
    pen.disc(7, 7, 16, 10, "#4a2c1a")
    pen.box(4, 20, 19, 21, "#b98b66", 0.5)


def _snack(pen: _Pen) -> None:
    pen.shape(7, 4, 17, 4, 18, 21, 6, 21, fill="#f2b134")
    pen.box(6.5, 3, 17.5, 5.5, "#d98e04", 0.3)
    pen.disc(8.5, 9, 15.5, 16, "#fff4d6")


def _noodles(pen: _Pen) -> None:
    pen.shape(5, 9, 19, 9, 16.5, 20, 7.5, 20, fill="#d6453d")
    pen.disc(5, 7, 19, 11, "#f7d488")
    pen.box(13, 2, 13.7, 10, "#7a4a22", 0.2)
    pen.box(15, 2, 15.7, 10, "#7a4a22", 0.2)


def _bun(pen: _Pen) -> None:
    pen.box(4, 16, 20, 20, "#c99a5b", 1)
    pen.disc(5, 7, 19, 19, "#fbefdc")
    pen.disc(11, 9, 13, 11, "#e3c9a2")


def _daily(pen: _Pen) -> None:
    pen.box(5, 9, 19, 19, "#7cc4a4", 2)
    pen.shape(9, 9, 15, 9, 14, 4, 10, 4, fill="#ffffff")
    pen.box(5, 13, 19, 15, "#ffffff", 0)


def _pen(pen: _Pen) -> None:
    pen.shape(6, 18, 16, 6, 18, 8, 8, 20, fill="#4c6fbf")
    pen.shape(6, 18, 8, 20, 5, 21, fill="#f2c14e")
    pen.shape(16, 6, 18, 4, 20, 6, 18, 8, fill="#e06c75")


def _fresh(pen: _Pen) -> None:
    pen.disc(5, 8, 14, 20, "#e0453a")
    pen.disc(10, 8, 19, 20, "#e0453a")
    pen.box(11.6, 4, 12.6, 9, "#6b4a2b", 0.3)
    pen.disc(12.5, 4, 17, 7, "#5aa845")


def _service(pen: _Pen) -> None:
    pen.box(5, 4, 19, 21, "#8e7cc3", 1.5)
    pen.disc(7.5, 8.5, 16.5, 17.5, "#ffffff")
    pen.disc(9, 10, 15, 16, "#c9c0e6")
    pen.box(7, 5.5, 10, 6.5, "#ffffff", 0.4)


_DRAWINGS: dict[str, tuple[str, Draw]] = {
    "饮料": ("#e4f2fb", _drink),
    "咖啡": ("#f7ede2", _coffee),
    "零食": ("#fdf1d3", _snack),
    "方便食品": ("#fbe3df", _noodles),
    "熟食": ("#ecd3ad", _bun),
    "日用品": ("#e2f4ec", _daily),
    "文具": ("#e6ecf8", _pen),
    "生鲜": ("#e8f5e3", _fresh),
    "服务": ("#ece8f7", _service),
}


def drawings() -> dict[str, bytes]:
    """Return a WebP of each category, 240 pixels a side, a few kilobytes."""
    return {category: _drawn(paper, draw) for category, (paper, draw) in _DRAWINGS.items()}


def _drawn(paper: str, draw: Draw) -> bytes:
    image = Image.new("RGB", (_SIDE * _FINE, _SIDE * _FINE), paper)
    draw(_Pen(image))
    kept = io.BytesIO()
    image.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS).save(kept, "WEBP", quality=85)
    return kept.getvalue()
