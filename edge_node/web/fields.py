"""Types of single fields in bodies and queries, with the bounds that the OpenAPI document shows."""

from typing import Annotated

import msgspec
from msgspec import Meta

from commerce.limits import (
    AMOUNT_MAX,
    ATTENDANTS_MAX,
    CODE_MAX,
    LINES_MAX,
    MILLI_QTY_MAX,
    POINTS_MAX,
    TENDERS_MAX,
    TEXT_MAX,
)
from edge_node.limits import CARD, NAME, PIN, SEARCH_TEXT, STAFF_NUMBER
from foundation.http_api.route import Id

TILL = r"^[a-z0-9][a-z0-9-]{0,15}$"
CODE = r"^[^\s/]{1,32}$"
LINE = r"^[0-9]{1,9}$"
REQUEST = r"^[0-9]{1,6}-[0-9]{1,9}$"

Till = Annotated[str, Meta(pattern=TILL, description="the till's own name, lower case")]
StaffNumber = Annotated[str, Meta(min_length=1, max_length=STAFF_NUMBER)]
Pin = Annotated[str, Meta(pattern=rf"^[0-9]{{{PIN[0]},{PIN[1]}}}$")]
Amount = Annotated[int, Meta(ge=0, le=AMOUNT_MAX, description="minor units")]
Positive = Annotated[int, Meta(ge=1, le=AMOUNT_MAX, description="minor units")]
Points = Annotated[int, Meta(ge=1, le=POINTS_MAX)]
MilliQty = Annotated[int, Meta(ge=1, le=MILLI_QTY_MAX, description="thousandths of the item's unit")]
PerMille = Annotated[int, Meta(ge=0, le=1000, description="thousandths")]
Text = Annotated[str, Meta(max_length=TEXT_MAX)]
Reason = Annotated[str, Meta(min_length=1, max_length=TEXT_MAX)]
Code = Annotated[str, Meta(min_length=1, max_length=CODE_MAX)]
MaybeCode = Annotated[str, Meta(max_length=CODE_MAX)]
Attendants = Annotated[str, Meta(max_length=ATTENDANTS_MAX, description="staff numbers joined by commas, four at most")]
Name = Annotated[str, Meta(min_length=1, max_length=NAME)]
Phone = Annotated[str, Meta(min_length=5, max_length=32)]
Card = Annotated[str, Meta(min_length=1, max_length=CARD + 8)]
Search = Annotated[str, Meta(min_length=1, max_length=SEARCH_TEXT)]
Day = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="business date")]
Lines = Annotated[int, Meta(ge=0, le=LINES_MAX)]


class Body(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Base of request bodies and queries: unknown fields are refused."""


class Approval(Body):
    """A shift lead's number and PIN, typed on the spot."""

    staff: StaffNumber
    pin: Pin


class OfferBody(Body):
    """One tender offered. ``amount``: cash as handed over, of any other tender what it shall pay."""

    tender: Code
    amount: Positive
    ref: Text = ""


Offers = Annotated[list[OfferBody], Meta(max_length=TENDERS_MAX)]


class Tendered(msgspec.Struct, frozen=True):
    """One part of a payment. ``given``: cash handed over, or points used."""

    tender: str
    amount: int
    given: int
    ref: str


class UsedLot(msgspec.Struct, frozen=True):
    """One lot that paid or got value back. ``amount`` in its asset, ``value`` in minor units."""

    lot: Id
    asset: str
    issuer: str
    amount: int
    value: int
