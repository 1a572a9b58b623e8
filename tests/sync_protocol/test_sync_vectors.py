"""The golden vectors of docs/protocol.md: this code reads and writes exactly those bytes."""

import importlib.util
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from sync_protocol import codec
from sync_protocol.ack import open_ack
from sync_protocol.batch import decode_batch, open_batch
from sync_protocol.chain import extend
from sync_protocol.close import open_close
from sync_protocol.entry import decode_entry, encode_entry
from sync_protocol.errors import ProtocolError
from sync_protocol.opening import Direction, decode_opening
from sync_protocol.sealing import Expected, open_opening
from sync_protocol.wire import decode_hq_message, decode_node_message

VECTORS = Path(__file__).parent.parent / "vectors"


def load(name: str) -> dict:
    """Read a vector file."""
    return json.loads((VECTORS / f"{name}.json").read_text("utf-8"))


def test_the_script_makes_the_files_that_are_kept() -> None:
    """Nobody edits a vector by hand: the script's output is the files' content."""
    spec = importlib.util.spec_from_file_location("make_vectors", VECTORS / "make_vectors.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    built = script.build(script.read_recorded())
    assert json.loads(json.dumps(built)) == {name: load(name) for name in built}


@pytest.mark.parametrize("case", load("codec")["values"], ids=lambda case: case["bytes"][:20])
def test_canonical_values(case: dict) -> None:
    """Each value has one byte string, both ways."""
    data = bytes.fromhex(case["bytes"])
    assert codec.pack(case["value"]) == data
    assert codec.unpack(data, len(data)) == case["value"]


@pytest.mark.parametrize("case", load("codec")["refused"], ids=lambda case: case["why"])
def test_refused_bytes(case: dict) -> None:
    """Every other byte string is refused with the code that the vectors name."""
    with pytest.raises(ProtocolError) as refusal:
        codec.unpack(bytes.fromhex(case["bytes"]), 100)
    assert refusal.value.code.value == case["code"]


def test_log() -> None:
    """Entries decode, encode to the same bytes, and chain to the hashes named."""
    log = load("log")
    head = bytes.fromhex(log["h0"])
    for case in log["entries"]:
        data = bytes.fromhex(case["bytes"])
        assert encode_entry(decode_entry(data)) == data
        head = extend(head, data)
        assert head.hex() == case["hash"]


def test_batch() -> None:
    """The batch opens to the log's entries."""
    log, vector = load("log"), load("batch")
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vector["signing_key"])).public_key()
    batch = open_batch(bytes.fromhex(vector["batch"]), key)
    assert [entry.hex() for entry in batch.entries] == [case["bytes"] for case in log["entries"]]
    assert [at.hex() for at in batch.hashes] == [case["hash"] for case in log["entries"]]
    assert [entry.kind for entry in decode_batch(batch)] == ["incarnation", "issue", "sale"]


def test_statements() -> None:
    """The ack and the close verify under HQ's key and say what they should."""
    vector = load("statements")
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vector["signing_key"])).public_key()
    ack, close = open_ack(bytes.fromhex(vector["ack"]), key), open_close(bytes.fromhex(vector["close"]), key)
    assert (ack.seq, ack.epoch.n, close.reason) == (3, 3, "fork")
    assert ack.head.hex() == load("log")["entries"][2]["hash"]


def test_session() -> None:
    """The recorded opening unseals, and its frames open to the messages."""
    vector = load("session")
    kem = MLKEM768PrivateKey.from_seed_bytes(bytes.fromhex(vector["mlkem_seed"]))
    private = MLKEM768X25519PrivateKey(kem, X25519PrivateKey.from_private_bytes(bytes.fromhex(vector["x25519"])))
    verify = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vector["signing_key"])).public_key()
    opening = decode_opening(bytes.fromhex(vector["opening"]))
    expected = Expected(opening.chain, opening.chain, Direction.TO_HQ, bytes.fromhex(vector["peer_nonce"]))
    keys = {bytes.fromhex(vector["public_key_id"]): private}
    opened = open_opening(bytes.fromhex(vector["wire"]), expected, keys.get, lambda _sender, _key: verify)
    assert opened.opening == opening
    for case in vector["frames"]:
        assert opened.frames.open(bytes.fromhex(case["wire"])).plaintext.hex() == case["plaintext"]
    assert opened.frames.finished


def test_packed_page() -> None:
    """A packed page is read as the very page that its plain bytes are."""
    vector = load("page")
    packed, plain = (decode_hq_message(bytes.fromhex(vector[name])) for name in ("message", "plain"))
    assert packed == plain
    assert len(packed.rows) == 30
    assert len(vector["message"]) < len(vector["plain"])


def test_health() -> None:
    """HQ's TAKES and a node's HEALTH are read as what the vectors were made of."""
    vector = load("health")
    assert decode_hq_message(bytes.fromhex(vector["takes"])).versions == {"health": 1}
    told, nothing = (decode_node_message(bytes.fromhex(vector[name])) for name in ("health", "nothing"))
    assert (told.at, told.head, told.oldest) == (1_790_000_060_000, 4, 1_790_000_030_000)
    assert told.blocks == ((3, b"\x08" * 16), 30, 1_790_000_050_000)
    assert told.devices[0] == ("前台小票机", "pos_printer", False, "paper_out", 1_790_000_000_000)
    assert told.devices[1] == ("电子秤", "scale", True, "", 0)
    assert (nothing.blocks, nothing.devices) == (None, ())
