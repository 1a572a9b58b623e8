"""Legal entities, and which branch belongs to which since when."""

from typing import Annotated

import msgspec

from foundation.http_api.route import Call
from foundation.http_api.show import show_all
from hq_server.head_office import entities, limits
from hq_server.head_office.values import business_day
from hq_server.web.office.settlement import Day, Side
from hq_server.web.office.work import SEE, SETTINGS, Done, Work, route

SIDE = r"^(HQ|[a-z0-9-]{1,16})$"


class LegalEntity(msgspec.Struct, frozen=True):
    """One legal entity; ``number``: its unified social credit code; ``branches``: who belongs to it today."""

    entity: str
    name: str
    number: str
    branches: list[str]


class Belonging(msgspec.Struct, frozen=True):
    """A branch (or HQ) belongs to an entity, "" to none, from a business date on."""

    branch: str
    from_day: str
    entity: str
    by: str
    at: int


class LegalEntities(msgspec.Struct, frozen=True):
    """All of them; ``alone``: sides that stand for themselves today; ``locked``: the last day nobody can change."""

    entities: list[LegalEntity]
    belongings: list[Belonging]
    alone: list[str]
    locked: str


class EntityBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a legal entity is called."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.BRANCH_NAME)]
    number: Annotated[str, msgspec.Meta(max_length=32)] = ""


class BelongingBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """To whom a branch belongs, and from when on; "" to nobody."""

    entity: Side
    from_day: Day


def list_entities(work: Work, call: Call) -> LegalEntities:
    """Who stands behind whom."""
    today = business_day(call.now)
    standing = entities.parties(work.conn)
    alone = [side for side in entities.sides(work.conn) if standing.of(side, today) == side]
    return LegalEntities(
        show_all(entities.every(work.conn, today), LegalEntity),
        show_all(entities.belongings(work.conn), Belonging),
        alone,
        entities.locked_to(work.conn),
    )


def put_entity(work: Work, call: Call) -> Done:
    """Make one known or name it anew."""
    entities.put(work.conn, work.act(call), call.params["entity"], call.body.name, call.body.number)
    return Done()


def put_belonging(work: Work, call: Call) -> Done:
    """Say to whom a branch belongs."""
    body: BelongingBody = call.body
    entities.assign(work.conn, work.act(call), call.params["branch"], body.entity, body.from_day)
    return Done()


ROUTES = (
    route("GET /legal-entities", "listLegalEntities", "Legal entities", LegalEntities, list_entities, roles=SEE),
    route(
        "PUT /legal-entities/{entity}",
        "putLegalEntity",
        "Name a legal entity",
        Done,
        put_entity,
        body=EntityBody,
        params={"entity": entities.CODE},
        roles=SETTINGS,
    ),
    route(
        "PUT /branches/{branch}/legal-entity",
        "putBelonging",
        "Say to which legal entity a branch belongs",
        Done,
        put_belonging,
        body=BelongingBody,
        params={"branch": SIDE},
        roles=SETTINGS,
    ),
)
