"""Sums of lots and rights: kept by stage 2 with every change, equal to those of the tables at every commit."""

import tempfile
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hq_world import DAY, World
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_hq_plan_histories import PlanChain

from foundation.sqlite import migrate as migrations
from hq_server.analysis import liability, rebuild, trial_balance
from hq_server.ledger import lot_sums, lots
from hq_server.storage.database import open_connection, transaction
from hq_server.storage.migrate import COMPATIBLE_FROM, migrate
from sync_protocol.entry import decode_entry, encode_entry

TODAY = "2026-11-30"


def added_up(world):
    """Owed, lots, own, aside by (asset, issuer, day) and rights by (asset, issuer, no), row by row without SQL sums."""
    by_day, at_hq, rights = Counter(), Counter(), Counter()
    ids = [lot for (lot,) in world.all("SELECT lot FROM lots")]
    known = lots.by_ids(world.conn, ids)
    for lot in known.values():
        owed = lot.left + lot.exposure - lot.transit
        by_day[lot.asset, lot.issuer, lot.opened_on, "owed"] += owed
        by_day[lot.asset, lot.issuer, lot.opened_on, "lots"] += owed != 0
        at_hq[lot.asset, lot.issuer, "own"] += lot.own
        at_hq[lot.asset, lot.issuer, "aside"] += lot.set_aside
    for lot, held in lots.holders(world.conn, ids).items():
        for one in held:
            what = (known[lot].asset, known[lot].issuer, one.no)
            rights[*what, "held"] += one.rights
            rights[*what, "held lots"] += one.rights > 0
            rights[*what, "suspended"] += one.suspended
            rights[*what, "suspended lots"] += one.suspended > 0
    return [{key: amount for key, amount in sums.items() if amount} for sums in (by_day, at_hq, rights)]


def kept(world):
    """The same from the tables of sums."""
    by_day, at_hq, rights = {}, {}, {}
    for *key, owed, count in world.all("SELECT asset, issuer, opened_on, owed, lots FROM lot_days"):
        by_day |= {(*key, "owed"): owed, (*key, "lots"): count}
    for *key, own, aside in world.all("SELECT asset, issuer, own, set_aside FROM lot_sums"):
        at_hq |= {(*key, "own"): own, (*key, "aside"): aside}
    for *key, held, lots_held, suspended, lots_suspended in world.all("SELECT * FROM rights_sums"):
        rights |= {(*key, "held"): held, (*key, "held lots"): lots_held}
        rights |= {(*key, "suspended"): suspended, (*key, "suspended lots"): lots_suspended}
    return [{key: amount for key, amount in sums.items() if amount} for sums in (by_day, at_hq, rights)]


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), steps=st.integers(10, 60))
def test_kept_sums_are_those_of_the_lots_after_any_history(seed, steps):
    """Top-ups, spends, plans, claims, forks, closes, late tails: the sums are always what the rows add up to."""
    with tempfile.TemporaryDirectory() as folder:
        chain = PlanChain(Path(folder), seed)
        for n in range(steps):
            chain.step()
            if n % 5 == 4:
                assert kept(chain.world) == added_up(chain.world)
        chain.heal()
        by_day, at_hq, rights = added_up(chain.world)
        assert kept(chain.world) == [by_day, at_hq, rights]
        conn = chain.world.conn
        owed = Counter()
        for (asset, *_, what), amount in by_day.items():
            owed[asset] += amount if what == "owed" else 0
        assert +Counter(liability.owed(conn)) == owed
        told = {line.asset: -line.amount for line in trial_balance.trial_balance(conn) if line.asset}
        assert told == liability.owed(conn)
        for asset, amount in owed.items():
            assert sum(line.owed for line in liability.by_age(conn, asset, TODAY)) == amount
            assert sum(line.amount for line in liability.holders(conn, asset)) == amount
        conn.close()


@pytest.fixture
def world(tmp_path):
    """An empty HQ."""
    world = World(tmp_path)
    yield world
    world.conn.close()


def test_a_lot_used_before_its_issue_is_known_moves_with_all_rights(world):
    """A tail behind a gap uses a lot that nobody described: when its issue arrives, its sums move to what it is."""
    shop, member = world.shop("guanqian"), world.ids()
    (lot,) = shop.top_up(member, 100_00)
    issued = len(shop.log.entries)
    entry = decode_entry(shop.log.entries[-1])
    assert entry.body.count(b"principal") == 1
    card = entry.body.replace(b"\xa9principal", b"\xa9gift_card")
    shop.log.entries[-1] = encode_entry(msgspec.structs.replace(entry, body=card))
    sale = shop.sell(member, 30_00)
    shop.refund(sale, (0, 1000))
    shop.close()
    shop.send(issued + 1)
    world.apply()
    assert world.all("SELECT asset, opened_on FROM lots") == [("principal", "")]
    assert kept(world) == added_up(world)
    shop.send(issued, issued)
    world.apply()
    assert world.all("SELECT lot, asset, opened_on FROM lots") == [(lot, "gift_card", DAY)]
    assert {key[0] for sums in kept(world) for key in sums} == {"gift_card"}
    assert kept(world) == added_up(world)


@pytest.mark.parametrize("change", ["owed = owed + 1", "lots = lots - 1", "opened_on = '2020-01-01'"])
def test_a_wrong_sum_is_told_and_made_anew(world, change):
    """Verify names the sum that is not that of the lots; making the read models anew mends it."""
    shop = world.shop("guanqian")
    shop.top_up(world.ids(), 100_00, 20_00)
    shop.send()
    world.apply()
    world.conn.execute(f"UPDATE lot_days SET {change} WHERE asset = 'bonus'")
    found = world.verify()
    assert not found.ok
    assert all(line.startswith("lot_days ('bonus', 'guanqian'") for line in found.violations)
    with transaction(world.conn):
        rebuild.reset(world.conn)
    assert world.verify().ok


def test_a_database_of_before_gets_its_sums(world, tmp_path):
    """What an earlier program's file holds is added up when it is brought up to date."""
    for branch in ("guanqian", "xihu"):
        shop = world.shop(branch)
        shop.top_up(world.ids(), 100_00, 20_00, returned=(30_00, 10_00))
        shop.send()
    world.apply()
    shop.close()
    old = open_connection(tmp_path / "old.db")
    migrations.migrate(old, "hq_server.storage", {n: COMPATIBLE_FROM[n] for n in (1, 2)})
    for table in ("lots", "rights"):
        rows = world.all(f"SELECT * FROM {table}")
        old.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)
    migrate(old)
    for table in ("lot_sums", "lot_days", "rights_sums"):
        assert old.execute(f"SELECT * FROM {table}").fetchall() == world.all(f"SELECT * FROM {table}")
    assert list(lot_sums.differences(old)) == []
    old.close()
