"""What a handler is given, and the table's helper: handlers are ``handler(work, call)`` on the database thread."""

from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec

from edge_node.errors import AskPersonError, Code
from edge_node.ledger import sign_ins
from edge_node.ledger.node import Node
from edge_node.ledger.price_book import PriceBook
from edge_node.ledger.sign_ins import Staff
from edge_node.storage.database import Connection
from edge_node.till import shifts
from edge_node.till.at import At
from edge_node.web.card_proofs import CardProof
from edge_node.web.ports import Deps, LinkStatus
from foundation.http_api.route import Call, Id, Route

PREFIX = "/api/v1"

SELF = frozenset({"self"})
"""Whoever is signed in, also with a PIN that must be changed first."""
CASHIER = frozenset({"cashier"})
SHIFT_LEAD = frozenset({"shift_lead"})
MANAGER = frozenset({"manager"})
"""Roles include each other: a manager's principal has all of them."""

_T = TypeVar("_T")


class Proof(NamedTuple):
    """A PIN worked through scrypt off the database thread. ``fresh``: a new PIN under a new salt, not one to check."""

    number: str
    salt: bytes
    digest: bytes
    fresh: bool = False


class WithPins(Protocol):
    """A body that carries PINs says so: (staff number, PIN, whether it is a new one); own: who is signed in."""

    def pins(self, own: str) -> tuple[tuple[str, str, bool], ...]:
        """List the PINs to be worked through scrypt."""


@dataclass(slots=True)
class Work:
    """One request's means, inside its transaction. What a handler notes here happens after the commit.

    ``charges``: payments to be charged, with the code that was shown. ``proved``: the member whose card's password
    (``card_proof``) was found right.
    """

    conn: Connection
    node: Node
    link: LinkStatus
    deps: Deps
    proofs: tuple[Proof, ...] = ()
    approver: Staff | None = None
    card_proof: CardProof | None = None
    proved: bytes = b""
    notices: list[tuple[str, dict[str, int | str]]] = field(default_factory=list)
    cancelled: list[tuple[int, int]] = field(default_factory=list)
    charges: list[tuple[bytes, str]] = field(default_factory=list)
    reference_changed: bool = False
    devices_changed: bool = False

    @property
    def book(self) -> PriceBook:
        """The price book as of this transaction."""
        return self.deps.books.current(self.conn, self.node)

    def at(self, call: Call) -> At:
        """Say where, by whom and when: the staff row is read here, so that a revoked role acts no more."""
        who = sign_ins.staff(self.conn, self.node, call.user.name)
        if who is None:
            raise AskPersonError(Code.NOT_SIGNED_IN)
        return At(self.node, self.book, call.user.at, who, call.now, self.deps.runtime.new_id)

    def day(self, call: Call) -> str:
        """Return the business date of the till's shift; "" without one: then nothing counts as expired."""
        shift = shifts.current(self.conn, call.user.at)
        return shift.day if shift else ""

    def fresh(self) -> Proof:
        """Return the new PIN's proof; the body's type says that there is one."""
        return next(proof for proof in self.proofs if proof.fresh)

    def tell(self, kind: str, **data: int | str) -> None:
        """Publish a notice to all screens once this is committed."""
        self.notices.append((kind, data))


class Witness(msgspec.Struct, frozen=True):
    """The end of the node's log as this answer saw it: the till keeps it and later asks the node to show it."""

    incarnation: Id
    seq: int
    hash: str


class Done(msgspec.Struct, Generic[_T], frozen=True):
    """A mutating route's answer. ``frames``: the entries it wrote, each sealed to HQ, base64; none standalone."""

    result: _T
    witness: Witness
    frames: list[str]


class Nothing(msgspec.Struct, frozen=True):
    """There is nothing to say but that it is done."""

    done: bool = True


def read(path: str, name: str, summary: str, answer: Any, handler: Any, **more: Any) -> Route:  # noqa: ANN401
    """Make a route that only reads."""
    return Route("GET", PREFIX + path, name, summary, answer, handler, **{"roles": CASHIER, **more})


def act(where: str, name: str, summary: str, result: Any, handler: Any, **more: Any) -> Route:  # noqa: ANN401
    """Make a keyed route of ``"METHOD /path"`` that writes; its answer is ``Done[result]``."""
    method, path = where.split(" ")
    settled = {"roles": CASHIER, "writes": True, "keyed": True, **more}
    return Route(method, PREFIX + path, name, summary, Done[result], handler, **settled)
