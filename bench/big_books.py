"""Head office's books after a year: 1,000,000 sales of 200,000 members in 20 branches, in a plain SQLite file.

Facts are made by a seeded dice and go through the projection and the writer of the read models themselves; the ledger's
own tables get rows of the like, without logs behind them (so ``verify`` has nothing to say here). Kept under ``build/``
and made again when the schema or this file changes: some three minutes.
"""

import hashlib
import random
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.big_chain import GIVEN, SURNAMES, phone
from bench.wire import NAMES, SIZES
from commerce.facts import (
    CountedCash,
    Issue,
    LotIssue,
    Refund,
    RefundLine,
    Sale,
    SaleLine,
    ShiftAct,
    Tender,
    Terms,
    Use,
)
from commerce.reference import ProductRow
from hq_server.analysis import follow
from hq_server.analysis.project import project
from hq_server.analysis.reading import Envelope, Moved, Told
from hq_server.analysis.rows import Rows
from hq_server.analysis.what import Sold
from hq_server.analysis.write import write
from hq_server.head_office import catalogue
from hq_server.head_office.act import Act
from hq_server.ledger import lot_sums, start, terms
from hq_server.ledger.context import Hq, Keys
from hq_server.reconcile.apply import Reconciler
from hq_server.storage.database import Connection, open_connection, transaction
from hq_server.storage.migrate import SCHEMA_VERSION, migrate
from stayopen import seed

SALES, MEMBERS, BRANCHES, ITEMS, DAYS = 1_000_000, 200_000, 20, 2_000, 365
LAST_DAY = date(2026, 11, 30)
NOW = 1_796_000_000_000
DAY_MS = 86_400_000
FILE = Path("build") / "bench" / "big_books.db"
_CHUNK = 100_000
_TOP_UP_EVERY, _REFUND_EVERY, _CLEARED_EVERY = 7, 70, 3
"""A top-up to seven sales, a refund to seventy; the value of another branch in every third."""
_DISCREPANCIES = 4_000
_NOTHING = msgspec.Raw(b"\x90")


def ident(*words: object) -> bytes:
    """An id that is the same in each run."""
    return hashlib.blake2b(" ".join(map(str, words)).encode(), digest_size=16).digest()


def branch_of(n: int) -> str:
    """A branch's id."""
    return f"b{n + 1:03}"


def day_of(n: int) -> str:
    """The business date `n` days from the first."""
    return (LAST_DAY - timedelta(days=DAYS - 1 - n)).isoformat()


class Books:
    """The chain's facts in the order of application: a day of all branches after the other."""

    def __init__(self) -> None:
        self.dice = random.Random(11)
        self.n = 0
        self.seq: dict[int, int] = {}
        self.sold: list[tuple[Sale, str]] = []
        self.lots: list[tuple[Any, ...]] = []
        self.sales: list[tuple[Any, ...]] = []
        self.pairs: dict[int, tuple[bytes, str]] = {}
        self.lines = [self._line(n) for n in range(4_000)]

    def _line(self, n: int) -> SaleLine:
        """One of the lines that baskets are made of; a few items sell most."""
        item = int(self.dice.random() ** 3 * ITEMS)
        price = 150 + item * 37 % 3000
        off = price // 20 if n % 3 == 0 else 0
        discounts = (("tier", -off),) if off else ()
        staff = f"{1001 + n % 6}" if n % 2 else ""
        return SaleLine(f"p{item}", NAMES[item % 8], 1000, price, price, price - off, 0, staff, discounts, ())

    def told(self, branch: int, at: int, kind: str, body: Any, moves: tuple[Moved, ...] = ()) -> Told:
        """A fact as stage 2 would have applied it."""
        self.n += 1
        no = branch + 2  # 1: head office
        seq = self.seq[no] = self.seq.get(no, 0) + 1
        envelope = Envelope(seq, at, kind, 1, moves, _NOTHING, b"")
        return Told(self.n, no, branch_of(branch), seq, b"", at, envelope, body, "")

    def facts(self) -> Iterator[tuple[Told, Sold | None]]:
        """All of them."""
        for day in range(DAYS):
            text, begin = day_of(day), NOW - (DAYS - day) * DAY_MS
            for n in range(SALES * day // DAYS, SALES * (day + 1) // DAYS):
                branch = int(self.dice.random() ** 1.5 * BRANCHES)
                at = begin + 3_600_000 * (8 + n % 14)
                yield self._sale(n, branch, text, at), None
                if n % _TOP_UP_EVERY == 0:
                    yield self._top_up(n, branch, text, at), None
                if n % _REFUND_EVERY == 0:
                    yield self._refund(n, text, at)
            for branch in range(BRANCHES):
                yield from self._shift(branch, text, begin)

    def _sale(self, n: int, branch: int, day: str, at: int) -> Told:
        lines = tuple(self.dice.choices(self.lines, k=1 + n % 3))
        total = sum(line.charged for line in lines)
        number = int(self.dice.random() ** 2 * MEMBERS) if n % 10 < 7 else -1
        member = b""
        moves: tuple[Moved, ...] = ()
        uses: tuple[Use, ...] = ()
        tenders = (Tender("wechat" if n % 2 else "cash", total, total),)
        if number >= 0:
            member = ident("member", number)
            pair = self.pairs.get(number)
            if pair is not None and n % 2:
                uses = (Use(pair[0], "principal", pair[1], total, total),)
                moves = (Moved(pair[0], 16, total, total),)
                tenders = (Tender("stored_value", total),)
        sale = Sale(
            ident("sale", n), f"{branch_of(branch)}-{n:07}", ident("shift", branch, day), day, "前台1",
            f"{1001 + self.dice.randrange(6)}", member, lines, tenders, uses, None, 0, (0, 1), 0, (),
        )  # fmt: skip
        if n % _REFUND_EVERY == 0:
            self.sold.append((sale, branch_of(branch)))
        told = self.told(branch, at, "sale", sale, moves)
        self.sales.append((sale.sale, told.no, told.seq, b"", day, member, total))
        return told

    def _top_up(self, n: int, branch: int, day: str, at: int) -> Told:
        number = int(self.dice.random() ** 2 * MEMBERS)
        paid, given = 100_00 * (1 + n % 10), 20_00 * (n % 2)
        member, lot = ident("member", number), ident("lot", n)
        what = (member, "member", "principal", branch_of(branch), paid, day, "", b"", Terms(paid=paid))
        issued = [LotIssue(lot, *what)]
        if given:
            bonus = (member, "member", "bonus", branch_of(branch), given, day, "", lot, Terms(paid=paid))
            issued.append(LotIssue(ident("bonus", n), *bonus))
        self.pairs[number] = (lot, branch_of(branch))
        left = paid if n % 3 else 0
        self.lots += [
            (
                *(issue.lot, member, "member", issue.asset, issue.issuer, day, "", issue.pair, 1, issue.amount),
                *(0, 0, 0),  # all rights lie at branches
                *(issue.amount - (left if issue.asset == "principal" else issue.amount), 0, 0, 0, 0, 0),
            )
            for issue in issued
        ]
        body = Issue(
            "top_up", ident("issue", n), f"C{n:07}", ident("shift", branch, day), day, "前台1", "1001", member,
            tuple(issued), (Tender("cash", paid, paid),), "c100", "",
        )  # fmt: skip
        return self.told(branch, at, "issue", body, tuple(Moved(one.lot, 1, one.amount, one.amount) for one in issued))

    def _refund(self, n: int, day: str, at: int) -> tuple[Told, Sold | None]:
        sale, branch = self.sold[self.dice.randrange(max(0, len(self.sold) - 500), len(self.sold))]
        first = sale.lines[0]
        body = Refund(
            "refund", ident("refund", n), sale.sale, sale.shift, day, "前台1", "1002", "2001", "不合适", sale.member,
            (RefundLine(0, 1000, first.charged, (), 0),), (Tender("cash", first.charged),), (), 0, 0,
        )  # fmt: skip
        return self.told(int(branch[1:]) - 1, at, "refund", body), Sold(sale, branch)

    def _shift(self, branch: int, day: str, at: int) -> Iterator[tuple[Told, None]]:
        shift, counted = ident("shift", branch, day), 3_000_00 - (branch * 7 % 5) * 100
        who = (shift, day, "前台1", "1001")
        yield self.told(branch, at, "shift", ShiftAct("open", *who, 500_00, (), (), "")), None
        close = ShiftAct("close", *who, 0, (CountedCash("cash", counted),), (CountedCash("cash", 3_000_00),), "")
        yield self.told(branch, at + DAY_MS // 2, "shift", close), None


def keys() -> Keys:
    """Keys of a head office that talks to nobody."""
    return Keys(b"C" * 16, b"H" * 16, Ed25519PrivateKey.from_private_bytes(b"k" * 32), b"m" * 32, b"a" * 32)


def big_books(path: Path = FILE) -> tuple[Path, Hq]:
    """The file, made unless it is there, and head office over it."""
    mark = path.with_suffix(".made")
    stamp = f"{SCHEMA_VERSION} {hashlib.sha256(_sources()).hexdigest()}"
    if not (path.exists() and mark.exists() and mark.read_text() == stamp):
        for old in path.parent.glob(f"{path.name}*"):
            old.unlink()
        path.parent.mkdir(parents=True, exist_ok=True)
        _make(path)
        mark.write_text(stamp)
    conn = open_connection(path)
    hq = start.load(conn, keys(), Reconciler())
    conn.close()
    return path, hq


def _sources() -> bytes:
    """What the file depends on: this module, the projection and its writers, and all migrations."""
    from hq_server import analysis, storage  # noqa: PLC0415 - for their places alone

    folders = [Path(next(iter(package.__path__))) for package in (analysis, storage)]
    writers = [folders[0] / f"{name}.py" for name in ("rows", "write", "people", "earned")]
    projection = [*folders[0].glob("project*.py"), *writers]
    used = [*projection, *(folders[1] / "migrations").glob("*.sql"), Path(__file__)]
    return b"".join(file.read_bytes() for file in sorted(used))


def _make(path: Path) -> None:
    began = time.perf_counter()
    conn = open_connection(path)
    migrate(conn)
    conn.execute("PRAGMA synchronous = OFF")
    with transaction(conn):
        hq = start.create(conn, keys(), Reconciler(), b"h" * 16, b"e" * 16, NOW - 400 * DAY_MS)
        _found(conn, Act(hq, "bench", NOW - 400 * DAY_MS))
        number = terms.number(conn, Terms())
        assert number == 1
        while follow.step(conn):
            pass
    indexes = conn.execute(
        "SELECT name, sql FROM sqlite_master WHERE tbl_name IN ('acts', 'member_days', 'member_totals')"
        " AND sql LIKE 'CREATE INDEX%'"
    ).fetchall()
    for name, _ in indexes:
        conn.execute(f"DROP INDEX {name}")
    books = Books()
    books.n = follow.cursor(conn).n
    _write(conn, books, began)
    for _, sql in indexes:
        conn.execute(sql)
    with transaction(conn):
        _ledger(conn, books)
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    conn.close()
    _tell(f"made in {time.perf_counter() - began:.0f} s, {path.stat().st_size / 1e6:.0f} MB")


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _write(conn: Connection, books: Books, began: float) -> None:
    """Project and write all facts."""
    rows = Rows()
    for n in range(MEMBERS):  # as their registrations would have given it
        rows.registered[ident("member", n)] = (day_of(n * DAYS // MEMBERS), branch_of(n % BRANCHES))

    def flush() -> None:
        with transaction(conn):
            write(conn, rows)
            sql = "INSERT INTO sales (sale, no, seq, hash, day, member, total) VALUES (?,?,?,?,?,?,?)"
            conn.executemany(sql, sorted(books.sales))
            conn.executemany(f"INSERT INTO lots VALUES ({','.join('?' * 19)})", sorted(books.lots))
        books.sales.clear()
        books.lots.clear()

    for count, (told, sold) in enumerate(books.facts(), 1):
        project(told, sold, rows)
        if count % _CHUNK == 0:
            flush()
            rows = Rows()
            _tell(f"  {count} facts, {time.perf_counter() - began:.0f} s")
    flush()


def _found(conn: Connection, act: Act) -> None:
    """The example chain, more branches, 2,000 products with terms, 200,000 members."""
    dice = random.Random(5)
    seed.seed(conn, act, day_of(0), dice.randbytes)
    for n in range(BRANCHES):
        branch = branch_of(n)
        conn.execute(
            "INSERT OR IGNORE INTO branches (branch, name, created_at) VALUES (?,?,?)", (branch, f"{n + 1} 号店", NOW)
        )
        conn.execute(
            "INSERT INTO incarnations (no, incarnation, chain, node, branch, signing_key, predecessor, predecessor_seq,"
            " predecessor_head, h0, state, acked_seq, acked_head, applied_seq, session, session_used, opened_at,"
            " heard_at)"
            " VALUES (?,?,?,?,?,x'',x'',0,x'',x'','open',0,x'',0,0,0,?,?)",
            (n + 2, ident("log", n), b"C" * 16, ident("node", n), branch, NOW, NOW),
        )
        conn.execute(
            "INSERT INTO nodes (node, branch, signing_key, hpke_key, certificate, state, enrolled_at, heard_at)"
            " VALUES (?,?,x'',x'',x'','enrolled',?,?)",
            (ident("node", n), branch, NOW, NOW),
        )
    goods = [
        ProductRow(
            f"p{n}", f"{NAMES[n % 8]} {SIZES[n // 8 % 8]} {n // 64 + 1}", f"分类{n % 24}", "件", 150 + n * 37 % 3000
        )
        for n in range(ITEMS)
    ]
    catalogue.put_all(conn, act, "", goods)
    conn.executemany(
        "INSERT INTO product_terms VALUES (?,?,?,?,?,?)",
        [
            (f"p{n}", day, f"品牌{n % 60}", 90 + n % 900, 30, 0)
            for n in range(ITEMS)
            for day in (day_of(0), day_of(200))
        ],
    )
    _members(conn, dice)


def _members(conn: Connection, dice: random.Random) -> None:
    """Members as their registration leaves them."""
    people = [
        (ident("member", n), dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN), n) for n in range(MEMBERS)
    ]
    people.sort()
    conn.executemany(
        "INSERT INTO members VALUES (?,?,?,?,'',0,x'',x'',?,?,?)",
        [
            (
                *(member, ("basic", "silver", "gold")[n % 3], n % BRANCHES + 2, day_of(n * DAYS // MEMBERS)),
                *(ident("phone", n), ident("last4", n % 10_000), f"{name[0]}*"),
            )
            for member, name, n in people
        ],
    )
    for field in ("name", "phone"):
        conn.executemany(
            "INSERT INTO profiles VALUES (?,?,?,0,?)",
            [(member, field, name if field == "name" else phone(n), NOW) for member, name, n in people],
        )
    conn.executemany("INSERT OR IGNORE INTO member_initials VALUES (?,?)", [(member, "wxm") for member, _, _ in people])
    conn.executemany("INSERT INTO cards VALUES (?,?,'active')", sorted((ident("card", n), m) for m, _, n in people))


def _ledger(conn: Connection, books: Books) -> None:
    """What else lists read: rights, balances, clearing, shifts, discrepancies, who was seen where."""
    conn.execute(
        "INSERT INTO rights SELECT lot, 2 + (issued / 2000 + substr(opened_on, -2)) % ?, issued - spent, 0, 0, 0, 0"
        " FROM lots",
        (BRANCHES,),
    )
    lot_sums.fill(conn)
    conn.execute(
        "INSERT INTO clearing_rows (period, day, debtor, creditor, col, amount, no, seq)"
        " SELECT 1, day, 'b001', branch, 'principal', amount, no, seq FROM acts"
        " WHERE kind = 'sale' AND principal < 0 AND n % ? = 0",
        (_CLEARED_EVERY,),
    )
    conn.execute(
        "INSERT INTO clearing_totals SELECT period, debtor, creditor, col, sum(amount) FROM clearing_rows"
        " GROUP BY 1, 2, 3, 4"
    )
    conn.execute(
        "INSERT INTO shifts SELECT shift, no, day, till, staff, 'closed', 300000, 300000 + amount FROM acts"
        " WHERE kind = 'shift' AND act = 'close'"
    )
    conn.execute("INSERT OR IGNORE INTO seen SELECT member, branch FROM member_days")
    rows: Iterable[tuple[Any, ...]] = (
        (
            *(ident("wrong", n), n + 1, ("cash_differs", "price_differs", "overspent")[n % 3], branch_of(n % BRANCHES)),
            *(ident("log", n % BRANCHES), n, 100, 100 - n % 90, "", NOW - n * 1000, "open" if n % 4 else "resolved"),
        )
        for n in range(_DISCREPANCIES)
    )
    conn.executemany(
        "INSERT OR IGNORE INTO discrepancies (discrepancy, n, code, branch, incarnation, seq, expected, found, detail,"
        " at, state) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        rows,
    )
    for n in range(BRANCHES):
        for account in (f"cash:{branch_of(n)}:cash", f"sales:{branch_of(n)}", f"given:{branch_of(n)}"):
            conn.execute("INSERT OR REPLACE INTO balances VALUES (?, 'money', ?)", (account, 1000 * n))
    assert books.n > SALES


if __name__ == "__main__":
    _tell("making the books")
    big_books()
