"""Period cards used in several branches on one day, beyond what their plan allows: seen when the sales arrive.

A branch counts the uses it knows of; two that were dark each count their own (ledger.md, "Not lots"). Like far-off
clocks this is only shown: books do not depend on it, so it is no part of the plan that replay runs again.
"""

from collections.abc import Sequence

import msgspec

from commerce.facts import Fact, SaleLine
from commerce.plans.row import PlanRow
from commerce.quantity import ONE
from commerce.reference import CHAIN_FEED
from hq_server.ledger import discrepancies
from hq_server.ledger.discrepancy_codes import DiscrepancyCode as Code
from hq_server.reconcile.book import Book
from hq_server.reconcile.reading import Reading, SaleView
from hq_server.reconcile.runs import Run
from hq_server.storage.database import Connection

_STEP = "plan:"
_MARK = _STEP.encode()
_DAY = 10
_PIECES_MAX = 10_000

Use = tuple[bytes, str, str]
"""Member, plan, business date."""


class _Lines(msgspec.Struct, frozen=True):
    """The one part of a sale that tells which plan covered what."""

    lines: tuple[SaleLine, ...]


_LINES = msgspec.msgpack.Decoder(_Lines)
_PLAN = msgspec.msgpack.Decoder(PlanRow)


def findings(conn: Connection, book: Book, runs: Sequence[Run]) -> list[Fact]:
    """Note what period cards covered and show each use by which several branches together went too far."""
    found: list[Fact] = []
    for run in runs:
        log = book.logs[run.no]
        for reading in run.readings:
            for (member, plan, day), pieces in _covered(reading).items():
                used, branches = _note(conn, (member, plan, day), log.branch, pieces)
                allowed = _per_day(conn, plan) if branches > 1 else 0
                if allowed and used > allowed:
                    detail = f"{member.hex()} {plan} {day}"
                    evidence = (reading.seq, allowed, used, detail)
                    found.append(discrepancies.fact(Code.PERIOD_OVERUSED, log.branch, log.incarnation, *evidence))
    return found


def _covered(reading: Reading) -> dict[Use, int]:
    """Return the pieces that period cards covered in a sale; almost no sale has any."""
    body, envelope = reading.body, reading.envelope
    if type(body) is not SaleView or not body.member or envelope is None or _MARK not in envelope.body:
        return {}
    try:
        lines = _LINES.decode(envelope.body).lines
    except (msgspec.DecodeError, ValueError, RecursionError):
        return {}
    pieces: dict[Use, int] = {}
    for line in lines:
        plan = next((code.removeprefix(_STEP) for code, _ in line.discounts if code.startswith(_STEP)), "")
        if plan and not any(line.taken):
            use = (body.member, plan, body.day[:_DAY])
            pieces[use] = min(pieces.get(use, 0) + max(0, line.milli_qty // ONE), _PIECES_MAX)
    return pieces


def _note(conn: Connection, use: Use, branch: str, pieces: int) -> tuple[int, int]:
    """Add a use to those of its day; return the pieces of the day in all, and of how many branches."""
    conn.execute(
        "INSERT INTO period_uses VALUES (?,?,?,?,?) ON CONFLICT (member, plan, day, branch) "
        "DO UPDATE SET pieces = min(pieces + excluded.pieces, 1000000)",
        (*use, branch, pieces),
    )
    sql = "SELECT sum(pieces), count(*) FROM period_uses WHERE member = ? AND plan = ? AND day = ?"
    used, branches = conn.execute(sql, use).fetchone()
    return used, branches


def _per_day(conn: Connection, plan: str) -> int:
    """Return how many pieces a plan covers on one day, 0 without a limit."""
    sql = "SELECT body FROM reference WHERE feed = ? AND key = ?"
    row = conn.execute(sql, (CHAIN_FEED, f"plan:{plan}")).fetchone()
    return _PLAN.decode(row[0]).per_day if row else 0
