"""Members as the office sees them. Personal data comes from profile rows, never from a log."""

from dataclasses import dataclass

from hq_server.errors import Code, InputError
from hq_server.head_office import limits
from hq_server.head_office.values import last_four, normal_card, normal_phone, text
from hq_server.ledger import entitlements, lots
from hq_server.ledger.context import Hq
from hq_server.ledger.members import HIDDEN, keyed_hash
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
    """A card by its keyed hash: the number itself is known to nobody here."""

    card: bytes
    state: str


@dataclass(frozen=True, slots=True)
class MemberSale:
    """One sale in a member's list; ``total`` in minor units."""

    sale: bytes
    branch: str
    day: str
    total: int


@dataclass(frozen=True, slots=True)
class MemberDetail:
    """A member with profile, cards, lots and the latest sales."""

    member: Member
    profile: dict[str, str]
    cards: tuple[Card, ...]
    balances: dict[str, int]
    lots: tuple[MemberLot, ...]
    sales: tuple[MemberSale, ...]
    entitlements: tuple[entitlements.Held, ...]


_COLUMNS = (
    "m.member, m.masked_name, m.tier, m.frozen, m.alias_of, coalesce(i.branch, ''), m.day"
    " FROM members m LEFT JOIN incarnations i ON i.no = m.no"
)

_HASHED = (
    ("WHERE m.last4_hash = ?", "last4", last_four),
    ("WHERE m.phone_hash = ?", "phone", normal_phone),
    ("JOIN cards c ON c.member = m.member WHERE c.card = ?", "card", normal_card),
)
"""What a search text may be, tried in this order; each form refuses a text that cannot be one."""


def page(conn: Connection, after: bytes, limit: int) -> list[Member]:
    """Return members in the order of their ids, after `after`."""
    return _read(conn, f"SELECT {_COLUMNS} WHERE m.member > ? ORDER BY m.member LIMIT ?", after, limit)


def find(conn: Connection, hq: Hq, wanted: str, limit: int) -> list[Member]:
    """Find by the last four digits of a phone, all of it, a card number, a part of the name: the first that finds."""
    wanted = text(wanted, "q", limits.SEARCH, required=True).strip()
    for column, kind, form in _HASHED:
        try:
            hashed = keyed_hash(hq.keys.member_key, kind, form(wanted))
        except InputError:
            continue
        if found := _read(conn, f"SELECT {_COLUMNS} {column} ORDER BY m.member LIMIT ?", hashed, limit):
            return found
    query = (
        f"SELECT {_COLUMNS} JOIN profiles p ON p.member = m.member AND p.field = 'name'"
        " WHERE instr(p.value, ?) > 0 ORDER BY p.value, m.member LIMIT ?"
    )
    return _read(conn, query, wanted, limit)


def detail(conn: Connection, member: bytes) -> MemberDetail:
    """Return all that the office may see of one member; InputError ``unknown_member``."""
    rows = _read(conn, f"SELECT {_COLUMNS} WHERE m.member = ? LIMIT ?", member, 1)
    if not rows:
        raise InputError(Code.UNKNOWN_MEMBER)
    rows_of = conn.execute("SELECT field, value FROM profiles WHERE member = ? ORDER BY field", (member,))
    profile = {field: value for field, value in rows_of if field not in HIDDEN}
    cards = conn.execute("SELECT card, state FROM cards WHERE member = ? ORDER BY card", (member,)).fetchall()
    sales = conn.execute(
        "SELECT s.sale, i.branch, s.day, s.total FROM sales s JOIN incarnations i ON i.no = s.no WHERE s.member = ?"
        " ORDER BY s.day DESC, s.no DESC, s.seq DESC LIMIT ?",
        (member, limits.PAGE),
    ).fetchall()
    return MemberDetail(
        rows[0],
        profile,
        tuple(Card(*row) for row in cards),
        lots.balances(conn, member),
        tuple(_lots(conn, member)),
        tuple(MemberSale(*row) for row in sales),
        tuple(entitlements.of_member(conn, member)),
    )


def _lots(conn: Connection, member: bytes) -> list[MemberLot]:
    """The member's lots, oldest first, and who holds them."""
    owned = lots.of_owners(conn, [member]).get(member, [])
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


def _read(conn: Connection, query: str, *values: object) -> list[Member]:
    """Rows as members."""
    return [
        Member(m, name, tier, bool(frozen), alias, branch, day)
        for m, name, tier, frozen, alias, branch, day in conn.execute(query, values)
    ]
