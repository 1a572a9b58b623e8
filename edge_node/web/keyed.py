"""Acts done once: the answer is stored in the transaction of the act, and given again to the same key."""

import base64
import hmac
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from commerce.errors import CommerceError
from edge_node.errors import AskPersonError, Code, EdgeError
from edge_node.ledger import answers, card_passwords, change_log, sign_ins
from edge_node.ledger.answers import Key, Reply
from edge_node.ledger.node import Node
from edge_node.ledger.sign_ins import PinRefused, Staff
from edge_node.web import basket_view, cards, payments, rights_requests
from edge_node.web.basket_view import BasketRef
from edge_node.web.cards import CardRef
from edge_node.web.payments import PaymentRef
from edge_node.web.rights_requests import RequestRef
from edge_node.web.sign_in import witness_of
from edge_node.web.words import problem_of
from edge_node.web.work import SELF, Done, Proof, Witness, Work
from foundation.http_api.problem import ApiError
from foundation.http_api.route import Call, Ready, Route

Ref = BasketRef | RequestRef | CardRef | PaymentRef


class Stored(msgspec.Struct, frozen=True):
    """What is kept of an act's answer. ``ref``: what is shown as it stands when asked; else ``result`` is the answer.

    ``first``, ``last``: ids of the entries it wrote, 0 none: they are sealed anew for each answer.
    """

    witness: Witness
    first: int
    last: int
    ref: Ref | None = None
    result: msgspec.Raw = msgspec.Raw(b"null")


class Outcome(NamedTuple):
    """What came of a keyed request: a refusal ready to be sent, or what is to be shown and sealed."""

    refusal: Ready | None
    stored: Stored | None
    view: Any = None
    entries: tuple[bytes, ...] = ()
    repeated: bool = False


def digest_of(key: bytes, call: Call) -> bytes:
    """Recognise a request: method, path and body (``call.digest``) and who asks, under a key outside the database.

    A body may hold a PIN; without that key nobody can find it out from what is stored.
    """
    return hmac.digest(key, call.digest + call.user.name.encode(), "sha256")


def key_of(call: Call) -> Key:
    """Read the key; ApiError ``foreign_key`` when it is not the signed-in till's."""
    key = answers.parse_key(call.key)
    if key.till != call.user.at:
        raise ApiError("foreign_key", till=call.user.at)
    return key


def run(work: Work, route: Route, call: Call, digest: bytes) -> Outcome:
    """Do the act once, on the database thread, in the caller's transaction."""
    key = key_of(call)
    handler = route.handler
    assert handler is not None
    repeated = answers.find(work.conn, key, digest) is not None
    refused = None if repeated else _check_pins(work, route, call.now)

    def act(_: object) -> Reply:
        if refused is not None:
            raise refused
        return Reply(route.status, _act(work, handler, call))

    def refuse(error: EdgeError | CommerceError) -> Reply:
        status, problem = problem_of(error, call.accept)
        work.notices.clear()
        work.cancelled.clear()
        work.charges.clear()
        work.reference_changed = work.devices_changed = False
        return Reply(status, msgspec.json.encode(problem))

    reply = answers.once(work.conn, key, digest, call.now, work=act, refuse=refuse)
    sign_ins.touch_sign_in(work.conn, bytes.fromhex(call.user.token), call.now)
    if reply.status != route.status:
        return Outcome(Ready(*reply), None, repeated=repeated)
    stored = _STORED.decode(reply.body)
    entries = () if work.node.standalone else _entries(work, stored)
    return Outcome(None, stored, _see(work, call, stored), entries, repeated)


def _see(work: Work, call: Call, stored: Stored) -> Any:  # noqa: ANN401  an answer
    """Show what an answer tells: what was stored, or how things stand now."""
    match stored.ref:
        case BasketRef():
            return basket_view.see(work, call, stored.ref)
        case CardRef():
            return cards.see(work, stored.ref)
        case PaymentRef():
            return payments.see(work, stored.ref)
        case _:
            return stored.result


def see_again(work: Work, call: Call, stored: Stored) -> Any:  # noqa: ANN401  an answer
    """Show how a rights request, or a payment, stands after it was waited for."""
    if isinstance(stored.ref, PaymentRef):
        return payments.see(work, stored.ref)
    assert isinstance(stored.ref, RequestRef)
    return rights_requests.see(work, call, stored.ref)


def answer(outcome: Outcome, view: object, node: Node, seal: Callable[[bytes], bytes | None]) -> Done[Any]:
    """Put the answer together, each entry sealed for the till to keep.

    Entries of an earlier incarnation, which a late repeat may ask for, are not sealed: frames name the present log.
    """
    assert outcome.stored is not None
    ours = outcome.stored.witness.incarnation == node.incarnation.hex()
    frames = [seal(entry) for entry in outcome.entries] if ours else []
    return Done(view, outcome.stored.witness, [base64.b64encode(frame).decode() for frame in frames if frame])


_STORED = msgspec.json.Decoder(Stored)


def _act(work: Work, handler: Callable[[Any, Call], Any], call: Call) -> bytes:
    """Run the handler; return what is stored, with the entries that it wrote."""
    before = change_log.head(work.conn, work.node.no).seq
    result = handler(work, call)
    witness = witness_of(work.conn, work.node)
    wrote = witness.seq > before
    first = change_log.entry_id(work.node.no, before + 1) if wrote else 0
    last = change_log.entry_id(work.node.no, witness.seq) if wrote else 0
    if isinstance(result, Ref):
        return msgspec.json.encode(Stored(witness, first, last, ref=result))
    return msgspec.json.encode(Stored(witness, first, last, result=msgspec.Raw(msgspec.json.encode(result))))


def _entries(work: Work, stored: Stored) -> tuple[bytes, ...]:
    """Read the entries that an act wrote, exactly as hashed."""
    if not stored.first:
        return ()
    no, first = change_log.split_id(stored.first)
    _, last = change_log.split_id(stored.last)
    found = (change_log.read_entry(work.conn, no, seq) for seq in range(first, last + 1))
    return tuple(entry.entry for entry in found if entry is not None)


def _check_pins(work: Work, route: Route, now: int) -> EdgeError | None:
    """Check the PINs of a body; a failure is counted even though the act is refused."""
    for proof in _to_check(work.proofs):
        found: Staff | PinRefused = sign_ins.check_pin(work.conn, work.node, proof.number, proof.digest, now)
        if isinstance(found, PinRefused):
            return found.error()
        if found.must_change_pin and work.node.standalone and route.roles != SELF:
            return AskPersonError(Code.PIN_CHANGE_NEEDED)
        work.approver = found
    return _check_card(work, now)


def _check_card(work: Work, now: int) -> EdgeError | None:
    """Check the password of a member's cards; its failure is counted in the same way."""
    proof = work.card_proof
    if proof is None:
        return None
    refused = card_passwords.check(work.conn, proof.member, proof.digest, now)
    if refused is None:
        work.proved = proof.member
    return refused


def _to_check(proofs: Sequence[Proof]) -> list[Proof]:
    return [proof for proof in proofs if not proof.fresh]
