"""What was found: a thing with a name that stays and a place that changes; and what changed between two looks."""

import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from device_drivers.discovery import limits


class Thing(NamedTuple):
    """One found thing. ``identity``: the same wherever it is plugged in or whatever address it has.

    ``address``: where it is now (``device_drivers.address``). ``found_by``: usb | serial | pcsc | mdns. ``usb``: vendor
    and product. ``model``, ``languages`` (lower case): what it says of itself, believed as far as ``matching`` does.
    ``office``: it says that it prints pages, so not one byte is sent to it.
    """

    identity: str
    address: str
    name: str
    found_by: str
    usb: tuple[int, int] | None = None
    model: str = ""
    languages: tuple[str, ...] = ()
    office: bool = False


class What(StrEnum):
    """What happened to a thing. ``moved``: it is at another place, or says something else of itself."""

    VANISHED = "vanished"
    MOVED = "moved"
    APPEARED = "appeared"


class Change(NamedTuple):
    """One thing and what happened to it; of a vanished one: as it was."""

    what: What
    thing: Thing


def differences(before: Mapping[str, Thing], now: Iterable[Thing]) -> list[Change]:
    """Compare what is there now with what was, by identity.

    What vanished comes first: its address may be another thing's by now.
    """
    present = {thing.identity: thing for thing in now}
    gone = [Change(What.VANISHED, thing) for identity, thing in before.items() if identity not in present]
    moved = [
        Change(What.MOVED, thing)
        for identity, thing in present.items()
        if identity in before and thing != before[identity]
    ]
    new = [Change(What.APPEARED, thing) for identity, thing in present.items() if identity not in before]
    return [*gone, *moved, *new]


def plain(text: str, most: int = limits.NAME) -> str:
    """Return text of a stranger fit to be shown: one line, no control or direction characters, `most` characters."""
    kept = (
        " " if unicodedata.category(sign) in {"Zs", "Zl", "Zp"} or sign in "\t\r\n" else sign
        for sign in text[: 4 * most]
        if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"} or sign in "\t\r\n"
    )
    return " ".join("".join(kept).split())[:most].strip()
