"""What a handler of the office is given, and how routes are made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from foundation.http_api.problem import ApiError
from foundation.http_api.route import Call, Route
from hq_server.head_office import duties
from hq_server.head_office.act import Act
from hq_server.ledger.context import Hq
from hq_server.storage.database import Connection
from provisioning.keys import HQKeys

PREFIX = "/office/v1"

SELF = frozenset({"user"})
"""Anybody who is signed in, also with a password that must be changed first."""
SEE = frozenset({duties.SEE})
BRANCH = frozenset({duties.BRANCH})
MEMBERS = frozenset({duties.MEMBERS})
ADJUST = frozenset({duties.ADJUST})
SETTLE = frozenset({duties.SETTLE})
APPROVE = frozenset({duties.APPROVE})
GOODS = frozenset({duties.GOODS})
BRANCHES = frozenset({duties.BRANCHES})
PEOPLE = frozenset({duties.PEOPLE})
SETTINGS = frozenset({duties.SETTINGS})
AUDIT = frozenset({duties.AUDIT})
"""What a route's caller needs: one duty each (``head_office.duties``); where its object decides which, any of them."""


@dataclass(frozen=True, slots=True)
class Work:
    """One request's means: the connection inside its transaction, HQ as it is now, keys and entropy."""

    conn: Connection
    hq: Hq
    keys: HQKeys
    random_bytes: Callable[[int], bytes]

    def act(self, call: Call) -> Act:
        """Say who does it and when."""
        return Act(self.hq, call.user.name, call.now)


def route(where: str, name: str, summary: str, answer: Any, handler: Any = None, **more: Any) -> Route:  # noqa: ANN401
    """Make a route of ``"METHOD /path"``; all but GET write. Without a handler it is one of the service's slow ones."""
    method, path = where.split(" ")
    return Route(method, PREFIX + path, name, summary, answer, handler, writes=method != "GET", **more)


def within(call: Call, branch: str = "") -> str:
    """Say of which branch the caller may see something, given the one asked for ("": any).

    Returns "" for all. ApiError ``forbidden``: somebody who belongs to a branch asks for another one's.
    """
    at = call.user.at
    if at and branch not in ("", at):
        raise ApiError("forbidden")
    return at or branch


class Done(msgspec.Struct, frozen=True):
    """Done; there is nothing more to say."""

    done: bool = True
