"""How what does not add up is resolved: by a new fact with a reason; what is worth much, by two people.

``accept``: it stays as it is. ``adjust``: a drawer's account is brought to what was counted, at its branch's expense.
``write_off``: what lies in an account of exposure or in suspense leaves it at head office's expense. ``charge``: one
entity owes another what it comes to, in the open period; the rest is borne as by ``adjust`` or ``write_off``, so that
the account is clear afterwards. One person proposes; beyond the chain's ``resolve_limit`` another approves.
"""

from dataclasses import dataclass
from typing import NamedTuple

from commerce import accounts
from commerce.limits import AMOUNT_MAX
from commerce.moves import MONEY, MONEY_ASSETS, Posting
from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import branches, limits
from hq_server.head_office.act import Act
from hq_server.head_office.approvals import need_second
from hq_server.head_office.audit import note
from hq_server.head_office.values import text
from hq_server.ledger import discrepancies, meta
from hq_server.ledger.discrepancies import Discrepancy
from hq_server.ledger.discrepancy_codes import DiscrepancyCode as D
from hq_server.storage.database import Connection

ACCEPT, ADJUST, CHARGE, WRITE_OFF = "accept", "adjust", "charge", "write_off"
RESOLVE_LIMIT = 50_000
"""Minor units that one person may decide on where the chain did not say otherwise."""
REASON = limits.NOTE - 12
"""Characters of a reason: the fact's text holds the kind before it."""

_EXPOSED = frozenset({D.RIGHTS_OVERSPENT, D.LATE_EXPOSURE})
_CHARGED = _EXPOSED | {
    D.CASH_DIFFERS,
    D.RULE_MISSING,
    D.UNBALANCED,
    D.MOVES_DIFFER,
    D.SALE_TWICE,
    D.SALE_UNKNOWN,
    D.REFUNDED_TWICE,
    D.REFUND_DIFFERS,
    D.CLAIM_UNKNOWN,
    D.CLAIM_TWICE,
    D.CLAIM_OVERPAID,
    D.USE_DIFFERS,
    D.PLAN_DIFFERS,
    D.PRICE_DIFFERS,
    D.EXPIRED_UNORDERED,
    D.FOREIGN_ISSUER,
}
"""Codes whose difference is worth something: somebody may be charged for it, and the limit counts it."""
_IN_SUSPENSE = frozenset({D.UNBALANCED, D.MOVES_DIFFER})

_SELECT = (
    "SELECT resolution, discrepancy, kind, amount, debtor, creditor, reason, proposed_by, proposed_at, decided_by,"
    " decided_at, state FROM resolutions"
)
_LIMIT = "resolve_limit"


class Decision(NamedTuple):
    """What somebody wants done. `amount`, `debtor`, `creditor`: of a charge, minor units > 0; else 0 and ""."""

    kind: str
    reason: str
    amount: int = 0
    debtor: str = ""
    creditor: str = accounts.HQ


@dataclass(frozen=True, slots=True)
class Resolution:
    """A decision and what became of it: ``proposed`` (a second person is needed), ``done`` or ``withdrawn``."""

    resolution: bytes
    discrepancy: bytes
    kind: str
    amount: int
    debtor: str
    creditor: str
    reason: str
    proposed_by: str
    proposed_at: int
    decided_by: str
    decided_at: int
    state: str


def kinds(conn: Connection, found: Discrepancy) -> tuple[str, ...]:
    """Return the ways in which a discrepancy can be resolved."""
    offered = [ACCEPT]
    if found.code == D.CASH_DIFFERS and _drawer(found):
        offered.append(ADJUST)
    if found.code in _CHARGED and found.branch != accounts.HQ:
        offered.append(CHARGE)
    if found.code in _EXPOSED | _IN_SUSPENSE and _held(conn, found):
        offered.append(WRITE_OFF)
    return tuple(offered)


def worth(found: Discrepancy) -> int:
    """Return what a difference comes to in minor units (or units of its asset); 0 for what has no worth."""
    return abs(found.found - found.expected) if found.code in _CHARGED else 0


def limit(conn: Connection) -> int:
    """Return up to what worth one person decides."""
    return int(meta.get(conn, _LIMIT, RESOLVE_LIMIT))


def set_limit(conn: Connection, act: Act, value: int) -> int:
    """Say up to what worth one person decides, 0 nothing; InputError ``bad_value``. It stands in the journal."""
    if not 0 <= value <= AMOUNT_MAX:
        raise InputError(Code.BAD_VALUE, field="limit", limit=AMOUNT_MAX)
    meta.put(conn, _LIMIT, value)
    note(conn, act, "resolve_limit_set", "chain", reason=str(value))
    return value


def of(conn: Connection, discrepancy: bytes) -> list[Resolution]:
    """Return all that was proposed for a discrepancy, newest first."""
    query = f"{_SELECT} WHERE discrepancy = ? ORDER BY proposed_at DESC, resolution"
    return [Resolution(*row) for row in conn.execute(query, (discrepancy,))]


def get(conn: Connection, resolution: bytes) -> Resolution:
    """Return one; InputError ``unknown_resolution``."""
    row = conn.execute(f"{_SELECT} WHERE resolution = ?", (resolution,)).fetchone()
    if row is None:
        raise InputError(Code.UNKNOWN_RESOLUTION)
    return Resolution(*row)


def decide(conn: Connection, act: Act, resolution: bytes, discrepancy: bytes, decision: Decision) -> Resolution:
    """Resolve a discrepancy at once, or, beyond the limit, propose it to a second person.

    What stands proposed is returned when it is proposed again. InputError ``bad_value`` for a way that its code does
    not have; RefusedError ``already_resolved``.
    """
    text(decision.reason, "reason", REASON, required=True)
    found = discrepancies.by_id(conn, discrepancy)
    if found.state == discrepancies.RESOLVED:
        raise RefusedError(Code.ALREADY_RESOLVED, discrepancy=discrepancy.hex())
    query = f"{_SELECT} WHERE discrepancy = ? AND state = 'proposed'"
    standing = conn.execute(query, (discrepancy,)).fetchone()
    if standing:
        return Resolution(*standing)
    sides = _sides(conn, found, decision)
    alone = max(worth(found), sides[0]) <= limit(conn)
    conn.execute(
        "INSERT INTO resolutions VALUES (?,?,?,?,?,?,?,?,?,'',0,'proposed')",
        (resolution, discrepancy, decision.kind, *sides, decision.reason, act.by, act.now),
    )
    if alone:
        _carry_out(conn, act, get(conn, resolution), found, act.by)
    else:
        note(conn, act, "resolution_proposed", discrepancy.hex(), reason=decision.reason)
    return get(conn, resolution)


def approve(conn: Connection, act: Act, resolution: bytes) -> Resolution:
    """Carry out what somebody else proposed; RefusedError ``same_person``, ``account_too_new``, ``not_proposed``."""
    proposal = _proposed(conn, resolution)
    need_second(conn, act, proposal.proposed_by)
    found = discrepancies.by_id(conn, proposal.discrepancy)
    if found.state == discrepancies.RESOLVED:
        raise RefusedError(Code.ALREADY_RESOLVED, discrepancy=found.discrepancy.hex())
    _carry_out(conn, act, proposal, found, f"{proposal.proposed_by} {act.by}")
    note(conn, act, "resolution_approved", proposal.discrepancy.hex(), reason=proposal.reason)
    return get(conn, resolution)


def withdraw(conn: Connection, act: Act, resolution: bytes) -> Resolution:
    """Take a proposal back (its author) or turn it down (anybody else who may)."""
    proposal = _proposed(conn, resolution)
    _decided(conn, act, resolution, "withdrawn")
    note(conn, act, "resolution_withdrawn", proposal.discrepancy.hex())
    return get(conn, resolution)


def exposed(conn: Connection, found: Discrepancy) -> tuple[str, int]:
    """Return the unit of the lot that was overspent, and what of the account of its log a decision may still move."""
    unit = _unit(conn, found)
    query = "SELECT amount FROM balances WHERE account = ? AND unit = ?"
    left = conn.execute(query, (accounts.exposure(found.incarnation), unit)).fetchone()
    return unit, max(0, min(left[0] if left else 0, found.found - found.expected))


def _sides(conn: Connection, found: Discrepancy, decision: Decision) -> tuple[int, str, str]:
    """Check a decision; return amount, debtor and creditor as they are kept."""
    if decision.kind not in kinds(conn, found):
        raise InputError(Code.BAD_VALUE, field="kind")
    if decision.kind != CHARGE:
        return 0, "", ""
    if not 0 < decision.amount <= AMOUNT_MAX:
        raise InputError(Code.BAD_VALUE, field="amount", limit=AMOUNT_MAX)
    debtor = decision.debtor or found.branch
    for side in (debtor, decision.creditor):
        if side != accounts.HQ and not branches.exists(conn, side):
            raise InputError(Code.UNKNOWN_BRANCH)
    if debtor == decision.creditor:
        raise InputError(Code.BAD_VALUE, field="creditor")
    return decision.amount, debtor, decision.creditor


def _carry_out(conn: Connection, act: Act, decision: Resolution, found: Discrepancy, by: str) -> None:
    """Write the fact that resolves it."""
    words = f"{decision.kind}: {decision.reason}"
    discrepancies.resolve(conn, act.hq, found.discrepancy, by, words, act.now, _postings(conn, decision, found))
    _decided(conn, act, decision.resolution, "done")


class _Held(NamedTuple):
    """Where a difference lies: what `account` shows too much (< 0: too little), and at whose expense it leaves it."""

    account: str
    unit: str
    amount: int
    expense: str


def _held(conn: Connection, found: Discrepancy) -> _Held | None:
    """Return where a difference lies in the books; None when no account shows it."""
    delta = found.found - found.expected
    if found.code in _EXPOSED:
        unit, left = exposed(conn, found)
        held = _Held(accounts.exposure(found.incarnation), unit, left, accounts.given(accounts.HQ))
    elif found.code == D.CASH_DIFFERS and _drawer(found):
        drawer = accounts.cash(found.branch, _drawer(found)[1])
        held = _Held(drawer, MONEY, -delta, accounts.difference(found.branch))
    elif found.code in _IN_SUSPENSE and (unit := _unit(conn, found)):
        over = -delta if found.code == D.UNBALANCED else delta
        held = _Held(accounts.SUSPENSE, unit, over, accounts.difference(accounts.HQ))
    else:
        return None
    return held if held.amount else None


def _postings(conn: Connection, decision: Resolution, found: Discrepancy) -> tuple[Posting, ...]:
    """Return what a decision changes in the books; nothing where all stays as it is.

    Of a charge that part clears the difference which it comes to; what is charged beyond it is the creditor's to have.
    """
    if decision.kind == ACCEPT:
        return ()
    held = _held(conn, found)
    sums: dict[tuple[str, str], int] = {}

    def post(account: str, unit: str, amount: int) -> None:
        sums[account, unit] = sums.get((account, unit), 0) + amount

    there = 0
    if decision.kind == CHARGE:
        there = min(decision.amount, max(0, held.amount)) if held and held.unit == MONEY else 0
        post(accounts.clearing(decision.debtor, decision.creditor), MONEY, decision.amount)
        post(accounts.difference(decision.creditor), MONEY, there - decision.amount)
    if held:
        post(held.account, held.unit, -held.amount)
        post(held.expense, held.unit, held.amount - there)
    return tuple(Posting(account, unit, amount) for (account, unit), amount in sums.items() if amount)


def _unit(conn: Connection, found: Discrepancy) -> str:
    """Return the unit of what lies in suspense: it is named, or that of the lot that is named; "" when nobody knows."""
    try:
        row = conn.execute("SELECT asset FROM lots WHERE lot = ?", (bytes.fromhex(found.detail),)).fetchone()
    except ValueError:
        return found.detail
    return "" if row is None else MONEY if row[0] in MONEY_ASSETS else row[0]


def _drawer(found: Discrepancy) -> tuple[str, ...]:
    """Return shift and tender of a count that differs; () when its detail was cut."""
    shift, _, tender = found.detail.partition(" ")
    return (shift, tender) if tender else ()


def _decided(conn: Connection, act: Act, resolution: bytes, state: str) -> None:
    query = "UPDATE resolutions SET state = ?, decided_by = ?, decided_at = ? WHERE resolution = ?"
    conn.execute(query, (state, act.by, act.now, resolution))


def _proposed(conn: Connection, resolution: bytes) -> Resolution:
    """The proposal if it still stands."""
    proposal = get(conn, resolution)
    if proposal.state != "proposed":
        raise RefusedError(Code.NOT_PROPOSED, state=proposal.state)
    return proposal
