"""Settlement over the office's own door: legal entities, statements, their files, closing with open eyes."""

import io

import pytest
from office_client import close_client, open_client
from openpyxl import load_workbook

DAY = "2026-11-29"


@pytest.fixture
async def client(tmp_path):
    """A head office with two branches that owe each other something, and a manager signed in."""
    client = await open_client(tmp_path)
    await client.sign_in("chen.jing")
    for branch, name in (("b001", "南京路店"), ("b002", "=1+1 徐家汇店")):
        await client.ask("PUT", f"/branches/{branch}", {"name": name})
    rows = [
        ("2026-11-02", "b001", "b002", "principal", 36_000),
        ("2026-11-02", "HQ", "b002", "bonus", 501),
        ("2026-11-03", "b002", "b001", "fee", 60),
    ]
    database = client.http.app_databases[-1]
    await database.write(lambda conn: _write(conn, rows))
    yield client
    await close_client(client)


def _write(conn, rows):
    """Write clearing rows as stage 2 does."""
    for n, (day, debtor, creditor, column, amount) in enumerate(rows, 1):
        conn.execute(
            "INSERT INTO clearing_rows (period, day, debtor, creditor, col, amount, no, seq) VALUES (1,?,?,?,?,?,1,?)",
            (day, debtor, creditor, column, amount, n),
        )
        conn.execute("INSERT INTO clearing_totals VALUES (1, ?, ?, ?, ?)", (debtor, creditor, column, amount))


async def file_of(client, path):
    """A file's name and bytes."""
    response = await client.raw("GET", path)
    assert response.status == 200, await response.text()
    return response.headers["Content-Disposition"], await response.read()


async def test_entities_are_named_and_branches_assigned(client):
    """Both branches under one legal entity owe each other nothing that is settled; the journal tells who said so."""
    await client.ask("PUT", "/legal-entities/EAST", {"name": "沪东商贸有限公司", "number": "91310000MA1K"})
    for branch in ("b001", "b002"):
        await client.ask("PUT", f"/branches/{branch}/legal-entity", {"entity": "EAST", "from_day": "2026-01-01"})
    told = await client.ask("GET", "/legal-entities")
    assert told["entities"] == [
        {"entity": "EAST", "name": "沪东商贸有限公司", "number": "91310000MA1K", "branches": ["b001", "b002"]}
    ]
    assert told["alone"] == ["HQ"]
    found = await client.ask("GET", "/periods/0/settlement")
    assert found["cells"] == [{"debtor": "HQ", "creditor": "EAST", "column": "bonus", "amount": 501}]
    assert found["transfers"] == [{"payer": "HQ", "payee": "EAST", "amount": 501}]
    assert len(found["inside"]) == 2


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/legal-entities/east", {"name": "x"}, 404, "not_found"),
        ("/legal-entities/HQ", {"name": "x"}, 422, "bad_value"),
        ("/branches/b009/legal-entity", {"entity": "", "from_day": DAY}, 404, "unknown_branch"),
        ("/branches/b001/legal-entity", {"entity": "NOBODY", "from_day": DAY}, 404, "unknown_entity"),
        ("/branches/b001/legal-entity", {"entity": "", "from_day": "2026-02-30"}, 422, "bad_value"),
    ],
)
async def test_what_makes_no_sense_is_refused(client, path, body, status, code):
    """Codes have their form, branches and entities exist, days are days."""
    assert (await client.ask("PUT", path, body, status=status))["code"] == code


@pytest.mark.parametrize(
    ("language", "path", "name"),
    [
        ("zh-CN", "statements/b002", "statement-1-b002.pdf"),
        ("zh-TW", "settlement", "settlement-1.pdf"),
        ("en", "statements/HQ", "statement-1-HQ.pdf"),
    ],
)
async def test_a_statement_is_a_paper(client, language, path, name):
    """In each language a PDF with its own font, for one party or for all."""
    disposition, data = await file_of(client, f"/periods/0/{path}/file?format=pdf&language={language}")
    assert name in disposition
    assert data.startswith(b"%PDF-")
    assert b"/FontFile2" in data


async def test_a_statement_is_a_workbook(client):
    """Its lines, its sums, and every row behind it; a branch that is called like a formula is a text."""
    _, data = await file_of(client, "/periods/0/statements/b002/file?format=xlsx&language=en")
    book = load_workbook(io.BytesIO(data))
    lines = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(max_row=5)]
    assert lines == [
        ["Other party", "Item", "Owed to it", "It owes", "Net"],
        ["Head office", "Bonus", 5.01, 0, 5.01],
        ["南京路店 b001", "Fee", 0, 0.6, -0.6],
        ["南京路店 b001", "Principal", 360, 0, 360],
        ["Total", None, 365.01, 0.6, 364.41],
    ]
    rows = [[cell.value for cell in row] for row in book["Rows"].iter_rows(min_row=2)]
    assert [row[2:6] for row in rows] == [
        ["南京路店 b001", "=1+1 徐家汇店 b002", "Principal", 360],
        ["Head office", "=1+1 徐家汇店 b002", "Bonus", 5.01],
        ["=1+1 徐家汇店 b002", "南京路店 b001", "Fee", 0.6],
    ]
    assert book["Rows"]["D2"].data_type == "s"


async def test_closing_needs_a_person_who_looked(client):
    """What is not clear must be confirmed point by point; a list that has changed since is shown again."""
    await client.ask("PUT", "/legal-entities/EAST", {"name": "沪东商贸有限公司"})
    listed = await client.ask("GET", f"/periods/checks?last_day={DAY}")
    due = [check["code"] for check in listed["checks"] if check["found"]]
    assert (due, listed["first_day"]) == (["unassigned"], "2026-11-02")
    refused = await client.ask("POST", "/periods/close", {"last_day": DAY}, status=409)
    assert refused["code"] == "not_confirmed"
    closed = await client.ask("POST", "/periods/close", {"last_day": DAY, "confirmed": due})
    assert (closed["state"], closed["first_day"], closed["last_day"]) == ("closed", "2026-11-02", DAY)
    body = {"entity": "EAST", "from_day": DAY}
    locked = await client.ask("PUT", "/branches/b001/legal-entity", body, status=409)
    assert locked["code"] == "period_locked"


async def test_an_accountant_closes_and_an_operator_looks(client):
    """Only who settles may close; who sees may read statements; legal entities are the manager's to set."""
    await client.sign_in("li.na")
    await client.ask("GET", "/periods/0/statements/b002")
    assert (await client.ask("POST", "/periods/close", {"last_day": DAY}, status=403))["code"] == "forbidden"
    await client.sign_in("sun.qi")
    assert (await client.ask("PUT", "/legal-entities/EAST", {"name": "x"}, status=403))["code"] == "forbidden"
    await client.ask("POST", "/periods/close", {"last_day": DAY})


async def test_the_trial_balance_is_exported_as_it_is_read(client):
    """Lists of balances answer pages and are known to exports."""
    balance = await client.ask("GET", "/trial-balance")
    assert balance == {"rows": [], "next": "", "sums": {}}
    ages = await client.ask("GET", f"/liability?asset=principal&day={DAY}")
    assert ages["rows"] == []
    assert (await client.ask("GET", "/liability?asset=principal", status=400))["code"] == "bad_request"
    body = {
        "listing": "listTrialBalance",
        "columns": [{"name": "unit", "title": "单位"}],
        "format": "csv",
        "title": "试算平衡",
    }
    assert (await client.ask("POST", "/exports", body))["kind"] == "export"
