"""Cutting what arrived into runs of entries that count, each once."""

from collections.abc import Iterator

from hq_server.ledger import inbox, incarnations
from hq_server.reconcile.reading import Reading, read
from hq_server.storage.database import Connection


class Run:
    """A contiguous piece of one log on its way into the books."""

    __slots__ = ("arrival", "first", "no", "readings")

    def __init__(self, no: int, arrival: int, first: int) -> None:
        self.no = no
        self.arrival = arrival
        self.first = first
        self.readings: list[Reading] = []


def runs_of(conn: Connection, row: inbox.Row) -> Iterator[Run]:
    """Cut a kept batch into pieces that count; of a closed log, each entry once by (incarnation, seq, hash)."""
    log = incarnations.by_no(conn, row.no)
    if row.kind == inbox.LOG and log.is_open:
        run = Run(row.no, row.arrival, row.first_seq)
        run.readings = [read(row.no, seq, entry) for seq, entry in enumerate(inbox.unpacked(row), row.first_seq)]
        yield run
        return
    batch = inbox.opened(conn, row)
    sql = "SELECT seq, hash FROM evidence WHERE no = ? AND seq BETWEEN ? AND ?"
    counted = set(conn.execute(sql, (row.no, batch.header.first, batch.header.last)))
    if row.kind == inbox.EVIDENCE:
        counted |= inbox.kept_hashes(conn, row.no, batch.header.first, batch.header.last).items()
    run = Run(row.no, row.arrival, 0)
    for seq, (entry, hash_) in enumerate(zip(batch.entries, batch.hashes, strict=True), batch.header.first):
        if seq < row.first_seq or (seq, hash_) in counted:
            if run.readings:
                yield run
            run = Run(row.no, row.arrival, 0)
            continue
        if not run.readings:
            run.first = seq
        evidence = row.kind == inbox.EVIDENCE
        if evidence:
            conn.execute("INSERT INTO evidence VALUES (?,?,?,?)", (row.no, seq, hash_, row.arrival))
        run.readings.append(read(row.no, seq, entry, hash_ if evidence else b""))
    if run.readings:
        yield run
