"""The first page: figures of a span and of another, what is owed, what needs attention."""

import pytest
from office_world import NOW, open_world
from report_facts import MEMBER_DAYS, fill

from hq_server.analysis import overview, overview_attention
from hq_server.analysis.reports_source import Span
from hq_server.storage.database import transaction

HOUR = 3_600_000


@pytest.fixture(name="world")
def _world(tmp_path):
    """A small chain's read models."""
    world = open_world(tmp_path)
    fill(world)
    yield world
    world.conn.close()


def test_figures_of_a_span(world):
    """Sales, refunds and top-ups are the span's own; active members bought something, each counted once."""
    found = overview.figures(world.conn, Span("2026-11-01", "2026-11-30"))
    assert (found.sales, found.sales_count, found.average_sale) == (45_001, 5, 9_000)
    assert (found.refunds, found.refund_count, found.top_ups, found.top_up_bonus) == (2_000, 1, 100_000, 10_000)
    assert (found.active_members, found.new_members) == (2, 2)
    own = overview.figures(world.conn, Span("2026-11-01", "2026-11-30", "b002"))
    assert (own.sales, own.active_members, own.new_members) == (15_001, 1, 0)
    assert overview.figures(world.conn, Span("2020-01-01", "2020-01-02")).average_sale == 0


@pytest.mark.parametrize("last", ["2026-08-20", "2026-11-02", "2026-11-30"])
def test_active_members_of_a_long_span(world, last):
    """A long span counts each member who bought within it, also those who came again after it, as short ones do."""
    bought = {member for member, day, _, visits, *_ in MEMBER_DAYS if visits and "2026-01-01" <= day <= last}
    assert overview.active_members(world.conn, Span("2026-01-01", last)) == len(bought)


def test_the_time_before_is_as_long_and_ends_the_day_before():
    """A week is compared with the week before it, a day with the day before it."""
    assert overview.before(Span("2026-11-02", "2026-11-08", "b001")) == Span("2026-10-26", "2026-11-01", "b001")
    assert overview.before(Span("2026-03-01", "2026-03-01")) == Span("2026-02-28", "2026-02-28")


def test_last_year_is_the_same_days():
    """The same dates of the year before; 29 February has none and becomes the 28th."""
    assert overview.last_year(Span("2026-11-01", "2026-11-30")) == Span("2025-11-01", "2025-11-30")
    assert overview.last_year(Span("2024-02-01", "2024-02-29", "b001")) == Span("2023-02-01", "2023-02-28", "b001")


def test_series_by_day_month_and_branch(world):
    """A short span is told by days, a long one by months; branches that did nothing are left out."""
    days = overview.by_time(world.conn, Span("2026-11-01", "2026-11-30"))
    assert [(point.part, point.sales) for point in days] == [("2026-11-02", 30_000), ("2026-11-03", 15_001)]
    months = overview.by_time(world.conn, Span("2026-01-01", "2026-12-31"))
    assert [(point.part, point.sales_count) for point in months] == [("2026-10", 1), ("2026-11", 5)]
    (only,) = overview.by_branch(world.conn, Span("2026-11-02", "2026-11-02"))
    assert (only.part, only.sales, only.refunds, only.top_ups) == ("b001", 30_000, 2_000, 100_000)


def test_what_is_owed(world):
    """What members hold is issued less consumed, by asset; of one branch it is what that branch issued."""
    assert overview.liability(world.conn) == overview.Liability(80_000, 10_000, 20_000, 277)
    assert overview.liability(world.conn, "b002") == overview.Liability(0, 0, 20_000, 77)


def attention(world, branch="", hours=4):
    """What needs attention, by kind and code."""
    states = overview_attention.branch_states(world.conn, branch)
    found = overview_attention.concerns(world.conn, states, branch, NOW, hours)
    return {(concern.kind, concern.code): (concern.count, concern.since) for concern in found}


def node(world, branch, heard_at, unsent=0, state="enrolled"):
    """A box of a branch, heard of at some time."""
    row = (world.entropy.id(), branch, b"k", b"h", b"c", state, 1, heard_at, "1", unsent)
    world.conn.execute(
        "INSERT INTO nodes (node, branch, signing_key, hpke_key, certificate, state, enrolled_at, heard_at, software,"
        " unsent) VALUES (?,?,?,?,?,?,?,?,?,?)",
        row,
    )


def test_nothing_is_said_of_what_is_in_order(world):
    """An orderly chain has no concerns, and a branch without a box is neither online nor silent."""
    assert attention(world) == {}
    assert overview_attention.branch_states(world.conn) == []


def test_silent_branches(world):
    """A branch is silent when its lately heard box is; a replaced box does not speak for it."""
    with transaction(world.conn):
        node(world, "b001", NOW - 5 * HOUR, unsent=3)
        node(world, "b001", NOW, state="replaced")
        node(world, "b002", NOW - 60_000)
        node(world, "b002", NOW - 9 * HOUR)
    assert attention(world) == {("silent", "4"): (1, NOW - 5 * HOUR)}
    assert attention(world, hours=6) == {}
    assert attention(world, "b002") == {}
    (state,) = overview_attention.branch_states(world.conn, "b001")
    assert (state.name, state.heard_at, state.unsent) == ("南京路店", NOW - 5 * HOUR, 3)


def tells(world, branch, *, oldest=0, good=NOW, down=(), enrolled=1):
    """A box of a branch that told of itself: what waits since, its block list, what does not work since."""
    node(world, branch, NOW)
    (box,) = world.conn.execute("SELECT node FROM nodes WHERE branch = ?", (branch,)).fetchone()
    world.conn.execute("UPDATE nodes SET enrolled_at = ? WHERE node = ?", (enrolled, box))
    world.conn.execute("INSERT INTO node_health VALUES (?, ?, 0, ?, 0, ?, 1, 1, 1)", (box, NOW, oldest, good))
    world.conn.executemany(
        "INSERT INTO node_devices VALUES (?, ?, '', ?, 0, 'device_offline', ?)",
        [(box, n, kind, since) for n, (kind, since) in enumerate(down)],
    )


def own(world, branch=""):
    """What boxes told that needs attention: kind, code, count, since and whose it is."""
    found = overview_attention.concerns(world.conn, [], branch, NOW, 4)
    return [(one.kind, one.code, one.count, one.since, one.branch, one.name) for one in found]


def test_what_boxes_told_is_named_by_branch(world):
    """Devices long down by kind, entries that wait, old block lists: of the branch that told so, after their bounds."""
    long_ago, lately = NOW - overview_attention.DEVICE_DOWN_MS - 1, NOW - overview_attention.DEVICE_DOWN_MS
    late, in_time = NOW - overview_attention.OLDEST_MS - 1, NOW - overview_attention.OLDEST_MS
    old, fresh = NOW - overview_attention.BLOCKS_MS - 1, NOW - overview_attention.BLOCKS_MS
    with transaction(world.conn):
        down = [("scanner", long_ago), ("pos_printer", long_ago), ("scanner", long_ago - 1), ("scale", lately)]
        tells(world, "b001", oldest=late, good=old, down=down)
        tells(world, "b002", oldest=in_time, good=fresh)
    expected = [
        ("device", "pos_printer", 1, long_ago, "b001", "南京路店"),
        ("device", "scanner", 2, long_ago - 1, "b001", "南京路店"),
        ("unsent", "", 1, late, "b001", "南京路店"),
        ("blocks", "", 1, old, "b001", "南京路店"),
    ]
    assert own(world) == own(world, "b001") == expected
    assert own(world, "b002") == []


def test_a_new_box_has_a_day_for_its_block_list(world):
    """A list that was never complete counts from the box's enrolment."""
    with transaction(world.conn):
        tells(world, "b001", good=0, enrolled=NOW - overview_attention.BLOCKS_MS)
        tells(world, "b002", good=0, enrolled=NOW - overview_attention.BLOCKS_MS - 1)
    assert [(kind, branch) for kind, _, _, _, branch, _ in own(world)] == [("blocks", "b002")]


def test_many_branches_are_one_number(world):
    """Beyond a few branches a fault is told once, with how many branches have it and since when the first does."""
    with transaction(world.conn):
        for n in range(overview_attention.NAMED + 1):
            branch = f"c{n:03}"
            world.conn.execute("INSERT INTO branches (branch, name, created_at) VALUES (?, '', 0)", (branch,))
            tells(world, branch, oldest=1_000 + n, down=[("scale", 2_000 - n)])
    assert own(world) == [
        ("device", "scale", 6, 1_995, "", ""),
        ("unsent", "", 6, 1_000, "", ""),
    ]


def test_what_waits_for_somebody(world):
    """Discrepancies by code, claims, proposals, quarantined entries; of a branch only its own."""
    with transaction(world.conn):
        for n, (code, branch) in enumerate(
            (("phone_twice", "b001"), ("phone_twice", "b002"), ("cash_differs", "b001"))
        ):
            world.conn.execute(
                "INSERT INTO discrepancies (discrepancy, n, code, branch, incarnation, seq, expected, found, detail,"
                " at, state) VALUES (?, ?, ?, ?, x'', 0, 0, 0, '', ?, 'open')",
                (bytes([n]) * 16, n, code, branch, NOW - n),
            )
        world.conn.execute("UPDATE discrepancies SET state = 'resolved' WHERE n = 2")
        world.conn.execute(
            "INSERT INTO claims (claim, sale, seller, seller_no, claimant, claimant_no, day, lines, state)"
            " VALUES (x'01', x'02', 'b001', 2, 'b002', 3, '2026-11-02', x'', 'waits')"
        )
        world.conn.execute(
            "INSERT INTO releases (release, kind, subject, reason, proposed_by, proposed_at, state)"
            " VALUES (x'01', 'claim', x'01', '', 'li.na', 77, 'proposed')"
        )
        world.conn.execute("INSERT INTO quarantine VALUES (2, 9, x'00', 'quarantined')")
    chain = {
        ("discrepancy", "phone_twice"): (2, NOW - 1),
        ("claim", "waits"): (1, 0),
        ("proposal", "release"): (1, 77),
        ("quarantine", ""): (1, 0),
    }
    assert attention(world) == chain
    assert attention(world, "b002") == {("discrepancy", "phone_twice"): (1, NOW - 1), ("claim", "waits"): (1, 0)}


def test_an_overdue_period(world):
    """The open period is overdue when it began more than a month ago, counted from the one before or its first row."""
    row = (
        "INSERT INTO clearing_rows (period, day, debtor, creditor, col, amount, no, seq) VALUES (1,?,'a','b','c',1,1,1)"
    )
    world.conn.execute(row, ("2026-11-20",))
    assert attention(world) == {}
    world.conn.execute(row, ("2026-10-20",))
    assert attention(world) == {("period", "2026-10-20"): (1, 0)}
    world.conn.execute("INSERT INTO periods VALUES (0, 'p', '2026-10-01', '2026-10-31', 'closed', '', 0, x'')")
    assert attention(world) == {}
