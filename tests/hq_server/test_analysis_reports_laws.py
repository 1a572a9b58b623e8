"""Whatever is done, merged, told late or decided anew: every report says what an addition of the acts by hand says."""

import tempfile
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest
from hq_world import World
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import msgpack

from commerce.facts import MemberChanged, MemberRegistered, Refund, RefundLine, Sale, SaleLine, Tender
from commerce.reference import ProductRow
from hq_server.analysis import earned, follow, overview, rebuild, reports_goods, reports_members, reports_sales
from hq_server.analysis.reports_source import Span
from hq_server.head_office import catalogue, product_terms
from hq_server.head_office.act import Act
from hq_server.storage.database import transaction

ENCODE = msgpack.Encoder(order="sorted").encode
FIRST, DAYS = date(2025, 12, 20), 190
ITEMS = ("龙井", "杯", "茶壶")
MEMBERS = [bytes([n]) * 16 for n in range(1, 7)]
BRANCHES = ("b001", "b002")

days = st.integers(0, DAYS).map(lambda n: (FIRST + timedelta(days=n)).isoformat())
people = st.sampled_from([b"", *MEMBERS])
sales = st.tuples(
    st.just("sale"),
    st.integers(0, 1),
    days,
    people,
    st.lists(
        st.tuples(st.sampled_from(ITEMS), st.integers(1, 3), st.integers(0, 999), st.sampled_from(["", "7", "7,8"])),
        min_size=1,
        max_size=3,
    ),
)
refunds = st.tuples(st.just("refund"), st.integers(0, 30), days)
top_ups = st.tuples(st.just("top_up"), st.integers(0, 1), days, st.sampled_from(MEMBERS), st.integers(1, 500))
registrations = st.tuples(st.just("register"), st.integers(0, 1), days, st.sampled_from(MEMBERS))
merges = st.tuples(st.just("merge"), st.sampled_from(MEMBERS), st.sampled_from([b"", *MEMBERS]))
decisions = st.tuples(
    *(st.just("terms"), st.sampled_from(ITEMS), days, st.integers(0, 300), st.integers(0, 200), st.integers(0, 99)),
    st.sampled_from(["", "甲", "乙"]),
)
pauses = st.tuples(st.just("follow"), st.integers(0, 3), st.integers(1, 40), st.booleans())
acts = st.lists(
    st.one_of(sales, sales, sales, refunds, top_ups, registrations, merges, decisions, pauses), min_size=20, max_size=60
)


class Books:
    """A chain that is told acts, and a list of the same acts to add up by hand."""

    def __init__(self, folder):
        self.world = World(folder)
        self.conn = self.world.conn
        self.shops = [self.world.shop(branch) for branch in BRANCHES]
        self.act = Act(self.world.hq, "测试", self.world.now)
        with transaction(self.conn):
            for item in ITEMS:
                catalogue.put(self.conn, self.act, "", ProductRow(item, item, "茶", "件", 500))
        self.sold, self.lines, self.visits, self.top_ups = [], [], [], []  # as told, each with its day and branch
        self.registered, self.roots, self.terms = {}, {}, defaultdict(dict)

    def take(self, act):
        """Do one act."""
        getattr(self, f"_{act[0]}")(*act[1:])

    def _append(self, place, kind, body):
        self.shops[place].append(kind, (), (), ENCODE(body))

    def _sale(self, place, day, member, wanted):
        shop, sale = self.shops[place], self.world.ids()
        lines = tuple(
            SaleLine(item, item, 2000 * pieces, 5, 2 * amount, 2 * amount, 0, staff, (), ())
            for item, pieces, amount, staff in wanted
        )
        total = sum(line.charged for line in lines)
        body = Sale(
            *(sale, "S", shop.desk.shift, day, "前台1", "1", member, lines, (Tender("cash", total),), (), None),
            *(0, (0, 1), 0, ()),
        )
        self._append(place, "sale", body)
        self.sold.append((place, body))
        for line in lines:
            self._line(day, place, line, 1)
        if member:
            self.visits.append((day, BRANCHES[place], member, 1, total))

    def _line(self, day, place, line, sign):
        self.lines.append((day, BRANCHES[place], line.item, sign * line.milli_qty, sign * line.charged, line.attendant))

    def _refund(self, which, day):
        if not self.sold:
            return
        place, sale = self.sold.pop(which % len(self.sold))
        line = sale.lines[0]
        back = (RefundLine(0, line.milli_qty, line.charged, (), 0),)
        body = Refund(
            *("refund", self.world.ids(), sale.sale, sale.shift, day, "前台1", "1", "2", "不合适", sale.member, back),
            *((Tender("cash", line.charged),), (), 0, 0),
        )
        self._append(place, "refund", body)
        self._line(day, place, line, -1)
        if sale.member:
            self.visits.append((day, BRANCHES[place], sale.member, 0, -line.charged))

    def _top_up(self, place, day, member, amount):
        shop = self.shops[place]
        shop.desk = shop.desk._replace(day=day)
        shop.top_up(member, amount)
        self.top_ups.append((day, BRANCHES[place], member, amount))

    def _register(self, place, day, member):
        if member not in self.registered:
            self._append(place, "member", MemberRegistered("registered", member, "", day, "", b""))
            self.registered[member] = (day, BRANCHES[place])

    def _merge(self, member, root):
        """As head office writes it: who goes on is nobody else, and nobody is who becomes another."""
        if root == member or root in self.roots or member in self.roots.values():
            return
        self._append(0, "member", MemberChanged("alias", member, "2026-01-01", "1", root.hex(), b""))
        self.roots.pop(member, None)
        if root:
            self.roots[member] = root

    def _terms(self, item, day, cost, per_mille, each, brand):
        with transaction(self.conn):
            product_terms.put(self.conn, self.act, item, product_terms.Terms(day, brand, cost, per_mille, each))
        rows = self.conn.execute("SELECT * FROM product_terms WHERE item = ?", (item,))
        self.terms[item] = {row[1]: row[2:] for row in rows}

    def drop(self, item, day):
        """Take terms away."""
        product_terms.drop(self.conn, self.act, item, day)

    def _follow(self, senders, size, anew):
        """Send what some shops have, apply it, follow a part of it, and perhaps sum a changed month anew."""
        for place, shop in enumerate(self.shops):
            if senders >> place & 1:
                shop.send(size=size)
        self.world.apply()
        with transaction(self.conn):
            if anew:
                earned.step(self.conn)
            follow.step(self.conn, size)

    def settle(self):
        """Everything sent, applied and followed."""
        self._follow(3, 50, anew=False)
        while True:
            with transaction(self.conn):
                if not follow.step(self.conn, 7):
                    return

    def person(self, member):
        """Who a member is now."""
        return self.roots.get(member, member)

    def held(self, item, day):
        """The terms of a day: brand, cost, thousandths, each; None."""
        began = [since for since in self.terms[item] if since <= day]
        return self.terms[item][max(began)] if began else None

    def use(self, span):
        """Of who came: visits, spent, topped up, last visit."""
        found = defaultdict(lambda: [0, 0, 0, ""])
        for day, branch, member, visits, spent in self.visits:
            if inside(span, day, branch):
                one = found[self.person(member)]
                one[0] += visits
                one[1] += spent
                one[3] = max(one[3], day if visits else "")
        for day, branch, member, amount in self.top_ups:
            if inside(span, day, branch):
                found[self.person(member)][2] += amount
        return {member: tuple(one) for member, one in found.items() if one[0]}


def inside(span, day, branch):
    """Whether a day and branch are asked for."""
    return span.first <= day <= span.last and span.branch in {"", branch}


def read(conn, source, *names):
    """Some columns of all rows."""
    return sorted(conn.execute(f"SELECT {', '.join(names)} FROM {source.table}", source.params).fetchall())


def step_of(figure, ends):
    """Which step a figure lies in."""
    return next((str(n) for n, end in enumerate(ends) if figure <= end), str(len(ends)))


def members_are_right(books, span):
    """Members one by one, by recency and frequency, and in tenths."""
    conn, use = books.conn, books.use(span)
    last = date.fromisoformat(span.last)
    expected = {
        member: (visits, spent, topped, day, (last - date.fromisoformat(day)).days)
        for member, (visits, spent, topped, day) in use.items()
    }
    source = reports_members.members(span)
    found = read(conn, source, "member", "visits", "spent", "topped_up", "last_day", "days")
    assert {row[0]: row[1:] for row in found} == expected
    assert len(found) == len(expected)
    cells = Counter()
    for visits, spent, _, _, ago in expected.values():
        cell = (step_of(ago, reports_members.RECENCY), step_of(visits, reports_members.FREQUENCY))
        cells.update({(*cell, "members"): 1, (*cell, "visits"): visits, (*cell, "spent"): spent})
    for recency, frequency, members, visits, spent in read(
        conn, reports_members.grid(span), "recency", "frequency", "members", "visits", "spent"
    ):
        told = {"members": members, "visits": visits, "spent": spent}
        assert told == {name: cells[recency, frequency, name] for name in told}
        assert len(read(conn, reports_members.members(span, int(recency), int(frequency)), "member")) == members
    assert sum(count for (_, _, name), count in cells.items() if name == "members") == len(expected)
    ordered = sorted(((one[1], one[0]) for one in expected.values()), reverse=True)
    size, bigger = divmod(len(ordered), 10)
    tenths, begin = [], 0
    for n in range(min(10, len(ordered))):
        part = ordered[begin : begin + size + (n < bigger)]
        begin += len(part)
        tenths.append((n + 1, len(part), sum(visits for _, visits in part), sum(spent for spent, _ in part)))
    assert read(conn, reports_members.tenths(conn, span), "tenth", "members", "visits", "spent") == tenths
    assert overview.active_members(conn, span) == len(expected)


def cohorts_are_right(books, branch):
    """Who came back by month of registration, and who stays away."""
    months = defaultdict(set)
    for day, at, member, visits, _ in books.visits:
        if visits:
            months[books.person(member)].add((day[:7], at))
    expected = {}
    for member, (day, home) in books.registered.items():
        if member not in books.roots and branch in {"", home}:
            line = expected.setdefault(day[:7], [0] * 14)
            line[0] += 1
            begin = int(day[:4]) * 12 + int(day[5:7])
            for n in {int(m[:4]) * 12 + int(m[5:]) - begin for m, at in months[member] if branch in {"", at}}:
                if 0 <= n <= 12:
                    line[n + 1] += 1
    names = ("cohort", "members", *(f"m{n}" for n in range(13)))
    found = read(books.conn, reports_members.cohorts("2025-12", "2026-12", branch), *names)
    assert {row[0]: list(row[1:]) for row in found} == expected
    since = "2026-04-01"
    ever = books.use(Span("2000-01-01", "2099-01-01", branch))
    stays = {(member, one[3], one[0], one[1]) for member, one in ever.items() if one[3] < since}
    away = read(books.conn, reports_members.dormant(since, branch), "member", "last_day", "visits", "spent")
    assert set(away) == stays
    assert len(away) == len(stays)


def goods_are_right(books, span):
    """Margins by item, brand and branch, and what attendants earned, exact until the row that is told."""
    sums = {group: defaultdict(lambda: [0, 0, 0, None]) for group in ("item", "brand", "branch")}
    earned_by = {group: defaultdict(lambda: [0, 0, 0]) for group in ("staff", "item", "day")}
    for day, branch, item, quantity, charged, staff in books.lines:
        if not inside(span, day, branch):
            continue
        terms = books.held(item, day)
        brand, cost, per_mille, each = terms or ("", 0, 0, 0)
        for group, part in (("item", item), ("brand", brand), ("branch", branch)):
            row = sums[group][part]
            row[0] += quantity
            row[1] += charged
            if cost:
                row[2] += charged
                row[3] = (row[3] or 0) + cost * quantity
        for name in filter(None, staff.split(",")):
            share = len(staff.split(","))
            for group, part in (("staff", ""), ("item", item), ("day", day)):
                row = earned_by[group][branch, name, part]
                row[0] += charged // share
                row[1] += charged // share * per_mille + quantity // share * each
                row[2] += 0 if terms else charged // share
    for group, rows in sums.items():
        expected = {part: (*row[:3], cut(row[3])) for part, row in rows.items()}
        source = reports_goods.products(span, group)
        found = read(books.conn, source, "part", "quantity", "charged", "costed", "cost")
        assert {row[0]: row[1:] for row in found} == expected
    assert_goods_filtered(books, span, sums["item"])
    for group, rows in earned_by.items():
        expected = {(*key,): (row[0], cut(row[1]), row[2]) for key, row in rows.items()}
        source = reports_goods.commission(span, group)
        found = read(books.conn, source, "branch", "staff", "part", "charged", "commission", "untold")
        assert {row[:3]: row[3:] for row in found} == expected


def assert_goods_filtered(books, span, items):
    """One item alone, by whatever road, is what it is among the others."""
    for item in items:
        told = read(books.conn, reports_goods.products(span, "branch", item), "charged")
        assert sum(charged for (charged,) in told) == items[item][1]
        by_staff = read(books.conn, reports_goods.commission(span, "staff", "7", item), "charged")
        by_day = read(books.conn, reports_goods.commission(span, "day", "7", item), "charged")
        assert sum(charged for (charged,) in by_staff) == sum(charged for (charged,) in by_day)


def cut(thousandths):
    """Thousandths of a minor unit, rounded towards zero."""
    return None if thousandths is None else -(-thousandths // 1000) if thousandths < 0 else thousandths // 1000


def sales_are_right(books, span):
    """The overview, in one figure, by time and by branch, and goods by item."""
    charged = Counter()
    for day, branch, item, _, amount, _ in books.lines:
        if inside(span, day, branch):
            charged.update({("all", ""): amount, ("branch", branch): amount, ("item", item): amount})
    found = overview.figures(books.conn, span)
    assert found.sales - found.refunds == charged["all", ""]
    for points in (overview.by_time(books.conn, span), overview.by_branch(books.conn, span)):
        assert sum(point.sales - point.refunds for point in points) == charged["all", ""]
    for point in overview.by_branch(books.conn, span):
        assert point.sales - point.refunds == charged["branch", point.part]
    for item, amount in read(books.conn, reports_sales.goods(span, "item"), "part", "charged"):
        assert amount == charged["item", item]


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    done=acts,
    spans=st.lists(
        st.tuples(st.integers(-5, DAYS), st.integers(0, 380), st.sampled_from(["", "", "b001"])), min_size=2, max_size=4
    ),
    marked=st.booleans(),
)
def test_reports_say_what_the_acts_say(done, spans, marked):
    """Late, refunded, merged, parted, with terms changed for days long past: reports equal an addition by hand."""
    with tempfile.TemporaryDirectory() as folder:
        books = Books(Path(folder))
        for act in done:
            books.take(act)
        books.settle()
        if marked:  # terms changed just now: what they touch is not summed anew yet
            books.take(("terms", ITEMS[0], "2026-02-11", 77, 33, 5, "丙"))
        assert rebuild.compare(books.conn) == []
        for begin, length, branch in spans:
            first = FIRST + timedelta(days=begin)
            span = Span(first.isoformat(), (first + timedelta(days=length)).isoformat(), branch)
            members_are_right(books, span)
            goods_are_right(books, span)
            sales_are_right(books, span)
            cohorts_are_right(books, branch)
        books.conn.close()


@pytest.mark.parametrize("table", ["member_totals", "cohort_months", "member_roots", "day_earned", "month_totals"])
def test_what_is_kept_is_compared(tmp_path, table):
    """A row too few in any of the kept sums is found by comparing with the facts."""
    books = Books(tmp_path)
    for act in (
        ("register", 0, "2026-01-02", MEMBERS[0]),
        ("terms", ITEMS[0], "2026-01-01", 10, 20, 0, ""),
        ("sale", 0, "2026-01-03", MEMBERS[0], [(ITEMS[0], 1, 100, "7")]),
        ("sale", 1, "2026-02-03", MEMBERS[1], [(ITEMS[0], 1, 100, "7")]),
        ("merge", MEMBERS[1], MEMBERS[0]),
    ):
        books.take(act)
    books.settle()
    assert rebuild.compare(books.conn) == []
    books.conn.execute(f"DELETE FROM {table}")
    assert any(line.startswith(table) for line in rebuild.compare(books.conn))
    books.conn.close()
