"""One act as a line of any list, and how it is read."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from hq_server.storage.database import Connection
from hq_server.web.office.report_parts import Names


class ActLine(msgspec.Struct, frozen=True):
    """One act. ``amount``: money of the shop, refunds and pay-outs negative.

    ``principal``, ``bonus``, ``points``: what the member then holds more or less; ``id`` and ``ref``: "" where there is
    none; ``problem`` "": it is counted.
    """

    n: int
    at: int
    day: str
    branch: str
    branch_name: str
    kind: str
    act: str
    number: str
    till: str
    staff: str
    staff_name: str
    member: str
    member_name: str
    amount: int
    discount: int
    principal: int
    bonus: int
    points: int
    about: str
    reason: str
    approved_by: str
    id: str
    ref: str
    problem: str


COLUMNS = (
    "a.n, a.at, a.day, a.branch, a.kind, a.act, a.number, a.till, a.staff, a.member, coalesce(m.masked_name, ''),"
    " a.amount, a.discount, a.principal, a.bonus, a.points, a.about, a.reason, a.approved_by, a.id, a.ref, a.problem"
)
JOINED = "LEFT JOIN members m ON m.member = a.member AND a.member <> x''"
"""What a line is made of, and what has to be joined with ``acts a`` for it."""


def line_maker(conn: Connection, make: Callable[..., Any] = ActLine) -> Callable[..., Any]:
    """A maker of lines of ``COLUMNS``, and of what else `make` has."""
    names = Names(conn)

    def line(*values: Any) -> Any:  # noqa: ANN401  columns of any kind
        n, at, day, branch, kind, act, number, till, staff, member, member_name, *rest = values
        *figures, about, reason, approved_by, id_, ref, problem = rest[:11]
        return make(
            *(n, at, day, branch, names.branch(branch), kind, act, number, till, staff, names.staff(branch, staff)),
            *(member.hex(), member_name, *figures, about, reason, approved_by, id_.hex(), ref.hex(), problem),
            *rest[11:],
        )

    return line


def numbered(conn: Connection, numbers: Iterable[int]) -> list[ActLine]:
    """Lines by their numbers, in order."""
    sql = f"SELECT {COLUMNS} FROM acts a {JOINED} WHERE a.n = ?"  # noqa: S608  our own words
    make = line_maker(conn)
    return [make(*row) for n in numbers for row in conn.execute(sql, (n,))]
