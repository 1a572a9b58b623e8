"""Frames for tills: what HQ can open of them, and nobody else."""

import pytest
from scripted_hq import (
    CHAIN,
    HQ_IMPORT,
    NODE,
    OWN_IMPORT,
    OWN_KEY,
    Branch,
    ScriptedHq,
    Wire,
    joined_shop,
    node_identity,
)

from edge_node.ledger import change_log
from edge_node.sync.witness import Witness
from sync_protocol import codec
from sync_protocol.opening import Direction
from sync_protocol.sealing import Expected, open_opening
from sync_protocol.signed import key_id


@pytest.fixture
def branch(tmp_path):
    """A branch that has just joined."""
    made = Branch(joined_shop(tmp_path / "edge.db"))
    yield made
    made.shop.conn.close()


def opened(frame: bytes):
    """Open a frame as HQ would, out of any order."""
    parts = codec.unpack(frame, 100_000)
    expected = Expected(CHAIN, CHAIN, Direction.TO_HQ, b"")
    keys = {key_id(HQ_IMPORT.public_raw): HQ_IMPORT.private}
    verify = {(NODE, key_id(OWN_KEY.public_key().public_bytes_raw())): OWN_KEY.public_key()}
    session = open_opening(parts["opening"], expected, keys.get, lambda *who: verify.get(who))
    return session.opening, session.frames.open_single(parts["frame"])


def test_each_frame_alone_gives_hq_the_entry_and_its_log(branch: Branch):
    """A till hands in what it holds, in any order: the entry as hashed, signed for by the node, its log named."""
    log = branch.log()
    witness = Witness(node_identity(), log, branch.shop.entropy.randbytes)
    entries = (*change_log.read_range(branch.shop.conn, log.no, 0, 2**20, 100), b"second", b"third")
    frames = [witness.frame(entry) for entry in entries]
    for entry, frame in reversed(list(zip(entries, frames, strict=True))):
        opening, found = opened(frame)
        assert found.plaintext == entry
        assert opening.logs == ((log.incarnation, log.seq, log.head),)
    assert [opened(frame)[1].k for frame in frames] == [0, 1, 2]


def test_no_two_sessions_share_a_key(branch: Branch):
    """A new process seals under fresh randomness: the same entry looks different and the counter begins anew."""
    made = [Witness(node_identity(), branch.log(), branch.shop.entropy.randbytes) for _ in range(2)]
    first, second = (codec.unpack(witness.frame(b"same"), 100_000) for witness in made)
    assert first["frame"] != second["frame"]
    assert first["opening"] != second["opening"]


def test_a_till_reads_nothing(branch: Branch):
    """Only HQ's import key opens a frame; the node's own does not."""
    witness = Witness(node_identity(), branch.log(), branch.shop.entropy.randbytes)
    frame = witness.frame("王小明".encode())
    assert "王小明".encode() not in frame
    opening = codec.unpack(frame, 100_000)["opening"]
    expected = Expected(CHAIN, CHAIN, Direction.TO_HQ, b"")
    with pytest.raises(Exception, match="bad_seal"):
        open_opening(opening, expected, lambda _key: OWN_IMPORT.private, lambda *_who: OWN_KEY.public_key())


def test_sealing_for_tills_does_not_disturb_the_line(branch: Branch):
    """Bundle frames and the live session have keys of their own."""
    hq = ScriptedHq()
    witness = Witness(node_identity(), branch.log(), branch.shop.entropy.randbytes)
    wire = Wire(branch, hq).run()
    witness.frame(b"entry")
    wire.run()
    assert branch.replica.live
