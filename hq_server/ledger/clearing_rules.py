"""Clearing rules as head office has written them: reference rows, of the chain and of single branches."""

import msgspec

from commerce.reference import CHAIN_FEED, ClearingRuleRow, branch_feed
from commerce.sharing import ClearingRules
from hq_server.storage.database import Connection

_DECODER = msgspec.msgpack.Decoder(ClearingRuleRow)


def key_of(row: ClearingRuleRow) -> str:
    """Return the key of a rule's row."""
    return f"clearing_rule:{row.rule}:{row.from_day}"


def rows(conn: Connection, feed: str) -> list[ClearingRuleRow]:
    """Return the rules of a feed, by rule and day."""
    query = (
        "SELECT body FROM reference WHERE feed = ? AND key > 'clearing_rule:' AND key < 'clearing_rule;' ORDER BY key"
    )
    return [_DECODER.decode(body) for (body,) in conn.execute(query, (feed,))]


def of_branch(conn: Connection, branch: str) -> ClearingRules:
    """Return what counts for lots that a branch opens; head office's own are under the chain's rules alone."""
    return ClearingRules(rows(conn, CHAIN_FEED), rows(conn, branch_feed(branch)))
