"""Clearing rules: what counts, what is proposed, and what a rule would have done to a period's real sales."""

from typing import Annotated

import msgspec

from commerce.limits import BASIS_POINTS_MAX, CODE_MAX, RATIO_MAX
from commerce.reference import ClearingRuleRow
from foundation.http_api.route import Call, Id
from hq_server.head_office import clearing_rules, limits
from hq_server.head_office.clearing_rules import Proposal as Kept
from hq_server.head_office.clearing_rules import Scoped
from hq_server.head_office.values import business_day
from hq_server.web.office.jobs import Job
from hq_server.web.office.work import APPROVE, SEE, SETTLE, Work, route

_Weight = Annotated[int, msgspec.Meta(ge=0, le=RATIO_MAX)]
_Ratio = tuple[_Weight, _Weight, _Weight]
_Rule = Annotated[str, msgspec.Meta(max_length=CODE_MAX, pattern=r"^\S*$")]
_Branch = Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]{0,16}$")]


class RuleBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule for lots opened from `from_day` on. ``branch`` "": every issuing one; ``rule`` "": every top-up and plan.

    Ratios are weights of issuer, head office, spender. ``fee_bp`` (1/10,000): owed by the spender, ``fee_to`` "" to the
    issuer.
    """

    from_day: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    principal_ratio: _Ratio
    bonus_ratio: _Ratio
    fee_bp: Annotated[int, msgspec.Meta(ge=0, le=BASIS_POINTS_MAX)] = 0
    fee_to: Annotated[str, msgspec.Meta(pattern="^(HQ|[a-z0-9-]{0,16})$")] = ""
    branch: _Branch = ""
    rule: _Rule = ""


class ProposeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule and why."""

    rule: RuleBody
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.NOTE)]


class PreviewBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule and the period to try it on; 0 the open one."""

    rule: RuleBody
    period: Annotated[int, msgspec.Meta(ge=0, le=2**31)] = 0


class ClearingRule(msgspec.Struct, frozen=True):
    """A rule. ``state``: ``past`` (a later one of its scope has begun), ``counts`` or ``coming``."""

    branch: str
    rule: str
    from_day: str
    principal_ratio: _Ratio
    bonus_ratio: _Ratio
    fee_bp: int
    fee_to: str
    state: str = ""


class ClearingProposal(msgspec.Struct, frozen=True):
    """A proposed rule and what became of it: ``proposed``, ``done`` or ``withdrawn``."""

    proposal: Id
    rule: ClearingRule
    reason: str
    proposed_by: str
    proposed_at: int
    decided_by: str
    decided_at: int
    state: str


class RuleCode(msgspec.Struct, frozen=True):
    """A top-up rule or plan that a clearing rule can be for."""

    kind: str
    code: str
    name: str


class ClearingRules(msgspec.Struct, frozen=True):
    """All rules, the proposals, and what rules can be for. A new one begins after ``today``."""

    rules: list[ClearingRule]
    proposals: list[ClearingProposal]
    codes: list[RuleCode]
    today: str


def list_rules(work: Work, call: Call) -> ClearingRules:
    """What counts and what is proposed."""
    today = business_day(call.now)
    every = clearing_rules.every(work.conn)
    begun: dict[tuple[str, str], str] = {}
    for scoped in every:
        if scoped.row.from_day <= today:
            scope = (scoped.branch, scoped.row.rule)
            begun[scope] = max(begun.get(scope, ""), scoped.row.from_day)
    rules = [_rule(scoped, _state(scoped, today, begun)) for scoped in every]
    proposals = [_proposal(kept) for kept in clearing_rules.proposals(work.conn, limits.PAGE_MAX)]
    codes = [RuleCode(*code) for code in clearing_rules.codes(work.conn)]
    return ClearingRules(rules, proposals, codes, today)


def propose_rule(work: Work, call: Call) -> ClearingProposal:
    """Propose; a second person approves."""
    body: ProposeBody = call.body
    kept = clearing_rules.propose(work.conn, work.act(call), work.random_bytes(16), scoped(body.rule), body.reason)
    return _proposal(kept)


def approve_rule(work: Work, call: Call) -> ClearingProposal:
    """Approve somebody else's proposal."""
    return _proposal(clearing_rules.approve(work.conn, work.act(call), call.id("proposal")))


def withdraw_rule(work: Work, call: Call) -> ClearingProposal:
    """Withdraw or turn down a proposal."""
    return _proposal(clearing_rules.withdraw(work.conn, work.act(call), call.id("proposal")))


def scoped(body: RuleBody) -> Scoped:
    """The rule as head office keeps it."""
    row = ClearingRuleRow(body.rule, body.from_day, body.principal_ratio, body.bonus_ratio, body.fee_bp, body.fee_to)
    return Scoped(body.branch, row)


def _state(scoped: Scoped, today: str, begun: dict[tuple[str, str], str]) -> str:
    if scoped.row.from_day > today:
        return "coming"
    return "counts" if begun[scoped.branch, scoped.row.rule] == scoped.row.from_day else "past"


def _rule(scoped: Scoped, state: str = "") -> ClearingRule:
    row = scoped.row
    return ClearingRule(
        scoped.branch, row.rule, row.from_day, row.principal_ratio, row.bonus_ratio, row.fee_bp, row.fee_to, state
    )


def _proposal(kept: Kept) -> ClearingProposal:
    return ClearingProposal(
        kept.proposal.hex(),
        _rule(Scoped(kept.branch, kept.row)),
        kept.reason,
        kept.proposed_by,
        kept.proposed_at,
        kept.decided_by,
        kept.decided_at,
        kept.state,
    )


ROUTES = (
    route(
        "GET /clearing-rules",
        "listClearingRules",
        "What counts and what is proposed",
        ClearingRules,
        list_rules,
        roles=SEE,
    ),
    route(
        "POST /clearing-rules",
        "proposeClearingRule",
        "Propose a rule for new lots",
        ClearingProposal,
        propose_rule,
        body=ProposeBody,
        roles=SETTLE,
        status=201,
    ),
    route(
        "POST /clearing-previews",
        "previewClearingRule",
        "Try a rule on a period's real data: a job",
        Job,
        body=PreviewBody,
        roles=SETTLE,
    ),
    route(
        "POST /clearing-rules/{proposal}/approve",
        "approveClearingRule",
        "Approve what somebody else proposed",
        ClearingProposal,
        approve_rule,
        roles=APPROVE,
    ),
    route(
        "POST /clearing-rules/{proposal}/withdraw",
        "withdrawClearingRule",
        "Withdraw a proposal",
        ClearingProposal,
        withdraw_rule,
        roles=SETTLE,
    ),
)
