"""The typed JSON routes: who may, what is taken, one error shape, one document."""

from typing import Any

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer
from openapi_spec_validator import validate

from foundation.http_api.openapi import document
from foundation.http_api.problem import BASE_CODES, LANGUAGES, ApiError, language_of
from foundation.http_api.route import Call, Id, Principal, Route
from foundation.http_api.server import MAX_BODY, SECURITY_HEADERS, application, install


class Order(msgspec.Struct, forbid_unknown_fields=True):
    """A body with bounds."""

    item: str
    amount: int = msgspec.field(default=1)


class Page(msgspec.Struct, forbid_unknown_fields=True):
    """A query with a default."""

    limit: int = 20


class Answer(msgspec.Struct):
    """What every route of the test answers."""

    text: str
    id: Id | None = None


def _echo(_conn: Any, call: Call) -> Answer:
    who = call.who.name if call.who else "nobody"
    return Answer(f"{who} {call.body} {call.query} {dict(call.params)} {call.key}")


def _break(_conn: Any, _call: Call) -> Answer:
    message = "王小明 13812345678"
    raise RuntimeError(message)


ROUTES = (
    Route("GET", "/open", "open", "Anybody", Answer, handler=_echo, query=Page),
    Route(
        "POST", "/orders", "order", "Order", Answer, handler=_echo, body=Order, roles=frozenset({"cashier"}), keyed=True
    ),
    Route("GET", "/orders/{order}", "see", "See one", Answer, handler=_echo, roles=frozenset({"manager"})),
    Route("GET", "/broken", "broken", "Breaks", Answer, handler=_break),
)


class _Service:
    errors = BASE_CODES

    def now(self) -> int:
        return 1_700_000_000_000

    async def principal(self, token: str, now: int) -> Principal | None:
        return Principal(token, frozenset({token})) if token in {"cashier", "manager"} else None

    async def run(self, route: Route, call: Call) -> Any:
        assert route.handler is not None
        return route.handler(None, call)

    def translate(self, error: Exception) -> ApiError | None:
        return None


@pytest.fixture
async def client() -> Any:
    """A client of a real server on loopback."""
    app = application(_Service())
    install(app, ROUTES, _Service())
    async with TestClient(TestServer(app)) as test_client:
        yield test_client


JSON = {"Content-Type": "application/json"}
CASHIER = {"Authorization": "Bearer cashier"}
KEYED = CASHIER | {"Idempotency-Key": "t1-1"}


async def test_good_request(client: TestClient[Any, Any]) -> None:
    """A checked request reaches its handler with body, key and principal."""
    response = await client.post("/orders", json={"item": "奶茶"}, headers=KEYED)
    assert response.status == 200
    assert "奶茶" in (await response.json())["text"]
    assert {k: response.headers[k] for k in SECURITY_HEADERS} == SECURITY_HEADERS


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "code"),
    [
        ("POST", "/orders", {"json": {"item": "x"}}, 401, "signed_out"),
        ("POST", "/orders", {"json": {"item": "x"}, "headers": {"Authorization": "Bearer who"}}, 401, "signed_out"),
        ("POST", "/orders", {"json": {"item": "x"}, "headers": {"Authorization": "Bearer manager"}}, 403, "forbidden"),
        ("POST", "/orders", {"json": {"item": "x"}, "headers": CASHIER}, 400, "bad_request"),
        ("POST", "/orders", {"json": {"item": 1}, "headers": KEYED}, 400, "bad_request"),
        ("POST", "/orders", {"json": {"item": "x", "more": 1}, "headers": KEYED}, 400, "bad_request"),
        ("POST", "/orders", {"json": {"item": "x", "amount": 1.5}, "headers": KEYED}, 400, "bad_request"),
        (
            "POST",
            "/orders",
            {"data": b"{", "headers": KEYED | JSON},
            400,
            "bad_request",
        ),
        (
            "POST",
            "/orders",
            {"data": b"[" * 90_000, "headers": KEYED | JSON},
            400,
            "bad_request",
        ),
        ("POST", "/orders", {"data": b"{}", "headers": KEYED | {"Content-Type": "text/plain"}}, 415, "not_json"),
        ("POST", "/orders", {"data": b"x" * (MAX_BODY + 1), "headers": KEYED}, 413, "too_large"),
        ("GET", "/open?limit=a", {}, 400, "bad_request"),
        ("GET", "/open?limit=1&limit=2", {}, 400, "bad_request"),
        ("GET", "/open?other=1", {}, 400, "bad_request"),
        ("GET", "/open", {"data": b"x"}, 400, "bad_request"),
        ("GET", "/orders/xyz", {"headers": {"Authorization": "Bearer manager"}}, 404, "not_found"),
        ("GET", "/nowhere", {}, 404, "not_found"),
        ("DELETE", "/orders", {}, 405, "method_not_allowed"),
        ("GET", "/broken", {}, 500, "internal"),
    ],
)
async def test_bad_request_is_told(
    client: TestClient[Any, Any], method: str, path: str, options: dict[str, Any], status: int, code: str
) -> None:
    """Whatever is wrong, the answer has our shape, a stable code and the headers; nothing breaks."""
    response = await client.request(method, path, **options)
    assert response.status == status
    problem = await response.json()
    assert problem["code"] == code
    assert problem["message"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "13812345678" not in str(problem)


async def test_complaints_are_short(client: TestClient[Any, Any]) -> None:
    """A refusal does not send a request's oversized field name back."""
    response = await client.post("/orders", json={"item": "x", "y" * 100_000: 1}, headers=KEYED)
    assert response.status == 400
    assert len(await response.read()) < 1000


def test_language() -> None:
    """Chinese first: only a clear wish for another of ours changes it."""
    assert language_of("") == "zh-CN"
    assert language_of("fr, en;q=0.5") == "en"
    assert language_of("zh-Hant-HK, en") == "zh-TW"
    assert language_of("zh, en") == "zh-CN"


def test_every_code_speaks_three_languages() -> None:
    """Every base code has words in every language."""
    assert all(set(known.words) == set(LANGUAGES) for known in BASE_CODES.values())


def test_document_is_valid_and_complete() -> None:
    """The document is valid OpenAPI 3.1 and has every route with its parameters, body and roles."""
    made = document(ROUTES, "test", "1", "")
    validate(made)
    assert set(made["paths"]) == {route.path for route in ROUTES}
    order = made["paths"]["/orders"]["post"]
    assert order["security"]
    assert order["requestBody"]["required"]
    assert any(p["name"] == "Idempotency-Key" for p in order["parameters"])
    assert made["paths"]["/orders/{order}"]["get"]["parameters"][0]["schema"]["pattern"]
