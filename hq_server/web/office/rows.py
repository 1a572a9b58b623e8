"""Reference rows as the office API speaks them: named parts instead of pairs and triples."""

from typing import Annotated, Literal

import msgspec

from commerce import limits as bounds
from commerce.categories import PLACE_MAX
from commerce.reference import CategoryRow, ProductRow, TierRow, TopUpRuleRow

Amount = Annotated[int, msgspec.Meta(ge=0, le=bounds.AMOUNT_MAX)]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=bounds.CODE_MAX)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=bounds.TEXT_MAX)]
Text = Annotated[str, msgspec.Meta(max_length=bounds.TEXT_MAX)]
PerMille = Annotated[int, msgspec.Meta(ge=0, le=1000)]
Multiplier = Annotated[int, msgspec.Meta(ge=0, le=bounds.PER_MILLE_MAX)]
Days = Annotated[int, msgspec.Meta(ge=0, le=bounds.VALID_DAYS_MAX)]
Weight = Annotated[int, msgspec.Meta(ge=0, le=bounds.RATIO_MAX)]


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The price of one price level, minor units."""

    level: Code
    price: Amount


class ProductBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that can be sold; its item number stands in the path. ``pinyin`` "": made of the name."""

    name: Name
    category: Text = ""
    unit: Text = ""
    price: Amount
    kind: Literal["product", "service"] = "product"
    barcodes: Annotated[list[Code], msgspec.Meta(max_length=32)] = []
    levels: Annotated[list[Level], msgspec.Meta(max_length=32)] = []
    discountable: bool = True
    earns_points: bool = True
    weighed: bool = False
    pinyin: Text = ""
    active: bool = True
    picture: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")] = ""


class Product(ProductBody, frozen=True, kw_only=True):
    """One thing that can be sold."""

    item: str


class CategoryBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a category stands: below ``parent`` ("": at the top), at ``place`` from 1 (0: after those, by name)."""

    name: Name
    parent: Text = ""
    place: Annotated[int, msgspec.Meta(ge=0, le=PLACE_MAX)] = 0

    def row(self) -> CategoryRow:
        """The row that branches read."""
        return CategoryRow(self.name, self.parent, self.place)


class TierBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A member tier; thresholds in minor units or points, 0: not by this."""

    name: Name
    rank: Annotated[int, msgspec.Meta(ge=0, le=1000)]
    discount_per_mille: PerMille = 0
    price_level: Annotated[str, msgspec.Meta(max_length=bounds.CODE_MAX)] = ""
    points_per_mille: Multiplier = 1000
    from_spend: Amount = 0
    from_top_up: Amount = 0
    from_points: Amount = 0
    period_days: Annotated[int, msgspec.Meta(ge=1, le=bounds.VALID_DAYS_MAX)] = 365


class Tier(TierBody, frozen=True, kw_only=True):
    """A member tier."""

    code: str


class Ratio(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Weights by which an amount is shared between the branch that took the money, HQ and the branch that sold."""

    issuer: Weight = 0
    hq: Weight = 0
    spender: Weight = 0


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of the bonus that is issued so many days later."""

    days_later: Annotated[int, msgspec.Meta(ge=1, le=bounds.VALID_DAYS_MAX)]
    amount: Annotated[int, msgspec.Meta(ge=1, le=bounds.AMOUNT_MAX)]


class TopUpRuleBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a top-up gives. Amounts in minor units; ``bonus_days`` 0: the bonus never expires."""

    name: Name
    min_amount: Annotated[int, msgspec.Meta(ge=1, le=bounds.AMOUNT_MAX)]
    max_amount: Annotated[int, msgspec.Meta(ge=1, le=bounds.AMOUNT_MAX)]
    bonus: Amount = 0
    bonus_per_mille: Multiplier = 0
    points: Amount = 0
    order: Literal["proportional", "bonus_first", "principal_first"] = "proportional"
    bonus_days: Days = 0
    principal_ratio: Ratio = Ratio(spender=1)
    bonus_ratio: Ratio = Ratio(issuer=1)
    staged: Annotated[list[Stage], msgspec.Meta(max_length=bounds.STAGES_MAX)] = []
    active: bool = True


class TopUpRule(TopUpRuleBody, frozen=True, kw_only=True):
    """What a top-up gives."""

    code: str


def product_row(item: str, body: ProductBody) -> ProductRow:
    """The row that branches read."""
    fields = msgspec.structs.asdict(body)
    fields["barcodes"] = tuple(body.barcodes)
    fields["levels"] = tuple((level.level, level.price) for level in body.levels)
    return ProductRow(item=item, **fields)


def product(row: ProductRow) -> Product:
    """A product as it is shown."""
    fields = {name: getattr(row, name) for name in Product.__struct_fields__}
    fields["barcodes"] = list(row.barcodes)
    fields["levels"] = [Level(level=level, price=price) for level, price in row.levels]
    return Product(**fields)


def tier_row(code: str, body: TierBody) -> TierRow:
    """The row that branches read."""
    return TierRow(code=code, **msgspec.structs.asdict(body))


def tier(row: TierRow) -> Tier:
    """A tier as it is shown."""
    return Tier(**{name: getattr(row, name) for name in Tier.__struct_fields__})


def top_up_rule_row(code: str, body: TopUpRuleBody) -> TopUpRuleRow:
    """The row that branches read."""
    fields = msgspec.structs.asdict(body)
    for name in ("principal_ratio", "bonus_ratio"):
        fields[name] = msgspec.structs.astuple(fields[name])
    fields["staged"] = tuple(msgspec.structs.astuple(stage) for stage in body.staged)
    return TopUpRuleRow(code=code, **fields)


def top_up_rule(row: TopUpRuleRow) -> TopUpRule:
    """A rule as it is shown."""
    fields = {name: getattr(row, name) for name in TopUpRule.__struct_fields__}
    for name in ("principal_ratio", "bonus_ratio"):
        issuer, hq, spender = fields[name]
        fields[name] = Ratio(issuer=issuer, hq=hq, spender=spender)
    fields["staged"] = [Stage(days_later=days, amount=amount) for days, amount in row.staged]
    return TopUpRule(**fields)
