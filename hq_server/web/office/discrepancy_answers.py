"""What the office tells of a discrepancy's evidence: entries as they were signed, and the rows that it is about."""

from typing import Any

import msgspec

from foundation.http_api.route import Id


class Posting(msgspec.Struct, frozen=True):
    """One double-entry line; positive is a debit."""

    account: str
    unit: str
    amount: int


class Evidence(msgspec.Struct, frozen=True):
    """An entry as its node wrote it. ``signer`` "": its signature or its chain did not stand the check just now."""

    branch: str
    incarnation: Id
    seq: int
    kind: str
    at: int
    arrived: int
    hash: str
    signer: str
    kept: bool
    postings: list[Posting]
    body: dict[str, Any] | None


class ConcernedMember(msgspec.Struct, frozen=True):
    """A member whom it is about; ``seen``: branches that met them, blanks between."""

    member: Id
    name: str
    tier: str
    day: str
    frozen: bool
    alias_of: str
    cards: int
    seen: str


class ConcernedLot(msgspec.Struct, frozen=True):
    """A lot that it is about, in units of its asset."""

    lot: Id
    owner: str
    asset: str
    issuer: str
    issued: int
    own: int
    spent: int
    exposure: int


class ConcernedHolder(msgspec.Struct, frozen=True):
    """What one log holds of that lot."""

    branch: str
    incarnation: Id
    state: str
    granted: int
    born: int
    gone: int
    suspended: int
    exposure: int


class ConcernedLog(msgspec.Struct, frozen=True):
    """A log that it is about; ``said_at`` its node's clock in its newest entry, ``said_arrived`` when that came."""

    branch: str
    node: Id
    incarnation: Id
    state: str
    reason: str
    acked_seq: int
    applied_seq: int
    said_at: int
    said_arrived: int


class Conflict(msgspec.Struct, frozen=True):
    """Both values of a field that was edited in two places; told to those alone who read profiles of all members."""

    field: str
    replaced: str
    applied: str


class Count(msgspec.Struct, frozen=True):
    """One tender of a shift, minor units."""

    tender: str
    expected: int
    counted: int


class PriceStep(msgspec.Struct, frozen=True):
    """One step of a price: its code, what it went by, what it added."""

    code: str
    params: list[tuple[str, int | str]]
    amount: int


class PriceLine(msgspec.Struct, frozen=True):
    """One line priced again; ``said``: the discounts that the sale names."""

    line: int
    item: str
    name: str
    expected: int
    found: int
    agrees: bool
    steps: list[PriceStep]
    said: list[tuple[str, int]]


class Price(msgspec.Struct, frozen=True):
    """A sale priced again. ``known`` false: what it was priced by is gone, nobody can tell."""

    known: bool
    tier: str
    problem: str
    lines: list[PriceLine]


class Concerned(msgspec.Struct, frozen=True):
    """The rows that a discrepancy is about."""

    members: list[ConcernedMember]
    lots: list[ConcernedLot]
    holders: list[ConcernedHolder]
    logs: list[ConcernedLog]
    conflict: Conflict | None
    counts: list[Count]
    price: Price | None
