"""What process tests ask beyond the demo's harness: whole lists of sales, HQ's tables, people who check the books."""

import shutil

from hq_server.storage.database import open_connection
from stayopen import seed
from stayopen.demo.people import LEAD
from stayopen.demo.till_acts import find_member, open_shift
from stayopen.demo.waiting import until

DAY = "2026-03-01"
ITEMS = {row.name: row.item for row in seed.products()}
PHONES = [f"138000100{n:02}" for n in range(1, 13)]


async def till_with_shift(chain, box, name="till-1", staff=LEAD):
    """A till of a box, signed in by a shift lead, its shift open."""
    till = await chain.till(box, name, staff)
    await open_shift(till, DAY)
    return till


async def member_of(till, number=0):
    """The id of a seeded member."""
    return await find_member(till, PHONES[number])


async def sales_of(till):
    """Every sale that a box holds: id → (total, whether part of it came back)."""
    found, before = {}, 0
    while True:
        page = await till.get("/sales", before=before)
        for row in page["sales"]:
            assert row["sale"] not in found
            found[row["sale"]] = (row["total"], row["refunded"])
        before = page["next"]
        if not before:
            return found


def hq_rows(chain, query, *values):
    """Read HQ's database, beside the running HQ."""
    conn = open_connection(chain.place.data / "hq.db")
    try:
        return conn.execute(query, values).fetchall()
    finally:
        conn.close()


def hq_sales(chain, branch=None):
    """Every sale that HQ holds (of one branch): id → (total, whether part of it came back)."""
    rows = hq_rows(
        chain,
        "SELECT s.sale, s.total, s.remains IS NOT NULL FROM sales s JOIN incarnations i ON i.no = s.no"
        " WHERE ?1 IS NULL OR i.branch = ?1",
        branch,
    )
    return {sale.hex(): (total, bool(back)) for sale, total, back in rows}


async def logs_of(chain, branch):
    """The logs of a branch as the office sees them, newest first."""
    return (await chain.office.get(f"/branches/{branch}/logs"))["logs"]


async def codes_of_discrepancies(chain, branch=None):
    """The codes of the open discrepancies (of one branch), in order."""
    found = (await chain.office.get("/discrepancies"))["rows"]
    return [row["code"] for row in found if branch in (None, row["branch"])]


async def new_life(box, old):
    """Wait until a box writes under another incarnation than `old`; return its health."""

    async def other():
        health = await box.health()
        return health if health and health["incarnation"] != old and health["link"]["connected"] else None

    return await until(other, f"{box.name} goes on under a new incarnation")


async def all_verified(chain):
    """HQ and every box verify; return the reports."""
    reports = await chain.verify()
    assert {name: report["violations"] for name, report in reports.items() if not report["ok"]} == {}
    return reports


def copy_disk(source, target):
    """Copy a box's data directory as it lies there, keys and all; the box must not run."""
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(source, target)
