"""HTTP clients of the two APIs, as a till and an office program are: retries, idempotency keys, refusals as errors."""

import asyncio
from typing import Any

import aiohttp

from stayopen.demo import limits
from stayopen.demo.waiting import TooLateError

Json = dict[str, Any]

_SIGNED_OUT = 401
_FAULT = 500


class RefusedError(Exception):
    """The program refused: HTTP status, stable code, evidence."""

    def __init__(self, status: int, problem: Json) -> None:
        super().__init__(status, problem.get("code"), problem.get("evidence"))
        self.status = status
        self.code: str = problem.get("code", "")
        self.evidence: Json = problem.get("evidence", {})
        self.message: str = problem.get("message", "")
        self.next: str = problem.get("next", "")


class Client:
    """One signed-in user of one API. Requests are sent again while nobody answers, for `patience` seconds."""

    def __init__(self, http: aiohttp.ClientSession, base: str, *, patience: float = limits.PATIENCE) -> None:
        self.base = base
        self.patience = patience
        self.tries = 0
        """Requests sent in all, repeated ones included."""
        self.try_s: float = limits.TRY
        """For one request, until its answer is whole."""
        self._http = http
        self._token = ""

    async def get(self, path: str, **query: str | int) -> Json:
        """Read."""
        return await self._ask("GET", path, None, {}, query)

    async def _sign_in(self) -> None:
        """Get a new token."""

    async def _ask(
        self, method: str, path: str, body: Json | None, headers: dict[str, str], query: dict[str, str | int]
    ) -> Json:
        """Ask until there is an answer; RefusedError when it is a refusal, TooLateError when there is none."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.patience
        renewed = False
        while True:
            try:
                return await self._once(method, path, body, headers, query)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                if loop.time() > deadline:
                    message = f"no answer to {method} {path}: {type(error).__name__}"
                    raise TooLateError(message) from error
                await asyncio.sleep(limits.ASK_AGAIN)
            except RefusedError as refusal:
                if refusal.status != _SIGNED_OUT or renewed or path == "/sign-in":
                    raise
                renewed = True
                await self._sign_in()

    async def _once(
        self, method: str, path: str, body: Json | None, headers: dict[str, str], query: dict[str, str | int]
    ) -> Json:
        """Send one request and read its answer whole."""
        self.tries += 1
        if self._token:
            headers = {**headers, "Authorization": f"Bearer {self._token}"}
        timeout = aiohttp.ClientTimeout(total=self.try_s)
        async with self._http.request(
            method, self.base + path, json=body, headers=headers, params=query or None, timeout=timeout
        ) as response:
            answer: Json = await response.json()
            if response.status >= _FAULT:
                message = f"{method} {path}: {response.status} {answer}"
                raise AssertionError(message)
            if not response.ok:
                raise RefusedError(response.status, answer)
            return answer


class Office(Client):
    """A user at head office."""

    def __init__(
        self, http: aiohttp.ClientSession, base: str, name: str, password: str, *, patience: float = limits.PATIENCE
    ) -> None:
        super().__init__(http, base, patience=patience)
        self.name = name
        self._password = password

    async def send(self, where: str, body: Json | None = None) -> Json:
        """Do ``"METHOD /path"`` (it may arrive twice: each act of the office is harmless repeated, or refused)."""
        method, path = where.split(" ")
        return await self._ask(method, path, body, {}, {})

    async def _sign_in(self) -> None:
        self._token = ""
        answer = await self._ask("POST", "/sign-in", {"name": self.name, "password": self._password}, {}, {})
        self._token = answer["token"]


class Till(Client):
    """A till of one branch, and the staff member signed in at it."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        base: str,
        name: str,
        staff: tuple[str, str],
        *,
        patience: float = limits.PATIENCE,
    ) -> None:
        """`staff`: number and PIN."""
        super().__init__(http, base, patience=patience)
        self.name = name
        self.witness: Json = {}
        """The end of the node's log as the last answer showed it: incarnation, seq, hash."""
        self._staff = staff
        self._n = 0

    async def sign_in(self) -> None:
        """Sign in; go on numbering where this till's last key was."""
        await self._sign_in()

    async def act(self, where: str, body: Json | None = None) -> Json:
        """Do ``"METHOD /path"`` exactly once: the same key goes with every try. Return the act's result."""
        method, path = where.split(" ")
        self._n += 1
        answer = await self._ask(method, path, body, {"Idempotency-Key": f"{self.name}-{self._n}"}, {})
        self.witness = answer["witness"]
        result: Json = answer["result"]
        return result

    async def wait(self, where: str, body: Json | None = None) -> Json:
        """Do ``"METHOD /path"`` that is not kept, for a device does it: tried once, it may take its time."""
        method, path = where.split(" ")
        return await self._once(method, path, body, {}, {})

    async def notices(self) -> aiohttp.ClientWebSocketResponse:
        """Open the live notices; the first that comes is ``hello``."""
        socket = await self._http.ws_connect(self.base + "/notices")
        await socket.send_json({"token": self._token})
        return socket

    async def _sign_in(self) -> None:
        self._token = ""
        body = {"staff": self._staff[0], "pin": self._staff[1], "till": self.name}
        answer = await self._ask("POST", "/sign-in", body, {}, {})
        self._token = answer["token"]
        self._n = max(self._n, answer["me"]["last_n"])
