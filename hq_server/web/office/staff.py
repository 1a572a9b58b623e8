"""Staff of branches: a list of all, and writing one person in one or several branches."""

import json
from typing import Annotated, Any, Literal

import msgspec

from foundation.http_api.route import Call
from hq_server.head_office import limits, secrets, staff
from hq_server.head_office.rows import STAFF_ROLES
from hq_server.storage.database import Connection
from hq_server.web.office.catalogue import BRANCH_ID
from hq_server.web.office.listing import Column, Cut, Found, Listing, ListQuery
from hq_server.web.office.people import Slow
from hq_server.web.office.work import BRANCH, PEOPLE, Work, route

NUMBER = r"^[0-9A-Za-z]{1,16}$"
_RANK = ("manager", "shift_lead", "cashier")
"""Roles at the till, each with all that those behind it may do (``edge_node.ledger.sign_ins``)."""

Branch = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{0,16}$")]


class StaffLine(msgspec.Struct, frozen=True):
    """A person at a branch's tills; the PIN is never shown. ``role``: the highest of ``roles``.

    ``key``: branch and number, for no two the same; ``also``: further branches of the same person, as far as the reader
    sees them.
    """

    key: str
    branch: str
    number: str
    name: str
    role: str
    roles: list[str]
    department: str
    type: str
    active: bool
    must_change_pin: bool
    also: list[str]


class StaffQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Staff of a branch or of all, by part of name or number, role, department, type, whether they work here still."""

    branch: Branch = ""
    q: Annotated[str, msgspec.Meta(max_length=limits.SEARCH)] = ""
    role: Literal["", "cashier", "shift_lead", "manager"] = ""
    department: Annotated[str, msgspec.Meta(max_length=32)] = ""
    type: Annotated[str, msgspec.Meta(max_length=32)] = ""
    state: Literal["", "active", "left"] = ""


class StaffBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person. ``pin`` "" keeps the one there is; ``also``: further branches in which the same is written."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.DISPLAY)]
    roles: Annotated[list[str], msgspec.Meta(min_length=1, max_length=len(STAFF_ROLES))]
    pin: Annotated[str, msgspec.Meta(max_length=limits.PIN[1])] = ""
    must_change_pin: bool = True
    active: bool = True
    department: Annotated[str, msgspec.Meta(max_length=32)] = ""
    type: Annotated[str, msgspec.Meta(max_length=32)] = ""
    also: Annotated[list[Annotated[str, msgspec.Meta(pattern=BRANCH_ID)]], msgspec.Meta(max_length=200)] = []


_FIELDS = StaffLine.__struct_fields__


def find_staff(conn: Connection, query: StaffQuery, at: str, cut: Cut) -> Found[StaffLine]:
    """Filter in Python, sort and cut in SQL: a chain's staff are thousands at most, kept as rows of feeds."""
    lines = [_line(person) for person in staff.every(conn, at)]
    packed = json.dumps([msgspec.to_builtins(line) for line in lines if _wanted(query, line)])
    return cut.fetch(
        conn,
        select="value",
        tables="json_each(?)",
        params=[packed],
        make=lambda value: msgspec.json.decode(value, type=StaffLine),
    )


def _line(person: staff.Person) -> StaffLine:
    made = {name: getattr(person, name) for name in _FIELDS if name not in {"key", "role"}}
    role = next(role for role in _RANK if role in person.roles)
    made |= {"roles": list(person.roles), "also": list(person.also)}
    return StaffLine(**made, role=role, key=f"{person.branch}/{person.number}")


def _wanted(query: StaffQuery, line: StaffLine) -> bool:
    needle = query.q.casefold()
    return (
        (needle in line.name.casefold() or needle in line.number.casefold())
        and query.role in ("", line.role)
        and query.department in ("", line.department)
        and query.type in ("", line.type)
        and query.state in ("", "active" if line.active else "left")
    )


async def put_staff(slow: Slow, run: Any, call: Call) -> StaffLine:  # noqa: ANN401
    """Write a person; a new PIN is hashed outside the database's thread."""
    body: StaffBody = call.body
    number, branch = call.params["number"], call.params["branch"]
    secret = await slow.hash(secrets.new_pin, body.pin) if body.pin else None

    def write(work: Work) -> StaffLine:
        wanted = staff.Wanted(
            branch,
            number,
            body.name,
            tuple(body.roles),
            body.active,
            body.must_change_pin,
            body.department,
            body.type,
            tuple(body.also),
        )
        staff.put(work.conn, work.act(call), wanted, secret)
        return next(_line(person) for person in staff.every(work.conn, "") if (person.branch, person.number) == key)

    key = (branch, number)
    result: StaffLine = await run(write)
    return result


def _text(name: str) -> Column:
    return Column(name, "text", f"json_extract(value, '$.{name}')")


STAFF = Listing(
    "GET /staff",
    "listStaff",
    "Staff of branches",
    row=StaffLine,
    query=StaffQuery,
    columns=(
        _text("number"),
        _text("name"),
        _text("branch"),
        Column("role", "code", "json_extract(value, '$.role')"),
        _text("department"),
        _text("type"),
        Column("active", "flag", "json_extract(value, '$.active')"),
        Column("must_change_pin", "flag"),
    ),
    find=find_staff,
    key="json_extract(value, '$.key')",
    order="branch",
    roles=BRANCH,
)

LISTINGS = (STAFF,)

ROUTES = (
    route(
        "PUT /branches/{branch}/staff/{number}",
        "putStaff",
        "Write a person, in one branch or in several",
        StaffLine,
        body=StaffBody,
        params={"branch": BRANCH_ID, "number": NUMBER},
        roles=PEOPLE,
    ),
)
