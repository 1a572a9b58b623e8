"""Roles: which duties there are, which roles, and how the chain makes its own."""

from typing import Annotated

import msgspec

from foundation.http_api.route import Call
from hq_server.head_office import duties, limits, roles
from hq_server.web.office.work import PEOPLE, Done, Work, route


class Role(msgspec.Struct, frozen=True):
    """One role. ``name`` "" for a built-in one; ``users``: how many have it, so that it cannot vanish."""

    role: str
    name: str
    duties: list[str]
    built_in: bool
    users: int


class Roles(msgspec.Struct, frozen=True):
    """All roles, and all duties that a role can have. ``of_a_branch``: those that people of one branch can have."""

    roles: list[Role]
    duties: list[str]
    of_a_branch: list[str]


class RoleBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A role's name and its duties; whoever gives them has them."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.DISPLAY)]
    duties: Annotated[list[str], msgspec.Meta(min_length=1, max_length=len(duties.DUTIES))]


def list_roles(work: Work, _: Call) -> Roles:
    """All roles."""
    found = [
        Role(one.role, one.name, [duty for duty in duties.DUTIES if duty in one.duties], one.built_in, one.users)
        for one in roles.every(work.conn)
    ]
    return Roles(found, list(duties.DUTIES), sorted(duties.OF_A_BRANCH))


def put_role(work: Work, call: Call) -> Roles:
    """Make a role of the chain's own, or change one."""
    roles.put(work.conn, work.act(call), call.params["role"], call.body.name, call.body.duties)
    return list_roles(work, call)


def drop_role(work: Work, call: Call) -> Done:
    """Do away with a role that nobody has."""
    roles.drop(work.conn, work.act(call), call.params["role"])
    return Done()


_ROLE = {"role": limits.ROLE}

ROUTES = (
    route("GET /roles", "listRoles", "Roles and duties", Roles, list_roles, roles=PEOPLE),
    route("PUT /roles/{role}", "putRole", "Make or change", Roles, put_role, body=RoleBody, params=_ROLE, roles=PEOPLE),
    route("DELETE /roles/{role}", "dropRole", "Do away with one", Done, drop_role, params=_ROLE, roles=PEOPLE),
)
