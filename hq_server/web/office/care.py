"""Releases by two people, HQ's own health."""

from typing import Annotated

import msgspec

from commerce.limits import AMOUNT_MAX
from foundation.http_api.route import Call, Id
from foundation.http_api.show import show, show_all
from hq_server.head_office import health, limits, releases, resolutions
from hq_server.head_office.values import business_day
from hq_server.web.office.work import APPROVE, SEE, SETTINGS, SETTLE, Work, route

Note = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.NOTE)]


class ReleaseQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Proposals in one state, or all."""

    state: Annotated[str, msgspec.Meta(pattern="^(proposed|done|withdrawn)?$")] = ""


class ReleaseBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be released (a closed log, a claim, a lot's set-aside) or refused (a claim on no sale), and why."""

    kind: Annotated[str, msgspec.Meta(pattern="^(incarnation|claim|claim_refusal|set_aside)$")]
    subject: Id
    reason: Note


class Release(msgspec.Struct, frozen=True):
    """A proposal and what became of it."""

    release: Id
    kind: str
    subject: Id
    reason: str
    proposed_by: str
    proposed_at: int
    approved_by: str
    approved_at: int
    state: str


class Releases(msgspec.Struct, frozen=True):
    """Proposals, newest first."""

    releases: list[Release]


class Claim(msgspec.Struct, frozen=True):
    """Goods of `seller`'s sale taken back by `claimant`. ``waits``: for two people; ``sale_known``: to release it."""

    claim: Id
    sale: Id
    seller: str
    claimant: str
    day: str
    state: str
    sale_known: bool


class Claims(msgspec.Struct, frozen=True):
    """Claims that nobody has answered, oldest first."""

    claims: list[Claim]


class ResolveLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Up to what worth, minor units, one person resolves a discrepancy alone."""

    limit: Annotated[int, msgspec.Meta(ge=0, le=AMOUNT_MAX)]


class Health(msgspec.Struct, frozen=True):
    """HQ itself: its epoch, its time, what waits to be applied, what waits for people."""

    chain: Id
    epoch: int
    now: int
    log_seq: int
    waiting: int
    branches: int
    members: int
    open_discrepancies: int
    open_releases: int
    open_claims: int


def list_releases(work: Work, call: Call) -> Releases:
    """Proposals."""
    return Releases(show_all(releases.every(work.conn, call.query.state, limits.PAGE_MAX), Release))


def propose_release(work: Work, call: Call) -> Release:
    """Propose; a second person approves."""
    body: ReleaseBody = call.body
    subject = releases.Subject(body.kind, bytes.fromhex(body.subject))
    release = releases.propose(work.conn, work.act(call), work.random_bytes(16), subject, body.reason)
    return show(release, Release)


def approve_release(work: Work, call: Call) -> Release:
    """Approve somebody else's proposal."""
    release = releases.approve(work.conn, work.act(call), call.id("release"), business_day(call.now))
    return show(release, Release)


def withdraw_release(work: Work, call: Call) -> Release:
    """Withdraw or turn down a proposal."""
    return show(releases.withdraw(work.conn, work.act(call), call.id("release")), Release)


def list_claims(work: Work, _call: Call) -> Claims:
    """What waits for its seller or for people."""
    return Claims(show_all(releases.unanswered(work.conn, limits.PAGE_MAX), Claim))


def get_limit(work: Work, _call: Call) -> ResolveLimit:
    """What one person decides."""
    return ResolveLimit(resolutions.limit(work.conn))


def set_limit(work: Work, call: Call) -> ResolveLimit:
    """Decide what one person decides."""
    return ResolveLimit(resolutions.set_limit(work.conn, work.act(call), call.body.limit))


def get_health(work: Work, call: Call) -> Health:
    """HQ itself."""
    return show(health.health(work.conn, work.hq, call.now), Health)


ROUTES = (
    route("GET /health", "getHealth", "HQ itself", Health, get_health, roles=SEE),
    route("GET /resolve-limit", "getResolveLimit", "What one person decides", ResolveLimit, get_limit, roles=SEE),
    route(
        "PUT /resolve-limit",
        "setResolveLimit",
        "Decide what one person decides",
        ResolveLimit,
        set_limit,
        body=ResolveLimit,
        roles=SETTINGS,
    ),
    route("GET /claims", "listClaims", "Refund claims without an answer", Claims, list_claims, roles=SEE),
    route("GET /releases", "listReleases", "Proposals", Releases, list_releases, query=ReleaseQuery, roles=SEE),
    route("POST /releases", "proposeRelease", "Propose", Release, propose_release, body=ReleaseBody, roles=SETTLE),
    route("POST /releases/{release}/approve", "approveRelease", "Approve", Release, approve_release, roles=APPROVE),
    route("POST /releases/{release}/withdraw", "withdrawRelease", "Withdraw", Release, withdraw_release, roles=SETTLE),
)
