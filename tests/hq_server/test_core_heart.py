"""HQ's core with whole branches: sessions, stage 2, placement, requests and feeds together."""

import pytest
from branch_world import Chain

from hq_server.storage.database import transaction
from sync_protocol import events
from sync_protocol.errors import RefusalCode

MEMBER = b"m" * 16


@pytest.fixture
def chain(tmp_path):
    """HQ with nobody connected."""
    return Chain(tmp_path)


def test_first_session_accepts_the_log_and_takes_it(chain):
    """A new branch's log is accepted, its entries acked and applied, its feeds brought to their heads."""
    box = chain.box("b001")
    box.shop.top_up(MEMBER, 10_000, bonus=2_000)
    box.connect()
    chain.pump()
    assert box.verdicts == ["unknown_accepted"]
    assert box.shop.row.acked_seq == len(box.shop.log.entries) == box.shop.row.applied_seq
    assert box.rows[f"balance:{MEMBER.hex()}"].balances == (("bonus", 2_000), ("principal", 10_000))
    assert box.rows["directory:b001"].incarnation == box.shop.log.identity.incarnation
    assert chain.verify().ok


def test_next_session_is_normal(chain):
    """A node that comes back with what HQ gave it goes on where it was."""
    box = chain.box("b001")
    box.connect()
    chain.pump()
    box.cut()
    box.shop.top_up(MEMBER, 5_000)
    box.connect()
    chain.pump()
    assert box.verdicts == ["normal"]
    assert box.number == 2
    assert chain.verify().ok


def test_lost_welcome_does_not_close_the_log(chain):
    """A node that never stored the number HQ gave it is not taken for a copy."""
    box = chain.box("b001")
    box.connect()
    chain.pump()
    box.cut()
    number = box.number
    box.connect()
    chain.pump()
    box.cut()
    box.number = number
    chain.do(
        lambda conn, hq, now: conn.execute(
            "UPDATE incarnations SET session_used = ? WHERE no = ?", (number, box.shop.no)
        )
    )
    box.connect()
    chain.pump()
    assert box.verdicts == ["normal"]


def test_placement_moves_value_to_where_the_member_buys(chain):
    """Value topped up in one branch lies in the other too, once the member was seen to buy there."""
    one, two = chain.box("b001"), chain.box("b002")
    one.connect(), two.connect()
    chain.pump()
    one.shop.top_up(MEMBER, 50_000)
    for _ in range(4):
        one.shop.sell(MEMBER, 1_000)
        two.shop.sell(MEMBER, 1_000, value=0)
    chain.pump()
    assert two.shop.can_pay(MEMBER) >= 1_000
    assert one.shop.can_pay(MEMBER) >= 1_000
    assert chain.codes() == []
    assert chain.verify().ok


def test_placement_comes_to_rest(chain):
    """Once placed, nothing moves again without a new visit: no thrash."""
    boxes = [chain.box(f"b00{n}") for n in range(4)]
    for box in boxes:
        box.connect()
    chain.pump()
    boxes[0].shop.top_up(MEMBER, 20_000)
    for turn in range(12):
        boxes[turn % 4].shop.sell(MEMBER, 900 + turn, value=0)
        chain.pump()
    before = chain.one("SELECT count(*) FROM own_log")
    chain.pump()
    assert chain.one("SELECT count(*) FROM own_log") == before
    assert chain.verify().ok


def test_request_is_granted_from_another_idle_branch(chain):
    """Rights that lie in another connected branch are gathered and granted; the answer carries the rows."""
    one, two = chain.box("b001"), chain.box("b002")
    one.connect(), two.connect()
    chain.pump()
    one.shop.top_up(MEMBER, 30_000, bonus=6_000)
    chain.pump()
    n = two.ask(MEMBER, 12_000)
    chain.pump()
    assert two.answers[n].refused == ""
    assert two.shop.can_pay(MEMBER) >= 12_000
    two.shop.sell(MEMBER, 12_000)
    chain.pump()
    assert chain.verify().ok


def test_refused_request_stays_refused(chain):
    """The same question gets the same refusal, also when value came meanwhile; a forgotten number is refused."""
    one, two = chain.box("b001"), chain.box("b002")
    one.connect(), two.connect()
    chain.pump()
    n = two.ask(MEMBER, 100)
    chain.pump()
    assert two.answers[n].refused == "rights_short"
    one.shop.top_up(MEMBER, 5_000)
    chain.pump()
    two.cut()
    two.connect()
    chain.pump()
    two.answers.clear()
    two.asked = n - 1
    two.ask(MEMBER, 100)
    chain.pump()
    assert two.answers[n].refused == "rights_short"
    two.asked = n + 9
    two.ask(MEMBER, 100)
    chain.pump()
    two.asked = n + 4
    two.ask(MEMBER, 100)
    chain.pump()
    assert two.answers[n + 5].refused == "request_forgotten"


def test_request_ends_at_its_deadline(chain):
    """A holder that does not answer in time costs the asker a refusal, never an unbounded wait."""
    one, two = chain.box("b001"), chain.box("b002")
    one.connect(), two.connect()
    chain.pump()
    one.shop.top_up(MEMBER, 5_000)
    chain.pump()
    one.receive = lambda _data: None
    n = two.ask(MEMBER, 3_000)
    chain.pump()
    assert n not in two.answers
    assert chain.core.next_deadline is not None
    chain.now += 10_000
    chain.pump()
    assert two.answers[n].refused == "timed_out"
    assert chain.one("SELECT count(*) FROM orders") == (0,)
    assert chain.core.next_deadline is None


def test_cancelled_request_is_answered(chain):
    """Nobody waits any more: the question is closed and its orders are taken back."""
    one, two = chain.box("b001"), chain.box("b002")
    one.connect(), two.connect()
    chain.pump()
    one.shop.top_up(MEMBER, 5_000)
    chain.pump()
    one.receive = lambda _data: None
    n = two.ask(MEMBER, 3_000)
    chain.pump()
    two.session.cancel(n)
    chain.pump()
    assert two.answers[n].refused == "cancelled"
    assert chain.one("SELECT count(*) FROM orders") == (0,)


@pytest.mark.parametrize("body", [b"", b"\xc1", b"\x81\xa1a\x01", b"\x93\x01\x02\x03"])
def test_malformed_request_is_refused(chain, body):
    """A question that cannot be read is refused for good and harms nothing."""
    box = chain.box("b001")
    box.connect()
    chain.pump()
    box.session.request(1, "rights", body)
    box.session.request(2, "weather", body)
    chain.pump()
    assert (box.answers[1].refused, box.answers[2].refused) == ("malformed", "unknown_kind")


def test_restored_backup_is_closed_and_goes_on_without_rights(chain):
    """A node behind HQ is told so, opens another log and gets no rights of the old one."""
    box = chain.box("b001")
    box.connect()
    chain.pump()
    backup = (box.shop.clone(), box.number)
    box.shop.top_up(MEMBER, 8_000)
    chain.pump()
    box.cut()
    box.shop, box.number = backup
    box.logs = [box.shop.log]
    box.connect()
    chain.pump()
    assert box.verdicts == ["behind"]
    box.cut()
    box.reopen()
    box.connect()
    chain.pump()
    assert box.verdicts == ["closed", "unknown_accepted"]
    assert box.shop.can_pay(MEMBER) == 0
    assert chain.one(
        "SELECT state, closed_reason FROM incarnations WHERE incarnation = ?", box.logs[0].identity.incarnation
    ) == (
        "closed",
        "restored",
    )
    assert chain.verify().ok


def test_clone_is_closed_by_its_session_number(chain):
    """A second box from the same disk shows by its session number, though its log has not moved."""
    box = chain.box("b001")
    box.connect()
    chain.pump()
    number = box.number
    box.cut()
    box.connect()
    chain.pump()
    box.cut()
    box.number = number
    box.connect()
    chain.pump()
    assert box.verdicts == ["behind"]
    assert box.shop.row.closed_reason == "cloned"


def test_fork_is_closed_and_both_branches_are_kept(chain):
    """Two histories of one log: the log is closed, the second branch counts once, by the late rule."""
    box = chain.box("b001")
    box.connect()
    chain.pump()
    other = box.shop.clone()
    box.shop.top_up(MEMBER, 8_000)
    chain.pump()
    box.cut()
    other.top_up(b"n" * 16, 3_000)
    other.top_up(b"n" * 16, 1_000)
    box.shop, box.logs = other, [other.log]
    box.connect()
    chain.pump()
    assert box.verdicts == ["fork"]
    box.cut()
    box.reopen()
    box.connect()
    chain.pump()
    box.cut()
    box.connect()
    chain.pump()
    assert chain.one("SELECT sum(issued) FROM lots WHERE asset = 'principal'") == (12_000,)
    assert "forked" in [row[0] for row in chain.all("SELECT closed_reason FROM incarnations")]
    assert chain.verify().ok


def test_standalone_history_is_adopted(chain):
    """A shop with a history keeps its value: the old log is taken whole, its rights are granted to the new one."""
    box = chain.box("s-0123456789ab")
    old = box.shop.log
    identity = old.identity._replace(chain=b"S" * 16)
    old.identity = identity
    box.shop.top_up(MEMBER, 7_000, bonus=700)
    standing = [(identity.chain, identity.incarnation, len(old.entries), old.hash_at(len(old.entries)))]
    chain.boxes.clear()
    chain.enrol(box, standing)
    box.shop.log = None
    box.reopen("enrolled")
    box.connect()
    chain.pump()
    assert box.verdicts == ["normal", "unknown_accepted"]
    assert chain.one("SELECT state FROM incarnations WHERE incarnation = ?", identity.incarnation) == ("adopted",)
    assert box.shop.can_pay(MEMBER) == 7_700
    assert chain.verify().ok


def test_nobody_inherits_a_history_by_naming_it(chain):
    """Other boxes said at their enrolment to have written the shop's log: its rights go to whoever signed it."""
    box = chain.box("s-0123456789ab")
    old = box.shop.log
    identity = old.identity._replace(chain=b"S" * 16)
    old.identity = identity
    box.shop.top_up(MEMBER, 7_000)
    standing = [(identity.chain, identity.incarnation, len(old.entries), old.hash_at(len(old.entries)))]
    chain.boxes.clear()
    for n in range(8):
        thief = chain.box(f"b{n}")
        chain.boxes.remove(thief)
        chain.enrol(thief, standing)
        thief.connect()
    chain.enrol(box, standing)
    box.shop.log = None
    box.reopen("enrolled")
    box.connect()
    chain.pump()
    assert chain.one("SELECT state FROM incarnations WHERE incarnation = ?", identity.incarnation) == ("adopted",)
    assert box.shop.can_pay(MEMBER) == 7_000
    assert chain.verify().ok


def test_log_of_a_strange_chain_is_refused(chain):
    """A log of another chain that was not named at the enrolment is not taken."""
    box = chain.box("b001")
    stranger = box.shop.log
    stranger.identity = stranger.identity._replace(chain=b"S" * 16)
    box.shop.log = None
    box.reopen("enrolled")
    box.connect()
    chain.pump()
    assert box.verdicts == ["refused", "unknown_accepted"]


def test_newer_session_supersedes_the_older(chain):
    """One live session per log: the older one is told and stops."""
    box = chain.box("b001")
    box.connect()
    chain.pump()
    first = box.link
    box.connect()
    chain.pump()
    assert first.closed
    assert chain.core.linked("b001")
    chain.core.disconnect(first)
    assert chain.core.linked("b001")
    assert chain.core.reach.idle() == {"b001": box.shop.no}


def test_expired_node_may_upload_only(chain):
    """An expired certificate still brings its entries home, and gets neither rows nor rights."""
    box = chain.box("b001")
    box.shop.top_up(MEMBER, 4_000)
    box.connect(upload_only=True)
    chain.pump()
    n = box.ask(MEMBER, 100)
    chain.pump()
    assert box.shop.row.acked_seq == len(box.shop.log.entries)
    assert box.rows == {}
    assert box.answers[n].refused == "certificate_expired"


def test_closing_tells_the_connected_node(chain):
    """People close a log while its box is connected: the box is told, and gets no more rows."""
    box = chain.box("b001")
    box.connect()
    chain.pump()
    box.shop.close("lost")
    chain.do(lambda conn, _hq, now: chain.core.changed(conn, now))
    chain.pump()
    assert box.last(events.ClosedReceived).close.reason == "lost"
    assert chain.core.reach.idle() == {}


def test_wrong_branch_is_refused(chain):
    """A node that claims another branch than it was enrolled for is turned away."""
    box = chain.box("b001")
    box.connect(branch="b002")
    chain.pump()
    assert box.last(events.Ended).code is RefusalCode.IDENTITY_MISMATCH


def test_second_box_replaces_the_first(chain):
    """Enrolling another box for a branch closes the first one's log; its rights wait for two people."""
    one = chain.box("b001")
    one.shop.top_up(MEMBER, 4_000)
    one.connect()
    chain.pump()
    two = chain.box("b001")
    two.connect()
    chain.do(lambda conn, _hq, now: chain.core.changed(conn, now))
    chain.pump()
    assert one.shop.row.closed_reason == "replaced"
    assert chain.one("SELECT sum(suspended) FROM rights") == (4_000,)
    assert two.rows["directory:b001"].node == two.shop.node
    assert chain.verify().ok


def test_replaced_box_may_upload_and_is_nobody(chain):
    """A box that was replaced brings what it wrote, gets nothing, and does not become the branch's present box."""
    one = chain.box("b001")
    one.connect()
    chain.pump()
    two = chain.box("b001")
    two.connect()
    chain.pump()
    one.cut()
    one.shop.top_up(MEMBER, 900)
    one.connect()
    chain.pump()
    assert one.verdicts == ["closed"]
    one.cut()
    one.reopen()
    one.rows.clear()
    one.connect()
    chain.pump()
    assert one.verdicts == ["closed", "unknown_accepted"]
    assert chain.one("SELECT sum(issued), sum(own) FROM lots") == (900, 0)
    n = one.ask(MEMBER, 100)
    chain.pump()
    assert one.answers[n].refused == "revoked"
    assert one.rows == {}
    assert two.rows["directory:b001"].incarnation == two.shop.log.identity.incarnation
    assert chain.core.reach.idle() == {"b001": two.shop.no}
    assert chain.verify().ok


def test_what_was_rolled_back_is_never_said(chain, monkeypatch):
    """A chunk of stage 2 that fails leaves nothing behind: no rows in the database, no word on its way."""
    one, two = chain.box("b001"), chain.box("b002")
    one.connect(), two.connect()
    chain.pump()
    one.shop.top_up(MEMBER, 30_000)
    chain.pump()
    n = two.ask(MEMBER, 4_000)
    head = chain.one("SELECT head FROM feeds WHERE feed = 'branch:b001'")
    real = chain.core.tick

    def fails(*_args):
        raise RuntimeError("a fault")

    monkeypatch.setattr(chain.core, "tick", fails)
    with pytest.raises(RuntimeError, match="a fault"):
        chain.pump()
    with transaction(chain.conn):
        spoilt = chain.core.recover(chain.conn)
    assert spoilt == [one.link]
    assert chain.core.outgoing() == []
    assert chain.one("SELECT head FROM feeds WHERE feed = 'branch:b001'") == head
    assert chain.one("SELECT count(*) FROM orders") == (0,)
    monkeypatch.setattr(chain.core, "tick", real)
    for box in chain.boxes:
        box.cut()
        box.connect()
    chain.pump()
    two.asked = n - 1
    two.ask(MEMBER, 4_000)
    chain.pump()
    assert two.answers[n].refused == ""
    assert chain.verify().ok


def test_region_that_comes_back_is_admitted_in_part(chain, monkeypatch):
    """More backlogs than HQ takes at once: the rest is told when to come back, each at another time."""
    monkeypatch.setattr("hq_server.ingest.limits.CATCHING_UP", 1)
    monkeypatch.setattr("hq_server.ingest.limits.SMALL_BACKLOG", 3)
    boxes = [chain.box(f"b00{n}") for n in range(3)]
    for box in boxes:
        for _ in range(5):
            box.shop.top_up(MEMBER, 1_000)
        box.connect()
    for box in boxes:
        box.push = lambda: None
    chain.pump()
    told = [box.last(events.RetryReceived) for box in boxes[1:]]
    assert {event.reason for event in told} == {RefusalCode.BUSY}
    assert len({event.after_ms for event in told}) == 2
    assert all(5_000 <= event.after_ms <= 25_000 for event in told)
    assert chain.core.linked("b000")
