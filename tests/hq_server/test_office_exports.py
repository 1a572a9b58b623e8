"""Files of lists: what the screen shows, in its order and words, refused as the list is, harmless wherever opened."""

import asyncio
import csv
import io

import msgspec
import openpyxl
import pytest
from office_client import close_client, open_client
from office_world import PASSWORD

from hq_server.web.office import exports
from hq_server.web.office.table import LISTINGS
from sync_protocol.entry import decode_entry

HOSTILE = ["=1+1", "-2+3", "@SUM(A1)", "＝1+1", '=HYPERLINK("http://x","y")']
COLUMNS = [
    {"name": "name", "title": "姓名"},
    {"name": "branch", "title": "门店", "words": {"b001": "南京路店"}},
    {"name": "active", "title": "在职", "words": {"true": "是", "false": "否"}},
]


@pytest.fixture
async def client(tmp_path):
    """A head office with two branches and staff whose names want to be formulas."""
    client = await open_client(tmp_path)
    await client.sign_in("chen.jing")
    for branch in ("b001", "b002"):
        await client.ask("PUT", f"/branches/{branch}", {"name": branch})
        for n, name in enumerate(HOSTILE if branch == "b001" else ["李雷"]):
            body = {"name": name, "roles": ["cashier"], "pin": "246810"}
            await client.ask("PUT", f"/branches/{branch}/staff/{branch[-1]}00{n}", body)
    yield client
    await close_client(client)


async def fetched(client, **body):
    """Have a file made, wait for it by asking, and fetch it."""
    asked = {"listing": "listStaff", "columns": COLUMNS, "format": "csv", "title": "员工", "file": "staff"} | body
    job = await client.ended(await client.ask("POST", "/exports", asked))
    if job["state"] != "done":
        return job, b""
    response = await client.raw("GET", f"/jobs/{job['job']}/file")
    assert response.headers["Content-Disposition"] == f'attachment; filename="{job["file"]}"'
    return job, await response.read()


async def test_a_file_says_what_the_screen_says(client):
    """Columns in the order that was asked for, titles and words as the screen has them, all pages of it."""
    job, data = await fetched(client, query={"branch": "b002"})
    assert job["file"] == "staff.csv"
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows == [["姓名", "门店", "在职"], ["李雷", "b002", "是"]]


async def test_no_cell_is_a_formula(client):
    """What wants to be a formula is text, in CSV by a mark before it and in a workbook by its type."""
    _, data = await fetched(client, query={"branch": "b001"})
    cells = [row[0] for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) if row]
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r＝＋－＠")]
    job, data = await fetched(client, query={"branch": "b001"}, format="xlsx")
    assert job["done"] == len(HOSTILE)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    found = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in found} == {"s"}
    assert "=1+1" in {cell.value for cell in found}


async def test_a_paper_is_made_of_it(client):
    """The same list as PDF, with its letters in it."""
    job, data = await fetched(client, format="pdf")
    assert job["file"] == "staff.pdf"
    assert data.startswith(b"%PDF-")
    assert b"FontFile" in data


async def test_too_many_rows_are_refused_with_a_code(client, monkeypatch):
    """Nobody gets a part of a list for the whole: the job says why it made no file."""
    monkeypatch.setattr(exports, "ROWS_MAX", 3)
    job, _ = await fetched(client)
    assert (job["state"], job["code"], job["file"]) == ("failed", "too_many_rows", "")


@pytest.mark.parametrize(
    "body",
    [
        {"listing": "listNothing"},
        {"columns": [{"name": "pin", "title": "PIN"}]},
        {"query": {"branch": "b001", "pin": "1"}},
        {"query": {"limit": "1000"}},
        {"params": {"branch": "b001"}},
        {"file": "../staff"},
        {"file": "a/b"},
        {"format": "exe"},
    ],
)
async def test_odd_wishes_are_refused(client, body):
    """A list, a column, a filter or a file's name that is none is refused before anything begins."""
    asked = {"listing": "listStaff", "columns": COLUMNS, "format": "csv", "title": "员工"} | body
    response = await client.raw("POST", "/exports", asked)
    assert response.status in {400, 422}
    assert (await client.ask("GET", "/jobs"))["jobs"] == []


async def test_a_branch_gets_its_own_rows_alone(client):
    """Whoever belongs to a branch gets files of it, and cannot ask for another one's."""
    body = {"name": "wu.qian", "display": "吴倩", "role": "branch_manager", "password": PASSWORD, "branch": "b002"}
    await client.ask("POST", "/users", body)
    await client.sign_in("wu.qian")
    await client.ask("POST", "/password", {"old": PASSWORD, "new": PASSWORD + "1"})
    await client.sign_in("wu.qian", PASSWORD + "1")
    _, data = await fetched(client)
    assert "李雷" in data.decode("utf-8-sig")
    assert "1+1" not in data.decode("utf-8-sig")
    asked = {"listing": "listStaff", "columns": COLUMNS, "format": "csv", "title": "员工", "query": {"branch": "b001"}}
    assert (await client.ask("POST", "/exports", asked, status=403))["code"] == "forbidden"
    asked["listing"], asked["query"] = "listProducts", {}
    asked["columns"] = [{"name": "item", "title": "编号"}]
    assert (await client.ask("POST", "/exports", asked, status=403))["code"] == "forbidden"


async def test_a_job_is_its_owners_alone(client):
    """Nobody sees, fetches or ends what another one began, nor that it is there."""
    job, _ = await fetched(client)
    await client.sign_in("zhao.min")
    assert (await client.ask("GET", "/jobs"))["jobs"] == []
    for method, path in (("GET", ""), ("GET", "/file"), ("DELETE", "")):
        answer = await client.ask(method, f"/jobs/{job['job']}{path}", status=404)
        assert answer["code"] == "not_found"


async def test_old_files_are_forgotten(client):
    """After half an hour a file is gone, and its job with it."""
    job, _ = await fetched(client)
    client.world.now += 31 * 60_000
    assert (await client.ask("GET", f"/jobs/{job['job']}/file", status=404))["code"] == "not_found"


async def test_many_at_once_wait_their_turn_and_all_come(client):
    """More files than run at a time are made one after the other; far more are refused as busy."""
    results = await asyncio.gather(*(fetched(client, query={"branch": "b002"}) for _ in range(6)))
    assert {job["state"] for job, _ in results} == {"done"}


async def journal(client):
    """What stands in HQ's log of files that were made: (subject, reason) of each."""
    database = client.http.app_databases[-1]
    rows = await database.read(lambda conn: conn.execute("SELECT entry FROM own_log ORDER BY seq").fetchall())
    told = [msgspec.msgpack.decode(entry.body) for (data,) in rows if (entry := decode_entry(data)).kind == "audit"]
    return [(one["subject"], one["reason"]) for one in told if one["act"] == "list_exported"], b"".join(
        data for (data,) in rows
    )


async def test_files_of_people_leave_a_line_in_the_journal(client):
    """Who, which list, which filters by name, how many rows: and nothing of whom; other files leave none."""
    name = "张伟 'x' <b> 🍵"
    member = (await client.ask("POST", "/members", {"home": "b001", "name": name, "phone": "13800010001"}))["member"]
    columns = [{"name": "name", "title": "姓名"}, {"name": "phone", "title": "手机"}]
    asked = {"query": {"q": "13800010001", "tier": "", "sort": "-day"}, "file": "members", "title": "会员"}
    job, data = await fetched(client, listing="listMembers", columns=columns, **asked)
    assert "138****0001" in data.decode("utf-8-sig")
    columns = [{"name": "kind", "title": "种类"}]
    await fetched(client, listing="listMemberActs", columns=columns, params={"member": member}, file="acts")
    columns = [{"name": "item", "title": "编号"}]
    await fetched(client, listing="listProducts", columns=columns, file="products")
    told, log = await journal(client)
    assert told == [("listMembers", "1 csv q"), (f"listMemberActs {member}", "0 csv")]
    assert b"13800010001" not in log
    job, _ = await fetched(client, listing="listMembers", columns=[{"name": "name", "title": "x"}], query={"q": "\x00"})
    assert job["state"] == "failed"
    assert (await journal(client))[0] == told


PEOPLE = {"member", "member_name", "owner_name", "phone", "typed", "staff_name", "must_change_pin"}


def test_every_list_of_people_is_one_that_is_journalled():
    """A list whose rows name somebody is told in the journal when it leaves the house; and what is told exists."""
    assert LISTINGS.keys() >= exports.PERSONAL
    naming = {name for name, one in LISTINGS.items() if PEOPLE & set(one.row.__struct_fields__)}
    assert naming - exports.PERSONAL == set()
