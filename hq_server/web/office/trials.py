"""Rules tried before they hold: promotions on past sales, tiers on members as they are, prices of a made-up basket."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from commerce import limits as bounds
from commerce.pricing import PricedBasket
from foundation.http_api.route import Call, Id
from foundation.http_api.show import show
from hq_server.head_office import dry_runs, goods_limits, price_trial, tier_moves
from hq_server.web.office.catalogue import BRANCH_ID, CODE
from hq_server.web.office.jobs import Job
from hq_server.web.office.promotions import PromotionBody, promotion_row
from hq_server.web.office.rows import Code, TierBody, tier_row
from hq_server.web.office.work import GOODS, Work, route

_Branch = Annotated[str, Meta(pattern=f"^$|{BRANCH_ID}")]
_Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class DryRunBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A promotion as it might be written, and the past days; ``branch``: whose own row it would be, "" the chain's."""

    code: Annotated[str, Meta(pattern=CODE)]
    promotion: PromotionBody
    branch: _Branch = ""
    from_day: _Day
    last_day: _Day


class DryRunLine(msgspec.Struct, frozen=True):
    """One line of a receipt: what it would have cost without and with the promotion."""

    name: str
    milli_qty: int
    before: int
    after: int


class DryRunSale(msgspec.Struct, frozen=True):
    """One receipt that it touches; ``saved``: what it alone took off."""

    saved: int
    sale: Id
    number: str
    day: str
    branch: str
    before: int
    after: int
    lines: list[DryRunLine]


class DryRunDay(msgspec.Struct, frozen=True):
    """One business date; ``less``: what customers would have paid less."""

    day: str
    sales: int
    touched: int
    less: int


class DryRun(msgspec.Struct, frozen=True):
    """What it would have done. ``all`` False: the newest sales alone; ``left_out``: not read or not to be priced."""

    sales: int
    touched: int
    saved: int
    less: int
    before: int
    left_out: int
    all: bool
    days: list[DryRunDay]
    sample: list[DryRunSale]


class TierDraft(TierBody, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A tier as it might be written."""

    code: Annotated[str, Meta(pattern=CODE)]


class TierMovesBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Tiers in place of those of their codes; the others as they are."""

    tiers: Annotated[list[TierDraft], Meta(max_length=64)] = []


class TierMember(msgspec.Struct, frozen=True):
    """One member who would move; minor units of the period that decides."""

    member: Id
    name: str
    since: str
    reason: str
    spent: int
    topped_up: int


class TierMove(msgspec.Struct, frozen=True):
    """So many members from a tier to another."""

    before: str
    after: str
    change: str
    members: int
    sample: list[TierMember]


class TierMoves(msgspec.Struct, frozen=True):
    """Who would move today, and how many each tier has now and then."""

    looked_at: int
    stay: int
    moves: list[TierMove]
    now: dict[str, int]
    then: dict[str, int]


class TrialLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """So much of an item."""

    item: Code
    milli_qty: Annotated[int, Meta(ge=1, le=bounds.MILLI_QTY_MAX)] = 1000


class PriceTrialBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A basket as a till would price it; ``minute`` of the day, ``tier`` "" and ``member`` False: a walk-in."""

    lines: Annotated[list[TrialLine], Meta(min_length=1, max_length=goods_limits.EXPLAIN_LINES)]
    branch: _Branch = ""
    member: bool = False
    tier: Annotated[str, Meta(max_length=bounds.CODE_MAX)] = ""
    day: Annotated[str, Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    minute: Annotated[int, Meta(ge=0, le=2879)] = 720
    coupons: Annotated[list[Code], Meta(max_length=bounds.COUPONS_MAX)] = []
    promotion: PromotionBody | None = None
    code: Annotated[str, Meta(max_length=bounds.CODE_MAX)] = ""


class TrialStep(msgspec.Struct, frozen=True):
    """One step of a line's price; ``code`` and ``params`` make its words."""

    code: str
    params: dict[str, int | str]
    amount: int


class PricedLine(msgspec.Struct, frozen=True):
    """One line, priced."""

    item: str
    name: str
    milli_qty: int
    list_amount: int
    charged: int
    steps: list[TrialStep]


class PricedTrial(msgspec.Struct, frozen=True):
    """The basket, priced; ``refused``: coupons that are not used, and why."""

    lines: list[PricedLine]
    total: int
    subtotal: int
    saved: int
    rounding: int
    promotions: list[dict[str, int | str]]
    refused: list[dict[str, str]]


def dry_run_of(body: DryRunBody) -> dry_runs.Ask:
    """What is asked of a dry run."""
    return dry_runs.Ask(promotion_row(body.code, body.promotion), body.branch, body.from_day, body.last_day)


def drafts_of(body: TierMovesBody) -> list[Any]:
    """The tiers that would be written."""
    fields = [msgspec.structs.asdict(draft) for draft in body.tiers]
    return [tier_row(one.pop("code"), TierBody(**one)) for one in fields]


def show_dry_run(result: dry_runs.Result) -> DryRun:
    """A dry run as it is shown."""
    return show(result, DryRun)


def show_moves(result: tier_moves.Result) -> TierMoves:
    """A preview of tiers as it is shown."""
    return show(result, TierMoves)


def try_price(work: Work, call: Call) -> PricedTrial:
    """Price a basket and explain each step."""
    body: PriceTrialBody = call.body
    row = promotion_row(body.code or "trial", body.promotion) if body.promotion else None
    asked = price_trial.Ask(
        lines=[(line.item, line.milli_qty) for line in body.lines],
        branch=body.branch,
        member=body.member,
        tier=body.tier,
        day=body.day,
        minute=body.minute,
        coupons=body.coupons,
        promotion=row,
    )
    return _priced(price_trial.priced(work.conn, asked, call.now))


def _priced(basket: PricedBasket) -> PricedTrial:
    lines = [
        PricedLine(
            line.item,
            line.name,
            line.milli_qty,
            line.list_amount,
            line.charged,
            [TrialStep(step.code, dict(step.params), step.amount) for step in line.steps],
        )
        for line in basket.lines
    ]
    applied: list[dict[str, int | str]] = [
        {"code": one.code, "name": one.name, "kind": one.kind, "saved": one.saved, "times": one.times}
        for one in basket.promotions
    ]
    refused = [{"template": one.template, "reason": one.reason} for one in basket.refused]
    return PricedTrial(lines, basket.total, basket.subtotal, basket.saved, basket.rounding, applied, refused)


ROUTES = (
    route("POST /promotion-trials", "tryPromotion", "Try one on past sales", Job, body=DryRunBody, roles=GOODS),
    route("POST /tier-moves", "previewTiers", "Whom tiers would move", Job, body=TierMovesBody, roles=GOODS),
    route("POST /price-trials", "tryPrice", "Price a basket", PricedTrial, try_price, body=PriceTrialBody, roles=GOODS),
)
