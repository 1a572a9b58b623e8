"""Members at the till: registered offline too, cards bound and lost, profiles edited.

The log gets ids and commitments; the personal rows go to the outbox beside it, in the same transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from commerce.checks import check_text
from commerce.facts import Fact, MemberChanged, MemberRegistered
from commerce.reference import ProfileEdit
from edge_node import limits
from edge_node.errors import AskPersonError, Code, MendInputError
from edge_node.ledger import members, outbox
from edge_node.ledger.commit import Committed, commit
from edge_node.ledger.hashes import commitment, keyed_hash, normal_card
from edge_node.ledger.sign_ins import Staff
from edge_node.storage.database import Connection
from edge_node.till.at import At, approved, desk
from edge_node.till.profile_fields import checked


@dataclass(frozen=True, slots=True)
class NewMember:
    """Who registers. ``phone`` and ``card`` may be ""; ``consent``: version of the privacy terms agreed to."""

    name: str
    phone: str = ""
    card: str = ""
    tier: str = ""
    consent: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registered:
    """A member came into being."""

    member: bytes
    entry: Committed


def register(conn: Connection, at: At, new: NewMember) -> Registered:
    """Register a member, with a card if one is given; in another tier than the default one by a shift lead only.

    AskPersonError ``phone_taken`` or ``card_taken`` when this branch knows another member by it; two dark branches may
    still both register one phone, which HQ makes a discrepancy.
    """
    typed = {**new.fields, "name": new.name, **({"phone": new.phone} if new.phone else {})}
    fields = checked(at.book.settings.till.custom_fields, typed, new=True)
    if "phone" in fields and members.by_phone(conn, at.node, fields["phone"]):
        raise AskPersonError(Code.PHONE_TAKEN)
    tier = new.tier or at.book.settings.default_tier
    if tier and at.book.tier(tier) is None:
        raise MendInputError(Code.UNKNOWN_RULE, tier=tier[:32])
    if tier != at.book.settings.default_tier:
        at.staff.require("shift_lead")
    member, day = at.new_id(), _day(conn, at)
    if new.card:
        fields["card:1"] = normal_card(new.card)
    edits = _edits(at, member, fields, {})
    body = MemberRegistered("registered", member, tier, day, check_text(new.consent, "consent", 32), commitment(edits))
    written = commit(conn, at.node, Fact("member", body), at.now)
    members.write_fields(conn, at.node, member, fields)
    if new.card:
        members.bind_card(conn, at.node, member, fields["card:1"])
    outbox.put(conn, edits)
    return Registered(member, written)


def bind_card(conn: Connection, at: At, member: bytes, number: str) -> None:
    """Give a member one more card."""
    bind_field(conn, at, member, number)


def bind_field(conn: Connection, at: At, member: bytes, number: str) -> str:
    """Give a member one more card; return the profile's field that holds its number."""
    card = members.by_id(conn, member)
    known = members.profile(conn, card.member)
    taken = [name for name in known if name.startswith("card:")]
    if len(taken) >= limits.CARDS_PER_MEMBER:
        raise MendInputError(Code.TOO_MANY, field="cards", limit=limits.CARDS_PER_MEMBER)
    text = normal_card(number)
    members.bind_card(conn, at.node, card.member, text)
    free = next(n for n in range(1, limits.CARDS_PER_MEMBER + 2) if f"card:{n}" not in known)
    _change(conn, at, card.member, "card_bound", {f"card:{free}": text}, _card_hash(at, text))
    return f"card:{free}"


def lose_card(conn: Connection, at: At, member: bytes, number: str) -> Committed:
    """Report a card as lost: it finds nobody from now on, here at once and elsewhere once HQ has heard."""
    card = members.by_id(conn, member)
    text = normal_card(number)
    members.lose_card(conn, at.node, card.member, text)
    return _note(conn, at, "card_lost", card.member, _card_hash(at, text))


def edit_profile(conn: Connection, at: At, member: bytes, fields: Mapping[str, str]) -> tuple[Committed, ...]:
    """Write profile fields, one fact each. HQ's order of arrival decides between branches, field by field."""
    card = members.by_id(conn, member)
    right = checked(at.book.settings.till.custom_fields, fields)
    if "phone" in right:
        others = members.by_phone(conn, at.node, right["phone"]) if right["phone"] else ()
        if any(other.member != card.member for other in others):
            raise AskPersonError(Code.PHONE_TAKEN)
    return tuple(_change(conn, at, card.member, "profile", {name: value}) for name, value in sorted(right.items()))


def write_field(conn: Connection, at: At, member: bytes, name: str, value: str) -> Committed:
    """Write one field that has an act of its own; the caller has checked it."""
    return _change(conn, at, member, "profile", {name: value})


def set_frozen(conn: Connection, at: At, member: bytes, approver: Staff | None = None, *, frozen: bool) -> Committed:
    """Freeze a member's value, or thaw it (a shift lead, at the till or `approver`, whose number is written down)."""
    by = approved(approver or (at.staff if at.staff.may("shift_lead") else None))
    card = members.by_id(conn, member)
    return _note(conn, at, "frozen" if frozen else "thawed", card.member, by.number)


def _card_hash(at: At, number: str) -> str:
    """Return the keyed hash of a card in hexadecimal: how facts name it, so that HQ finds the same card."""
    return keyed_hash(at.node.member_key, "card", number).hex()


def _change(  # noqa: PLR0917 - the parts of the fact
    conn: Connection, at: At, member: bytes, act: str, fields: dict[str, str], value: str = ""
) -> Committed:
    """Write one field with its fact (which names the field, or the `value` given) and its outbox row."""
    known = members.profile(conn, member)
    edits = _edits(at, member, fields, {name: version for name, (_, version) in known.items()})
    (name,) = fields
    body = MemberChanged(act, member, _day(conn, at), at.staff.number, value or name, commitment(edits))
    written = commit(conn, at.node, Fact("member", body), at.now)
    members.write_fields(conn, at.node, member, fields)
    outbox.put(conn, edits)
    return written


def _note(conn: Connection, at: At, act: str, member: bytes, value: str) -> Committed:
    """Write a change of a member that has no personal part."""
    body = MemberChanged(act, member, _day(conn, at), at.staff.number, value, b"")
    return commit(conn, at.node, Fact("member", body), at.now)


def _edits(at: At, member: bytes, fields: Mapping[str, str], versions: Mapping[str, int]) -> tuple[ProfileEdit, ...]:
    """Make the outbox rows, each with a salt of its own."""
    return tuple(
        ProfileEdit(member, name, value, versions.get(name, 0), at.new_id()) for name, value in sorted(fields.items())
    )


def _day(conn: Connection, at: At) -> str:
    """Business date of the till's shift: nothing happens outside of one."""
    return desk(conn, at).day
