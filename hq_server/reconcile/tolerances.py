"""How far a shift's count may be from what should be there before people are asked: the chain's ``count_tolerance``."""

import json
from collections.abc import Iterable, Mapping

import msgspec

from commerce.reference import CHAIN_FEED, SettingRow, branch_feed
from hq_server.storage.bulk import select_in
from hq_server.storage.database import Connection

_KEY = "setting:count_tolerance"
_MOST = 2**63
_ROW = msgspec.msgpack.Decoder(SettingRow)


class _Any(dict[str, int]):
    """Every branch tolerates everything."""

    def get(self, _branch: str, _default: int = 0) -> int:  # type: ignore[override]
        return _MOST


ANY: Mapping[str, int] = _Any()
"""For replay: a tolerance changes from time to time, and what it let pass stands in no log."""


def of_branches(conn: Connection, branches: Iterable[str]) -> dict[str, int]:
    """Return the tolerance of each branch, minor units: its own, else the chain's, else none."""
    feeds = {branch_feed(branch): branch for branch in branches}
    query = "SELECT feed, body FROM reference WHERE key = ? AND feed IN ({})"
    found = {feed: _amount(body) for feed, body in select_in(conn, query, [CHAIN_FEED, *feeds], _KEY)}
    return {branch: found.get(feed, found.get(CHAIN_FEED, 0)) for feed, branch in feeds.items()}


def _amount(body: bytes) -> int:
    """Read one row; what is no amount tolerates nothing."""
    try:
        value = json.loads(_ROW.decode(body).value)
    except (ValueError, msgspec.DecodeError):
        return 0
    return value if type(value) is int and value > 0 else 0
