"""Members as the office sees them. Personal data comes from profile rows, never from a log."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hq_server.errors import Code, InputError
from hq_server.head_office import tags
from hq_server.ledger import aliases, entitlements, lots
from hq_server.ledger.members import HIDDEN, keyed_hash
from hq_server.storage.bulk import select_in
from hq_server.storage.database import Connection


@dataclass(frozen=True, slots=True)
class Member:
    """One line of the list; ``no`` of the log is told as the branch that registered the member."""

    member: bytes
    masked_name: str
    tier: str
    frozen: bool
    alias_of: bytes
    branch: str
    day: str


@dataclass(frozen=True, slots=True)
class Held:
    """The part of a lot that one holder may use; ``suspended``: of a closed log, waiting for a release."""

    branch: str
    incarnation: bytes
    rights: int
    suspended: int


@dataclass(frozen=True, slots=True)
class MemberLot:
    """One lot of a member, with the one invariant's terms that the office asks for."""

    lot: bytes
    asset: str
    issuer: str
    opened_on: str
    expires_on: str
    pair: bytes
    issued: int
    left: int
    own: int
    set_aside: int
    holders: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A card by its keyed hash; ``number``: as a profile has it, "" where none does. ``member``: who brought it."""

    card: bytes
    state: str
    member: bytes
    number: str = ""


@dataclass(frozen=True, slots=True)
class MemberDetail:
    """A member with profile, cards and lots; what happened stands in the acts (``analysis``).

    ``consent``: version of the privacy terms agreed to, "" none; ``consent_at``: when (ms), 0 not known; ``became``:
    who was merged into this one; ``branches``: that have met the member.
    """

    member: Member
    consent: str
    consent_at: int
    became: tuple[bytes, ...]
    branches: tuple[str, ...]
    tags: tuple[str, ...]
    profile: dict[str, str]
    cards: tuple[Card, ...]
    balances: dict[str, int]
    lots: tuple[MemberLot, ...]
    entitlements: tuple[entitlements.Held, ...]


_COLUMNS = (
    "m.member, m.masked_name, m.tier, m.frozen, m.alias_of, coalesce(i.branch, ''), m.day, m.consent"
    " FROM members m LEFT JOIN incarnations i ON i.no = m.no"
)


def detail(conn: Connection, member: bytes, at: str = "") -> MemberDetail:
    """Return all that the office may see of one member, with what those had who became this one.

    `at`: only of members whom that branch has met ("" all). InputError ``unknown_member``.
    """
    rows = conn.execute(
        f"SELECT {_COLUMNS} WHERE m.member = ?1"  # noqa: S608 - our own words
        " AND (?2 = '' OR EXISTS (SELECT 1 FROM seen WHERE member = ?1 AND branch = ?2))",
        (member, at),
    ).fetchall()
    if not rows:
        raise InputError(Code.UNKNOWN_MEMBER)
    became = aliases.merged_into(conn, [member]).get(member, [])
    owners = [member, *became]
    rows_of = conn.execute("SELECT field, value FROM profiles WHERE member = ? ORDER BY field", (member,))
    profile = {field: value for field, value in rows_of if field not in HIDDEN}
    cards = select_in(conn, "SELECT card, state, member FROM cards WHERE member IN ({})", owners)
    branches = conn.execute("SELECT branch FROM seen WHERE member = ? ORDER BY branch", (member,)).fetchall()
    m, name, tier, frozen, alias, branch, day, consent = rows[0]
    balances: dict[str, int] = {}
    for owner in owners:
        for asset, left in lots.balances(conn, owner).items():
            balances[asset] = balances.get(asset, 0) + left
    return MemberDetail(
        Member(m, name, tier, bool(frozen), alias, branch, day),
        consent,
        _consented(conn, member),
        tuple(became),
        tuple(branch for (branch,) in branches),
        tuple(tags.of_members(conn, [member]).get(member, [])),
        profile,
        tuple(Card(*row) for row in sorted(set(cards))),
        balances,
        tuple(_lots(conn, owners)),
        tuple(held for owner in owners for held in entitlements.of_member(conn, owner)),
    )


def numbered(conn: Connection, member_key: bytes, cards: Sequence[Card]) -> tuple[Card, ...]:
    """Put the numbers to cards: they stand in the profiles of those who brought them."""
    sql = "SELECT value FROM profiles WHERE field >= 'card:' AND field < 'card:~' AND value <> '' AND member IN ({})"
    values = {value for (value,) in select_in(conn, sql, {card.member for card in cards})}
    numbers = {keyed_hash(member_key, "card", value): value for value in values}
    return tuple(replace(card, number=numbers.get(card.card, "")) for card in cards)


def _consented(conn: Connection, member: bytes) -> int:
    """When (ms) the member last agreed to privacy terms or withdrew that, as far as the facts are read; else 0."""
    row = conn.execute(
        "SELECT max(at) FROM acts WHERE member = ? AND kind = 'member' AND act IN ('registered', 'consent')", (member,)
    ).fetchone()
    return int(row[0] or 0)


def _lots(conn: Connection, owners: Sequence[bytes]) -> list[MemberLot]:
    """The lots of a member and of who became it, oldest first, and who holds them."""
    owned = [lot for of_owner in lots.of_owners(conn, owners).values() for lot in of_owner]
    holders = lots.holders(conn, [lot.lot for lot in owned])
    rows = conn.execute("SELECT no, branch, incarnation, state IN ('open', 'adopting') FROM incarnations")
    logs = {no: (branch, incarnation, is_open) for no, branch, incarnation, is_open in rows}
    return [
        MemberLot(
            lot.lot,
            lot.asset,
            lot.issuer,
            lot.opened_on,
            lot.expires_on,
            lot.pair,
            lot.issued,
            lot.left,
            lot.own,
            lot.set_aside,
            tuple(_held(held, *logs[held.no]) for held in holders.get(lot.lot, [])),
        )
        for lot in sorted(owned, key=lambda lot: (lot.opened_on, lot.lot))
    ]


def _held(holder: lots.Holder, branch: str, incarnation: bytes, is_open: int) -> Held:
    """A closed log has no rights that it may use, whatever its counters say."""
    return Held(branch, incarnation, holder.rights if is_open else 0, holder.suspended)
