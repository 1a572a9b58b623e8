"""Rights asked of HQ: the one thing at a till that may wait for the network, up to a deadline, and can be cancelled."""

from typing import Annotated

import msgspec
from msgspec import Meta

from commerce.errors import RuleError
from commerce.limits import CODE_MAX
from commerce.lots import BONUS, GIFT_CARD, PRINCIPAL
from commerce.reference import RightsRequest
from edge_node.errors import Code as EdgeCode
from edge_node.errors import NotNowError
from edge_node.ledger import bodies, change_log, members, requests
from edge_node.ledger.rights import wallet
from edge_node.web import limits
from edge_node.web.fields import REQUEST, Body, Positive
from edge_node.web.words_hq import request_told
from edge_node.web.work import Work, act, read
from foundation.http_api.problem import Problem
from foundation.http_api.route import Call, Id

_LOW, _HIGH = limits.REQUEST_DEADLINE_MS
_PATH = {"request": REQUEST}
_VALUE = (PRINCIPAL, BONUS)
Asset = Annotated[str, Meta(min_length=1, max_length=len("coupon:") + CODE_MAX)]


class AskBody(Body):
    """What is lacking here for a member, or for a gift card; how long the till waits for the answer.

    ``member``: of asset ``gift_card`` the card's ``owner``, as looking at the card told it.
    """

    member: Id
    amount: Positive
    asset: Asset = PRINCIPAL
    deadline_ms: Annotated[int, Meta(ge=_LOW, le=_HIGH)] = limits.REQUEST_DEADLINE_DEFAULT_MS


class RequestAnswer(msgspec.Struct, frozen=True):
    """A request as it stands. ``state``: waiting | granted | refused | cancelled; ``code``: why it was refused.

    What comes after the deadline, or after a cancellation, stays here as rights; ``here``: usable now, per asset.
    ``told`` says it in words while it was not granted.
    """

    request: str
    member: Id
    asset: str
    amount: int
    state: str
    code: str
    here: dict[str, int]
    told: Problem | None


class RequestRef(msgspec.Struct, frozen=True, tag="request"):
    """What is stored of a request: its number. The answer tells how it stands when it is given."""

    no: int
    n: int


def see(work: Work, call: Call, ref: RequestRef) -> RequestAnswer:
    """Show how a request stands now."""
    found = requests.get(work.conn, ref.no, ref.n)
    asked = bodies.decode(RightsRequest, found.body)
    here = wallet(work.conn, work.node, asked.member).here(work.day(call))
    name = f"{found.no}-{found.n}"
    told = None
    if found.state != "granted":
        code = "cancelled" if found.state == "cancelled" else found.code
        usable = sum(here.get(asset, 0) for asset in (_VALUE if asked.asset in _VALUE else (asked.asset,)))
        told = request_told(code, asked.asset, usable, call.accept)
    return RequestAnswer(name, asked.member.hex(), asked.asset, asked.amount, found.state, found.code, here, told)


def _ask(work: Work, call: Call) -> RequestRef:
    body: AskBody = call.body
    if work.node.standalone:
        raise RuleError("no_hq")
    stopped = change_log.head(work.conn, work.node.no).stopped
    if stopped:
        raise NotNowError(EdgeCode.STORED_VALUE_STOPPED, reason=stopped)
    owner = bytes.fromhex(body.member)
    member = owner if body.asset == GIFT_CARD else members.by_id(work.conn, owner).member
    wanted = RightsRequest(member, body.asset, body.amount)
    asked = requests.ask_rights(work.conn, work.node, wanted, call.now, call.now + body.deadline_ms)
    return RequestRef(asked.no, asked.n)


def _one(work: Work, call: Call) -> RequestAnswer:
    return see(work, call, _named(call))


def _cancel(work: Work, call: Call) -> RequestRef:
    ref = _named(call)
    requests.get(work.conn, ref.no, ref.n)
    if requests.cancel(work.conn, ref.no, ref.n):
        work.cancelled.append((ref.no, ref.n))
    return ref


def _named(call: Call) -> RequestRef:
    no, _, n = call.params["request"].partition("-")
    return RequestRef(int(no), int(n))


ROUTES = (
    act("POST /rights-requests", "askRights", "Ask HQ for rights and wait", RequestAnswer, _ask, body=AskBody),
    read("/rights-requests/{request}", "rightsRequest", "How a request stands", RequestAnswer, _one, params=_PATH),
    act("DELETE /rights-requests/{request}", "cancelRights", "Stop waiting", RequestAnswer, _cancel, params=_PATH),
)
