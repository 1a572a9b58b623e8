"""Period and discount cards frozen and thawed at head office: the same facts as a till's, written into HQ's log."""

from collections.abc import Callable

from commerce.desk import Desk, hq_desk
from commerce.entitlements import freeze_fact, thaw_fact
from commerce.facts import Fact
from commerce.reference import EntitlementRow
from commerce.withdrawal import Approval
from hq_server.errors import Code, InputError
from hq_server.head_office import limits
from hq_server.head_office.act import Act
from hq_server.head_office.values import text
from hq_server.ledger import entitlements
from hq_server.ledger.entitlements import HELD, Held
from hq_server.ledger.record import record
from hq_server.storage.database import Connection


def freeze(conn: Connection, act: Act, entitlement: bytes, reason: str, day: str) -> Held:
    """Have a card stand still from business date `day` on.

    RuleError ``already_frozen``, ``plan_over``; InputError ``unknown_entitlement``, ``bad_value`` (reason).
    """
    return _change(conn, act, entitlement, reason, day, freeze_fact)


def thaw(conn: Connection, act: Act, entitlement: bytes, reason: str, day: str) -> Held:
    """Have a card run again from `day` on, its end moved by the days it stood still; RuleError ``not_frozen``."""
    return _change(conn, act, entitlement, reason, day, thaw_fact)


def _change(  # noqa: PLR0917 -- the parts of the act
    conn: Connection,
    act: Act,
    entitlement: bytes,
    reason: str,
    day: str,
    make: Callable[[Desk, EntitlementRow, Approval], Fact],
) -> Held:
    held = entitlements.by_ids(conn, [entitlement]).get(entitlement)
    if held is None or held.state != HELD:
        raise InputError(Code.UNKNOWN_ENTITLEMENT)
    approval = Approval(act.by, text(reason, "reason", limits.NOTE, required=True))
    record(conn, act.hq, make(hq_desk(day, act.by), held.row, approval), act.now)
    return entitlements.by_ids(conn, [entitlement])[entitlement]
