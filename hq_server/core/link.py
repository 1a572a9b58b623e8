"""One branch's session as the core sees it."""

from hq_server.ingest.registry import ENROLLED, Registered
from sync_protocol.errors import RefusalCode
from sync_protocol.hq_session import HQSession


class BranchLink:
    """A connection of one node: its session, who it is, and how far it is behind."""

    def __init__(self, session: HQSession, peer: Registered, *, expired: bool) -> None:
        self.session = session
        self.peer = peer
        self.expired = expired
        self.no = 0
        self.incarnation: bytes | None = None
        self.live = False
        self.heard_at = 0
        self.ahead: dict[bytes, tuple[int, int]] = {}
        self.asked: set[int] = set()

    @property
    def node(self) -> bytes:
        """The node's id."""
        return self.peer.node

    @property
    def branch(self) -> str:
        """The node's branch."""
        return self.peer.branch

    @property
    def closed(self) -> bool:
        """Whether the session is over; its last words may still have to be sent."""
        return self.session.closed

    @property
    def backlog(self) -> int:
        """Entries that the node said to hold and that have not arrived yet."""
        return sum(max(0, head - held) for held, head in self.ahead.values())

    @property
    def barred(self) -> str:
        """Why this node gets nothing and may only upload; "" when nothing bars it."""
        if self.expired:
            return RefusalCode.CERTIFICATE_EXPIRED.value
        return "" if self.peer.state == ENROLLED else RefusalCode.REVOKED.value

    def goes_to(self, seq: int) -> None:
        """Note how far the node says that its current log goes by now."""
        if self.incarnation in self.ahead:
            held, head = self.ahead[self.incarnation]
            self.ahead[self.incarnation] = (held, max(head, seq))

    def took(self, incarnation: bytes, seq: int) -> None:
        """Note that HQ holds a log up to `seq`."""
        _, head = self.ahead.get(incarnation, (0, 0))
        self.ahead[incarnation] = (seq, head)
