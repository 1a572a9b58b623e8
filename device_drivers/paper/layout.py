"""A paper's blocks as lines of cells: what printers send and previews draw is the same."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from device_drivers import limits
from device_drivers.errors import Code, StopError
from device_drivers.paper import cells
from device_drivers.paper import label_geometry as geometry
from device_drivers.paper.cells import Glyph
from device_drivers.paper.model import (
    Align,
    Barcode,
    Cell,
    Cut,
    Feed,
    Paper,
    Picture,
    QRCode,
    Row,
    Rule,
    Span,
    Text,
)

_GAP = 1
"""Cells between two columns."""


class Piece(NamedTuple):
    """A piece of text in one style that begins at this half-width cell."""

    cell: int
    span: Span


class TextLine(NamedTuple):
    """One line, its pieces from left to right. ``tall``: a piece is; the others stand on the same foot line."""

    pieces: tuple[Piece, ...]
    tall: bool = False


Line = TextLine | QRCode | Barcode | Picture | Feed | Cut


def span_cells(span: Span) -> int:
    """Return how many cells a span takes."""
    return cells.width(span.text) * (2 if span.wide else 1)


def lay_out(paper: Paper, columns: int) -> tuple[Line, ...]:
    """Return the paper's lines for so many half-width cells; the text in them is clean.

    No line is wider than the paper and no text is lost: what does not fit is wrapped, or broken. A code that cannot
    be printed as one is printed as text. StopError ``bad_option`` for a paper too narrow for any of this.
    """
    if columns < limits.COLUMNS_LOW:
        raise StopError(Code.BAD_OPTION, option="columns", value=columns)
    return tuple(line for block in paper.blocks for line in _DRAW[type(block)](block, columns))


def _text(text: Text, columns: int) -> Iterator[Line]:
    return _joined([_Column(text.spans, text.align)], [columns])


def _row(row: Row, columns: int) -> Iterator[Line]:
    columns_of_row = [_Column(cell.spans, cell.align) for cell in row.cells]
    widths = _share(row.cells, columns_of_row, columns)
    if widths is not None:
        return _joined(columns_of_row, widths)
    return (line for column in columns_of_row for line in _joined([column], [columns]))


def _rule(rule: Rule, columns: int) -> Iterator[Line]:
    character = cells.glyphs(cells.clean(rule.character))[:1]
    text, wide = (character[0].text, character[0].cells) if character and character[0].cells else ("-", 1)
    yield TextLine((Piece(0, Span(text * (columns // wide))),))


def _code(code: QRCode | Barcode, columns: int) -> Iterator[Line]:
    if _printable(code, columns * cells.WIDE):
        yield code
    elif code.data:
        yield from _text(Text((Span(code.data),), "centre"), columns)


def _printable(code: QRCode | Barcode, dots: int) -> bool:
    if isinstance(code, Barcode):
        known = 0 < len(code.data) <= limits.BARCODE and code.data.isascii() and code.data.isprintable()
        return known and geometry.barcode_modules(code.data, "code128") <= dots
    try:
        known = 0 < len(geometry.qr_bytes(code.data)) <= limits.QR_BYTES
        return known and geometry.qr_modules(code.data) <= dots
    except StopError:
        return False


def _as_it_is(block: Picture | Feed | Cut, _columns: int) -> Iterator[Line]:
    yield block


_DRAW: dict[type, Callable[..., Iterator[Line]]] = {
    Text: _text,
    Row: _row,
    Rule: _rule,
    QRCode: _code,
    Barcode: _code,
    Picture: _as_it_is,
    Feed: _as_it_is,
    Cut: _as_it_is,
}


class _Column:
    """The text of one cell, glyph by glyph with its style, and how wide it wants to be."""

    def __init__(self, spans: Sequence[Span], align: Align) -> None:
        self.align = align
        self.styles: list[Span] = []
        self.glyphs: list[Glyph] = []
        for span in spans:
            placed = cells.glyphs(cells.clean(span.text))
            self.glyphs += [Glyph(glyph.text, glyph.cells * 2) for glyph in placed] if span.wide else placed
            self.styles += [span] * len(placed)
        self.natural = sum(glyph.cells for glyph in self.glyphs)
        self.word = cells.longest_word(self.glyphs)
        self.widest = max((glyph.cells for glyph in self.glyphs), default=0)

    def lines(self, left: int, room: int) -> list[list[Piece]]:
        """Return its lines as pieces in a column of the paper that begins at cell `left`."""
        lines = []
        for start, end in cells.fold(self.glyphs, room):
            spare = room - sum(glyph.cells for glyph in self.glyphs[start:end])
            indent = {"left": 0, "centre": spare // 2, "right": spare}[self.align]
            lines.append(list(self._pieces(start, end, left + indent)))
        return lines

    def _pieces(self, start: int, end: int, cell: int) -> Iterator[Piece]:
        first = start
        for place in range(start, end):
            if place + 1 == end or self.styles[place + 1] != self.styles[first]:
                run = self.glyphs[first : place + 1]
                text = "".join(glyph.text for glyph in run)
                yield Piece(cell, self.styles[first]._replace(text=text))
                cell += sum(glyph.cells for glyph in run)
                first = place + 1


def _joined(columns: Sequence[_Column], widths: Sequence[int]) -> Iterator[Line]:
    """Set columns side by side: as many lines as the longest has."""
    placed = []
    left = 0
    for column, room in zip(columns, widths, strict=True):
        placed.append(column.lines(left, room))
        left += room + _GAP
    for number in range(max(map(len, placed), default=0)):
        pieces = [piece for lines in placed if number < len(lines) for piece in lines[number]]
        yield TextLine(tuple(pieces), any(piece.span.tall for piece in pieces))


def _share(row: Sequence[Cell], columns: Sequence[_Column], paper: int) -> list[int] | None:
    """Return the columns' widths; None when not even one glyph fits into each.

    Each gets the cells of its text where all have room for theirs, else of its longest word, so that an amount is not
    broken while a name can wrap; then those of weight 0 grow to their text, and the others share the rest by weight.
    """
    room = paper - _GAP * (len(columns) - 1)
    fit = sum(column.natural for column in columns) <= room
    wishes = [column.natural if fit else column.word for column in columns]
    floors = _level(wishes, [column.widest for column in columns], room)
    if floors is None:
        return None
    fixed = [place for place, cell in enumerate(row) if cell.weight <= 0]
    shared = [place for place, cell in enumerate(row) if cell.weight > 0]
    # A name keeps a part of the line where the text beside it is as long
    kept = sum(max(floors[place], min(columns[place].natural, room // (len(row) + 1))) for place in shared)
    spare = max(0, room - kept - sum(floors[place] for place in fixed))
    grown = _level([columns[place].natural - floors[place] for place in fixed], [0] * len(fixed), spare) or []
    widths = list(floors)
    for place, more in zip(fixed, grown, strict=True):
        widths[place] += more
    left = room - sum(widths[place] for place in fixed)
    if shared:
        weights = [row[place].weight for place in shared]
        for place, width in zip(shared, _by_weight(left, weights, [floors[place] for place in shared]), strict=True):
            widths[place] = width
    elif widths:
        widths[-1] += left
    return widths


def _level(wishes: Sequence[int], least: Sequence[int], room: int) -> list[int] | None:
    """Return the wishes, the largest of them cut down to one level so that all fit into the room; None: impossible."""
    given = [min(wish, max(room, lowest)) for wish, lowest in zip(wishes, least, strict=True)]
    while sum(given) > room:
        above = [place for place, width in enumerate(given) if width > least[place]]
        if not above:
            return None
        largest = max(above, key=lambda place: given[place])
        given[largest] -= 1
    return given


def _by_weight(room: int, weights: Sequence[int], floors: Sequence[int]) -> list[int]:
    """Share cells by weight; a share below its floor is raised to it and the others share the rest."""
    widths = list(floors)
    open_ = list(range(len(weights)))
    while open_:
        left = room - sum(width for place, width in enumerate(widths) if place not in open_)
        shares = _largest_remainder(left, [weights[place] for place in open_])
        short = [place for place, share in zip(open_, shares, strict=True) if share < floors[place]]
        if not short:
            for place, share in zip(open_, shares, strict=True):
                widths[place] = share
            break
        open_ = [place for place in open_ if place not in short]
    return widths


def _largest_remainder(room: int, weights: Sequence[int]) -> list[int]:
    total = sum(weights)
    shares = [room * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: (-(room * weights[place] % total), place))
    for place in order[: room - sum(shares)]:
        shares[place] += 1
    return shares
