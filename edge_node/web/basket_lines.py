"""Lines of a basket: added by item or by a scanned code, changed, taken out."""

from functools import partial
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from commerce import basket as rules
from commerce.basket import PriceOverride
from commerce.errors import InputError
from commerce.quantity import ONE
from edge_node.errors import Code as EdgeCode
from edge_node.errors import MendInputError
from edge_node.till import baskets
from edge_node.web.approvals import MayBeApproved
from edge_node.web.basket_view import BasketAnswer, BasketRef, changed
from edge_node.web.baskets import DiscountBody
from edge_node.web.fields import LINE, Amount, Attendants, Body, Code, MilliQty, Text
from edge_node.web.work import Work, act
from foundation.http_api.route import Call

_LINE = {"line": LINE}


class AddLineBody(Body):
    """What is added: an item by its number, or a code as scanned; one of the two. Labels bring their own quantity."""

    item: Code | None = None
    scan: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    milli_qty: MilliQty = ONE
    attendant: Attendants = ""
    note: Text = ""
    merge: bool = True


class OverrideBody(Body):
    """A unit price set by hand; 0 gives the goods away."""

    price: Amount
    reason: Text = ""


class ChangeLineBody(MayBeApproved):
    """What changes; a field that is absent stays, null clears."""

    milli_qty: MilliQty | UnsetType = UNSET
    override: OverrideBody | UnsetType | None = UNSET
    discount: DiscountBody | UnsetType | None = UNSET
    note: Text | UnsetType = UNSET
    attendant: Attendants | UnsetType = UNSET


def _add(work: Work, call: Call) -> BasketRef:
    body: AddLineBody = call.body
    if (body.item is None) == (body.scan is None):
        raise MendInputError(EdgeCode.BAD_REQUEST, field="item")
    item, milli_qty, label = body.item or "", body.milli_qty, None
    if body.scan is not None:
        found = work.book.catalogue.scan(body.scan)
        if not found:
            raise InputError("unknown_item", item=body.scan[:32])
        if len(found) > 1:
            baskets.opened(work.conn, work.at(call), call.id("basket"))
            return BasketRef(call.params["basket"], [scan.product.item for scan in found])
        item, label = found[0].product.item, found[0].label_amount
        milli_qty = found[0].milli_qty if found[0].milli_qty != ONE else milli_qty
    result = baskets.change(
        work.conn,
        work.at(call),
        call.id("basket"),
        lambda old: rules.add(
            old,
            work.book.catalogue,
            item,
            milli_qty,
            attendant=baskets.attendants(work.book, body.attendant),
            note=body.note,
            label_amount=label,
            merge=body.merge,
        ),
    )
    return changed(work, result)


def _change(work: Work, call: Call) -> BasketRef:
    body: ChangeLineBody = call.body
    at, basket, line = work.at(call), call.id("basket"), int(call.params["line"])
    change = partial(baskets.change, work.conn, at, basket)
    if body.milli_qty is not UNSET:
        milli_qty = body.milli_qty
        change(lambda old: rules.set_quantity(old, work.book.catalogue, line, milli_qty))
    if body.override is not UNSET:
        price = PriceOverride(body.override.price, "", body.override.reason) if body.override else None
        baskets.override(work.conn, at, basket, line, price, approver=work.approver)
    if body.discount is not UNSET:
        given = body.discount.given() if body.discount else None
        baskets.discount(work.conn, at, basket, line, given, approver=work.approver)
    note = None if body.note is UNSET else body.note
    attendant = None if body.attendant is UNSET else baskets.attendants(work.book, body.attendant)
    result = change(lambda old: rules.set_words(old, line, note=note, attendant=attendant))
    return changed(work, result)


def _remove(work: Work, call: Call) -> BasketRef:
    line = int(call.params["line"])
    result = baskets.change(work.conn, work.at(call), call.id("basket"), lambda old: rules.remove(old, line))
    work.tell("customer", till=call.user.at)
    return BasketRef(result.id.hex())


ROUTES = (
    act("POST /baskets/{basket}/lines", "addLine", "Add goods by item or scan", BasketAnswer, _add, body=AddLineBody),
    act(
        "PATCH /baskets/{basket}/lines/{line}",
        "changeLine",
        "Change quantity, price, discount, note or attendant",
        BasketAnswer,
        _change,
        body=ChangeLineBody,
        params=_LINE,
    ),
    act(
        "DELETE /baskets/{basket}/lines/{line}",
        "removeLine",
        "Take a line out",
        BasketAnswer,
        _remove,
        params=_LINE,
    ),
)
