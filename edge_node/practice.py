"""What lies in the training world when it begins: the shop's own goods, staff and rules, and members to practise with.

Everything comes into being as in a real shop: rows like those of a seed, and members and balances by the till's acts.
"""

from collections.abc import Callable
from dataclasses import replace

import msgspec

from commerce.errors import CommerceError
from commerce.facts import CountedCash
from commerce.reference import CHAIN_FEED, SettingRow, StaffRow, branch_feed
from commerce.tender import CASH, Offer
from edge_node import limits
from edge_node.errors import EdgeError
from edge_node.ledger import bodies, incarnations
from edge_node.ledger.incarnations import StandaloneIds
from edge_node.ledger.node import Node, load_node
from edge_node.ledger.paper_settings import KINDS as PAPERS
from edge_node.ledger.price_book import PriceBook, load_price_book
from edge_node.ledger.sign_ins import Staff
from edge_node.storage.database import Connection, savepoint
from edge_node.till import members, moments, shifts, top_up
from edge_node.till.at import At
from edge_node.till.members import NewMember
from edge_node.till.top_up import TopUpOrder

KINDS = ("plan", "product", "promotion", "setting", "staff", "tier", "top_up_rule")
"""Reference rows of the shop that a trainee meets; pictures are served from where they are."""
MARK = "【演练】"
FOOTER = "演练小票，无效\n演練收據，無效\nTRAINING: NOT A RECEIPT"
MEMBERS = (("演练会员一", "13800000001", "88000001"), ("演练会员二", "13800000002", "88000002"))
"""Name, phone, card; the last one has the highest tier, and each some stored value."""
BALANCE = 20_000
"""200.00."""
_TILL = "practice"
_TEACHER = Staff("training", "演练", ("manager",))

Row = tuple[str, str, bytes]
"""Feed, key, body."""


def copied(conn: Connection, branch: str) -> list[Row]:
    """Read what the training world takes over from the real shop: (feed, key, body)."""
    found: list[Row] = []
    for feed in (CHAIN_FEED, branch_feed(branch)):
        for kind in KINDS:
            rows = conn.execute(
                "SELECT feed, key, body FROM reference WHERE feed = ? AND key >= ? AND key < ?",
                (feed, f"{kind}:", f"{kind};"),
            )
            found.extend(rows.fetchall())
    return found


def staff_row(conn: Connection, branch: str, number: str) -> Row | None:
    """Read one member of staff of the real shop as the training world knows them."""
    row = conn.execute(
        "SELECT feed, key, body FROM reference WHERE feed = ? AND key = ?", (branch_feed(branch), f"staff:{number}")
    ).fetchone()
    return None if row is None else tuple(row)


def begin(conn: Connection, rows: list[Row], random_bytes: Callable[[int], bytes], now: int) -> Node:
    """Make an empty, migrated database a shop of its own and fill it."""
    ids = StandaloneIds(*(random_bytes(16) for _ in StandaloneIds._fields))
    incarnations.start_standalone(conn, ids, random_bytes(32), now)
    node = load_node(conn, random_bytes(32))
    write(conn, node, rows)
    _mark(conn, node)
    # no printer is attached here: a paper that waits for one would be told as trouble
    conn.execute(
        "CREATE TRIGGER nothing_is_printed AFTER INSERT ON print_jobs BEGIN"
        " UPDATE print_jobs SET state = 'done', drawer = 0, done_at = NEW.at WHERE job = NEW.job; END"
    )
    _people(conn, At(node, _unasked(load_price_book(conn, node)), _TILL, _TEACHER, now, lambda: random_bytes(16)))
    return node


def write(conn: Connection, node: Node, rows: list[Row]) -> None:
    """Write rows of the real shop where this world reads them; nobody has to change a PIN to practise."""
    here = branch_feed(node.branch)
    conn.executemany(
        "INSERT OR REPLACE INTO reference VALUES (?, ?, 0, ?)",
        [(CHAIN_FEED if feed == CHAIN_FEED else here, key, _plain(key, body)) for feed, key, body in rows],
    )


def _plain(key: str, body: bytes) -> bytes:
    if bodies.kind_of(key) != "staff":
        return body
    return bodies.encode(replace(bodies.decode(StaffRow, body), must_change_pin=False))


def _mark(conn: Connection, node: Node) -> None:
    """Let every paper and screen say that it is not real, whatever the chain's own templates are; charge nobody."""
    chosen = load_price_book(conn, node).settings
    values = {
        "shop_name": (MARK + chosen.papers.shop_name)[: limits.NAME],
        "receipt_footer": FOOTER,
        "payment_providers": {tender: "simulated" for tender, _ in chosen.till.payment_providers},
        **{f"receipt_{kind}": "" for kind in PAPERS},
    }
    rows = [SettingRow(name, msgspec.json.encode(value).decode()) for name, value in values.items()]
    write(conn, node, [(branch_feed(node.branch), f"setting:{row.name}", bodies.encode(row)) for row in rows])


def _people(conn: Connection, at: At) -> None:
    """Register members to practise with, in a shift that is closed again; a rule of the chain may bar one."""
    shifts.open_shift(conn, at, _day(at), 0)
    taken = 0
    tiers = sorted(at.book.tiers.values(), key=lambda row: row.rank)
    for number, (name, phone, card) in enumerate(MEMBERS):
        tier = tiers[-1].code if tiers and number == len(MEMBERS) - 1 else ""
        try:
            with savepoint(conn):
                member = members.register(conn, at, NewMember(name, phone, card, tier)).member
                top_up.top_up(conn, at, TopUpOrder(member, BALANCE, "", (Offer(CASH, BALANCE),)))
                taken += BALANCE
        except (CommerceError, EdgeError):
            continue
    shifts.count(conn, at, (CountedCash(CASH, taken),))
    shifts.close_shift(conn, at)


def _day(at: At) -> str:
    moment = moments.moment_on(at.book, "", at.now)
    return moment.day if moment else "2000-01-01"


def _unasked(book: PriceBook) -> PriceBook:
    """Return the book without fields that a registration must fill in."""
    till = replace(book.settings.till, custom_fields=())
    return replace(book, settings=replace(book.settings, till=till))
