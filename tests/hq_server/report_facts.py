"""A small chain in figures: the read models filled by hand, so that each expected sum can be read off this page."""

from office_world import OfficeWorld

from commerce.reference import StaffRow
from hq_server.analysis import rows as rows_module
from hq_server.analysis.write import add_sums
from hq_server.head_office import branches, catalogue
from hq_server.ledger import lot_sums
from hq_server.storage.database import transaction

M1, M2, M3, M4 = (bytes([n]) * 16 for n in range(1, 5))
SHIFT1, SHIFT2 = b"\x0a" * 16, b"\x0b" * 16

TOTALS = [
    # day, branch, what, count, amount
    ("2026-11-02", "b001", "sales", 3, 30_000),
    ("2026-11-02", "b001", "discount", 1, 500),
    ("2026-11-02", "b001", "refunds", 1, 2_000),
    ("2026-11-02", "b001", "member_sales", 2, 25_000),
    ("2026-11-02", "b001", "walk_in_sales", 1, 5_000),
    ("2026-11-02", "b001", "top_up", 1, 100_000),
    ("2026-11-02", "b001", "top_up_bonus", 1, 10_000),
    ("2026-11-02", "b001", "members", 2, 0),
    ("2026-11-03", "b002", "sales", 2, 15_001),
    ("2026-11-03", "b002", "walk_in_sales", 2, 15_001),
    ("2026-11-03", "b002", "gift_cards", 1, 20_000),
    ("2026-10-30", "b001", "sales", 1, 8_000),
    ("2025-11-02", "b001", "sales", 2, 9_000),
]
HOURS = [
    ("2026-11-02", "b001", 9, 1, 10_000),
    ("2026-11-02", "b001", 18, 2, 20_000),
    ("2026-11-03", "b002", 18, 2, 15_001),
]
ITEMS = [
    # day, branch, item, quantity, list, charged, count: tea costs 6.00, from 3 November 7.00; the cup has no cost
    ("2026-11-02", "b001", "tea", 10_000, 20_000, 19_500, 3),
    ("2026-11-02", "b001", "cup", 1_000, 10_500, 10_500, 1),
    ("2026-11-03", "b002", "tea", 5_000, 10_000, 10_000, 2),
    ("2026-11-03", "b002", "gone", 1_000, 5_001, 5_001, 1),
]
TERMS = [
    # item, from_day, brand, cost, commission per mille, commission each
    ("tea", "2026-01-01", "龙井", 600, 50, 0),
    ("tea", "2026-11-03", "龙井", 700, 100, 20),
    ("cup", "2026-01-01", "景德镇", 0, 0, 300),
]
STAFF = [
    ("2026-11-02", "b001", "1001", "tea", 10_000, 19_500, 3),
    ("2026-11-02", "b001", "1002", "cup", 1_000, 10_500, 1),
    ("2026-11-03", "b001", "1001", "tea", -1_000, -2_000, 0),
    ("2026-11-03", "b002", "1001", "tea", 5_000, 10_000, 2),
    ("2026-11-03", "b002", "1001", "gone", 1_000, 5_001, 1),
]
TENDERS = [
    # day, branch, act, tender, count, amount
    ("2026-11-02", "b001", "sale", "cash", 2, 10_000),
    ("2026-11-02", "b001", "sale", "stored_value", 1, 20_000),
    ("2026-11-02", "b001", "refund", "cash", 1, -2_000),
    ("2026-11-02", "b001", "issue", "wechat", 1, 100_000),
    ("2026-11-03", "b002", "sale", "cash", 2, 15_001),
    ("2026-11-03", "b002", "withdraw", "cash", 1, -3_000),
]
MEMBER_DAYS = [
    # member, day, branch, visits, spent, topped_up
    (M1, "2026-11-02", "b001", 1, 20_000, 100_000),
    (M1, "2026-11-03", "b002", 2, 6_000, 0),
    (M2, "2026-11-02", "b001", 1, 5_000, 0),
    (M3, "2026-08-15", "b002", 4, 9_000, 0),
    (M4, "2026-11-03", "b001", 0, -1_000, 0),
]
MEMBERS = [
    # member, tier, no, day, masked name
    (M1, "gold", 2, "2026-08-03", "陈*"),
    (M2, "", 2, "2026-11-02", "李*"),
    (M3, "", 3, "2026-08-20", "欧阳*"),
    (M4, "", 2, "2026-11-02", "赵*"),
]
SHIFTS = [
    (SHIFT1, 2, "2026-11-02", "till-1", "1001", "closed", 30_000, 29_500),
    (SHIFT2, 3, "2026-11-03", "till-1", "1001", "open", 0, 0),
]
SHIFT_TOTALS = [
    (SHIFT1, "opening", "cash", 1, 20_000),
    (SHIFT1, "cash_out", "cash", 1, 5_000),
    (SHIFT1, "received", "cash", 2, 10_000),
    (SHIFT1, "expected", "cash", 1, 30_000),
    (SHIFT1, "counted", "cash", 1, 29_500),
]
LOTS = [
    # lot, asset, issuer, opened, expires, issued, spent
    (b"\x21" * 16, "principal", "b001", "2026-11-02", "", 100_000, 20_000),
    (b"\x22" * 16, "bonus", "b001", "2026-11-02", "2027-11-02", 10_000, 0),
    (b"\x23" * 16, "points", "b001", "2026-11-02", "2026-12-15", 300, 100),
    (b"\x24" * 16, "points", "b002", "2025-01-10", "", 77, 0),
    (b"\x25" * 16, "points", "b002", "2025-01-10", "", 50, 50),
    (b"\x26" * 16, "gift_card", "b002", "2026-11-03", "", 20_000, 0),
]


def fill(world: OfficeWorld) -> None:
    """Two branches, four members, what they did on some days."""
    conn = world.conn
    for branch, name in (("b001", "南京路店"), ("b002", "徐家汇店")):
        world.do(branches.register, branch, name)
    world.do(catalogue.put, "b001", StaffRow("1001", "王小明", ("cashier",), b"s" * 16, b"h" * 32))
    with transaction(conn):
        many = conn.executemany
        for no, branch in ((2, "b001"), (3, "b002")):
            log = (
                "INSERT INTO incarnations (no, incarnation, chain, node, branch, signing_key, predecessor,"
                " predecessor_seq, predecessor_head, h0, state, acked_seq, acked_head, applied_seq, session,"
                " session_used, opened_at, heard_at)"
                " VALUES (?, ?, x'', x'', ?, x'', x'', 0, x'', x'', 'open', 0, x'', 0, 0, 0, 0, 0)"
            )
            conn.execute(log, (no, bytes([no]) * 16, branch))
        many("INSERT INTO product_terms VALUES (?,?,?,?,?,?)", TERMS)
        for item, name, category in (("tea", "龙井绿茶", "茶"), ("cup", "青花杯", "杯具")):
            product = "INSERT INTO products VALUES (?, ?, ?, '', '', 0, 'product', 1, 0, 1, '', '', '')"
            conn.execute(product, (item, name, category))
        many(
            "INSERT INTO members VALUES (?1, ?2, ?3, ?4, '', 0, x'', x'', x'', x'', ?5)",
            MEMBERS,
        )
        many("INSERT INTO shifts VALUES (?,?,?,?,?,?,?,?)", SHIFTS)
        many(
            "INSERT INTO lots VALUES (?1, x'01', 'member', ?2, ?3, ?4, ?5, x'', 1, ?6, 0, 0, 0, ?7, 0, 0, 0, 0, 0)",
            LOTS,
        )
        lot_sums.fill(conn)
        add_sums(conn, rows_of())


def rows_of():
    """The figures as the projection gives them."""
    rows = rows_module.Rows()
    for table, lines in (
        *((rows_module.TOTALS, TOTALS), (rows_module.HOURS, HOURS), (rows_module.ITEMS, ITEMS)),
        *((rows_module.STAFF, STAFF), (rows_module.TENDERS, TENDERS), (rows_module.MEMBERS, MEMBER_DAYS)),
        (rows_module.SHIFTS, SHIFT_TOTALS),
    ):
        width = len(table.keys)
        rows.add([(table, line[:width], line[width:]) for line in lines])
    rows.registered = {member: (day, f"b00{no - 1}") for member, _, no, day, _ in MEMBERS}
    return rows


def summed(conn, source, columns):
    """Add up columns over all rows of a report's source."""
    sums = ", ".join(f"coalesce(sum(r.{name}), 0)" for name in columns)
    return dict(zip(columns, conn.execute(f"SELECT {sums} FROM {source.table}", source.params).fetchone(), strict=True))
