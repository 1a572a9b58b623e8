"""Products, tiers, top-up rules, staff and settings, written on the spot while the shop stands alone.

In a chain HQ manages them and these routes only say so.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from commerce.catalogue import BARCODES_MAX, LEVELS_MAX
from commerce.errors import RuleError
from commerce.limits import AMOUNT_MAX, PER_MILLE_MAX, RATIO_MAX, STAGES_MAX, VALID_DAYS_MAX
from commerce.reference import ProductRow, SettingRow, StaffRow, TierRow, TopUpRuleRow
from edge_node.devices.papers import templates
from edge_node.ledger import reference_local
from edge_node.ledger.reference_local import LocalRow
from edge_node.limits import SETTING_VALUE
from edge_node.web.fields import CODE, Amount, Body, Code, MaybeCode, Name, PerMille, Pin
from edge_node.web.work import MANAGER, Nothing, Work, act, read
from foundation.http_api.route import Call
from foundation.http_api.show import show

Days = Annotated[int, Meta(ge=0, le=VALID_DAYS_MAX)]
Weight = Annotated[int, Meta(ge=0, le=RATIO_MAX)]
Many = Annotated[int, Meta(ge=0, le=PER_MILLE_MAX)]
Level = tuple[Code, Amount]
Stage = tuple[Days, Amount]
Role = Literal["cashier", "shift_lead", "manager"]

_CODES = {"code": CODE}
_REMOVED = {"kind": r"^(product|tier|top_up_rule|promotion|plan|picture|setting)$", "code": r"^[^\s/]{1,64}$"}


class ProductBody(Body):
    """A product or service; ``levels`` as [level, price], ``pinyin`` "": the name's initials."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    price: Amount
    category: MaybeCode = ""
    unit: MaybeCode = ""
    kind: Literal["product", "service"] = "product"
    barcodes: Annotated[list[Code], Meta(max_length=BARCODES_MAX)] = msgspec.field(default_factory=list)
    levels: Annotated[list[Level], Meta(max_length=LEVELS_MAX)] = msgspec.field(default_factory=list)
    discountable: bool = True
    earns_points: bool = True
    weighed: bool = False
    pinyin: MaybeCode = ""
    active: bool = True
    picture: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$")] = ""


class TierBody(Body):
    """A member tier; thresholds 0: not by this."""

    name: Name
    rank: Annotated[int, Meta(ge=0, le=10_000)]
    discount_per_mille: PerMille = 0
    price_level: MaybeCode = ""
    points_per_mille: Many = 1000
    from_spend: Amount = 0
    from_top_up: Amount = 0
    from_points: Amount = 0
    period_days: Days = 365


class TopUpRuleBody(Body):
    """What a top-up between the two amounts gives."""

    name: Name
    min_amount: Amount
    max_amount: Amount = AMOUNT_MAX
    bonus: Amount = 0
    bonus_per_mille: Many = 0
    points: Amount = 0
    order: Literal["proportional", "bonus_first", "principal_first"] = "proportional"
    bonus_days: Days = 0
    principal_ratio: tuple[Weight, Weight, Weight] = (0, 0, 1)
    bonus_ratio: tuple[Weight, Weight, Weight] = (1, 0, 0)
    staged: Annotated[list[Stage], Meta(max_length=STAGES_MAX)] = msgspec.field(default_factory=list)
    active: bool = True


class StaffBody(Body):
    """Who works here; a PIN given here must be changed at the next sign-in, null leaves the old one."""

    name: Name
    roles: Annotated[list[Role], Meta(min_length=1, max_length=3)]
    pin: Pin | None = None
    active: bool = True

    def pins(self, own: str) -> tuple[tuple[str, str, bool], ...]:
        """The new PIN gets a salt of its own."""
        _ = own
        return () if self.pin is None else (("", self.pin, True),)


class SettingBody(Body):
    """A setting's value, as JSON text."""

    value: Annotated[str, Meta(max_length=SETTING_VALUE)]


class StaffAnswer(msgspec.Struct, frozen=True):
    """Who works here."""

    number: str
    name: str
    roles: list[str]
    must_change_pin: bool
    active: bool


class StaffList(msgspec.Struct, frozen=True):
    """Everybody, also who left."""

    staff: list[StaffAnswer]


class Tier(msgspec.Struct, frozen=True):
    """A member tier."""

    code: str
    name: str
    rank: int
    discount_per_mille: int
    price_level: str
    points_per_mille: int
    from_spend: int
    from_top_up: int
    from_points: int
    period_days: int


class Tiers(msgspec.Struct, frozen=True):
    """All tiers, lowest first."""

    tiers: list[Tier]


class Setting(msgspec.Struct, frozen=True):
    """One setting, its value as JSON text."""

    name: str
    value: str


class SettingList(msgspec.Struct, frozen=True):
    """The settings that were set; the others have their defaults."""

    settings: list[Setting]


def _fields(body: Body) -> dict[str, object]:
    """Return a body's fields as a row takes them: lists become tuples."""
    values = {name: getattr(body, name) for name in body.__struct_fields__}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def write(work: Work, call: Call, row: LocalRow) -> Nothing:
    """Write one row, and tell the screens that something changed."""
    reference_local.write_row(work.conn, work.node, row, call.user.name, call.now)
    work.reference_changed = True
    work.tell("reference")
    return Nothing()


def _product(work: Work, call: Call) -> Nothing:
    return write(work, call, ProductRow(item=call.params["code"], **_fields(call.body)))  # type: ignore[arg-type]


def _tier(work: Work, call: Call) -> Nothing:
    return write(work, call, TierRow(code=call.params["code"], **_fields(call.body)))  # type: ignore[arg-type]


def _rule(work: Work, call: Call) -> Nothing:
    return write(work, call, TopUpRuleRow(code=call.params["code"], **_fields(call.body)))  # type: ignore[arg-type]


def _setting(work: Work, call: Call) -> Nothing:
    for fault in templates.faults_of(call.params["code"], call.body.value):
        raise RuleError("bad_template", line=fault.line, reason=fault.reason)
    return write(work, call, SettingRow(call.params["code"], call.body.value))


def _staff(work: Work, call: Call) -> Nothing:
    body: StaffBody = call.body
    number, others = call.params["code"], work.book.staff
    old = others.get(number)
    if body.pin is not None:
        fresh = work.fresh()
        salt, digest, must_change = fresh.salt, fresh.digest, True
    elif old is not None:
        salt, digest, must_change = old.pin_salt, old.pin_hash, old.must_change_pin
    else:
        raise RuleError("pin_needed", staff=number)
    row = StaffRow(number, body.name, tuple(body.roles), salt, digest, must_change, body.active)
    _check_manager_left([row, *(other for other in others.values() if other.number != number)])
    return write(work, call, row)


def _check_manager_left(staff: Sequence[StaffRow]) -> None:
    """A shop where nobody is a manager could never be managed again."""
    if not any(row.active and "manager" in row.roles for row in staff):
        raise RuleError("last_manager")


def _remove(work: Work, call: Call) -> Nothing:
    key = f"{call.params['kind']}:{call.params['code']}"
    reference_local.remove_row(work.conn, work.node, key, call.user.name, call.now)
    work.reference_changed = True
    work.tell("reference")
    return Nothing()


def _list_staff(work: Work, call: Call) -> StaffList:
    _ = call
    return StaffList([show(row, StaffAnswer) for _, row in sorted(work.book.staff.items())])


def _list_tiers(work: Work, call: Call) -> Tiers:
    _ = call
    return Tiers([show(row, Tier) for row in sorted(work.book.tiers.values(), key=lambda row: (row.rank, row.code))])


def _list_settings(work: Work, call: Call) -> SettingList:
    _ = call
    return SettingList([show(row, Setting) for row in reference_local.rows(work.conn, "setting") if row is not None])


ROUTES = (
    read("/reference/staff", "listStaff", "Who works here", StaffList, _list_staff, roles=MANAGER),
    read("/reference/tiers", "listTiers", "Member tiers", Tiers, _list_tiers),
    read("/reference/settings", "listSettings", "Settings", SettingList, _list_settings, roles=MANAGER),
    *(
        act(f"PUT /reference/{path}/{{code}}", name, summary, Nothing, handler, body=body, roles=MANAGER, params=_CODES)
        for path, name, summary, handler, body in (
            ("products", "putProduct", "Write a product", _product, ProductBody),
            ("tiers", "putTier", "Write a tier", _tier, TierBody),
            ("top-up-rules", "putTopUpRule", "Write a top-up rule", _rule, TopUpRuleBody),
            ("staff", "putStaff", "Write a member of staff", _staff, StaffBody),
            ("settings", "putSetting", "Write a setting", _setting, SettingBody),
        )
    ),
    act(
        "DELETE /reference/{kind}/{code}",
        "removeReference",
        "Remove a product, tier, top-up rule, promotion, plan, picture or setting",
        Nothing,
        _remove,
        roles=MANAGER,
        params=_REMOVED,
    ),
)
