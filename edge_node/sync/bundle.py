"""The unsent log as a file: for a branch that is dark, carried to HQ on a stick.

Every log of the chain that HQ has not confirmed to its end goes in, oldest first, in the very batches that the line
would carry. Nothing here counts as sent: only HQ's ack over the line does that.
"""

import asyncio
from collections.abc import Callable

from edge_node.ledger import incarnations
from edge_node.storage.database import Database
from edge_node.sync.replica import next_batch
from edge_node.sync.sealed import open_to_hq
from sync_protocol import limits
from sync_protocol.batch import peek_header
from sync_protocol.bundle import seal_bundle
from sync_protocol.node_session import NodeIdentity
from sync_protocol.opening import LogPosition

_ROOM = limits.MAX_BUNDLE - limits.MIB
"""Bytes of batches: the rest is for the opening, and for what sealing adds to the batches."""
_SEALING = 64
"""Bytes that sealing adds to one batch: message, frame, length."""


async def make_bundle(database: Database, identity: NodeIdentity, random_bytes: Callable[[int], bytes]) -> bytes | None:
    """Seal what waits for HQ into one file; None when nothing waits. One batch at a time: tills share the database.

    A log longer than a bundle may be is brought as far as it fits. What a shop sold before it joined its chain is
    another chain's log and goes over the line alone.
    """
    batches: list[bytes] = []
    reached: list[LogPosition] = []
    room, unpacked = _ROOM, limits.MAX_BUNDLE_UNPACKED - limits.MAX_BATCH_UNPACKED
    for log in await database.read(incarnations.logs):
        after = log.acked_seq
        own = (log.chain, log.node) == (identity.chain, identity.node)
        if not own or after >= log.seq or len(reached) == limits.MAX_LOGS:
            continue
        while after < log.seq and room >= limits.MAX_BATCH + _SEALING and unpacked > 0:
            batch = await database.read(next_batch, log, identity.signing_key, after)
            batches.append(batch)
            room -= len(batch) + _SEALING
            header = peek_header(batch)
            after, unpacked = header.last, unpacked - header.unpacked
        if after > log.acked_seq:
            reached.append(LogPosition(log.incarnation, *header.end))
    if not batches:
        return None
    return await asyncio.to_thread(_sealed, identity, tuple(reached), batches, random_bytes)


def _sealed(
    identity: NodeIdentity,
    reached: tuple[LogPosition, ...],
    batches: list[bytes],
    random_bytes: Callable[[int], bytes],
) -> bytes:
    """Open a session of its own for this file, under fresh keys."""
    return seal_bundle(open_to_hq(identity, reached, random_bytes), batches)
