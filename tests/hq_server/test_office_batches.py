"""Top-ups in batches: lists that may say anything, looked at, agreed on, carried out once each; card numbers."""

import io

import msgspec
import pytest
from branch_world import Chain
from hq_world import DAY
from openpyxl import Workbook

from commerce.card_ranges import serial_of
from commerce.errors import CommerceError
from commerce.facts import Terms
from commerce.reference import CHAIN_FEED, CardRangeRow, ClearingRuleRow, SettingRow, TopUpRuleRow
from hq_server.errors import HqError
from hq_server.head_office import (
    batches,
    batches_cards,
    batches_rows,
    batches_run,
    branches,
    card_ranges,
    catalogue,
    members_state,
    registration,
)
from hq_server.head_office.act import Act
from hq_server.head_office.batches import Draft
from hq_server.head_office.batches_rows import Line
from hq_server.ledger import clearing_rules, lots, own_log
from sync_protocol.entry import decode_entry

RULE = TopUpRuleRow("c100", "充 100 送 10", 10_000, 49_999, bonus=1_000, points=20)
ABOUT = Draft("十一月团购", "auto", "bank_transfer", "名单.xlsx")
PEOPLE = (("张伟", "13800010001", "80010001"), ("李娜", "13800010002", ""), ("王芳", "13800010003", ""))


@pytest.fixture
def chain(tmp_path):
    """HQ with its core, a branch, a rule and three members."""
    chain = Chain(tmp_path)
    do(chain, branches.register, "guanqian", "观前街店")
    do(chain, catalogue.put, "", RULE)
    do(chain, catalogue.put, "", SettingRow("points_expiry", '["year_end", 1]'))
    chain.members = [
        do(chain, registration.register, registration.NewMember("guanqian", *who), DAY, chain.ids) for who in PEOPLE
    ]
    yield chain
    chain.conn.close()


def do(chain, function, *args, by="chen.jing"):
    """Run ``function(conn, act, *args)`` as somebody."""
    return chain.do(lambda conn, hq, now: function(conn, Act(hq, by, now), *args))


def draft(chain, *lines, about=ABOUT):
    """Prepare a batch of (who, amount)."""
    return do(chain, batches.draft, chain.ids(), about, [Line(*line) for line in lines]).batch


def problems(chain, batch):
    """What is wrong with each row."""
    rows = chain.all("SELECT problem FROM batch_rows WHERE batch = ? ORDER BY n", batch)
    return [problem for (problem,) in rows]


def test_a_batch_is_looked_at_agreed_on_and_carried_out_once(chain):
    """Rows say what they would do; carried out in chunks, again and again, each member gets it once; the books hold."""
    batch = draft(chain, ("13800010001", "100"), ("+86 138-0001-0002", "200.50"), (chain.members[2].hex(), "50"))
    assert batches.sums(chain.conn, batch) == (3, 3, 0, 0, 0, 35_050, 2_000, 40)
    with pytest.raises(HqError, match="not_proposed"):
        do(chain, batches_run.carry_out, batch)
    assert do(chain, batches.propose, batch).state == "approved"
    assert [do(chain, batches_run.carry_out, batch, 2) for _ in range(3)] == [1, 0, 0]
    assert batches.get(chain.conn, batch).state == "done"
    told = [lots.balances(chain.conn, member) for member in chain.members]
    assert told == [
        {"principal": 10_000, "bonus": 1_000, "points": 20},
        {"principal": 20_050, "bonus": 1_000, "points": 20},
        {"principal": 5_000},
    ]
    assert chain.one("SELECT amount FROM balances WHERE account = 'cash:HQ:bank_transfer'") == (35_050,)
    seq = chain.one("SELECT max(seq) FROM own_log WHERE no = ?", chain.hq.no)[0]
    facts = [decode_entry(entry) for entry in own_log.entries(chain.conn, chain.hq.no, 1, seq)]
    told = [msgspec.msgpack.decode(fact.body) for fact in facts if fact.kind == "issue"]
    assert {(one["reason"], one["approved_by"], one["staff"]) for one in told} == {
        ("十一月团购", "chen.jing", "chen.jing")
    }
    assert chain.all("SELECT DISTINCT expires_on FROM lots WHERE asset = 'points'") == [("2027-12-31",)]
    assert chain.codes() == []
    assert chain.verify().ok


def test_lots_of_a_batch_are_shared_by_the_chains_clearing_rules(chain):
    """What head office sells bears the terms that count on the batch's day, like a till's top-up."""
    row = ClearingRuleRow("", DAY, principal_ratio=(0, 1, 9), bonus_ratio=(1, 1, 0), fee_bp=60)
    body = msgspec.msgpack.encode(row)
    chain.conn.execute("INSERT INTO reference VALUES (?, ?, ?)", (CHAIN_FEED, clearing_rules.key_of(row), body))
    batch = draft(chain, ("13800010001", "100"))
    do(chain, batches.propose, batch)
    do(chain, batches_run.carry_out, batch)
    query = "SELECT t.body FROM lots JOIN terms t USING (terms) WHERE asset IN ('principal', 'bonus') AND issuer = 'HQ'"
    told = [msgspec.msgpack.decode(body, type=Terms) for (body,) in chain.all(query)]
    assert {(terms.principal_ratio, terms.bonus_ratio, terms.fee_bp) for terms in told} == {((0, 1, 9), (1, 1, 0), 60)}


def test_what_is_wrong_is_said_row_by_row_and_left_out(chain):
    """Strangers, doubles, frozen members, odd amounts: each row says why, the others are carried out."""
    do(chain, lambda conn, act: members_state.set_frozen(conn, act, chain.members[2], "挂失", DAY, frozen=True))
    lines = [("13800010001", "100"), ("80010001", "100"), ("13800010009", "5"), ("13800010003", "5")]
    lines += [("13800010002", amount) for amount in ("-5", "1e3", "0", "1.005", "=1+1")]
    batch = draft(chain, *lines)
    assert problems(chain, batch)[:4] == ["twice", "twice", "no_member", "frozen"]
    assert set(problems(chain, batch)[4:]) == {"twice"}
    batch = draft(chain, ("13800010002", "1.005"), ("80010001", "100"))
    assert problems(chain, batch) == ["bad_amount", ""]
    do(chain, batches.propose, batch)
    assert do(chain, batches_run.carry_out, batch) == 0
    assert [lots.balances(chain.conn, one).get("principal", 0) for one in chain.members] == [10_000, 0, 0]
    with pytest.raises(HqError, match="nothing_to_do"):
        do(chain, batches.propose, draft(chain, ("13800010009", "5")))


def test_a_chosen_rule_binds(chain):
    """With one rule chosen an amount outside of it is a problem, not a top-up without a bonus."""
    batch = draft(chain, ("13800010001", "99"), ("13800010002", "100"), about=ABOUT._replace(rule="c100"))
    assert problems(chain, batch) == ["out_of_rule", ""]
    with pytest.raises(HqError, match="unknown_row"):
        draft(chain, ("13800010001", "99"), about=ABOUT._replace(rule="c999"))


def test_above_the_limit_it_takes_two(chain):
    """Up to the chain's limit one person is enough; above it somebody else has to agree."""
    do(chain, catalogue.put, "", SettingRow("batch_alone", "10999"))
    batch = draft(chain, ("13800010001", "100"))
    assert do(chain, batches.propose, batch).state == "proposed"
    with pytest.raises(HqError, match="not_proposed"):
        do(chain, batches_run.carry_out, batch)
    with pytest.raises(HqError, match="same_person"):
        do(chain, batches.approve, batch)
    assert do(chain, batches.approve, batch, by="zhao.min").state == "approved"
    with pytest.raises(HqError, match="not_proposed"):
        do(chain, batches.withdraw, batch)
    other = draft(chain, ("13800010002", "100"))
    assert do(chain, batches.withdraw, other).state == "withdrawn"
    with pytest.raises(HqError, match="not_proposed"):
        do(chain, batches.propose, other)


def test_lists_are_read_as_people_write_them(chain):
    """XLSX with numbers as numbers, CSV with a heading or without, in the encodings of this market."""
    book = Workbook()
    for row in (("手机号", "金额"), (13800010001, 100), ("13800010002", "￥1,200.5"), ("13800010003", "=1+1")):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    read = batches_rows.lines(file.getvalue())
    assert read[0] == ("13800010001", "100")
    assert problems(chain, do(chain, batches.draft, chain.ids(), ABOUT, read).batch) == ["", "", "bad_amount"]
    for form in ("utf-8-sig", "gb18030"):
        assert batches_rows.lines("会员,金额\n13800010001,100\n".encode(form)) == [("13800010001", "100")]
    assert batches_rows.lines(b"13800010001,100\n") == [("13800010001", "100")]
    with pytest.raises(HqError, match="bad_value"):
        batches_rows.lines(b"PK\x03\x04 no archive")


def test_card_numbers_are_made_once_and_are_no_branchs(chain):
    """Batches follow each other with check digits; a branch gets no range over them, and they none over a branch's."""
    first = do(chain, batches_cards.make, chain.ids(), "88", 6, 3, "首批")
    second = do(chain, batches_cards.make, chain.ids(), "88", 6, 2, "")
    made = [*batches_cards.numbers(first), *batches_cards.numbers(second)]
    assert len(set(made)) == 5
    assert {len(number) for number in made} == {9}
    assert [serial_of(first.row, number) for number in made[:3]] == [100_000, 100_001, 100_002]
    assert batches_cards.bound(chain.conn, first) == 0
    do(chain, registration.register, registration.NewMember("guanqian", "赵敏", "", made[1]), DAY, chain.ids)
    assert batches_cards.bound(chain.conn, first) == 1
    with pytest.raises(HqError, match="card_range_taken"):
        do(chain, card_ranges.give, CardRangeRow("guanqian", "88", 100_001, 200_000, 100_001))
    do(chain, card_ranges.give, CardRangeRow("guanqian", "77", 100_000, 200_000, 100_000))
    with pytest.raises(HqError, match="card_range_taken"):
        do(chain, batches_cards.make, chain.ids(), "77", 6, 1, "")
    with pytest.raises(HqError, match="nothing_to_do"):
        do(chain, batches_cards.make, chain.ids(), "99", 4, 9_001, "")
    with pytest.raises((HqError, CommerceError)):
        do(chain, batches_cards.make, chain.ids(), "x", 6, 1, "")
