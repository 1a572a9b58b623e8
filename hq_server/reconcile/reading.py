"""From bytes to facts: what stage 2 looks at in an entry.

The envelope is read with the wire's own bounds; what one entry, and one branch in all its life, may bring into the
books is bounded by their ``weight``. Of a sale, nine facts in ten, only what HQ books is decoded. What cannot be read
is said by `problem`, never raised: the log moves on.
"""

from collections.abc import Callable, Iterable
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta

from commerce.facts import Body, LotIssue, Tender, body_type
from commerce.limits import STAGES_MAX
from commerce.wallet import ORDERS
from sync_protocol import limits

BOOKED_MAX = 2**40
"""What one entry of a branch may move and post in all: ten billion in cents, a hundred times the dearest act."""

TURNOVER_MAX = 2**46
"""What all entries of a branch may move and post in all its life: a century of a thousand million a year, in cents.

No counter, term of a lot or account can pass the sum of its branches' turnovers. So thousands of hostile branches fit
SQLite's 63 bits, a hundred on one lot the 53 of an entry of HQ; and none can use up the room of an honest one.
"""

ENTRY, BODY = "entry", "body"
"""Problems: an entry that cannot be read, and one whose envelope alone can."""

_Id = Annotated[bytes, Meta(min_length=limits.ID, max_length=limits.ID)]
_Name = Annotated[str, Meta(min_length=1, max_length=limits.MAX_NAME)]
_Amount = Annotated[int, Meta(ge=1, le=limits.MAX_NUMBER)]
_Posted = Annotated[int, Meta(ge=-limits.MAX_NUMBER, le=limits.MAX_NUMBER)]
_Count = Annotated[int, Meta(ge=0, le=limits.MAX_NUMBER)]
_Signed = Annotated[int, Meta(ge=-BOOKED_MAX, le=BOOKED_MAX)]


class BookedMove(NamedTuple):
    """A move as booked; the fields of ``sync_protocol.entry.EntryMove``."""

    lot: _Id
    reason: Annotated[int, Meta(ge=1, le=255)]
    amount: _Amount
    counter: _Count
    ref: Annotated[bytes, Meta(max_length=limits.ID)] = b""


BookedPosting = tuple[Any, _Name, _Posted]
"""A posting as booked: account, unit, amount. The account is 16 bytes (a lot) or text; anything else ends in suspense.

A plain tuple: there are six in a sale, and plain ones are made and freed in half the time.
"""


class Envelope(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An entry as HQ books it: the wire form of ``sync_protocol.entry.Entry``."""

    seq: int
    at: _Count
    kind: str
    version: int
    moves: tuple[BookedMove, ...]
    postings: tuple[BookedPosting, ...]
    body: bytes


class SaleView(msgspec.Struct, frozen=True, gc=False):
    """What HQ books of a sale; the lines are read again from the entry when something comes back."""

    sale: _Id
    day: Annotated[str, Meta(max_length=10)]
    member: Annotated[bytes, Meta(max_length=limits.ID)]
    tenders: tuple[tuple[str, _Signed, int, str], ...]
    earned: msgspec.Raw
    uses: msgspec.Raw = msgspec.Raw()


class _Act(msgspec.Struct, frozen=True):
    """The one field that tells bodies of a kind apart."""

    act: str = ""


class Reading(NamedTuple):
    """One entry on its way into the books. `hash`: set for evidence only; `problem`: why body or entry is opaque."""

    no: int
    seq: int
    entry: bytes
    envelope: Envelope | None
    body: Any
    hash: bytes
    problem: str


_ENCODER = msgspec.msgpack.Encoder(order="sorted")
_ENVELOPE = msgspec.msgpack.Decoder(Envelope)
_ACT = msgspec.msgpack.Decoder(_Act)
_SALE = msgspec.msgpack.Decoder(SaleView)
_LOT_ISSUE = msgspec.msgpack.Decoder(LotIssue | None)
_DECODERS: dict[type, Callable[[bytes], Any]] = {}
_VERSION = 1
_OWNERS = frozenset({"member", "bearer", "chain"})
_ASSET_MAX = 64
_DAY = 10


def read(no: int, seq: int, entry: bytes, hash_: bytes = b"") -> Reading:
    """Read entry `seq` of log `no`."""
    try:
        envelope = _ENVELOPE.decode(entry)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return Reading(no, seq, entry, None, None, hash_, ENTRY)
    try:
        return Reading(no, seq, entry, envelope, _body(envelope), hash_, "")
    except (msgspec.DecodeError, ValueError, RecursionError):
        return Reading(no, seq, entry, envelope, None, hash_, BODY)


def weight(envelope: Envelope) -> int:
    """Add up all that an entry moves and posts, without signs."""
    total = 0
    for move in envelope.moves:
        total += move[2]
    for posting in envelope.postings:
        amount = posting[2]
        total += amount if amount > 0 else -amount
    return total


def earned_lot(view: SaleView) -> LotIssue | None:
    """Decode the points lot of a sale; None when it earned none or the bytes are not one."""
    try:
        lot: LotIssue | None = _LOT_ISSUE.decode(view.earned)
    except msgspec.DecodeError:
        return None
    return lot


def money_of(tenders: Iterable[Tender]) -> int:
    """Add up what tenders say was handed out; a branch wrote the numbers, so they are bounded here."""
    return min(sum(tender.amount for tender in tenders if tender.amount > 0), BOOKED_MAX)


def is_sound(issue: LotIssue) -> bool:
    """Whether a lot can be what its issue says: words of the sizes that feeds and facts have room for, usable terms."""
    terms = issue.terms
    figures = (terms.paid, terms.bonus, terms.uses, terms.fee_bp, *terms.principal_ratio, *terms.bonus_ratio)
    return (
        len(issue.owner) <= limits.ID
        and issue.owner_kind in _OWNERS
        and 0 < len(issue.asset) <= _ASSET_MAX
        and len(issue.issuer) <= _ASSET_MAX
        and len(issue.opened_on) == _DAY
        and len(issue.expires_on) in {0, _DAY}
        and len(issue.pair) in {0, limits.ID}
        and terms.order in ORDERS
        and len(terms.plan) <= _ASSET_MAX
        and len(terms.fee_to) <= _ASSET_MAX
        and len(terms.staged) <= STAGES_MAX
        and all(0 <= figure <= BOOKED_MAX for figure in (*figures, *(part for step in terms.staged for part in step)))
    )


def encode_body(body: Body) -> bytes:
    """Write a fact's body canonically."""
    return _ENCODER.encode(body)


def full(kind: str, entry: bytes) -> Any:  # noqa: ANN401 - a body of any kind
    """Decode the whole body of an entry of `kind`; msgspec's errors pass."""
    envelope = _ENVELOPE.decode(entry)
    bodies = body_type(kind, "")
    return _decoder(bodies)(envelope.body) if bodies else None


def _body(envelope: Envelope) -> Any:  # noqa: ANN401 - a body of any kind, None when opaque
    """Decode the body of a known kind and version; later versions and unknown acts stay opaque."""
    if envelope.version != _VERSION:
        return None
    if envelope.kind == "sale":
        return _SALE.decode(envelope.body)
    bodies = body_type(envelope.kind, _ACT.decode(envelope.body).act)
    return _decoder(bodies)(envelope.body) if bodies else None


def _decoder(bodies: type) -> Callable[[bytes], Any]:
    """Return the typed decoder of a body class, made once."""
    if bodies not in _DECODERS:
        _DECODERS[bodies] = msgspec.msgpack.Decoder(bodies).decode
    return _DECODERS[bodies]
