"""Bodies of feed rows, built in bulk from what HQ's tables say now. None: the thing is gone, the row a tombstone.

One builder a kind of key (``<kind>:<id>``); a kind without one is a reference row, distributed as it was written.
"""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from commerce.reference import CHAIN_FEED, BalanceRow, ClaimRow, DirectoryRow, MemberRow, ProfileRow, RightsRow
from hq_server.distribution.mac import sealed
from hq_server.ledger import aliases, claims, entitlements, lots
from hq_server.ledger.context import Hq
from hq_server.storage.bulk import select_in
from hq_server.storage.database import Connection

_ENCODER = msgspec.msgpack.Encoder(order="sorted")

Bodies = dict[str, bytes | None]
"""Key → body."""


def bodies(conn: Connection, hq: Hq, feed: str, keys: Iterable[str], now: int) -> Bodies:
    """Build the present bodies of some rows of a feed."""
    by_kind: dict[str, list[str]] = {}
    for key in keys:
        by_kind.setdefault(key.partition(":")[0], []).append(key)
    found: Bodies = {}
    for kind, of_kind in by_kind.items():
        build = _BUILDERS.get(kind)
        found.update(build(conn, hq, feed, of_kind, now) if build else reference(conn, feed, of_kind))
    return found


def reference(conn: Connection, feed: str, keys: Sequence[str]) -> Bodies:
    """Rows that head office wrote."""
    sql = "SELECT key, body FROM reference WHERE feed = ? AND key IN ({})"
    return dict.fromkeys(keys) | dict(select_in(conn, sql, keys, feed))


def _rights(conn: Connection, hq: Hq, _feed: str, keys: Sequence[str], _now: int) -> Bodies:
    """What HQ granted of each lot to one incarnation, with its order, under HQ's MAC."""
    wanted = {key: (bytes.fromhex(key[7:39]), bytes.fromhex(key[40:])) for key in keys}
    known = lots.by_ids(conn, {lot for lot, _ in wanted.values()})
    holders = {(lot, held.no): held for lot, of_lot in lots.holders(conn, known).items() for held in of_lot}
    orders = lots.orders(conn, known)
    numbers = _numbers(conn, {incarnation for _, incarnation in wanted.values()})
    found: Bodies = {}
    for key, (lot_id, incarnation) in wanted.items():
        no = numbers.get(incarnation, 0)
        lot, held = known.get(lot_id), holders.get((lot_id, no))
        if lot is None or held is None:
            found[key] = None
            continue
        order, amount = orders.get((lot_id, no), ("", 0))
        row = RightsRow(
            lot=lot.lot,
            incarnation=incarnation,
            granted=held.granted,
            gone_known=held.gone,
            order=order,
            order_amount=amount,
            epoch=hq.epoch.n,
            epoch_id=hq.epoch.id,
            owner=lot.owner,
            owner_kind=lot.owner_kind,
            asset=lot.asset,
            issuer=lot.issuer,
            opened_on=lot.opened_on,
            expires_on=lot.expires_on,
            pair=lot.pair,
            terms=lot.terms,
            mac=b"",
        )
        found[key] = _ENCODER.encode(sealed(row, hq.keys.mac_key))
    return found


def _balances(conn: Connection, _hq: Hq, _feed: str, keys: Sequence[str], now: int) -> Bodies:
    """A member's balance in the whole chain, as of the oldest word of those who hold rights of it.

    It counts the lots of members who became this one, as tills do.
    """
    members = {bytes.fromhex(key[8:]): key for key in keys}
    merged = aliases.merged_into(conn, members)
    of_owners = lots.of_owners(conn, set(members).union(*merged.values()))
    owned = {
        member: [lot for one in (member, *merged.get(member, ())) for lot in of_owners.get(one, ())]
        for member in members
    }
    holders = lots.holders(conn, [lot.lot for of_owner in owned.values() for lot in of_owner if lot.left])
    numbers = {held.no for of_lot in holders.values() for held in of_lot}
    sql = "SELECT no, heard_at FROM incarnations WHERE state IN ('open', 'adopting') AND no IN ({})"
    heard = dict(select_in(conn, sql, numbers))
    found: Bodies = {}
    for member, key in members.items():
        sums: dict[str, int] = {}
        as_of = now
        for lot in owned.get(member, ()):
            sums[lot.asset] = sums.get(lot.asset, 0) + lot.left
            words = [heard[held.no] for held in holders.get(lot.lot, ()) if held.rights and held.no in heard]
            as_of = min([as_of, *words])
        balances = tuple(sorted((asset, left) for asset, left in sums.items() if left))
        found[key] = _ENCODER.encode(BalanceRow(member, balances, as_of))
    return found


def _members(conn: Connection, _hq: Hq, _feed: str, keys: Sequence[str], _now: int) -> Bodies:
    """Enough to recognise a member anywhere: masked name, keyed hashes, cards, flags."""
    wanted = {bytes.fromhex(key[7:]): key for key in keys}
    cards: dict[bytes, list[tuple[bytes, str]]] = {}
    for member, card, state in select_in(conn, "SELECT member, card, state FROM cards WHERE member IN ({})", wanted):
        cards.setdefault(member, []).append((card, state))
    found: Bodies = dict.fromkeys(keys)
    sql = "SELECT member, tier, masked_name, phone_hash, last4_hash, frozen, alias_of FROM members WHERE member IN ({})"
    for member, tier, name, phone, last4, frozen, alias in select_in(conn, sql, wanted):
        of_member = tuple(sorted(set(cards.get(member, ()))))
        row = MemberRow(member, tier, name, phone, last4, of_member, bool(frozen), alias)
        found[wanted[member]] = _ENCODER.encode(row)
    return found


def _profiles(conn: Connection, _hq: Hq, _feed: str, keys: Sequence[str], _now: int) -> Bodies:
    """Personal data, for a branch that has met the member."""
    wanted = {bytes.fromhex(key[8:]): key for key in keys}
    fields: dict[bytes, set[tuple[str, str, int]]] = {}
    sql = "SELECT member, field, value, version FROM profiles WHERE member IN ({})"
    for member, name, value, version in select_in(conn, sql, wanted):
        fields.setdefault(member, set()).add((name, value, version))
    return {
        key: _ENCODER.encode(ProfileRow(member, tuple(sorted(fields[member])))) if member in fields else None
        for member, key in wanted.items()
    }


def _claims(conn: Connection, _hq: Hq, _feed: str, keys: Sequence[str], _now: int) -> Bodies:
    """A refund claim: a question to the seller, an outcome to the claimant."""
    found: Bodies = {}
    for key in keys:
        claim = claims.by_id(conn, bytes.fromhex(key[6:]))
        released = claim.answer
        state = claims.TO_RELEASE if claim.state == claims.WAITS else claim.state
        row = ClaimRow(claim.claim, claim.sale, claim.seller, claim.claimant, claim.lines, state)
        if released is not None:
            row = ClaimRow(
                *(claim.claim, claim.sale, claim.seller, claim.claimant, claim.lines, state),
                released=released.lines,
                uses=released.uses,
                tenders=released.tenders,
                refused=released.refused,
            )
        found[key] = _ENCODER.encode(row)
    return found


def _entitlements(conn: Connection, _hq: Hq, _feed: str, keys: Sequence[str], _now: int) -> Bodies:
    """Period and discount cards; what ended is gone."""
    wanted = {bytes.fromhex(key[12:]): key for key in keys}
    held = entitlements.by_ids(conn, wanted)
    return {
        key: _ENCODER.encode(held[name].row) if name in held and held[name].state == entitlements.HELD else None
        for name, key in wanted.items()
    }


def _directory(conn: Connection, _hq: Hq, feed: str, keys: Sequence[str], _now: int) -> Bodies:
    """Who a branch is now: its enrolled node's key and its newest open incarnation."""
    assert feed == CHAIN_FEED
    found: Bodies = {}
    for key in keys:
        branch = key.partition(":")[2]
        known = conn.execute("SELECT name, state FROM branches WHERE branch = ?", (branch,)).fetchone()
        node = conn.execute(
            "SELECT node, signing_key FROM nodes WHERE branch = ? AND state = 'enrolled'"
            " ORDER BY enrolled_at DESC, node",
            (branch,),
        ).fetchone()
        if known is None:
            found[key] = None
            continue
        name, state = known
        box, box_key = node or (b"", b"")
        log = conn.execute(
            "SELECT incarnation FROM incarnations WHERE node = ? AND state = 'open' ORDER BY no DESC", (box,)
        ).fetchone()
        row = DirectoryRow(branch, name, box, box_key, log[0] if log else b"", active=state == "active")
        found[key] = _ENCODER.encode(row)
    return found


def _numbers(conn: Connection, wanted: set[bytes]) -> dict[bytes, int]:
    """Incarnation → its number in this database."""
    return dict(select_in(conn, "SELECT incarnation, no FROM incarnations WHERE incarnation IN ({})", wanted))


_BUILDERS: dict[str, Callable[[Connection, Hq, str, Sequence[str], int], Bodies]] = {
    "rights": _rights,
    "balance": _balances,
    "member": _members,
    "profile": _profiles,
    "claim": _claims,
    "entitlement": _entitlements,
    "directory": _directory,
}
