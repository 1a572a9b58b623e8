"""Parameters of the chain and of branches: what each may be, what holds, what waits, what it was."""

from typing import Annotated, Literal

import msgspec

from foundation.http_api.route import Call
from foundation.http_api.show import show_all
from hq_server.head_office import limits, parameters
from hq_server.head_office.parameter_forms import Form as FormOf
from hq_server.head_office.parameter_table import BY_NAME
from hq_server.head_office.parameter_table import Parameter as ParameterOf
from hq_server.web.office.work import SETTINGS, Done, Work, route

NAME = r"^[a-z][a-z0-9_]{0,63}$"
BRANCH = r"^[a-z0-9-]{0,16}$"
"""A branch, or "" for the chain."""

Branch = Annotated[str, msgspec.Meta(pattern=BRANCH)]


class Form(msgspec.Struct, frozen=True):
    """What a value may be; see ``head_office.parameter_forms`` for how its parts are read."""

    kind: Literal["flag", "number", "text", "choice", "list", "pairs", "record", "tuple"]
    low: int
    high: int
    unit: str
    pattern: str
    options: list[str]
    fields: list["FormField"]
    of: "Form | None"
    lines: bool
    or_null: bool
    unique: bool


class FormField(msgspec.Struct, frozen=True):
    """One field of a record or of a tuple."""

    name: str
    form: Form


class WaitingValue(msgspec.Struct, frozen=True):
    """A change that holds from ``from_at`` (ms) on; ``branch`` "": of the chain; ``value`` "": what is set is gone."""

    n: int
    branch: str
    name: str
    value: str
    from_at: int
    by: str
    at: int


class Parameter(msgspec.Struct, frozen=True):
    """One parameter. ``page``: where it is changed (tenders | papers | fields), "" here.

    Values are JSON text, "" where nothing is set: the branch's ``own`` wins, then ``chain``, then ``default``.
    """

    name: str
    group: str
    page: str
    form: Form
    default: str
    chain: str
    own: str
    waiting: list[WaitingValue]


class Parameters(msgspec.Struct, frozen=True):
    """All parameters, in the order in which a screen shows them."""

    parameters: list[Parameter]


class BranchQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For which branch; "" for the chain."""

    branch: Branch = ""


class VersionsQuery(BranchQuery, frozen=True, forbid_unknown_fields=True):
    """Changes before number `before`."""

    before: Annotated[int, msgspec.Meta(ge=1, le=2**53)] = 2**53
    limit: Annotated[int, msgspec.Meta(ge=1, le=limits.PAGE_MAX)] = limits.PAGE


class Version(msgspec.Struct, frozen=True):
    """What the parameter became; ``value`` "": the one of one level above."""

    n: int
    value: str
    at: int
    by: str


class Versions(msgspec.Struct, frozen=True):
    """What it was, newest first; ``next``: ask for what lies before it, 0 at the end."""

    versions: list[Version]
    next: int = 0


class NewValue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A parameter's value as JSON text; "" takes away what is set on this level."""

    name: Annotated[str, msgspec.Meta(pattern=NAME)]
    value: Annotated[str, msgspec.Meta(max_length=limits.SETTING_VALUE)]


class ParametersBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Values to be set together, all or none. ``from_at`` (ms): from when on; the past and 0 are now."""

    values: Annotated[list[NewValue], msgspec.Meta(min_length=1, max_length=100)]
    branch: Branch = ""
    from_at: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0


def list_parameters(work: Work, call: Call) -> Parameters:
    """All of them, as they stand for a branch or for the chain."""
    return _all(work, call.query.branch)


def put_parameters(work: Work, call: Call) -> Parameters:
    """Set some."""
    body: ParametersBody = call.body
    values = [(value.name, value.value) for value in body.values]
    parameters.put(work.conn, work.act(call), body.branch, values, body.from_at)
    return _all(work, body.branch)


def withdraw_parameter(work: Work, call: Call) -> Done:
    """Withdraw a change that waits."""
    parameters.withdraw(work.conn, work.act(call), int(call.params["n"]))
    return Done()


def list_versions(work: Work, call: Call) -> Versions:
    """What it was, and who changed it."""
    query: VersionsQuery = call.query
    found = parameters.versions(work.conn, query.branch, call.params["name"], query.before, query.limit)
    return Versions(show_all(found, Version), found[-1].n if len(found) == query.limit else 0)


def _all(work: Work, branch: str) -> Parameters:
    found = parameters.every(work.conn, branch)
    return Parameters([_parameter(BY_NAME[value.name], value) for value in found])


def _parameter(one: ParameterOf, value: parameters.Value) -> Parameter:
    waiting = show_all(value.waiting, WaitingValue)
    return Parameter(one.name, one.group, one.page, _form(one.form), one.default, value.chain, value.own, waiting)


def _form(form: FormOf) -> Form:
    return Form(
        form.kind,
        form.low,
        form.high,
        form.unit,
        form.pattern,
        list(form.options),
        [FormField(name, _form(field)) for name, field in form.fields],
        _form(form.of) if form.of else None,
        form.lines,
        form.or_null,
        form.unique,
    )


ROUTES = (
    route(
        "GET /parameters",
        "listParameters",
        "All parameters of the chain or of a branch",
        Parameters,
        list_parameters,
        query=BranchQuery,
        roles=SETTINGS,
    ),
    route(
        "PUT /parameters",
        "putParameters",
        "Set parameters together, now or from a time on",
        Parameters,
        put_parameters,
        body=ParametersBody,
        roles=SETTINGS,
    ),
    route(
        "GET /parameters/{name}/versions",
        "listParameterVersions",
        "What a parameter was, and who changed it",
        Versions,
        list_versions,
        query=VersionsQuery,
        params={"name": NAME},
        roles=SETTINGS,
    ),
    route(
        "DELETE /parameter-plans/{n}",
        "withdrawParameter",
        "Withdraw a change that waits",
        Done,
        withdraw_parameter,
        params={"n": r"^[1-9][0-9]{0,14}$"},
        roles=SETTINGS,
    ),
)
