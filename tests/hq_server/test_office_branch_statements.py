"""A branch's own settlement statement: its manager reads that, down to the rows, and nothing of another's."""

import io

import pytest
from office_client import close_client, open_client
from openpyxl import load_workbook

ROWS = [
    ("2026-11-02", "b001", "b002", "principal", 36_000),
    ("2026-11-02", "b003", "b002", "bonus", 501),
    ("2026-11-03", "b002", "b001", "fee", 60),
    ("2026-11-03", "b004", "b001", "principal", 7_000),
]
NAMES = {"b001": "南京路店", "b002": "徐家汇店", "b003": "五角场店", "b004": "观前店"}


@pytest.fixture
async def client(tmp_path):
    """Four branches; b001 and b004 are of one company, b002 of another; li.na manages b001."""
    client = await open_client(tmp_path)
    await client.sign_in("chen.jing")
    for branch, name in NAMES.items():
        await client.ask("PUT", f"/branches/{branch}", {"name": name})
    for entity, name, members in (("EAST", "沪东商贸", ("b001", "b004")), ("WEST", "沪西餐饮", ("b002",))):
        await client.ask("PUT", f"/legal-entities/{entity}", {"name": name})
        for branch in members:
            await client.ask("PUT", f"/branches/{branch}/legal-entity", {"entity": entity, "from_day": "2026-01-01"})
    await client.http.app_databases[-1].write(_fill)
    await client.sign_in("li.na")
    yield client
    await close_client(client)


def _fill(conn):
    conn.execute("UPDATE users SET role = 'branch_manager', branch = 'b001' WHERE name = 'li.na'")
    no = conn.execute("SELECT min(no) FROM incarnations").fetchone()[0]
    for n, (day, debtor, creditor, column, amount) in enumerate(ROWS, 1):
        conn.execute(
            "INSERT INTO clearing_rows (period, day, debtor, creditor, col, amount, no, seq) VALUES (1,?,?,?,?,?,?,?)",
            (day, debtor, creditor, column, amount, no, n),
        )
        conn.execute("INSERT INTO clearing_totals VALUES (1, ?, ?, ?, ?)", (debtor, creditor, column, amount))


async def test_a_branch_manager_reads_the_own_statement(client):
    """It holds what the branch owes and is owed, also within its company, and names no one it does not deal with."""
    told = await client.ask("GET", "/periods/0/statements/b001")
    assert [(line["other"], line["column"], line["owed"], line["owes"]) for line in told["lines"]] == [
        ("b002", "fee", 60, 0),
        ("b002", "principal", 0, 36_000),
        ("b004", "principal", 7_000, 0),
    ]
    assert (told["net"], told["entity"], told["branches"]) == (-28_940, "EAST", ["b001"])
    assert (told["inside"], told["transfers"]) == ([], [])
    assert told["names"] == {"EAST": "沪东商贸", "b001": "南京路店", "b002": "徐家汇店", "b004": "观前店"}
    assert [period["n"] for period in (await client.ask("GET", "/periods"))["periods"]] == [1]


@pytest.mark.parametrize("party", ["b002", "b003", "b004", "EAST", "WEST", "HQ", "NOBODY"])
@pytest.mark.parametrize("file", ["", "/file?format=pdf", "/file?format=xlsx"])
async def test_the_manager_of_a_branch_reads_no_other_statement(client, party, file):
    """Not another branch's, not another company's, nor the own company's, whether there is such a party or not."""
    assert (await client.ask("GET", f"/periods/0/statements/{party}{file}", status=403))["code"] == "forbidden"


@pytest.mark.parametrize(
    "path", ["/periods/0/settlement", "/periods/0/settlement/file", "/periods/0/matrix", "/periods/0/grid"]
)
async def test_the_whole_is_head_offices(client, path):
    """What tells of all branches is refused."""
    assert (await client.ask("GET", path, status=403))["code"] == "forbidden"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [("b001", "b002"), ("b002", "b001"), ("b004", "b001")]),
        ("side=b001", [("b001", "b002"), ("b002", "b001"), ("b004", "b001")]),
        ("side=b002", [("b001", "b002"), ("b002", "b001")]),
        ("debtor=b003&creditor=b002", []),
        ("creditor=b002", [("b001", "b002")]),
    ],
)
async def test_rows_are_those_of_the_own_branch(client, query, found):
    """However it is asked: rows in which the branch owes or is owed, a sum if they go one way, no other receipt."""
    told = await client.ask("GET", f"/periods/0/rows?{query}")
    assert [(row["debtor"], row["creditor"]) for row in told["rows"]] == found
    total = sum(row["amount"] for row in told["rows"])
    assert told["sums"] == ({"amount": total} if "debtor" in query or "creditor" in query else {})
    assert all((row["act"], row["own"]) == (0, False) for row in told["rows"])


async def test_rows_of_parties_are_refused(client):
    """A company's rows are no branch manager's business."""
    assert (await client.ask("GET", "/periods/0/rows?side=EAST&parties=true", status=403))["code"] == "forbidden"


async def test_exports_hold_what_the_list_shows(client):
    """An export of the rows is the branch's own; one of the matrix or of parties is refused."""
    columns = [{"name": name, "title": name} for name in ("debtor_name", "creditor_name", "amount")]
    body = {"listing": "listClearingRows", "params": {"n": "0"}, "columns": columns, "format": "csv", "title": "明细"}
    job = await client.ended(await client.ask("POST", "/exports", body))
    text = (await (await client.raw("GET", f"/jobs/{job['job']}/file")).read()).decode("utf-8-sig")
    assert text.splitlines()[1:4] == ["南京路店,徐家汇店,360.00", "徐家汇店,南京路店,0.60", "观前店,南京路店,70.00"]
    assert "五角场店" not in text
    refused = await client.ended(await client.ask("POST", "/exports", body | {"query": {"parties": "true"}}))
    assert refused["state"] == "failed"
    cells = body | {"listing": "listMatrixCells", "columns": columns[2:]}
    assert (await client.ask("POST", "/exports", cells, status=403))["code"] == "forbidden"


async def test_the_own_statement_is_a_paper_and_a_workbook(client):
    """Both files are the branch's own, and say to whom it belongs; every row behind it is there, and no other."""
    paper = await client.raw("GET", "/periods/0/statements/b001/file?format=pdf")
    assert (await paper.read()).startswith(b"%PDF-")
    book = load_workbook(
        io.BytesIO(await (await client.raw("GET", "/periods/0/statements/b001/file?format=xlsx&language=en")).read())
    )
    cells = [[cell.value for cell in row] for sheet in book.worksheets for row in sheet.iter_rows()]
    assert ["Total", None, 70.6, 360, -289.4] in cells
    assert len(list(book["Rows"].iter_rows(min_row=2))) == 3
    told = str(cells)
    assert "沪东商贸 EAST" in told
    assert "五角场店" not in told
    assert "5.01" not in told


async def test_head_office_reads_a_branch_and_its_company(client):
    """For who sees the chain nothing is narrowed: the company's statement, its branches, and what stays inside it."""
    await client.sign_in("sun.qi")
    told = await client.ask("GET", "/periods/0/statements/EAST")
    assert (told["net"], told["branches"], told["entity"]) == (-35_940, ["b001", "b004"], "")
    assert [(one["debtor"], one["creditor"]) for one in told["inside"]] == [("b004", "b001")]
    assert (await client.ask("GET", "/periods/0/statements/b001"))["net"] == -28_940
    assert all(row["own"] for row in (await client.ask("GET", "/periods/0/rows"))["rows"])
