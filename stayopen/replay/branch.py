"""A branch of the replay: a real edge node's storage, ledger, till functions and replica, without web and sockets."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from commerce import basket as basket_rules
from commerce.facts import CountedCash
from commerce.reference import RightsRequest
from commerce.shifts import expected
from commerce.tender import CASH, Offer
from edge_node.ledger import incarnations, requests
from edge_node.ledger.node import Node, load_node
from edge_node.ledger.price_book import PriceBooks
from edge_node.ledger.sign_ins import Staff
from edge_node.storage.database import open_connection, transaction
from edge_node.storage.migrate import migrate
from edge_node.sync.replica import Clock, Heard, Replica
from edge_node.till import baskets, checkout, shifts
from edge_node.till.at import At
from edge_node.till.members import NewMember, register
from edge_node.till.top_up import ToppedUp, TopUpOrder, top_up
from provisioning.import_key import ImportKey
from provisioning.keys import HQKeys
from stayopen.replay.purchases import Purchase
from sync_protocol import signed
from sync_protocol.node_session import NodeIdentity
from sync_protocol.session import Secrets

RandomBytes = Callable[[int], bytes]

TILL = "t1"
STAFF = Staff("1001", "收银员", ("cashier", "shift_lead"))
REQUEST_DEADLINE_MS = 3_000
SOFTWARE = "replay"

NO_FSYNC = "PRAGMA synchronous = OFF"
"""A replay does not outlive a power cut, so its commits need not wait for the disk; all else is as in a shop."""


@dataclass(frozen=True, slots=True)
class BranchKeys:
    """The secrets of one node, drawn from the replay's seed."""

    node: bytes
    database: bytes
    signing: Ed25519PrivateKey
    import_key: ImportKey

    @classmethod
    def make(cls, random_bytes: RandomBytes) -> "BranchKeys":
        """Draw them."""
        signing = Ed25519PrivateKey.from_private_bytes(random_bytes(32))
        return cls(random_bytes(16), random_bytes(32), signing, ImportKey.from_bytes(random_bytes(96)))

    @property
    def signing_public(self) -> bytes:
        """The raw Ed25519 public key."""
        return signed.raw_public(self.signing)


class Branch:
    """One branch: it sells, and it speaks to HQ when somebody carries its messages."""

    def __init__(self, name: str, path: Path, keys: BranchKeys, hq: HQKeys, random_bytes: RandomBytes) -> None:
        self.name = name
        self.keys = keys
        self._random_bytes = random_bytes
        self.conn = open_connection(path, keys.database)
        migrate(self.conn)
        self.conn.execute(NO_FSYNC)
        self._books = PriceBooks()
        self._identity = NodeIdentity(
            chain=hq.chain,
            node=keys.node,
            signing_key=keys.signing,
            private_key_for=self._private_key,
            hq_signing_key=signed.load_public(hq.signing_public),
            hq_import_key=hq.import_key.public,
            hq_import_raw=hq.import_key.public_raw,
        )
        self._member_key = hq.member_key
        self.node: Node | None = None
        self.replica: Replica | None = None
        self.wrote = False

    def start(self, now: int) -> incarnations.Log:
        """Start as a shop of its own, as every box does; return its log, which HQ shall adopt."""
        ids = incarnations.StandaloneIds(self._id(), self.keys.node, self._id(), self._id())
        with transaction(self.conn):
            incarnations.start_standalone(self.conn, ids, self.keys.signing_public, now)
            return incarnations.current(self.conn)

    def join(self, chain: bytes, now: int) -> None:
        """Join the chain under this branch's name."""
        joined = incarnations.Enrolment(
            chain, self.keys.node, self.name, self._id(), self.keys.signing_public, self._member_key
        )
        with transaction(self.conn):
            incarnations.enrol(self.conn, joined, now)
            self.node = load_node(self.conn, self._member_key)

    # The till

    def open_day(self, day: str, now: int) -> None:
        """Close yesterday's shift, counting what should be there, and open today's."""
        with transaction(self.conn):
            at = self._at(now)
            open_shift = shifts.current(self.conn, TILL)
            if open_shift is not None:
                if open_shift.day == day:
                    return
                self._close(at)
            shifts.open_shift(self.conn, at, day, 0)

    def close_day(self, now: int) -> None:
        """Close the shift that is open, if any."""
        with transaction(self.conn):
            if shifts.current(self.conn, TILL) is not None:
                self._close(self._at(now))

    def _close(self, at: At) -> None:
        """Count exactly what the figures expect, and close."""
        counted = expected(shifts.x_report(self.conn, TILL)) or (CountedCash(CASH, 0),)
        shifts.count(self.conn, at, counted)
        shifts.close_shift(self.conn, at)

    def knows(self, member: bytes) -> bool:
        """Tell whether this branch has heard of the member."""
        return self.conn.execute("SELECT 1 FROM members WHERE member = ?", (member,)).fetchone() is not None

    def register(self, household: int, now: int) -> bytes:
        """Register a household as a member."""
        new = NewMember(f"顾客{household}", phone=f"1390000{household:04d}", consent="1")
        with transaction(self.conn):
            return register(self.conn, self._at(now), new).member

    def top_up(self, member: bytes, amount: int, now: int) -> ToppedUp:
        """Take cash for value."""
        with transaction(self.conn):
            at = self._at(now)
            rule = "r1" if at.book.top_up_rules["r1"].min_amount <= amount else ""
            return top_up(self.conn, at, TopUpOrder(member, amount, rule, (Offer(CASH, amount),)))

    def sell(self, purchase: Purchase, member: bytes, tender: str, now: int) -> checkout.SaleDone:
        """Sell a basket against one tender; ShortageError when stored value here is too small."""
        with transaction(self.conn):
            at = self._at(now)
            basket = baskets.create(self.conn, at).id

            def fill(empty: basket_rules.Basket) -> basket_rules.Basket:
                for line in purchase.lines:
                    empty = basket_rules.add(empty, at.book.catalogue, item_of(line.category), line.cents * 10)
                return empty

            baskets.change(self.conn, at, basket, fill)
            if member:
                baskets.set_member(self.conn, at, basket, member)
            return checkout.checkout(self.conn, at, basket, checkout.Payment((Offer(tender, purchase.total),)))

    def ask(self, member: bytes, lacking: int, now: int) -> int:
        """Ask HQ for rights; return the request's number."""
        assert self.node is not None
        self.wrote = True
        wanted = RightsRequest(member, "principal", lacking)
        with transaction(self.conn):
            return requests.ask_rights(self.conn, self.node, wanted, now, now + REQUEST_DEADLINE_MS).n

    def asked(self, n: int) -> str:
        """Return what became of request `n`: waiting | granted | refused | cancelled."""
        assert self.node is not None
        return requests.get(self.conn, self.node.no, n).state

    def give_up(self, n: int) -> None:
        """Stop waiting for request `n`."""
        assert self.node is not None
        with transaction(self.conn):
            requests.cancel(self.conn, self.node.no, n)
        if self.replica is not None:
            self.replica.cancel(n)

    # The line

    def connect(self) -> None:
        """Begin a session with HQ; carry its messages."""
        assert self.node is not None
        self.replica = Replica(self.node, self._identity, self._id, SOFTWARE)
        secrets = Secrets(self._random_bytes(32), self._random_bytes(32), self._random_bytes(16))
        with transaction(self.conn):
            self.replica.connect(self.conn, secrets)

    def push(self, now: int) -> None:
        """Queue what the till wrote; what HQ's messages made this branch write is queued as they are taken."""
        self.wrote = False
        if self.replica is not None:
            with transaction(self.conn):
                self.replica.push(self.conn, Clock(now, now))

    def take(self, messages: list[bytes], now: int) -> list[Heard]:
        """Take wire messages of HQ in one transaction."""
        assert self.replica is not None
        with transaction(self.conn):
            heard = [self.replica.receive(self.conn, message, Clock(now, now)) for message in messages]
        if any(h.reference_changed for h in heard):
            self._books.forget()
        if any(h.reopened for h in heard):
            self.node = self.replica.node
        return heard

    # Ids and context

    def _at(self, now: int) -> At:
        assert self.node is not None
        self.wrote = True
        return At(self.node, self._books.current(self.conn, self.node), TILL, STAFF, now, self._id)

    def _id(self) -> bytes:
        return self._random_bytes(16)

    def _private_key(self, _key_id: bytes) -> MLKEM768X25519PrivateKey:
        return self.keys.import_key.private


def item_of(category: str) -> str:
    """Name the catalogue's item of a category: letters and digits, at most 32."""
    return "".join(c if c.isalnum() else "-" for c in category.lower())[:32]
