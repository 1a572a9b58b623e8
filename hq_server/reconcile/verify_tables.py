"""Every table that holds a balance, row by row against the replayed books; conservation per lot; sums per unit."""

from collections.abc import Iterator

from hq_server.ledger import entitlements, lot_sums, meta, sales
from hq_server.reconcile.book import Held, LotRow
from hq_server.reconcile.replay import Replay
from hq_server.storage.database import Connection

_LOTS = (
    "SELECT lot, issued, own, set_aside, transit, spent, refunded, paid_out, withdrawn, expired, exposure, owner, "
    "asset, issuer FROM lots"
)


def compare(conn: Connection, replay: Replay) -> list[str]:
    """Return every difference between the tables and the books."""
    return [
        *_conserved(replay),
        *_lots(conn, replay),
        *_rights(conn, replay),
        *lot_sums.differences(conn),
        *_balances(conn, replay),
        *_turnovers(conn, replay),
        *_clearing(conn, replay),
        *_sales(conn, replay),
        *_claims(conn, replay),
        *_entitlements(conn, replay),
        *_logs(conn, replay),
    ]


def _conserved(replay: Replay) -> Iterator[str]:
    """The one invariant per lot, and per unit: all accounts, the lots' own too, sum to zero."""
    holdings: dict[bytes, list[Held]] = {}
    for of_log in replay.book.holdings.values():
        for lot, held in of_log.items():
            holdings.setdefault(lot, []).append(held)
    units: dict[str, int] = {}
    for (_, unit), amount in replay.balances.items():
        units[unit] = units.get(unit, 0) + amount
    for lot, row in replay.book.lots.items():
        for wrong in row.check(holdings.get(lot, [])):
            yield f"lot {lot.hex()}: {wrong.term} {wrong.amount}"
        units[row.unit] = units.get(row.unit, 0) - row.liability()
    for unit, total in sorted(units.items()):
        if total:
            yield f"unit {unit}: accounts sum to {total}"


def _lots(conn: Connection, replay: Replay) -> Iterator[str]:
    books = dict(replay.book.lots)
    for lot, *values in conn.execute(_LOTS):
        row: LotRow | None = books.pop(lot, None)
        if row is None:
            yield f"lot {lot.hex()}: not in the logs"
        elif (*row.counters(), row.owner, row.asset, row.issuer) != tuple(values):
            yield f"lot {lot.hex()}: table {values[:10]}, logs {list(row.counters())}"
    for lot in books:
        yield f"lot {lot.hex()}: missing in the table"


def _rights(conn: Connection, replay: Replay) -> Iterator[str]:
    expected = {(lot, no): held for no, of_log in replay.book.holdings.items() for lot, held in of_log.items()}
    for lot, no, *values in conn.execute("SELECT lot, no, granted, born, gone, suspended, exposure FROM rights"):
        held = expected.pop((lot, no), Held(closed=False))
        counters = [held.granted, held.born, held.gone, held.suspended, held.exposure]
        if counters != values:
            yield f"rights of lot {lot.hex()} in log {no}: table {values}, logs {counters}"
    for (lot, no), held in expected.items():
        if any((held.granted, held.born, held.gone, held.suspended, held.exposure)):
            yield f"rights of lot {lot.hex()} in log {no}: missing in the table"


def _balances(conn: Connection, replay: Replay) -> Iterator[str]:
    expected = {key: amount for key, amount in replay.balances.items() if amount}
    for account, unit, amount in conn.execute("SELECT account, unit, amount FROM balances"):
        there = expected.pop((account, unit), 0)
        if there != amount:
            yield f"account {account} ({unit}): table {amount}, logs {there}"
    for account, unit in expected:
        yield f"account {account} ({unit}): missing in the table"


def _turnovers(conn: Connection, replay: Replay) -> Iterator[str]:
    found = dict(conn.execute("SELECT branch, amount FROM turnovers"))
    for branch in sorted(found.keys() | replay.book.turnovers.keys()):
        there, expected = found.get(branch, 0), replay.book.turnovers.get(branch, 0)
        if there != expected:
            yield f"turnover of {branch}: table {there}, logs {expected}"


def _clearing(conn: Connection, replay: Replay) -> Iterator[str]:
    expected = {cell: amount for cell, amount in replay.cells.items() if amount}
    for source in ("totals", "rows"):
        sql = (
            "SELECT period, debtor, creditor, col, amount FROM clearing_totals"
            if source == "totals"
            else "SELECT period, debtor, creditor, col, sum(amount) FROM clearing_rows GROUP BY 1, 2, 3, 4"
        )
        found = {tuple(cell): amount for *cell, amount in conn.execute(sql) if amount}
        for cell in sorted(found.keys() | expected.keys()):
            if found.get(cell, 0) != expected.get(cell, 0):
                yield f"clearing {source} {cell}: table {found.get(cell, 0)}, logs {expected.get(cell, 0)}"
    count = conn.execute("SELECT count(*) FROM clearing_rows").fetchone()[0]
    if count != replay.clearing_rows:
        yield f"clearing rows: table {count}, logs {replay.clearing_rows}"


def _sales(conn: Connection, replay: Replay) -> Iterator[str]:
    expected = dict(replay.places)
    for sale, no, seq, hash_, remains in conn.execute("SELECT sale, no, seq, hash, remains FROM sales"):
        if expected.pop(sale, None) != (no, seq, hash_):
            yield f"sale {sale.hex()}: not where the logs have it"
        left = sales.decode_remains(remains) if remains is not None else None
        if left != replay.book.remains.get(sale):
            yield f"sale {sale.hex()}: what remains differs"
    for sale in expected:
        yield f"sale {sale.hex()}: missing in the table"


def _claims(conn: Connection, replay: Replay) -> Iterator[str]:
    expected = {claim: (row.state, row.seller_no, row.paid) for claim, row in replay.book.claims.items()}
    for claim, *values in conn.execute("SELECT claim, state, seller_no, paid FROM claims"):
        if expected.pop(claim, None) != tuple(values):
            yield f"claim {claim.hex()}: state differs"
    for claim in expected:
        yield f"claim {claim.hex()}: missing in the table"


def _entitlements(conn: Connection, replay: Replay) -> Iterator[str]:
    expected = dict(replay.book.entitlements)
    for held in entitlements.every(conn):
        if expected.pop(held.entitlement, None) != held:
            yield f"entitlement {held.entitlement.hex()}: not what the logs say"
    for entitlement in expected:
        yield f"entitlement {entitlement.hex()}: missing in the table"


def _logs(conn: Connection, replay: Replay) -> Iterator[str]:
    for no, state in conn.execute("SELECT no, state FROM incarnations WHERE state <> 'hq'"):
        if replay.book.logs[no].is_open != (state in ("open", "adopting")):
            yield f"log {no}: state {state} is not what the facts say"
    period = conn.execute("SELECT max(n) FROM periods").fetchone()[0]
    due = meta.get(conn, meta.EXPIRY_DUE, "")
    if due != replay.book.due:
        yield f"expiry: table {due}, logs {replay.book.due}"
    if period != replay.book.period:
        yield f"period: table {period}, logs {replay.book.period}"
