"""The closed, versioned set of facts (facts.md): what each kind carries in its body.

Every body is a frozen dataclass of plain values, so that a codec with types can encode and check it; the ledgers of
both programs use the same table (``FACT_BODIES``). The envelope (moves, postings) is built beside it by the functions
that make the fact. Dates are ISO text, times int milliseconds, money int minor units, quantities int thousandths, ids
16 bytes. A kind or act that is not in the table stays opaque: its envelope still applies.
"""

from dataclasses import dataclass
from typing import NamedTuple

from commerce.moves import Move, Posting


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened, ready to be committed: envelope and body together."""

    kind: str
    body: "Body"
    moves: tuple[Move, ...] = ()
    postings: tuple[Posting, ...] = ()
    version: int = 1


class Terms(NamedTuple):
    """Immutable conditions of a lot, named by the hash of their canonical bytes. Ratios are weights for ``cut``."""

    order: str = "proportional"  # or bonus_first, principal_first
    paid: int = 0  # P of the pair, minor units
    bonus: int = 0  # B of the pair
    principal_ratio: tuple[int, int, int] = (0, 0, 1)  # who keeps the principal: issuer, HQ, spender
    bonus_ratio: tuple[int, int, int] = (1, 0, 0)  # who bears the bonus: issuer, HQ, spender
    fee_bp: int = 0  # owed by the spender on its share, basis points
    fee_to: str = ""  # empty: to the issuer
    plan: str = ""
    staged: tuple[tuple[int, int], ...] = ()  # (days later, bonus that HQ issues then)
    uses: int = 0  # uses sold for `paid` together, one is worth ⌊paid / uses⌋; 0 for all that counts no uses


class LotIssue(NamedTuple):
    """One lot as issued. ``expires_on`` "" never expires; ``pair`` b"" or the principal lot of a bonus lot."""

    lot: bytes
    owner: bytes
    owner_kind: str  # member | bearer | chain
    asset: str
    issuer: str
    amount: int
    opened_on: str
    expires_on: str
    pair: bytes
    terms: Terms


class Tender(NamedTuple):
    """One part of a payment. ``tender``: cash, stored_value, points, uses, or an external tender's name."""

    tender: str
    amount: int  # what it pays of the total, minor units, > 0
    given: int = 0  # cash handed over (change = given - amount); for points: the points used
    ref: str = ""  # external reference, e.g. a terminal's slip number


class SaleLine(NamedTuple):
    """One sold line. ``charged`` is exact: after all discounts, order discount and rounding."""

    item: str
    name: str
    milli_qty: int
    unit_price: int
    list_amount: int
    charged: int
    rounding: int  # its share of the total's rounding, charged = before + rounding
    attendant: str
    discounts: tuple[tuple[str, int], ...]  # (rule code, amount < 0 taken off), the explained steps
    shares: tuple[int, ...]  # what each of the sale's uses paid of this line, in the order of Sale.uses
    taken: tuple[int, ...] = ()  # uses of a count that a covered line took, in the order of Sale.uses; else ()


class Use(NamedTuple):
    """One lot that paid in a sale. ``amount`` in its asset; ``value`` in money (equal but for points, counts, coupons).

    ``worth``: of counts, what the issuer had been paid for these uses; what exceeds ``value`` is the issuer's breakage.
    """

    lot: bytes
    asset: str
    issuer: str
    amount: int
    value: int
    worth: int = 0


class CountedCash(NamedTuple):
    """Money of one tender found in a drawer."""

    tender: str
    amount: int


@dataclass(frozen=True, slots=True)
class IncarnationOpened:
    """A log begins. ``predecessor`` empty for a node's first; HQ's own epochs use it too."""

    act: str  # opened
    incarnation: bytes
    reason: str  # first_start | restored | closed | enrolled | hq_epoch
    predecessor: bytes
    predecessor_seq: int
    predecessor_head: bytes


@dataclass(frozen=True, slots=True)
class IncarnationClosed:
    """HQ declares an incarnation closed: its rights become suspended (ledger.md "close")."""

    act: str  # closed
    incarnation: bytes
    branch: str
    reason: str  # lost | restored | cloned | forked | replaced | revoked | adopted
    acked_seq: int
    evidence: str  # what the witness saw, for people


@dataclass(frozen=True, slots=True)
class IncarnationAccepted:
    """HQ accepted an incarnation that an enrolled node opened."""

    act: str  # accepted
    incarnation: bytes
    node: bytes
    branch: str
    predecessor: bytes


@dataclass(frozen=True, slots=True)
class IncarnationReleased:
    """Two people moved suspended rights of a closed incarnation to HQ: an accepted exposure, by name."""

    act: str  # released
    incarnation: bytes
    by: str
    approved_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sale:
    """Goods handed over against tenders."""

    sale: bytes
    number: str  # the printed receipt number, for people only
    shift: bytes
    day: str
    till: str
    staff: str
    member: bytes  # b"" walk-in
    lines: tuple[SaleLine, ...]
    tenders: tuple[Tender, ...]
    uses: tuple[Use, ...]
    earned: LotIssue | None  # the points lot that grew, amount = points earned
    points_base: int  # money on which the points were earned, for refunds
    points_rule: tuple[int, int]  # (num, den) of ⌊base·num/den⌋
    rounding: int
    positions: tuple[tuple[str, int], ...]  # feed positions at which it was priced


class RefundLine(NamedTuple):
    """A returned part of a sold line. ``shares`` go back to the sale's uses, in their order."""

    line: int
    milli_qty: int
    amount: int
    shares: tuple[int, ...]
    rounding: int  # its part of the line's rounding taken back


@dataclass(frozen=True, slots=True)
class Refund:
    """Goods taken back by the branch that sold, value back to the lots and shares that paid."""

    act: str  # refund
    refund: bytes
    sale: bytes
    shift: bytes
    day: str
    till: str
    staff: str
    approved_by: str
    reason: str
    member: bytes
    lines: tuple[RefundLine, ...]
    tenders: tuple[Tender, ...]  # what went back in money, per tender
    uses: tuple[Use, ...]  # what went back to each lot
    points_back: int  # points claimed back from rights at hand
    points_owed: int  # the rest: receivable of the member


@dataclass(frozen=True, slots=True)
class Claim:
    """Goods of another branch's sale taken back here; no value moves until the seller releases it."""

    act: str  # claim
    claim: bytes
    sale: bytes
    seller: str
    branch: str
    shift: bytes
    day: str
    till: str
    staff: str
    approved_by: str
    reason: str
    lines: tuple[tuple[int, int], ...]  # (line, milli_qty)


@dataclass(frozen=True, slots=True)
class Release:
    """The selling incarnation's answer to a claim: value goes back through HQ, once per sold quantity."""

    act: str  # release
    claim: bytes
    sale: bytes
    claimant: str  # the branch that took the goods
    day: str
    member: bytes
    lines: tuple[RefundLine, ...]
    uses: tuple[Use, ...]
    tenders: tuple[Tender, ...]  # the money part: paid out by the claimant's branch
    points_back: int  # points claimed back from rights at hand
    points_owed: int  # the rest: receivable of the member
    refused: str  # "" or why nothing could be released (already_refunded, unknown_line)


@dataclass(frozen=True, slots=True)
class ClaimPaid:
    """The claimant's branch handed out the money part of a released claim."""

    act: str  # claim_paid
    claim: bytes
    shift: bytes
    day: str
    till: str
    staff: str
    tenders: tuple[Tender, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """Lots came into being: top-up, card plan sold, points by hand, campaign. ``rule``: the rule's or plan's code."""

    act: str  # top_up | plan | points | campaign
    issue: bytes
    number: str
    shift: bytes
    day: str
    till: str
    staff: str
    member: bytes
    lots: tuple[LotIssue, ...]
    tenders: tuple[Tender, ...]
    rule: str
    reason: str
    approved_by: str = ""  # who let lots be given for nothing


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Value left lots without a sale: cash-out, undo of a top-up, transfer, points deducted, gift redeemed, expiry.

    ``lots``: where a transfer put the value, one for each lot that it left, with the same asset, issuer and terms.
    """

    act: str  # cash_out | undo | transfer | deduct | gift | forfeit | expire
    withdraw: bytes
    shift: bytes
    day: str
    till: str
    staff: str
    approved_by: str
    reason: str
    member: bytes
    uses: tuple[Use, ...]
    tenders: tuple[Tender, ...]  # money paid out
    reference: bytes  # the issue undone, the gift, …
    lots: tuple[LotIssue, ...] = ()


@dataclass(frozen=True, slots=True)
class RightsReturned:
    """A node gave rights back to HQ (its moves say which)."""

    act: str  # return
    reason: str  # recall | fresh | idle


@dataclass(frozen=True, slots=True)
class RightsGranted:
    """HQ moved rights of its own to one incarnation, in the same commit as this fact."""

    act: str  # grant
    incarnation: bytes
    branch: str
    reason: str  # placement | request | claim | adopted
    request: int  # the node's request number, 0 if HQ acted by itself


@dataclass(frozen=True, slots=True)
class MemberRegistered:
    """A member came into being. The profile travels beside the log; ``commitment`` binds it."""

    act: str  # registered
    member: bytes
    tier: str
    day: str
    consent: str  # version of the privacy terms agreed to, "" if none
    commitment: bytes


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """A card bound, lost or replaced, a freeze, a tier set, a field edited (value beside the log), a merge, consent."""

    act: str  # card_bound | card_lost | frozen | thawed | tier | profile | alias | consent
    member: bytes
    day: str
    staff: str
    value: str  # the new tier, the field's name, who one is now, the terms agreed to, …; never personal data
    commitment: bytes


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A period or discount card: sold, frozen, thawed, ended (taken back: `tenders` is what was paid out).

    ``first_day``, ``last_day``: as they are after this act. ``frozen_days``: of ``thawed``, by which last_day moved.
    """

    act: str  # sold | frozen | thawed | ended
    entitlement: bytes
    plan: str
    member: bytes
    shift: bytes
    day: str
    till: str
    staff: str
    approved_by: str
    number: str
    first_day: str
    last_day: str
    frozen_days: int
    tenders: tuple[Tender, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class TimedSession:
    """Time with an item that is billed by steps (``commerce.timing``). ``at``: ms by the clock of its node."""

    act: str  # session_start | session_pause | session_resume | session_stop | session_cancel
    session: bytes
    item: str
    member: bytes
    label: str  # the room, the table, the machine; of session_start
    at: int
    steps: int  # of session_stop: what was put on a bill
    shift: bytes
    day: str
    till: str
    staff: str
    reason: str  # of session_cancel


@dataclass(frozen=True, slots=True)
class ShiftAct:
    """A shift opened, counted or closed, or cash put in or taken out between."""

    act: str  # open | cash_in | cash_out | count | close
    shift: bytes
    day: str
    till: str
    staff: str
    amount: int  # float, cash in or out
    counted: tuple[CountedCash, ...]
    expected: tuple[CountedCash, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """HQ parked an entry, opened or resolved a discrepancy, or adjusted a balance."""

    act: str  # quarantine | opened | resolved | adjustment
    discrepancy: bytes
    code: str
    branch: str
    incarnation: bytes
    seq: int
    expected: int
    found: int
    detail: str
    by: str


@dataclass(frozen=True, slots=True)
class Period:
    """A settlement period's statement was drawn up, or the period closed and locked."""

    act: str  # statement | closed
    period: str
    first_day: str
    last_day: str
    by: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Audit:
    """A privileged act without money: drawer opened, price overridden, sign-in refused, a rule row changed."""

    act: str
    subject: str
    staff: str
    till: str
    reason: str
    digest: bytes


Body = (
    IncarnationOpened
    | IncarnationClosed
    | IncarnationAccepted
    | IncarnationReleased
    | Sale
    | Refund
    | Claim
    | Release
    | ClaimPaid
    | Issue
    | Withdraw
    | RightsReturned
    | RightsGranted
    | MemberRegistered
    | MemberChanged
    | Entitlement
    | TimedSession
    | ShiftAct
    | Verdict
    | Period
    | Audit
)

KINDS = (
    "incarnation",
    "sale",
    "refund",
    "issue",
    "withdraw",
    "rights",
    "member",
    "entitlement",
    "shift",
    "stock",
    "booking",
    "verdict",
    "period",
    "audit",
)
"""The closed set; ``stock`` and ``booking`` are carried opaquely until their rules exist."""

FACT_BODIES: dict[tuple[str, str], type] = {
    ("incarnation", "opened"): IncarnationOpened,
    ("incarnation", "closed"): IncarnationClosed,
    ("incarnation", "accepted"): IncarnationAccepted,
    ("incarnation", "released"): IncarnationReleased,
    ("sale", ""): Sale,
    ("refund", "refund"): Refund,
    ("refund", "claim"): Claim,
    ("refund", "release"): Release,
    ("refund", "claim_paid"): ClaimPaid,
    ("issue", ""): Issue,
    ("withdraw", ""): Withdraw,
    ("rights", "return"): RightsReturned,
    ("rights", "grant"): RightsGranted,
    ("member", "registered"): MemberRegistered,
    ("member", ""): MemberChanged,
    **{("entitlement", f"session_{act}"): TimedSession for act in ("start", "pause", "resume", "stop", "cancel")},
    ("entitlement", ""): Entitlement,
    ("shift", ""): ShiftAct,
    ("verdict", ""): Verdict,
    ("period", ""): Period,
    ("audit", ""): Audit,
}
"""(kind, act) → body; act "" serves every act of the kind that has no body of its own."""


def body_type(kind: str, act: str) -> type | None:
    """Return the dataclass that a fact's body decodes to, or None for a kind or act this version does not know."""
    return FACT_BODIES.get((kind, act)) or FACT_BODIES.get((kind, ""))
