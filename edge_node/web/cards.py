"""Members' cards: given out of the branch's range, replaced, guarded by a password; and value moved between members.

Stored answers name the profile's field that holds a card's number; the number itself is read when one is given.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from commerce.limits import CARD_PREFIX_MAX, CARD_SERIAL_MAX
from commerce.reference import CardRangeRow
from edge_node.errors import Code as EdgeCode
from edge_node.errors import MendInputError
from edge_node.ledger import card_serials, members, reference_local
from edge_node.ledger.card_passwords import Kept
from edge_node.till import cards, transfers
from edge_node.web.approvals import Approved, MayBeApproved
from edge_node.web.fields import Body, Card, Pin, Reason
from edge_node.web.work import MANAGER, Nothing, Work, act, read
from foundation.http_api.route import Call, Id
from foundation.http_api.show import show

Serial = Annotated[int, Meta(ge=0, le=CARD_SERIAL_MAX)]


class NoBody(Body):
    """There is nothing to say."""


class ReplaceBody(Body):
    """The card that finds nobody from now on, and the new one; null: the next of the branch's range."""

    old: Card
    new: Card | None = None


class TransferBody(Approved, kw_only=True):
    """To whom, and why."""

    to: Id
    reason: Reason


class PasswordBody(MayBeApproved, kw_only=True):
    """The new password of a member's cards, null for none. One that is there takes the old one, or an approval."""

    password: Pin | None
    old: Pin | None = None

    def pins(self, own: str) -> tuple[tuple[str, str, bool], ...]:
        """List the approver's PIN, and the new password, which gets a salt of its own."""
        fresh = () if self.password is None else (("", self.password, True),)
        return (*super().pins(own), *fresh)


class RangeBody(Body):
    """Card numbers of this shop: ``prefix``, a serial from ``first`` to ``last``, and a check digit."""

    prefix: Annotated[str, Meta(pattern=r"^[0-9]+$", max_length=CARD_PREFIX_MAX)]
    first: Serial
    last: Serial


class CardAnswer(msgspec.Struct, frozen=True):
    """A card that a member has; "" when it was taken away since."""

    card: str


class CardRange(msgspec.Struct, frozen=True):
    """A branch's range. ``left``: numbers not given out yet; some of them may be out and are passed over."""

    prefix: str
    first: int
    last: int
    next: int
    left: int


class Transferred(msgspec.Struct, frozen=True):
    """Stored value moved. ``elsewhere``: what the member has in other branches, as HQ last told it (``as_of``)."""

    withdraw: Id
    to: Id
    principal: int
    bonus: int
    balances: dict[str, int]
    elsewhere: int
    as_of: int


class CardRef(msgspec.Struct, frozen=True, tag="card"):
    """What is stored of a card that was given: whose, and where its number stands."""

    member: Id
    field: str


def see(work: Work, ref: CardRef) -> CardAnswer:
    """Show the card as the profile has it now."""
    card = members.by_id(work.conn, bytes.fromhex(ref.member))
    return CardAnswer(members.profile(work.conn, card.member).get(ref.field, ("", 0))[0])


def _issue(work: Work, call: Call) -> CardRef:
    field = cards.issue(work.conn, work.at(call), call.id("member"))
    return _told(work, call, field)


def _replace(work: Work, call: Call) -> CardRef:
    body: ReplaceBody = call.body
    field = cards.replace(work.conn, work.at(call), call.id("member"), body.old, body.new)
    return _told(work, call, field)


def _told(work: Work, call: Call, field: str) -> CardRef:
    work.tell("member", member=call.params["member"])
    return CardRef(call.params["member"], field)


def _transfer(work: Work, call: Call) -> Transferred:
    body: TransferBody = call.body
    to = bytes.fromhex(body.to)
    done = transfers.transfer(work.conn, work.at(call), call.id("member"), to, body.reason, work.approver)
    for member in (done.member, done.to):
        work.tell("member", member=member.hex())
    return show(done, Transferred)


def _password(work: Work, call: Call) -> Nothing:
    body: PasswordBody = call.body
    proof = None if body.password is None else work.fresh()
    fresh = None if proof is None else Kept(proof.salt, proof.digest)
    cards.set_password(work.conn, work.at(call), call.id("member"), fresh, work.approver, work.proved)
    work.tell("member", member=call.params["member"])
    return Nothing()


def _range(work: Work, call: Call) -> CardRange:
    _ = call
    found = card_serials.find(work.conn, work.node)
    if found is None:
        return CardRange("", 0, 0, 0, 0)
    row = found.range
    return CardRange(row.prefix, row.first, row.last, found.next, max(0, row.last - found.next + 1))


def _put_range(work: Work, call: Call) -> Nothing:
    body: RangeBody = call.body
    if body.first > body.last:
        raise MendInputError(EdgeCode.BAD_REQUEST, field="last")
    row = CardRangeRow(work.node.branch, body.prefix, body.first, body.last, body.first)
    reference_local.write_row(work.conn, work.node, row, call.user.name, call.now)
    work.reference_changed = True
    work.tell("reference")
    return Nothing()


_ONE = "/members/{member}"

ROUTES = (
    act(f"POST {_ONE}/cards/issue", "issueCard", "Give the next card of the range", CardAnswer, _issue, body=NoBody),
    act(f"POST {_ONE}/cards/replace", "replaceCard", "Give a card for another", CardAnswer, _replace, body=ReplaceBody),
    act(f"POST {_ONE}/transfer", "transferValue", "Move stored value", Transferred, _transfer, body=TransferBody),
    act(f"PUT {_ONE}/password", "setCardPassword", "Set the cards' password", Nothing, _password, body=PasswordBody),
    read("/card-range", "cardRange", "Card numbers of this branch", CardRange, _range, roles=MANAGER),
    act("PUT /card-range", "putCardRange", "Set the range", Nothing, _put_range, body=RangeBody, roles=MANAGER),
)
