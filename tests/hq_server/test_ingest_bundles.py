"""Bundles at HQ: kept whole or not at all, once however often they come, and beside what the line brings."""

import pytest
from branch_world import IMPORT, Chain
from hq_world import Log

from hq_server.errors import Code, InputError
from hq_server.ingest import bundles
from hq_server.ledger import closing
from hq_server.storage.database import transaction
from provisioning.import_key import ImportKey
from sync_protocol.bundle import seal_bundle
from sync_protocol.errors import ProtocolError
from sync_protocol.opening import Direction, LogPosition, Opening
from sync_protocol.sealing import seal_opening
from sync_protocol.signed import key_id

MEMBER = b"m" * 16
KEYS = {key_id(IMPORT.public_raw): IMPORT.private}


@pytest.fixture
def chain(tmp_path):
    """HQ, nobody connected."""
    return Chain(tmp_path)


@pytest.fixture
def box(chain):
    """A box that HQ has three entries of; two more and nobody has heard of them."""
    box = chain.box("b001")
    box.shop.top_up(MEMBER, 5_000)
    box.shop.sell(MEMBER, 1_000)
    box.connect()
    chain.pump()
    box.cut()
    box.shop.sell(MEMBER, 700)
    box.shop.sell(MEMBER, 300)
    return box


def made(box, first=4, last=None, *, size=1, shop=None, chain_id=None, receiver=IMPORT):
    """A bundle of a box's present log, entries first … last, `size` of them in a batch."""
    shop = shop or box.shop
    last = last or len(shop.log.entries)
    batches = [shop.log.batch(at, min(last, at + size - 1))[1] for at in range(first, last + 1, size)]
    opening = Opening(
        version=1,
        chain=chain_id or box.chain.chain_id,
        sender=shop.node,
        sender_key=key_id(box.public),
        receiver=chain_id or box.chain.chain_id,
        receiver_key=key_id(receiver.public_raw),
        direction=Direction.TO_HQ,
        session=box.ids(16),
        peer_nonce=b"",
        logs=(LogPosition(shop.log.identity.incarnation, last, shop.log.hash_at(last)),),
    )
    return seal_bundle(seal_opening(opening, box.ids(32), receiver.public, shop.key), batches)


def bring(chain, data):
    """Import as the command does; what was kept."""
    verified = bundles.open_bundle(chain.conn, chain.hq, KEYS.get, data)
    chain.now += 1_000
    with transaction(chain.conn):
        return bundles.keep_bundle(chain.conn, chain.hq, verified, chain.now)


def refused(chain, data):
    """Import what must be refused; the code. Nothing of it is kept."""
    before = [chain.all(f"SELECT * FROM {table}") for table in ("inbox", "incarnations", "own_log")]
    with pytest.raises((ProtocolError, InputError)) as refusal:
        bring(chain, data)
    assert [chain.all(f"SELECT * FROM {table}") for table in ("inbox", "incarnations", "own_log")] == before
    return refusal.value.code.value


def sales(chain):
    """How many sales HQ's books show."""
    return chain.one("SELECT count(*) FROM sales")[0]


def counts(kept):
    """What was kept, as numbers, per log."""
    return [(log.new, log.known, log.evidence, log.seq, log.state) for log in kept]


def test_what_a_stick_brings_is_applied_as_if_the_line_had(chain, box):
    """The sales are in HQ's books; when the branch is back it has nothing to send and is normal."""
    assert counts(bring(chain, made(box))) == [(2, 0, 0, 5, "open")]
    chain.pump()
    assert sales(chain) == 3
    box.connect()
    chain.pump()
    assert box.verdicts == ["normal"]
    assert box.shop.row.acked_seq == 5
    assert chain.one("SELECT count(*) FROM inbox WHERE kind = 0")[0] == 3
    assert chain.codes() == []
    assert chain.verify().ok


def test_a_bundle_may_come_twice(chain, box):
    """The second time everything is known, and nothing changes."""
    data = made(box)
    bring(chain, data)
    chain.pump()
    before = chain.all("SELECT * FROM inbox")
    assert counts(bring(chain, data)) == [(0, 2, 0, 5, "open")]
    chain.pump()
    assert (sales(chain), chain.all("SELECT * FROM inbox")) == (3, before)
    assert chain.verify().ok


def test_it_may_come_late_and_overlap(chain, box):
    """What the line brought meanwhile is known; what HQ lacks of an overlapping bundle is taken."""
    early, both = made(box, last=4), made(box, size=2)
    bring(chain, early)
    assert counts(bring(chain, both)) == [(1, 1, 0, 5, "open")]
    box.shop.sell(MEMBER, 200)
    box.connect()
    chain.pump()
    box.cut()
    assert counts(bring(chain, both)) == [(0, 2, 0, 6, "open")]
    chain.pump()
    assert sales(chain) == 4
    assert chain.verify().ok


def test_it_may_come_while_the_branch_is_online(chain, box):
    """The line goes on behind what the stick brought under its feet."""
    data = made(box, last=4)
    box.connect()
    for _ in range(2):  # the node has said hello; nothing was pushed yet
        for message in box.outgoing():
            with transaction(chain.conn):
                chain.core.receive(chain.conn, box.link, message, chain.now)
    bring(chain, data)
    chain.pump()
    assert box.shop.row.acked_seq == 5
    assert sales(chain) == 3
    assert chain.verify().ok


def test_behind_a_gap_nothing_is_kept(chain, box):
    """A bundle whose predecessor is missing is refused as a whole; with it, it is taken."""
    box.shop.sell(MEMBER, 100)
    late = made(box, first=6)
    assert refused(chain, late) == "out_of_order"
    bring(chain, made(box, last=5))
    assert counts(bring(chain, late)) == [(1, 0, 0, 6, "open")]


def test_bent_bundles_leave_no_trace(chain, box):
    """Wherever a byte is changed or the end is missing, nothing is kept."""
    data = made(box)
    for at in range(0, len(data), 97):
        assert refused(chain, data[:at] + bytes([data[at] ^ 0x40]) + data[at + 1 :])
    for at in (0, 10, 30, len(data) // 2, len(data) - 1):
        assert refused(chain, data[:at]) == "truncated"


def test_entries_that_others_signed_are_refused(chain, box):
    """A batch under another key than the node's does not come in, however well it is sealed."""
    other = box.shop.clone()
    forger = chain.box("b002").shop.key
    identity = other.log.identity._replace(signing_key=forger.public_key().public_bytes_raw())
    other.log = Log(identity, forger, other.log.entries)
    assert refused(chain, made(box, shop=other)) == "bad_signature"


def test_a_log_of_another_box_is_refused(chain, box):
    """A node brings its own logs alone."""
    other = box.shop.clone()
    theirs = chain.box("b002")
    theirs.connect()
    chain.pump()
    other.log = Log(
        theirs.shop.log.identity._replace(node=other.node, signing_key=box.public), other.key, other.log.entries
    )
    assert refused(chain, made(box, shop=other)) == "identity_mismatch"


def test_what_is_for_others_is_refused(chain, box):
    """Another chain, another receiver's key, a stranger: each has its own code."""
    assert refused(chain, made(box, chain_id=b"X" * 16)) == "wrong_chain"
    assert refused(chain, made(box, receiver=ImportKey.from_bytes(b"o" * 96))) == "unknown_import_key"
    chain.do(lambda conn, _hq, _now: conn.execute("DELETE FROM nodes WHERE node = ?", (box.shop.node,)))
    assert refused(chain, made(box)) == "unknown_node"


def test_a_log_that_hq_never_met_is_refused(chain, box):
    """A log that was opened while the branch was dark is told on the line first."""
    box.reopen("restored")
    assert refused(chain, made(box, first=1)) == Code.UNKNOWN_INCARNATION.value


def test_a_revoked_box_is_refused_a_replaced_one_is_not(chain, box):
    """A box that is not trusted brings nothing by hand; one that was replaced brings its tail."""
    data = made(box)
    chain.do(lambda conn, _hq, _now: conn.execute("UPDATE nodes SET state = 'revoked'"))
    assert refused(chain, data) == "revoked"
    chain.do(lambda conn, _hq, _now: conn.execute("UPDATE nodes SET state = 'replaced'"))
    box.shop.close("replaced")
    assert counts(bring(chain, data)) == [(2, 0, 0, 5, "closed")]


def test_a_closed_log_gives_evidence(chain, box):
    """What a lost box's stick brings is taken by the late rule, also behind a gap, and once."""
    box.shop.sell(MEMBER, 100)
    box.shop.close("lost")
    gap = made(box, first=6)
    assert counts(bring(chain, gap)) == [(0, 0, 1, 3, "closed")]
    assert counts(bring(chain, gap)) == [(0, 1, 0, 3, "closed")]
    assert counts(bring(chain, made(box, last=5))) == [(2, 0, 0, 5, "closed")]
    chain.pump()
    assert sales(chain) == 4
    assert chain.verify().ok


def test_another_branch_of_a_log_closes_it(chain, box):
    """A stick is a witness too: a second copy of the box is found by it, and what it wrote is kept as evidence."""
    twin = box.shop.clone()
    twin.log.entries = twin.log.entries[:3]
    twin.sell(MEMBER, 900)
    bring(chain, made(box))
    assert counts(bring(chain, made(box, shop=twin))) == [(0, 0, 1, 5, "closed")]
    assert box.shop.row.closed_reason == "forked"
    chain.pump()
    assert chain.verify().ok


def test_hqs_close_reaches_the_node_when_it_is_back(chain, box):
    """A log that was closed meanwhile: the bundle's entries are known when the node offers them."""
    chain.do(lambda conn, hq, now: closing.close(conn, hq, box.shop.no, "lost", "测试", now))
    bring(chain, made(box))
    box.connect()
    chain.pump()
    assert box.verdicts == ["closed"]
    assert box.shop.row.acked_seq == 5
