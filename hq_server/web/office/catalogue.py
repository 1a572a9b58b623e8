"""What the branches read: products, tiers, top-up rules, settings, staff."""

from typing import Annotated, Any

import msgspec

from commerce.reference import SettingRow, StaffRow
from foundation.http_api.route import Call
from hq_server.head_office import catalogue, limits, secrets
from hq_server.web.office.people import Slow
from hq_server.web.office.rows import (
    Product,
    ProductBody,
    Tier,
    TierBody,
    TopUpRule,
    TopUpRuleBody,
    product,
    product_row,
    tier,
    tier_row,
    top_up_rule,
    top_up_rule_row,
)
from hq_server.web.office.work import GOODS, PEOPLE, SEE, SETTINGS, Done, Work, route

CODE = r"^[!-~\u4e00-\u9fff]{1,32}$"
"""An item number or a code, as in ``commerce.checks.check_code``, without what a path cannot carry."""
SETTING = r"^[a-z][a-z0-9_.]{0,63}$"
NUMBER = r"^[0-9A-Za-z]{1,16}$"
BRANCH_ID = r"^[a-z0-9-]{1,16}$"

Text = Annotated[str, msgspec.Meta(max_length=limits.SEARCH)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=limits.PAGE_MAX)]


class PageQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the page begins (the last id of the one before) and how many rows."""

    after: Text = ""
    limit: Limit = limits.PAGE


class ProductQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A search text, or a page of all."""

    q: Text = ""
    after: Text = ""
    limit: Limit = limits.PAGE


class Products(msgspec.Struct, frozen=True):
    """A page of products; ``next``: what to ask for after, "" at the end."""

    products: list[Product]
    next: str = ""


class Tiers(msgspec.Struct, frozen=True):
    """All tiers."""

    tiers: list[Tier]


class TopUpRules(msgspec.Struct, frozen=True):
    """All top-up rules."""

    top_up_rules: list[TopUpRule]


class Settings(msgspec.Struct, frozen=True):
    """All settings of the chain, or the ones that a branch has of its own."""

    settings: list[SettingRow]


class Staff(msgspec.Struct, frozen=True):
    """A staff member of a branch; the PIN is never shown."""

    number: str
    name: str
    roles: list[str]
    must_change_pin: bool
    active: bool


class StaffList(msgspec.Struct, frozen=True):
    """The staff of a branch."""

    staff: list[Staff]


class StaffBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A staff member; ``pin`` "" keeps the one there is."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.DISPLAY)]
    roles: Annotated[list[str], msgspec.Meta(min_length=1, max_length=3)]
    pin: Annotated[str, msgspec.Meta(max_length=limits.PIN[1])] = ""
    must_change_pin: bool = True
    active: bool = True


class SettingBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A setting's value as JSON text."""

    value: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.SETTING_VALUE)]


def list_products(work: Work, call: Call) -> Products:
    """Search products, or list them by number."""
    query: ProductQuery = call.query
    if query.q:
        return Products([product(row) for row in catalogue.search_products(work.conn, query.q, query.limit)])
    rows = catalogue.page(work.conn, "", "product", query.after, query.limit)
    return Products([product(row) for row in rows], rows[-1].item if len(rows) == query.limit else "")


def get_product(work: Work, call: Call) -> Product:
    """One product."""
    return product(catalogue.get(work.conn, "", f"product:{call.params['item']}"))


def put_product(work: Work, call: Call) -> Product:
    """Write one product."""
    row = product_row(call.params["item"], call.body)
    return product(catalogue.put(work.conn, work.act(call), "", row))


def list_tiers(work: Work, _: Call) -> Tiers:
    """All tiers."""
    return Tiers([tier(row) for row in catalogue.page(work.conn, "", "tier", "", limits.PAGE_MAX)])


def put_tier(work: Work, call: Call) -> Tier:
    """Write one tier."""
    return tier(catalogue.put(work.conn, work.act(call), "", tier_row(call.params["code"], call.body)))


def list_top_up_rules(work: Work, _: Call) -> TopUpRules:
    """All top-up rules."""
    rows = catalogue.page(work.conn, "", "top_up_rule", "", limits.PAGE_MAX)
    return TopUpRules([top_up_rule(row) for row in rows])


def put_top_up_rule(work: Work, call: Call) -> TopUpRule:
    """Write one top-up rule."""
    row = top_up_rule_row(call.params["code"], call.body)
    return top_up_rule(catalogue.put(work.conn, work.act(call), "", row))


def list_settings(work: Work, call: Call) -> Settings:
    """Settings of the chain or of one branch."""
    return Settings(catalogue.page(work.conn, call.params.get("branch", ""), "setting", "", limits.PAGE_MAX))


def put_setting(work: Work, call: Call) -> Any:  # noqa: ANN401
    """Write one setting."""
    row = SettingRow(call.params["name"], call.body.value)
    return catalogue.put(work.conn, work.act(call), call.params.get("branch", ""), row)


def drop_setting(work: Work, call: Call) -> Done:
    """Take a branch's own setting away: the chain's holds again."""
    catalogue.drop(work.conn, work.act(call), call.params["branch"], f"setting:{call.params['name']}")
    return Done()


def list_staff(work: Work, call: Call) -> StaffList:
    """The staff of a branch."""
    rows = catalogue.page(work.conn, call.params["branch"], "staff", "", limits.PAGE_MAX)
    return StaffList([_staff(row) for row in rows])


async def put_staff(slow: Slow, run: Any, call: Call) -> Staff:  # noqa: ANN401
    """Write a staff member; a new PIN is hashed outside the database's thread."""
    body: StaffBody = call.body
    number, branch = call.params["number"], call.params["branch"]
    secret = await slow.hash(secrets.new_pin, body.pin) if body.pin else None

    def write(work: Work) -> Staff:
        kept = secret or secrets.Secret(*_kept_pin(work, branch, number))
        row = StaffRow(number, body.name, tuple(body.roles), kept.salt, kept.hash, body.must_change_pin, body.active)
        return _staff(catalogue.put(work.conn, work.act(call), branch, row))

    result: Staff = await run(write)
    return result


def _kept_pin(work: Work, branch: str, number: str) -> tuple[bytes, bytes]:
    """The PIN that a staff member has; a new one needs one (InputError ``unknown_row``)."""
    row = catalogue.get(work.conn, branch, f"staff:{number}")
    return row.pin_salt, row.pin_hash


def _staff(row: Any) -> Staff:  # noqa: ANN401  a StaffRow
    """A staff row without its PIN."""
    return Staff(row.number, row.name, list(row.roles), row.must_change_pin, row.active)


_ITEM, _CODE = {"item": CODE}, {"code": CODE}
_NAME, _OWN = {"name": SETTING}, {"name": SETTING, "branch": BRANCH_ID}
_BRANCH, _STAFF = {"branch": BRANCH_ID}, {"branch": BRANCH_ID, "number": NUMBER}
_READ: dict[str, Any] = {"roles": SEE}
_WRITE: dict[str, Any] = {"roles": GOODS}
_SET: dict[str, Any] = {"roles": SETTINGS}

ROUTES = (
    route("GET /products", "listProducts", "Search or page", Products, list_products, query=ProductQuery, **_READ),
    route("GET /products/{item}", "getProduct", "One product", Product, get_product, params=_ITEM, **_READ),
    route(
        "PUT /products/{item}",
        "putProduct",
        "Write one",
        Product,
        put_product,
        body=ProductBody,
        params=_ITEM,
        **_WRITE,
    ),
    route("GET /tiers", "listTiers", "Member tiers", Tiers, list_tiers, **_READ),
    route("PUT /tiers/{code}", "putTier", "Write one", Tier, put_tier, body=TierBody, params=_CODE, **_WRITE),
    route("GET /top-up-rules", "listTopUpRules", "What top-ups give", TopUpRules, list_top_up_rules, **_READ),
    route(
        "PUT /top-up-rules/{code}",
        "putTopUpRule",
        "Write one",
        TopUpRule,
        put_top_up_rule,
        body=TopUpRuleBody,
        params=_CODE,
        **_WRITE,
    ),
    route("GET /settings", "listSettings", "Settings of the chain", Settings, list_settings, **_READ),
    route(
        "PUT /settings/{name}",
        "putSetting",
        "Write one",
        SettingRow,
        put_setting,
        body=SettingBody,
        params=_NAME,
        **_SET,
    ),
    route(
        "GET /branches/{branch}/settings",
        "listOwnSettings",
        "A branch's own",
        Settings,
        list_settings,
        params=_BRANCH,
        **_READ,
    ),
    route(
        "PUT /branches/{branch}/settings/{name}",
        "putOwnSetting",
        "Write a branch's own setting",
        SettingRow,
        put_setting,
        body=SettingBody,
        params=_OWN,
        **_SET,
    ),
    route(
        "DELETE /branches/{branch}/settings/{name}",
        "dropOwnSetting",
        "Take a branch's own setting away: the chain's holds again",
        Done,
        drop_setting,
        params=_OWN,
        **_SET,
    ),
    route(
        "GET /branches/{branch}/staff", "listStaff", "Staff of a branch", StaffList, list_staff, params=_BRANCH, **_READ
    ),
    route(
        "PUT /branches/{branch}/staff/{number}",
        "putStaff",
        "Write one",
        Staff,
        body=StaffBody,
        params=_STAFF,
        roles=PEOPLE,
    ),
)
