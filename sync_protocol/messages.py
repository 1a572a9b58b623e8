"""The messages inside sealed frames, both directions, and the closed set of verdicts.

Wire form: a msgpack array whose first element is the message's tag. Types, lengths and ranges are checked by the
decoder; what depends on other fields is checked in ``wire.py`` or by the session.
"""

from enum import StrEnum
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from sync_protocol import limits
from sync_protocol.chain import LogIdentity, Point, Predecessor
from sync_protocol.epoch import HqEpoch
from sync_protocol.errors import RefusalCode

_Id = Annotated[bytes, Meta(min_length=limits.ID, max_length=limits.ID)]
_Hash = Annotated[bytes, Meta(min_length=limits.HASH, max_length=limits.HASH)]
_SigningKey = Annotated[bytes, Meta(min_length=limits.SIGNING_KEY, max_length=limits.SIGNING_KEY)]
_Natural = Annotated[int, Meta(ge=0, le=limits.MAX_NUMBER)]
_Count = Annotated[int, Meta(ge=0, le=limits.MAX_COUNTER_32)]
_Name = Annotated[str, Meta(min_length=1, max_length=limits.MAX_NAME)]
_Word = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,23}\Z")]
_Branch = Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,16}\Z")]
_Text = Annotated[str, Meta(max_length=limits.MAX_TEXT)]
_Statement = Annotated[bytes, Meta(max_length=limits.MAX_SIGNED)]


class VerdictKind(StrEnum):
    """What HQ concludes about an offered log (sync.md, "Handshake")."""

    NORMAL = "normal"
    BEHIND = "behind"
    FORK = "fork"
    CLOSED = "closed"
    UNKNOWN_ACCEPTED = "unknown_accepted"
    REFUSED = "refused"
    RECOVERY = "recovery"


LIVE_VERDICTS = frozenset({VerdictKind.NORMAL, VerdictKind.UNKNOWN_ACCEPTED})
"""Of the current log: the session may go live, rights rows may flow."""

PUSH_VERDICTS = LIVE_VERDICTS | {VerdictKind.CLOSED, VerdictKind.BEHIND, VerdictKind.FORK}
"""Of an earlier log, in a session whose current log is live: its tail is taken, as history or as evidence."""


class FeedPosition(NamedTuple):
    """A place in a feed: at a node, how far it applied; in WELCOME, where the feed's head is."""

    lineage: HqEpoch
    position: _Natural


class Row(NamedTuple):
    """One row of a feed. ``body`` None is a tombstone; versions are only compared, never counted."""

    key: _Name
    version: _Natural
    body: Annotated[bytes, Meta(max_length=limits.MAX_ROW)] | None


class _Message(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Shape of every structure below: an array of its fields in order."""


class LogOffer(_Message, frozen=True):
    """One log a node holds. ``locator``: newest first, ends with seq 0. ``last_ack``: HQ's wire bytes or empty."""

    chain: _Id
    node: _Id
    incarnation: _Id
    signing_key: _SigningKey
    predecessor: tuple[_Id, _Natural, _Hash] | None
    locator: Annotated[tuple[tuple[_Natural, _Hash], ...], Meta(min_length=1, max_length=limits.MAX_LOCATOR)]
    current: bool
    last_ack: _Statement = b""

    @property
    def identity(self) -> LogIdentity:
        """What the log claims to be."""
        before = None if self.predecessor is None else Predecessor(*self.predecessor)
        return LogIdentity(self.chain, self.node, self.incarnation, self.signing_key, before)

    @property
    def points(self) -> list[Point]:
        """The locator as points, newest first."""
        return [Point(*point) for point in self.locator]

    @property
    def head(self) -> Point:
        """Where the node's copy ends."""
        return Point(*self.locator[0])


class Hello(_Message, frozen=True, tag=1):
    """A node presents itself. ``session``: the last session number stored for its current incarnation (0: none)."""

    branch: _Branch
    session: _Count
    logs: Annotated[tuple[LogOffer, ...], Meta(min_length=1, max_length=limits.MAX_LOGS)]
    epoch: HqEpoch
    feeds: Annotated[dict[_Name, FeedPosition], Meta(max_length=limits.MAX_FEEDS)]
    versions: Annotated[dict[_Name, _Count], Meta(max_length=limits.MAX_VERSIONS)]
    software: _Text

    @property
    def current(self) -> LogOffer:
        """The log of the node's present incarnation; there is exactly one."""
        return next(log for log in self.logs if log.current)


class Ready(_Message, frozen=True, tag=2):
    """The node stored the new session number durably."""

    session: _Count


class BatchMessage(_Message, frozen=True, tag=3):
    """A batch (``batch.py``); its header names the log."""

    data: Annotated[bytes, Meta(min_length=1, max_length=limits.MAX_BATCH)]


class Profiles(_Message, frozen=True, tag=4):
    """Personal-data rows beside the log, opaque here. ``n`` is the outbox's number of this delivery."""

    n: _Natural
    rows: Annotated[
        tuple[Annotated[bytes, Meta(max_length=limits.MAX_PROFILE_ROW)], ...],
        Meta(max_length=limits.MAX_PROFILES),
    ]


class Request(_Message, frozen=True, tag=5):
    """A question to HQ. Its id is (current incarnation, ``n``); the same id gets the same answer for ever."""

    n: _Natural
    kind: _Word
    body: Annotated[bytes, Meta(max_length=limits.MAX_REQUEST)]


class Cancel(_Message, frozen=True, tag=6):
    """The asker does not wait any more; HQ may stop collecting rights, and still answers."""

    n: _Natural


class FeedAt(_Message, frozen=True, tag=7):
    """The node's position in a feed now: a page was applied, or one is asked for again from here."""

    feed: _Name
    lineage: HqEpoch
    position: _Natural


class Ping(_Message, frozen=True, tag=8):
    """Asks for a sign of life."""

    n: _Natural


class DeviceState(NamedTuple):
    """One device of a branch. ``code``: why it does not work, or a warning while it does; ``since``: ms, 0 unknown."""

    name: Annotated[str, Meta(max_length=limits.MAX_DEVICE_NAME)]
    kind: _Word
    works: bool
    code: Annotated[str, Meta(pattern=r"^([a-z][a-z0-9_]{0,23})?\Z")]
    since: _Natural


class BlockList(NamedTuple):
    """How far a node applied the feed that blocks cards and members, and when it applied the last page of it."""

    lineage: HqEpoch
    position: _Natural
    applied_at: _Natural


class Health(_Message, frozen=True, tag=9):
    """How a node is. All times by its own clock, which ``at`` shows; nothing personal, no addresses.

    ``head``: where the current log ends: what of it is unsent HQ counts itself. ``oldest``: the time of the oldest
    entry without a durable ack, 0 none. ``blocks`` None: no page of it was ever applied.
    """

    at: _Natural
    head: _Natural
    oldest: _Natural
    blocks: BlockList | None
    devices: Annotated[tuple[DeviceState, ...], Meta(max_length=limits.MAX_HEALTH_DEVICES)]


class LogAnswer(_Message, frozen=True):
    """HQ's verdict on one offered log. ``ack``: signed, names the highest common point; empty when refused.

    ``code`` says why a log is refused; ``close`` is HQ's signed close where the log is closed, else empty.
    """

    incarnation: _Id
    verdict: VerdictKind
    code: RefusalCode | None
    ack: _Statement
    close: _Statement = b""


class Welcome(_Message, frozen=True, tag=33):
    """HQ's answer to HELLO. ``logs`` answers the offers in their order; ``feeds`` names the heads of its feeds."""

    epoch: HqEpoch
    hq_time: _Natural
    session: _Count
    logs: Annotated[tuple[LogAnswer, ...], Meta(min_length=1, max_length=limits.MAX_LOGS)]
    feeds: Annotated[dict[_Name, FeedPosition], Meta(max_length=limits.MAX_FEEDS)]


class AckMessage(_Message, frozen=True, tag=34):
    """A signed ack (``ack.py``)."""

    ack: _Statement


class ProfilesDone(_Message, frozen=True, tag=35):
    """HQ committed the rows of PROFILES ``n``; the node empties them from its outbox."""

    n: _Natural


class Page(_Message, frozen=True, tag=36):
    """Rows of a feed with ``start`` < version ≤ ``end``, by version. Holes between versions mean nothing."""

    feed: _Name
    lineage: HqEpoch
    start: _Natural
    end: _Natural
    rows: Annotated[tuple[Row, ...], Meta(max_length=limits.MAX_PAGE_ROWS)]


class PackedPage(_Message, frozen=True, tag=41):
    """A PAGE, tag included, as a zstd frame that declares its size; ``wire.py`` packs and unpacks it."""

    data: Annotated[bytes, Meta(min_length=1, max_length=limits.MAX_MESSAGE)]


class Answer(_Message, frozen=True, tag=37):
    """HQ's answer to REQUEST ``n``. ``refused``: empty, or HQ's word for why not. ``rows``: early rights rows."""

    n: _Natural
    refused: Annotated[str, Meta(pattern=r"^([a-z][a-z0-9_]{0,23})?\Z")]
    body: Annotated[bytes, Meta(max_length=limits.MAX_ANSWER)]
    rows: Annotated[tuple[Row, ...], Meta(max_length=limits.MAX_ANSWER_ROWS)] = ()


class Closed(_Message, frozen=True, tag=38):
    """HQ closed an incarnation (``close.py``) while its node is connected."""

    close: _Statement


class Retry(_Message, frozen=True, tag=39):
    """HQ ends the session and says when to come back."""

    after_ms: _Count
    reason: RefusalCode


class Pong(_Message, frozen=True, tag=40):
    """HQ lives: its time, and its last ack for the current log signed again."""

    n: _Natural
    hq_time: _Natural
    ack: _Statement


class Takes(_Message, frozen=True, tag=42):
    """What HQ takes beyond what every version 1 does (``versions.OPTIONAL``), as far as the node's HELLO named it."""

    versions: Annotated[dict[_Name, _Count], Meta(max_length=limits.MAX_VERSIONS)]


class Error(_Message, frozen=True, tag=48):
    """The sender ends the session, and why. Either direction."""

    code: RefusalCode
    text: _Text


NodeMessage = Hello | Ready | BatchMessage | Profiles | Request | Cancel | FeedAt | Ping | Health | Error
"""What a node may send."""

HqMessage = Welcome | AckMessage | ProfilesDone | Page | Answer | Closed | Retry | Pong | Takes | Error
"""What HQ may send."""
