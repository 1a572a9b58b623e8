"""Stored value moved to another member: all of it that lies here, and word of what lies elsewhere."""

from typing import NamedTuple

from commerce.lots import BONUS, PRINCIPAL
from commerce.transfer import transfer_fact, transferable
from commerce.withdrawal import Approval
from edge_node.errors import Code, MendInputError, NotNowError
from edge_node.ledger import balances, members, print_jobs
from edge_node.ledger.commit import Committed, commit
from edge_node.ledger.rights import wallet
from edge_node.ledger.sign_ins import Staff
from edge_node.storage.database import Connection
from edge_node.till.at import At, approved, desk
from edge_node.till.top_up import check_cap


class Transferred(NamedTuple):
    """Value that changed its owner, minor units.

    ``elsewhere``: stored value of the giver that others hold, as HQ last told it; ``as_of`` (ms) 0: it never did.
    """

    withdraw: bytes
    member: bytes
    to: bytes
    principal: int
    bonus: int
    elsewhere: int
    as_of: int
    balances: dict[str, int]
    entries: tuple[Committed, ...]


def transfer(conn: Connection, at: At, member: bytes, to: bytes, reason: str, approver: Staff | None) -> Transferred:  # noqa: PLR0917 - the parts of the act
    """Move a member's stored value to another one, approved by a shift lead. Points and counts stay.

    MendInputError ``nothing_to_move``, ``amount_not_allowed`` (the law's cap of the other one); NotNowError
    ``member_frozen``; commerce RuleError ``not_transferable`` to oneself.
    """
    by = approved(approver)
    where = desk(conn, at)
    if not reason.strip():
        raise MendInputError(Code.REASON_NEEDED)
    giver, taker = members.by_id(conn, member), members.by_id(conn, to)
    for card in (giver, taker):
        if card.frozen:
            raise NotNowError(Code.MEMBER_FROZEN, member=card.member.hex())
    has = wallet(conn, at.node, giver.member)
    had = has.here(where.day)
    parts = transferable(has.views, where.day)
    if not parts:
        raise MendInputError(Code.NOTHING_TO_MOVE, member=giver.member.hex())
    moved = {asset: sum(v.rights for part in parts for v in part if v.asset == asset) for asset in (PRINCIPAL, BONUS)}
    if moved[PRINCIPAL]:
        theirs = wallet(conn, at.node, taker.member).here(where.day).get(PRINCIPAL, 0)
        check_cap(conn, at, taker.member, theirs, moved[PRINCIPAL])
    written: list[Committed] = []
    first = b""
    for part in parts:
        withdraw = at.new_id()
        first = first or withdraw
        fresh = [at.new_id() for _ in part]
        approval = Approval(by.number, reason)
        fact = transfer_fact(where, withdraw, (giver.member, taker.member), part, fresh, approval=approval)
        written.append(commit(conn, at.node, fact, at.now))
    left = wallet(conn, at.node, giver.member).here(where.day)
    for entry in written:
        print_jobs.add(conn, "slip", entry.id, at.till, at.now, seen=print_jobs.seen_balances(had, left))
    chain = balances.chain_balance(conn, giver.member)
    known = dict(chain.balances) if chain else {}
    elsewhere = sum(max(0, known.get(asset, 0) - had.get(asset, 0)) for asset in (PRINCIPAL, BONUS))
    return Transferred(
        first,
        giver.member,
        taker.member,
        moved[PRINCIPAL],
        moved[BONUS],
        elsewhere,
        chain.as_of if chain else 0,
        left,
        tuple(written),
    )
