"""What a parameter's value may be: a small tree of forms, by which values are checked and screens are drawn.

Branches read settings as JSON and let one that makes no sense fall to its default (``edge_node.ledger.settings``); so
head office writes none that they would not read. A test holds the two together.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

from hq_server.errors import Code, InputError
from hq_server.head_office import limits

Kind = Literal["flag", "number", "text", "choice", "list", "pairs", "record", "tuple"]


@dataclass(frozen=True, slots=True)
class Form:
    """One form. ``low`` … ``high``: a number's bounds, a text's length, how many a list or pairs may hold.

    ``of``: what a list holds, or the values of pairs (a JSON object whose keys are free, in ``pattern``). ``fields`` of
    a record (a JSON object) or of a tuple (an array, always complete). ``unit``: money | points | per_mille | days |
    minutes, for screens. ``lines``: a text may have several. ``or_null``: null is a value too. ``unique``: no value of
    a list, and of pairs none of their values, stands there twice.
    """

    kind: Kind
    low: int = 0
    high: int = 0
    unit: str = ""
    pattern: str = ""
    options: tuple[str, ...] = ()
    fields: tuple[tuple[str, "Form"], ...] = ()
    of: "Form | None" = None
    lines: bool = False
    or_null: bool = False
    unique: bool = False


FLAG = Form("flag")


def number(low: int, high: int, unit: str = "") -> Form:
    """An integer in bounds."""
    return Form("number", low, high, unit)


def text(high: int, low: int = 0, *, pattern: str = "", lines: bool = False) -> Form:
    """Printable text of so many characters; all of it matches `pattern`."""
    return Form("text", low, high, pattern=pattern, lines=lines)


def choice(*options: str) -> Form:
    """One of these words."""
    return Form("choice", options=options)


def several(of: Form, most: int, *, unique: bool = False) -> Form:
    """A list."""
    return Form("list", 0, most, of=of, unique=unique)


def pairs(key: str, of: Form, most: int, *, unique: bool = False) -> Form:
    """A map with keys of that pattern."""
    return Form("pairs", 0, most, pattern=key, of=of, unique=unique)


def record(**fields: Form) -> Form:
    """A JSON object with these fields and no other; one that is left out has the default of whoever reads it."""
    return Form("record", fields=tuple(fields.items()))


def sequence(*, or_null: bool = False, **fields: Form) -> Form:
    """A JSON array of these values in this order."""
    return Form("tuple", fields=tuple(fields.items()), or_null=or_null)


def read(source: str) -> Any:  # noqa: ANN401  any JSON
    """Read a value's JSON text; InputError ``bad_value``."""
    if len(source) > limits.SETTING_VALUE:
        _refuse("value", limit=limits.SETTING_VALUE)
    try:
        return json.loads(source)
    except (ValueError, RecursionError):
        _refuse("value")


def written(value: object) -> str:
    """Write a value as it is stored: one way for each, so that what did not change is seen not to have changed."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def check(form: Form, value: object, where: str) -> None:
    """Refuse a value that is not of its form; InputError ``bad_value`` names the place (``gifts.2.points``)."""
    if value is None and form.or_null:
        return
    _CHECKS[form.kind](form, value, where)


def _flag(_form: Form, value: object, where: str) -> None:
    if type(value) is not bool:
        _refuse(where)


def _number(form: Form, value: object, where: str) -> None:
    if type(value) is not int or not form.low <= value <= form.high:
        _refuse(where, low=form.low, high=form.high)


def _text(form: Form, value: object, where: str) -> None:
    if type(value) is not str or not form.low <= len(value) <= form.high:
        _refuse(where, low=form.low, high=form.high)
    seen = value.replace("\n", "") if form.lines else value
    blank = form.low > 0 and not value.strip()
    if not seen.isprintable() or blank or (form.pattern and re.fullmatch(form.pattern, value) is None):
        _refuse(where)


def _choice(form: Form, value: object, where: str) -> None:
    if value not in form.options:
        _refuse(where)


def _list(form: Form, value: object, where: str) -> None:
    if type(value) is not list or len(value) > form.high:
        _refuse(where, limit=form.high)
    assert form.of is not None
    for n, item in enumerate(value, 1):
        check(form.of, item, f"{where}.{n}")
    if form.unique and len({written(item) for item in value}) != len(value):
        _refuse(where)


def _pairs(form: Form, value: object, where: str) -> None:
    if type(value) is not dict or len(value) > form.high:
        _refuse(where, limit=form.high)
    assert form.of is not None
    for n, (key, item) in enumerate(value.items(), 1):
        if re.fullmatch(form.pattern, key) is None or not key.isprintable():
            _refuse(f"{where}.{n}")
        check(form.of, item, f"{where}.{n}")
    if form.unique and len({written(item) for item in value.values()}) != len(value):
        _refuse(where)


def _record(form: Form, value: object, where: str) -> None:
    if type(value) is not dict or not set(value) <= {name for name, _ in form.fields}:
        _refuse(where)
    for name, field in form.fields:
        if name in value or field.low > 0:
            check(field, value.get(name), f"{where}.{name}")


def _tuple(form: Form, value: object, where: str) -> None:
    if type(value) is not list or len(value) != len(form.fields):
        _refuse(where, limit=len(form.fields))
    for (name, field), item in zip(form.fields, value, strict=True):
        check(field, item, f"{where}.{name}")


_CHECKS = {
    "flag": _flag,
    "number": _number,
    "text": _text,
    "choice": _choice,
    "list": _list,
    "pairs": _pairs,
    "record": _record,
    "tuple": _tuple,
}


def _refuse(where: str, **bounds: int) -> NoReturn:
    raise InputError(Code.BAD_VALUE, field=where, **bounds)
