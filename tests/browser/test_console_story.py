"""An accountant's month: what went wrong in the branches is found, resolved, settled, down to the file that is sent."""

import io
import shutil
from collections import Counter
from contextlib import asynccontextmanager
from decimal import Decimal

import openpyxl
import pytest_asyncio
from accountant import Accountant
from playwright.async_api import expect
from raw_facts import Due, dues, owed, sheet

from stayopen.demo.chain import Chain
from stayopen.demo.people import LEAD, OFFICE, PASSWORD
from stayopen.demo.till_acts import STORED_VALUE, ask_rights, find_member, open_shift, quick_sale, top_up
from stayopen.demo.waiting import until

SIZE = {"width": 1366, "height": 768}
DAY = "2026-03-01"
PHONES = ("13800010001", "13800010002")
TWICE = "13911112222"
FORK, DRAWER = 2_000, 900
"""What two boxes of one disk spent of the same value, and what the drawer of the third branch lacks, minor units."""
NAMES = {"HQ": "总部", "b001": "南京路店 b001", "b002": "徐家汇店 b002", "b003": "五角场店 b003"}
COLUMNS = {"principal": "本金", "bonus": "赠送金", "adjustment": "调整"}


@pytest_asyncio.fixture(loop_scope="session")
async def company(tmp_path):
    """Head office and three branches, as programs."""
    async with Chain(tmp_path / "company") as made:
        try:
            await made.up()
            await made.settled()
            yield made
        finally:
            for program in (made.hq, *(box.program for box in made.boxes.values())):
                print(f"--- {program.name}:\n{program.said()[-2000:]}")


async def tills_of(company):
    """A till in each branch, its shift open."""
    tills = {}
    for branch in ("b001", "b002", "b003"):
        tills[branch] = await company.till(branch, "till-1", LEAD)
        await open_shift(tills[branch], DAY)
    return tills


async def month(company):
    """What happened: spending across branches, an outage, a cloned disk, a phone given twice, a short drawer."""
    tills = await tills_of(company)
    one, two = [await find_member(tills["b001"], phone) for phone in PHONES]
    await top_up(tills["b001"], one, 100_000, "c1000")
    await top_up(tills["b002"], two, 10_000)
    await company.settled()
    await ask_rights(tills["b002"], one, 60_000)
    await quick_sale(tills["b002"], 48_000, STORED_VALUE, one)
    await ask_rights(tills["b003"], one, 30_000)
    await company.settled()
    company.relays["b003"].cut()
    company.relays["b001"].cut()
    await quick_sale(tills["b003"], 24_000, STORED_VALUE, one)
    await quick_sale(tills["b003"], 900)
    for branch in ("b001", "b003"):
        await tills[branch].act("POST /members", {"name": f"赵敏{branch[-1]}", "phone": TWICE, "consent": "1"})
    company.relays["b003"].restore()
    company.relays["b001"].restore()
    await company.settled()
    await clone(company, tills["b002"], two)
    await tills["b003"].act("POST /shift/count", {"cash": [{"denomination": 10_000, "pieces": 5}]})
    lead = {"staff": LEAD[0], "pin": LEAD[1]}
    await tills["b003"].act("POST /shift/close", {"reason": "找错零", "approval": lead})
    await company.settled("b001", "b003")


async def clone(company, till, member):
    """A copy of a box's disk is started beside it, and both spend the same value."""
    first = company.boxes["b002"]
    old = (await first.health())["incarnation"]
    await first.program.stop()
    second = await company.add_copy("b002", "b002-copy")
    shutil.rmtree(second.place.data, ignore_errors=True)
    shutil.copytree(first.place.data, second.place.data)
    line = company.relays[second.name]
    line.cut()
    await first.up()
    await second.up()
    await first.linked()
    other = await company.till(second.name, "till-1", LEAD)
    for box in (till, other):
        await quick_sale(box, 6_000, STORED_VALUE, member)
    await company.settled("b002")
    line.restore()

    async def told():
        codes = {row["code"] for row in (await company.office.get("/discrepancies"))["rows"]}
        return {"late_exposure", "phone_twice"} <= codes or None

    for box in (first, second):

        async def under_a_new_name(box=box):
            health = await box.health()
            return health["incarnation"] != old and health["link"]["connected"] if health else None

        await until(under_a_new_name, f"{box.name} goes on under a new name")
    await company.settled("b002", "b002-copy")
    await until(told, "head office tells what it found")


@asynccontextmanager
async def accountant(chromium, company, name):
    """Somebody at a browser of their own, signed in."""
    context = await chromium.new_context(viewport=SIZE, reduced_motion="reduce", accept_downloads=True)
    try:
        person = Accountant(await context.new_page(), company.console_url)
        await person.enter(name, PASSWORD)
        yield person
    finally:
        await context.close()


async def test_an_accountants_month(company, chromium):
    """What does not add up is put right by new facts, the period closed; statements sum to zero and hold the facts."""
    await month(company)

    async def short():
        rows = (await company.office.get("/discrepancies"))["rows"]
        return "cash_differs" in {row["code"] for row in rows} or None

    await until(short, "the drawer's difference is told")
    async with accountant(chromium, company, OFFICE[0]) as person, accountant(chromium, company, OFFICE[1]) as second:
        await person.merge_members(TWICE)
        await resolved(company, person, second)
        await person.close_period()
        settlement = await company.office.get("/periods/1/settlement")
        assert settlement["period"]["state"] == "closed"
        assert sum(party["net"] for party in settlement["parties"]) == 0
        facts = dues(company.place.data / "hq.db")
        totals = owed(facts)
        assert {key[:2] for key in totals} == {("b001", "b002"), ("b001", "b003"), ("b002", "HQ"), ("b003", "HQ")}
        assert (totals["b002", "HQ", "adjustment"], totals["b003", "HQ", "adjustment"]) == (FORK, DRAWER)
        nets = 0
        for party in NAMES:
            data = await person.statement(party)
            lines = read(data)
            assert lines == [
                (NAMES[other], COLUMNS[column], *map(money, amounts))
                for other, column, *amounts in sheet(totals, party)
            ]
            assert rows_of(data) == {
                (due._replace(**named(due)), money(amount))
                for due, amount in facts.items()
                if party in (due.debtor, due.creditor)
            }
            nets += sum(net for *_, net in lines)
        assert nets == 0
        await person.go("reconciliation/balance")
        await expect(person.page.get_by_text(person.word("reconciliation.balance.equal")).first).to_be_visible()
    report = await company.verify()
    assert all(one["ok"] for one in report.values())


async def resolved(company, person, second):
    """The fork's loss is its branch's, by two people; the drawer's its cashiers' branch's, by one; the rest stands."""
    found = [row["code"] for row in (await company.office.get("/discrepancies"))["rows"]]
    assert {"late_exposure", "cash_differs"} <= set(found)
    await person.decide_alone_up_to("10.00")
    await person.charge("late_exposure", "20.00", second=True)
    assert "late_exposure" in {row["code"] for row in (await company.office.get("/discrepancies"))["rows"]}
    await second.approve("late_exposure")
    await person.charge("cash_differs", "9.00", second=False)
    await person.accept_all()
    assert (await company.office.get("/discrepancies"))["rows"] == []
    done = (await company.office.get("/discrepancies?state=resolved"))["rows"]
    by = {row["code"]: row["by"] for row in done}
    assert (by["late_exposure"], by["cash_differs"]) == (f"{OFFICE[0]} {OFFICE[1]}", OFFICE[0])


def money(amount):
    """Minor units as a workbook has them."""
    return Decimal(amount) / 100


def named(due):
    """A row's sides, column and writer as people call them."""
    sides = {side: NAMES[getattr(due, side)] for side in ("debtor", "creditor", "writer")}
    return {**sides, "column": COLUMNS[due.column]}


def read(data):
    """The lines of a statement's first sheet, as anybody's program reads them: below the heads, above the sum."""
    rows = list(openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True))
    top = next(n for n, row in enumerate(rows) if row[:2] == ("对方", "项目"))
    end = next(n for n, row in enumerate(rows) if row[0] == "合计")
    return [
        (other, column, *(Decimal(str(amount)).quantize(Decimal("0.01")) for amount in amounts[:3]))
        for other, column, *amounts in rows[top + 1 : end]
    ]


def rows_of(data):
    """The rows behind a statement, those of one entry added up: (Due in people's words, amount)."""
    total = Counter()
    rows = openpyxl.load_workbook(io.BytesIO(data))["明细"].iter_rows(min_row=2, values_only=True)
    for day, late, debtor, creditor, column, amount, writer, log, seq in rows:
        assert not late
        due = Due(day.date().isoformat(), debtor, creditor, column, writer, log, seq)
        total[due] += Decimal(str(amount)).quantize(Decimal("0.01"))
    return set(total.items())
