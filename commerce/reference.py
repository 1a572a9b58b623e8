"""Rows of the compacted feeds (sync.md, "Downstream"): what HQ distributes and every branch reads.

Keys are text, ``<kind>:<id>``; ids of members, lots and incarnations are 32 hex digits there. A feed row's body is one
of these dataclasses, encoded with sorted keys. Feed ``chain`` goes to every branch, ``members`` to every branch,
``branch:<id>`` to one. Nothing personal stands in ``chain`` or ``members`` but a masked name and keyed hashes.
"""

from dataclasses import dataclass

from commerce.facts import RefundLine, Tender, Terms, Use
from commerce.plans.row import PlanRow
from commerce.promotions.row import PromotionRow

CHAIN_FEED = "chain"
MEMBERS_FEED = "members"


def branch_feed(branch: str) -> str:
    """Name the feed of one branch."""
    return f"branch:{branch}"


@dataclass(frozen=True, slots=True)
class ProductRow:
    """``product:<item>`` in ``chain``: one thing that can be sold."""

    item: str
    name: str
    category: str
    unit: str
    price: int
    kind: str = "product"  # product | service
    barcodes: tuple[str, ...] = ()
    levels: tuple[tuple[str, int], ...] = ()  # price level → price
    discountable: bool = True
    earns_points: bool = True
    weighed: bool = False
    pinyin: str = ""  # initials, lower case; computed when the row is written
    active: bool = True
    picture: str = ""  # hash of a ``PictureRow``; "" none


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """``category:<name>`` in ``chain``: where a category of products stands; one without a row stands at the top."""

    name: str  # as products bear it
    parent: str = ""  # the category above it; "" none
    place: int = 0  # among its siblings, from 1; 0: after those that have one, by name


@dataclass(frozen=True, slots=True)
class PictureRow:
    """``picture:<hash>`` in ``chain``: the bytes of a picture, at most ``limits.PICTURE_BYTES_MAX`` (``pictures``)."""

    hash: str  # SHA-256 of ``data``, 64 lowercase hex digits: whoever knows it can check the bytes
    kind: str  # png | jpeg | webp, told by the first bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class CardRangeRow:
    """``card_range:<branch>`` in ``branch:<id>``: card numbers that this branch alone gives out (``card_ranges``).

    A number is ``prefix``, the serial padded with zeros to the digits of ``last``, and a check digit.
    """

    branch: str
    prefix: str  # digits
    first: int
    last: int
    next_hint: int  # where to begin to look for a serial that is not taken yet, first … last


@dataclass(frozen=True, slots=True)
class TierRow:
    """``tier:<code>`` in ``chain``: a member tier; thresholds in minor units or points, 0 means not by this."""

    code: str
    name: str
    rank: int
    discount_per_mille: int = 0  # taken off the list price
    price_level: str = ""
    points_per_mille: int = 1000  # multiplier of the points rate
    from_spend: int = 0
    from_top_up: int = 0
    from_points: int = 0
    period_days: int = 365


@dataclass(frozen=True, slots=True)
class TopUpRuleRow:
    """``top_up_rule:<code>`` in ``chain``: what a top-up gives. Amounts in minor units."""

    code: str
    name: str
    min_amount: int
    max_amount: int
    bonus: int = 0
    bonus_per_mille: int = 0
    points: int = 0
    order: str = "proportional"
    bonus_days: int = 0  # 0: the bonus never expires
    principal_ratio: tuple[int, int, int] = (0, 0, 1)
    bonus_ratio: tuple[int, int, int] = (1, 0, 0)
    staged: tuple[tuple[int, int], ...] = ()  # (days later, bonus then issued by HQ)
    active: bool = True


@dataclass(frozen=True, slots=True)
class ClearingRuleRow:
    """``clearing_rule:<rule>:<from_day>`` in ``chain`` or ``branch:<id>``: who bears what of new lots (``sharing``).

    Never changed once its day has come: the next rule gets a day of its own.
    """

    rule: str  # a top-up rule's or plan's code; "" of all of them
    from_day: str  # the first business date on which lots are opened under it
    principal_ratio: tuple[int, int, int] = (0, 0, 1)  # who keeps it: issuer, HQ, spender
    bonus_ratio: tuple[int, int, int] = (1, 0, 0)  # who bears it
    fee_bp: int = 0  # owed by the spender on its share, basis points
    fee_to: str = ""  # empty: to the issuer


@dataclass(frozen=True, slots=True)
class StaffRow:
    """``staff:<number>`` in ``branch:<id>``: who may sign in there. The PIN is a salted scrypt hash."""

    number: str
    name: str
    roles: tuple[str, ...]  # cashier | shift_lead | manager
    pin_salt: bytes
    pin_hash: bytes
    must_change_pin: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True)
class SettingRow:
    """``setting:<name>`` in ``chain`` or ``branch:<id>`` (which wins): one parameter, value as JSON text."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """``directory:<branch>`` in ``chain``: a branch's present node, its key and incarnation."""

    branch: str
    name: str
    node: bytes
    signing_key: bytes
    incarnation: bytes
    active: bool = True


@dataclass(frozen=True, slots=True)
class MemberRow:
    """``member:<id>`` in ``members``: enough to recognise a member anywhere, nothing more."""

    member: bytes
    tier: str
    masked_name: str
    phone_hash: bytes
    last4_hash: bytes
    cards: tuple[tuple[bytes, str], ...] = ()  # (keyed hash, active | lost)
    frozen: bool = False
    alias_of: bytes = b""


@dataclass(frozen=True, slots=True)
class EntitlementRow:
    """``entitlement:<id>`` in ``members``: a period or discount card; ``frozen_on``: the day it was frozen, or ""."""

    entitlement: bytes
    member: bytes
    plan: str
    first_day: str
    last_day: str
    frozen_on: str = ""


@dataclass(frozen=True, slots=True)
class RightsRow:
    """``rights:<lot>:<incarnation>`` in ``branch:<id>``: the total HQ ever granted, and HQ's order if any.

    ``gone_known``: the node's own `gone` as HQ knew it; a node whose `gone` is smaller is an old copy of itself.
    Orders describe a state, so obeying twice is harmless: ``keep`` (return what exceeds `order_amount`), ``expire``,
    ``closing`` (stop using the lot, return all).
    """

    lot: bytes
    incarnation: bytes
    granted: int
    gone_known: int
    order: str
    order_amount: int
    epoch: int
    epoch_id: bytes
    owner: bytes
    owner_kind: str
    asset: str
    issuer: str
    opened_on: str
    expires_on: str
    pair: bytes
    terms: Terms
    mac: bytes  # HQ's, under a key outside the database: shown back to a restored HQ


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """``balance:<member>`` in ``branch:<id>``: the whole chain's balance as HQ knows it."""

    member: bytes
    balances: tuple[tuple[str, int], ...]  # asset → issued - consumed
    as_of: int  # the oldest holder's last word, ms
    keep_per_mille: int = 1000  # how much of fresh value this branch should keep when it is online


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """``profile:<member>`` in ``branch:<id>`` of branches that saw the member: personal data, never in a log."""

    member: bytes
    fields: tuple[tuple[str, str, int], ...]  # (field, value, version)


@dataclass(frozen=True, slots=True)
class ProfileEdit:
    """One field of a profile on its way to HQ, beside the log; ``salt`` opens the fact's commitment."""

    member: bytes
    field: str  # name | phone | gender | birthday | email | address | tags | note | card:<n>
    value: str
    version_seen: int
    salt: bytes


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """``claim:<claim>`` in ``branch:<id>``: to the seller a claim to answer, to the claimant its outcome."""

    claim: bytes
    sale: bytes
    seller: str
    claimant: str
    lines: tuple[tuple[int, int], ...]
    state: str  # to_release | released | refused
    released: tuple[RefundLine, ...] = ()
    uses: tuple[Use, ...] = ()
    tenders: tuple[Tender, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class RightsRequest:
    """Body of a request ``rights``: a member wants to spend here more than this branch may use."""

    member: bytes
    asset: str  # principal (its pair's bonus follows) or another asset
    amount: int  # what is lacking here


FEED_BODIES: dict[str, type] = {
    "product": ProductRow,
    "category": CategoryRow,
    "picture": PictureRow,
    "tier": TierRow,
    "top_up_rule": TopUpRuleRow,
    "clearing_rule": ClearingRuleRow,
    "promotion": PromotionRow,
    "plan": PlanRow,
    "staff": StaffRow,
    "setting": SettingRow,
    "card_range": CardRangeRow,
    "directory": DirectoryRow,
    "member": MemberRow,
    "entitlement": EntitlementRow,
    "rights": RightsRow,
    "balance": BalanceRow,
    "profile": ProfileRow,
    "claim": ClaimRow,
}
"""Kind (the key's part before the first colon) → body. Rows of an unknown kind are stored and left alone."""
