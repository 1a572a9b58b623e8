"""The plan alone, without a database: books in memory, entries in, what follows out."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.clearing import clear_spend
from commerce.facts import Issue, LotIssue, Terms, Verdict
from hq_server.reconcile.actions import Plan, bounded
from hq_server.reconcile.book import Book, Held, Log, LotRow
from hq_server.reconcile.clearing import RuleMissingError, rows_of_spend
from hq_server.reconcile.plan import plan
from hq_server.reconcile.reading import read

LOT, MEMBER = b"L" * 16, b"m" * 16
_ENCODE = msgspec.msgpack.Encoder(order="sorted").encode
_HEX = LOT.hex()


def book(state="open"):
    """Books with HQ's log 1 and one branch's log 2."""
    books = Book()
    books.add_log(Log(1, b"H" * 16, b"h" * 16, "HQ", "hq"))
    books.add_log(Log(2, b"B" * 16, b"b" * 16, "guanqian", state))
    return books


def with_lot(books, issued=100, rights=100, asset="principal", issuer="guanqian", terms=None):
    """Put a lot into the books, all of it held by log 2 but what HQ owns."""
    row = LotRow(LOT, issuer, asset)
    row.describe(LotIssue(LOT, MEMBER, "member", asset, issuer, issued, "2026-11-29", "", b"", terms or Terms()))
    row.issued, row.own = issued, issued - rights
    books.lots[LOT] = row
    closed = not books.logs[2].is_open
    books.holdings[2] = {LOT: Held(0, rights, 0, rights if closed else 0, 0, closed=closed)}
    return row


def entry(seq=1, kind="audit", moves=(), postings=(), body=None, no=2, version=9):
    """One entry as it would be read; version 9 makes the body opaque."""
    data = _ENCODE(body) if body is not None else b"\x80"
    return read(no, seq, _ENCODE([seq, 1000, kind, version, list(moves), list(postings), data]))


def codes(done):
    """The codes of what was found."""
    return [fact.body.code for fact in done.findings if isinstance(fact.body, Verdict)]


def sums(books, done):
    """Per unit: all accounts, the lots' own too."""
    units = {}
    for (_, unit), amount in done.balances.items():
        units[unit] = units.get(unit, 0) + amount
    for row in books.lots.values():
        units[row.unit] = units.get(row.unit, 0) - row.liability()
    return {unit: total for unit, total in units.items() if total}


def sound(books):
    """Whether every lot is conserved."""
    return all(
        not row.check([held[lot] for held in books.holdings.values() if lot in held]) for lot, row in books.lots.items()
    )


def spend(amount, counter, lot=LOT):
    """A spend's move and postings."""
    return [[lot, 16, amount, counter, b""]], [[lot, "money", amount], ["sales:guanqian", "money", -amount]]


def test_spend_within_rights_leaves_nothing_to_look_at():
    """Moves and postings that agree change the lot and the accounts, and nothing else."""
    books = book()
    row = with_lot(books)
    moves, postings = spend(30, 30)
    done = plan(books, [entry(moves=moves, postings=postings)])
    assert (row.spent, books.holdings[2][LOT].gone, done.findings) == (30, 30, [])
    assert dict(done.balances) == {("sales:guanqian", "money"): -30}
    assert sound(books)


def test_overspend_of_an_open_log_is_applied_and_exposed():
    """An open incarnation beyond its rights: spent all the same, the lack is exposure, shown, and posted."""
    books = book()
    row = with_lot(books, issued=100, rights=40)
    moves, postings = spend(70, 70)
    done = plan(books, [entry(moves=moves, postings=postings)])
    assert (row.spent, row.exposure, books.holdings[2][LOT].exposure) == (70, 30, 30)
    assert codes(done) == ["rights_overspent"]
    assert done.balances["exposure:" + (b"B" * 16).hex(), "money"] == 30
    assert sound(books)


def test_late_entry_takes_from_suspended_and_counters_stand_still():
    """The late rule: a closed log's spend takes what is suspended, the rest is exposure."""
    books = book("closed")
    row = with_lot(books, issued=100, rights=40)
    moves, postings = spend(70, 999)
    done = plan(books, [entry(moves=moves, postings=postings)])
    held = books.holdings[2][LOT]
    assert (row.spent, row.exposure, held.suspended, held.gone) == (70, 30, 0, 0)
    assert codes(done) == ["late_exposure"]
    assert sound(books)


def test_counter_that_is_not_the_sum_of_moves_is_shown():
    """The counter in a move is compared with HQ's own."""
    books = book()
    with_lot(books)
    moves, postings = spend(30, 31)
    done = plan(books, [entry(moves=moves, postings=postings)])
    assert [(fact.body.code, fact.body.expected, fact.body.found) for fact in done.findings] == [
        ("counter_differs", 30, 31)
    ]


@pytest.mark.parametrize("reason", [32, 33, 34, 35, 36, 4, 15, 26, 31, 255])
def test_moves_that_are_not_a_holders_are_not_applied(reason):
    """Grants, releases and unknown reasons in a branch's log move nothing."""
    books = book()
    row = with_lot(books)
    before = row.counters()
    done = plan(books, [entry(moves=[[LOT, reason, 5, 5, b"B" * 16]])])
    assert row.counters() == before
    assert codes(done) == ["foreign_move"]


def test_postings_that_contradict_the_moves_go_to_suspense():
    """A lot's account follows its moves; what the postings say otherwise is parked."""
    books = book()
    with_lot(books)
    moves, _ = spend(30, 30)
    done = plan(books, [entry(moves=moves, postings=[[LOT, "money", 10], ["sales:guanqian", "money", -10]])])
    assert done.balances["suspense", "money"] == -20
    assert codes(done) == ["moves_differ"]


@pytest.mark.parametrize(
    ("postings", "expected"),
    [
        ([["cash:x:cash", "money", 7]], {"money": -7}),
        ([[LOT, "bonus", 7], ["a", "bonus", -7]], {"bonus": 7}),
        ([[b"?" * 16, "money", 7], ["a", "money", -7]], {"money": 7}),
        ([[5, "money", 7], ["a", "money", -7]], {"money": 7}),
        ([[[], "money", 7], ["a", "money", -7]], {"money": 7}),
        ([[None, "money", 7], [{}, "money", -7]], {"money": 0}),
    ],
)
def test_accounts_of_every_unit_always_sum_to_zero(postings, expected):
    """Unbalanced, foreign or nonsensical postings end in suspense."""
    books = book()
    row = with_lot(books, issued=0, rights=0)
    done = plan(books, [entry(postings=postings)])
    assert {unit: done.balances["suspense", unit] for unit in expected} == expected
    assert sums(books, done) == {}
    assert done.findings
    assert row.counters() == (0,) * 10


def test_lot_that_nobody_issued_is_kept_and_shown():
    """A spend of an unknown lot is exposure of that incarnation; a later issue says what it is."""
    books = book()
    moves, postings = spend(30, 30)
    first = entry(moves=moves, postings=postings)
    issue = LotIssue(LOT, MEMBER, "member", "bonus", "guanqian", 50, "2026-11-29", "", b"", Terms())
    body = Issue("campaign", b"i" * 16, "1", b"s" * 16, "2026-11-29", "", "", MEMBER, (issue,), (), "", "")
    late = entry(
        2, "issue", [[LOT, 1, 50, 50, b""]], [[LOT, "bonus", -50], ["given:guanqian", "bonus", 50]], body, version=1
    )
    done = plan(books, [first, late])
    row = books.lots[LOT]
    assert (row.asset, row.owner, row.issued, row.spent, row.exposure) == ("bonus", MEMBER, 50, 30, 0)
    assert codes(done)[:2] == ["unknown_lot", "rights_overspent"]
    assert sums(books, done) == {}
    assert sound(books)


def test_lot_is_issued_once():
    """Money issued a second time under one id is applied and shown; points may grow in their lot."""
    for asset, expected in (("principal", ["lot_issued_twice"]), ("points", [])):
        books = book()
        row = with_lot(books, asset=asset)
        unit = "money" if asset == "principal" else asset
        done = plan(books, [entry(moves=[[LOT, 1, 5, 105, b""]], postings=[[LOT, unit, -5], ["given:x", unit, 5]])])
        assert row.issued == 105
        assert codes(done) == expected


def test_terms_without_a_rule_are_shown_and_nobody_owes():
    """Ratios that share nothing book no debt; a person looks."""
    books = book()
    with_lot(books, issuer="xihu", terms=Terms(principal_ratio=(0, 0, 0)))
    moves, postings = spend(30, 30)
    done = plan(books, [entry(moves=moves, postings=postings)])
    assert (codes(done), done.clearing) == (["rule_missing"], [])


def test_hqs_acts_by_a_branch_are_history_only():
    """A close, verdict or period in a branch's log changes nothing at HQ."""
    books = book()
    with_lot(books)
    closed = {
        "act": "closed",
        "incarnation": b"B" * 16,
        "branch": "x",
        "reason": "lost",
        "acked_seq": 1,
        "evidence": "",
    }
    period = {"act": "closed", "period": "p", "first_day": "", "last_day": "", "by": "", "digest": b""}
    done = plan(books, [entry(1, "incarnation", body=closed, version=1), entry(2, "period", body=period, version=1)])
    assert (books.logs[2].is_open, books.period, done.ops) == (True, 1, [])


def test_close_and_release_move_every_holding():
    """The facts of HQ suspend what a log holds and give it to HQ; the exposure accepted is named."""
    books = book()
    row = with_lot(books, issued=100, rights=100)
    closed = {
        "act": "closed",
        "incarnation": b"B" * 16,
        "branch": "guanqian",
        "reason": "lost",
        "acked_seq": 1,
        "evidence": "",
    }
    released = {"act": "released", "incarnation": b"B" * 16, "by": "陈静", "approved_by": "王芳", "reason": "查过"}
    done = plan(books, [entry(1, "incarnation", body=closed, no=1, version=1)])
    assert (books.holdings[2][LOT].suspended, books.logs[2].is_open, done.marked_logs) == (100, False, {2})
    done = plan(books, [entry(2, "incarnation", body=released, no=1, version=1)])
    assert (row.own, books.holdings[2][LOT].suspended) == (100, 0)
    assert [(fact.body.code, fact.body.found) for fact in done.findings] == [("exposure_accepted", 100)]


def test_same_evidence_opens_a_discrepancy_once():
    """A discrepancy's id follows from its evidence."""
    moves, postings = spend(30, 31)
    found = []
    for _ in range(2):
        books = book()
        with_lot(books)
        found += plan(books, [entry(moves=moves, postings=postings)]).findings
    assert found[0] == found[1]


weights = st.tuples(*[st.integers(0, 100)] * 3)


@given(
    st.sampled_from(["guanqian", "xihu", "HQ"]),
    st.sampled_from(["principal", "bonus", "gift_card"]),
    st.integers(1, 10**9),
    st.one_of(st.just((0, 0, 1)), weights),
    st.one_of(st.just((1, 0, 0)), weights),
    st.sampled_from([0, 60, 10_000, 10_001, -1]),
)
def test_the_quick_way_to_clear_is_commerces_rule(issuer, asset, amount, principal, bonus, fee):
    """Whatever the terms, the rows are those of commerce.clearing, or the rule is missing."""
    terms = Terms(principal_ratio=principal, bonus_ratio=bonus, fee_bp=fee)
    books = book()
    row = with_lot(books, asset=asset, issuer=issuer, terms=terms)
    if not any(principal) or not any(bonus) or not 0 <= fee <= 10_000:
        with pytest.raises(RuleMissingError):
            rows_of_spend(row, "guanqian", amount)
        return
    of_bonus = asset == "bonus"
    expected = clear_spend(issuer, "guanqian", 0 if of_bonus else amount, amount if of_bonus else 0, terms).rows
    assert rows_of_spend(row, "guanqian", amount) == expected
    books.holdings[2][LOT].born = row.issued = amount
    done = plan(books, [entry(moves=[[LOT, 16, amount, amount, b""]])])
    assert [clearing[2:6] for clearing in done.clearing] == [tuple(found) for found in expected]


@given(st.integers())
def test_shown_numbers_fit_the_database(amount):
    """A number that only people look at is kept within 63 bits."""
    assert abs(bounded(amount)) <= 2**62
    assert bounded(amount) == amount or abs(amount) > 2**62


def test_a_plan_of_nothing_is_nothing():
    """No entries, no consequences."""
    assert plan(book(), []) == Plan()
