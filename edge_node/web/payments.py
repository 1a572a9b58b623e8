"""Payments through a provider (WeChat, Alipay by the customer's code): asked for, seen, cancelled.

The code that the customer showed is used once and stored nowhere. An answer tells how the payment stands when it is
given, so a repeated request charges nobody again.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from edge_node.errors import Code as EdgeCode
from edge_node.errors import NotNowError
from edge_node.ledger import payments
from edge_node.ledger.payments import Payment
from edge_node.till.at import desk
from edge_node.web import limits
from edge_node.web.fields import Body, Code, Positive
from edge_node.web.work import Work, act, read
from foundation.http_api.route import Call, Id
from foundation.http_api.show import show


class AskPaymentBody(Body):
    """What a customer shall pay by a tender with a provider; ``code``: as shown and scanned.

    ``wait_ms``: how long the till waits for the provider; then it looks again.
    """

    tender: Code
    amount: Positive
    code: Annotated[str, Meta(pattern=r"^[!-~]{1,128}$")]
    wait_ms: Annotated[int, Meta(ge=0, le=limits.PAYMENT_WAIT_MS)] = limits.PAYMENT_WAIT_DEFAULT_MS


class NoBody(Body):
    """There is nothing to say."""


class PaymentsQuery(Body):
    """``open`` 1: those that somebody has to look after (asking, unknown, paid and not used, refunding)."""

    open: Annotated[int, Meta(ge=0, le=1)] = 0


class PaymentAnswer(msgspec.Struct, frozen=True):
    """A payment. ``state``: asking | unknown | paid | used | refused | cancelled | refunding | refunded.

    ``cancel``: it is being cancelled; ``code``: why the provider refused; ``act``: the sale, top-up … it paid.
    """

    payment: Id
    till: str
    tender: str
    amount: int
    state: str
    cancel: bool
    code: str
    provider_ref: str
    act: str
    at: int


class PaymentList(msgspec.Struct, frozen=True):
    """The latest first; the open ones: the oldest first."""

    payments: list[PaymentAnswer]


class PaymentRef(msgspec.Struct, frozen=True, tag="payment"):
    """What is stored of a payment that was asked for."""

    payment: Id
    wait_ms: int = 0


def see(work: Work, ref: PaymentRef) -> PaymentAnswer:
    """Show how a payment stands now."""
    return _shown(payments.get(work.conn, bytes.fromhex(ref.payment)))


def _shown(row: Payment) -> PaymentAnswer:
    return show(row, PaymentAnswer)


def _ask(work: Work, call: Call) -> PaymentRef:
    body: AskPaymentBody = call.body
    at = work.at(call)
    desk(work.conn, at)
    provider = at.book.settings.till.provider(body.tender)
    there = work.deps.payments
    if not provider or there is None or not there.knows(provider):
        raise NotNowError(EdgeCode.NO_PROVIDER, tender=body.tender)
    asked = payments.new(at.new_id(), at.till, (body.tender, provider, body.amount), call.now)
    payments.ask(work.conn, asked)
    work.charges.append((asked.payment, body.code))
    return PaymentRef(asked.payment.hex(), body.wait_ms)


def _one(work: Work, call: Call) -> PaymentAnswer:
    return _shown(payments.get(work.conn, call.id("payment")))


def _list(work: Work, call: Call) -> PaymentList:
    query: PaymentsQuery = call.query
    return PaymentList([_shown(row) for row in payments.listed(work.conn, only_open=bool(query.open))])


def _cancel(work: Work, call: Call) -> PaymentRef:
    row = payments.cancel(work.conn, call.id("payment"), call.now)
    work.tell("payment", payment=row.payment.hex(), till=row.till, state=row.state)
    return PaymentRef(row.payment.hex())


ROUTES = (
    act("POST /payments", "askPayment", "Charge a customer by a provider", PaymentAnswer, _ask, body=AskPaymentBody),
    read("/payments", "listPayments", "Payments by providers", PaymentList, _list, query=PaymentsQuery),
    read("/payments/{payment}", "payment", "How a payment stands", PaymentAnswer, _one),
    act("POST /payments/{payment}/cancel", "cancelPayment", "Cancel or give back", PaymentAnswer, _cancel, body=NoBody),
)
