"""A member's balance put right by two people: one proposes with a reason, another approves, a fact carries it out.

What is given is issued by HQ, at HQ's expense; what is taken leaves rights that lie at HQ: gather them first
(``member_orders``). Money given or taken stands against HQ's account of the tender ``adjustment``, so that the books
say what was put right in all.
"""

from collections.abc import Callable

from commerce.checks import check_int
from commerce.limits import AMOUNT_MAX
from commerce.lots import PRINCIPAL
from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import adjustments_facts as facts
from hq_server.head_office import members_limits as limits
from hq_server.head_office.act import Act
from hq_server.head_office.adjustments_facts import PROPOSED, Adjustment
from hq_server.head_office.approvals import need_second
from hq_server.head_office.audit import note
from hq_server.head_office.members_state import need
from hq_server.head_office.values import day as check_day
from hq_server.head_office.values import text
from hq_server.ledger import placing
from hq_server.ledger.record import record_all
from hq_server.storage.database import Connection

DONE, WITHDRAWN = "done", "withdrawn"

COLUMNS = "adjustment, member, asset, amount, last_day, reason, proposed_by, proposed_at, decided_by, decided_at, state"


def get(conn: Connection, adjustment: bytes) -> Adjustment:
    """Return one proposal; InputError ``unknown_row``."""
    row = conn.execute(f"SELECT {COLUMNS} FROM adjustments WHERE adjustment = ?", (adjustment,)).fetchone()  # noqa: S608 - our own words
    if row is None:
        raise InputError(Code.UNKNOWN_ROW)
    return Adjustment(*row)


def propose(  # noqa: PLR0917 -- the parts of the act
    conn: Connection, act: Act, adjustment: bytes, member: bytes, asset: str, amount: int, last_day: str, reason: str
) -> Adjustment:
    """Propose to give or take.

    InputError ``unknown_member``, ``bad_value``; RefusedError ``member_merged``, ``rights_short`` (what would be taken
    does not lie at HQ).
    """
    need(conn, member)
    check_int(amount, "amount", -AMOUNT_MAX, AMOUNT_MAX)
    if amount == 0 or asset not in facts.ASSETS:
        raise InputError(Code.BAD_VALUE, field="asset" if amount else "amount")
    if last_day and (amount < 0 or asset == PRINCIPAL):
        raise InputError(Code.BAD_VALUE, field="last_day")
    if last_day:
        check_day(last_day, "last_day")
    text(reason, "reason", limits.NOTE, required=True)
    if amount < 0:
        facts.at_hand(conn, member, asset, -amount, "")
    made = Adjustment(adjustment, member, asset, amount, last_day, reason, act.by, act.now)
    conn.execute(
        f"INSERT INTO adjustments ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,'',0,'proposed')",  # noqa: S608 - our own words
        (adjustment, member, asset, amount, last_day, reason, act.by, act.now),
    )
    note(conn, act, "adjustment_proposed", f"{member.hex()} {asset} {amount}", reason=reason)
    return made


def approve(conn: Connection, act: Act, adjustment: bytes, day: str, new_id: Callable[[], bytes]) -> Adjustment:
    """Carry out somebody else's proposal on business date `day`.

    RefusedError ``not_proposed``, ``same_person``, ``account_too_new``, ``member_merged``, ``rights_short``; InputError
    ``bad_value`` (its last day is over).
    """
    found = _standing(conn, adjustment)
    need_second(conn, act, found.proposed_by)
    need(conn, found.member)
    if found.last_day and found.last_day < day:
        raise InputError(Code.BAD_VALUE, field="last_day")
    made = facts.of(conn, act, found, day, new_id)
    record_all(conn, act.hq, made, act.now)
    if found.amount > 0:
        placing.mark(conn, found.member)
    note(conn, act, "adjustment_approved", f"{found.member.hex()} {found.asset} {found.amount}", reason=found.reason)
    return _decide(conn, act, adjustment, DONE)


def withdraw(conn: Connection, act: Act, adjustment: bytes) -> Adjustment:
    """Take a proposal back, or turn somebody else's down; RefusedError ``not_proposed``."""
    found = _standing(conn, adjustment)
    note(conn, act, "adjustment_withdrawn", f"{found.member.hex()} {found.asset} {found.amount}")
    return _decide(conn, act, adjustment, WITHDRAWN)


def _standing(conn: Connection, adjustment: bytes) -> Adjustment:
    found = get(conn, adjustment)
    if found.state != PROPOSED:
        raise RefusedError(Code.NOT_PROPOSED, state=found.state)
    return found


def _decide(conn: Connection, act: Act, adjustment: bytes, state: str) -> Adjustment:
    conn.execute(
        "UPDATE adjustments SET state = ?, decided_by = ?, decided_at = ? WHERE adjustment = ?",
        (state, act.by, act.now, adjustment),
    )
    return get(conn, adjustment)
