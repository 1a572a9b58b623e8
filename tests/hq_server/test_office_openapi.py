"""The office's OpenAPI document: checked in as served, valid, and kept by the server whatever is sent to it."""

import asyncio
import json
import threading
from functools import partial
from pathlib import Path

import hypothesis
import pytest
import requests
import schemathesis
from aiohttp import web
from office_world import PASSWORD, open_world
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from hq_server.storage.database import Database, open_reader
from hq_server.web.office.service import Office
from hq_server.web.office.table import DOCUMENT, ROUTES
from stayopen import seed

CHECKED_IN = Path(__file__).resolve().parents[2] / "docs" / "api" / "hq.openapi.json"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    ignored_auth,
]
EXAMPLES = 12
"""Requests for each operation: some 600 in all, well below a minute."""


class Serving(threading.Thread):
    """The office on loopback, on a thread of its own, since the fuzzer asks synchronously."""

    def __init__(self, world):
        super().__init__(daemon=True)
        self.world, self.url = world, ""
        self.ready, self.loop = threading.Event(), asyncio.new_event_loop()

    def run(self):
        """Serve until stopped."""
        self.loop.run_until_complete(self._serve())
        self.loop.close()

    async def _serve(self):
        database = await Database.open(self.world.path)
        readers = [await Database.open_reader(self.world.path) for _ in range(2)]
        world = self.world
        connect = partial(open_reader, world.path)
        office = Office(database, *readers, connect, lambda: world.hq, world.keys, lambda: world.now, world.entropy)
        runner = web.AppRunner(office.application(), access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self.stop = asyncio.Event()
        self.ready.set()
        await self.stop.wait()
        await runner.cleanup()
        for opened in (*readers, database):
            await opened.close()


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    """A head office with the example chain, served."""
    world = open_world(tmp_path_factory.mktemp("office"))
    for name in ("chen.jing", "zhao.min"):
        world.add_user(name, "manager")
    world.do(seed.seed, "2026-11-29", world.entropy)
    world.conn.close()
    thread = Serving(world)
    thread.start()
    assert thread.ready.wait(20)
    yield thread
    thread.loop.call_soon_threadsafe(thread.stop.set)
    thread.join(20)


def test_the_document_checked_in_is_the_one_served(serving):
    """``docs/api/hq.openapi.json`` is byte for byte what the server gives."""
    assert CHECKED_IN.read_bytes() == DOCUMENT + b"\n"
    assert requests.get(f"{serving.url}/office/v1/openapi.json", timeout=10).content == DOCUMENT


def test_the_document_is_valid_and_whole():
    """It is valid OpenAPI 3.1, names every route once, and says which roles may call it."""
    document = schemathesis.openapi.from_dict(json.loads(DOCUMENT)).raw_schema
    OpenAPIV31SpecValidator(document).validate()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert sorted(operation["operationId"] for operation in operations) == sorted(route.name for route in ROUTES)
    for route in ROUTES:
        operation = document["paths"][route.path][route.method.lower()]
        assert ("security" in operation) is (route.roles is not None)


@pytest.mark.parametrize("name", [route.name for route in ROUTES])
def test_the_server_keeps_its_document(serving, name):
    """Whatever is sent to an operation, the answer is one that the document foresees and never a server error."""
    schema = schemathesis.openapi.from_url(f"{serving.url}/office/v1/openapi.json")
    # wrong passwords lock a user out: who changes the own one is not who does the rest
    body = {"name": "zhao.min" if name == "changeOwnPassword" else "chen.jing", "password": PASSWORD}
    token = requests.post(f"{serving.url}/office/v1/sign-in", json=body, timeout=10).json()["token"]
    operation = schema.find_operation_by_id(name)

    @hypothesis.settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy())
    def ask(case):
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS, timeout=10)

    ask()
