"""The chain's own profile fields: what they are, what they were, and how they are changed."""

from typing import Annotated

import msgspec

from foundation.http_api.route import Call
from hq_server.head_office import fields
from hq_server.head_office import members_limits as limits
from hq_server.head_office.fields import Field, Version
from hq_server.web.office.work import SEE, SETTINGS, Work, route


class MemberField(Field, frozen=True, omit_defaults=False):
    """One field (key ``x_<name>`` in a profile). ``choices``: of the kind ``choice`` alone; ``shown``: at tills."""


class FieldVersion(msgspec.Struct, frozen=True):
    """What the fields were in one version."""

    version: int
    fields: list[MemberField]
    by: str
    at: int


class MemberFields(msgspec.Struct, frozen=True):
    """The fields in their order, and what they were, newest first. ``version`` 0: never changed here."""

    fields: list[MemberField]
    version: int
    versions: list[FieldVersion]


class MemberFieldsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All fields in their order, made of version ``version``."""

    fields: Annotated[list[Field], msgspec.Meta(max_length=limits.CUSTOM_FIELDS)]
    version: Annotated[int, msgspec.Meta(ge=0, le=2**53)]


def get_fields(work: Work, _call: Call) -> MemberFields:
    """The fields."""
    past = fields.versions(work.conn, limits.FIELD_VERSIONS)
    return MemberFields(_shown(fields.read(work.conn)), past[0].version if past else 0, [_version(one) for one in past])


def put_fields(work: Work, call: Call) -> MemberFields:
    """Have tills ask for these from now on."""
    body: MemberFieldsBody = call.body
    fields.put(work.conn, work.act(call), body.fields, body.version)
    return get_fields(work, call)


def _version(one: Version) -> FieldVersion:
    return FieldVersion(one.version, _shown(one.fields), one.by, one.at)


def _shown(found: list[Field]) -> list[MemberField]:
    return [MemberField(**msgspec.structs.asdict(field)) for field in found]


ROUTES = (
    route(
        "GET /member-fields", "getMemberFields", "The chain's own profile fields", MemberFields, get_fields, roles=SEE
    ),
    route(
        "PUT /member-fields",
        "putMemberFields",
        "Have tills ask for these",
        MemberFields,
        put_fields,
        body=MemberFieldsBody,
        roles=SETTINGS,
    ),
)
