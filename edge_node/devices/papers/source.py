"""What every paper is made from: the entry, the log it stands in, the member it is about, the chain's names."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from commerce.lots import BONUS, POINTS, PRINCIPAL
from commerce.plans.row import plan_of
from device_drivers.paper.template import Value, Values
from edge_node import limits
from edge_node.devices.papers.figures import moment, money, paragraphs
from edge_node.devices.papers.wording import WORDING, Wording
from edge_node.errors import MendInputError
from edge_node.ledger import bodies, members
from edge_node.ledger.change_log import read_entry, split_id
from edge_node.ledger.local_time import zone
from edge_node.ledger.names import masked
from edge_node.ledger.node import Node
from edge_node.ledger.paper_settings import PaperSettings
from edge_node.ledger.price_book import PriceBook
from edge_node.ledger.print_jobs import Balances, PrintJob, paper_number
from edge_node.storage.database import Connection
from sync_protocol import receipt
from sync_protocol.entry import decode_entry
from sync_protocol.receipt import Receipt

Made = dict[str, Value]
"""Values by name, on their way into a template."""


@dataclass(frozen=True, slots=True)
class Means:
    """What making papers takes from outside. ``sign``: Ed25519 with the node's key, None without signed codes.

    ``online``: whether HQ is connected now; an entry of just now is then on its way and not marked as missing there.
    """

    sign: Callable[[bytes], bytes] | None = None
    online: Callable[[], bool] = lambda: False


class Act(NamedTuple):
    """What a paper is about. ``id``: of the sale, refund …; ``total``: what its signed code vouches for."""

    kind: str
    id: bytes
    day: str
    till: str
    staff: str
    total: int
    member: bytes = b""
    number: str = ""


class _Log(NamedTuple):
    """The log that holds the entry."""

    chain: bytes
    branch: str
    incarnation: bytes
    signing_key: bytes
    acked_seq: int


@dataclass(frozen=True, slots=True)
class Source:
    """One entry with everything around it. ``at``: when it was written, ms; ``body``: one of commerce.facts.Body."""

    conn: Connection
    node: Node
    book: PriceBook
    means: Means
    job: PrintJob
    now: int
    at: int
    body: Any

    @property
    def settings(self) -> PaperSettings:
        """How the chain wants its papers."""
        return self.book.settings.papers

    @property
    def wording(self) -> Wording:
        """The words of the chain's language."""
        return WORDING[self.settings.language]

    def staff(self, number: str) -> str:
        """Name a member of staff; the number of one who is not known any more."""
        row = self.book.staff.get(number)
        return row.name if row else number

    def branch(self, branch: str) -> str:
        """Name a branch of the chain; "" for a shop of its own, which has no name but the chain's."""
        row = self.book.directory.get(branch)
        if row is not None:
            return row.name
        return "" if branch == self.node.branch and self.node.standalone else branch

    def common(self, act: Act) -> Made:
        """Return the values that every paper has."""
        log, (no, seq) = self._log(), split_id(self.job.entry)
        settings, branch = self.settings, self.branch(log.branch)
        return {
            "shop": settings.shop_name or branch,
            "branch": branch if settings.shop_name else "",
            "till": act.till,
            "staff": self.staff(act.staff),
            "day": act.day,
            "time": moment(self.at, zone(settings.time_zone)),
            "printed": moment(self.now, zone(settings.time_zone)),
            "number": act.number or paper_number(act.day, no, seq),
            "code": self._code(act, log, seq),
            "unsynced": self._unsynced(log, seq),
            "copy": self.job.copy,
            "repeat": self.job.unsure > 0,
            "member": self._member(act.member),
            "legal": paragraphs(settings.legal_text),
            "footer": paragraphs(settings.receipt_footer),
        }

    @property
    def saved_change(self) -> int:
        """Change that went into the member's balance instead of the customer's hand, minor units."""
        return bodies.decode(Balances, self.job.seen).saved if self.job.seen else 0

    def name(self, member: bytes) -> str:
        """Name a member as a paper may: masked; "" for one who is not known any more."""
        return str(self._member(member).get("name", ""))

    def balances(self) -> Made:
        """Return stored value, points and uses before and after, as they were seen; nothing where there is none."""
        if not self.job.seen:
            return {"balance": {}, "points": {}, "plans": []}
        before, after, _ = bodies.decode(Balances, self.job.seen)
        balance = {
            "before": money(_value(before)),
            "after": money(_value(after)),
            "principal": money(after.get(PRINCIPAL, 0)),
            "bonus": money(after.get(BONUS, 0)),
        }
        points = {"before": str(before.get(POINTS, 0)), "after": str(after.get(POINTS, 0))}
        return {
            "balance": balance if _value(before) or _value(after) else {},
            "points": points if before.get(POINTS) or after.get(POINTS) else {},
            "plans": [self._plan(asset, before, after) for asset in sorted({*before, *after}) if plan_of(asset)],
        }

    def _plan(self, asset: str, before: dict[str, int], after: dict[str, int]) -> Values:
        """Return what is left of a card plan's uses here."""
        row = self.book.plans.get(plan_of(asset))
        name = row.name if row else plan_of(asset)
        return {"name": name, "before": str(before.get(asset, 0)), "after": str(after.get(asset, 0))}

    def _member(self, member: bytes) -> Values:
        """Return what may stand on paper of a member: nobody reads a whole name or phone from a lost receipt."""
        if not member:
            return {}
        try:
            card = members.by_id(self.conn, member)
        except MendInputError:
            return {}
        tier = self.book.tier(card.tier)
        phone = members.profile(self.conn, card.member).get("phone", ("", 0))[0]
        return {
            "name": masked(card.name) if card.name else card.masked_name,
            "phone": f"****{phone[-4:]}" if phone else "",
            "tier": tier.name if tier else "",
        }

    def _log(self) -> _Log:
        row = self.conn.execute(
            "SELECT chain, branch, incarnation, signing_key, acked_seq FROM incarnations WHERE no = ?",
            (split_id(self.job.entry)[0],),
        ).fetchone()
        return _Log(*row)

    def _code(self, act: Act, log: _Log, seq: int) -> str:
        """Sign what the paper claims; "" where this node's key is not the one that the log is checked with."""
        if self.means.sign is None or log.signing_key != self.node.signing_key:
            return ""
        claim = Receipt(log.chain, log.branch, log.incarnation, seq, act.kind, act.id, act.day, act.total)
        return receipt.encode(claim, self.means.sign)

    def _unsynced(self, log: _Log, seq: int) -> bool:
        """Whether HQ lacks the entry, as far as this node knows, and will not have it in a moment."""
        if self.node.standalone or seq <= log.acked_seq:
            return False
        return not (self.means.online() and self.now - self.at < limits.ACK_USUAL_MS)


def find(conn: Connection, node: Node, book: PriceBook, job: PrintJob, *, now: int, means: Means) -> Source | None:
    """Read a job's entry; None for one that is not there or that this version does not know."""
    stored = read_entry(conn, *split_id(job.entry))
    if stored is None:
        return None
    entry = decode_entry(stored.entry)
    body = bodies.decode_fact(entry.kind, entry.body)
    return None if body is None else Source(conn, node, book, means, job, now, entry.at, body)


def _value(balances: dict[str, int]) -> int:
    return balances.get(PRINCIPAL, 0) + balances.get(BONUS, 0)
