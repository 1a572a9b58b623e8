"""A head office for tests: a real database file, real keys, the real stage 2, and a clock that tests set."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hq_server.head_office import users
from hq_server.head_office.act import CONSOLE, Act
from hq_server.head_office.secrets import Secret, new_password
from hq_server.ledger import start
from hq_server.ledger.context import Hq, Keys
from hq_server.reconcile.apply import Reconciler
from hq_server.storage.database import open_connection, transaction
from hq_server.storage.migrate import migrate
from provisioning import keys as provisioned

NOW = 1_796_000_000_000
"""2026-11-29, ms."""
DAY = "2026-11-29"
PASSWORD = "一二三四五六七八九十"


class Entropy:
    """Bytes that are never the same twice and always the same in each run."""

    def __init__(self, seed: str = "office") -> None:
        self._seed, self._n = seed, 0

    def __call__(self, count: int) -> bytes:
        """The next `count` bytes."""
        self._n += 1
        return hashlib.shake_256(f"{self._seed} {self._n}".encode()).digest(count)

    def id(self) -> bytes:
        """Sixteen of them."""
        return self(16)


@dataclass
class OfficeWorld:
    """One HQ; ``act(name)`` says who does something."""

    conn: Any
    hq: Hq
    keys: provisioned.HQKeys
    path: Any
    entropy: Entropy
    now: int = NOW

    def act(self, by: str = "chen.jing") -> Act:
        """An act of `by` now; time moves on by a second."""
        self.now += 1_000
        return Act(self.hq, by, self.now)

    def do(self, function: Any, *args: Any, by: str = "chen.jing") -> Any:
        """Run ``function(conn, act, *args)`` in a transaction of its own."""
        with transaction(self.conn):
            return function(self.conn, self.act(by), *args)

    def add_user(self, name: str, role: str, *, must_change: bool = False) -> None:
        """Add a user on the command line, with the password that all test users have."""
        secret = _secret()
        user = users.User(name, f"{name} 同事", role, active=True, must_change=must_change)
        self.do(users.create, user, secret, by=CONSOLE)


@cache
def _secret() -> Secret:
    """The password of all test users, hashed once: hashing is meant to be slow."""
    return new_password(PASSWORD, b"a salt for tests")


@cache
def _keys() -> provisioned.HQKeys:
    """HQ's keys, made once."""
    with TemporaryDirectory() as folder:
        return provisioned.create_hq(Path(folder) / "keys", now=NOW, random_bytes=Entropy("keys"))


def open_world(tmp_path: Any) -> OfficeWorld:
    """Make an HQ with an empty ledger in a file under `tmp_path`."""
    entropy = Entropy()
    keys = _keys()
    path = tmp_path / "hq.db"
    conn = open_connection(path)
    migrate(conn)
    context = Keys(keys.chain, keys.node, keys.signing, keys.member_key, keys.mac_key)
    with transaction(conn):
        hq = start.create(conn, context, Reconciler(), entropy.id(), entropy.id(), NOW)
    return OfficeWorld(conn, hq, keys, path, entropy)
