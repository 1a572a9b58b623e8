"""Looking after a box from the command line: status, verify, restore."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from edge_node import box as boxes
from edge_node import lock as locks
from edge_node.box import Box
from edge_node.config import Config
from edge_node.errors import AskPersonError, Code, StopWorkError
from edge_node.ledger import incarnations, link_state
from edge_node.ledger.node import load_node
from edge_node.ledger.verify import VerifyReport
from edge_node.ledger.verify import verify as verify_ledger
from edge_node.runtime import REAL, Runtime
from edge_node.storage.database import Connection, DriverError, transaction
from edge_node.storage.migrate import schema_version


class Restored(NamedTuple):
    """The incarnation that begins, and where the log that was put back ends."""

    incarnation: bytes
    seq_left_behind: int


def restore(config: Config, run: Runtime = REAL) -> Restored:
    """Open a new incarnation after a backup was put back: it holds no rights, so that nothing is spent twice.

    The node must not be running. AskPersonError ``not_enrolled`` for a shop of its own: nobody else ever held its
    rights, and no HQ could give them again, so what the backup holds simply goes on.
    """
    box = _find(config)
    if box.membership is None:
        raise AskPersonError(Code.NOT_ENROLLED)
    lock = locks.Lock(config.folder)
    try:
        boxes.prepare(box, run)
        with box.connection() as conn, transaction(conn):
            old = incarnations.current(conn)
            incarnations.open_next(conn, "restored", run.new_id(), run.now())
            return Restored(incarnations.current(conn).incarnation, old.seq)
    finally:
        lock.release()


def status(config: Config, run: Runtime = REAL) -> dict[str, Any]:
    """Tell how the box is, also while it serves; numbers, ids in hexadecimal, times in ms, nothing personal."""
    box = _find(config)
    with box.connection() as conn, _one_view(conn):
        node = load_node(conn, box.member_key)
        log = incarnations.current(conn)
        link = link_state.state(conn, node)
        now = run.now()
        return {
            "branch": node.branch,
            "branch_name": box.membership.branch_name if box.membership else "",
            "chain": node.chain.hex(),
            "node": node.node.hex(),
            "incarnation": node.incarnation.hex(),
            "incarnations": len(incarnations.logs(conn)),
            "seq": log.seq,
            "standalone": node.standalone,
            "running": locks.held(config.folder),
            "hq_url": box.hq_url(config),
            "session": log.session,
            "hq_heard_ms_ago": now - link.heard_at if link.heard_at else None,
            "unsent": 0 if node.standalone else link.unsent,
            "oldest_unsent_ms": now - link.oldest_unsent_at if link.unsent and not node.standalone else 0,
            "stored_value_stopped": link.stopped,
            "schema_version": schema_version(conn),
        }


def verify(config: Config, progress: Callable[[int, int], None] | None = None) -> VerifyReport:
    """Check the whole database against a replay of its logs, also while it serves: all of it as of one moment.

    A page that cannot be read any more is a violation as well, and ends the check.
    """
    with _find(config).connection() as conn, _one_view(conn):
        try:
            return verify_ledger(conn, progress)
        except DriverError as error:
            return VerifyReport(violations=[f"the database cannot be read: {type(error).__name__}"])


def _find(config: Config) -> Box:
    """Open a box that has begun; one whose very first start broke off has keys and no database yet."""
    box = boxes.find(config)
    if not box.database.exists():
        raise StopWorkError(Code.NOT_STARTED)
    return box


@contextmanager
def _one_view(conn: Connection) -> Iterator[None]:
    """Read the database as of one moment, whatever is committed meanwhile."""
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.execute("ROLLBACK")
