"""Promotions as a till reads them, and as a shop that stands alone writes them; in a chain HQ does."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from commerce import limits as bounds
from commerce.promotions.row import Off, Part, PromotionRow, Target, Window
from edge_node.web.fields import CODE, Amount, Body, Code, MaybeCode, Name, Text
from edge_node.web.reference import write
from edge_node.web.work import MANAGER, Nothing, Work, act, read
from foundation.http_api.route import Call
from foundation.http_api.show import show

Kind = Literal["member_price", "discount", "nth_item", "bundle", "gift", "spend_save", "coupon"]
Count = Annotated[int, Meta(ge=0, le=bounds.PROMOTION_TIMES_MAX)]
Items = Annotated[list[Code], Meta(max_length=bounds.PROMOTION_NAMES_MAX)]
MaybeDay = Annotated[str, Meta(max_length=10, description='business date, "" for none')]
ItemPrice = tuple[Code, Amount]
SaveStep = tuple[Amount, Amount]


class TargetBody(Body):
    """Goods: these items and categories; both empty: everything. Items excepted never."""

    items: Items = msgspec.field(default_factory=list)
    categories: Annotated[list[Text], Meta(max_length=bounds.PROMOTION_CATEGORIES_MAX)] = msgspec.field(
        default_factory=list
    )
    except_items: Items = msgspec.field(default_factory=list)

    def made(self) -> Target:
        """Return it as commerce takes it."""
        return Target(tuple(self.items), tuple(self.categories), tuple(self.except_items))


class WindowBody(Body):
    """Hours of weekdays (1 Monday … 7; none: every day), in minutes from midnight; above 1440 the night after."""

    weekdays: Annotated[list[int], Meta(max_length=7)] = msgspec.field(default_factory=list)
    from_minute: Annotated[int, Meta(ge=0, le=1439)] = 0
    until_minute: Annotated[int, Meta(ge=1, le=2879)] = 1440


class OffBody(Body):
    """What comes off: thousandths, an amount, or all above a price."""

    how: Literal["per_mille", "amount", "price"] = "per_mille"
    value: Amount = 0


class PartBody(Body):
    """One part of a bundle: pieces, or weight of weighed goods, in thousandths."""

    target: TargetBody = msgspec.field(default_factory=TargetBody)
    milli_qty: Annotated[int, Meta(ge=1, le=bounds.MILLI_QTY_MAX)] = 1000
    by_weight: bool = False


_LIST = Meta(max_length=bounds.PROMOTION_LIST_MAX)


class PromotionBody(Body):
    """One promotion. Which fields a kind reads, and what they do: docs/pricing.md; the others keep their defaults.

    ``prices``: [item, price]; ``steps``: [spent, saved].
    """

    name: Name
    kind: Kind
    priority: Annotated[int, Meta(ge=0, le=1000)] = 100
    stackable: bool = False
    members_only: bool = False
    tiers: Annotated[list[Code], _LIST] = msgspec.field(default_factory=list)
    first_day: MaybeDay = ""
    last_day: MaybeDay = ""
    windows: Annotated[list[WindowBody], _LIST] = msgspec.field(default_factory=list)
    target: TargetBody = msgspec.field(default_factory=TargetBody)
    least_amount: Amount = 0
    least_pieces: Count = 0
    off: OffBody = msgspec.field(default_factory=OffBody)
    prices: Annotated[list[ItemPrice], Meta(max_length=bounds.PROMOTION_NAMES_MAX)] = msgspec.field(
        default_factory=list
    )
    every: Count = 0
    of_each: Count = 1
    same_item: bool = False
    parts: Annotated[list[PartBody], _LIST] = msgspec.field(default_factory=list)
    steps: Annotated[list[SaveStep], _LIST] = msgspec.field(default_factory=list)
    each: bool = False
    gifts: Annotated[list[Code], _LIST] = msgspec.field(default_factory=list)
    coupon: MaybeCode = ""
    most: Amount = 0
    pieces: Count = 0
    limit: Count = 0
    active: bool = True


class Promotion(PromotionBody, kw_only=True):
    """One promotion, as it stands."""

    code: str


class PromotionList(msgspec.Struct, frozen=True):
    """All that this branch knows, by code, also those that are over: the branch's own in place of the chain's."""

    promotions: list[Promotion]


def promotion_row(code: str, body: PromotionBody) -> PromotionRow:
    """Return a body as commerce takes it."""
    fields = {name: getattr(body, name) for name in body.__struct_fields__}
    plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
    plain["windows"] = tuple(Window(tuple(one.weekdays), one.from_minute, one.until_minute) for one in body.windows)
    plain["target"] = body.target.made()
    plain["off"] = Off(body.off.how, body.off.value)
    plain["parts"] = tuple(Part(part.target.made(), part.milli_qty, part.by_weight) for part in body.parts)
    return PromotionRow(code=code, **plain)


def _put(work: Work, call: Call) -> Nothing:
    return write(work, call, promotion_row(call.params["code"], call.body))


def _list(work: Work, call: Call) -> PromotionList:
    _ = call
    return PromotionList([show(row, Promotion) for _, row in sorted(work.book.promotion_rows.items())])


ROUTES = (
    read("/reference/promotions", "listPromotions", "Promotions", PromotionList, _list),
    act(
        "PUT /reference/promotions/{code}",
        "putPromotion",
        "Write a promotion",
        Nothing,
        _put,
        body=PromotionBody,
        roles=MANAGER,
        params={"code": CODE},
    ),
)
