r"""Templates of papers: Mustache's tags on a line-based markup that a shop can edit.

The markup is read first, then values are filled in: a value is text and can never become markup. One line of the
template is one block of the paper::

    # {{shop}}              centred, bold, wide and tall         ## {{branch}}       centred, bold
    ^ text   > text         centred, right                       plain text          left, wraps
    left | middle | right   cells; ``@columns 3 1 1`` before gives weights to the rows of three that follow
    ! left | right          the same, bold and tall              **bold**            in any text
    ---   ===               rules                                (empty line)        an empty line
    @logo  @qr {{code}}  @barcode {{number}}  @feed 2  @cut
    {{#lines}} … {{/lines}} on lines of their own: for each, or once if true; {{^x}} … {{/x}} if empty or false
    {{! remark}}            on a line of its own

A ``\`` at the start of a line takes the markup's meaning away. Without ``@columns`` the first cell takes what the
others leave. A name is looked up in the section's mapping, then outwards; ``a.b`` is ``b`` in the mapping ``a``.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, NoReturn, Union

from device_drivers import limits
from device_drivers.errors import Code, StopError
from device_drivers.paper.model import (
    Align,
    Barcode,
    Block,
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

Value = Union[str, bool, Sequence["Values"], "Values"]
Values = Mapping[str, Value]

_TAG = re.compile(r"\{\{(\{?[^{}]*\}?)\}\}")
_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_SECTION = re.compile(r"\{\{([#^/!])(.*)\}\}")
_SPLIT = re.compile(r"(?:^|(?<=\s))\|(?=\s|$)")
_BOLD = re.compile(r"(?<!\*)\*\*(?!\*)(.+?)(?<!\*)\*\*(?!\*)")
_PLAIN = Span("")
_HEADS = {"#": Span("", bold=True, wide=True, tall=True), "##": Span("", bold=True), "^": _PLAIN, ">": _PLAIN}
_TOTAL = Span("", bold=True, tall=True)


class _Part(NamedTuple):
    """Text as it stands (`name` empty) or a value's place."""

    text: str
    name: str
    style: Span


_Parts = tuple[_Part, ...]


class _TextLine(NamedTuple):
    number: int
    parts: _Parts
    align: Align


class _RowLine(NamedTuple):
    number: int
    cells: tuple[_Parts, ...]
    weights: tuple[int, ...]


class _CodeLine(NamedTuple):
    number: int
    parts: _Parts
    make: Callable[[str], QRCode | Barcode]


class _LogoLine(NamedTuple):
    number: int


class _FixedLine(NamedTuple):
    number: int
    block: Block


class _Section(NamedTuple):
    number: int
    name: str
    inverted: bool
    nodes: "tuple[_Node, ...]"


_Node = _TextLine | _RowLine | _CodeLine | _LogoLine | _FixedLine | _Section


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was read; `nodes` is its tree."""

    nodes: tuple[_Node, ...]

    def fill(self, values: Values, *, logo: Picture | None = None) -> Paper:
        """Return the paper with these values in it; what is unknown is empty, ``@logo`` without one is nothing.

        StopError ``bad_template`` with the line where the paper grew out of its bounds.
        """
        filling = _Filling(logo)
        filling.go(self.nodes, (values,))
        return Paper(tuple(filling.blocks))


def parse(text: str) -> Template:
    """Read a template. StopError ``bad_template`` with ``line`` and ``reason``."""
    if len(text) > limits.TEMPLATE_CHARS:
        raise StopError(Code.BAD_TEMPLATE, line=1, reason="too_long")
    reader = _Reader()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    for number, line in enumerate(lines, start=1):
        reader.line(number, line.rstrip())
    return Template(reader.end())


class _Open(NamedTuple):
    number: int
    name: str
    inverted: bool
    nodes: list[_Node]


class _Reader:
    """Reads line by line; knows the sections that are open and the weights that hold."""

    def __init__(self) -> None:
        self._open = [_Open(0, "", inverted=False, nodes=[])]
        self._weights: tuple[int, ...] = ()

    def line(self, number: int, line: str) -> None:
        stripped = line.strip()
        section = _SECTION.fullmatch(stripped)
        if section and "}}" not in section[2]:
            self._section(number, section[1], section[2])
        elif stripped.startswith("@"):
            self._directive(number, stripped)
        else:
            self._open[-1].nodes.append(_line(number, line, self._weights))

    def end(self) -> tuple[_Node, ...]:
        if len(self._open) > 1:
            _refuse(self._open[-1].number, "unclosed_section", self._open[-1].name)
        return tuple(self._open[0].nodes)

    def _section(self, number: int, sign: str, rest: str) -> None:
        if sign == "!":
            return
        name = _name(number, rest)
        if sign != "/":
            if len(self._open) > limits.TEMPLATE_DEPTH:
                _refuse(number, "too_deep", name)
            self._open.append(_Open(number, name, sign == "^", []))
            return
        if len(self._open) == 1 or self._open[-1].name != name:
            _refuse(number, "wrong_closing_tag", name)
        opened = self._open.pop()
        self._open[-1].nodes.append(_Section(opened.number, name, opened.inverted, tuple(opened.nodes)))

    def _directive(self, number: int, line: str) -> None:
        word, _, argument = line.partition(" ")
        argument = argument.strip()
        if word == "@columns":
            weights = tuple(_integer(number, text, 99) for text in argument.split())
            if len(weights) > limits.ROW_CELLS:
                _refuse(number, "too_many_cells", word)
            if weights and not any(weights):
                _refuse(number, "bad_number", word)
            self._weights = weights
            return
        self._open[-1].nodes.append(_directive(number, word, argument))


def _directive(number: int, word: str, argument: str) -> _Node:
    if word in {"@qr", "@barcode"}:
        if not argument:
            _refuse(number, "missing_argument", word)
        return _CodeLine(number, _parts(number, argument, _PLAIN, bold=False), QRCode if word == "@qr" else Barcode)
    if word == "@feed":
        return _FixedLine(number, Feed(_integer(number, argument or "1", limits.FEED_LINES)))
    if word not in {"@logo", "@cut"}:
        _refuse(number, "unknown_directive", word)
    if argument:
        _refuse(number, "unexpected_argument", word)
    return _LogoLine(number) if word == "@logo" else _FixedLine(number, Cut())


def _line(number: int, line: str, weights: tuple[int, ...]) -> _Node:
    stripped = line.strip()
    if stripped.startswith("\\"):
        return _TextLine(number, _parts(number, line.replace("\\", "", 1), _PLAIN, bold=False), "left")
    if not stripped:
        return _FixedLine(number, Feed(1))
    if len(stripped) >= 3 and set(stripped) in ({"-"}, {"="}):
        return _FixedLine(number, Rule(stripped[0]))
    mark, _, rest = stripped.partition(" ")
    if mark in _HEADS:
        return _TextLine(number, _parts(number, rest.strip(), _HEADS[mark]), "right" if mark == ">" else "centre")
    style = _TOTAL if mark == "!" else _PLAIN
    texts = _SPLIT.split(rest.strip() if mark == "!" else line)
    if len(texts) == 1:
        return _TextLine(number, _parts(number, texts[0].rstrip(), style), "left")
    if len(texts) > limits.ROW_CELLS:
        _refuse(number, "too_many_cells", "|")
    # Blanks before the first cell are its indent, as in a plain line
    cells = tuple(_parts(number, text.strip() if place else text.rstrip(), style) for place, text in enumerate(texts))
    return _RowLine(number, cells, weights if len(weights) == len(cells) else (1,) + (0,) * (len(cells) - 1))


def _parts(number: int, text: str, style: Span, *, bold: bool = True) -> _Parts:
    """Read a text: its tags, and what stands between two ``**``."""
    parts: list[_Part] = []
    for piece, is_bold in _bold(text) if bold else [(text, False)]:
        piece_style = style._replace(bold=style.bold or is_bold)
        parts += _tags(number, piece, piece_style)
    return tuple(parts)


def _bold(text: str) -> list[tuple[str, bool]]:
    return [(piece, place % 2 == 1) for place, piece in enumerate(_BOLD.split(text)) if piece]


def _tags(number: int, text: str, style: Span) -> list[_Part]:
    parts: list[_Part] = []
    for place, piece in enumerate(_TAG.split(text)):
        if place % 2:
            if piece[:1] in {"#", "^", "/", "!"}:
                _refuse(number, "section_within_a_line", piece)
            parts.append(_Part("", _name(number, piece), style))
        elif "{{" in piece:
            _refuse(number, "unclosed_tag", piece.partition("{{")[2])
        elif piece:
            parts.append(_Part(piece, "", style))
    return parts


def _name(number: int, text: str) -> str:
    name = text.strip()
    if len(name) > limits.NAME_CHARS or not _NAME.fullmatch(name):
        _refuse(number, "bad_name", name)
    return name


def _integer(number: int, text: str, high: int) -> int:
    if not re.fullmatch("[0-9]{1,2}", text) or int(text) > high:
        _refuse(number, "bad_number", text)
    return int(text)


def _refuse(number: int, reason: str, what: str) -> NoReturn:
    raise StopError(Code.BAD_TEMPLATE, line=number, reason=reason, what=what[:32])


class _Filling:
    """Fills one template once, and counts what comes of it."""

    def __init__(self, logo: Picture | None) -> None:
        self.blocks: list[Block] = []
        self._logo = logo
        self._steps = 0
        self._chars = 0
        self._lines = 0
        self._codes = 0

    def go(self, nodes: Sequence[_Node], scope: tuple[Values, ...]) -> None:
        for node in nodes:
            self._steps += 1
            if isinstance(node, _Section):
                self._section(node, scope)
            else:
                self._add(node.number, self._block(node, scope))
            if self._steps > limits.TEMPLATE_STEPS or len(self.blocks) > limits.PAPER_BLOCKS:
                _refuse(node.number, "paper_too_long", "")

    def _add(self, number: int, blocks: Sequence[Block]) -> None:
        """Add blocks while the paper is not too long: a logo on every line would be a job of 40 MB."""
        self.blocks += blocks
        self._lines += sum(map(_lines_high, blocks))
        self._codes += sum(isinstance(block, QRCode) for block in blocks)
        if self._lines > limits.PAPER_LINES:
            _refuse(number, "paper_too_long", "")
        if self._codes > limits.PAPER_QR_CODES:
            _refuse(number, "too_many_codes", "")

    def _section(self, node: _Section, scope: tuple[Values, ...]) -> None:
        value = _look_up(node.name, scope)
        if node.inverted:
            if not value:
                self.go(node.nodes, scope)
        elif isinstance(value, Mapping):
            if value:
                self.go(node.nodes, (*scope, value))
        elif isinstance(value, str | bool):
            if value:
                self.go(node.nodes, scope)
        else:
            for one in value:
                self._steps += 1
                self.go(node.nodes, (*scope, one))

    def _block(self, node: _Node, scope: tuple[Values, ...]) -> list[Block]:
        match node:
            case _TextLine(number, parts, align):
                return [Text(self._spans(number, parts, scope), align)]
            case _RowLine(number, cells, weights):
                filled = [self._spans(number, parts, scope) for parts in cells]
                row = [Cell(spans, weight, "right") for spans, weight in zip(filled, weights, strict=True)]
                return [Row((row[0]._replace(align="left"), *row[1:]))]
            case _CodeLine(number, parts, make):
                data = "".join(span.text for span in self._spans(number, parts, scope))
                return [make(data)] if data else []
            case _FixedLine(_, block):
                return [block]
        return [self._logo] if self._logo else []

    def _spans(self, number: int, parts: _Parts, scope: tuple[Values, ...]) -> tuple[Span, ...]:
        spans = []
        for part in parts:
            value = _look_up(part.name, scope) if part.name else part.text
            text = value if isinstance(value, str) else ""
            self._chars += len(text)
            if self._chars > limits.PAPER_CHARS:
                _refuse(number, "paper_too_long", part.name)
            if text:
                spans.append(part.style._replace(text=text))
        return tuple(spans)


def _lines_high(block: Block) -> int:
    """Return how many lines high a block is at least."""
    if isinstance(block, Picture):
        return block.height // limits.LINE_ROWS + 1
    return block.lines if isinstance(block, Feed) else 1


def _look_up(name: str, scope: tuple[Values, ...]) -> Value:
    first, *rest = name.split(".")
    value: Value = next((values[first] for values in reversed(scope) if first in values), "")
    for word in rest:
        value = value.get(word, "") if isinstance(value, Mapping) else ""
    return value
