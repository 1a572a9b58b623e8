"""Departments and types of staff."""

from typing import Annotated, Literal

import msgspec

from foundation.http_api.route import Call
from foundation.http_api.show import show_all
from hq_server.head_office import departments, limits
from hq_server.web.office.work import BRANCH, PEOPLE, Work, route

CODE = r"^[!-~\u4e00-\u9fff]{1,32}$"


class StaffGroup(msgspec.Struct, frozen=True):
    """One department or type; ``people``: how many of all branches' staff are in it."""

    kind: Literal["department", "type"]
    code: str
    name: str
    active: bool
    people: int


class StaffGroups(msgspec.Struct, frozen=True):
    """All of them, departments first."""

    groups: list[StaffGroup]


class StaffGroupBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What it is called; an inactive one is offered no more."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.DISPLAY)]
    active: bool = True


def list_groups(work: Work, call: Call) -> StaffGroups:
    """All departments and types; to people of a branch without the number of people."""
    found = show_all(departments.every(work.conn), StaffGroup)
    if call.user.at:
        found = [msgspec.structs.replace(group, people=0) for group in found]
    return StaffGroups(found)


def put_group(work: Work, call: Call) -> StaffGroups:
    """Make or change one."""
    kind, code, body = call.params["kind"], call.params["code"], call.body
    departments.put(work.conn, work.act(call), kind, code, body.name, active=body.active)
    return list_groups(work, call)


ROUTES = (
    route("GET /staff-groups", "listStaffGroups", "Departments and types", StaffGroups, list_groups, roles=BRANCH),
    route(
        "PUT /staff-groups/{kind}/{code}",
        "putStaffGroup",
        "Make or change a department or a type of staff",
        StaffGroups,
        put_group,
        body=StaffGroupBody,
        params={"kind": "^(department|type)$", "code": CODE},
        roles=PEOPLE,
    ),
)
