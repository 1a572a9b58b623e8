"""Members: list, search, one member's account."""

from dataclasses import replace
from typing import Annotated

import msgspec

from foundation.http_api.route import Call, Id
from foundation.http_api.show import show
from hq_server.head_office import (
    coupons,
    entitlements,
    limits,
    member_orders,
    members,
    members_find,
    registration,
    tags,
)
from hq_server.head_office.values import business_day
from hq_server.ledger import lots
from hq_server.storage.database import Connection
from hq_server.web.office.catalogue import BRANCH_ID, Text
from hq_server.web.office.listing import Column, Cut, Found, Listing, ListQuery
from hq_server.web.office.work import ADJUST, BRANCH, GOODS, MEMBERS, Work, route, within

Day = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]


class MembersQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``q``: a phone, its last four digits, a card, a part of the name or its initials; ``branch``: that met them.

    ``from_day``, ``to_day``: of registration; ``state``: active, frozen or merged.
    """

    q: Text = ""
    tier: Annotated[str, msgspec.Meta(max_length=32)] = ""
    tag: Annotated[str, msgspec.Meta(max_length=40)] = ""
    branch: Annotated[str, msgspec.Meta(max_length=16)] = ""
    state: Annotated[str, msgspec.Meta(pattern="^(active|frozen|merged)?$")] = ""
    from_day: Day = ""
    to_day: Day = ""


class MemberLine(msgspec.Struct, frozen=True):
    """One line of the list: name and phone masked; ``branch``: where the member registered."""

    member: Id
    name: str
    phone: str
    tier: str
    state: str
    branch: str
    day: str
    tags: list[str]


def find_members(conn: Connection, query: MembersQuery, at: str, cut: Cut) -> Found[MemberLine]:
    """Search members, or page through all."""
    asked = {name: getattr(query, name) for name in members_find.Filters._fields}
    wanted = members_find.conditions(members_find.Filters(**{**asked, "branch": at}))
    found = cut.fetch(
        conn,
        select="m.member, m.masked_name, m.tier, m.frozen, m.alias_of, coalesce(i.branch, ''), m.day",
        tables="members m LEFT JOIN incarnations i ON i.no = m.no",
        where=wanted.where,
        params=wanted.params,
        make=members.Member,
    )
    ids = [row.member for row in found.rows]
    phones, tagged = members_find.phones_of(conn, ids), tags.of_members(conn, ids)
    lines = [
        MemberLine(
            row.member.hex(),
            row.masked_name,
            phones.get(row.member, ""),
            row.tier,
            "merged" if row.alias_of else "frozen" if row.frozen else "active",
            row.branch,
            row.day,
            tagged.get(row.member, []),
        )
        for row in found.rows
    ]
    return Found(lines, found.after)


_MEMBERS = Listing(
    "GET /members",
    "listMembers",
    "Members",
    row=MemberLine,
    query=MembersQuery,
    columns=(
        Column("name", "text"),
        Column("phone", "text"),
        Column("tier", "code"),
        Column("state", "code"),
        Column("branch", "code"),
        Column("day", "day", "m.day"),
        Column("tags", "text"),
        Column("member", "id"),
    ),
    find=find_members,
    key="m.member",
    order="-day",
    roles=BRANCH,
)
LISTINGS = (_MEMBERS,)


class Member(msgspec.Struct, frozen=True):
    """One line of the list. ``alias_of`` "": none."""

    member: Id
    masked_name: str
    tier: str
    frozen: bool
    alias_of: str
    branch: str
    day: str


class Held(msgspec.Struct, frozen=True):
    """What one holder may use of a lot; ``suspended``: of a closed log."""

    branch: str
    incarnation: Id
    rights: int
    suspended: int


class Lot(msgspec.Struct, frozen=True):
    """One lot: ``left`` of ``issued``, of which HQ holds ``own`` and ``set_aside``, until two people free that."""

    lot: Id
    asset: str
    issuer: str
    opened_on: str
    expires_on: str
    pair: str
    issued: int
    left: int
    own: int
    set_aside: int
    holders: list[Held]


class Card(msgspec.Struct, frozen=True):
    """A card by its keyed hash; ``member``: who brought it; ``number`` "": no profile tells it."""

    card: str
    state: str
    member: Id
    number: str


class Entitlement(msgspec.Struct, frozen=True):
    """A period or discount card; ``frozen_on`` "": it runs; ``state``: held, or ended (taken back)."""

    entitlement: Id
    plan: str
    branch: str
    first_day: str
    last_day: str
    frozen_on: str
    state: str


class MemberDetail(msgspec.Struct, frozen=True):
    """A member's account. ``consent`` "": none, ``consent_at`` (ms) 0: not known; ``became``: merged into this one."""

    member: Member
    consent: str
    consent_at: int
    became: list[Id]
    branches: list[str]
    tags: list[str]
    profile: dict[str, str]
    cards: list[Card]
    balances: dict[str, int]
    lots: list[Lot]
    entitlements: list[Entitlement]


class ReasonBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why it is done."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.NOTE)]


class CouponsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many coupons of one template, for promotions that take it. ``last_day`` "": for ever."""

    template: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    count: Annotated[int, msgspec.Meta(ge=1, le=limits.COUPONS)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.NOTE)]
    last_day: Annotated[str, msgspec.Meta(max_length=10)] = ""


class Coupons(msgspec.Struct, frozen=True):
    """The lot that was made, and how many coupons of the template the member has now in all."""

    lot: Id
    held: int


class MemberBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who registers, at home in which branch; all but branch and name may be "" (`tier` "": none)."""

    home: Annotated[str, msgspec.Meta(pattern=BRANCH_ID)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.DISPLAY)]
    phone: Annotated[str, msgspec.Meta(max_length=limits.SEARCH)] = ""
    card: Annotated[str, msgspec.Meta(max_length=limits.SEARCH)] = ""
    tier: Annotated[str, msgspec.Meta(max_length=32)] = ""
    consent: Annotated[str, msgspec.Meta(max_length=32)] = ""


class Registered(msgspec.Struct, frozen=True):
    """The new member's id."""

    member: Id


class ClosingBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``ordered``: all branches give the member's value back and stop using it; false: the order is lifted."""

    ordered: bool


class Ordered(msgspec.Struct, frozen=True):
    """How many holders were told."""

    holders: int


def get_member(work: Work, call: Call) -> MemberDetail:
    """One member's account."""
    found = members.detail(work.conn, call.id("member"), within(call))
    cards = members.numbered(work.conn, work.hq.keys.member_key, found.cards)
    return show(replace(found, cards=cards), MemberDetail)


def register_member(work: Work, call: Call) -> Registered:
    """Register a member; a phone or card that another has becomes a discrepancy."""
    new = registration.NewMember(**msgspec.structs.asdict(call.body))
    day = business_day(call.now)
    member = registration.register(work.conn, work.act(call), new, day, lambda: work.random_bytes(16))
    return Registered(member.hex())


def order_closing(work: Work, call: Call) -> Ordered:
    """Gather a member's value at HQ, or let it go out again."""
    do = member_orders.order_closing if call.body.ordered else member_orders.lift_closing
    return Ordered(do(work.conn, work.act(call), call.id("member")))


def give_coupons(work: Work, call: Call) -> Coupons:
    """Give a member coupons."""
    body: CouponsBody = call.body
    gift = coupons.Gift(body.template, body.count, body.last_day, body.reason)
    member, ids = call.id("member"), (work.random_bytes(16), work.random_bytes(16))
    lot = coupons.give(work.conn, work.act(call), member, gift, ids, business_day(call.now))
    return Coupons(lot.hex(), lots.balances(work.conn, member)[f"coupon:{body.template}"])


def freeze(work: Work, call: Call) -> Entitlement:
    """Have a period or discount card stand still from today on."""
    act, day = work.act(call), business_day(call.now)
    return show(entitlements.freeze(work.conn, act, call.id("entitlement"), call.body.reason, day), Entitlement)


def thaw(work: Work, call: Call) -> Entitlement:
    """Have it run again from today on, its end moved by the days it stood still."""
    act, day = work.act(call), business_day(call.now)
    return show(entitlements.thaw(work.conn, act, call.id("entitlement"), call.body.reason, day), Entitlement)


ROUTES = (
    route(
        "POST /members",
        "registerMember",
        "Register",
        Registered,
        register_member,
        body=MemberBody,
        roles=MEMBERS,
        status=201,
    ),
    route("GET /members/{member}", "getMember", "One member's account", MemberDetail, get_member, roles=BRANCH),
    route(
        "POST /members/{member}/closing",
        "orderClosing",
        "Gather a member's value at HQ",
        Ordered,
        order_closing,
        body=ClosingBody,
        roles=ADJUST,
    ),
    route(
        "POST /members/{member}/coupons",
        "giveCoupons",
        "Give a member coupons",
        Coupons,
        give_coupons,
        body=CouponsBody,
        roles=GOODS,
        status=201,
    ),
    route(
        "POST /entitlements/{entitlement}/freeze",
        "freezeEntitlement",
        "Have a period or discount card stand still",
        Entitlement,
        freeze,
        body=ReasonBody,
        roles=ADJUST,
    ),
    route(
        "POST /entitlements/{entitlement}/thaw",
        "thawEntitlement",
        "Have it run again",
        Entitlement,
        thaw,
        body=ReasonBody,
        roles=ADJUST,
    ),
)
