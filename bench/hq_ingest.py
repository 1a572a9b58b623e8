"""Catch-up into HQ against bare ``executemany`` of the same entries: one row each, the same transactions, FULL.

One branch that was dark brings its backlog: sales of two lines paid from a pair (31 % of them value of another branch,
the share of such visits in the Complete Journey purchases), points earned, a right returned: 4 moves and 6 postings
each. *kept*: batch opened, verified, appended, committed. *applied*: kept, then planned and written: rights, books,
clearing, sales, feed marks. A round is one step of stage 2; the ratio is the control's time over ours (a rate's).
"""

import random
import tempfile
from hashlib import shake_256
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.harness import Figure, interleave, report
from commerce.facts import IncarnationOpened, Issue, LotIssue, Sale, SaleLine, Tender, Terms, Use
from hq_server.ledger import closing, grants, inbox, incarnations, start
from hq_server.ledger.context import Keys
from hq_server.reconcile.apply import Reconciler
from hq_server.reconcile.verify import verify
from hq_server.storage.bulk import blob
from hq_server.storage.database import open_connection, transaction
from hq_server.storage.migrate import migrate
from sync_protocol.batch import build_batch, fill, open_batch
from sync_protocol.chain import LogIdentity, Point, first_hash
from sync_protocol.entry import Entry, EntryMove, EntryPosting, encode_entry

ROUNDS, PER_ROUND, BATCH = 6, 5_000, 500
MEMBERS, FOREIGN = 2_469, 0.31
DAY, NOW = "2026-11-29", 1_796_000_000_000
PAID, BONUS = 10_000_00, 2_000_00
_ENCODE = msgspec.msgpack.Encoder(order="sorted").encode


class Log:
    """One branch's log, written as fast as may be."""

    def __init__(self, branch: str) -> None:
        self.branch = branch
        self.key = Ed25519PrivateKey.from_private_bytes(shake_256(branch.encode()).digest(32))
        ids = shake_256(b"id" + branch.encode()).digest(32)
        self.identity = LogIdentity(b"C" * 16, ids[:16], ids[16:], self.key.public_key().public_bytes_raw())
        self.point = Point(0, first_hash(self.identity))
        self.entries: list[bytes] = []
        self.counters: dict[tuple[bytes, bool], int] = {}
        opened = IncarnationOpened("opened", self.identity.incarnation, "first_start", b"", 0, b"")
        self.write("incarnation", opened, (), ())

    def move(self, lot: bytes, reason: int, amount: int) -> EntryMove:
        """A move with its counter."""
        key = (lot, reason <= 3)
        self.counters[key] = self.counters.get(key, 0) + amount
        return EntryMove(lot, reason, amount, self.counters[key])

    def write(self, kind: str, body: Any, moves: Any, postings: Any) -> None:
        """Append one fact."""
        seq = self.point.seq + len(self.entries) + 1
        postings = tuple(EntryPosting(*posting) for posting in postings)
        self.entries.append(encode_entry(Entry(seq, NOW + seq, kind, 1, tuple(moves), postings, _ENCODE(body))))

    def batches(self) -> list[tuple[bytes, list[bytes]]]:
        """What was written since the last call, as signed batches and their entries."""
        found = []
        while self.entries:
            part = fill(self.entries[:BATCH])
            raw = build_batch(self.identity, self.key, self.point, part)
            self.point = open_batch(raw, self.key.public_key()).header.end
            self.entries = self.entries[len(part) :]
            found.append((raw, part))
        return found


class Bench:
    """HQ, an issuing branch, the branch that catches up, and the control's table."""

    def __init__(self, folder: Path) -> None:
        self.conn, self.bare = open_connection(folder / "hq.db"), open_connection(folder / "bare.db")
        migrate(self.conn)
        self.bare.execute(
            "CREATE TABLE entries (no INTEGER, seq INTEGER, hash BLOB, entry BLOB, PRIMARY KEY (no, seq)) WITHOUT ROWID"
        )
        self.reconciler = Reconciler()
        key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
        with transaction(self.conn):
            keys = Keys(b"C" * 16, b"H" * 16, key, b"m" * 32, b"a" * 32)
            self.hq = start.create(self.conn, keys, self.reconciler, b"h" * 16, b"e" * 16, NOW)
        self.dice = random.Random(7)
        self.issuer, self.shop = Log("guanqian"), Log("xihu")
        self.no = {}
        for log in (self.issuer, self.shop):
            with transaction(self.conn):
                accepted = closing.accept(self.conn, self.hq, log.identity, log.branch, "restored", NOW)
            self.no[log.branch] = accepted.no
        self.pairs = [self.top_up(n) for n in range(MEMBERS)]
        for log in (self.issuer, self.shop):
            self.keep(log, log.batches())
        self.apply()
        foreign = [(lot, amount) for pair in self.pairs if pair[3] != "xihu" for lot, amount in pair[4]]
        with transaction(self.conn):
            grants.grant(self.conn, self.hq, self.no["xihu"], foreign, "placement", 0, NOW)
        self.round: list[tuple[bytes, list[bytes]]] = []
        self.seq = 0

    def top_up(self, n: int) -> tuple[bytes, bytes, bytes, str, list[tuple[bytes, int]]]:
        """A member's pair, issued at home or, returned to HQ at once, elsewhere."""
        ids = shake_256(b"member %d" % n).digest(64)
        member, principal, bonus = ids[:16], ids[16:32], ids[32:48]
        log = self.issuer if self.dice.random() < FOREIGN else self.shop
        terms = Terms(paid=PAID, bonus=BONUS)
        what = (log.branch, PAID, DAY, "")
        lots = (
            LotIssue(principal, member, "member", "principal", *what, b"", terms),
            LotIssue(bonus, member, "member", "bonus", log.branch, BONUS, DAY, "", principal, terms),
        )
        parts = [(principal, PAID), (bonus, BONUS)]
        moves = [log.move(lot, 1, amount) for lot, amount in parts]
        if log is self.issuer:
            moves += [log.move(lot, 17, amount) for lot, amount in parts]
        postings = [
            ("cash:" + log.branch + ":cash", "money", PAID), (principal, "money", -PAID),
            ("given:" + log.branch, "bonus", BONUS), (bonus, "bonus", -BONUS),
        ]  # fmt: skip
        tenders = (Tender("cash", PAID, PAID),)
        body = Issue("top_up", ids[48:], "1", b"s" * 16, DAY, "前台1", "1001", member, lots, tenders, "", "")
        log.write("issue", body, moves, postings)
        return member, principal, bonus, log.branch, parts

    def sell(self) -> None:
        """One sale of the branch that catches up."""
        self.seq += 1
        member, principal, bonus, issuer, _ = self.dice.choice(self.pairs)
        paid = self.dice.randrange(100, 400)
        given = paid // 5
        points = shake_256(b"points" + member).digest(16)
        earned = LotIssue(points, member, "member", "points", "xihu", 3, DAY, "2028-12-31", b"", Terms())
        shares = [(paid // 2, given // 2), (paid - paid // 2, given - given // 2)]
        lines = tuple(
            SaleLine(f"P{n:04}", "龙井茶", 1000, sum(part), sum(part), sum(part), 0, "1002", (("tier", -20),), part)
            for n, part in enumerate(shares)
        )
        uses = (Use(principal, "principal", issuer, paid, paid), Use(bonus, "bonus", issuer, given, given))
        sale = shake_256(b"sale %d" % self.seq).digest(16)
        positions = (("chain", 12), ("members", self.seq))
        body = Sale(
            sale, f"xihu-{self.seq:06}", b"s" * 16, DAY, "前台1", "1001", member, lines,
            (Tender("stored_value", paid + given),), uses, earned, paid, (1, 100), 0, positions,
        )  # fmt: skip
        moves = [(principal, 16, paid), (bonus, 16, given), (points, 1, 3), (principal, 17, 1)]
        postings = [
            (principal, "money", paid), (bonus, "bonus", given), (points, "points", -3), ("given:xihu", "points", 3),
            ("sales:xihu", "money", -paid), ("sales:xihu", "bonus", -given),
        ]  # fmt: skip
        self.shop.write("sale", body, [self.shop.move(*move) for move in moves], postings)

    def prepare(self) -> None:
        """Write the next round's sales."""
        self.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.bare.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for _ in range(PER_ROUND):
            self.sell()
        self.round = self.shop.batches()

    def keep(self, log: Log, batches: list[tuple[bytes, list[bytes]]]) -> None:
        """Stage 1, one commit a batch."""
        public = log.key.public_key()
        for raw, _ in batches:
            with transaction(self.conn):
                row = incarnations.need(self.conn, log.identity.incarnation)
                inbox.append(self.conn, row, open_batch(raw, public), raw, NOW)

    def kept(self) -> None:
        """Stage 1 of this round."""
        self.keep(self.shop, self.round)

    def apply(self) -> None:
        """Stage 2 of whatever waits."""
        more = True
        while more:
            with transaction(self.conn):
                more = self.reconciler.step(self.conn, self.hq, NOW + 10**9) is not None

    def applied(self) -> None:
        """Both stages of this round."""
        self.kept()
        self.apply()

    def control(self) -> None:
        """The same entries as bare rows, bound in the driver's cheapest form, as ours are."""
        for raw, entries in self.round:
            with transaction(self.bare):
                first = self.bare.execute("SELECT coalesce(max(seq), 0) FROM entries").fetchone()[0] + 1
                rows = [(1, seq, blob(raw[:32]), blob(entry)) for seq, entry in enumerate(entries, first)]
                self.bare.executemany("INSERT INTO entries VALUES (?,?,?,?)", rows)


def measure(name: str, words: str, target: float) -> Figure:
    """One ratio of rates, in a database of its own."""
    with tempfile.TemporaryDirectory(prefix="stayopen-bench-") as folder:
        bench = Bench(Path(folder))
        times = interleave(getattr(bench, name), bench.control, ROUNDS, bench.prepare)
        bench.apply()
        details = {
            "sales_per_second": round(PER_ROUND / times.ours_us * 1_000_000),
            "control_per_second": round(PER_ROUND / times.control_us * 1_000_000),
            "rounds": ROUNDS,
            "verify": verify(bench.conn).ok,
        }
        what = f"HQ catch-up, {words}: rate / bare executemany"
        return Figure(what, round(1 / times.ratio, 2), "×", at_least=target, details=details)


def main() -> list[Figure]:
    """Measure both stages."""
    return [measure("kept", "kept and acked", 0.6), measure("applied", "fully applied", 0.25)]


if __name__ == "__main__":
    report(main())
