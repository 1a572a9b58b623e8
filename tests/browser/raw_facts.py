"""What the logs' own entries say of who owes whom, computed without any table or rule of head office's books.

Each entry is read out of the signed batches as they arrived, or out of head office's own log. A sale's uses of stored
value are owed by who issued the lot to who sold, in full (the terms of the demo's rules: principal goes to the spender,
bonus is borne by the issuer). What people decided is owed as head office's adjustments post it.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from commerce.facts import Sale, Verdict
from hq_server.ledger import inbox, incarnations
from hq_server.storage.database import open_connection
from sync_protocol.entry import decode_entry

COLUMNS = {"principal": "principal", "bonus": "bonus"}
_SALE = msgspec.msgpack.Decoder(Sale)
_VERDICT = msgspec.msgpack.Decoder(Verdict)
_CHINA = timedelta(hours=8)


class Due(NamedTuple):
    """One entry makes `debtor` owe `creditor` something in one column, on a business date."""

    day: str
    debtor: str
    creditor: str
    column: str
    writer: str
    log: str
    seq: int


def dues(path):
    """All that is owed, by the entry that says so, from head office's file at `path`: Due → minor units."""
    conn = open_connection(path)
    try:
        return +(_sold(conn) + _decided(conn))
    finally:
        conn.close()


def owed(found):
    """Money owed by (debtor, creditor, column)."""
    total = Counter()
    for due, amount in found.items():
        total[due.debtor, due.creditor, due.column] += amount
    return total


def _sold(conn):
    """What spending in another branch than the issuer's makes owed."""
    total, seen = Counter(), set()
    rows = conn.execute("SELECT DISTINCT arrival FROM inbox ORDER BY arrival").fetchall()
    for (arrival,) in rows:
        row = inbox.by_arrival(conn, arrival)
        log = incarnations.by_no(conn, row.no)
        for data in inbox.unpacked(row):
            entry = decode_entry(data, balanced=False)
            if entry.kind != "sale" or data in seen:
                continue
            seen.add(data)
            sale = _SALE.decode(entry.body)
            for use in sale.uses:
                if use.asset in COLUMNS and use.issuer != log.branch:
                    what = (sale.day, use.issuer, log.branch, COLUMNS[use.asset])
                    total[Due(*what, log.branch, log.incarnation.hex(), entry.seq)] += use.value
    return total


def _decided(conn):
    """What two people, or one within the limit, charged somebody with: entries of head office's own log."""
    total = Counter()
    query = "SELECT i.incarnation, o.entry FROM own_log o JOIN incarnations i ON i.no = o.no ORDER BY o.no, o.seq"
    for incarnation, data in conn.execute(query):
        entry = decode_entry(data)
        if entry.kind != "verdict" or _VERDICT.decode(entry.body).act != "adjustment":
            continue
        day = (datetime.fromtimestamp(entry.at / 1000, UTC) + _CHINA).date().isoformat()
        for account, unit, amount in entry.postings:
            if isinstance(account, str) and account.startswith("clearing:") and unit == "money":
                _, debtor, creditor = account.split(":")
                total[Due(day, debtor, creditor, "adjustment", "HQ", incarnation.hex(), entry.seq)] += amount
    return total


def sheet(owed_by, party):
    """One party's statement as rows: (other, column, owed, owes, net), as a person would write it down."""
    sides = {}
    for (debtor, creditor, column), amount in owed_by.items():
        if party in (debtor, creditor):
            other = debtor if creditor == party else creditor
            line = sides.setdefault((other, column), [0, 0])
            line[0 if creditor == party else 1] += amount
    return [(other, column, plus, minus, plus - minus) for (other, column), (plus, minus) in sorted(sides.items())]
