"""Wrong PINs and card passwords counted: each costs time that doubles with the next, so that nobody tries them all.

Names are staff numbers, and ``card:<member>`` for the password of a member's cards; neither can be taken for the other.
"""

from edge_node import limits
from edge_node.storage.database import Connection


def locked_ms(conn: Connection, name: str, now: int) -> int:
    """Return how long the next attempt has to wait, 0: not at all. A clock set back locks nobody for longer."""
    row = conn.execute("SELECT failures, failed_at FROM pin_failures WHERE staff = ?", (name,)).fetchone()
    if row is None:
        return 0
    failures, failed_at = row
    wait: int = _delay(failures) - max(0, now - failed_at)
    return max(0, wait)


def count(conn: Connection, name: str, now: int) -> int:
    """Count a failure and return how long the next attempt has to wait, ms. Commit it although the act is refused."""
    (failures,) = conn.execute(
        "INSERT INTO pin_failures VALUES (?, 1, ?) ON CONFLICT (staff) DO UPDATE SET failures = failures + 1,"
        " failed_at = excluded.failed_at RETURNING failures",
        (name, now),
    ).fetchone()
    conn.execute("DELETE FROM pin_failures WHERE failed_at < ?", (now - limits.PIN_FAILURES_KEPT_MS,))
    return _delay(failures)


def forget(conn: Connection, name: str) -> None:
    """Forget the failures: it was the right one."""
    if conn.execute("SELECT 1 FROM pin_failures WHERE staff = ?", (name,)).fetchone() is not None:
        conn.execute("DELETE FROM pin_failures WHERE staff = ?", (name,))


def _delay(failures: int) -> int:
    """How long after so many failures the next attempt has to wait, ms."""
    beyond = failures - limits.PIN_FREE_FAILURES
    if beyond <= 0:
        return 0
    return min(limits.PIN_DELAY_MS << min(beyond - 1, 20), limits.PIN_DELAY_CAP_MS)
