"""Who may do what: every route against nobody, each role, and a first PIN that must be changed."""

import re
from typing import Any

import pytest
from web_shop import WebShop

from edge_node.web.table import ROUTES
from foundation.http_api.route import Route

OPEN = {"signIn", "signInCustomerScreen", "health", "witness"}
SELF = {"signOut", "whoAmI", "changePin"}
SHIFT_LEAD = {
    "exportUnsent",
    "xReport",
    "testDevice",
    "printLabels",
    "previewLabel",
}
MANAGER = {
    "listStaff",
    "listSettings",
    "putProduct",
    "putTier",
    "putTopUpRule",
    "putPromotion",
    "putPlan",
    "cardRange",
    "putCardRange",
    "putStaff",
    "putSetting",
    "putPicture",
    "removeReference",
    "addDevice",
    "acceptDevice",
    "changeDevice",
    "ignoreDevice",
    "forgetDevice",
    "previewPaper",
}
UNKEYED = {
    "signIn",
    "signOut",
    "signInCustomerScreen",
    "testDevice",
    "tareScale",
    "zeroScale",
    "previewPaper",
    "retrySync",
}
STAFF = {"nobody": "", "first_pin": "3002", "cashier": "1001", "shift_lead": "2001", "manager": "3001"}


def allowed(route: Route) -> set[str]:
    """Return who may call a route, by the lists above and not by the table under test."""
    if route.name in OPEN:
        return set(STAFF)
    if route.name in SELF:
        return set(STAFF) - {"nobody"}
    if route.name in MANAGER:
        return {"manager"}
    if route.name in SHIFT_LEAD:
        return {"shift_lead", "manager"}
    return {"cashier", "shift_lead", "manager"}


def path_of(route: Route) -> str:
    """Fill a path's parameters with things that are not there."""
    samples = {"line": "9", "item": "none", "code": "none", "kind": "product", "request": "1-1", "job": "1"}
    return re.sub(r"{(\w+)}", lambda match: samples.get(match[1], "0" * 32), route.path)


async def _status(web: WebShop, route: Route, token: str) -> tuple[int, str]:
    """Call a route with an empty body: whoever may call it gets beyond the door, to a 400, 404, 409 or an answer."""
    headers = {"Idempotency-Key": "t1-1"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    options: dict[str, Any] = {"json": []} if route.body is not None else {}
    async with web.client.request(route.method, path_of(route), headers=headers, **options) as response:
        answer = await response.json()
        return response.status, answer.get("code", "")


@pytest.mark.parametrize("who", STAFF)
async def test_every_route_for(web: WebShop, who: str):
    """Each route lets in who should be let in, and nobody else."""
    token = (await web.till(STAFF[who])).token if STAFF[who] else ""
    for route in sorted(ROUTES, key=lambda route: route.name == "signOut"):
        status, code = await _status(web, route, token)
        if who in allowed(route):
            assert status not in {401, 403}, (route.name, who, code)
        elif who == "nobody":
            assert (status, code) == (401, "signed_out"), route.name
        elif who == "first_pin":
            assert (status, code) == (403, "pin_change_needed"), route.name
        else:
            assert (status, code) == (403, "forbidden"), (route.name, who)


def test_names_and_paths_are_unique():
    """No two routes share a name, nor a method and a path."""
    assert len({route.name for route in ROUTES}) == len(ROUTES)
    assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES)


def test_whatever_changes_something_is_keyed():
    """Every route but the reads, signing in and out, and what a device does takes an Idempotency-Key and writes."""
    for route in ROUTES:
        assert (route.keyed and route.writes) == (route.method != "GET" and route.name not in UNKEYED)


async def test_shift_belongs_to_its_till(web: WebShop):
    """A till sees and closes its own shift only."""
    first, second = await web.till("2001", "t1"), await web.till("2001", "t2")
    await first.open_shift()
    assert (await second.get("/shift"))["shift"] is None
    assert (await second.refused("POST /shift/close", {}))[1] == "shift_needed"
    assert (await second.refused("POST /quick-sales", {"amount": 1, "tenders": []}))[1] == "shift_needed"


async def test_revoked_role_acts_no_more(web: WebShop):
    """Somebody who left cannot act any more, though the sign-in is still there."""
    manager, lead = await web.till("3001", "t9"), await web.till("2001")
    await lead.open_shift()
    gone = {"name": "张伟", "roles": ["shift_lead"], "active": False}
    await manager.do("PUT /reference/staff/2001", gone)
    assert (await lead.ask("GET", "/shift"))[0] == 401
