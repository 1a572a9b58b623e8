"""What a customer may see of the till at which they stand, on whatever display: nothing here names staff or ids."""

from typing import Literal

import msgspec


class CustomerLine(msgspec.Struct, frozen=True):
    """One line. ``amount``: what it costs after all discounts; ``list_amount``: before them; minor units."""

    name: str
    milli_qty: int
    unit_price: int
    amount: int
    list_amount: int


class CustomerTender(msgspec.Struct, frozen=True):
    """One part of a payment. ``tender``: cash, stored_value, points or the chain's name for another one."""

    tender: str
    amount: int


class CustomerCode(msgspec.Struct, frozen=True):
    """A code of the shop's own that the customer scans to pay. ``rows``: the QR code, a row of ``0`` and ``1`` each."""

    tender: str
    name: str
    rows: list[str]


class CustomerView(msgspec.Struct, frozen=True):
    """What to show. ``state``: idle | basket (being rung up) | paid (just now, for ``ends_in_ms`` more).

    ``earlier``: lines before the ones shown; ``saved``: all discounts; ``member``: masked name, "" for a walk-in.
    ``given``: money handed over or taken by other tenders, ``change``: handed back. ``text``: the shop's own words
    while idle, "" for a plain welcome; ``pictures``: hashes of those to be shown meanwhile, in turn.
    ``codes``: what may be scanned to pay a basket; ``credited``: value that a top-up gave, with its bonus. Amounts in
    minor units.
    """

    state: Literal["idle", "basket", "paid"]
    till: str
    language: str
    shop: str
    text: str
    lines: list[CustomerLine] = []
    earlier: int = 0
    saved: int = 0
    total: int = 0
    member: str = ""
    tenders: list[CustomerTender] = []
    given: int = 0
    change: int = 0
    points: int = 0
    ends_in_ms: int = 0
    pictures: list[str] = []
    credited: int = 0
    codes: list[CustomerCode] = []
