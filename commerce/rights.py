"""The arithmetic of rights (ledger.md "Three counters", "The one invariant", "Late rule").

Plain mutable objects, one `LotBook` a lot and one `Holding` a lot and incarnation: HQ applies a hundred thousand
moves a second through them. Nothing here knows time, ids or storage; amounts are integers in the lot's asset.

Overspending by an open incarnation is not written into a counter of its own: what it used beyond ``granted + born``
is its *deficit*, and the lot's `exposure` always contains the deficits of all holdings. So `granted` keeps HQ as its
one writer, `born` and `gone` the node; the counter that travels with a move compares exactly; and a grant that HQ had
forgotten, once shown, takes the shortage out of the exposure again.
"""

from collections.abc import Iterable
from typing import NamedTuple

from commerce.errors import InputError, RightsError
from commerce.moves import WITHDRAWALS, Move, Reason

# Plain ints: comparing them is all that the inner loop does.
_ISSUE, _REFUND, _REDEEM = int(Reason.ISSUE), int(Reason.REFUND), int(Reason.REDEEM)
_SPEND, _RETURN, _VOUCHER = int(Reason.SPEND), int(Reason.RETURN), int(Reason.VOUCHER)
_CASH_OUT, _EXPIRE, _FORFEIT = int(Reason.CASH_OUT), int(Reason.EXPIRE), int(Reason.FORFEIT)
_GRANT, _RELEASE, _SET_ASIDE, _SUSPEND, _FREE_ASIDE = (
    int(Reason.GRANT),
    int(Reason.RELEASE),
    int(Reason.SET_ASIDE),
    int(Reason.SUSPEND),
    int(Reason.FREE_ASIDE),
)
_WITHDRAWALS = frozenset(int(reason) for reason in WITHDRAWALS)
_GAVE_NOBODY = frozenset({_RETURN, _EXPIRE, _FORFEIT})
"""Late out-moves by which nobody received anything: they take what was there, and nothing is exposed."""


class Violation(NamedTuple):
    """A broken term of the invariant: ``not_conserved`` with the difference, ``<term>_negative`` with its value."""

    term: str
    amount: int


class Holding:
    """What one incarnation may use of one lot. Once closed its counters stand still and `suspended` counts."""

    __slots__ = ("born", "closed", "gone", "granted", "suspended")

    def __init__(
        self, granted: int = 0, born: int = 0, gone: int = 0, suspended: int = 0, *, closed: bool = False
    ) -> None:
        self.granted = granted
        self.born = born
        self.gone = gone
        self.suspended = suspended
        self.closed = closed

    @property
    def rights(self) -> int:
        """What the open holder may use on its own; never below zero, 0 once closed."""
        left = self.granted + self.born - self.gone
        return left if left > 0 and not self.closed else 0

    @property
    def deficit(self) -> int:
        """What was used beyond the rights known here, part of the lot's exposure; it stands still once closed."""
        lacking = self.gone - self.granted - self.born
        return lacking if lacking > 0 else 0

    @property
    def held(self) -> int:
        """The term of the invariant: the rights of an open holding, what is suspended of a closed one."""
        return self.suspended if self.closed else self.rights


class LotBook:
    """HQ's figures of one lot: the terms of the invariant that are not a holding's."""

    __slots__ = (
        "expired",
        "exposure",
        "issued",
        "own",
        "paid_out",
        "refunded",
        "set_aside",
        "spent",
        "transit",
        "withdrawn",
    )

    def __init__(  # noqa: PLR0917 -- built from a database row, in this order
        self,
        issued: int = 0,
        own: int = 0,
        set_aside: int = 0,
        transit: int = 0,
        spent: int = 0,
        refunded: int = 0,
        paid_out: int = 0,
        withdrawn: int = 0,
        expired: int = 0,
        exposure: int = 0,
    ) -> None:
        self.issued = issued
        self.own = own
        self.set_aside = set_aside
        self.transit = transit
        self.spent = spent
        self.refunded = refunded
        self.paid_out = paid_out
        self.withdrawn = withdrawn
        self.expired = expired
        self.exposure = exposure

    def check(self, holdings: Iterable[Holding]) -> list[Violation]:
        """Check the one invariant term by term over all `holdings` of the lot; an empty list means that it holds."""
        broken = [
            Violation(f"{term}_negative", getattr(self, term)) for term in LotBook.__slots__ if getattr(self, term) < 0
        ]
        held = deficits = 0
        for holding in holdings:
            held += holding.held
            deficits += holding.deficit
            broken.extend(
                Violation(f"{term}_negative", getattr(holding, term))
                for term in ("granted", "born", "gone", "suspended")
                if getattr(holding, term) < 0
            )
        there = self.own + self.set_aside + held + self.transit
        used = self.spent - self.refunded + self.paid_out + self.withdrawn + self.expired
        difference = self.issued + self.exposure - there - used
        if difference:
            broken.append(Violation("not_conserved", difference))
        if self.exposure < deficits:
            broken.append(Violation("exposure_below_deficits", self.exposure - deficits))
        return broken


def repeated(paid: int, refunded_before: int, amount: int) -> int:
    """Return how much of a refund of `amount` goes beyond a sale's use of `paid`: refunded a second time."""
    beyond = refunded_before + amount - paid
    return 0 if beyond <= 0 else min(beyond, amount)


# --- the node's side


def apply_own_move(holding: Holding, move: Move) -> int:
    """Apply a move that the node itself writes; return its counter afterwards: `born` of in-moves, else `gone`.

    Raises RightsError ``rights_short`` when the node's own rights do not cover it, ``holding_closed`` when the
    incarnation is closed, ``not_a_holders_move`` for an act of HQ; the holding is then unchanged.
    """
    if move.amount <= 0:
        raise InputError("amount_not_positive", amount=move.amount)
    if holding.closed:
        raise RightsError("holding_closed", lot=move.lot.hex())
    if move.reason <= _REDEEM:
        holding.born += move.amount
        return holding.born
    if not _SPEND <= move.reason <= _EXPIRE:
        raise RightsError("not_a_holders_move", reason=int(move.reason))
    if move.amount > holding.rights:
        raise RightsError("rights_short", lot=move.lot.hex(), asked=move.amount, available=holding.rights)
    holding.gone += move.amount
    return holding.gone


def take_row(holding: Holding, granted: int, gone_known: int) -> int:
    """Take HQ's total from a rights row of this very incarnation; return the rights gained.

    Totals: a repeated or older row changes nothing. Raises RightsError ``old_copy`` when HQ has seen more of this
    holder's `gone` than the holder itself: an old copy of itself, which must stop using stored value.
    """
    if gone_known > holding.gone:
        raise RightsError("old_copy", known=gone_known, own=holding.gone)
    gained = granted - holding.granted
    if gained <= 0:
        return 0
    holding.granted = granted
    return gained


# --- HQ's side


def apply_open(book: LotBook, holding: Holding, move: Move, already: int = 0) -> int:
    """Apply a move of an open incarnation; return by how much the lot's exposure changed.

    Facts are never rejected: out-moves beyond the rights as HQ knows them go to exposure (the change is positive: a
    discrepancy), in-moves first make good such a deficit (negative). A return beyond the rights known is set aside, not
    usable by HQ until two people release it or the forgotten grant is shown. `already`: see `_in_move`, `_consume`.
    """
    amount = move.amount
    reason = move.reason
    before = holding.gone - holding.granted - holding.born
    if reason <= _REDEEM:
        exposed = _in_move(book, reason, amount, already)
        holding.born += amount
        if before > 0:
            exposed -= min(before, amount)
    else:
        lacking = amount if before >= 0 else max(0, amount + before)
        exposed = lacking
        if reason == _SPEND:
            book.spent += amount
        elif reason == _RETURN:
            book.own += amount - lacking
            book.set_aside += lacking
        else:
            exposed -= _consume(book, reason, amount, already)
        holding.gone += amount
    book.exposure += exposed
    return exposed


def apply_late(book: LotBook, holding: Holding, move: Move, already: int = 0) -> int:
    """Apply a move of a closed incarnation by the late rule; return what was booked to exposure.

    In-moves add to what is suspended; out-moves take from it, and what is lacking is exposure; but a late return or
    expiry moves only what it took. The caller sees to it that every entry comes here once, by (incarnation, seq,
    hash).
    """
    amount = move.amount
    reason = move.reason
    if reason <= _REDEEM:
        exposed = _in_move(book, reason, amount, already)
        holding.suspended += amount
    else:
        taken = min(holding.suspended, amount)
        exposed = amount - taken
        if reason == _SPEND:
            book.spent += amount
        elif reason in _GAVE_NOBODY:
            exposed = 0
            if reason == _RETURN:
                book.own += taken
            else:
                _consume(book, reason, taken, 0)
        else:
            exposed -= _consume(book, reason, amount, already)
        holding.suspended -= taken
    book.exposure += exposed
    return exposed


def late_grant(book: LotBook, holding: Holding, amount: int) -> int:
    """Book a grant that HQ had forgotten and the node now shows; return by how much the exposure changed.

    Open: HQ's own pays, then what was set aside; the rest leaves HQ's own short until the returns that funded it have
    been offered again (recovery: nothing is granted meanwhile). Closed: it adds to the suspended rights, taken from
    what was set aside, then from HQ's own, then from exposure. An earlier deficit of the holding is made good first.
    """
    _positive(amount)
    before = holding.deficit
    holding.granted += amount
    healed = before - holding.deficit
    short = 0
    if holding.closed:
        holding.suspended += amount - healed
        from_aside = min(book.set_aside, amount)
        from_own = min(max(book.own, 0), amount - from_aside)
        short = amount - from_aside - from_own
        book.set_aside -= from_aside
        book.own -= from_own
    else:
        book.own -= amount
        if book.own < 0:
            from_aside = min(-book.own, book.set_aside)
            book.own += from_aside
            book.set_aside -= from_aside
    book.exposure += short - healed
    return short - healed


def grant(book: LotBook, holding: Holding, amount: int) -> int:
    """Move rights of HQ's own to an open incarnation, both counters at once; RightsError when HQ has too few.

    An earlier deficit of the holding is made good first; return by how much the exposure changed (never up).
    """
    _positive(amount)
    if holding.closed:
        raise RightsError("holding_closed", asked=amount)
    _take_own(book, amount)
    before = holding.deficit
    holding.granted += amount
    healed = before - holding.deficit
    book.exposure -= healed
    return -healed


def close(holding: Holding) -> int:
    """Close a holding: its rights as HQ knows them become suspended; return them. A deficit stays exposed."""
    if holding.closed:
        raise RightsError("holding_closed", suspended=holding.suspended)
    holding.suspended += holding.rights
    holding.closed = True
    return holding.suspended


def release(book: LotBook, holding: Holding, amount: int | None = None) -> int:
    """Move suspended rights (without `amount` all) to HQ's own: an exposure accepted by two people, by name."""
    if not holding.closed:
        raise RightsError("holding_open")
    released = holding.suspended if amount is None else amount
    if not 0 <= released <= holding.suspended:
        raise RightsError("rights_short", asked=released, available=holding.suspended)
    holding.suspended -= released
    book.own += released
    return released


def set_aside(book: LotBook, amount: int) -> None:
    """Put HQ's own rights out of use until two people free them (sync.md "recovery", step 5)."""
    _positive(amount)
    _take_own(book, amount)
    book.set_aside += amount


def free_aside(book: LotBook, amount: int) -> None:
    """Give rights that were set aside back to HQ's own: accepted by two people, by name."""
    _positive(amount)
    if amount > book.set_aside:
        raise RightsError("rights_short", asked=amount, available=book.set_aside)
    book.set_aside -= amount
    book.own += amount


def hq_move(book: LotBook, move: Move, holding: Holding | None = None, already: int = 0) -> int:
    """Apply a move of HQ's own log; return what was booked to exposure.

    GRANT, SUSPEND and RELEASE need the `holding` that the move's `ref` names. HQ checks before it acts, so a lack is
    an error here (RightsError), not a fact to be booked.
    """
    amount = move.amount
    reason = move.reason
    _positive(amount)
    if reason <= _REDEEM:
        exposed = _in_move(book, reason, amount, already)
        book.own += amount
        book.exposure += exposed
        return exposed
    if reason in (_GRANT, _SUSPEND, _RELEASE):
        return _with_holding(book, move, holding)
    if reason in (_SET_ASIDE, _FREE_ASIDE):
        (set_aside if reason == _SET_ASIDE else free_aside)(book, amount)
        return 0
    if not _SPEND <= reason <= _EXPIRE or reason == _RETURN:
        raise RightsError("not_a_move_of_hq", reason=int(reason))
    _take_own(book, amount)
    if reason == _SPEND:
        book.spent += amount
        return 0
    exposed = -_consume(book, reason, amount, already)
    book.exposure += exposed
    return exposed


def _with_holding(book: LotBook, move: Move, holding: Holding | None) -> int:
    if holding is None:
        raise InputError("holding_missing", reason=int(move.reason))
    if move.reason == _GRANT:
        return grant(book, holding, move.amount)
    if move.reason == _RELEASE:
        release(book, holding, move.amount)
    else:
        if holding.rights != move.amount:
            raise RightsError("rights_differ", asked=move.amount, available=holding.rights)
        close(holding)
    return 0


def _in_move(book: LotBook, reason: int, amount: int, already: int) -> int:
    """Book what came into the lot; return the exposure it needs.

    A refund of what was refunded `already` is matched by exposure: one sale pays back once. So is a voucher redeemed
    beyond what is known to be in transit (its printing may arrive later, and then takes that exposure back).
    """
    if reason == _ISSUE:
        book.issued += amount
        return 0
    if reason == _REFUND:
        book.refunded += amount - already
        return already
    known = min(book.transit, amount)
    book.transit -= known
    return amount - known


def _consume(book: LotBook, reason: int, amount: int, already: int) -> int:
    """Book what an out-move other than a spend or return did; return the exposure it takes back.

    `already`: the part of a voucher that was redeemed before its printing arrived.
    """
    if reason == _VOUCHER:
        back = min(already, amount, book.exposure)
        book.transit += amount - back
        return back
    if reason == _CASH_OUT:
        book.paid_out += amount
    elif reason == _EXPIRE:
        book.expired += amount
    elif reason in _WITHDRAWALS:
        book.withdrawn += amount
    else:
        raise InputError("not_a_holders_move", reason=int(reason))
    return 0


def _take_own(book: LotBook, amount: int) -> None:
    if amount > book.own:
        raise RightsError("rights_short", asked=amount, available=max(book.own, 0))
    book.own -= amount


def _positive(amount: int) -> None:
    if amount <= 0:
        raise InputError("amount_not_positive", amount=amount)
