"""Power cuts: what a copy of the files holds at any moment after a commit is everything acknowledged, and no more."""

import random
import shutil
from pathlib import Path

import pytest
from edge_shop import KEY, Shop

from commerce.tender import Offer
from edge_node.ledger import incarnations
from edge_node.ledger.answers import Key, Reply, once
from edge_node.ledger.verify import verify
from edge_node.storage.database import Connection, open_connection, transaction
from edge_node.till import baskets, checkout
from edge_node.till.checkout import Payment


def _copy(shop: Shop, folder: Path, *, cut: int | None = None) -> Connection:
    """Open a copy of db + wal as a power cut leaves them; `cut`: bytes of the WAL that reached the disk."""
    folder.mkdir()
    copy = folder / "edge.db"
    shutil.copyfile(shop.path, copy)
    wal = shop.path.with_name(shop.path.name + "-wal")
    if wal.exists():
        data = wal.read_bytes()
        copy.with_name(copy.name + "-wal").write_bytes(data if cut is None else data[:cut])
    return open_connection(copy, KEY)


@pytest.mark.parametrize("seed", range(4))
def test_an_acknowledged_sale_is_in_every_later_copy(shop: Shop, tmp_path: Path, seed: int):
    """Copies taken at random points, in the middle of open transactions too, hold exactly what was committed."""
    chance = random.Random(seed)
    shop.open()
    member = shop.register()
    shop.top_up(member)
    told: list[bytes] = []
    for n in range(30):
        if chance.random() < 0.2:
            shop.conn.execute("PRAGMA wal_checkpoint(PASSIVE)")
        basket = shop.basket(("tea", 1000), member=member)
        in_flight = chance.random() < 0.3
        shop.conn.execute("BEGIN IMMEDIATE")
        done = checkout.checkout(shop.conn, shop.at(), basket, Payment([Offer("stored_value", 1500)]))
        if in_flight:
            copy = _copy(shop, tmp_path / f"during-{n}")
            assert [row[0] for row in copy.execute("SELECT sale FROM sales ORDER BY id")] == told
            copy.close()
        shop.conn.execute("COMMIT")
        told.append(done.sale)
        if chance.random() < 0.3:
            copy = _copy(shop, tmp_path / f"after-{n}")
            assert [row[0] for row in copy.execute("SELECT sale FROM sales ORDER BY id")] == told
            assert verify(copy).violations == []
            copy.close()


def test_a_torn_wal_loses_only_its_tail(shop: Shop, tmp_path: Path):
    """However short the WAL is cut, what remains is a prefix of the sales and verifies whole."""
    shop.open()
    shop.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    told = [shop.sell([Offer("cash", 1500)]).sale for _ in range(8)]
    whole = shop.path.with_name(shop.path.name + "-wal").stat().st_size
    chance = random.Random(7)
    for n, cut in enumerate([0, 31, 32, 4000, *(chance.randrange(whole) for _ in range(8)), whole]):
        copy = _copy(shop, tmp_path / f"torn-{n}", cut=cut)
        kept = [row[0] for row in copy.execute("SELECT sale FROM sales ORDER BY id")]
        assert kept == told[: len(kept)]
        assert verify(copy).violations == []
        copy.close()
    assert kept == told


def test_after_a_crash_the_till_asks_again_and_gets_the_outcome(shop: Shop, tmp_path: Path):
    """The answer lies in the sale's own transaction: either both survive the power cut or neither does."""
    shop.open()
    basket = shop.basket(("tea", 1000))

    def pay(conn: Connection) -> Reply:
        done = checkout.checkout(conn, shop.at(), basket, Payment([Offer("cash", 1500)]))
        return Reply(200, done.sale)

    def ask(conn: Connection) -> Reply:
        with transaction(conn):
            return once(conn, Key("T1", 1), b"d" * 32, 5, work=pay, refuse=lambda error: Reply(409, b""))

    before = _copy(shop, tmp_path / "before")
    first = ask(shop.conn)
    after = _copy(shop, tmp_path / "after")
    assert ask(after) == first
    assert after.execute("SELECT count(*) FROM sales").fetchone() == (1,)
    assert ask(before).status == 200
    assert before.execute("SELECT count(*) FROM sales").fetchone() == (1,)
    assert baskets.list_all(after, "open") == ()
    for copy in (before, after):
        assert verify(copy).ok
        copy.close()


def test_an_interrupted_act_leaves_no_half(shop: Shop):
    """Broken off at each of its statements in turn, a checkout leaves the database as it was."""
    shop.open()
    member = shop.register()
    shop.top_up(member)
    basket = shop.basket(("tea", 1000), member=member)
    at = shop.at()
    head = incarnations.current(shop.conn)

    class Failing:
        """Fails at the n-th statement."""

        def __init__(self, left: int) -> None:
            self.left = left

        def _next(self) -> None:
            self.left -= 1
            if self.left < 0:
                raise OSError("disk")

        def execute(self, *args):
            self._next()
            return shop.conn.execute(*args)

        def executemany(self, *args):
            self._next()
            return shop.conn.executemany(*args)

    broken = 0
    for left in range(40):
        try:
            with transaction(shop.conn):
                checkout.checkout(Failing(left), at, basket, Payment([Offer("stored_value", 1500)]))
        except OSError:
            broken += 1
            assert incarnations.current(shop.conn) == head
            assert baskets.get(shop.conn, basket).state == "open"
            assert shop.rows("SELECT count(*) FROM sales") == [(0,)]
        else:
            break
    assert broken >= 10
    assert verify(shop.conn).violations == []
