"""Passwords of members' cards typed with an act: whose they are, and their digest, worked as PINs are."""

from typing import NamedTuple

from edge_node.errors import EdgeError
from edge_node.ledger import card_passwords, members
from edge_node.storage.database import Connection
from edge_node.till import baskets
from foundation.http_api.route import Call


class CardProof(NamedTuple):
    """A password that was typed for a member's cards, worked through scrypt off the database thread."""

    member: bytes
    digest: bytes


class Asked(NamedTuple):
    """Whose password was typed, and the salt to work it with."""

    member: bytes
    salt: bytes


def typed(call: Call) -> str | None:
    """Return the password that a body brings to prove who pays or changes it; None without one."""
    body = call.body
    return getattr(body, "old", None) if "member" in call.params else getattr(body, "password", None)


def asked(conn: Connection, call: Call) -> Asked | None:
    """Find whose password it must be: the member of the path, of the basket, or of the body. None: nobody's."""
    try:
        member = _member(conn, call)
        card = members.by_id(conn, member) if member else None
    except EdgeError:
        return None  # the act itself says what is wrong
    found = card_passwords.kept(conn, card.member) if card else None
    return Asked(card.member, found.salt) if card and found else None


def _member(conn: Connection, call: Call) -> bytes:
    if "member" in call.params:
        return call.id("member")
    if "basket" in call.params:
        return baskets.get(conn, call.id("basket")).basket.member
    return bytes.fromhex(getattr(call.body, "member", None) or "")
