"""What a fact leaves in the tables of this node, as a pure function of the facts in the order of the log.

``commit`` runs it when a fact is written, ``verify`` runs it again over the whole log into an empty database and
compares. So nothing here may read anything but what earlier facts have projected. Rights are not projected here: they
follow the moves.
"""

from collections.abc import Callable, Iterable
from typing import Any

from commerce.facts import (
    Claim,
    ClaimPaid,
    Entitlement,
    Issue,
    LotIssue,
    MemberChanged,
    MemberRegistered,
    Refund,
    Release,
    Sale,
    ShiftAct,
    TimedSession,
    Withdraw,
)
from commerce.refund import Sold, plan_refund, sold
from commerce.timing import Run
from edge_node.ledger import bodies, entitlements
from edge_node.ledger.change_log import read_entry, split_id
from edge_node.storage.database import Connection
from sync_protocol.entry import decode_entry


def project(conn: Connection, entry: int, body: object) -> None:
    """Write the projections of one fact; `entry` is its id. Bodies without a table of their own leave none."""
    writer = _WRITERS.get(type(body))
    if writer is not None:
        writer(conn, entry, body)


def remains_of(conn: Connection, sale: bytes) -> Sold | None:
    """Return what remains refundable of a sale in this node's log; None when the sale is not here."""
    row = conn.execute('SELECT id, "left" FROM sales WHERE sale = ?', (sale,)).fetchone()
    if row is None:
        return None
    entry, left = row
    return sold(read_sale(conn, entry)) if left is None else bodies.decode(Sold, left)


def read_sale(conn: Connection, entry: int) -> Sale:
    """Decode the body of a sale's entry."""
    stored = read_entry(conn, *split_id(entry))
    assert stored is not None
    return bodies.decode(Sale, decode_entry(stored.entry).body)


def _sale(conn: Connection, entry: int, body: Sale) -> None:
    total = sum(line.charged for line in body.lines)
    conn.execute(
        "INSERT INTO sales VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
        (entry, body.sale, body.number, body.day, body.shift, body.member, total),
    )
    if body.earned is not None:
        _lots(conn, entry, (body.earned,))


def _refund(conn: Connection, entry: int, body: Refund) -> None:
    _ = entry
    _take_off(conn, body.sale, tuple((line.line, line.milli_qty) for line in body.lines))


def _release(conn: Connection, entry: int, body: Release) -> None:
    _ = entry
    if not body.refused:
        _take_off(conn, body.sale, tuple((line.line, line.milli_qty) for line in body.lines))
    state = "refused" if body.refused else "released"
    conn.execute(
        "INSERT INTO claims VALUES (?, 'seller', ?, ?, ?, ?, x'')",
        (body.claim, body.sale, state, body.day, bodies.encode(body)),
    )


def _take_off(conn: Connection, sale: bytes, lines: tuple[tuple[int, int], ...]) -> None:
    """Lower what remains of a sale, by the same plan that the refund was made with."""
    remains = remains_of(conn, sale)
    assert remains is not None
    left = plan_refund(remains, lines).left
    conn.execute('UPDATE sales SET "left" = ? WHERE sale = ?', (bodies.encode(left), sale))


def _claim(conn: Connection, entry: int, body: Claim) -> None:
    _ = entry
    conn.execute(
        "INSERT INTO claims VALUES (?, 'claimant', ?, 'to_release', ?, ?, x'')",
        (body.claim, body.sale, body.day, bodies.encode(body)),
    )


def _claim_paid(conn: Connection, entry: int, body: ClaimPaid) -> None:
    _ = entry
    conn.execute("UPDATE claims SET state = 'paid' WHERE claim = ? AND role = 'claimant'", (body.claim,))


def _issue(conn: Connection, entry: int, body: Issue) -> None:
    _lots(conn, entry, body.lots)
    conn.execute(
        "INSERT INTO issues (id, issue, number, day, member, total, act) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (entry, body.issue, body.number, body.day, body.member, sum(one.amount for one in body.tenders), body.act),
    )


def _withdraw(conn: Connection, entry: int, body: Withdraw) -> None:
    _lots(conn, entry, body.lots)
    if body.act == "undo":
        conn.execute("UPDATE issues SET undone = ? WHERE issue = ?", (body.withdraw, body.reference))


def _lots(conn: Connection, entry: int, lots: Iterable[LotIssue]) -> None:
    """Write lots that were issued; a collecting points lot that is there already stays as it was opened."""
    no, _ = split_id(entry)
    conn.executemany(
        "INSERT INTO lots VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (lot) DO NOTHING",
        [
            (
                lot.lot,
                lot.owner,
                lot.owner_kind,
                lot.asset,
                lot.issuer,
                lot.opened_on,
                lot.expires_on,
                lot.pair,
                bodies.encode(lot.terms),
                no,
            )
            for lot in lots
        ],
    )


def _registered(conn: Connection, entry: int, body: MemberRegistered) -> None:
    _ = entry
    conn.execute(
        "INSERT INTO members (member, tier, masked_name, phone_hash, last4_hash) VALUES (?, ?, '', x'', x'')"
        " ON CONFLICT (member) DO NOTHING",
        (body.member, body.tier),
    )


def _changed(conn: Connection, entry: int, body: MemberChanged) -> None:
    _ = entry
    if body.act in {"frozen", "thawed"}:
        conn.execute("UPDATE members SET frozen = ? WHERE member = ?", (body.act == "frozen", body.member))
    elif body.act == "tier":
        conn.execute("UPDATE members SET tier = ? WHERE member = ?", (body.value, body.member))


def _shift(conn: Connection, entry: int, body: ShiftAct) -> None:
    if body.act == "open":
        conn.execute(
            "INSERT INTO shifts VALUES (?, ?, ?, ?, ?, 'open')",
            (body.shift, entry, body.till, body.day, body.staff),
        )
    elif body.act in {"count", "close"}:
        state = "counted" if body.act == "count" else "closed"
        conn.execute("UPDATE shifts SET state = ? WHERE shift = ?", (state, body.shift))


def _timed(conn: Connection, entry: int, body: TimedSession) -> None:
    _ = entry
    if body.act == "session_start":
        conn.execute(
            "INSERT INTO timed_sessions VALUES (?, ?, ?, ?, 'running', ?, ?)",
            (body.session, body.item, body.member, body.label, body.at, bodies.encode((Run(body.at, 0),))),
        )
        return
    (kept,) = conn.execute("SELECT runs FROM timed_sessions WHERE session = ?", (body.session,)).fetchone()
    runs = bodies.decode(tuple[Run, ...], kept)
    if body.act == "session_resume":
        state, runs = "running", (*runs, Run(body.at, 0))
    else:
        state = "paused" if body.act == "session_pause" else "stopped"
        runs = (*runs[:-1], runs[-1] if runs[-1].end else Run(runs[-1].start, body.at))
    conn.execute(
        "UPDATE timed_sessions SET state = ?, runs = ? WHERE session = ?", (state, bodies.encode(runs), body.session)
    )


_Writer = Callable[[Connection, int, Any], None]

_WRITERS: dict[type, _Writer] = {
    Sale: _sale,
    Refund: _refund,
    Release: _release,
    Claim: _claim,
    ClaimPaid: _claim_paid,
    Issue: _issue,
    Withdraw: _withdraw,
    MemberRegistered: _registered,
    MemberChanged: _changed,
    Entitlement: entitlements.write,
    ShiftAct: _shift,
    TimedSession: _timed,
}
