"""Chains of every origin: signatures, hashes, no gaps, heads as registered, and each entry applied exactly once."""

from hq_server.ledger import inbox, incarnations, meta
from hq_server.ledger.incarnations import HQ_LOG, Incarnation
from hq_server.storage.database import Connection
from sync_protocol.chain import LogIdentity, Predecessor, extend, first_hash
from sync_protocol.errors import ProtocolError

Span = tuple[int, int]


def chains(conn: Connection) -> list[str]:
    """Walk all logs; return what is wrong."""
    found: list[str] = []
    for log in incarnations.every(conn):
        name = f"log {log.incarnation.hex()}"
        if _h0(log) != log.h0:
            found.append(f"{name}: h0 is not its identity's")
        walk = _own if log.state == HQ_LOG else _branch
        found += [f"{name}: {wrong}" for wrong in walk(conn, log)]
        found += [f"{name}: {wrong}" for wrong in _applied(conn, log)]
    return found


def _h0(log: Incarnation) -> bytes:
    before = Predecessor(log.predecessor, log.predecessor_seq, log.predecessor_head) if log.predecessor else None
    return first_hash(LogIdentity(log.chain, log.node, log.incarnation, log.signing_key, before))


def _own(conn: Connection, log: Incarnation) -> list[str]:
    """Walk HQ's own log."""
    head, seq = log.h0, 0
    rows = conn.execute("SELECT seq, hash, entry FROM own_log WHERE no = ? ORDER BY seq", (log.no,))
    for at, hash_, entry in rows:
        if at != seq + 1:
            return [f"entry {seq + 1} is missing"]
        head, seq = extend(head, entry), at
        if head != hash_:
            return [f"hash of entry {at} is wrong"]
    return [] if (seq, head) == (log.acked_seq, log.acked_head) else ["head is not the registered one"]


def _branch(conn: Connection, log: Incarnation) -> list[str]:
    """Walk a branch's kept log batch by batch, and open its evidence."""
    found: list[str] = []
    head, seq = log.h0, 0
    for row in map(inbox.Row._make, conn.execute("SELECT * FROM inbox WHERE no = ? ORDER BY arrival", (log.no,))):
        try:
            batch = inbox.opened(conn, row)
        except ProtocolError as error:
            found.append(f"arrival {row.arrival}: {error.code.value}")
            continue
        if row.kind == inbox.EVIDENCE:
            continue
        skipped = row.first_seq - batch.header.first
        before = batch.hashes[skipped - 1] if skipped else batch.header.previous_head
        if row.first_seq != seq + 1 or before != head or row.prev_head != head:
            found.append(f"arrival {row.arrival}: does not continue entry {seq}")
        if (row.last_seq, row.head) != (batch.header.last, batch.header.new_head):
            found.append(f"arrival {row.arrival}: head is not its batch's")
        head, seq = batch.header.new_head, batch.header.last
    if (seq, head) != (log.acked_seq, log.acked_head):
        found.append("head is not the acked one")
    return found


def _applied(conn: Connection, log: Incarnation) -> list[str]:
    """Check that every entry of the kept log up to the cursor was applied once; for a closed log, or as evidence."""
    rows: list[Span] = conn.execute(
        "SELECT a.first_seq, a.last_seq FROM applied a LEFT JOIN inbox i USING (arrival) "
        "WHERE a.no = ? AND (i.kind IS NULL OR i.kind = 0) ORDER BY a.first_seq",
        (log.no,),
    ).fetchall()
    evidence = {seq for (seq,) in conn.execute("SELECT seq FROM evidence WHERE no = ?", (log.no,))}
    expected = 1
    for first, last in rows:
        if first < expected:
            return [f"entry {first} was applied twice"]
        if not evidence.issuperset(range(expected, first)):
            return [f"entry {expected} was passed over"]
        expected = last + 1
    cursor = meta.get(conn, meta.APPLIED_ARRIVAL, 0)
    waiting = conn.execute(
        "SELECT coalesce(min(first_seq), ?) FROM inbox WHERE no = ? AND kind = 0 AND arrival > ?",
        (log.acked_seq + 1, log.no, cursor),
    ).fetchone()[0]
    if not evidence.issuperset(range(expected, waiting)):
        return [f"entry {expected} was passed over"]
    return [] if log.applied_seq == waiting - 1 else ["applied_seq is not what was applied"]
