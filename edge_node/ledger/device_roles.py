"""The kinds of work that devices do, and a chain's rules for who does which without anybody's asking."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from commerce.reference import CHAIN_FEED, SettingRow, branch_feed
from edge_node import limits
from edge_node.ledger import bodies
from edge_node.storage.database import Connection


class Role(StrEnum):
    """The work a device does for a till, or for all of them."""

    RECEIPT = "receipt"
    LABEL = "label"
    DRAWER = "drawer"
    DISPLAY = "display"
    SCANNER = "scanner"
    SCALE = "scale"
    CARD = "card"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is found and matches is taken into use. ``match``: a shell pattern for its identity or its driver's name.

    ``till`` "": it works for every till.
    """

    match: Annotated[str, Meta(min_length=1, max_length=limits.DEVICE_ADDRESS)]
    role: Role
    till: Annotated[str, Meta(max_length=limits.TILL)] = ""


Rules = Annotated[tuple[Rule, ...], Meta(max_length=limits.DEVICE_RULES)]

SETTING = "device_rules"
"""The setting that holds them, as JSON."""

_DECODER = msgspec.json.Decoder(Rules)


def rules(conn: Connection) -> tuple[Rule, ...]:
    """Return the rules of this branch, else of the chain; () for a value that makes no sense.

    Read by themselves, for a thing may be found before anybody needs the price book, which takes a second to load.
    """
    row = conn.execute("SELECT branch FROM incarnations WHERE state = 'current'").fetchone()
    feeds = (CHAIN_FEED,) if row is None else (branch_feed(row[0]), CHAIN_FEED)
    for feed in feeds:
        found = conn.execute(
            "SELECT body FROM reference WHERE feed = ? AND key = ?", (feed, f"setting:{SETTING}")
        ).fetchone()
        if found is not None:
            try:
                return _DECODER.decode(bodies.decode(SettingRow, found[0]).value)
            except msgspec.DecodeError:
                return ()
    return ()
