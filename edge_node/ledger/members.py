"""Members as this branch knows them: found by card, phone, last four digits, name or pinyin initials."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from commerce.reference import MemberRow, ProfileRow
from edge_node import limits
from edge_node.errors import AskPersonError, Code, MendInputError
from edge_node.ledger import names, outbox
from edge_node.ledger.hashes import keyed_hash, normal_card, normal_phone
from edge_node.ledger.node import Node
from edge_node.storage.database import Connection

_MEMBERS = """SELECT m.member, m.tier, m.masked_name, m.frozen, m.alias_of, coalesce(p.value, '')
FROM members m LEFT JOIN profiles p ON p.member = m.member AND p.field = 'name' """
_TOP = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class MemberCard:
    """What a till shows of a member. ``name`` is "" when only other branches have seen the member."""

    member: bytes
    tier: str
    masked_name: str
    frozen: bool
    alias_of: bytes
    name: str


def by_id(conn: Connection, member: bytes) -> MemberCard:
    """Return a member; MendInputError ``unknown_member``. A merged member answers under the one it became."""
    asked = member
    for _ in range(limits.ALIASES):
        found = _rows(conn, _MEMBERS + "WHERE m.member = ?", (member,))
        if found and not found[0].alias_of:
            return found[0]
        if not found:
            break
        member = found[0].alias_of
    raise MendInputError(Code.UNKNOWN_MEMBER, member=asked.hex())


def by_card(conn: Connection, node: Node, number: str) -> tuple[MemberCard, ...]:
    """Find by card number; AskPersonError ``card_lost`` for a card that was reported lost."""
    card = keyed_hash(node.member_key, "card", normal_card(number))
    row = conn.execute("SELECT member, state FROM cards WHERE card_hash = ?", (card,)).fetchone()
    if row is None:
        return ()
    if row[1] != "active":
        raise AskPersonError(Code.CARD_LOST)
    return (by_id(conn, row[0]),)


def by_phone(conn: Connection, node: Node, phone: str) -> tuple[MemberCard, ...]:
    """Find by the whole phone number; two members with one phone are HQ's discrepancy, both are shown."""
    return _by(conn, "phone_hash", keyed_hash(node.member_key, "phone", normal_phone(phone)))


def by_last4(conn: Connection, node: Node, digits: str) -> tuple[MemberCard, ...]:
    """Find by the last four digits of the phone."""
    if not (len(digits) == 4 and digits.isascii() and digits.isdigit()):
        raise MendInputError(Code.BAD_PHONE, low=4, high=4)
    return _by(conn, "last4_hash", keyed_hash(node.member_key, "last4", digits))


def by_name(conn: Connection, text: str) -> tuple[MemberCard, ...]:
    """Find by a part of the name or by pinyin initials, among the members this branch has seen."""
    term = names.fold(text[: limits.SEARCH_TEXT])
    if not term:
        return ()
    found = conn.execute(
        "SELECT DISTINCT member FROM name_terms WHERE term >= ? AND term < ? ORDER BY term LIMIT ?",
        (term, term + _TOP, limits.SEARCH_RESULTS),
    )
    return tuple(by_id(conn, member) for (member,) in found.fetchall())


def find(conn: Connection, node: Node, text: str) -> tuple[MemberCard, ...]:
    """Find by whatever a cashier types or scans: card, phone, last four digits, name, initials, in this order."""
    text = text.strip()
    if not 1 <= len(text) <= limits.SEARCH_TEXT:
        raise MendInputError(Code.BAD_REQUEST, field="text", limit=limits.SEARCH_TEXT)
    found: tuple[MemberCard, ...] = ()
    if len(text) <= limits.CARD and text.replace("-", "").isalnum() and text.isascii():
        found = by_card(conn, node, text)
    if not found and text.isascii() and text.isdigit() and len(text) == 4:
        found = by_last4(conn, node, text)
    if not found:
        try:
            found = by_phone(conn, node, text)
        except MendInputError:
            found = ()
    return found or by_name(conn, text)


def profile(conn: Connection, member: bytes) -> dict[str, tuple[str, int]]:
    """Return a member's profile here: field → (value, version as HQ numbers it; 0 until it answered)."""
    rows = conn.execute("SELECT field, value, version FROM profiles WHERE member = ?", (member,))
    return {field: (value, version) for field, value, version in rows.fetchall()}


def cards_of(conn: Connection, node: Node, member: bytes) -> list[str]:
    """Return the numbers of a member's cards that find the member, as far as they are known here, oldest first."""
    numbers = [(field, value) for field, (value, _) in profile(conn, member).items() if field.startswith("card:")]
    active = conn.execute("SELECT card_hash FROM cards WHERE member = ? AND state = 'active'", (member,)).fetchall()
    hashes = {card for (card,) in active}
    known = sorted(numbers, key=lambda field: (len(field[0]), field[0]))
    return [value for _, value in known if value and keyed_hash(node.member_key, "card", value) in hashes]


def write_fields(conn: Connection, node: Node, member: bytes, fields: Mapping[str, str]) -> None:
    """Write profile fields typed here, with everything a member is found by."""
    conn.executemany(
        "INSERT INTO profiles (member, field, value) VALUES (?, ?, ?)"
        " ON CONFLICT (member, field) DO UPDATE SET value = excluded.value",
        [(member, field, value) for field, value in fields.items()],
    )
    if "name" in fields:
        conn.execute("UPDATE members SET masked_name = ? WHERE member = ?", (names.masked(fields["name"]), member))
        _index_name(conn, member, fields["name"])
    if "phone" in fields:
        _set_phone(conn, node.member_key, member, fields["phone"])


def bind_card(conn: Connection, node: Node, member: bytes, number: str) -> None:
    """Let a card find a member; AskPersonError ``card_taken`` when it finds another one."""
    card = keyed_hash(node.member_key, "card", number)
    row = conn.execute("SELECT member, state FROM cards WHERE card_hash = ?", (card,)).fetchone()
    if row is not None and (row[0] != member or row[1] != "active"):
        raise AskPersonError(Code.CARD_TAKEN)
    conn.execute("INSERT OR IGNORE INTO cards VALUES (?, ?, 'active')", (card, member))


def lose_card(conn: Connection, node: Node, member: bytes, number: str) -> None:
    """Mark a member's card as lost."""
    card = keyed_hash(node.member_key, "card", number)
    changed = conn.execute("UPDATE cards SET state = 'lost' WHERE card_hash = ? AND member = ?", (card, member))
    if not changed.rowcount:
        raise MendInputError(Code.BAD_CARD)
    # A card is bound anew from its profile field when the node joins a chain: a lost one must not be.
    for table in ("outbox", "profiles"):
        conn.execute(
            f"DELETE FROM {table} WHERE member = ? AND field IN"  # noqa: S608 - names of our own tables
            " (SELECT field FROM profiles WHERE member = ? AND field LIKE 'card:%' AND value = ?)",
            (member, member, number),
        )


def take_member_rows(conn: Connection, rows: Iterable[tuple[int, MemberRow]]) -> None:
    """Take (version, row) pairs of the members feed; what was edited here and not answered yet stays findable."""
    taken = list(rows)
    conn.executemany(
        "INSERT INTO members VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (member) DO UPDATE SET tier = excluded.tier,"
        " masked_name = excluded.masked_name, phone_hash = excluded.phone_hash, last4_hash = excluded.last4_hash,"
        " frozen = excluded.frozen, alias_of = excluded.alias_of, version = excluded.version",
        [
            (row.member, row.tier, row.masked_name, row.phone_hash, row.last4_hash, row.frozen, row.alias_of, version)
            for version, row in taken
        ],
    )
    conn.executemany(
        "DELETE FROM cards WHERE member = ?1 AND NOT EXISTS (SELECT 1 FROM outbox WHERE member = ?1)",
        [(row.member,) for _, row in taken],
    )
    conn.executemany(
        "INSERT OR REPLACE INTO cards VALUES (?, ?, ?)",
        [(card, row.member, state) for _, row in taken for card, state in row.cards],
    )


def take_profile_row(conn: Connection, member_key: bytes, row: ProfileRow) -> None:
    """Take a member's profile from HQ, field by field; fields edited here and not answered yet stay."""
    kept = outbox.fields_pending(conn, row.member)
    for field, value, version in row.fields:
        if field not in kept:
            conn.execute("INSERT OR REPLACE INTO profiles VALUES (?, ?, ?, ?)", (row.member, field, value, version))
    sent = {field for field, _, _ in row.fields} | kept
    for field in profile(conn, row.member).keys() - sent:
        conn.execute("DELETE FROM profiles WHERE member = ? AND field = ?", (row.member, field))
    fields = profile(conn, row.member)
    _index_name(conn, row.member, fields.get("name", ("", 0))[0])
    if "phone" in kept:
        _set_phone(conn, member_key, row.member, fields["phone"][0])


def forget(conn: Connection, member: bytes, *, profile_only: bool) -> None:
    """Erase a member (or its profile alone) as a tombstone of HQ orders."""
    tables = ("profiles", "name_terms") if profile_only else ("profiles", "name_terms", "cards", "members")
    for table in tables:
        conn.execute(f"DELETE FROM {table} WHERE member = ?", (member,))  # noqa: S608 - names of our own tables


def rehash(conn: Connection, member_key: bytes) -> None:
    """Make the keyed hashes of all members anew under another key, out of the profiles, when the node joins a chain."""
    conn.execute("DELETE FROM cards WHERE state = 'active'")
    rows = conn.execute("SELECT member, field, value FROM profiles WHERE field = 'phone' OR field LIKE 'card:%'")
    for member, field, value in rows.fetchall():
        if field == "phone":
            _set_phone(conn, member_key, member, value)
        else:
            card = keyed_hash(member_key, "card", value)
            conn.execute("INSERT OR IGNORE INTO cards VALUES (?, ?, 'active')", (card, member))


def _set_phone(conn: Connection, member_key: bytes, member: bytes, phone: str) -> None:
    """Write the keyed hashes of a phone ("" clears them)."""
    whole = keyed_hash(member_key, "phone", phone) if phone else b""
    last4 = keyed_hash(member_key, "last4", phone[-4:]) if phone else b""
    conn.execute("UPDATE members SET phone_hash = ?, last4_hash = ? WHERE member = ?", (whole, last4, member))


def _index_name(conn: Connection, member: bytes, name: str) -> None:
    """Write the terms a name is found by."""
    conn.execute("DELETE FROM name_terms WHERE member = ?", (member,))
    conn.executemany("INSERT INTO name_terms VALUES (?, ?)", [(term, member) for term in sorted(names.terms(name))])


def _by(conn: Connection, column: str, value: bytes) -> tuple[MemberCard, ...]:
    """Find members by one of the hash columns."""
    return _rows(conn, _MEMBERS + f"WHERE m.{column} = ? AND m.{column} <> x'' LIMIT ?", (value, limits.SEARCH_RESULTS))


def _rows(conn: Connection, query: str, values: tuple[object, ...]) -> tuple[MemberCard, ...]:
    return tuple(
        MemberCard(member, tier, masked_name, bool(frozen), alias_of, name)
        for member, tier, masked_name, frozen, alias_of, name in conn.execute(query, values).fetchall()
    )
