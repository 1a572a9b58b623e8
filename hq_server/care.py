"""What an operator does with HQ's files beside serving: make them, issue a code, look, verify.

All but ``init`` also work while HQ serves: SQLite's WAL lets a second process read, and write for a moment.
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from hq_server import app
from hq_server.config import Config
from hq_server.errors import Code, StopError
from hq_server.head_office import enrolment_codes, limits, users
from hq_server.head_office.act import Act
from hq_server.head_office.health import health
from hq_server.head_office.secrets import new_password
from hq_server.lease import Lease
from hq_server.ledger import start
from hq_server.ledger.context import Hq
from hq_server.reconcile import verify as verification
from hq_server.reconcile.apply import Reconciler
from hq_server.storage.database import Connection, open_connection, transaction
from hq_server.storage.migrate import migrate
from provisioning.enrolment.granting import issue_code
from provisioning.keys import HQKeys, create_hq, load_hq
from provisioning.keystore import Keystore

FIRST_USER = "admin"

_PASSWORD_BYTES = 10
"""80 bits: sixteen letters and digits, typed once."""


class Initialised(NamedTuple):
    """A chain was born. The password is shown once and must be changed at the first sign-in."""

    chain: bytes
    user: str
    password: str


def init(config: Config, means: app.Runtime = app.REAL) -> Initialised:
    """Make keystore, database and the first manager. StopError ``already_started`` when there is a database."""
    config.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with Lease(config.folder):
        if config.database.exists():
            raise StopError(Code.ALREADY_STARTED)
        now = means.now()
        keys = _keys(config, now, means)
        password = base64.b32encode(means.random_bytes(_PASSWORD_BYTES)).decode().lower()
        secret = new_password(password, means.random_bytes(limits.SALT_BYTES))
        fresh = config.database.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        conn = open_connection(fresh)
        try:
            migrate(conn)
            with transaction(conn):
                hq = start.create(
                    conn, app.ledger_keys(keys), Reconciler(), means.random_bytes(16), means.random_bytes(16), now
                )
                first = users.User(FIRST_USER, "管理员", "manager", active=True, must_change=True)
                users.create(conn, Act(hq, FIRST_USER, now), first, secret)
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            conn.close()
        fresh.rename(config.database)
    return Initialised(keys.chain, FIRST_USER, password)


def _keys(config: Config, now: int, means: app.Runtime) -> HQKeys:
    """Make the keystore, or take the one that an interrupted ``init`` left."""
    if config.keystore.exists():
        return load_hq(Keystore(config.keystore))
    return create_hq(config.keystore, now=now, random_bytes=means.random_bytes)


def enrol_code(config: Config, branch: str, name: str, means: app.Runtime = app.REAL) -> tuple[str, int]:
    """Make a one-time code for a box of `branch`; return its text and when it expires (ms)."""
    with _opened(config) as (conn, hq, keys):
        now = means.now()
        code, record = issue_code(
            keys, branch, now=now, random_bytes=means.random_bytes, lifetime=limits.ENROLMENT_LIFE
        )
        with transaction(conn):
            enrolment_codes.store(conn, Act(hq, FIRST_USER, now), record, name)
    return code.text, record.expires


def status(config: Config, means: app.Runtime = app.REAL) -> dict[str, Any]:
    """Tell HQ's own health in a few figures, ready for JSON."""
    with _opened(config) as (conn, hq, _):
        found = health(conn, hq, means.now())
    return {
        name: value.hex() if isinstance(value, bytes) else value
        for name in found.__slots__
        for value in [getattr(found, name)]
    }


def verify(config: Config, progress: verification.Progress | None = None) -> verification.Report:
    """Check the whole database against a replay of every log, as it is at this moment."""
    with _opened(config) as (conn, _, _):
        conn.execute("BEGIN")
        try:
            return verification.verify(conn, progress)
        finally:
            conn.execute("ROLLBACK")


@contextmanager
def _opened(config: Config) -> Iterator[tuple[Connection, Hq, HQKeys]]:
    """Open HQ's files; StopError ``not_started`` where there are none."""
    if not config.database.exists():
        raise StopError(Code.NOT_STARTED)
    keys = load_hq(Keystore(config.keystore))
    conn = open_connection(config.database)
    try:
        migrate(conn)
        yield conn, start.load(conn, app.ledger_keys(keys), Reconciler()), keys
    finally:
        conn.close()
