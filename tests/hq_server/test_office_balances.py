"""The trial balance, what is owed by age, and settlement between legal entities, against the raw facts of real logs."""

import io
from collections import Counter

import pytest
from hq_world import DAY, World
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from commerce.moves import Reason
from hq_server.analysis import liability, trial_balance
from hq_server.head_office import entities, settlement, settlement_parties
from hq_server.head_office.act import Act
from hq_server.head_office.settlement_statements import statement
from hq_server.ledger import grants, inbox
from hq_server.web.office.balances import (
    ACCOUNTS,
    BALANCE,
    ISSUERS,
    LOTS,
    AccountQuery,
    AssetQuery,
    BalanceQuery,
    LotQuery,
)
from hq_server.web.office.settlement import ROWS, RowsQuery
from hq_server.web.office.sheets import xlsx
from hq_server.web.office.statements_sheets import Sheets
from sync_protocol.entry import decode_entry

BRANCHES = ("b001", "b002", "b003")
MEMBERS = (b"M" * 16, b"N" * 16)


def act(hq, now, by="sun.qi"):
    """An accountant's act."""
    return Act(hq, by, now)


def open_shops(folder, seed="hq"):
    """HQ with three shops."""
    world = World(folder, seed)
    world.shops = [world.shop(branch) for branch in BRANCHES]
    for branch in BRANCHES:
        world.conn.execute("INSERT INTO branches (branch, name, created_at) VALUES (?, ?, 1)", (branch, f"{branch}店"))
    return world


@pytest.fixture
def world(tmp_path):
    """The same as a fixture."""
    world = open_shops(tmp_path)
    yield world
    world.conn.close()


def hand_on(conn, hq, no, parts, now):
    """HQ grants rights that it got back to another shop."""
    grants.grant(conn, hq, no, parts, "placement", 0, now)


def trade(world, steps):
    """Top-ups, spends elsewhere, refunds and returns, as `steps` of small numbers say."""
    sales = []
    for kind, at, to, amount in steps:
        shop, other, member = world.shops[at], world.shops[to], MEMBERS[amount % 2]
        if kind == "top_up":
            ratios = {"bonus_ratio": ((1, 0, 0), (0, 1, 0), (0, 0, 1))[amount % 3]}
            parts = (amount // 2, amount // 10)
            lots = shop.top_up(member, amount, amount // 5, returned=parts, **ratios)
            shop.send()
            world.apply()
            given_on = [part for part in zip(lots, parts, strict=False) if part[1]]
            if given_on:
                world.do(hand_on, other.no, given_on)
                other.take_grants()
        elif kind == "sell":
            value = min(shop.can_pay(member), amount)
            if value:
                sales.append((shop, shop.sell(member, value, earn=value // 100), value))
        elif sales:
            seller, sale, _ = sales.pop(0)
            seller.refund(sale, (0, 3_000))
    for shop in world.shops:
        shop.send()
    world.apply()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["top_up", "top_up", "sell", "sell", "refund"]),
        st.integers(0, 2),
        st.integers(0, 2),
        st.integers(100, 50_000),
    ),
    min_size=4,
    max_size=14,
)


def raw_postings(world):
    """Unit → class of accounts → amount, added up from the signed entries alone; a lot's account counts as ``lot``."""
    sums = {}
    for shop in world.shops:
        log = inbox.read_entries(world.conn, shop.no, 1, shop.row.applied_seq)
        for data in [*log]:
            for account, unit, amount in decode_entry(data).postings:
                name = "lot" if isinstance(account, bytes) else account.partition(":")[0]
                sums.setdefault(unit, Counter())[name] += amount
    return sums


def owed_by_moves(world):
    """Issuer of each lot and what its owner still has, from the moves of the signed entries alone."""
    left, born = Counter(), {}
    for shop in world.shops:
        for data in inbox.read_entries(world.conn, shop.no, 1, shop.row.applied_seq):
            for move in decode_entry(data).moves:
                reason = Reason(move.reason)
                if reason is Reason.ISSUE:
                    born.setdefault(move.lot, shop.branch)
                sign = {Reason.RETURN: 0}.get(reason, 1 if reason.is_in else -1)
                left[move.lot] += sign * move.amount
    return left, born


@settings(max_examples=6, deadline=None)
@given(STEPS)
def test_the_trial_balance_sums_to_zero_and_equals_the_signed_entries(tmp_path_factory, steps):
    """Each unit sums to zero; its lines are the postings of all signed entries, added up by nobody of this program."""
    world = open_shops(tmp_path_factory.mktemp("balance"))
    try:
        trade(world, steps)
        lines = trial_balance.trial_balance(world.conn)
        assert set(trial_balance.sums(lines).values()) <= {0}
        found = {}
        for line in lines:
            found.setdefault(line.unit, Counter())[line.account] += line.amount
        expected = {
            unit: {name: amount for name, amount in sums.items() if amount}
            for unit, sums in raw_postings(world).items()
        }
        told = {unit: {name: amount for name, amount in sums.items() if amount} for unit, sums in found.items()}
        assert {unit: sums for unit, sums in told.items() if sums} == {u: s for u, s in expected.items() if s}
    finally:
        world.conn.close()


@settings(max_examples=6, deadline=None)
@given(STEPS)
def test_a_total_is_its_branches_and_its_lots(tmp_path_factory, steps):
    """Going down changes no sum: issuers, lots, ages, holders; each lot is what its moves left of it."""
    world = open_shops(tmp_path_factory.mktemp("drill"))
    try:
        trade(world, steps)
        left, born = owed_by_moves(world)
        for line in [line for line in trial_balance.trial_balance(world.conn) if line.account == "lot"]:
            [issuers] = ISSUERS.pages(world.conn, AssetQuery(asset=line.asset), "", 10)
            assert issuers.sums["owed"] == -line.amount
            ages = liability.by_age(world.conn, line.asset, DAY)
            holders = liability.holders(world.conn, line.asset)
            for issuer in issuers.rows:
                query = LotQuery(asset=line.asset, issuer=issuer.issuer)
                pages = list(LOTS.pages(world.conn, query, "", 2))
                lots = [lot for page in pages for lot in page.rows]
                assert (sum(lot.owed for lot in lots), len(lots)) == (issuer.owed, issuer.lots)
                assert all(lot.owed == left[bytes.fromhex(lot.lot)] for lot in lots)
                assert all(lot.issuer == born[bytes.fromhex(lot.lot)] for lot in lots)
                assert sum(each.amount for each in holders if each.issuer == issuer.issuer) == issuer.owed
                assert [each.to_30 for each in ages if each.issuer == issuer.issuer] == [issuer.owed]
    finally:
        world.conn.close()


BELONGS = st.lists(
    st.tuples(
        st.sampled_from(["HQ", *BRANCHES]),
        st.sampled_from(["EAST", "WEST", ""]),
        st.sampled_from(["2026-11-28", DAY, "2026-11-30"]),
    ),
    max_size=6,
)


@settings(max_examples=6, deadline=None)
@given(STEPS, BELONGS)
def test_statements_over_all_parties_sum_to_zero(tmp_path_factory, steps, belongs):
    """Nets sum to zero, each is the sum of its statement's lines, payments bring all to zero, rows are the cells."""
    world = open_shops(tmp_path_factory.mktemp("parties"))
    try:
        for code in ("EAST", "WEST"):
            world.do(lambda conn, hq, now, code=code: entities.put(conn, act(hq, now), code, f"{code}商贸有限公司", ""))
        for branch, entity, day in belongs:
            world.do(lambda conn, hq, now, told=(branch, entity, day): entities.assign(conn, act(hq, now), *told))
        trade(world, steps)
        whole = settlement_parties.settlement(world.conn, 0, DAY)
        assert sum(each.net for each in whole.parties) == 0
        left = {each.party: each.net for each in whole.parties}
        for party, net in left.items():
            found = statement(world.conn, 0, party, DAY)
            assert sum(line.owed - line.owes for line in found.lines) == found.net == net
        for transfer in whole.transfers:
            left[transfer.payer] += transfer.amount
            left[transfer.payee] -= transfer.amount
        assert not any(left.values())
        for cell in whole.cells:
            query = RowsQuery(debtor=cell.debtor, creditor=cell.creditor, column=cell.column, parties=True)
            pages = list(ROWS.pages(world.conn, query, "", 3))
            assert sum(row.amount for page in pages for row in page.rows) == cell.amount == pages[0].sums["amount"]
        total = world.one("SELECT coalesce(sum(amount), 0) FROM clearing_rows")[0]
        assert sum(cell.amount for cell in whole.cells) + sum(each.amount for each in whole.inside) == total
    finally:
        world.conn.close()


def spend(world):
    """Branch one takes 1000 + 200, branch two sells for 360 of it: one owes two 300 + 60."""
    lots = world.shops[0].top_up(MEMBERS[0], 100_000, 20_000, returned=(50_000, 10_000))
    world.shops[0].send()
    world.apply()
    parts = list(zip(lots, (50_000, 10_000), strict=True))
    world.do(lambda conn, hq, now: grants.grant(conn, hq, world.shops[1].no, parts, "placement", 0, now))
    world.shops[1].take_grants()
    world.shops[1].sell(MEMBERS[0], 36_000)
    world.shops[1].send()
    world.apply()


def belong(world, branch, entity, day):
    """A branch belongs to an entity from a day on."""
    world.do(lambda conn, hq, now: entities.assign(conn, act(hq, now), branch, entity, day))


def make(world, *codes):
    """Legal entities."""
    for code in codes:
        world.do(
            lambda conn, hq, now, code=code: entities.put(conn, act(hq, now), code, f"{code}商贸有限公司", "91310000")
        )


def test_branches_of_one_entity_owe_each_other_nothing_that_is_settled(world):
    """What two branches of a legal entity owe each other is shown apart; between two entities it is settled."""
    spend(world)
    make(world, "EAST", "WEST")
    belong(world, "b001", "EAST", "2026-01-01")
    belong(world, "b002", "EAST", "2026-01-01")
    whole = settlement_parties.settlement(world.conn, 0, DAY)
    assert (whole.cells, whole.transfers) == ((), ())
    assert [tuple(each) for each in whole.inside] == [
        ("EAST", "b001", "b002", "bonus", 6_000),
        ("EAST", "b001", "b002", "principal", 30_000),
    ]
    belong(world, "b002", "WEST", "2026-02-01")
    found = statement(world.conn, 0, "WEST", DAY)
    assert [tuple(line) for line in found.lines] == [("EAST", "bonus", 6_000, 0), ("EAST", "principal", 30_000, 0)]
    assert [tuple(each) for each in found.transfers] == [("EAST", "WEST", 36_000)]
    assert (found.branches, found.inside) == (("b002",), ())


def test_a_row_counts_for_who_stood_behind_the_branch_on_its_day(world):
    """A branch that changes hands tomorrow still settles today's sales for its old owner."""
    spend(world)
    make(world, "EAST", "WEST")
    belong(world, "b002", "EAST", "2026-01-01")
    belong(world, "b002", "WEST", "2026-11-30")
    parties = {each.party: each.net for each in settlement_parties.settlement(world.conn, 0, DAY).parties}
    assert parties == {"HQ": 0, "b001": -36_000, "EAST": 36_000, "b003": 0}


def test_what_is_closed_stays_between_whom_it_was(world):
    """No belonging can begin within a closed period, and a closed statement stays as it was."""
    spend(world)
    make(world, "EAST", "WEST")
    belong(world, "b002", "EAST", "2026-01-01")
    closed = world.do(lambda conn, hq, now: settlement.close(conn, act(hq, now), DAY))
    before = statement(world.conn, closed.n, "EAST", "2027-01-01")
    with pytest.raises(Exception, match="period_locked"):
        belong(world, "b002", "WEST", DAY)
    belong(world, "b002", "WEST", "2026-11-30")
    after = statement(world.conn, closed.n, "EAST", "2027-01-01")
    assert (after.lines, after.net) == (before.lines, before.net)


def test_accounts_lead_to_their_branches(world):
    """A class of accounts comes apart into its accounts, each with its branch, and they sum to its line."""
    spend(world)
    [line] = [
        line for line in trial_balance.trial_balance(world.conn) if (line.unit, line.account) == ("money", "cash")
    ]
    [page] = ACCOUNTS.pages(world.conn, AccountQuery(account="cash"), "", 10)
    assert [(row.entity, row.detail, row.amount) for row in page.rows] == [("b001", "cash", 100_000)]
    assert page.sums == {"amount": line.amount}


def test_a_statements_workbook_holds_every_row_behind_it(world):
    """The workbook is the statement, cell by cell, and its last sheet adds up to the statement's net position."""
    spend(world)
    found = statement(world.conn, 0, "b002", DAY)
    rows = [row for page in ROWS.pages(world.conn, RowsQuery(side="b002"), "", 10) for row in page.rows]
    file = io.BytesIO()
    xlsx.write(Sheets("zh-CN", entities.names(world.conn)).of_party(found, rows), file, language="zh-CN")
    book = load_workbook(io.BytesIO(file.getvalue()))
    first = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(max_row=4)]
    assert first == [
        ["对方", "项目", "应收", "应付", "净额"],
        ["b001店 b001", "赠送金", 60, 0, 60],
        ["b001店 b001", "本金", 300, 0, 300],
        ["合计", None, 360, 0, 360],
    ]
    last = book["明细"]
    total = sum(round(row[5].value * 100) for row in last.iter_rows(min_row=2))
    assert total == found.net == 36_000


def test_pieces_never_pass_for_money(world):
    """Points and counts are told as pieces in screens and files, and money stands in columns of its own."""
    world.shops[0].top_up(MEMBERS[0], 100_000)
    world.shops[0].sell(MEMBERS[0], 5_000, earn=50)
    world.shops[0].send()
    world.apply()
    for asset, kind in (("principal", "money"), ("bonus", "money"), ("points", "count"), ("uses:CARD10", "count")):
        for listing, query in ((LOTS, LotQuery(asset=asset, issuer="b001")), (ISSUERS, AssetQuery(asset=asset))):
            assert {each.kind for each in listing.told(query) if each.name == "owed"} == {kind}
    [page] = BALANCE.pages(world.conn, BalanceQuery(), "", 10)
    for row in page.rows:
        told = (row.debit_money, row.credit_money, row.debit_pieces, row.credit_pieces)
        sides = (row.debit, row.credit)
        assert told == ((None, None, *sides) if row.unit == "points" else (*sides, None, None))
