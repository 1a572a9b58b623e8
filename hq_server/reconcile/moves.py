"""The envelope of an entry: its moves into lots and holdings, its postings into balances.

What a lot's own account owes follows from its moves (``LotRow.liability``); an entry's postings to it must say the
same. What they say otherwise goes to suspense, what the moves exposed to ``exposure:<incarnation>``: so the books of
every unit always sum to zero.
"""

from collections import defaultdict
from collections.abc import Callable

from commerce.accounts import SUSPENSE, exposure
from commerce.clearing import BONUS, PRINCIPAL
from commerce.facts import Issue, LotIssue, Withdraw
from commerce.moves import Move, Reason
from commerce.rights import apply_late, apply_open, hq_move
from hq_server.ledger.discrepancy_codes import DiscrepancyCode as Code
from hq_server.reconcile import refunds
from hq_server.reconcile.actions import Case
from hq_server.reconcile.book import CLEARED, Held, LotRow
from hq_server.reconcile.clearing import RuleMissingError, rows_of_spend
from hq_server.reconcile.reading import BookedMove, Reading, SaleView, earned_lot, is_sound

_ISSUE, _REFUND, _REDEEM = int(Reason.ISSUE), int(Reason.REFUND), int(Reason.REDEEM)
_SPEND, _RETURN, _EXPIRE = int(Reason.SPEND), int(Reason.RETURN), int(Reason.EXPIRE)
_HOLDERS = frozenset(int(reason) for reason in Reason if reason.is_in or reason.is_out)
_WITH_HOLDING = frozenset({int(Reason.GRANT), int(Reason.RELEASE), int(Reason.SUSPEND)})
_POINTS = "points"

Effects = defaultdict[bytes, int]
"""Lot → what its account must still be posted (a debit is positive); zero when postings and moves agree."""


def book_open(case: Case) -> Effects:
    """Apply the moves of an open incarnation's entry."""
    lots = case.book.lots
    branch = case.log.branch
    holdings = case.book.holdings.setdefault(case.log.no, {})
    effects: Effects = defaultdict(int)
    for move in case.envelope.moves:
        lot, reason, amount, counter, _ = move
        row = lots.get(lot)
        if row is None or (reason == _ISSUE and (row.asset != _POINTS or row.issuer != branch)):
            row = _lot_of_move(case, move, row)
        held = holdings.get(lot)
        if held is None:
            held = holdings[lot] = Held(closed=False)
        if reason == _SPEND:
            exposed = apply_open(row, held, move)  # type: ignore[arg-type]
            effects[lot] += amount
            if row.cleared and not (row.plain and row.issuer == branch):
                _clear(case, row, amount)
        elif reason == _ISSUE:
            exposed = apply_open(row, held, move)  # type: ignore[arg-type]
            effects[lot] -= amount
        elif reason == _RETURN:
            exposed = apply_open(row, held, move)  # type: ignore[arg-type]
        else:
            exposed = _exactly(apply_open, case, move, row, held, effects)
        if exposed:
            _exposed(case, row, held, exposed, Code.RIGHTS_OVERSPENT)
        mine = held.born if reason <= _REDEEM else held.gone
        if mine != counter and reason in _HOLDERS:
            case.find(Code.COUNTER_DIFFERS, mine, counter, lot.hex())
    return effects


def book_late(case: Case) -> Effects:
    """Apply the moves of a closed incarnation's entry by the late rule."""
    book = case.book
    effects: Effects = defaultdict(int)
    for move in case.envelope.moves:
        row = book.lots.get(move.lot)
        if row is None or move.reason == _ISSUE:
            row = _lot_of_move(case, move, row)
        held = book.holding(case.log.no, move.lot)
        exposed = _exactly(apply_late, case, move, row, held, effects)
        if move.reason == _SPEND and row.cleared:
            _clear(case, row, move.amount)
        if exposed:
            _exposed(case, row, held, exposed, Code.LATE_EXPOSURE)
    return effects


def book_hq(case: Case) -> Effects:
    """Apply the moves of HQ's own entry. HQ checked before it wrote: a lack of rights is an error (RightsError)."""
    book = case.book
    effects: Effects = defaultdict(int)
    for move in case.envelope.moves:
        row = book.lots.get(move.lot)
        if row is None or move.reason == _ISSUE:
            row = _lot_of_move(case, move, row)
        before = row.liability()
        already = refunds.already(case, move, row) if move.reason == _REFUND else 0
        held = book.holding(book.numbers[move.ref], move.lot) if move.reason in _WITH_HOLDING else None
        exposed = hq_move(row, _plain(move), held, already)
        effects[move.lot] += before - row.liability()
        if held is not None and exposed:
            # a grant makes an earlier deficit of that incarnation good
            effects[move.lot] += exposed
            held.exposure += exposed
            case.plan.post(exposure(move.ref), row.unit, exposed)
        if move.reason == _SPEND and row.cleared:
            _clear(case, row, move.amount)
        if held is not None and move.reason == Reason.GRANT and held.granted != move.counter:
            case.find(Code.COUNTER_DIFFERS, held.granted, move.counter, move.lot.hex())
    return effects


def book_postings(case: Case, effects: Effects) -> None:
    """Add an entry's postings to the balances and close what they leave open."""
    plan = case.plan
    lots = case.book.lots
    balances = plan.balances
    units: dict[str, int] = defaultdict(int)
    for account, unit, amount in case.envelope.postings:
        units[unit] += amount
        if type(account) is str:
            balances[account, unit] += amount
        elif type(account) is bytes and account in effects and lots[account].unit == unit:
            effects[account] -= amount
        else:
            plan.post(SUSPENSE, unit, amount)
            case.find(Code.MOVES_DIFFER, 0, amount, account.hex() if type(account) is bytes else "")
    for unit, total in units.items():
        if total:
            plan.post(SUSPENSE, unit, -total)
            case.find(Code.UNBALANCED, 0, total, unit)
    for lot, lacking in effects.items():
        if lacking:
            plan.post(SUSPENSE, lots[lot].unit, -lacking)
            case.find(Code.MOVES_DIFFER, lacking, 0, lot.hex())


def _exactly(  # noqa: PLR0917 -- the inner loop's state
    rule: Callable[[LotRow, Held, Move, int], int],
    case: Case,
    move: BookedMove,
    row: LotRow,
    held: Held,
    effects: Effects,
) -> int:
    """Apply any move, reading off the lot what became of it; a move that is not a holder's to make is not applied."""
    if move.reason not in _HOLDERS:
        case.find(Code.FOREIGN_MOVE, 0, move.amount, move.lot.hex())
        return 0
    already = refunds.already(case, move, row) if move.reason == _REFUND else 0
    if move.reason == _EXPIRE and not row.is_due(case.book.due):
        case.find(Code.EXPIRED_UNORDERED, 0, move.amount, move.lot.hex())
    before = row.liability()
    # What a sale was refunded beyond what it paid is in the seller's own postings already.
    exposed = rule(row, held, _plain(move), already) - already
    held.exposure += already
    effects[move.lot] += before - row.liability() + exposed
    return exposed


def _exposed(case: Case, row: LotRow, held: Held, exposed: int, code: Code) -> None:
    """Book what was used beyond the rights known to the incarnation's account; less than nothing heals it."""
    held.exposure += exposed
    case.plan.post(exposure(case.log.incarnation), row.unit, exposed)
    if exposed > 0:
        case.find(code, 0, exposed, row.lot.hex())


def _clear(case: Case, row: LotRow, amount: int) -> None:
    """Write who owes whom for a spend; what counts paid is known only when all of the entry was seen (``uses``)."""
    branch = case.log.branch
    if row.asset not in CLEARED:
        case.used[row.lot] = case.used.get(row.lot, 0) + amount
        return
    if row.plain and row.issuer != branch:
        column = BONUS if row.asset == BONUS else PRINCIPAL
        book, reading = case.book, case.reading
        case.plan.clearing.append((book.period, case.day, row.issuer, branch, column, amount, reading.no, reading.seq))
        return
    try:
        rows = rows_of_spend(row, branch, amount)
    except RuleMissingError:
        case.find(Code.RULE_MISSING, 0, amount, row.lot.hex())
        return
    if rows:
        case.clear(rows)


def _lot_of_move(case: Case, move: BookedMove, row: LotRow | None) -> LotRow:
    """Return the row of a lot that an entry issues or that is not known; only points grow in a lot that exists."""
    reading, plan, branch = case.reading, case.plan, case.log.branch
    if row is not None:
        late = None if row.known else _issue_of(reading, move.lot)
        if late is not None:
            # Used before the entry that issued it was here (a tail behind a gap): its value changes units.
            plan.post(SUSPENSE, row.unit, -row.liability())
            row.describe(_issued_by(case, late))
            plan.post(SUSPENSE, row.unit, row.liability())
        elif row.asset != _POINTS:
            case.find(Code.LOT_ISSUED_TWICE, 0, move.amount, move.lot.hex())
        elif row.issuer != branch and not case.log.is_hq:
            case.find(Code.FOREIGN_ISSUER, 0, move.amount, move.lot.hex())
        return row
    issue = _issue_of(reading, move.lot) if move.reason == _ISSUE else None
    if issue is None:
        row = LotRow(move.lot, branch, _asset_of(reading, move.lot))
        if move.reason != _ISSUE or reading.body is not None:
            case.find(Code.UNKNOWN_LOT, 0, move.amount, move.lot.hex())
    else:
        row = LotRow(move.lot, branch, issue.asset)
        row.describe(_issued_by(case, issue))
    case.book.lots[move.lot] = row
    return row


def _issued_by(case: Case, issue: LotIssue) -> LotIssue:
    """Return the issue as booked: whoever wrote it took the money and owes it, whatever name it gives."""
    if issue.issuer == case.log.branch or case.log.is_hq or _is_transfer(case, issue):
        return issue
    case.find(Code.FOREIGN_ISSUER, 0, issue.amount, issue.lot.hex())
    return issue._replace(issuer=case.log.branch)


def _is_transfer(case: Case, issue: LotIssue) -> bool:
    """Whether a lot takes over from one that its own entry gives up, as much and on the same terms."""
    body, envelope = case.reading.body, case.reading.envelope
    if not isinstance(body, Withdraw) or body.act != "transfer" or envelope is None:
        return False
    for lot, reason, amount, _, ref in envelope.moves:
        source = case.book.lots.get(lot)
        if (reason, amount, ref) == (Reason.TRANSFER, issue.amount, issue.lot) and source is not None:
            return (source.asset, source.issuer, source.terms) == (issue.asset, issue.issuer, issue.terms)
    return False


def _issue_of(reading: Reading, lot: bytes) -> LotIssue | None:
    """Find what an entry's body says about a lot it issues; None when that cannot be a lot."""
    body = reading.body
    if isinstance(body, SaleView):
        earned = earned_lot(body)
        found = earned if earned is not None and earned.lot == lot else None
    else:
        lots = body.lots if isinstance(body, Issue | Withdraw) else ()
        found = next((issue for issue in lots if issue.lot == lot), None)
    return found if found is not None and is_sound(found) else None


def _asset_of(reading: Reading, lot: bytes) -> str:
    """Tell an unknown lot's asset from the unit of its posting; money stands for principal."""
    postings = reading.envelope.postings if reading.envelope else ()
    unit = next((unit for account, unit, _ in postings if account == lot), "")
    return "principal" if unit == "money" else unit


def _plain(move: BookedMove) -> Move:
    """Turn an envelope's move into commerce's."""
    return Move(move.lot, Reason(move.reason), move.amount, move.ref)
