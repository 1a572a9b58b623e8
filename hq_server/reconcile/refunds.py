"""Refunds, claims and releases: what of a sale came back, once, and the clearing that goes back with it.

A sold quantity pays once. What an incarnation refunds beyond what its sale paid (a clone, an old backup, a claim
released twice) is value all the same: it goes to exposure and a person looks.
"""

import msgspec

from commerce.clearing import BONUS, Cleared, clear_back, clear_claim
from commerce.errors import CommerceError
from commerce.facts import Claim, ClaimPaid, Refund, RefundLine, Release, Sale, Use
from commerce.moves import Reason
from commerce.refund import plan_refund
from commerce.refund import sold as all_of
from commerce.rights import repeated
from hq_server.ledger.changes import claim_mark
from hq_server.ledger.claims import REFUSED, RELEASED, TO_RELEASE, WAITS
from hq_server.ledger.discrepancy_codes import DiscrepancyCode as Code
from hq_server.ledger.sales import Remains, SpentLot, Where
from hq_server.reconcile.actions import Case, Op, Pass, bounded
from hq_server.reconcile.book import CLEARED, Book, ClaimState, LotRow
from hq_server.reconcile.clearing import RuleMissingError, rows_of_spend
from hq_server.reconcile.reading import BookedMove, full, money_of, read
from hq_server.reconcile.uses import paid as paid_by
from hq_server.reconcile.uses import stated
from sync_protocol.limits import ID

_UNANSWERED = (TO_RELEASE, WAITS)
_ENCODE = msgspec.msgpack.Encoder(order="sorted").encode


def already(case: Case, move: BookedMove, row: LotRow) -> int:
    """Return how much of a refund move goes beyond what its sale (`ref`) paid from this lot; take back its clearing.

    All of it does when the sale is not known, or is another branch's: the right to refund is the seller's alone.
    """
    book = case.book
    where = book.sales.get(move.ref)
    if where is None:
        case.find(Code.SALE_UNKNOWN, 0, move.amount, move.ref.hex())
        return move.amount
    if not _sold_by(case, where):
        case.find(Code.FOREIGN_MOVE, 0, move.amount, move.ref.hex())
        return move.amount
    remains = _remains(book, move.ref)
    spent = next((part for part in remains.lots if part.lot == move.lot), None)
    first = spent is None
    if spent is None:
        spent = _spent(book, where, move.ref, row)
    beyond = repeated(spent.paid, spent.refunded, move.amount)
    back = _money_back(case, row, spent, move.amount - beyond)
    cleared = spent.cleared
    if back:
        of_bonus = row.asset == BONUS
        rows, cleared = clear_back(cleared, 0 if of_bonus else back, back if of_bonus else 0)
        case.clear(rows)
    now = SpentLot(move.lot, spent.paid, spent.refunded + move.amount, cleared)
    lots = (*remains.lots, now) if first else tuple(now if part.lot == move.lot else part for part in remains.lots)
    _keep(case, move.ref, remains._replace(lots=lots))
    case.brought[move.lot] = case.brought.get(move.lot, 0) + move.amount - beyond
    if beyond:
        case.find(Code.REFUNDED_TWICE, move.amount - beyond, move.amount, move.ref.hex())
    return beyond


def _money_back(case: Case, row: LotRow, spent: SpentLot, amount: int) -> int:
    """Return how much of a lot's clearing goes back with `amount` of it; of a count what the refund says."""
    standing = spent.cleared.principal + spent.cleared.bonus
    if row.asset in CLEARED or not amount:
        return min(amount, standing)
    if amount == spent.paid - spent.refunded:
        return standing
    said = stated(case.reading.body).get(row.lot)
    return max(0, min(said.value, standing)) if said is not None else 0


def refund(case: Case, body: Refund) -> None:
    """Take returned goods off what remains of the sale."""
    _goods_back(case, body.sale, body.lines, body.uses)


def claim(case: Case, body: Claim) -> None:
    """Open a claim: to the seller's branch if the selling log lives, else it waits for two people."""
    book, log = case.book, case.log
    if body.claim in book.claims or len(body.claim) != ID:
        case.find(Code.CLAIM_TWICE, 0, 0, body.claim.hex())
        return
    state = ClaimState(body.claim, body.sale, body.seller, 0, log.branch, log.no, WAITS, 0, 0)
    book.claims[body.claim] = state
    case.plan.claim_bodies[body.claim] = (case.day, _ENCODE(body.lines))
    _route(case, state)


def sold(case: Case, sale: bytes) -> None:
    """Note where an awaited sale lies; claims that came before it now find their seller."""
    log, reading = case.log, case.reading
    case.book.sales.setdefault(sale, Where(log.no, reading.seq, reading.hash))
    for state in case.book.claims.values():
        if state.sale == sale and not state.seller_no and state.state in _UNANSWERED:
            _route(case, state)


def seller_closed(case: Case, no: int) -> None:
    """Have claims that a closed log should answer decided anew."""
    for state in case.book.claims.values():
        if state.state == TO_RELEASE and state.seller_no == no:
            _route(case, state)


def _route(case: Case, state: ClaimState) -> None:
    """Decide who answers an unanswered claim, as HQ knows the selling log now: nobody while the sale is unknown.

    (The branch that was named is shown the claim all the same, and may answer it before its sale has arrived here.)
    """
    book = case.book
    where = book.sales.get(state.sale)
    state.state = WAITS
    if where is not None:
        state.seller_no = where.no
        state.seller = book.logs[where.no].branch
        if book.logs[where.no].is_open:
            state.state = TO_RELEASE
    _changed(case, state)


def release(case: Case, body: Release) -> None:
    """Take the seller's answer: goods off the sale, value (booked by the moves) to be granted on to the claimant.

    Nothing is granted on but what the moves rightly brought: neither other lots nor what came back a second time.
    """
    plan, log = case.plan, case.log
    state = case.book.claims.get(body.claim)
    if state is None or state.sale != body.sale or not (log.is_hq or log.branch == state.seller):
        case.find(Code.CLAIM_UNKNOWN, 0, 0, body.claim.hex())
        state = None
    if not body.refused:
        _goods_back(case, body.sale, body.lines, body.uses)
    if state is None:
        return
    if state.state in (RELEASED, REFUSED):
        if not body.refused:
            case.find(Code.CLAIM_TWICE, 0, 0, body.claim.hex())
        return
    state.state = REFUSED if body.refused else RELEASED
    state.money = money_of(body.tenders)
    _owe(case, state, min(state.paid, state.money))
    plan.ops.append((Op.CLAIM_ANSWER, (_ENCODE(body), body.claim)))
    _changed(case, state)
    amounts = tuple((lot, amount) for lot, amount in case.brought.items() if amount)
    if amounts and not body.refused:
        plan.passes.append(Pass(body.claim, state.claimant_no, amounts))


def paid(case: Case, body: ClaimPaid) -> None:
    """Note money handed out on a claim: the seller owes the claimant as much as was released, and no more."""
    state = case.book.claims.get(body.claim)
    if state is None or case.log.branch != state.claimant:
        case.find(Code.CLAIM_UNKNOWN, 0, 0, body.claim.hex())
        return
    before = min(state.paid, state.money)
    state.paid = bounded(state.paid + money_of(body.tenders))
    case.plan.claims.add(body.claim)
    _owe(case, state, min(state.paid, state.money) - before)
    if state.paid > state.money:
        case.find(Code.CLAIM_OVERPAID, state.money, state.paid, body.claim.hex())


def _owe(case: Case, state: ClaimState, money: int) -> None:
    """Write that the seller owes the claimant what it handed out for it."""
    if money:
        book, branch = case.book, case.log.branch
        if not case.log.is_hq:  # a body's figure, which the entry's own weight need not show
            book.turnovers[branch] = book.turnovers.get(branch, 0) + money
        case.clear(clear_claim(state.seller, state.claimant, money))


def _sold_by(case: Case, where: Where) -> bool:
    """Whether the entry's branch made a sale (or HQ acts for it, when its log is closed)."""
    return case.log.is_hq or case.book.logs[where.no].branch == case.log.branch


def _changed(case: Case, state: ClaimState) -> None:
    """Have a claim written back and shown to both branches, as far as they exist."""
    case.plan.claims.add(state.claim)
    branches = {log.branch for log in case.book.logs.values() if not log.is_hq}
    case.plan.marks.update(claim_mark(branch, state.claim) for branch in {state.seller, state.claimant} & branches)


def _goods_back(
    case: Case,
    sale: bytes,
    lines: tuple[RefundLine, ...],
    uses: tuple[Use, ...],
) -> None:
    """Compare a refund with what remains of the sale, by commerce's own rule, and keep what is left."""
    where = case.book.sales.get(sale)
    if where is None:
        case.find(Code.SALE_UNKNOWN, 0, sum(line.amount for line in lines), sale.hex())
        return
    if not _sold_by(case, where):
        case.find(Code.FOREIGN_MOVE, 0, sum(line.amount for line in lines), sale.hex())
        return
    remains = _remains(case.book, sale)
    if remains.sold is None:
        return
    try:
        found = plan_refund(remains.sold, [(line.line, line.milli_qty) for line in lines])
    except CommerceError as error:
        code = Code.REFUNDED_TWICE if error.code == "already_refunded" else Code.REFUND_DIFFERS
        case.find(code, 0, sum(line.amount for line in lines), sale.hex())
        return
    amount = sum(line.amount for line in lines)
    if amount != found.amount or [_worth(use) for use in uses] != [_worth(use) for use in found.uses]:
        case.find(Code.REFUND_DIFFERS, found.amount, amount, sale.hex())
    _keep(case, sale, remains._replace(sold=found.left))


def _worth(use: Use) -> tuple[int, int, int]:
    """What of a use must be as commerce's rule has it, whatever lot stands for one that was closed."""
    return use.amount, use.value, use.worth


def _remains(book: Book, sale: bytes) -> Remains:
    """Return what remains of a known sale; of one never touched before, all."""
    known = book.remains.get(sale)
    if known is not None:
        return known
    try:
        body = full("sale", book.entries[sale])
    except msgspec.DecodeError:
        body = None
    return Remains(all_of(body) if isinstance(body, Sale) else None, ())


def _spent(book: Book, where: Where, sale: bytes, row: LotRow) -> SpentLot:
    """Read off a sale's entry what it took from a lot, and how that was cleared."""
    reading = read(where.no, where.seq, book.entries[sale])
    moves = reading.envelope.moves if reading.envelope else ()
    amount = sum(move.amount for move in moves if move.lot == row.lot and move.reason == Reason.SPEND)
    cleared = Cleared(0, 0, ())
    if amount and row.cleared:
        try:
            value = amount if row.asset in CLEARED else paid_by(stated(reading.body).get(row.lot), row, amount)
            rows = rows_of_spend(row, book.logs[where.no].branch, value)
            cleared = Cleared(0, value, rows) if row.asset == BONUS else Cleared(value, 0, rows)
        except RuleMissingError:
            pass  # nothing was cleared, nothing goes back
    return SpentLot(row.lot, amount, 0, cleared)


def _keep(case: Case, sale: bytes, remains: Remains) -> None:
    case.book.remains[sale] = remains
    case.plan.remains.add(sale)
