"""The customer's second screen: a token that shows one till's customer view and can do nothing else.

The screen stands in the hands of customers, so it keeps no sign-in of staff. Its token is the till's name and a MAC
under a key that lies outside the database: it needs no row, survives restarts and the cashiers' sign-outs, and opens
nothing but what anybody who stands at that till can read.
"""

import hmac
import re

import msgspec

from edge_node.devices.customer_view import CustomerView
from edge_node.errors import AskPersonError, Code
from edge_node.ledger import sign_ins
from edge_node.ledger.sign_ins import PinRefused, Staff
from edge_node.storage.database import Connection
from edge_node.web.customer_view import customer_view
from edge_node.web.fields import TILL, Till
from edge_node.web.pins import Pins
from edge_node.web.ports import Deps
from edge_node.web.sign_in import SignInBody, token_hash
from edge_node.web.work import CASHIER, PREFIX, Work, read
from foundation.http_api.route import Call, Principal, Route

CUSTOMER = frozenset({"customer"})
"""The role of a customer's screen; no member of staff has it."""
NOTICES = frozenset({"customer"})
"""The only notices that such a screen hears."""

_TOKEN = re.compile(r"customer\.(?P<till>[a-z0-9-]{1,16})\.(?P<mac>[0-9a-f]{64})")


class ScreenToken(msgspec.Struct, frozen=True):
    """The bearer token of a till's customer screen, and which till it is."""

    token: str
    till: Till


def token_of(key: bytes, till: str) -> str:
    """Return the token of a till's customer screen. `key`: ``Deps.digest_key``."""
    return f"customer.{till}.{_mac(key, till)}"


def _mac(key: bytes, till: str) -> str:
    return hmac.digest(key, b"customer screen\0" + till.encode(), "sha256").hex()


def principal_of(key: bytes, token: str) -> Principal | None:
    """Return the screen whose token it is; None for any other token."""
    found = _TOKEN.fullmatch(token)
    if found is None or re.fullmatch(TILL, found["till"]) is None:
        return None
    if not hmac.compare_digest(found["mac"], _mac(key, found["till"])):
        return None
    return Principal("", CUSTOMER, found["till"], token_hash(token).hex())


class ScreenSignIns:
    """The slow route of this page: it waits for scrypt."""

    def __init__(self, deps: Deps, pins: Pins) -> None:
        self._deps = deps
        self._pins = pins

    async def sign_in(self, call: Call) -> ScreenToken:
        """Check a PIN as any sign-in does, and give the screen's token; nobody is signed in by it."""
        body: SignInBody = call.body
        node = self._deps.node()
        proof = await self._pins.proof(node, body.staff, body.pin)

        def work(conn: Connection) -> Staff | PinRefused:
            return sign_ins.check_pin(conn, node, body.staff, proof.digest, call.now)

        found = await self._deps.database.write(work)
        if isinstance(found, PinRefused):
            raise found.error()
        if found.must_change_pin and node.standalone:
            raise AskPersonError(Code.PIN_CHANGE_NEEDED)
        return ScreenToken(token_of(self._deps.digest_key, body.till), body.till)


def _token(work: Work, call: Call) -> ScreenToken:
    return ScreenToken(token_of(work.deps.digest_key, call.user.at), call.user.at)


def _view(work: Work, call: Call) -> CustomerView:
    return customer_view(work.conn, work.node, work.book, call.user.at, call.now)


ROUTES = (
    Route(
        "POST",
        f"{PREFIX}/customer-screen/sign-in",
        "signInCustomerScreen",
        "Let a screen show what a till's customer sees",
        ScreenToken,
        body=SignInBody,
    ),
    read("/customer-screen/token", "customerScreenToken", "The token of this till's screen", ScreenToken, _token),
    read("/customer-screen", "customerScreen", "What the customer sees", CustomerView, _view, roles=CUSTOMER | CASHIER),
)
