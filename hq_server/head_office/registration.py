"""Registering members at head office: imports, and members who register elsewhere than at a till.

As at a till, the log gets the id and a commitment; the personal rows go into the profile tables beside it.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from commerce.facts import Fact, MemberRegistered
from commerce.reference import ProfileEdit
from hq_server.errors import Code, InputError
from hq_server.head_office import branches, catalogue, limits
from hq_server.head_office.act import Act
from hq_server.head_office.values import normal_card, normal_phone, text
from hq_server.ledger.members import take_edits
from hq_server.ledger.record import record
from hq_server.storage.database import Connection

_ENCODER = msgspec.msgpack.Encoder()


@dataclass(frozen=True, slots=True)
class NewMember:
    """Who registers, and at which branch the member is at home. ``phone``, ``card`` and ``consent`` may be ""."""

    home: str
    name: str
    phone: str = ""
    card: str = ""
    tier: str = ""
    consent: str = ""


def register(conn: Connection, act: Act, new: NewMember, day: str, new_id: Callable[[], bytes]) -> bytes:
    """Register a member on business date `day` and return the id; phone or card given twice become discrepancies.

    InputError ``bad_value`` naming the field, ``unknown_branch`` or ``unknown_row`` (tier).
    """
    if not branches.exists(conn, new.home):
        raise InputError(Code.UNKNOWN_BRANCH)
    if new.tier:
        catalogue.get(conn, "", f"tier:{new.tier}")
    fields = {"name": text(new.name, "name", limits.DISPLAY, required=True).strip()}
    if new.phone:
        fields["phone"] = normal_phone(new.phone)
    if new.card:
        fields["card:1"] = normal_card(new.card)
    member = new_id()
    edits = tuple(ProfileEdit(member, field, value, 0, new_id()) for field, value in sorted(fields.items()))
    consent = text(new.consent, "consent", 32)
    body = MemberRegistered("registered", member, new.tier, day, consent, commitment(edits))
    record(conn, act.hq, Fact("member", body), act.now)
    take_edits(conn, act.hq, new.home, list(edits), act.now)
    return member


def commitment(edits: tuple[ProfileEdit, ...]) -> bytes:
    """Bind the rows into the fact as an edge node does: hash over SHA-256(salt ‖ [member, field, value, version])."""
    total = hashlib.sha256()
    for edit in edits:
        row = _ENCODER.encode((edit.member, edit.field, edit.value, edit.version_seen))
        total.update(hashlib.sha256(edit.salt + row).digest())
    return total.digest()
