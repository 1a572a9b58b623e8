"""The store of one-time enrolment codes: only their hashes lie here (``provisioning.enrolment``)."""

from hq_server.head_office import branches, limits
from hq_server.head_office.act import Act
from hq_server.head_office.audit import note
from hq_server.head_office.values import text
from hq_server.storage.database import Connection
from provisioning.enrolment.granting import CodeRecord


def store(conn: Connection, act: Act, record: CodeRecord, name: str) -> None:
    """Keep a new code's record; ``name``: what the branch will be called, "" keeps a known branch's name."""
    branches.check_id(record.branch)
    known = conn.execute("SELECT name FROM branches WHERE branch = ?", (record.branch,)).fetchone()
    called = text(name, "name", limits.BRANCH_NAME) or (known[0] if known else record.branch)
    conn.execute("DELETE FROM enrolment_codes WHERE expires_at <= ? AND used_by IS NULL", (act.now,))
    conn.execute(
        "INSERT INTO enrolment_codes (digest, branch, branch_name, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
        (record.id, record.branch, called, record.created, record.expires),
    )
    note(conn, act, "enrolment_code", record.branch, row=record.id)


def load(conn: Connection, code: bytes) -> tuple[CodeRecord, str] | None:
    """Return a code's record and the branch's name, or None."""
    query = (
        "SELECT branch, branch_name, created_at, expires_at, used_by, used_at, answer FROM enrolment_codes"
        " WHERE digest = ?"
    )
    row = conn.execute(query, (code,)).fetchone()
    if row is None:
        return None
    branch, name, created, expires, used_by, used_at, answer = row
    return CodeRecord(code, branch, created, expires, used_by or b"", used_at or 0, answer or b""), name


def used(conn: Connection, record: CodeRecord) -> None:
    """Keep what a code was used for: the keys' digest and the grant that they got."""
    conn.execute(
        "UPDATE enrolment_codes SET used_by = ?, used_at = ?, answer = ? WHERE digest = ?",
        (record.used_by, record.used_at, record.grant, record.id),
    )
