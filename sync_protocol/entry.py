"""An entry of the change log: the fixed envelope that every protocol version can read, and an opaque body.

Wire form: the canonical msgpack array ``[seq, at, kind, version, moves, postings, body]``. These bytes are
hashed, stored, sent and verified; nobody encodes an entry a second time.
"""

from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta

from sync_protocol import codec, limits
from sync_protocol.errors import EntryError, ProtocolError

Account = bytes | str
"""A posting's account: 16 bytes are a lot, text is any other account (``cash:b001:cash``)."""

_Seq = Annotated[int, Meta(ge=1, le=limits.MAX_SEQ)]
_Kind = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,23}\Z")]
_Version = Annotated[int, Meta(ge=1, le=65_535)]
_Name = Annotated[str, Meta(min_length=1, max_length=limits.MAX_NAME)]
_Id = Annotated[bytes, Meta(min_length=limits.ID, max_length=limits.ID)]
_Ref = Annotated[bytes, Meta(max_length=limits.ID)]
_Reason = Annotated[int, Meta(ge=1, le=255)]
_Positive = Annotated[int, Meta(ge=1, le=limits.MAX_NUMBER)]
_Natural = Annotated[int, Meta(ge=0, le=limits.MAX_NUMBER)]
_Signed = Annotated[int, Meta(ge=-limits.MAX_NUMBER, le=limits.MAX_NUMBER)]


class EntryMove(NamedTuple):
    """One change of a holder's rights to one lot. ``counter``: that counter of (lot, incarnation) after the move.

    The reason's range tells the counter: 1-15 raise ``born``, 16-31 raise ``gone``, from 32 on they are acts of HQ.
    """

    lot: _Id
    reason: _Reason
    amount: _Positive
    counter: _Natural
    ref: _Ref = b""


class EntryPosting(NamedTuple):
    """One double-entry line; ``account`` is an ``Account``, ``amount`` is never 0, positive is a debit."""

    account: Any  # bytes | str: msgspec has no such union, ``_check_postings`` does it
    unit: _Name
    amount: _Signed


class Entry(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """One fact as it stands in a log. ``at``: ms since 1970 by the writer's clock; ``body``: canonical msgpack map."""

    seq: _Seq
    at: _Natural
    kind: _Kind
    version: _Version
    moves: Annotated[tuple[EntryMove, ...], Meta(max_length=limits.MAX_MOVES)]
    postings: Annotated[tuple[EntryPosting, ...], Meta(max_length=limits.MAX_POSTINGS)]
    body: Annotated[bytes, Meta(max_length=limits.MAX_ENTRY)]


_DECODER = msgspec.msgpack.Decoder(Entry)


def encode_entry(entry: Entry) -> bytes:
    """Write an entry's bytes, once and for all. What ``decode_entry`` would refuse raises ``EntryError`` here."""
    try:
        data = codec.encode(entry)
    except ProtocolError as error:
        raise EntryError(error.text) from None
    decode_entry(data)
    return data


def decode_entry(data: bytes, *, balanced: bool = True) -> Entry:
    """Read an entry: types, bounds, canonical form, postings that sum to zero per unit. Any fault is an ``EntryError``.

    With ``balanced=False`` an envelope whose postings do not balance is returned too: HQ books it to suspense, for the
    log must move on.
    """
    if len(data) > limits.MAX_ENTRY:
        raise EntryError(f"{len(data)} bytes where {limits.MAX_ENTRY} are allowed")
    try:
        entry = codec.decode_canonical(_DECODER, data)
    except ProtocolError as error:
        raise EntryError(error.text) from None
    _check_postings(entry.postings, balanced)
    return entry


def starts_with_seq(data: bytes, seq: int) -> bool:
    """Tell whether entry bytes claim this seq, without decoding them (canonical bytes have one prefix per seq)."""
    return data.startswith(_ARRAY_OF_7 + codec.encode(seq))


_ARRAY_OF_7 = b"\x97"


def _check_postings(postings: tuple[EntryPosting, ...], balanced: bool) -> None:
    """Check the accounts, the amounts and, if asked, that each unit sums to zero."""
    sums: dict[str, int] = {}
    for account, unit, amount in postings:
        if type(account) is bytes:
            if len(account) != limits.ID:
                raise EntryError("a lot's account is not 16 bytes")
        elif type(account) is not str or not 0 < len(account) <= limits.MAX_NAME:
            raise EntryError("an account is neither a lot nor a name")
        if amount == 0:
            raise EntryError("a posting of nothing")
        sums[unit] = sums.get(unit, 0) + amount
    if balanced and any(sums.values()):
        raise EntryError("postings do not sum to zero")
