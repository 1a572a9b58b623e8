"""The replica against an HQ in memory: logs, verdicts, acks, incarnations, profiles, requests."""

import pytest
from edge_shop import Shop
from scripted_hq import (
    EPOCH,
    HQ_TIME,
    Branch,
    KeptLog,
    ScriptedHq,
    Wire,
    joined_shop,
    refused,
)

from commerce.reference import ProfileEdit, RightsRequest
from commerce.tender import Offer
from edge_node.ledger import change_log, incarnations, link_state, outbox, requests
from edge_node.ledger.verify import verify
from edge_node.sync.replica import BATCHES_AT_ONCE
from edge_node.till import members
from sync_protocol import events, limits
from sync_protocol.ack import Level
from sync_protocol.chain import Point
from sync_protocol.entry import Entry, encode_entry
from sync_protocol.epoch import HqEpoch
from sync_protocol.errors import Action, RefusalCode
from sync_protocol.messages import VerdictKind
from sync_protocol.verdict import Verdict


@pytest.fixture
def branch(tmp_path):
    """A branch that has just joined."""
    made = Branch(joined_shop(tmp_path / "edge.db"))
    yield made
    made.shop.conn.close()


@pytest.fixture
def hq(branch: Branch) -> ScriptedHq:
    """An HQ that will adopt what the branch wrote while it was alone."""
    made = ScriptedHq()
    made.adopts[branch.log(0).incarnation] = True
    return made


def sell(shop: Shop, times: int = 1) -> None:
    """Sell tea for cash."""
    for _ in range(times):
        shop.sell([Offer("cash", 1500)])


def kept(hq: ScriptedHq, branch: Branch, place: int = -1) -> tuple[bytes, ...]:
    """HQ's copy of one of the branch's logs."""
    return tuple(hq.kept[branch.log(place).incarnation].entries)


def own(branch: Branch, place: int = -1) -> tuple[bytes, ...]:
    """The branch's own copy."""
    return change_log.read_range(branch.shop.conn, branch.log(place).no, 0, 2**30, 100_000)


def test_a_first_session_brings_both_logs(branch: Branch, hq: ScriptedHq):
    """The log from before the chain and the present one arrive whole, each acked to its head, number and epoch kept."""
    branch.shop.open()
    sell(branch.shop, 3)
    Wire(branch, hq).run()
    for place in (0, 1):
        assert kept(hq, branch, place) == own(branch, place)
        log = branch.log(place)
        assert (log.acked_seq, log.acked_head) == (log.seq, log.head)
    assert branch.replica.live
    assert branch.log().session == 1
    state = link_state.state(branch.shop.conn, branch.shop.node)
    assert (state.unsent, state.epoch, state.hq_time) == (0, EPOCH, HQ_TIME)
    assert state.heard_at == branch.shop.now


def test_what_is_sold_while_connected_follows_at_once(branch: Branch, hq: ScriptedHq):
    """A push after a commit sends exactly the new entries, and carries HQ's last ack along."""
    wire = Wire(branch, hq).run()
    branch.shop.open()
    sell(branch.shop, 2)
    before = len(hq.saw(events.BatchReceived))
    branch.push()
    wire.run()
    (batch,) = hq.saw(events.BatchReceived)[before:]
    assert len(batch.batch.entries) == 3
    assert batch.batch.header.last_ack
    assert kept(hq, branch) == own(branch)


def test_lost_acks_send_nothing_twice(branch: Branch, hq: ScriptedHq):
    """After a cut HQ names what it holds; the next session begins behind it, and the number moves on by one."""
    hq.mute = True
    branch.shop.open()
    Wire(branch, hq).run()
    assert branch.log().acked_seq == 0
    hq.mute = False
    sell(branch.shop)
    before = len(hq.saw(events.BatchReceived))
    Wire(branch, hq).run()
    sent = [entry for event in hq.saw(events.BatchReceived)[before:] for entry in event.batch.entries]
    assert sent == list(own(branch)[-1:])
    assert kept(hq, branch) == own(branch)
    assert branch.log().session == 2


@pytest.mark.parametrize("steps", range(1, 14))
def test_a_cut_anywhere_heals(branch: Branch, hq: ScriptedHq, steps: int):
    """Wherever the line breaks, the next session ends with equal logs and no incarnation closed."""
    branch.shop.open()
    sell(branch.shop)
    Wire(branch, hq).run(steps)
    sell(branch.shop)
    Wire(branch, hq).run()
    assert kept(hq, branch) == own(branch)
    assert len(incarnations.logs(branch.shop.conn)) == 2
    assert not hq.closed


def test_a_node_that_lost_many_welcomes_stays_in_step(branch: Branch, hq: ScriptedHq):
    """Numbers that HQ gave and nobody heard of are skipped, never given again; the node is not taken for a copy."""
    Wire(branch, hq).run()
    hq.on[events.HelloReceived] = lambda event: (hq.greet(event), hq.session.outgoing())  # said, and lost
    for _ in range(3):
        Wire(branch, hq).run()
    assert hq.numbers[branch.log().incarnation] == (4, 1)
    hq.on[events.HelloReceived] = hq.greet
    Wire(branch, hq).run()
    assert branch.log().session == 5
    assert branch.replica.live


def test_only_a_durable_ack_counts(branch: Branch, hq: ScriptedHq):
    """What HQ only received is not acked here, neither by a batch's ack nor by the next WELCOME."""
    hq.level = Level.RECEIVED
    branch.shop.open()
    Wire(branch, hq).run()
    assert kept(hq, branch) == own(branch)
    assert branch.log().acked_seq == 0
    Wire(branch, hq).run()
    assert branch.log().acked_seq == 0
    hq.level = Level.DURABLE
    wire = Wire(branch, hq).run()
    assert branch.log().acked_seq == branch.log().seq
    sell(branch.shop)
    branch.push()
    wire.run()
    assert branch.heard[-1].acked


def test_a_long_log_goes_out_under_the_window(branch: Branch, hq: ScriptedHq):
    """Unacked bytes never exceed the window, and an empty room starts the stall timer."""
    Wire(branch, hq).run()
    branch.shop.open()
    stuffed(branch.shop, 40, 60_000)
    hq.mute = True
    Wire(branch, hq).run()
    session = branch.replica.session
    assert 0 < session.unacked() <= limits.WINDOW
    assert kept(hq, branch) != own(branch)
    assert session.stalled(limits.STALL_MS + 1)
    hq.mute = False
    Wire(branch, hq).run()
    assert kept(hq, branch) == own(branch)


def test_one_step_builds_few_batches(branch: Branch, hq: ScriptedHq):
    """A long backlog is read in small steps, for tills share the thread; each step says that there is more."""
    Wire(branch, hq).run()
    branch.shop.open()
    stuffed(branch.shop, 20, 60_000)
    steps = []
    hq.mute = True
    wire = Wire(branch, hq)
    while not branch.replica.live:
        wire.step()
    while branch.replica.more:
        steps.append(branch.replica.session.unacked())
        branch.push()
    assert len(steps) == 1
    assert 0 < steps[0] <= BATCHES_AT_ONCE * limits.MAX_BATCH < branch.replica.session.unacked()
    assert branch.replica.session.stalled(limits.STALL_MS + 1)


def stuffed(shop: Shop, count: int, size: int) -> None:
    """Write entries that do not compress: a later version's facts."""

    def write(conn):
        for _ in range(count):
            head = change_log.head(conn, shop.node.no)
            body = b"\x81\xa3act\xc5" + size.to_bytes(2, "big") + shop.entropy.randbytes(size)
            entry = Entry(head.seq + 1, shop.now, "later", 9, (), (), body)
            change_log.append(conn, shop.node.no, head, shop.now, encode_entry(entry))

    shop.write(write)


def test_an_old_copy_goes_on_under_a_new_incarnation(branch: Branch, hq: ScriptedHq):
    """Behind by its session number: closed by HQ; the next session is live under a log that names the old one."""
    branch.shop.open()
    Wire(branch, hq).run()
    old = branch.log()
    hq.numbers[old.incarnation] = (5, 5)
    Wire(branch, hq).run()
    assert branch.last.reopened == branch.log()
    assert branch.log().predecessor == (old.incarnation, old.seq, old.head)
    assert [notice.kind for notice in branch.last.notices] == ["incarnation"]
    assert not branch.replica.live
    sell(branch.shop)
    Wire(branch, hq).run()
    assert branch.replica.live
    assert kept(hq, branch) == own(branch)
    assert not hq.evidence
    assert verify(branch.shop.conn).ok


def test_both_branches_of_a_fork_are_kept(branch: Branch, hq: ScriptedHq, tmp_path):
    """A clone that sold on its own is closed when it calls; its tail comes once more, as evidence, to its end."""
    branch.shop.open()
    Wire(branch, hq).run()
    common = branch.log().seq
    log = hq.kept[branch.log().incarnation]
    sell(branch.shop, 3)
    for entry in own(branch)[common:]:
        log.append(entry[:-1] + bytes([entry[-1] ^ 1]))  # what the other box wrote
    hq.numbers[branch.log().incarnation] = (2, 2)
    Wire(branch, hq).run()
    assert branch.last.reopened
    forked = branch.log(-2)
    Wire(branch, hq).run()
    tail = own(branch, -2)[common:]
    assert [entry for incarnation, entry in hq.evidence if incarnation == forked.incarnation][-3:] == list(tail)
    assert branch.log(-2).acked_seq == forked.seq
    Wire(branch, hq).run()
    (hello,) = hq.saw(events.HelloReceived)[-1:]
    assert [offer.incarnation for offer in hello.hello.logs] == [branch.log().incarnation]


def test_a_fork_that_only_a_batch_shows_closes_in_the_session(branch: Branch, hq: ScriptedHq):
    """Where the locator did not show it, the first batch does; HQ closes, and the node leaves at once."""
    branch.shop.open()
    sell(branch.shop, 2)
    wire = Wire(branch, hq)
    current = branch.log()
    twin = KeptLog(current.identity)
    for entry in own(branch)[:-1]:
        twin.append(entry + b"")
    twin.hashes[-1] = bytes(32)
    hq.kept[current.incarnation] = twin
    hq.forced[current.incarnation] = Verdict(VerdictKind.NORMAL, Point(len(twin.entries), bytes(32)))
    wire.run()
    assert branch.last.reopened
    hq.forced.clear()
    assert branch.log(-2).acked_seq == 0
    Wire(branch, hq).run()
    assert branch.replica.live


def test_a_close_while_connected_opens_the_next_incarnation(branch: Branch, hq: ScriptedHq):
    """CLOSED for the present incarnation ends the session; for an earlier one it changes nothing."""
    branch.shop.open()
    wire = Wire(branch, hq).run()
    earlier = branch.log(0).incarnation
    hq.session.closed_log(hq.close(earlier), earlier)
    wire.run()
    assert branch.replica.live
    closed = branch.log().incarnation
    hq.session.closed_log(hq.close(closed, "lost"), closed)
    wire.run()
    assert branch.last.reopened
    assert branch.log().predecessor.incarnation == closed
    Wire(branch, hq).run()
    assert branch.replica.live


def test_a_restored_node_offers_its_old_tail_as_history(branch: Branch, hq: ScriptedHq):
    """`restore` opens an incarnation by itself; HQ accepts it and takes what the old one had not sent."""
    branch.shop.open()
    Wire(branch, hq).run()
    sell(branch.shop, 2)
    branch.shop.write(incarnations.open_next, "restored", branch.shop.new_id(), 9)
    Wire(branch, hq).run()
    assert branch.replica.live
    assert branch.log(-2).acked_seq == branch.log(-2).seq
    assert [entry for _, entry in hq.evidence] == list(own(branch, -2)[-2:])


def test_refused_and_recovering_say_who_has_to_act(branch: Branch, hq: ScriptedHq):
    """Unknown keys wait for a person, an HQ in recovery for time; nothing was opened or sent."""
    current = branch.log().incarnation
    hq.forced[current] = refused(RefusalCode.UNKNOWN_KEY)
    Wire(branch, hq).run()
    assert branch.last.ended[0:3:2] == (RefusalCode.UNKNOWN_KEY, Action.HUMAN)
    point = Point(0, branch.log().h0)
    hq.forced[current] = Verdict(VerdictKind.RECOVERY, point, RefusalCode.RECOVERING)
    Wire(branch, hq).run()
    assert branch.last.ended[0:3:2] == (RefusalCode.RECOVERING, Action.RETRY)
    assert len(incarnations.logs(branch.shop.conn)) == 2
    assert not hq.saw(events.BatchReceived)


def test_a_lower_hq_epoch_is_refused(branch: Branch, hq: ScriptedHq):
    """The HQ that was left behind is not listened to, nor is a twin of the same number; a higher one is."""
    Wire(branch, hq).run()
    for stale in (HqEpoch(EPOCH.n - 1, b"z" * 16), HqEpoch(EPOCH.n, b"z" * 16)):
        hq.epoch = stale
        Wire(branch, hq).run()
        assert branch.last.ended.code is RefusalCode.STALE_HQ_EPOCH
        assert branch.last.ended.action is Action.HUMAN
    hq.epoch = HqEpoch(EPOCH.n + 1, b"z" * 16)
    Wire(branch, hq).run()
    assert branch.replica.live
    assert link_state.epoch(branch.shop.conn) == hq.epoch


def test_retry_names_its_time(branch: Branch, hq: ScriptedHq):
    """HQ may send a node away for a while; nothing but the end of the session follows."""
    wire = Wire(branch, hq).run()
    hq.session.retry(45_000, RefusalCode.BUSY)
    wire.run()
    assert branch.last.retry_after == 45_000
    assert branch.last.ended.action is Action.RETRY


def test_garbage_ends_the_session_and_changes_nothing(branch: Branch, hq: ScriptedHq):
    """A message that was not sealed by HQ is the end of the connection, told as a fault of the bytes."""
    Wire(branch, hq).run()
    before = branch.log()
    branch.take(b"\x00" * 40)
    assert branch.last.ended.code is RefusalCode.BAD_SEAL
    assert branch.log() == before


def test_photos_are_delivered_a_few_at_a_time(branch: Branch, hq: ScriptedHq):
    """Photos that do not fit one message together go in several, and all arrive."""
    edits = [ProfileEdit(b"m" * 16, "photo", "A" * 32_768, 0, b"s" * 16) for _ in range(20)]
    branch.shop.write(outbox.put, edits)
    hq.on[events.ProfilesReceived] = hq.take_profiles
    Wire(branch, hq).run()
    assert [len(rows) for rows in hq.profiles] == [7, 7, 6]
    assert outbox.pending(branch.shop.conn, 0, 1000) == []


def test_profile_edits_are_delivered_in_bounded_parts_and_emptied_by_the_answer(branch: Branch, hq: ScriptedHq):
    """More edits than a message holds go one delivery after the other; an answer to another number empties nothing."""
    count = limits.MAX_PROFILES + 10
    edits = [ProfileEdit(b"m" * 16, "note", f"备注{n}", 0, b"s" * 16) for n in range(count)]
    branch.shop.write(outbox.put, edits)
    hq.on[events.ProfilesReceived] = lambda event: hq.session.profiles_done(event.n + 1)
    Wire(branch, hq).run()
    assert len(outbox.pending(branch.shop.conn, 0, 1000)) == count
    hq.on[events.ProfilesReceived] = hq.take_profiles
    Wire(branch, hq).run()
    assert [len(rows) for rows in hq.profiles] == [limits.MAX_PROFILES, 10]
    assert outbox.pending(branch.shop.conn, 0, 1000) == []


def test_no_name_or_phone_is_in_what_is_logged(branch: Branch, hq: ScriptedHq):
    """A registration's personal data travels as profile rows, never in an entry."""
    branch.shop.open()
    branch.shop.write(members.register, branch.shop.at(), members.NewMember("王小明", "13800138000"))
    Wire(branch, hq).run()
    sent = b"".join(kept(hq, branch))
    assert "王小明".encode() not in sent
    assert b"13800138000" not in sent
    assert any("王小明".encode() in row for rows in hq.profiles for row in rows)


WANTED = RightsRequest(b"m" * 16, "principal", 5000)


def ask(shop: Shop, deadline: int = 3000) -> int:
    """Ask for rights; return the number."""
    return shop.write(requests.ask_rights, shop.node, WANTED, shop.now, shop.now + deadline).n


def test_a_request_is_asked_once_per_session_and_again_in_the_next(branch: Branch, hq: ScriptedHq):
    """A lost answer is asked for under the same number; a refusal is kept."""
    n = ask(branch.shop)
    wire = Wire(branch, hq).run()
    branch.push()
    wire.run()
    assert [event.n for event in hq.asked] == [n]
    wire = Wire(branch, hq).run()
    assert [event.n for event in hq.asked] == [n, n]
    hq.answer(n, "no_rights")
    wire.run()
    assert branch.heard[-1].settled == [n]
    assert requests.get(branch.shop.conn, branch.shop.node.no, n)[4:6] == ("refused", "no_rights")


def test_overdue_requests_are_not_asked(branch: Branch, hq: ScriptedHq):
    """Nobody waits for an answer after the deadline, so HQ is not made to move rights for it."""
    ask(branch.shop, deadline=3000)
    branch.shop.now += 3000
    Wire(branch, hq).run()
    assert not hq.asked


def test_cancelled_requests_count_until_they_are_answered(branch: Branch, hq: ScriptedHq):
    """However many are cancelled and asked anew, no more than the protocol's bound are open; the rest follow."""
    wire = Wire(branch, hq).run()
    first = [ask(branch.shop) for _ in range(limits.MAX_REQUESTS_OPEN)]
    branch.push()
    for n in first:
        branch.shop.write(requests.cancel, branch.shop.node.no, n)
        branch.replica.cancel(n)
    later = ask(branch.shop)
    branch.push()
    wire.run()
    assert [event.n for event in hq.asked] == first
    assert [event.n for event in hq.saw(events.RequestCancelled)] == first
    hq.answer(first[0], "cancelled")
    wire.run()
    assert branch.heard[-1].settled == []
    assert hq.asked[-1].n == later


def test_a_request_dies_with_its_incarnation(branch: Branch, hq: ScriptedHq):
    """What the closed incarnation asked is not asked by the next one."""
    ask(branch.shop)
    hq.forced[branch.log().incarnation] = Verdict(VerdictKind.BEHIND, Point(0, branch.log().h0))
    hq.kept[branch.log().incarnation] = KeptLog(branch.log().identity)
    Wire(branch, hq).run()
    hq.forced.clear()
    Wire(branch, hq).run()
    assert branch.replica.live
    assert not hq.asked


def test_only_logs_with_a_tail_and_a_bounded_number_are_offered(branch: Branch, hq: ScriptedHq):
    """A node that was restored a hundred times still says hello, its oldest unsent logs first."""
    for _ in range(limits.MAX_LOGS + 5):
        branch.shop.write(incarnations.open_next, "restored", branch.shop.new_id(), 9)
    Wire(branch, hq).run()
    (hello,) = hq.saw(events.HelloReceived)
    assert len(hello.hello.logs) == limits.MAX_LOGS
    assert branch.replica.live
    Wire(branch, hq).run()
    assert all(log.acked_seq == log.seq for log in incarnations.logs(branch.shop.conn))
