"""A route as data: the table of routes is the API, its authorisation and its documentation at once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple

import msgspec

KEY_PATTERN = r"^[a-z0-9][a-z0-9-]{0,15}-[1-9][0-9]{0,14}$"
"""Idempotency-Key: who asks (a till's name), a dash, a number from 1 that grows."""

ID16 = r"^[0-9a-f]{32}$"
"""A 16-byte id in JSON and in paths: 32 lowercase hex digits."""

Id = Annotated[str, msgspec.Meta(pattern=ID16, description="16-byte id, lowercase hex")]


FILE = "application/octet-stream"
"""Content type of a ``Download``."""


class Principal(msgspec.Struct, frozen=True):
    """Who asks: found by the program from the request's token."""

    name: str  # staff number or user name
    roles: frozenset[str]
    at: str = ""  # the till a cashier signed in at, "" for office users
    token: str = ""  # digest of the token, to sign out by
    instead: str = ""  # the code told in place of ``forbidden``: what must be done before the roles are given


class Ready(NamedTuple):
    """An answer that is bytes already, with a status of its own: one that was stored when it was first given."""

    status: int
    body: bytes


class Download(NamedTuple):
    """An answer that is a file to be kept, not JSON. ``name``: what it is called, in plain ASCII without quotes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """One request, checked: everything a handler may look at."""

    who: Principal | None
    body: Any
    query: Any
    params: Mapping[str, str]
    now: int  # ms since 1970, read once at the request's start
    key: str = ""  # Idempotency-Key, checked present on mutating routes
    digest: bytes = b""  # SHA-256 of method, path and body, to tell one request from another under the same key
    address: str = ""  # the peer's address, for limits on attempts
    accept: str = ""  # Accept-Language, for answers that are worded and then stored

    @property
    def user(self) -> Principal:
        """The signed-in principal; only for routes that require one."""
        assert self.who is not None
        return self.who

    def id(self, name: str) -> bytes:
        """The 16 bytes of a path parameter that is an id."""
        return bytes.fromhex(self.params[name])


Sync = Callable[[Any, Call], Any]
"""``handler(conn, call)`` runs on the database thread, in one transaction when the route writes."""
Async = Callable[[Call], Awaitable[Any]]
"""``handler(call)`` runs in the event loop; for the few routes that wait for something."""


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. ``roles`` None: anybody may call it; a set: one of these roles is needed."""

    method: str
    path: str
    name: str  # operationId
    summary: str
    answer: Any  # a msgspec Struct type, or Download
    handler: Sync | None = None
    waits: Async | None = None
    body: Any = None
    query: Any = None
    roles: frozenset[str] | None = None
    writes: bool = False  # runs in a write transaction
    slow: bool = False  # may take seconds: is answered apart from what does not
    keyed: bool = False  # needs an Idempotency-Key
    status: int = 200
    params: Mapping[str, str] = field(default_factory=dict)  # path parameter → pattern, default ID16

    def pattern(self, name: str) -> str:
        """The pattern that path parameter `name` must match."""
        return self.params.get(name, ID16)
