"""Coupons that head office gives to members: lots of HQ's own, placed in a branch that the member visits."""

import msgspec

from commerce.accounts import HQ
from commerce.checks import check_int
from commerce.desk import hq_desk
from commerce.facts import LotIssue, Terms
from commerce.promotions.row import PromotionRow
from commerce.top_up import given_fact
from hq_server.errors import Code, InputError
from hq_server.head_office import limits
from hq_server.head_office.act import Act
from hq_server.head_office.values import day as check_day
from hq_server.head_office.values import text
from hq_server.ledger import placing
from hq_server.ledger.record import record
from hq_server.storage.database import Connection

_PROMOTIONS = (
    "SELECT r.body FROM (SELECT 'chain' AS feed UNION SELECT 'branch:' || branch FROM branches) f"
    " JOIN reference r ON r.feed = f.feed AND r.key > 'promotion:' AND r.key < 'promotion;'"
)
_DECODER = msgspec.msgpack.Decoder(PromotionRow)


class Gift(msgspec.Struct, frozen=True):
    """What is given: so many coupons of one template. ``last_day`` "": for ever."""

    template: str
    count: int
    last_day: str
    reason: str


def give(conn: Connection, act: Act, member: bytes, gift: Gift, ids: tuple[bytes, bytes], day: str) -> bytes:  # noqa: PLR0917 -- the parts of the act
    """Give coupons on business date `day` as one lot, ``ids`` (act, lot); return the lot.

    InputError ``unknown_member``, ``unknown_row`` (no promotion takes the template), ``bad_value`` naming the field.
    """
    if conn.execute("SELECT 1 FROM members WHERE member = ?", (member,)).fetchone() is None:
        raise InputError(Code.UNKNOWN_MEMBER)
    check_int(gift.count, "count", 1, limits.COUPONS)
    check(conn, gift.template, gift.last_day, day)
    reason = text(gift.reason, "reason", limits.NOTE, required=True)
    issue, lot = ids
    what = LotIssue(lot, member, "member", f"coupon:{gift.template}", HQ, gift.count, day, gift.last_day, b"", Terms())
    desk = hq_desk(day, act.by)
    fact = given_fact(desk, issue, member, (what,), act="campaign", reason=reason, rule=gift.template)
    record(conn, act.hq, fact, act.now)
    placing.mark(conn, member)
    return lot


def check(conn: Connection, template: str, last_day: str, day: str) -> None:
    """Refuse coupons that nobody could use; InputError ``unknown_row``, ``bad_value`` (last_day)."""
    if last_day and check_day(last_day, "last_day") < day:
        raise InputError(Code.BAD_VALUE, field="last_day")
    if not any(_takes(_DECODER.decode(body), template) for (body,) in conn.execute(_PROMOTIONS)):
        raise InputError(Code.UNKNOWN_ROW)


def _takes(row: PromotionRow, template: str) -> bool:
    return row.kind == "coupon" and row.active and row.coupon == template
