"""Members: found, shown with what they can spend here and in the whole chain, registered, cards bound and lost.

Answers of acts hold ids only, for they are stored: personal data lies in the profile rows and nowhere else.
"""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from edge_node.errors import Code as EdgeCode
from edge_node.errors import MendInputError
from edge_node.ledger import balances, change_log, members
from edge_node.ledger.members import MemberCard
from edge_node.ledger.rights import Wallet, wallet
from edge_node.limits import LISTED, PHOTO_TEXT, PROFILE_FIELDS
from edge_node.till import lookups, moments, naming, reminders
from edge_node.till import members as desk_members
from edge_node.till.lookups import SaleRow as LookedUpSale
from edge_node.till.lookups import TopUpRow as LookedUpTopUp
from edge_node.till.members import NewMember
from edge_node.web.approvals import ApprovalBody
from edge_node.web.fields import Body, Card, MaybeCode, Name, Search
from edge_node.web.sales import SaleRow, SaleRows
from edge_node.web.work import Nothing, Work, act, read
from foundation.http_api.route import Call, Id
from foundation.http_api.show import show

Fields = Annotated[
    dict[Annotated[str, Meta(max_length=32)], Annotated[str, Meta(max_length=PHOTO_TEXT)]],
    Meta(max_length=PROFILE_FIELDS),
]


_APART = frozenset({"photo", "password"})
"""Fields of a profile that are not shown with it: one is large, the other nobody's."""


class MemberQuery(Body):
    """One way to find a member: card, whole phone, last four digits, or ``q``: any of them, a name, its initials.

    ``read``: a device read it, nobody typed it; some chains find members in no other way.
    """

    card: Card | None = None
    phone: Search | None = None
    last4: Annotated[str, Meta(pattern=r"^[0-9]{4}$")] | None = None
    q: Search | None = None
    read: bool = False


class RegisterBody(Body):
    """Who becomes a member. ``consent``: the version of the privacy terms agreed to; null: the chain's present one."""

    name: Name
    phone: Annotated[str, Meta(max_length=32)] = ""
    card: Annotated[str, Meta(max_length=40)] = ""
    tier: MaybeCode = ""
    consent: MaybeCode | None = None
    fields: Fields = msgspec.field(default_factory=dict)


class CardBody(Body):
    """A card's number, as swiped or typed."""

    card: Card


class ProfileBody(Body):
    """Fields to be written; "" empties one. ``x_<name>``: the chain's own; ``photo``: a JPEG as base64."""

    fields: Fields


class PageQuery(Body):
    """A page: the latest rows, those before ``before`` (0: the newest)."""

    before: Annotated[int, Meta(ge=0, le=2**53)] = 0
    limit: Annotated[int, Meta(ge=1, le=LISTED)] = LISTED


class Expiring(msgspec.Struct, frozen=True):
    """Value usable here that expires first, within the month: so much of ``asset``, up to and on ``day``."""

    asset: str
    amount: int
    day: str


class MemberFound(msgspec.Struct, frozen=True):
    """A member in a list. ``name`` and ``phone_tail`` are "" when only other branches have seen the member."""

    member: Id
    name: str
    masked_name: str
    phone_tail: str
    tier: str
    tier_name: str
    frozen: bool
    has_photo: bool
    birthday_today: bool
    expiring: Expiring | None


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
    has_photo: bool
    birthday_today: bool
    expiring: Expiring | None
    profile: dict[str, str]
    cards: list[str]
    has_password: bool
    here: dict[str, int]
    chain: Chain | None
    warnings: list[str]


class Photo(msgspec.Struct, frozen=True):
    """A member's photo: a JPEG as base64, "" without one."""

    photo: str


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
    """A page of a member's top-ups in this branch; ``next``: what to ask ``before``, 0 at the end."""

    top_ups: list[TopUpRow]
    next: int


def _find(work: Work, call: Call) -> MembersFound:
    query: MemberQuery = call.query
    if sum(value is not None for value in (query.card, query.phone, query.last4, query.q)) != 1:
        raise MendInputError(EdgeCode.BAD_REQUEST, field="card|phone|last4|q")
    at = work.at(call)
    if naming.by_card_only(work.conn, at):
        found = naming.find_card(work.conn, at, query.card or query.q or "", read=query.read)
    elif query.card is not None:
        found = members.by_card(work.conn, work.node, query.card)
    elif query.phone is not None:
        found = members.by_phone(work.conn, work.node, query.phone)
    elif query.last4 is not None:
        found = members.by_last4(work.conn, work.node, query.last4)
    else:
        found = members.find(work.conn, work.node, query.q or "")
    return MembersFound([_found(work, call, card) for card in found])


def _found(work: Work, call: Call, card: MemberCard) -> MemberFound:
    profile = {name: value for name, (value, _) in members.profile(work.conn, card.member).items()}
    told = _told(work, call, profile, wallet(work.conn, work.node, card.member))
    phone = profile.get("phone", "")
    return show(card, MemberFound, phone_tail=phone[-4:], tier_name=_tier_name(work, card), **told)


def _told(work: Work, call: Call, profile: dict[str, str], has: Wallet) -> dict[str, object]:
    """What a cashier should see at once of a member's profile and wallet."""
    today = moments.today(work.conn, work.book, call.user.at, call.now)
    return {
        "has_photo": bool(profile.get("photo")),
        "birthday_today": reminders.birthday(profile.get("birthday", ""), today),
        "expiring": reminders.expiring(has, today),
    }


def _one(work: Work, call: Call) -> Member:
    asked = call.id("member")
    card = members.by_id(work.conn, asked)
    profile = {name: value for name, (value, _) in members.profile(work.conn, card.member).items() if value}
    chain = balances.chain_balance(work.conn, card.member)
    has = wallet(work.conn, work.node, card.member)
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
        profile={name: value for name, value in profile.items() if name not in _APART and name[:5] != "card:"},
        cards=members.cards_of(work.conn, work.node, card.member),
        has_password=bool(profile.get("password")),
        here=has.here(work.day(call)),
        chain=Chain(dict(chain.balances), chain.as_of) if chain else None,
        warnings=[code for code, holds in warnings.items() if holds],
        **_told(work, call, profile, has),
    )


def _photo(work: Work, call: Call) -> Photo:
    card = members.by_id(work.conn, call.id("member"))
    return Photo(members.profile(work.conn, card.member).get("photo", ("", 0))[0])


def _tier_name(work: Work, card: MemberCard) -> str:
    tier = work.book.tier(card.tier)
    return tier.name if tier else ""


def _register(work: Work, call: Call) -> MemberRef:
    body: RegisterBody = call.body
    consent = work.book.settings.till.privacy_terms.version if body.consent is None else body.consent
    new = NewMember(body.name, body.phone, body.card, body.tier, consent, body.fields)
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


def _typing(work: Work, call: Call) -> Nothing:
    naming.allow_typing(work.conn, work.at(call), work.approver)
    return Nothing()


def _edit(work: Work, call: Call) -> Nothing:
    body: ProfileBody = call.body
    desk_members.edit_profile(work.conn, work.at(call), call.id("member"), body.fields)
    work.tell("member", member=call.params["member"])
    return Nothing()


def _freeze(work: Work, call: Call) -> Nothing:
    desk_members.set_frozen(work.conn, work.at(call), call.id("member"), work.approver, frozen=True)
    work.tell("member", member=call.params["member"])
    return Nothing()


def _thaw(work: Work, call: Call) -> Nothing:
    desk_members.set_frozen(work.conn, work.at(call), call.id("member"), work.approver, frozen=False)
    work.tell("member", member=call.params["member"])
    return Nothing()


def _sales(work: Work, call: Call) -> SaleRows:
    card = members.by_id(work.conn, call.id("member"))
    query: PageQuery = call.query
    rows = lookups.of_member(work.conn, card.member, query.before or None, query.limit)
    return SaleRows([show(row, SaleRow) for row in rows], following(rows, query.limit))


def _top_ups(work: Work, call: Call) -> TopUpRows:
    card = members.by_id(work.conn, call.id("member"))
    query: PageQuery = call.query
    rows = lookups.top_ups_of(work.conn, card.member, query.before or None, query.limit)
    return TopUpRows([show(row, TopUpRow) for row in rows], following(rows, query.limit))


def following(rows: Sequence[LookedUpSale | LookedUpTopUp], limit: int) -> int:
    """Return what to ask ``before`` for the next page: 0 when this one was not full."""
    return rows[-1].entry if len(rows) == limit else 0


ROUTES = (
    read("/members", "findMembers", "Find members", MembersFound, _find, query=MemberQuery),
    act("POST /members", "registerMember", "Register a member", MemberRef, _register, body=RegisterBody),
    act("POST /members/typing", "allowTyping", "Let members be typed", Nothing, _typing, body=ApprovalBody),
    read("/members/{member}", "member", "A member and what can be spent", Member, _one),
    read("/members/{member}/photo", "memberPhoto", "A member's photo", Photo, _photo),
    act("PATCH /members/{member}", "editMember", "Write profile fields", Nothing, _edit, body=ProfileBody),
    act("POST /members/{member}/cards", "bindCard", "Give one more card", Nothing, _bind, body=CardBody),
    act("POST /members/{member}/cards/lost", "loseCard", "Report a card as lost", Nothing, _lose, body=CardBody),
    act("POST /members/{member}/freeze", "freezeMember", "Freeze a member", Nothing, _freeze, body=ApprovalBody),
    act("POST /members/{member}/thaw", "thawMember", "Let it be used again", Nothing, _thaw, body=ApprovalBody),
    read("/members/{member}/sales", "memberSales", "The latest sales here", SaleRows, _sales, query=PageQuery),
    read("/members/{member}/top-ups", "memberTopUps", "The latest top-ups here", TopUpRows, _top_ups, query=PageQuery),
)
