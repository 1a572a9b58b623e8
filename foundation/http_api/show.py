"""Answers made from the values of a program's rooms: fields of the same names, ids and hashes as hexadecimal."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import msgspec

_T = TypeVar("_T")


def show(value: object, kind: type[_T], **more: object) -> _T:
    """Make an answer of a dataclass or named tuple, and of what is told beside it; its further fields stay hidden.

    Every value is checked against the answer's type, so that what is served is what the document promises.
    """
    made = plain(value)
    return msgspec.convert({**made, **{name: plain(item) for name, item in more.items()}} if more else made, kind)


def show_all(values: Iterable[object], kind: type[_T]) -> list[_T]:
    """Make a list of answers."""
    return [show(value, kind) for value in values]


def plain(value: Any) -> Any:  # noqa: ANN401  walks any value of the rooms
    """Dataclasses and named tuples as maps, bytes as hexadecimal; answers and plain values stay."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(value)
    if is_dataclass(value):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list | frozenset):
        names = getattr(value, "_fields", None)
        items = [plain(item) for item in value]
        return dict(zip(names, items, strict=True)) if names else items
    return value
