"""Built-in templates and sample values as JSON: what head office's console draws its preview of papers from.

Head office touches no device, so the console reads templates itself; ``golden`` is what its reading is held against.
``python -m edge_node.devices.papers.examples FOLDER`` writes both beside the console's pages and tests.
"""

import json
import sys
from pathlib import Path
from typing import Any, get_args

from device_drivers.errors import StopError
from device_drivers.paper import template
from device_drivers.paper.model import Picture
from edge_node.devices.papers import samples, templates
from edge_node.ledger.paper_settings import KINDS, Language

SOURCE, GOLDEN = Path("src/areas/organisation/papers.gen.json"), Path("tests/organisation/papers.golden.json")
"""Below the console's folder."""

LANGUAGES: tuple[Language, ...] = get_args(Language)
_LOGO = Picture(8, 1, b"\xff")
_ODD = (
    "# {{shop}} | x\n^ **a** {{ branch }} ***b***\n> {{none}}{{balance.after}}\n\\# {{day}} **c**\nx|y | z |",
    "! a | b | c",
    "@columns 3 1 1\n{{number}} | 2 | 3\na | b\n@columns\na | b | c\n===\n----\n--\n@feed 3\n@feed\n@logo\n@cut",
    "{{^nobody}}\nnobody\n{{/nobody}}\n{{#member}}\n{{name}} {{branch}}\n{{/member}}",
    "{{#copy}}\nno\n{{/copy}}\n{{! no }}\n@qr {{none}}\n@qr {{code}}",
    "{{#lines}}\n  {{name}} | {{qty}}\n{{#discounts}}\n{{name}} {{number}}\n{{/discounts}}\n{{/lines}}\n",
    "{{#lines}}\nopen",
    "{{/lines}}",
    "{{#a}}\n{{/b}}",
    "ok\n{{bad name}}",
    "{{#x}} within {{/x}}",
    "half {{open",
    "@nothing",
    "@feed 21",
    "@cut 1",
    "@qr",
    "@columns 0 0",
    "1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9",
    "{{#a}}\n{{#b}}\n{{#c}}\n{{#d}}\n{{#e}}\n{{/e}}\n{{/d}}\n{{/c}}\n{{/b}}\n{{/a}}",
    "{{#lines}}\n" + "@qr x\n" * 6 + "{{/lines}}",
)
"""Templates that try what the language can, and its faults."""


def examples() -> dict[str, Any]:
    """Return ``templates`` and ``values`` by language and kind."""
    return {
        "templates": {lang: {kind: templates.text(kind, lang) for kind in KINDS} for lang in LANGUAGES},
        "values": {lang: {kind: samples.values(kind, lang) for kind in KINDS} for lang in LANGUAGES},
    }


def golden() -> list[dict[str, Any]]:
    """Return papers as blocks: all built-in ones, and odd templates filled for a sale or refused for a fault."""
    built_in = [(templates.text(kind, lang), kind, lang) for kind in KINDS for lang in LANGUAGES]
    return [_filled(*one) for one in (*built_in, *((odd, "sale", LANGUAGES[0]) for odd in _ODD))]


def _filled(text: str, kind: str, language: Language) -> dict[str, Any]:
    asked = {"template": text, "kind": kind, "language": language}
    try:
        paper = template.parse(text).fill(samples.values(kind, language), logo=_LOGO)
    except StopError as error:
        return {**asked, "fault": dict(error.evidence)}
    return {**asked, "blocks": [_block(block) for block in paper.blocks]}


def _block(block: Any) -> list[Any]:  # noqa: ANN401  any block
    """A block as its kind and its parts; a picture is only named."""
    kind = type(block).__name__
    return [kind] if isinstance(block, Picture) else [kind, *block]


def _written(value: object, indent: int | None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent, separators=None if indent else (",", ":")) + "\n"


def texts() -> dict[Path, str]:
    """Return what stands in each file."""
    return {SOURCE: _written(examples(), 1), GOLDEN: _written(golden(), None)}


if __name__ == "__main__":
    for path, text in texts().items():
        (Path(sys.argv[1]) / path).write_text(text, encoding="utf-8")
