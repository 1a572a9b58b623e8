"""A verify that can fail: each kind of damage, planted into a sound database, is found and named."""

import json

import pytest
from hq_world import World

from hq_server.ledger import closing, grants
from hq_server.reconcile.verify import verify
from hq_server.storage.database import open_connection, transaction


def history(folder):
    """A chain with everything in it: sales, clearing, refunds, a claim, a clone, evidence, a release, profiles."""
    world = World(folder)
    one, two = world.shop("guanqian"), world.shop("xihu")
    member = world.ids()
    pair = one.top_up(member, 100_00, 20_00, returned=(50_00, 10_00))
    one.send()
    world.apply()
    amounts = list(zip(pair, (50_00, 10_00), strict=True))
    world.do(lambda conn, hq, now: grants.grant(conn, hq, two.no, amounts, "placement", 0, now))
    two.take_grants()
    sale = two.sell(member, 30_00, earn=30)
    mine = one.sell(member, 12_00)
    two.refund(sale, (0, 1000))
    one.refund(mine, (0, 1500))
    claim = one.claim(sale, "xihu", (0, 1000))
    two.release(claim, sale, "guanqian", (0, 1000))
    one.send()
    two.send()
    world.apply()
    clone = two.clone()
    two.sell(member, 20_00)
    clone.sell(member, 25_00)
    two.send()
    two.close("cloned")
    clone.send(len(clone.log.entries))
    world.apply()
    world.do(lambda conn, hq, now: closing.release(conn, hq, two.no, "陈静", "王芳", "查过", now))
    return world


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A sound database, verified."""
    folder = tmp_path_factory.mktemp("sound")
    world = history(folder)
    report = world.verify()
    assert report.violations == ()
    assert report.ok
    return folder, world


@pytest.fixture
def copy(sound, tmp_path):
    """A copy of the sound database, and the world it belongs to."""
    _, world = sound
    world.conn.execute("VACUUM INTO ?", (str(tmp_path / "hq.db"),))
    conn = open_connection(tmp_path / "hq.db")
    conn.execute("PRAGMA foreign_keys = OFF")
    world.copy, world.sound = conn, world.conn
    world.conn = conn
    yield world
    world.conn = world.sound
    conn.close()


ANOTHER_LOT = (
    "INSERT INTO lots SELECT x'00', owner, owner_kind, asset, issuer, opened_on, expires_on, pair, terms, "
    "0,0,0,0,0,0,0,0,0,0 FROM lots LIMIT 1"
)
ANOTHER_CLEARING_ROW = (
    "INSERT INTO clearing_rows (period, day, debtor, creditor, col, amount, no, seq) "
    "SELECT period, day, debtor, creditor, col, 0, no, seq FROM clearing_rows LIMIT 1"
)
ANOTHER_BATCH = "UPDATE inbox SET batch = (SELECT batch FROM inbox WHERE arrival = 2) WHERE arrival = 1"
ANOTHER_KEY = "UPDATE incarnations SET signing_key = (SELECT signing_key FROM incarnations WHERE no = 1) WHERE no = 2"
ANOTHER_ENTRY = "UPDATE own_log SET entry = (SELECT entry FROM own_log WHERE seq = 2) WHERE seq = 3"
ENTRY_AGAIN = (
    "INSERT INTO applied (no, first_seq, last_seq, arrival, at) "
    "SELECT no, first_seq, last_seq, arrival, at FROM applied WHERE arrival = 1"
)

DAMAGE = {
    "value appears at HQ": ("UPDATE lots SET own = own + 1 WHERE lot = (SELECT min(lot) FROM lots)", "lot "),
    "spent is forgotten": ("UPDATE lots SET spent = 0, own = own + spent WHERE spent > 0", "lot "),
    "a lot changes hands": ("UPDATE lots SET owner = x'00' WHERE lot = (SELECT min(lot) FROM lots)", "lot "),
    "a lot is gone": ("DELETE FROM lots WHERE lot = (SELECT min(lot) FROM lots)", "missing in the table"),
    "a lot nobody issued": (ANOTHER_LOT, "not in the logs"),
    "rights grow": ("UPDATE rights SET granted = granted + 1 WHERE no = 2", "rights of lot"),
    "gone shrinks": ("UPDATE rights SET gone = gone - 1 WHERE gone > 0", "rights of lot"),
    "rights are gone": ("DELETE FROM rights WHERE no = 3", "rights of lot"),
    "exposure is hidden": ("UPDATE rights SET exposure = 0", "rights of lot"),
    "cash is missing": ("UPDATE balances SET amount = amount - 1 WHERE account LIKE 'cash:%'", "account cash"),
    "an account is gone": ("DELETE FROM balances WHERE account LIKE 'sales:%'", "missing in the table"),
    "a debt is forgiven": ("UPDATE clearing_totals SET amount = 0", "clearing totals"),
    "a clearing row is gone": ("DELETE FROM clearing_rows WHERE n = 1", "clearing rows"),
    "a clearing row is doubled": (ANOTHER_CLEARING_ROW, "clearing rows"),
    "a sale points elsewhere": ("UPDATE sales SET seq = seq + 1", "sale "),
    "a sale is gone": ("DELETE FROM sales WHERE remains IS NULL", "sale "),
    "a sale comes back": ("UPDATE sales SET remains = NULL WHERE remains IS NOT NULL", "what remains differs"),
    "a claim is open again": ("UPDATE claims SET state = 'to_release'", "claim "),
    "a closed log is open": ("UPDATE incarnations SET state = 'open' WHERE state = 'closed'", "state open"),
    "a discrepancy is gone": ("DELETE FROM discrepancies", "never opened"),
    "a batch is gone": ("DELETE FROM inbox WHERE arrival = 1", "log "),
    "a batch is another": (ANOTHER_BATCH, "log "),
    "a head is another": (
        "UPDATE incarnations SET acked_head = zeroblob(32) WHERE state = 'open'",
        "not the acked one",
    ),
    "a key is another": (ANOTHER_KEY, "h0"),
    "an own entry is gone": ("DELETE FROM own_log WHERE seq = 2", "entry 2 is missing"),
    "an own entry is another": (ANOTHER_ENTRY, "hash of entry 3"),
    "an entry counts twice": (ENTRY_AGAIN, "applied twice"),
    "an entry was passed over": ("DELETE FROM applied WHERE arrival = 1", "passed over"),
    "evidence was forgotten": ("DELETE FROM applied WHERE arrival = (SELECT arrival FROM evidence)", "lot "),
    "the cursor lies": ("UPDATE incarnations SET applied_seq = 9 WHERE state = 'open'", "applied_seq"),
    "a period opened": ("INSERT INTO periods VALUES (2, '', '', '', 'open', '', 0, x'')", "period: table 2"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_each_kind_of_damage_is_found(copy, damage):
    """One changed row anywhere that matters, and verify says so."""
    sql, word = DAMAGE[damage]
    with transaction(copy.conn):
        assert copy.conn.execute(sql).rowcount > 0
    report = copy.verify()
    assert not report.ok
    assert any(word in line for line in report.violations), report.violations


def test_flipped_bit_in_a_batch_is_found(copy):
    """Bit rot in the stored evidence breaks its signature or its chain."""
    arrival, raw = copy.one("SELECT arrival, batch FROM inbox ORDER BY arrival LIMIT 1")
    damaged = bytearray(raw)
    damaged[len(damaged) // 2] ^= 1
    copy.conn.execute("UPDATE inbox SET batch = ? WHERE arrival = ?", (bytes(damaged), arrival))
    assert not copy.verify().ok


def test_report_is_plain_and_says_how_much_was_checked(sound):
    """``--json`` shows ok, lots, entries, violations; progress ends at the number of entries."""
    _, world = sound
    seen = []
    report = verify(world.conn, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (report.entries, report.entries)
    assert report.entries == world.one("SELECT sum(last_seq - first_seq + 1) FROM applied")[0]
    assert json.loads(json.dumps(report.as_json())) == {
        "ok": True,
        "lots": world.one("SELECT count(*) FROM lots")[0],
        "entries": report.entries,
        "violations": [],
    }
