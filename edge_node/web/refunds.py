"""Goods taken back: refund of this branch's sales, claims for others', and their money once the seller released it."""

from typing import Annotated

import msgspec
from msgspec import Meta

from commerce.limits import LINES_MAX
from edge_node.ledger import claims
from edge_node.ledger.claims import ClaimState
from edge_node.limits import LISTED
from edge_node.till import claims as desk_claims
from edge_node.till import lookups, refunds
from edge_node.till.claims import ClaimOrder
from edge_node.till.refunds import RefundOrder
from edge_node.web.approvals import Approved
from edge_node.web.fields import Body, Lines, MilliQty, Reason, Tendered, UsedLot
from edge_node.web.words_hq import claim_told
from edge_node.web.work import Work, act, read
from foundation.http_api.problem import Problem
from foundation.http_api.route import Call, Id
from foundation.http_api.show import show
from sync_protocol.limits import MAX_RECEIPT_TEXT


class BackLine(Body):
    """So much of one sold line (numbered from 0)."""

    line: Lines
    milli_qty: MilliQty


_LINES = r"^[0-9]{1,4}:[0-9]{1,9}(?:,[0-9]{1,4}:[0-9]{1,9})*$"
BackLines = Annotated[list[BackLine], Meta(min_length=1, max_length=LINES_MAX)]


class RefundBody(Approved, kw_only=True):
    """What comes back; null lines: all that remains. ``in_cash``: the money part in cash, else by its own tenders."""

    reason: Reason
    lines: BackLines | None = None
    in_cash: bool = False


class ClaimBody(Approved, kw_only=True):
    """Goods of another branch's sale: sale and seller as the receipt's ``code`` says.

    The code itself is needed where goods come back for some days only.
    """

    sale: Id
    seller: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,16}$")]
    lines: BackLines
    reason: Reason
    code: Annotated[str, Meta(max_length=MAX_RECEIPT_TEXT)] = ""


class PayClaimBody(Body):
    """How the money part of a released claim is handed out."""

    in_cash: bool = False


class PreviewQuery(Body):
    """Lines as ``<line>:<thousandths>`` joined by commas, line from 0."""

    lines: Annotated[str, Meta(pattern=_LINES, max_length=LINES_MAX * 14)]
    in_cash: bool = False


class RefundPreview(msgspec.Struct, frozen=True):
    """What a refund would give back: ``amount`` = ``money`` by ``tenders`` + what the ``uses`` are worth."""

    amount: int
    money: int
    tenders: list[Tendered]
    uses: list[UsedLot]
    points_back: int


class Refunded(msgspec.Struct, frozen=True):
    """A refund that is done. ``points_owed``: points already spent, which the member owes.

    ``paper``: the print job that waits to be asked for, 0: the paper is printed.
    """

    refund: Id
    amount: int
    money: int
    tenders: list[Tendered]
    uses: list[UsedLot]
    points_back: int
    points_owed: int
    paper: int


class ClaimAnswer(msgspec.Struct, frozen=True):
    """A claim made here. ``state``: to_release | released | refused | paid; ``refused``: why, a code.

    ``told`` says a refusal in words; ``tenders``: the money part that may be handed out.
    """

    claim: Id
    sale: Id
    seller: str
    day: str
    state: str
    lines: list[tuple[int, int]]
    refused: str
    told: Problem | None
    tenders: list[Tendered]


class Claims(msgspec.Struct, frozen=True):
    """Claims that wait for their release or for their money."""

    claims: list[ClaimAnswer]


class Claimed(msgspec.Struct, frozen=True):
    """A claim was made: the value follows when the selling branch has released it."""

    claim: Id


class PaidOut(msgspec.Struct, frozen=True):
    """The money of a claim was handed out."""

    claim: Id
    tenders: list[Tendered]


def _preview(work: Work, call: Call) -> RefundPreview:
    query: PreviewQuery = call.query
    rows = [row.split(":") for row in query.lines.split(",")]
    lines = tuple((int(line), int(milli_qty)) for line, milli_qty in rows)
    return show(refunds.preview(work.conn, work.at(call), call.id("sale"), lines, in_cash=query.in_cash), RefundPreview)


def _refund(work: Work, call: Call) -> Refunded:
    body: RefundBody = call.body
    sale = call.id("sale")
    if body.lines is None:
        left = lookups.by_id(work.conn, sale).left.lines
        lines = tuple((number, line.milli_qty) for number, line in enumerate(left) if line.milli_qty)
    else:
        lines = tuple((row.line, row.milli_qty) for row in body.lines)
    order = RefundOrder(sale, lines, body.in_cash, body.reason)
    return show(refunds.refund(work.conn, work.at(call), order, work.approver), Refunded)


def _claim(work: Work, call: Call) -> Claimed:
    body: ClaimBody = call.body
    lines = tuple((row.line, row.milli_qty) for row in body.lines)
    order = ClaimOrder(bytes.fromhex(body.sale), body.seller, lines, body.reason, body.code)
    made = desk_claims.claim(work.conn, work.at(call), order, work.approver)
    work.tell("claim", claim=made.claim.hex(), state="to_release")
    return Claimed(made.claim.hex())


def _open_claims(work: Work, call: Call) -> Claims:
    return Claims([_answer(call, state) for state in claims.open_here(work.conn, LISTED)])


def _one(work: Work, call: Call) -> ClaimAnswer:
    return _answer(call, claims.made_here(work.conn, call.id("claim")))


def _answer(call: Call, state: ClaimState) -> ClaimAnswer:
    refused = state.outcome.refused if state.outcome else ""
    return show(
        state,
        ClaimAnswer,
        seller=state.made.seller,
        lines=state.made.lines,
        refused=refused,
        told=claim_told(refused, call.accept) if refused else None,
        tenders=state.outcome.tenders if state.outcome else (),
    )


def _pay(work: Work, call: Call) -> PaidOut:
    body: PayClaimBody = call.body
    done = desk_claims.pay_claim(work.conn, work.at(call), call.id("claim"), in_cash=body.in_cash)
    work.tell("claim", claim=done.claim.hex(), state="paid")
    return show(done, PaidOut)


ROUTES = (
    read(
        "/sales/{sale}/refund",
        "previewRefund",
        "What a refund would give back",
        RefundPreview,
        _preview,
        query=PreviewQuery,
    ),
    act("POST /sales/{sale}/refund", "refund", "Take goods of a sale back", Refunded, _refund, body=RefundBody),
    read("/claims", "openClaims", "Claims not settled", Claims, _open_claims),
    act("POST /claims", "claim", "Take back goods that another branch sold", Claimed, _claim, body=ClaimBody),
    read("/claims/{claim}", "claimState", "A claim made here", ClaimAnswer, _one),
    act("POST /claims/{claim}/pay", "payClaim", "Hand out a claim's money", PaidOut, _pay, body=PayClaimBody),
)
