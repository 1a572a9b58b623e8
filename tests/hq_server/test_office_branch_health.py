"""How branches are: health as a list, rights held and stranded, what closing a log would suspend, codes to scan."""

import pytest
from hq_world import World
from office_client import close_client, open_client

from hq_server.errors import HqError
from hq_server.head_office import branch_rights
from hq_server.storage.database import Database
from hq_server.web.office.branch_health import LISTINGS, DevicesQuery, HealthQuery
from provisioning.enrolment.code import parse_code

MEMBERS = [bytes([n]) * 16 for n in range(1, 4)]


@pytest.fixture
def world(tmp_path):
    """HQ with two shops; the first holds what three members paid."""
    world = World(tmp_path)
    for branch in ("guanqian", "xihu"):
        world.conn.execute("INSERT INTO branches (branch, name, created_at) VALUES (?, ?, 0)", (branch, f"{branch}店"))
    world.first, world.second = world.shop("guanqian"), world.shop("xihu")
    for member in MEMBERS:
        world.first.top_up(member, 100_00, 20_00)
    world.first.send()
    world.apply()
    yield world
    world.conn.close()


def health(world, at="", **query):
    """The page as a caller at `at` reads it."""
    asked = HealthQuery(**query)
    listing = LISTINGS[0]
    return listing.find(world.conn, asked, at, listing.cut(asked)).rows


def test_health_tells_acks_clocks_and_what_is_wrong(world):
    """When HQ last kept something, what the node's newest entry said of the time, and which branch never spoke."""
    first, second = health(world)
    assert (first.branch, first.acked_seq, first.waiting, first.discrepancies) == ("guanqian", 4, 0, 0)
    assert (first.acked_at, first.said_arrived, first.ahead) == (first.said_arrived, first.acked_at, 0)
    assert (second.acked_at, second.acked_seq, second.open_logs) == (0, 0, 1)


def test_a_clock_that_is_ahead_is_measured(world):
    """What an entry claims beyond its arrival is how far the clock is ahead."""
    world.first.append("audit", (), (), b"\x81\xa3act\xa1x", at=world.now + 3_600_000)
    world.first.send()
    world.apply()
    found = health(world, sort="branch")[0]
    assert found.ahead == found.said_at - found.said_arrived > 3_500_000
    assert "clock_ahead" in world.codes()
    assert [row.branch for row in health(world, wrong=True)] == ["guanqian"]


def told(conn, branch, node=b"", state="enrolled", **fields):
    """A box of a branch that told of itself: one printer that works and one that does not."""
    if node:
        conn.execute(
            "INSERT INTO nodes (node, branch, signing_key, hpke_key, certificate, state, enrolled_at)"
            " VALUES (?, ?, x'', x'', x'', ?, 1)",
            (node, branch, state),
        )
    else:
        (node,) = conn.execute("SELECT node FROM nodes WHERE branch = ?", (branch,)).fetchone()
    row = {"told_at": 9_000, "clock": -60_000, "oldest_at": 8_000, "blocks_applied_at": 1_000, "blocks_good_at": 7_000}
    conn.execute("INSERT INTO node_health VALUES (?, ?, ?, ?, ?, ?, 1, 5, 9000)", (node, *(row | fields).values()))
    conn.executemany(
        "INSERT INTO node_devices VALUES (?, ?, ?, 'pos_printer', ?, ?, 500)",
        [(node, 0, "前台小票机", 1, "paper_low"), (node, 1, "厨房小票机", 0, "device_offline")],
    )


def test_what_a_box_told_stands_with_when_it_did(world):
    """A box's own word is in the list; a replaced box's is not, and one that tells nothing has told nothing."""
    world.conn.execute(
        "INSERT INTO nodes (node, branch, signing_key, hpke_key, certificate, state, enrolled_at)"
        " VALUES (x'01', 'guanqian', x'', x'', x'', 'enrolled', 5)"
    )
    told(world.conn, "guanqian")
    told(world.conn, "guanqian", b"o" * 16, "replaced", told_at=99_999)
    first, second = health(world)
    assert (first.told_at, first.clock, first.oldest_at) == (9_000, -60_000, 8_000)
    assert (first.blocks_applied_at, first.blocks_good_at) == (1_000, 7_000)
    assert (first.devices, first.devices_down) == (2, 1)
    assert (second.told_at, second.devices, second.devices_down) == (0, 0, 0)
    assert [row.branch for row in health(world, wrong=True)] == ["guanqian"]


def test_the_devices_as_told(world):
    """Each device with its state, of boxes that are enrolled; of one branch, and only those that do not work."""
    told(world.conn, "guanqian", b"a" * 16)
    told(world.conn, "xihu", b"b" * 16)
    told(world.conn, "xihu", b"c" * 16, "revoked")
    listing = LISTINGS[1]

    def found(at="", **query):
        asked = DevicesQuery(**query)
        return [
            (row.branch, row.name, row.works, row.code, row.since, row.told_at)
            for row in listing.find(world.conn, asked, at, listing.cut(asked)).rows
        ]

    works, down = (True, "paper_low", 500, 9_000), (False, "device_offline", 500, 9_000)
    assert found(at="xihu") == [("xihu", "前台小票机", *works), ("xihu", "厨房小票机", *down)]
    assert found(down=True) == [("guanqian", "厨房小票机", *down), ("xihu", "厨房小票机", *down)]


def test_the_list_is_searched_sorted_and_narrowed(world):
    """By name, by column, and for the manager of a branch to that branch."""
    assert [row.branch for row in health(world, search="xihu")] == ["xihu"]
    assert [row.branch for row in health(world, sort="-acked_at")] == ["guanqian", "xihu"]
    assert [row.branch for row in health(world, at="xihu")] == ["xihu"]
    assert health(world, wrong=True) == []


def test_rights_are_added_up_and_stranded_when_a_log_is_closed(world):
    """What was held is told before a close as its consequence, and after it as stranded."""
    held = [("bonus", 3, 60_00), ("principal", 3, 300_00)]
    assert branch_rights.of_branch(world.conn, "guanqian") == (held, [])
    would = branch_rights.consequences(world.conn, world.first.log.identity.incarnation)
    assert (would.held, would.members, would.others, would.claims) == (held, 3, 0, 0)
    world.first.close("lost")
    now = branch_rights.of_branch(world.conn, "guanqian")
    assert now.held == []
    assert [(row.reason, row.asset, row.lots, row.amount) for row in now.stranded] == [
        ("lost", "bonus", 3, 60_00),
        ("lost", "principal", 3, 300_00),
    ]


def test_heads_own_log_has_no_consequences(world):
    """Only a branch's log can be closed."""
    for incarnation in (world.hq.incarnation, b"?" * 16):
        with pytest.raises(HqError, match="unknown_incarnation"):
            branch_rights.consequences(world.conn, incarnation)


@pytest.fixture
async def client(tmp_path):
    """The office with two branches, li.na the manager of the first."""
    client = await open_client(tmp_path)
    conn = await Database.open(client.world.path)

    def fill(conn):
        for branch in ("b001", "b002"):
            conn.execute("INSERT INTO branches (branch, name, created_at) VALUES (?, ?, 0)", (branch, f"{branch}店"))
            told(conn, branch, bytes([int(branch[1:])]) * 16)
        conn.execute("UPDATE users SET role = 'branch_manager', branch = 'b001' WHERE name = 'li.na'")

    await conn.write(fill)
    await conn.close()
    yield client
    await close_client(client)


async def test_a_code_comes_with_the_square_that_says_the_same(client):
    """The drawn code is square, of the size that its text needs, and its text is what a box expects."""
    await client.sign_in("chen.jing")
    code = await client.ask("POST", "/branches/b002/enrolment-codes", {})
    assert parse_code(code["code"]).text == code["code"]
    size = len(code["qr"])
    assert size % 4 == 1
    assert {len(row) for row in code["qr"]} == {size}
    finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
    assert [row[:7] for row in code["qr"][:7]] == finder


async def test_the_manager_of_a_branch_sees_that_branch_alone(client):
    """Health, page, logs and rights of another are forbidden; enrolling and closing are head office's."""
    await client.sign_in("li.na")
    assert [row["branch"] for row in (await client.ask("GET", "/branch-health"))["rows"]] == ["b001"]
    for path in ("/branches/b001", "/branches/b001/logs", "/branches/b001/rights"):
        await client.ask("GET", path)
        assert (await client.raw("GET", path.replace("b001", "b002"))).status == 403
    assert [row["branch"] for row in (await client.ask("GET", "/branch-devices"))["rows"]] == ["b001"] * 2
    assert (await client.raw("GET", "/branch-health?branch=b002")).status == 403
    assert (await client.raw("GET", "/branch-devices?branch=b002")).status == 403
    assert (await client.raw("POST", "/branches/b001/enrolment-codes", {})).status == 403
    assert (await client.raw("GET", f"/logs/{'0' * 32}/consequences")).status == 403
