"""The matrix in parts: the rests of whatever part is shown make it add up; every cell is in some part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office_client import close_client, open_client
from office_world import open_world

from hq_server.errors import HqError
from hq_server.head_office.settlement_grid import Asked, grid
from hq_server.head_office.settlement_parties import settlement as settled

SIDES = ["HQ", *(f"b{n:03}" for n in range(9))]
CELLS = st.dictionaries(
    st.tuples(st.sampled_from(SIDES), st.sampled_from(SIDES), st.sampled_from(["principal", "bonus", "fee"])).filter(
        lambda key: key[0] != key[1]
    ),
    st.integers(-(10**12), 10**12).filter(bool),
    max_size=40,
)
PART = st.builds(
    Asked,
    column=st.sampled_from(["", "bonus"]),
    debtor=st.sampled_from(["", "B00", "HQ", "南京", "x"]),
    creditor=st.sampled_from(["", "b001", "京路"]),
    debtors_from=st.integers(0, 9),
    creditors_from=st.integers(0, 9),
    limit=st.integers(1, 5),
)
NAMES = {"b001": "南京路店", "b002": "徐家汇店"}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A head office."""
    world = open_world(tmp_path_factory.mktemp("grid"))
    yield world
    world.conn.close()


def fill(conn, cells):
    """Have exactly these cells in the open period."""
    conn.execute("DELETE FROM clearing_totals")
    rows = [(debtor, creditor, column, amount) for (debtor, creditor, column), amount in cells.items()]
    conn.executemany("INSERT INTO clearing_totals VALUES (1, ?, ?, ?, ?)", rows)


@given(CELLS, PART)
def test_any_part_adds_up_to_the_whole(world, cells, asked):
    """Each row is its cells and its rest, each column too, and all of them with the corner are the books' total."""
    fill(world.conn, cells)
    found = grid(world.conn, 0, asked, NAMES)
    wanted = [(*key, amount) for key, amount in cells.items() if asked.column in {"", key[2]}]
    assert found.total == sum(amount for *_, amount in wanted)
    for row in found.debtors:
        shown = sum(cell.amount for cell in found.cells if cell.debtor == row.side)
        assert shown + row.rest == row.owes == sum(amount for debtor, *_, amount in wanted if debtor == row.side)
    for head in found.creditors:
        shown = sum(cell.amount for cell in found.cells if cell.creditor == head.side)
        assert shown + head.rest == head.owed == sum(amount for _, side, _, amount in wanted if side == head.side)
    parts = [cell.amount for cell in found.cells] + [side.rest for side in (*found.debtors, *found.creditors)]
    assert sum(parts) + found.rest == found.total


@given(CELLS, st.integers(3, 6))
def test_every_cell_is_in_some_part(world, cells, limit):
    """Going on by the numbers that are told one meets each side and each cell once."""
    fill(world.conn, cells)
    met = []
    whole = grid(world.conn, 0, Asked(), NAMES)
    for row in range(0, whole.debtors_found, limit):
        for head in range(0, whole.creditors_found, limit):
            met += grid(world.conn, 0, Asked(debtors_from=row, creditors_from=head, limit=limit), NAMES).cells
    assert sorted(met) == sorted(whole.cells)
    assert [side.rank for side in whole.debtors] == list(range(1, whole.sides + 1))


def test_the_largest_come_first_and_are_found_by_name(world):
    """Rank is by all dealings, whichever way they go; a text finds codes and names, whatever its case."""
    fill(world.conn, {("b001", "b002", "principal"): 5, ("b003", "HQ", "fee"): -900, ("b002", "HQ", "fee"): 10})
    assert [side.side for side in grid(world.conn, 0, Asked(), NAMES).debtors] == ["HQ", "b003", "b002", "b001"]
    found = grid(world.conn, 0, Asked(debtor="南京"), NAMES)
    assert ([side.side for side in found.debtors], found.debtors_found, found.sides) == (["b001"], 1, 4)
    assert [side.side for side in grid(world.conn, 0, Asked(creditor="hq"), NAMES).creditors] == ["HQ"]
    with pytest.raises(HqError, match="unknown_period"):
        grid(world.conn, 9, Asked(), NAMES)


# --- over HTTP


@pytest.fixture
async def client(tmp_path):
    """A chain with more sides than a part shows; one row came late for a closed period."""
    client = await open_client(tmp_path)
    await client.http.app_databases[-1].write(_fill)
    await client.sign_in("li.na")
    yield client
    await close_client(client)


def _fill(conn):
    conn.execute("UPDATE periods SET state = 'closed', first_day = '2026-10-01', last_day = '2026-10-31'")
    conn.execute("INSERT INTO periods VALUES (2, '', '', '', 'open', '', 0, x'')")
    for n in range(60):
        conn.execute("INSERT INTO branches (branch, name, created_at) VALUES (?, ?, 0)", (f"b{n:03}", f"=1+{n} 号店"))
        conn.execute("INSERT INTO clearing_totals VALUES (2, ?, 'HQ', 'fee', ?)", (f"b{n:03}", n + 1))
        day = "2026-10-30" if n == 7 else "2026-11-02"
        conn.execute(
            "INSERT INTO clearing_rows (period, day, debtor, creditor, col, amount, no, seq)"
            " VALUES (2, ?, ?, 'HQ', 'fee', ?, 1, ?)",
            (day, f"b{n:03}", n + 1, n + 1),
        )


async def test_a_part_is_asked_for(client):
    """Forty rows unless fewer are wanted, then the next; the rest of the column is what is not shown."""
    first = await client.ask("GET", "/periods/0/grid")
    assert (len(first["debtors"]), first["debtors_found"], first["sides"]) == (40, 61, 61)
    assert first["total"] == sum(range(1, 61))
    head = first["creditors"][0]
    assert (head["side"], head["rest"]) == ("HQ", first["total"] - sum(cell["amount"] for cell in first["cells"]))
    last = await client.ask("GET", "/periods/0/grid?debtors_from=40")
    assert len(last["debtors"]) == 21
    assert (await client.ask("GET", "/periods/0/grid?creditor=总部"))["creditors"][0]["side"] == "HQ"
    one = await client.ask("GET", "/periods/0/grid?debtor=b030&column=fee")
    assert one["cells"] == [{"debtor": "b030", "creditor": "HQ", "amount": 31}]
    assert (await client.raw("GET", "/periods/0/grid?limit=41")).status == 400


async def test_what_came_late_is_counted(client):
    """A row of a day before the period is in it, and both periods tell: in the matrix, the settlement, the list."""
    for path in ("grid", "settlement"):
        told = await client.ask("GET", f"/periods/0/{path}")
        assert (told["late_rows"], told["late_amount"], told["first_day"]) == (1, 8, "2026-11-01")
        assert (told["later_rows"], told["later_amount"]) == (0, 0)
        closed = await client.ask("GET", f"/periods/1/{path}")
        assert (closed["late_rows"], closed["later_rows"], closed["later_amount"]) == (0, 1, 8)
    assert (await client.ask("GET", "/periods"))["late"] == {"2": 1}
    (row,) = (await client.ask("GET", "/periods/0/rows?late=true"))["rows"]
    assert (row["day"], row["debtor"], row["late"]) == ("2026-10-30", "b007", True)


async def test_all_cells_are_listed_and_exported(client):
    """The list pages through every cell; a file holds all of them, names that begin like formulas as texts."""
    met, after = [], ""
    while True:
        page = await client.ask("GET", f"/periods/0/cells?limit=25&after={after}")
        met += [(row["debtor"], row["amount"]) for row in page["rows"]]
        if not (after := page["next"]):
            break
    assert met == [(f"b{n:03}", n + 1) for n in range(60)]
    assert page["sums"] == {"amount": sum(range(1, 61))}
    columns = [{"name": name, "title": name} for name in ("debtor_name", "creditor", "amount")]
    body = {"listing": "listMatrixCells", "params": {"n": "0"}, "columns": columns, "format": "csv", "title": "矩阵"}
    job = await client.ended(await client.ask("POST", "/exports", body))
    lines = (await (await client.raw("GET", f"/jobs/{job['job']}/file")).read()).decode("utf-8-sig").splitlines()
    assert len(lines) >= 61
    assert any(line.startswith(("'=1+0", "\"'=1+0")) for line in lines)


def test_the_parties_settlement_is_the_same_money(world):
    """Sides or companies: the matrix's total is what the settlement's cells and inner dealings come to."""
    fill(world.conn, {("b001", "b002", "principal"): 500, ("b002", "HQ", "fee"): 7})
    for debtor, creditor, column, amount in (("b001", "b002", "principal", 500), ("b002", "HQ", "fee", 7)):
        world.conn.execute(
            "INSERT INTO clearing_rows (period, day, debtor, creditor, col, amount, no, seq) VALUES (1,?,?,?,?,?,1,1)",
            ("2026-11-02", debtor, creditor, column, amount),
        )
    whole = settled(world.conn, 0, "2026-11-30")
    assert sum(row.amount for row in (*whole.cells, *whole.inside)) == grid(world.conn, 0, Asked(), {}).total
