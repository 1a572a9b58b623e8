"""HQ's first start in an empty database, and every later one."""

from commerce.accounts import HQ
from commerce.facts import Fact, IncarnationOpened
from hq_server.errors import Code, StopError
from hq_server.ledger import incarnations, meta
from hq_server.ledger.context import Applier, Hq, Keys
from hq_server.ledger.record import record
from hq_server.storage.database import Connection
from sync_protocol.chain import LogIdentity
from sync_protocol.epoch import HqEpoch

_CHAIN, _NODE = "chain", "hq_node"
_EPOCH, _EPOCH_ID, _INCARNATION = "hq_epoch", "hq_epoch_id", "hq_incarnation"


def create(conn: Connection, keys: Keys, applier: Applier, incarnation: bytes, epoch_id: bytes, now: int) -> Hq:  # noqa: PLR0917 -- the parts of the act
    """Make an empty database HQ's: its first epoch, its own log and that log's first entry."""
    if meta.get(conn, _CHAIN) is not None:
        raise StopError(Code.ALREADY_STARTED)
    public = keys.signing_key.public_key().public_bytes_raw()
    identity = LogIdentity(keys.chain, keys.node, incarnation, public)
    own = incarnations.insert(conn, identity, HQ, incarnations.HQ_LOG, now)
    for name, value in (
        (_CHAIN, keys.chain),
        (_NODE, keys.node),
        (_EPOCH, 1),
        (_EPOCH_ID, epoch_id),
        (_INCARNATION, incarnation),
    ):
        meta.put(conn, name, value)
    hq = Hq(keys, HqEpoch(1, epoch_id), own.no, incarnation, applier)
    body = IncarnationOpened("opened", incarnation, "first_start", b"", 0, b"")
    record(conn, hq, Fact("incarnation", body), now)
    return hq


def load(conn: Connection, keys: Keys, applier: Applier) -> Hq:
    """Return HQ as its database knows it; StopError when the database is empty or another chain's."""
    if meta.get(conn, _CHAIN) is None:
        raise StopError(Code.NOT_STARTED)
    if (meta.get(conn, _CHAIN), meta.get(conn, _NODE)) != (keys.chain, keys.node):
        raise StopError(Code.WRONG_DATABASE)
    incarnation = meta.get(conn, _INCARNATION)
    epoch = HqEpoch(meta.get(conn, _EPOCH), meta.get(conn, _EPOCH_ID))
    return Hq(keys, epoch, incarnations.need(conn, incarnation).no, incarnation, applier)
