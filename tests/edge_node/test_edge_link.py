"""What tills and sync share: the state of the line, requests to HQ, the outbox, print jobs."""

import pytest
from edge_shop import Shop

from commerce.reference import ProfileEdit, RightsRequest
from edge_node import limits
from edge_node.errors import Code, MendInputError, NotNowError
from edge_node.ledger import bodies, change_log, incarnations, link_state, outbox, requests
from edge_node.ledger.node import load_node
from sync_protocol.epoch import NEVER, HqEpoch

WANTED = RightsRequest(b"m" * 16, "principal", 5000)


def test_the_line_is_as_fresh_as_hqs_last_word(shop: Shop):
    """Connected within 30 s, fresh for returns within 60 s, in both directions of a jumping clock."""
    assert not link_state.state(shop.conn, shop.node).connected(0)
    assert not link_state.fresh(shop.conn, 0)
    shop.write(link_state.heard, 1_000_000, 77)
    state = link_state.state(shop.conn, shop.node)
    assert (state.heard_at, state.hq_time) == (1_000_000, 77)
    assert state.connected(1_030_000)
    assert not state.connected(1_030_001)
    assert state.fresh(940_000)
    assert not link_state.fresh(shop.conn, 1_060_001)


def test_unsent_entries_count_over_all_logs_with_the_age_of_the_oldest(shop: Shop):
    """What HQ has not acked waits, also in the log of the life before."""
    first = incarnations.current(shop.conn)
    shop.write(change_log.mark_acked, shop.node.no, first.seq - 2, change_log.hash_at(shop.conn, 1, first.seq - 2), b"")
    assert link_state.state(shop.conn, shop.node).unsent == 2
    shop.write(incarnations.open_next, "restored", shop.new_id(), 9)
    node = load_node(shop.conn, shop.node.member_key)
    state = link_state.state(shop.conn, node)
    assert (state.unsent, state.oldest_unsent_at) == (3, 1000)


def test_hq_epochs_only_rise(shop: Shop):
    """A lower epoch, or a twin of the same number, is not what this node has seen."""
    assert link_state.epoch(shop.conn) == NEVER
    for seen in (HqEpoch(2, b"b" * 16), HqEpoch(1, b"a" * 16), HqEpoch(2, b"c" * 16)):
        shop.write(link_state.saw_epoch, seen)
    assert link_state.epoch(shop.conn) == HqEpoch(2, b"b" * 16)


def test_requests_are_numbered_and_answered_once(shop: Shop):
    """Numbers grow per incarnation; an answer finds who waits; a second answer finds nobody."""
    first = shop.write(requests.ask_rights, shop.node, WANTED, 5, 3005)
    second = shop.write(requests.ask_rights, shop.node, WANTED, 6, 3006)
    assert [request.n for request in requests.waiting(shop.conn, shop.node)] == [1, 2]
    assert bodies.decode(RightsRequest, first.body) == WANTED
    assert shop.write(requests.answer, first.no, first.n, "short", b"body")
    assert not shop.write(requests.answer, first.no, first.n, "", b"other")
    assert requests.get(shop.conn, first.no, 1)[4:7] == ("refused", "short", b"body")
    assert shop.write(requests.cancel, second.no, second.n)
    assert not shop.write(requests.answer, second.no, second.n, "", b"")
    assert requests.get(shop.conn, second.no, 2).state == "cancelled"
    with pytest.raises(MendInputError):
        requests.get(shop.conn, 1, 99)


def test_requests_die_with_their_incarnation(shop: Shop):
    """The next life asks anew under its own numbers."""
    shop.write(requests.ask_rights, shop.node, WANTED, 5, 3005)
    shop.write(incarnations.open_next, "closed", shop.new_id(), 9)
    node = load_node(shop.conn, shop.node.member_key)
    assert requests.waiting(shop.conn, node) == ()
    assert shop.write(requests.ask_rights, node, WANTED, 5, 3005)[:2] == (2, 1)


def test_waiting_requests_are_bounded(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """A branch in the dark does not pile requests up; old answers are dropped."""
    monkeypatch.setattr(limits, "REQUESTS_WAITING", 2)
    monkeypatch.setattr(limits, "REQUESTS_KEPT", 3)
    for _ in range(2):
        shop.write(requests.ask_rights, shop.node, WANTED, 5, 3005)
    with pytest.raises(NotNowError) as caught:
        shop.write(requests.ask_rights, shop.node, WANTED, 5, 3005)
    assert caught.value.code is Code.TOO_MANY
    for n in (1, 2):
        shop.write(requests.answer, 1, n, "short", b"")
    for n in (3, 4):
        shop.write(requests.ask_rights, shop.node, WANTED, 5, 3005)
        shop.write(requests.answer, 1, n, "short", b"")
    assert shop.rows("SELECT n FROM requests ORDER BY n") == [(2,), (3,), (4,)]


def test_the_outbox_is_emptied_by_hqs_answer(shop: Shop):
    """Edits leave in their order and go when HQ has answered up to them; numbers are never used again."""
    edits = [ProfileEdit(b"m" * 16, field, "x", 0, b"s" * 16) for field in ("name", "phone", "note")]
    shop.write(outbox.put, edits)
    assert [n for n, _ in outbox.pending(shop.conn, 0, 2)] == [1, 2]
    assert bodies.decode(ProfileEdit, outbox.pending(shop.conn, 2, 9)[0][1]) == edits[2]
    shop.write(outbox.done, 2)
    assert outbox.fields_pending(shop.conn, b"m" * 16) == {"note"}
    shop.write(outbox.done, 3)
    shop.write(outbox.put, edits[:1])
    assert outbox.pending(shop.conn, 0, 9)[0][0] == 4
