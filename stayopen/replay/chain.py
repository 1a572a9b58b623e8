"""The chain of a replay: HQ's core and all branches in one process, and the lines between them.

Lines carry the real wire messages. A branch without a line has no session. Messages for a branch wait on its line
until it is its turn: the branch that acts and those that know the same member take theirs at once, others later.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from commerce.reference import ProductRow, SettingRow, TopUpRuleRow
from hq_server.core.heart import HqCore
from hq_server.core.link import BranchLink
from hq_server.head_office import catalogue
from hq_server.head_office.act import Act
from hq_server.ingest.registry import Enrolment, enrol_node
from hq_server.ledger import start
from hq_server.ledger.context import Hq, Keys
from hq_server.reconcile.apply import Reconciler
from hq_server.storage.database import open_connection, transaction
from hq_server.storage.migrate import migrate
from provisioning.keys import HQKeys, create_hq
from stayopen.replay.branch import NO_FSYNC, Branch, BranchKeys, item_of
from sync_protocol.hq_session import HqIdentity
from sync_protocol.session import Secrets

RandomBytes = Callable[[int], bytes]

TICK_MS = 3_600_000
"""HQ looks at its clock once an hour of virtual time, and whenever a request's deadline has come."""


@dataclass(slots=True)
class Line:
    """One branch's connection: what is on its way to the branch."""

    branch: Branch
    link: BranchLink | None = None
    down: list[bytes] = field(default_factory=list)


@dataclass(slots=True)
class Traffic:
    """Bytes on all lines so far."""

    up: int = 0
    down: int = 0


class Entropy:
    """Bytes from a seed: the same replay twice makes the same ids and keys."""

    def __init__(self, seed: int) -> None:
        self._seed = f"stayopen/replay/{seed}/".encode()
        self._n = 0

    def __call__(self, count: int) -> bytes:
        """Return the next `count` bytes."""
        self._n += 1
        return hashlib.shake_256(self._seed + self._n.to_bytes(8, "big")).digest(count)


class Chain:
    """HQ and the branches of one replay."""

    def __init__(self, folder: Path, random_bytes: RandomBytes, now: int) -> None:
        """Start an HQ with an empty database in `folder`."""
        self._random_bytes = random_bytes
        self._folder = folder
        self.traffic = Traffic()
        self.lines: dict[str, Line] = {}
        self._by_link: dict[int, Line] = {}
        self._more = False
        self._tick_at = now
        self.keys: HQKeys = create_hq(folder / "hq-keys", now=now, random_bytes=random_bytes)
        self.path = folder / "hq.db"
        self.conn = open_connection(self.path, None)
        migrate(self.conn)
        self.conn.execute(NO_FSYNC)
        reconciler = Reconciler()
        keys = Keys(self.keys.chain, self.keys.node, self.keys.signing, self.keys.member_key, self.keys.mac_key)
        with transaction(self.conn):
            self.hq: Hq = start.create(self.conn, keys, reconciler, random_bytes(16), random_bytes(16), now)
        identity = HqIdentity(self.keys.chain, self.keys.signing, lambda _key_id: self.keys.import_key.private)
        self.core = HqCore(self.hq, reconciler, identity)

    def stock(self, categories: list[str], now: int) -> None:
        """Write the catalogue: each category is sold by value, 1.00 for 1.000, and a top-up rule gives 5 %."""
        rows = [ProductRow(item_of(name), name, "", "元", 100, weighed=True, discountable=False) for name in categories]
        settings = [SettingRow("rounding", '"none"'), SettingRow("points_rate", "[1, 100]")]
        rule = TopUpRuleRow("r1", "充 100 送 5", 10_000, 10_000_000, bonus_per_mille=50)
        with transaction(self.conn):
            catalogue.put_all(self.conn, Act(self.hq, "replay", now), "", [*rows, *settings, rule])
            self.core.changed(self.conn, now)

    def open_branch(self, name: str, now: int) -> Branch:
        """Start a node, enrol it, and give it a line."""
        keys = BranchKeys.make(self._random_bytes)
        branch = Branch(name, self._folder / f"{name}.db", keys, self.keys, self._random_bytes)
        log = branch.start(now)
        standing = ((log.chain, log.incarnation, log.seq, log.head),)
        enrolment = Enrolment(
            keys.node, name, name, keys.signing_public, keys.import_key.public_raw, certificate=b"", standing=standing
        )
        with transaction(self.conn):
            enrol_node(self.conn, self.hq, enrolment, now)
        branch.join(self.keys.chain, now)
        self.lines[name] = Line(branch)
        return branch

    # Lines

    def connect(self, name: str, now: int) -> None:
        """Give a branch its line and let both ends speak until they are silent."""
        line = self.lines[name]
        if line.link is not None:
            return
        secrets = Secrets(self._random_bytes(32), self._random_bytes(32), self._random_bytes(16))
        with transaction(self.conn):
            line.link = self.core.connect(self.conn, line.branch.keys.node, secrets, now)
        self._by_link[id(line.link)] = line
        line.branch.connect()
        self.exchange({name}, now)

    def disconnect(self, name: str) -> None:
        """Cut a branch's line; what was on it is lost."""
        line = self.lines[name]
        if line.link is None:
            return
        self.core.disconnect(line.link)
        del self._by_link[id(line.link)]
        line.link, line.down = None, []
        line.branch.replica = None

    def connected(self, name: str) -> bool:
        """Tell whether a branch has a line."""
        return self.lines[name].link is not None

    def exchange(self, names: set[str], now: int, deadline: int = 0) -> None:
        """Carry messages between HQ and the named branches until all are silent; others' messages wait.

        `deadline`: let HQ's clock reach it if it is waiting for something then (a request it could not fund).
        """
        active = [self.lines[name] for name in sorted(names) if self.lines[name].link is not None]
        for line in active:
            if line.branch.wrote:
                line.branch.push(now)
        while True:
            moved = self._up(active, now)
            moved |= self._down(active, now)
            for line in active:
                if line.link is not None and line.branch.replica is None:
                    self._reconnect(line, now)
                    moved = True
            if not moved:
                if not deadline or now >= deadline:
                    return
                now = deadline

    def _up(self, active: list[Line], now: int) -> bool:
        """Carry everything from the branches to HQ: one transaction, one round of work."""
        arrived = [(line, message) for line in active if line.branch.replica for message in _drain(line.branch)]
        due = self.core.next_deadline
        if not arrived and not self._more and (due is None or due > now):
            return False
        self.traffic.up += sum(len(message) for _, message in arrived)
        with transaction(self.conn):
            for line, message in arrived:
                assert line.link is not None
                self.core.receive(self.conn, line.link, message, now)
            if now >= self._tick_at or (due is not None and due <= now):
                self.core.tick(self.conn, now)
                self._tick_at = now + TICK_MS
            self._more = self.core.work(self.conn, now)
        for link, messages in self.core.outgoing():
            self._by_link[id(link)].down += messages
        return True

    def _down(self, active: list[Line], now: int) -> bool:
        """Carry what waits for the active branches down to them."""
        moved = False
        for line in active:
            messages, line.down = line.down, []
            if not messages or line.branch.replica is None:
                continue
            moved = True
            self.traffic.down += sum(map(len, messages))
            for heard in line.branch.take(messages, now):
                if heard.reopened or heard.ended is not None:
                    line.branch.replica = None
        return moved

    def _reconnect(self, line: Line, now: int) -> None:
        """Begin anew after HQ or the node ended the session."""
        name = line.branch.name
        self.disconnect(name)
        self.connect(name, now)


def _drain(branch: Branch) -> list[bytes]:
    """Take all that a branch wants to send."""
    assert branch.replica is not None
    sent: list[bytes] = []
    while messages := branch.replica.outgoing():
        sent += messages
    return sent
