"""Signing in at a till by staff number and PIN, and what one may do about oneself."""

import hashlib

import msgspec

from commerce.errors import RuleError
from commerce.reference import StaffRow
from edge_node.errors import AskPersonError, Code
from edge_node.ledger import answers, change_log, reference_local, sign_ins
from edge_node.ledger.node import Node, present_node
from edge_node.ledger.sign_ins import PinRefused, Staff
from edge_node.storage.database import Connection
from edge_node.web import limits
from edge_node.web.fields import Body, Pin, StaffNumber, Till
from edge_node.web.pins import Pins
from edge_node.web.ports import Deps
from edge_node.web.work import PREFIX, SELF, Nothing, Witness, Work, act, read
from foundation.http_api.problem import ApiError
from foundation.http_api.route import Call, Principal, Route

RANKS = ("cashier", "shift_lead", "manager")


class SignInBody(Body):
    """Who, the PIN, and the name of the till that asks; two screens never share a till's name."""

    staff: StaffNumber
    pin: Pin
    till: Till


class ChangePinBody(Body):
    """The present PIN and the new one."""

    old: Pin
    new: Pin

    def pins(self, own: str) -> tuple[tuple[str, str, bool], ...]:
        """List both: the old one is checked, the new one gets a salt."""
        return ((own, self.old, False), (own, self.new, True))


class Me(msgspec.Struct, frozen=True):
    """Who is signed in, where. ``last_n``: the highest number of an Idempotency-Key that this till has used.

    With ``must_change_pin`` in a standalone shop nothing else can be done before the PIN was changed.
    """

    staff: str
    name: str
    roles: list[str]
    must_change_pin: bool
    till: str
    branch: str
    standalone: bool
    last_n: int
    witness: Witness


class SignedIn(msgspec.Struct, frozen=True):
    """A bearer token for the Authorization header; shown once, kept here as a digest only."""

    token: str
    me: Me


def token_hash(token: str) -> bytes:
    """Digest a bearer token for look-up."""
    return hashlib.sha256(token.encode()).digest()


def principal_of(node: Node, who: Staff, till: str, token: str) -> Principal:
    """Return the roles of somebody signed in: none but ``self`` while a standalone shop's PIN must be changed.

    In a chain HQ gives PINs, so there the wish is shown and bars nobody.
    """
    if who.must_change_pin and node.standalone:
        return Principal(who.number, SELF, till, token, Code.PIN_CHANGE_NEEDED)
    return Principal(who.number, SELF | {role for role in RANKS if who.may(role)}, till, token)


def witness_of(conn: Connection, node: Node) -> Witness:
    """Return the end of the node's log."""
    head = change_log.head(conn, node.no)
    return Witness(node.incarnation.hex(), head.seq, head.hash.hex())


class SignIns:
    """The slow routes of this page: they wait for scrypt before they write."""

    def __init__(self, deps: Deps, pins: Pins) -> None:
        self._deps = deps
        self._pins = pins

    async def sign_in(self, call: Call) -> SignedIn:
        """Check the PIN, count a failure, or give a token."""
        body: SignInBody = call.body
        node = self._deps.node()
        proof = await self._pins.proof(node, body.staff, body.pin)
        token = self._deps.runtime.random_bytes(limits.TOKEN_BYTES).hex()

        def work(conn: Connection) -> Me | PinRefused:
            found = sign_ins.check_pin(conn, node, body.staff, proof.digest, call.now)
            if isinstance(found, PinRefused):
                return found
            sign_ins.open_sign_in(conn, node, token_hash(token), found, body.till, call.now)
            return _me(conn, present_node(conn, node), found, body.till)

        me = await self._deps.database.write(work)
        if isinstance(me, PinRefused):
            raise me.error()
        return SignedIn(token, me)

    async def sign_out(self, call: Call) -> Nothing:
        """Forget the token and close its screens."""
        await self._deps.database.write(sign_ins.close_sign_in, bytes.fromhex(call.user.token))
        self._deps.notices.close(call.user.token)
        return Nothing()


def _me(conn: Connection, node: Node, who: Staff, till: str) -> Me:
    return Me(
        who.number,
        who.name,
        list(who.roles),
        who.must_change_pin,
        till,
        node.branch,
        node.standalone,
        answers.newest(conn, till),
        witness_of(conn, node),
    )


def _who(work: Work, call: Call) -> Me:
    who = sign_ins.staff(work.conn, work.node, call.user.name)
    if who is None:
        raise ApiError("signed_out")
    return _me(work.conn, work.node, who, call.user.at)


def _change_pin(work: Work, call: Call) -> Nothing:
    body: ChangePinBody = call.body
    who = work.approver
    if who is None:
        raise AskPersonError(Code.NOT_SIGNED_IN)
    if body.old == body.new:
        raise RuleError("same_pin")
    fresh = work.fresh()
    row = StaffRow(who.number, who.name, who.roles, fresh.salt, fresh.digest)
    reference_local.change_pin(work.conn, work.node, who, row, call.now)
    sign_ins.keep_sign_in(work.conn, work.node, bytes.fromhex(call.user.token), who.number)
    work.reference_changed = True
    return Nothing()


ROUTES = (
    Route("POST", f"{PREFIX}/sign-in", "signIn", "Sign in at a till", SignedIn, body=SignInBody),
    Route("POST", f"{PREFIX}/sign-out", "signOut", "Sign out", Nothing, roles=SELF),
    read("/me", "whoAmI", "Who is signed in", Me, _who, roles=SELF),
    act("POST /me/pin", "changePin", "Change one's own PIN", Nothing, _change_pin, body=ChangePinBody, roles=SELF),
)
