"""What the branches' own entries say of who owes whom, computed without any table or rule of head office's books.

Each entry is read out of the signed batches as they arrived. A sale's uses of stored value are owed by who issued the
lot to who sold, in full (the terms of the demo's rules: principal goes to the spender, bonus is borne by the issuer).
"""

from collections import Counter

import msgspec

from commerce.facts import Sale
from hq_server.ledger import inbox, incarnations
from hq_server.storage.database import open_connection
from sync_protocol.entry import decode_entry

COLUMNS = {"principal": "principal", "bonus": "bonus"}
_SALE = msgspec.msgpack.Decoder(Sale)


def owed(path):
    """Money owed by (debtor, creditor, column), and the sales that say so, from HQ's file of batches at `path`."""
    conn = open_connection(path)
    try:
        return _owed(conn)
    finally:
        conn.close()


def _owed(conn):
    total, seen = Counter(), set()
    rows = conn.execute("SELECT DISTINCT arrival FROM inbox ORDER BY arrival").fetchall()
    for (arrival,) in rows:
        row = inbox.by_arrival(conn, arrival)
        branch = incarnations.by_no(conn, row.no).branch
        for data in inbox.unpacked(row):
            entry = decode_entry(data, balanced=False)
            if entry.kind != "sale" or data in seen:
                continue
            seen.add(data)
            for use in _SALE.decode(entry.body).uses:
                if use.asset in COLUMNS and use.issuer != branch:
                    total[use.issuer, branch, COLUMNS[use.asset]] += use.value
    return +total


def sheet(owed_by, party):
    """One party's statement as rows: (other, column, owed, owes, net), as a person would write it down."""
    sides = {}
    for (debtor, creditor, column), amount in owed_by.items():
        if party in (debtor, creditor):
            other = debtor if creditor == party else creditor
            line = sides.setdefault((other, column), [0, 0])
            line[0 if creditor == party else 1] += amount
    return [(other, column, plus, minus, plus - minus) for (other, column), (plus, minus) in sorted(sides.items())]
