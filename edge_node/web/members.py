"""Members: found, shown with what they can spend here and in the whole chain, registered, cards bound and lost.

Answers of acts hold ids only, for they are stored: personal data lies in the profile rows and nowhere else.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from edge_node.errors import Code as EdgeCode
from edge_node.errors import MendInputError
from edge_node.ledger import balances, change_log, members
from edge_node.ledger.members import MemberCard
from edge_node.ledger.rights import wallet
from edge_node.limits import PROFILE_FIELDS, PROFILE_VALUE
from edge_node.till import lookups
from edge_node.till import members as desk_members
from edge_node.till.members import NewMember
from edge_node.web.fields import Body, Card, MaybeCode, Name, Search
from edge_node.web.sales import SaleRow, SaleRows
from edge_node.web.work import SHIFT_LEAD, Nothing, Work, act, read
from foundation.http_api.route import Call, Id
from foundation.http_api.show import show

Fields = Annotated[
    dict[Annotated[str, Meta(max_length=16)], Annotated[str, Meta(max_length=PROFILE_VALUE)]],
    Meta(max_length=PROFILE_FIELDS),
]


class MemberQuery(Body):
    """One way to find a member: card, whole phone, last four digits, or ``q``: any of them, a name, its initials."""

    card: Card | None = None
    phone: Search | None = None
    last4: Annotated[str, Meta(pattern=r"^[0-9]{4}$")] | None = None
    q: Search | None = None


class RegisterBody(Body):
    """Who becomes a member. ``consent``: the version of the privacy terms agreed to."""

    name: Name
    phone: Annotated[str, Meta(max_length=32)] = ""
    card: Annotated[str, Meta(max_length=40)] = ""
    tier: MaybeCode = ""
    consent: MaybeCode = ""
    fields: Fields = msgspec.field(default_factory=dict)


class CardBody(Body):
    """A card's number, as swiped or typed."""

    card: Card


class ProfileBody(Body):
    """Fields of the profile to be written; "" empties one."""

    fields: Fields


class MemberFound(msgspec.Struct, frozen=True):
    """A member in a list. ``name`` and ``phone_tail`` are "" when only other branches have seen the member."""

    member: Id
    name: str
    masked_name: str
    phone_tail: str
    tier: str
    tier_name: str
    frozen: bool


class MembersFound(msgspec.Struct, frozen=True):
    """Who was found, one screen at most."""

    members: list[MemberFound]


class Chain(msgspec.Struct, frozen=True):
    """The whole chain's balances as HQ knew them at ``as_of`` (ms): the oldest holder's last word."""

    balances: dict[str, int]
    as_of: int


class Member(msgspec.Struct, frozen=True):
    """A member. ``here``: usable here without asking anyone, per asset. ``chain``: null while HQ never said.

    ``warnings``: frozen, merged (the id asked for became this member), stopped (no stored value here now),
    seen_elsewhere (no profile here yet).
    """

    member: Id
    name: str
    masked_name: str
    tier: str
    tier_name: str
    frozen: bool
    profile: dict[str, str]
    cards: list[str]
    here: dict[str, int]
    chain: Chain | None
    warnings: list[str]


class MemberRef(msgspec.Struct, frozen=True):
    """A member's id."""

    member: Id


class TopUpRow(msgspec.Struct, frozen=True):
    """A top-up in a list, minor units."""

    issue: Id
    number: str
    day: str
    total: int
    undone: bool


class TopUpRows(msgspec.Struct, frozen=True):
    """A member's latest top-ups in this branch."""

    top_ups: list[TopUpRow]


def _find(work: Work, call: Call) -> MembersFound:
    query: MemberQuery = call.query
    if sum(value is not None for value in (query.card, query.phone, query.last4, query.q)) != 1:
        raise MendInputError(EdgeCode.BAD_REQUEST, field="card|phone|last4|q")
    if query.card is not None:
        found = members.by_card(work.conn, work.node, query.card)
    elif query.phone is not None:
        found = members.by_phone(work.conn, work.node, query.phone)
    elif query.last4 is not None:
        found = members.by_last4(work.conn, work.node, query.last4)
    else:
        found = members.find(work.conn, work.node, query.q or "")
    return MembersFound([_found(work, card) for card in found])


def _found(work: Work, card: MemberCard) -> MemberFound:
    phone, _ = members.profile(work.conn, card.member).get("phone", ("", 0))
    return show(card, MemberFound, phone_tail=phone[-4:], tier_name=_tier_name(work, card))


def _one(work: Work, call: Call) -> Member:
    asked = call.id("member")
    card = members.by_id(work.conn, asked)
    profile = {name: value for name, (value, _) in members.profile(work.conn, card.member).items() if value}
    chain = balances.chain_balance(work.conn, card.member)
    warnings = {
        "frozen": card.frozen,
        "merged": card.member != asked,
        "stopped": bool(change_log.head(work.conn, work.node.no).stopped),
        "seen_elsewhere": not card.name,
    }
    return show(
        card,
        Member,
        tier_name=_tier_name(work, card),
        profile={name: value for name, value in profile.items() if not name.startswith("card:")},
        cards=[value for name, value in sorted(profile.items()) if name.startswith("card:")],
        here=wallet(work.conn, work.node, card.member).here(work.day(call)),
        chain=Chain(dict(chain.balances), chain.as_of) if chain else None,
        warnings=[code for code, holds in warnings.items() if holds],
    )


def _tier_name(work: Work, card: MemberCard) -> str:
    tier = work.book.tier(card.tier)
    return tier.name if tier else ""


def _register(work: Work, call: Call) -> MemberRef:
    body: RegisterBody = call.body
    new = NewMember(body.name, body.phone, body.card, body.tier, body.consent, body.fields)
    made = desk_members.register(work.conn, work.at(call), new)
    work.tell("member", member=made.member.hex())
    return MemberRef(made.member.hex())


def _bind(work: Work, call: Call) -> Nothing:
    body: CardBody = call.body
    desk_members.bind_card(work.conn, work.at(call), call.id("member"), body.card)
    work.tell("member", member=call.params["member"])
    return Nothing()


def _lose(work: Work, call: Call) -> Nothing:
    body: CardBody = call.body
    desk_members.lose_card(work.conn, work.at(call), call.id("member"), body.card)
    work.tell("member", member=call.params["member"])
    return Nothing()


def _edit(work: Work, call: Call) -> Nothing:
    body: ProfileBody = call.body
    desk_members.edit_profile(work.conn, work.at(call), call.id("member"), body.fields)
    work.tell("member", member=call.params["member"])
    return Nothing()


def _freeze(work: Work, call: Call) -> Nothing:
    desk_members.set_frozen(work.conn, work.at(call), call.id("member"), frozen=True)
    work.tell("member", member=call.params["member"])
    return Nothing()


def _thaw(work: Work, call: Call) -> Nothing:
    desk_members.set_frozen(work.conn, work.at(call), call.id("member"), frozen=False)
    work.tell("member", member=call.params["member"])
    return Nothing()


def _sales(work: Work, call: Call) -> SaleRows:
    card = members.by_id(work.conn, call.id("member"))
    return SaleRows([show(row, SaleRow) for row in lookups.of_member(work.conn, card.member)], 0)


def _top_ups(work: Work, call: Call) -> TopUpRows:
    card = members.by_id(work.conn, call.id("member"))
    return TopUpRows([show(row, TopUpRow) for row in lookups.top_ups_of(work.conn, card.member)])


ROUTES = (
    read("/members", "findMembers", "Find members", MembersFound, _find, query=MemberQuery),
    act("POST /members", "registerMember", "Register a member", MemberRef, _register, body=RegisterBody),
    read("/members/{member}", "member", "A member and what can be spent", Member, _one),
    act("PATCH /members/{member}", "editMember", "Write profile fields", Nothing, _edit, body=ProfileBody),
    act("POST /members/{member}/cards", "bindCard", "Give one more card", Nothing, _bind, body=CardBody),
    act("POST /members/{member}/cards/lost", "loseCard", "Report a card as lost", Nothing, _lose, body=CardBody),
    act("POST /members/{member}/freeze", "freezeMember", "Freeze a member's value", Nothing, _freeze, roles=SHIFT_LEAD),
    act("POST /members/{member}/thaw", "thawMember", "Let it be used again", Nothing, _thaw, roles=SHIFT_LEAD),
    read("/members/{member}/sales", "memberSales", "The latest sales here", SaleRows, _sales),
    read("/members/{member}/top-ups", "memberTopUps", "The latest top-ups here", TopUpRows, _top_ups),
)
