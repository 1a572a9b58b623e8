"""The journal of privileged acts: each is an ``audit`` fact in HQ's own log, which nobody can rewrite.

It is read as the list of acts that are no trade (``web.office.audit``).
"""

import hashlib

from commerce.facts import Audit, Fact
from hq_server.head_office.act import Act
from hq_server.ledger.record import record
from hq_server.storage.database import Connection


def fact(act: Act, what: str, subject: str, *, reason: str = "", row: bytes = b"") -> Fact:
    """Say that a user did `what` to `subject`; of a changed row only its hash goes into the log."""
    digest = hashlib.sha256(row).digest() if row else b""
    return Fact("audit", Audit(what, subject, act.by, "", reason, digest))


def note(conn: Connection, act: Act, what: str, subject: str, *, reason: str = "", row: bytes = b"") -> None:
    """Record one such fact."""
    record(conn, act.hq, fact(act, what, subject, reason=reason, row=row), act.now)
