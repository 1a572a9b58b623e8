"""Writing a plan: the book's changed rows and all that follows, in the caller's transaction, in bulk."""

from operator import attrgetter
from typing import Any

import msgspec

from commerce.facts import Fact, Terms
from hq_server.ledger import changes, discrepancies
from hq_server.ledger import terms as terms_table
from hq_server.ledger.discrepancy_codes import DiscrepancyCode as Code
from hq_server.reconcile import sums
from hq_server.reconcile.actions import Op, Plan, SaleRecord
from hq_server.reconcile.book import Book
from hq_server.storage.bulk import blob, select_in
from hq_server.storage.database import Connection

_ENCODE = msgspec.msgpack.Encoder(order="sorted").encode

_NONE = blob()
_LOT_NEW = "INSERT OR REPLACE INTO lots VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
_LOT_CHANGED = (
    "UPDATE lots SET issued=?, own=?, set_aside=?, transit=?, spent=?, refunded=?, paid_out=?, withdrawn=?, expired=?, "
    "exposure=? WHERE lot=?"
)
_CELL = (
    "INSERT INTO clearing_totals VALUES (?,?,?,?,?) "
    "ON CONFLICT (period, debtor, creditor, col) DO UPDATE SET amount = amount + excluded.amount"
)
_BALANCE = (
    "INSERT INTO balances VALUES (?,?,?) ON CONFLICT (account, unit) DO UPDATE SET amount = amount + excluded.amount"
)
_CLAIM_NEW = (
    "INSERT INTO claims (claim, sale, seller, seller_no, claimant, claimant_no, day, lines, state, paid) "
    "VALUES (?,?,?,?,?,?,?,?,?,?)"
)

STATEMENTS: dict[Op, str] = {
    Op.MEMBER_NEW: (
        "INSERT INTO members VALUES (?1,?2,?3,?4,?5,0,x'',?6,x'',x'','') ON CONFLICT (member) DO UPDATE "
        "SET tier=?2, no=?3, day=?4, consent=?5, commitment=?6 WHERE members.no = 0"
    ),
    Op.MEMBER_TIER: "UPDATE members SET tier=? WHERE member=?",
    Op.MEMBER_FROZEN: "UPDATE members SET frozen=? WHERE member=?",
    Op.MEMBER_ALIAS: "UPDATE members SET alias_of=? WHERE member=?",
    Op.MEMBER_CONSENT: "UPDATE members SET consent=? WHERE member=?",
    Op.MEMBER_COMMITMENT: "UPDATE members SET commitment=? WHERE member=?",
    Op.CARD_STATE: (
        "INSERT INTO cards VALUES (?,?,?) ON CONFLICT (card) DO UPDATE SET state=excluded.state "
        "WHERE member=excluded.member"
    ),
    Op.SHIFT_OPEN: "INSERT OR IGNORE INTO shifts VALUES (?,?,?,?,?,'open',0,0)",
    Op.SHIFT_STATE: "UPDATE shifts SET state=?, expected=?, counted=? WHERE shift=?",
    Op.LOG_CLOSED: "UPDATE incarnations SET state=?, closed_reason=? WHERE no=?",
    Op.LOG_ORDERS_DROP: "DELETE FROM orders WHERE no=?",
    Op.CLAIM_ANSWER: "UPDATE claims SET answer=? WHERE claim=?",
    Op.QUARANTINE: "INSERT OR IGNORE INTO quarantine VALUES (?,?,?,?)",
    Op.DISCREPANCY_OPEN: (
        "INSERT OR IGNORE INTO discrepancies (discrepancy, n, code, branch, incarnation, seq, expected, found, detail, "
        "at, state) VALUES (?1, (SELECT coalesce(max(n), 0) + 1 FROM discrepancies), ?2,?3,?4,?5,?6,?7,?8,?9,'open')"
    ),
    Op.DISCREPANCY_RESOLVED: (
        "UPDATE discrepancies SET state='resolved', by=?, note=?, resolved_at=? WHERE discrepancy=?"
    ),
    Op.EXPIRY_DUE: "INSERT OR REPLACE INTO meta VALUES (?, ?)",
    Op.PERIOD_CLOSE: (
        "UPDATE periods SET period=?, first_day=?, last_day=?, state='closed', by=?, at=?, digest=? WHERE n=?"
    ),
    Op.PERIOD_OPEN: "INSERT INTO periods VALUES (?, '', '', '', 'open', '', 0, x'')",
}


def execute(conn: Connection, book: Book, plan: Plan) -> list[Fact]:
    """Write everything; return findings that only the database could make (a sale's id used twice)."""
    sums.keep(conn, book)
    _lots(conn, book)
    conn.executemany(
        "INSERT OR REPLACE INTO rights VALUES (?,?,?,?,?,?,?)",
        [
            (blob(lot), no, held.granted, held.born, held.gone, held.suspended, held.exposure)
            for no, of_log in book.holdings.items()
            for lot, held in of_log.items()  # loaded in the order of their keys: neighbours share pages
        ],
    )
    conn.executemany("INSERT OR REPLACE INTO turnovers VALUES (?,?)", list(book.turnovers.items()))
    conn.executemany(_BALANCE, [(*key, amount) for key, amount in plan.balances.items() if amount])
    _clearing(conn, plan)
    twice = _sales(conn, book, plan)
    _claims(conn, book, plan)
    conn.executemany(
        "INSERT OR REPLACE INTO entitlements VALUES (?,?,?,?,?,?,?,?)",
        [book.entitlements[entitlement] for entitlement in sorted(plan.entitlements)],
    )
    for op, values in plan.ops:
        conn.execute(STATEMENTS[op], values)
    _marks(conn, book, plan)
    return twice


def _lots(conn: Connection, book: Book) -> None:
    """Insert the new lots with their terms, update the counters of the others."""
    numbers: dict[Terms, int] = {}
    fresh: list[tuple[Any, ...]] = []
    changed: list[tuple[Any, ...]] = []
    for lot, row in book.lots.items():
        if not row.fresh:
            changed.append((*row.counters(), blob(lot)))
            continue
        number = numbers.get(row.terms)
        if number is None:
            number = numbers[row.terms] = terms_table.number(conn, row.terms)
        is_ = row.issue
        what = (
            (is_.owner, is_.owner_kind, is_.asset, is_.issuer, is_.opened_on, is_.expires_on, is_.pair)
            if is_
            else (b"", "chain", row.asset, row.issuer, "", "", b"")
        )
        fresh.append((lot, *what, number, *row.counters()))
    conn.executemany(_LOT_NEW, fresh)
    conn.executemany(_LOT_CHANGED, changed)


def _clearing(conn: Connection, plan: Plan) -> None:
    """Keep the rows and their sum per cell."""
    conn.executemany(
        "INSERT INTO clearing_rows (period, day, debtor, creditor, col, amount, no, seq) VALUES (?,?,?,?,?,?,?,?)",
        plan.clearing,
    )
    cells: dict[tuple[int, str, str, str], int] = {}
    for period, _, debtor, creditor, column, amount, _, _ in plan.clearing:
        cell = (period, debtor, creditor, column)
        cells[cell] = cells.get(cell, 0) + amount
    conn.executemany(_CELL, [(*cell, amount) for cell, amount in cells.items()])


def _sales(conn: Connection, book: Book, plan: Plan) -> list[Fact]:
    """Insert sales, the first of an id stays; then what remains of those of which something came back."""
    twice: list[Fact] = []
    rows = sorted(plan.sales, key=attrgetter("sale"))  # of one id, the entry that was applied first stays first
    bound = [(blob(row.sale), row.no, row.seq, row.hash or _NONE, row.day, blob(row.member), row.total) for row in rows]
    if rows:
        sql = "INSERT OR IGNORE INTO sales (sale, no, seq, hash, day, member, total) VALUES (?,?,?,?,?,?,?)"
        if conn.executemany(sql, bound).rowcount < len(rows):
            twice = _twice(conn, book, rows)
    conn.executemany(
        "UPDATE sales SET remains=? WHERE sale=?",
        [(_ENCODE(book.remains[sale]), sale) for sale in sorted(plan.remains)],
    )
    return twice


def _twice(conn: Connection, book: Book, rows: list[SaleRecord]) -> list[Fact]:
    """Find the sales whose id was there before."""
    sql = "SELECT sale, no, seq, hash FROM sales WHERE sale IN ({})"
    kept = {sale: tuple(where) for sale, *where in select_in(conn, sql, {row.sale for row in rows})}
    found: list[Fact] = []
    for row in rows:
        if kept[row.sale] != (row.no, row.seq, row.hash):
            log = book.logs[row.no]
            evidence = (row.seq, 0, row.total, row.sale.hex())
            found.append(discrepancies.fact(Code.SALE_TWICE, log.branch, log.incarnation, *evidence, salt=row.hash))
    return found


def _claims(conn: Connection, book: Book, plan: Plan) -> None:
    for claim in sorted(plan.claims):
        row = book.claims[claim]
        if claim in plan.claim_bodies:
            who = (claim, row.sale, row.seller, row.seller_no, row.claimant, row.claimant_no)
            conn.execute(_CLAIM_NEW, (*who, *plan.claim_bodies[claim], row.state, row.paid))
        else:
            conn.execute(
                "UPDATE claims SET state=?, seller=?, seller_no=?, paid=? WHERE claim=?",
                (row.state, row.seller, row.seller_no, row.paid, claim),
            )


def _marks(conn: Connection, book: Book, plan: Plan) -> None:
    """Mark what the feeds must show anew: balances of touched members wherever they were seen, and the plan's own."""
    seen = [(blob(member), branch) for member, branch in sorted(plan.seen)]
    conn.executemany("INSERT OR IGNORE INTO seen VALUES (?,?)", seen)
    changes.mark_many(conn, plan.marks)
    owners = {row.owner for row in book.lots.values()}
    owners.update(member for member, _ in plan.seen)
    changes.mark_balances(conn, owners - {b""})
    for no in sorted(plan.marked_logs):
        changes.mark_rights_of(conn, no)
