"""Answers made from values, figures told in sentences, answers that were stored, and roles not given yet."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer

from foundation.http_api.problem import BASE_CODES, ApiError, Known, Words, tell
from foundation.http_api.route import Call, Id, Principal, Ready, Route
from foundation.http_api.server import application, install
from foundation.http_api.show import plain, show, show_all


class Part(NamedTuple):
    """A value of a room."""

    tender: str
    amount: int


@dataclass(frozen=True)
class Done:
    """A result of a room, with more than is shown."""

    sale: bytes
    parts: tuple[Part, ...]
    secret: str = "not shown"


class PartAnswer(msgspec.Struct, frozen=True):
    """How a part is shown."""

    tender: str
    amount: int


class Answer(msgspec.Struct, frozen=True):
    """How the result is shown."""

    sale: Id
    parts: list[PartAnswer]
    late: bool


class Empty(msgspec.Struct, frozen=True):
    """Nothing."""


def test_show_takes_the_fields_of_the_answer():
    """Fields of the same names are shown, ids as hexadecimal; what the answer does not name stays hidden."""
    done = Done(b"\x01" * 16, (Part("cash", 5),))
    assert show(done, Answer, late=True) == Answer("01" * 16, [PartAnswer("cash", 5)], late=True)
    parts = show_all((Part("cash", 5), Part("points", 7)), PartAnswer)
    assert parts == [PartAnswer("cash", 5), PartAnswer("points", 7)]
    assert plain({"a": (b"\xff", 1)}) == {"a": ["ff", 1]}


def test_show_checks_what_is_served():
    """A value that the document does not promise is never served."""
    with pytest.raises(msgspec.ValidationError):
        show(Done(b"\x01", ()), Answer, late=False)
    with pytest.raises(msgspec.ValidationError):
        show(Done(b"\x01" * 16, ()), Answer)


@pytest.mark.parametrize(
    ("form", "value", "told"),
    [
        ("money", 1250, "12.50"),
        ("money", -5, "-0.05"),
        ("money", 0, "0.00"),
        ("quantity", 1500, "1.5"),
        ("quantity", 2000, "2"),
        ("quantity", 5, "0.005"),
        ("seconds", 1, "1"),
        ("seconds", 60_000, "60"),
        ("minutes", 60_001, "2"),
        ("money", "?", "?"),
        ("money", True, "True"),
        ("0>99999999", 7, "7"),
    ],
)
def test_figures_in_sentences(form: str, value: Any, told: str):
    """Evidence is told as money, quantity or time; what fits no form is told as it is, and nothing ever fails."""
    table = {"x": Known(409, {"zh-CN": Words("有 {n:" + form + "} {missing:money}")})}
    _, problem = tell(table, ApiError("x", n=value), "zh")
    assert problem.message == f"有 {told} "
    assert problem.evidence == {"n": value}


class _Service:
    errors = BASE_CODES | {"first": Known(403, {"zh-CN": Words("先改密码")})}

    def now(self) -> int:
        return 0

    async def principal(self, token: str, now: int) -> Principal | None:
        return Principal(token, frozenset({"self"}), instead="first")

    async def run(self, route: Route, call: Call) -> Any:
        return Ready(409, msgspec.json.encode({"accept": call.accept, "key": call.key}))

    def translate(self, error: Exception) -> ApiError | None:
        return None


ROUTES = (
    Route("POST", "/stored", "stored", "Stored", Empty, roles=frozenset({"self"}), keyed=True),
    Route("GET", "/more", "more", "More", Empty, roles=frozenset({"manager"})),
)


@pytest.fixture
async def client() -> Any:
    """A client of a real server on loopback."""
    service = _Service()
    app = application(service)
    install(app, ROUTES, service)
    async with TestClient(TestServer(app)) as test_client:
        yield test_client


async def test_stored_answer_keeps_its_status(client: Any):
    """An answer that is ready is sent as it is, status and bytes; the handler knows the asker's language."""
    headers = {"Authorization": "Bearer x", "Idempotency-Key": "till-1-12", "Accept-Language": "en"}
    async with client.post("/stored", headers=headers) as response:
        assert (response.status, await response.json()) == (409, {"accept": "en", "key": "till-1-12"})


@pytest.mark.parametrize("key", ["", "t", "t-0", "t-01", "T-1", "t_1-1", "t-1" + "0" * 15, "-1"])
async def test_keys_have_one_form(client: Any, key: str):
    """A key is a name, a dash and a number that grows; anything else is refused at the door."""
    async with client.post("/stored", headers={"Authorization": "Bearer x", "Idempotency-Key": key}) as response:
        assert (response.status, (await response.json())["code"]) == (400, "bad_request")


async def test_roles_not_given_yet_are_explained(client: Any):
    """Who must do something first is told what, in place of a bare refusal."""
    async with client.get("/more", headers={"Authorization": "Bearer x"}) as response:
        assert (response.status, (await response.json())["code"]) == (403, "first")
