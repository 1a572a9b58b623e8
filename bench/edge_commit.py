"""A sale at the edge against the same rows written by a bare plain-SQLite transaction.

The sale: three lines paid from stored value (principal and bonus), points earned. Three shops from one seed run in
step: ``twin`` sells first, in plain, and tells what was written; ``ours`` (encrypted) is timed; ``bare`` (plain) is the
control: the very statements that wrote rows, with their values, in one transaction with the same durability.

*commit*: the fact is ready; rights, entry, hash, rows, print job, answer. *checkout*: all that Pay does, from the
stored basket and its prices to the answer.
"""

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.harness import Figure, interleave, report
from bench.shop import KEY, NOW, Shop, open_shop
from commerce.facts import Fact
from commerce.tender import STORED_VALUE, Offer
from edge_node.ledger import answers, print_jobs
from edge_node.ledger.commit import commit
from edge_node.storage.database import transaction
from edge_node.till import baskets, checkout
from edge_node.till.checkout import Payment

ROUNDS = 400
_WRITES = ("INSERT", "UPDATE", "DELETE")
_ANSWER = b"{}" * 100


class Recorder:
    """A connection that keeps the statements which write."""

    def __init__(self, conn: Any) -> None:
        self._conn = conn
        self.written: list[tuple[str, Any]] = []

    def execute(self, sql: str, values: Any = ()) -> Any:
        """Run and keep."""
        if sql.lstrip().startswith(_WRITES):
            self.written.append((sql, values))
        return self._conn.execute(sql, values)

    def executemany(self, sql: str, rows: Any) -> Any:
        """Run and keep, row by row."""
        rows = list(rows)
        self.written += [(sql, row) for row in rows]
        return self._conn.executemany(sql, rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._conn, name)


class Trio:
    """The three shops in step."""

    def __init__(self, folder: Path) -> None:
        self.ours = open_shop(folder / "ours.db", KEY)
        self.twin = open_shop(folder / "twin.db", None)
        self.bare = open_shop(folder / "bare.db", None)
        self.turn = 0
        self.basket, self.total = b"", 0
        self.fact: Fact | None = None
        self.rows: list[tuple[str, Any]] = []

    def prepare(self) -> None:
        """Sell at the twin, and lay the same basket into the other two."""
        self.turn += 1
        self.basket = self.twin.basket()
        basket = baskets.get(self.twin.conn, self.basket).basket
        self.total = baskets.priced(self.twin.at().book, basket, None, "").total
        row = self.twin.conn.execute("SELECT * FROM baskets WHERE basket = ?", (self.basket,)).fetchone()
        for shop in (self.ours, self.bare):
            shop.conn.execute("INSERT INTO baskets VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        self.ours.dice.setstate(self.twin.dice.getstate())
        recorder = Recorder(self.twin.conn)
        checkout.commit = self._catch  # type: ignore[attr-defined]
        self.sell(self.twin, recorder)
        checkout.commit = commit  # type: ignore[attr-defined]
        self.rows = recorder.written

    def _catch(self, conn: Any, node: Any, fact: Fact, now: int, **more: Any) -> Any:
        self.fact = fact
        return commit(conn, node, fact, now, **more)

    def sell(self, shop: Shop, conn: Any) -> None:
        """All that Pay does."""

        def work(inner: Any) -> answers.Reply:
            checkout.checkout(inner, shop.at(), self.basket, Payment((Offer(STORED_VALUE, self.total),)))
            return answers.Reply(200, _ANSWER)

        with transaction(conn):
            answers.once(conn, answers.Key("t1", self.turn), bytes(32), NOW, work=work, refuse=_refuse)

    def sell_ours(self) -> None:
        """Time the whole checkout."""
        self.sell(self.ours, self.ours.conn)

    def commit_ours(self) -> None:
        """Time the commit alone: the same rows, the fact being ready."""
        assert self.fact is not None
        conn = self.ours.conn
        with transaction(conn):
            written = commit(conn, self.ours.node, self.fact, NOW)
            print_jobs.add(conn, "sale", written.id, "t1", NOW)
            conn.execute("DELETE FROM baskets WHERE basket = ?", (self.basket,))
            conn.execute(
                "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?)", ("t1", self.turn, bytes(32), 200, _ANSWER, NOW)
            )

    def write_bare(self) -> None:
        """Write the control's rows."""
        conn = self.bare.conn
        with transaction(conn):
            for sql, values in self.rows:
                conn.execute(sql, values)


def _refuse(error: Exception) -> answers.Reply:
    raise error


def main() -> list[Figure]:
    """Measure both ratios."""
    found = []
    for name, work, target in (("commit", Trio.commit_ours, 2.5), ("checkout", Trio.sell_ours, None)):
        with tempfile.TemporaryDirectory(prefix="stayopen-bench-") as folder:
            trio = Trio(Path(folder))
            times = interleave(lambda t=trio, w=work: w(t), trio.write_bare, ROUNDS, trio.prepare)
            what = f"edge sale {name}: time / the same rows in plain SQLite"
            found.append(Figure(what, round(times.ratio, 2), "×", at_most=target, details=asdict(times)))
    return found


if __name__ == "__main__":
    report(main())
