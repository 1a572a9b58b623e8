"""Promotions of the chain, and of one branch, which win: written, listed, retired."""

from typing import Annotated, Any, Literal

import msgspec

from commerce import limits as bounds
from commerce.promotions.row import Off, Part, PromotionRow, Target, Window
from foundation.http_api.route import Call
from foundation.http_api.show import show
from hq_server.head_office import catalogue
from hq_server.storage.database import Connection
from hq_server.web.office.catalogue import BRANCH_ID, CODE, PageQuery, RuleQuery, wanted
from hq_server.web.office.listing import Column, Cut, Found, Listing
from hq_server.web.office.rows import Amount, Code, Name, Text
from hq_server.web.office.small_lists import cut_rows
from hq_server.web.office.work import GOODS, SEE, Done, Work, route

Kind = Literal["member_price", "discount", "nth_item", "bundle", "gift", "spend_save", "coupon"]
Count = Annotated[int, msgspec.Meta(ge=0, le=bounds.PROMOTION_TIMES_MAX)]
Day = Annotated[str, msgspec.Meta(max_length=10)]
Items = Annotated[tuple[Code, ...], msgspec.Meta(max_length=bounds.PROMOTION_NAMES_MAX)]


class TargetBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Goods: these items and categories; both empty: everything. Items excepted never."""

    items: Items = ()
    categories: Annotated[tuple[Text, ...], msgspec.Meta(max_length=bounds.PROMOTION_CATEGORIES_MAX)] = ()
    except_items: Items = ()


class WindowBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Hours of weekdays (1 Monday … 7; none: every day), in minutes from midnight; above 1440 the night after."""

    weekdays: Annotated[tuple[int, ...], msgspec.Meta(max_length=7)] = ()
    from_minute: Annotated[int, msgspec.Meta(ge=0, le=1439)] = 0
    until_minute: Annotated[int, msgspec.Meta(ge=1, le=2879)] = 1440


class OffBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What comes off: thousandths, an amount, or all above a price."""

    how: Literal["per_mille", "amount", "price"] = "per_mille"
    value: Amount = 0


class PartBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One part of a bundle: pieces, or weight of weighed goods, in thousandths."""

    target: TargetBody = TargetBody()
    milli_qty: Annotated[int, msgspec.Meta(ge=1, le=bounds.MILLI_QTY_MAX)] = 1000
    by_weight: bool = False


class ItemPrice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The price of one item."""

    item: Code
    price: Amount


class SaveStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What comes off once so much is spent."""

    spent: Amount
    saved: Amount


class PromotionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One promotion. Which fields a kind reads, and what they do: docs/pricing.md; the others keep their defaults."""

    name: Name
    kind: Kind
    priority: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 100
    stackable: bool = False
    members_only: bool = False
    tiers: Annotated[tuple[Code, ...], msgspec.Meta(max_length=bounds.PROMOTION_LIST_MAX)] = ()
    first_day: Day = ""
    last_day: Day = ""
    windows: Annotated[tuple[WindowBody, ...], msgspec.Meta(max_length=bounds.PROMOTION_LIST_MAX)] = ()
    target: TargetBody = TargetBody()
    least_amount: Amount = 0
    least_pieces: Count = 0
    off: OffBody = OffBody()
    prices: Annotated[tuple[ItemPrice, ...], msgspec.Meta(max_length=bounds.PROMOTION_NAMES_MAX)] = ()
    every: Count = 0
    of_each: Count = 1
    same_item: bool = False
    parts: Annotated[tuple[PartBody, ...], msgspec.Meta(max_length=bounds.PROMOTION_LIST_MAX)] = ()
    steps: Annotated[tuple[SaveStep, ...], msgspec.Meta(max_length=bounds.PROMOTION_LIST_MAX)] = ()
    each: bool = False
    gifts: Annotated[tuple[Code, ...], msgspec.Meta(max_length=bounds.PROMOTION_LIST_MAX)] = ()
    coupon: Annotated[str, msgspec.Meta(max_length=bounds.CODE_MAX)] = ""
    most: Amount = 0
    pieces: Count = 0
    limit: Count = 0
    active: bool = True


class Promotion(PromotionBody, frozen=True, kw_only=True):
    """One promotion."""

    code: str


class PromotionQuery(RuleQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which promotions; ``kind`` "" all."""

    kind: Literal["", "member_price", "discount", "nth_item", "bundle", "gift", "spend_save", "coupon"] = ""


class Promotions(msgspec.Struct, frozen=True):
    """A page of promotions, retired ones too; ``next``: what to ask for after, "" at the end."""

    promotions: list[Promotion]
    next: str = ""


def promotion_row(code: str, body: PromotionBody) -> PromotionRow:
    """The row that branches read."""
    fields = msgspec.structs.asdict(body)
    fields["windows"] = tuple(Window(**msgspec.structs.asdict(window)) for window in body.windows)
    fields["target"] = _target(body.target)
    fields["off"] = Off(body.off.how, body.off.value)
    fields["prices"] = tuple((one.item, one.price) for one in body.prices)
    fields["parts"] = tuple(Part(_target(part.target), part.milli_qty, part.by_weight) for part in body.parts)
    fields["steps"] = tuple((step.spent, step.saved) for step in body.steps)
    return PromotionRow(code=code, **fields)


def _target(body: TargetBody) -> Target:
    return Target(body.items, body.categories, body.except_items)


def promotion(row: PromotionRow) -> Promotion:
    """A promotion as it is shown."""
    fields: dict[str, Any] = {name: getattr(row, name) for name in Promotion.__struct_fields__}
    fields["windows"] = tuple(show(window, WindowBody) for window in row.windows)
    fields["target"] = show(row.target, TargetBody)
    fields["off"] = show(row.off, OffBody)
    fields["prices"] = tuple(ItemPrice(item=item, price=price) for item, price in row.prices)
    fields["parts"] = tuple(show(part, PartBody) for part in row.parts)
    fields["steps"] = tuple(SaveStep(spent=spent, saved=saved) for spent, saved in row.steps)
    return Promotion(**fields)


def _branch(call: Call) -> str:
    """The branch in the path; "" for the chain."""
    return call.params.get("branch", "")


def _find_promotions(conn: Connection, query: PromotionQuery, _at: str, cut: Cut) -> Found[Promotion]:
    """Promotions of the chain, retired ones too."""
    rows = catalogue.every(conn, "", "promotion")
    return cut_rows((promotion(row) for row in rows if wanted(query, row) and query.kind in {"", row.kind}), cut)


def list_own_promotions(work: Work, call: Call) -> Promotions:
    """A branch's own promotions by code."""
    query: PageQuery = call.query
    rows = catalogue.page(work.conn, _branch(call), "promotion", query.after, query.limit)
    return Promotions([promotion(row) for row in rows], rows[-1].code if len(rows) == query.limit else "")


def get_promotion(work: Work, call: Call) -> Promotion:
    """One promotion."""
    return promotion(catalogue.get(work.conn, _branch(call), f"promotion:{call.params['code']}"))


def put_promotion(work: Work, call: Call) -> Promotion:
    """Write one promotion."""
    row = promotion_row(call.params["code"], call.body)
    return promotion(catalogue.put(work.conn, work.act(call), _branch(call), row))


def retire_promotion(work: Work, call: Call) -> Promotion:
    """Switch one off."""
    return promotion(catalogue.retire_promotion(work.conn, work.act(call), _branch(call), call.params["code"]))


def drop_promotion(work: Work, call: Call) -> Done:
    """Take a branch's own row away: the chain's holds again."""
    catalogue.drop(work.conn, work.act(call), call.params["branch"], f"promotion:{call.params['code']}")
    return Done()


_CODE: dict[str, Any] = {"params": {"code": CODE}}
_BRANCH: dict[str, Any] = {"params": {"branch": BRANCH_ID}}
_OWN: dict[str, Any] = {"params": {"branch": BRANCH_ID, "code": CODE}}
_READ: dict[str, Any] = {"roles": SEE}
_WRITE: dict[str, Any] = {"roles": GOODS}

PROMOTIONS = Listing(
    "GET /promotions",
    "listPromotions",
    "Promotions",
    row=Promotion,
    query=PromotionQuery,
    columns=(
        Column("code", "text", "code"),
        Column("name", "text", "name"),
        Column("kind", "code", "kind"),
        Column("priority", "count", "priority"),
        Column("stackable", "flag"),
        Column("members_only", "flag"),
        Column("first_day", "day", "first_day"),
        Column("last_day", "day", "last_day"),
        Column("active", "flag", "active"),
    ),
    find=_find_promotions,
    key="code",
    order="code",
    roles=SEE,
)

LISTINGS = (PROMOTIONS,)

ROUTES = (
    route("GET /promotions/{code}", "getPromotion", "One promotion", Promotion, get_promotion, **_CODE, **_READ),
    route(
        "PUT /promotions/{code}",
        "putPromotion",
        "Write one",
        Promotion,
        put_promotion,
        body=PromotionBody,
        **_CODE,
        **_WRITE,
    ),
    route(
        "POST /promotions/{code}/retire", "retirePromotion", "End one", Promotion, retire_promotion, **_CODE, **_WRITE
    ),
    route(
        "GET /branches/{branch}/promotions",
        "listOwnPromotions",
        "A branch's own",
        Promotions,
        list_own_promotions,
        query=PageQuery,
        **_BRANCH,
        **_READ,
    ),
    route(
        "GET /branches/{branch}/promotions/{code}",
        "getOwnPromotion",
        "A branch's own",
        Promotion,
        get_promotion,
        **_OWN,
        **_READ,
    ),
    route(
        "PUT /branches/{branch}/promotions/{code}",
        "putOwnPromotion",
        "Write a branch's own, which wins over the chain's of the code",
        Promotion,
        put_promotion,
        body=PromotionBody,
        **_OWN,
        **_WRITE,
    ),
    route(
        "DELETE /branches/{branch}/promotions/{code}",
        "dropOwnPromotion",
        "Take a branch's own away: the chain's holds again",
        Done,
        drop_promotion,
        **_OWN,
        **_WRITE,
    ),
)
