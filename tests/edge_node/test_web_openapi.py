"""The document is what is served, what is kept in the repository, and what the server does."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import msgspec
import pytest
import schemathesis
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from web_shop import API, Till, WebShop

from edge_node.web.table import ROUTES, openapi, openapi_text

KEPT = Path(__file__).resolve().parents[2] / "docs" / "api" / "edge.openapi.json"
EXAMPLES = {GenerationMode.POSITIVE: 6, GenerationMode.NEGATIVE: 4}
"""Cases per operation: bounded in time, the same at every run."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def test_kept_document_is_the_present_one():
    """The file in docs is what the routes make; ``python -m edge_node.web.table`` writes it."""
    assert KEPT.read_bytes() == openapi_text()


def test_document_is_valid_and_whole():
    """The document is valid OpenAPI 3.1 and has every route, its key and its roles."""
    made = openapi()
    validate(made)
    for route in ROUTES:
        operation = made["paths"][route.path][route.method.lower()]
        assert operation["operationId"] == route.name
        assert ("security" in operation) == (route.roles is not None)
        headers = {row["name"] for row in operation["parameters"] if row["in"] == "header"}
        assert headers == ({"Idempotency-Key"} if route.keyed else set())


async def test_document_is_served(web: WebShop):
    """What is served is the kept file, byte for byte, to anybody."""
    async with web.client.get(f"{API}/openapi.json") as response:
        assert (response.status, await response.read()) == (200, openapi_text())


class Served:
    """The shop served from a thread of its own, for a client that blocks."""

    def __init__(self, path: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.shop = self.call(WebShop(path).open(fresh=True))
        self.till: Till = self.call(self.shop.till("3001", "f1"))
        self.n = 0
        self.real: dict[str, str] = {"line": "1"}

    def call(self, awaitable: Any) -> Any:
        """Run something on the server's loop."""
        return asyncio.run_coroutine_threadsafe(awaitable, self.loop).result(30)

    def close(self) -> None:
        """Stop the server and its thread."""
        self.call(self.shop.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    def dress(self, case: Any) -> Any:
        """Give a case a real token and the till's next key, and every second one ids of things that are there."""
        self.n += 1
        case.headers = {"Authorization": f"Bearer {self.till.token}", "Idempotency-Key": f"f1-{self.n}"}
        if self.n % 2 and case.path_parameters:
            case.path_parameters = {name: self.real.get(name, value) for name, value in case.path_parameters.items()}
        return case

    async def make_ready(self) -> None:
        """Have an open shift and things to ask about, whatever the cases before did to them."""
        till, self.shop.keys["f1"] = self.till, self.n
        shift = (await till.get("/shift"))["shift"]
        if shift and shift["state"] == "counted":
            await till.do("POST /shift/close", {"reason": "盘点"})
        if not shift or shift["state"] == "counted":
            await till.open_shift()
        if "member" not in self.real:
            self.real["member"] = (await till.do("POST /members", {"name": "王小明"}))["member"]
        member = self.real["member"]
        if "basket" in self.real:
            await till.ask("DELETE", f"/baskets/{self.real['basket']}")  # a till has only so many
        self.real["basket"] = await till.basket("naicha", member=member)
        cash = {"amount": 500, "tenders": [{"tender": "cash", "amount": 500}]}
        self.real["sale"] = (await till.do("POST /quick-sales", cash))["sale"]
        await till.do(f"POST /members/{member}/thaw", {})
        self.real["issue"] = (await till.do(f"POST /members/{member}/top-ups", cash))["issue"]
        self.n = self.shop.keys["f1"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all operations of the fuzz test."""
    made = Served(tmp_path_factory.mktemp("fuzz") / "edge.db")
    yield made
    made.close()


SCHEMA = schemathesis.openapi.from_dict(msgspec.json.decode(openapi_text()))


@pytest.mark.parametrize("mode", EXAMPLES, ids=["valid", "wrong"])
@pytest.mark.parametrize("name", [route.name for route in ROUTES if route.name != "signOut"])
def test_served_api_does_what_the_document_says(served: Served, name: str, mode: GenerationMode):
    """Whatever the document allows, and much that it does not, is answered as the document says, never by a 5xx."""
    operation = SCHEMA.find_operation_by_id(name)
    if mode is GenerationMode.NEGATIVE and not (operation.body or operation.query or operation.path_parameters):
        return  # nothing can be wrong in a request without parts
    url = str(served.shop.client.make_url("/")).rstrip("/")
    served.call(served.make_ready())

    @hypothesis.settings(
        max_examples=EXAMPLES[mode],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        response = served.dress(case).call(base_url=url)
        case.validate_response(response, checks=CHECKS)

    send()
