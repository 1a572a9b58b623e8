"""HQ's own log as people's acts, read from the log itself."""

from typing import Any, NamedTuple

import msgspec

from sync_protocol.entry import decode_entry

SHOWN = {"audit", "incarnation", "verdict", "period"}


class Line(NamedTuple):
    """One act as its entry says it; ids and hashes as hexadecimal."""

    kind: str
    body: dict[str, Any]


def journal(conn: Any, most: int) -> list[Line]:
    """The newest acts, newest first; grants left out."""
    entries = (decode_entry(data) for (data,) in conn.execute("SELECT entry FROM own_log ORDER BY n DESC"))
    lines = [Line(entry.kind, _plain(msgspec.msgpack.decode(entry.body))) for entry in entries if entry.kind in SHOWN]
    return lines[:most]


def _plain(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in body.items()}
