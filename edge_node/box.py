"""The box on disk: ``keys/`` (keystore), ``edge.db`` (encrypted database), ``lock``; first start, joining's last step.

Everything here is done while no till is served, on a plain connection, in one transaction each.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from edge_node import seed
from edge_node.config import Config
from edge_node.ledger import incarnations, link_state, points
from edge_node.ledger.incarnations import StandaloneIds
from edge_node.ledger.node import Node, load_node
from edge_node.runtime import Runtime
from edge_node.seed import FirstManager, Seed
from edge_node.storage.database import Connection, open_connection, transaction
from edge_node.storage.migrate import migrate
from provisioning import keys
from provisioning.enrolment import joining
from provisioning.enrolment.joining import Membership
from provisioning.import_key import load_public as load_import_key
from provisioning.keys import NodeKeys
from provisioning.keystore import Keystore
from sync_protocol import signed
from sync_protocol.epoch import HqEpoch
from sync_protocol.node_session import NodeIdentity

HQ_URL = "hq.url"
"""Where HQ was reached at enrolment: kept beside the enrolment, in the keystore."""

Announce = Callable[[FirstManager], None]


@dataclass(frozen=True)
class Box:
    """An opened box: its keys, and its place in a chain if it has one."""

    folder: Path
    store: Keystore
    keys: NodeKeys
    membership: Membership | None

    @property
    def database(self) -> Path:
        """The database file."""
        return self.folder / "edge.db"

    @property
    def member_key(self) -> bytes:
        """The key of members' keyed hashes: the chain's, or the node's own while it stands alone."""
        return self.keys.member_key if self.membership is None else self.membership.member_key

    @property
    def identity(self) -> NodeIdentity:
        """Who this node is towards HQ; only where it is enrolled."""
        assert self.membership is not None
        return NodeIdentity(
            self.membership.chain,
            self.membership.node,
            self.keys.signing,
            {signed.key_id(self.keys.import_key.public_raw): self.keys.import_key.private}.get,
            signed.load_public(self.membership.hq_signing),
            load_import_key(self.membership.hq_import),
            self.membership.hq_import,
        )

    def hq_url(self, config: Config) -> str:
        """Where HQ is: as configured, else as learned at enrolment; "" unknown."""
        if config.hq.url:
            return config.hq.url
        return self.store.get(HQ_URL).decode() if self.store.has(HQ_URL) else ""

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Open the database on this thread."""
        conn = open_connection(self.database, self.keys.db_key)
        try:
            yield conn
        finally:
            conn.close()


def find(config: Config) -> Box:
    """Open a box that was started before; AskPersonError ``keystore_missing`` when there is none."""
    store = Keystore(config.folder / "keys")
    own = keys.load_node(store)
    return Box(config.folder, store, own, joining.load(store, own))


def open_or_make(config: Config, run: Runtime) -> Box:
    """Open the box, or make its keys at the very first start. The caller holds the lock.

    A database whose keystore is gone is not started anew: it cannot be read, and a person has to decide.
    """
    folder = config.folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / "keys").exists() and not (folder / "edge.db").exists():
        keys.create_node(folder / "keys", run.random_bytes)
    return find(config)


def prepare(box: Box, run: Runtime, wanted: Seed | None = None, announce: Announce | None = None) -> Node:
    """Bring the database up to date: schema, first start, and an enrolment that a power cut left half done.

    `announce` tells a new shop's first manager's PIN; it is called before the commit, so that a valid PIN has always
    been told. Without it (a box that joins a chain at once) no manager is made.
    """
    with box.connection() as conn:
        before = migrate(conn)
        with transaction(conn):
            if 0 < before < points.SINCE:
                points.refill(conn)
            if not incarnations.logs(conn):
                _first_start(conn, box, run, wanted, announce)
            node = load_node(conn, box.member_key)
            if box.membership is not None and node.standalone:
                node = _join(conn, box, box.membership, run)
    return node


def _first_start(conn: Connection, box: Box, run: Runtime, wanted: Seed | None, announce: Announce | None) -> None:
    """Make this box a chain of one, with somebody who can sign in."""
    ids = StandaloneIds(run.new_id(), run.new_id(), run.new_id(), run.new_id())
    incarnations.start_standalone(conn, ids, box.keys.signing_public, run.now())
    node = load_node(conn, box.keys.member_key)
    if wanted is not None:
        seed.plant(conn, node, wanted, run.now(), run.random_bytes)
    if announce is not None and box.membership is None and (wanted is None or not wanted.staff):
        announce(seed.first_manager(conn, node, run.random_bytes, run.random_below))


def _join(conn: Connection, box: Box, membership: Membership, run: Runtime) -> Node:
    """Open this node's incarnation of the chain it has joined."""
    joined = incarnations.Enrolment(
        chain=membership.chain,
        node=membership.node,
        branch=membership.branch,
        incarnation=run.new_id(),
        signing_key=box.keys.signing_public,
        member_key=membership.member_key,
    )
    incarnations.enrol(conn, joined, run.now())
    link_state.saw_epoch(conn, HqEpoch(*membership.epoch))
    return load_node(conn, box.member_key)
