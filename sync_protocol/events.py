"""What a session tells its driver. Each event says what must be stored before which command may follow."""

from typing import NamedTuple, TypeAlias

from sync_protocol.ack import Ack
from sync_protocol.batch import Batch
from sync_protocol.chain import Point
from sync_protocol.close import Close
from sync_protocol.epoch import HqEpoch
from sync_protocol.errors import Action, RefusalCode
from sync_protocol.messages import Answer, Health, Hello, Page, VerdictKind, Welcome


class Ended(NamedTuple):
    """The session is over; send what ``outgoing`` still holds, then close. ``by_peer``: the other side ended it."""

    code: RefusalCode
    text: str
    action: Action
    by_peer: bool


class HelloReceived(NamedTuple):
    """HQ: a verified node says hello. Judge its logs, store the new session number durably, then ``welcome``."""

    node: bytes
    signing_key: bytes
    hello: Hello


class ReadyReceived(NamedTuple):
    """HQ: store the session number as used, durably; then ``live``, then pages may go."""

    session: int


class BatchReceived(NamedTuple):
    """HQ: verified entries that continue what HQ holds. Append and commit, then ``ack``. ``raw``: as signed."""

    batch: Batch
    raw: bytes


class ForkReceived(NamedTuple):
    """HQ: verified entries that begin at HQ's seq but at another hash: a fork. Close the incarnation, then ``closed``.

    Further batches of this log are dropped in this session; the node offers its branch again, as a closed log.
    """

    batch: Batch
    raw: bytes


class ProfilesReceived(NamedTuple):
    """HQ: store the rows durably, then ``profiles_done(n)``."""

    n: int
    rows: tuple[bytes, ...]


class RequestReceived(NamedTuple):
    """HQ: decide, store the answer, then ``answer(n, …)`` exactly once."""

    n: int
    kind: str
    body: bytes


class RequestCancelled(NamedTuple):
    """HQ: nobody waits for this answer any more. It must still be answered."""

    n: int


class FeedAtReceived(NamedTuple):
    """HQ: the node's place in a feed. ``again``: it did not take what was sent; continue from here."""

    feed: str
    lineage: HqEpoch
    position: int
    again: bool


class HealthReceived(NamedTuple):
    """HQ: how the node is, by its own clock. Nothing is answered."""

    health: Health


class LogStanding(NamedTuple):
    """Node: HQ's verified answer about one log. ``point`` None when refused; ``close`` verified, where closed.

    ``ack_wire`` and ``close_wire`` are the signed statements, for storing.
    """

    incarnation: bytes
    verdict: VerdictKind
    code: RefusalCode | None
    point: Point | None
    ack_wire: bytes
    close: Close | None
    close_wire: bytes


class WelcomeReceived(NamedTuple):
    """Node: HQ's answer to HELLO. ``live``: store ``welcome.session`` and ``welcome.epoch`` durably, then ``ready``.

    Not live: the current incarnation is not accepted. Open a new one where its verdict is behind, fork or closed; then
    connect again.
    """

    welcome: Welcome
    live: bool
    logs: tuple[LogStanding, ...]


class AckReceived(NamedTuple):
    """Node: a verified ack. ``raw`` goes into the next batches as ``last_ack`` and into HELLO."""

    ack: Ack
    raw: bytes


class PageReceived(NamedTuple):
    """Node: a page; ``judge_page``, apply, then ``feed_at``."""

    page: Page


class AnswerReceived(NamedTuple):
    """Node: HQ's answer to a request. Rows are totals and may be applied at once."""

    answer: Answer


class ProfilesDoneReceived(NamedTuple):
    """Node: HQ holds these rows; delete them from the outbox."""

    n: int


class ClosedReceived(NamedTuple):
    """Node: HQ closed one of its incarnations. If it is the current one, open another and connect again."""

    close: Close
    raw: bytes


class RetryReceived(NamedTuple):
    """Node: HQ ended the session; come back after so many milliseconds (``backoff.retry_after``, signed)."""

    after_ms: int
    reason: RefusalCode


class PongReceived(NamedTuple):
    """Node: HQ's time (ms since 1970), from HQ itself."""

    hq_time: int


NodeEvent: TypeAlias = (
    WelcomeReceived
    | AckReceived
    | PageReceived
    | AnswerReceived
    | ProfilesDoneReceived
    | ClosedReceived
    | RetryReceived
    | PongReceived
    | Ended
)

HqEvent: TypeAlias = (
    HelloReceived
    | ReadyReceived
    | BatchReceived
    | ForkReceived
    | ProfilesReceived
    | RequestReceived
    | RequestCancelled
    | FeedAtReceived
    | HealthReceived
    | Ended
)
