"""Refund claims as HQ keeps them, and the release that HQ writes itself for a selling log that is closed."""

from typing import NamedTuple

import msgspec

from commerce.errors import CommerceError
from commerce.facts import Audit, Fact, Release, Sale
from commerce.refund import Sold, plan_refund, refused_release_fact, release_fact, sold
from hq_server.errors import Code, InputError, RefusedError
from hq_server.ledger import incarnations, sales
from hq_server.ledger.context import Hq
from hq_server.ledger.record import record_all
from hq_server.storage.database import Connection

TO_RELEASE, WAITS, RELEASED, REFUSED = "to_release", "waits", "released", "refused"
"""States. ``waits``: the selling log is closed or the sale unknown: two people may release it."""

Lines = tuple[tuple[int, int], ...]

_SELECT = "SELECT claim, sale, seller, seller_no, claimant, claimant_no, day, lines, state, answer, paid FROM claims "
_LINES = msgspec.msgpack.Decoder(Lines)
_ANSWER = msgspec.msgpack.Decoder(Release)


class Claim(NamedTuple):
    """Goods of `seller`'s sale taken back by `claimant`. `seller_no` 0: HQ does not know the sale yet."""

    claim: bytes
    sale: bytes
    seller: str
    seller_no: int
    claimant: str
    claimant_no: int
    day: str
    lines: Lines
    state: str
    answer: Release | None
    paid: int


def by_id(conn: Connection, claim: bytes) -> Claim:
    """Return one claim; InputError ``unknown_claim``."""
    row = conn.execute(_SELECT + "WHERE claim = ?", (claim,)).fetchone()
    if row is None:
        raise InputError(Code.UNKNOWN_CLAIM, claim=claim.hex())
    return _claim(row)


def unsettled(conn: Connection) -> list[Claim]:
    """Return the claims that nobody has answered yet, oldest business date first."""
    rows = conn.execute(_SELECT + "WHERE state IN ('to_release', 'waits') ORDER BY day, claim")
    return [_claim(row) for row in rows]


def release_at_hq(  # noqa: PLR0917 -- the parts of the act
    conn: Connection, hq: Hq, claim: bytes, day: str, staff: str, approved_by: str, now: int
) -> None:
    """Release a waiting claim out of the sale as HQ knows it: `staff` proposed, `approved_by` approved.

    What was refunded already is refused as the seller would have refused it. RefusedError ``not_waiting``; InputError
    ``unknown_sale`` while the sale has not arrived.
    """
    hq.applier.drain(conn, hq, now)
    found = by_id(conn, claim)
    if found.state != WAITS:
        raise RefusedError(Code.NOT_WAITING, claim=claim.hex())
    if not staff or not approved_by or staff == approved_by:
        raise RefusedError(Code.SAME_PERSON)
    left = _left(conn, found.sale)
    answer = _answer(found, left, incarnations.by_no(conn, found.seller_no).branch, day)
    approval = Audit("claim_released", claim.hex(), staff, "", f"approved by {approved_by}", b"")
    record_all(conn, hq, [answer, Fact("audit", approval)], now)


def refuse_at_hq(  # noqa: PLR0917 -- the parts of the act
    conn: Connection, hq: Hq, claim: bytes, day: str, staff: str, approved_by: str, now: int
) -> None:
    """Refuse a waiting claim on a sale that nobody ever made: `staff` proposed, `approved_by` approved.

    RefusedError ``not_waiting``; ``sale_known`` once the sale has arrived: then the claim is released out of it.
    """
    hq.applier.drain(conn, hq, now)
    found = by_id(conn, claim)
    if found.state != WAITS:
        raise RefusedError(Code.NOT_WAITING, claim=claim.hex())
    if found.seller_no:
        raise RefusedError(Code.SALE_KNOWN, claim=claim.hex(), sale=found.sale.hex())
    if not staff or not approved_by or staff == approved_by:
        raise RefusedError(Code.SAME_PERSON)
    answer = refused_release_fact(
        claim, found.sale, found.claimant, day=day, member=b"", refused=Code.UNKNOWN_SALE.value
    )
    approval = Audit("claim_refused", claim.hex(), staff, "", f"approved by {approved_by}", b"")
    record_all(conn, hq, [answer, Fact("audit", approval)], now)


def _answer(found: Claim, left: Sold, seller: str, day: str) -> Fact:
    """Answer as the seller would: what remains of the sold quantities, or why not."""
    try:
        plan = plan_refund(left, found.lines)
    except CommerceError as error:
        return refused_release_fact(
            found.claim, found.sale, found.claimant, day=day, member=left.member, refused=error.code
        )
    return release_fact(seller, found.claim, found.claimant, day, plan, at_hq=True)


def _left(conn: Connection, sale: bytes) -> Sold:
    """Return what remains of a sale that HQ holds."""
    kept = sales.remaining(conn, sale)
    if kept is not None:
        return kept
    body = sales.body(conn, sale)
    if not isinstance(body, Sale):
        raise InputError(Code.UNKNOWN_SALE, sale=sale.hex())
    return sold(body)


def _claim(row: tuple[object, ...]) -> Claim:
    *head, lines, state, answer, paid = row
    return Claim._make(
        (*head, _LINES.decode(lines), state, _ANSWER.decode(answer) if answer else None, paid)  # type: ignore[arg-type]
    )
