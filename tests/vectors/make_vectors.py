"""Write the golden vectors of docs/protocol.md from fixed inputs: ``python tests/vectors/make_vectors.py``.

Three byte strings cannot be computed again: the HPKE ciphertext (it holds fresh randomness) and the two zstd frames
(another library version may compress otherwise). They are taken from the existing files, and made when there is none.
"""

import json
from pathlib import Path
from typing import Any

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite

from sync_protocol import codec, framing, signed
from sync_protocol.ack import Ack, Level, sign_ack
from sync_protocol.batch import BatchHeader
from sync_protocol.chain import LogIdentity, Point, Predecessor, extend_all, first_hash, locator
from sync_protocol.close import Close, sign_close
from sync_protocol.entry import Entry, EntryMove, EntryPosting, encode_entry
from sync_protocol.epoch import HqEpoch
from sync_protocol.messages import (
    BatchMessage,
    BlockList,
    DeviceState,
    FeedAt,
    Health,
    PackedPage,
    Page,
    Ping,
    Request,
    Row,
    Takes,
)
from sync_protocol.opening import Direction, LogPosition, Opening, encode_opening
from sync_protocol.sealing import finish_opening
from sync_protocol.signed import key_id, raw_public
from sync_protocol.versions import HEALTH
from sync_protocol.wire import encode_message

HERE = Path(__file__).parent

CHAIN, NODE, INCARNATION, LOT = bytes.fromhex("c0") * 16, b"\x0a" * 16, b"\x1b" * 16, b"\x2c" * 16
NODE_SIGNING, HQ_SIGNING = (
    Ed25519PrivateKey.from_private_bytes(b"\x01" * 32),
    Ed25519PrivateKey.from_private_bytes(b"\x02" * 32),
)
MLKEM_SEED, X25519_KEY = b"\x03" * 64, b"\x04" * 32
DATA_KEY, SESSION, NONCE = b"\x05" * 32, b"\x06" * 16, b"\x07" * 32
EPOCH = HqEpoch(3, b"\x08" * 16)
NOW = 1_790_000_000_000


def entries() -> list[Entry]:
    """Give three entries: no envelope at all, a top-up, a sale."""
    opened = Entry(1, NOW, "incarnation", 1, (), (), codec.pack({"act": "opened", "reason": "first_start"}))
    issue = Entry(
        2,
        NOW + 1,
        "issue",
        1,
        (EntryMove(LOT, 1, 50_000, 50_000),),
        (EntryPosting("cash:b001:cash", "money", 50_000), EntryPosting(LOT, "money", -50_000)),
        codec.pack({"tender": "cash", "amount": 50_000}),
    )
    sale = Entry(
        3,
        NOW + 2,
        "sale",
        1,
        (EntryMove(LOT, 16, 1_800, 1_800, b""),),
        (EntryPosting(LOT, "money", 1_800), EntryPosting("sales:b001", "money", -1_800)),
        codec.pack({"item": "珍珠奶茶", "qty": 1_000}),
    )
    return [opened, issue, sale]


def identity() -> LogIdentity:
    """Give the log that the entries stand in."""
    return LogIdentity(CHAIN, NODE, INCARNATION, raw_public(NODE_SIGNING), Predecessor(b"\x1a" * 16, 7, b"\x1d" * 32))


def build(recorded: dict[str, str]) -> dict[str, Any]:
    """Compute every vector file's content. `recorded`: hex of ``packed``, ``sealed``, ``packed_page`` if they exist."""
    return {
        "codec": _codec(),
        "log": _log(),
        "batch": _batch(recorded),
        "statements": _statements(),
        "session": _session(recorded),
        "page": _page(recorded),
        "health": _health(),
    }


def _codec() -> dict[str, Any]:
    values: list[Any] = [
        None,
        True,
        0,
        127,
        128,
        255,
        256,
        65_535,
        65_536,
        2**32 - 1,
        2**32,
        2**64 - 1,
        -1,
        -32,
        -33,
        -128,
        -129,
        -32_769,
        -(2**31) - 1,
        -(2**63),
        "",
        "a" * 31,
        "a" * 32,
        "打烊",
        [],
        [1, [2]],
        {},
        {"b": 1, "a": 2, "é": 3, "": 4},
    ]
    refused = {
        "uint8 that fits a fixint": ("cc01", "not_canonical"),
        "str8 that fits a fixstr": ("d90161", "not_canonical"),
        "map keys out of order": ("82a16201a16102", "not_canonical"),
        "map key twice": ("82a16101a16102", "not_canonical"),
        "float": ("cb3ff0000000000000", "malformed"),
        "extension": ("d40100", "malformed"),
        "map key that is not text": ("810101", "malformed"),
        "cut off": ("92c0", "truncated"),
        "bytes left over": ("c0c0", "malformed"),
        "text that is not UTF-8": ("a1ff", "malformed"),
    }
    return {
        "values": [{"value": value, "bytes": codec.pack(value).hex()} for value in values],
        "refused": [{"why": why, "bytes": data, "code": code} for why, (data, code) in refused.items()],
    }


def _log() -> dict[str, Any]:
    start = first_hash(identity())
    wire = [encode_entry(entry) for entry in entries()]
    hashes = [start, *extend_all(start, wire)]
    bare = identity()._replace(predecessor=None)
    return {
        "chain": CHAIN.hex(),
        "node": NODE.hex(),
        "incarnation": INCARNATION.hex(),
        "signing_key": raw_public(NODE_SIGNING).hex(),
        "predecessor": {"incarnation": "1a" * 16, "seq": 7, "head": "1d" * 32},
        "h0": start.hex(),
        "h0_without_predecessor": first_hash(bare).hex(),
        "entries": [{"bytes": data.hex(), "hash": at.hex()} for data, at in zip(wire, hashes[1:], strict=True)],
        "locator": [[point.seq, point.hash.hex()] for point in locator(3, hashes.__getitem__)],
    }


def _batch(recorded: dict[str, str]) -> dict[str, Any]:
    wire = [encode_entry(entry) for entry in entries()]
    start = Point(0, first_hash(identity()))
    plain = codec.encode(wire)
    packed = bytes.fromhex(recorded.get("packed", "")) or zstandard.ZstdCompressor(level=3).compress(plain)
    header = BatchHeader(
        1,
        CHAIN,
        NODE,
        INCARNATION,
        key_id(raw_public(NODE_SIGNING)),
        1,
        3,
        start.hash,
        extend_all(start.hash, wire)[-1],
        len(plain),
        b"",
    )
    head = codec.encode(header)
    data = framing.join(head, packed, NODE_SIGNING.sign(signed.LABEL_BATCH + head))
    return {
        "signing_key": "01" * 32,
        "header": head.hex(),
        "plain": plain.hex(),
        "packed": packed.hex(),
        "batch": data.hex(),
    }


def _statements() -> dict[str, Any]:
    head = _log()["entries"][2]["hash"]
    ack = Ack(EPOCH, NODE, INCARNATION, 3, bytes.fromhex(head), Level.DURABLE, NOW)
    close = Close(EPOCH, NODE, INCARNATION, 3, bytes.fromhex(head), "fork", NOW)
    return {
        "signing_key": "02" * 32,
        "ack": sign_ack(ack, HQ_SIGNING).hex(),
        "close": sign_close(close, HQ_SIGNING).hex(),
    }


def _session(recorded: dict[str, str]) -> dict[str, Any]:
    kem, dh = MLKEM768PrivateKey.from_seed_bytes(MLKEM_SEED), X25519PrivateKey.from_private_bytes(X25519_KEY)
    public = kem.public_key().public_bytes_raw() + dh.public_key().public_bytes_raw()
    log = _log()
    opening = Opening(
        1,
        CHAIN,
        NODE,
        key_id(raw_public(NODE_SIGNING)),
        CHAIN,
        key_id(public),
        Direction.TO_HQ,
        SESSION,
        NONCE,
        (LogPosition(INCARNATION, 3, bytes.fromhex(log["entries"][2]["hash"])),),
    )
    head = encode_opening(opening)
    sealed = bytes.fromhex(recorded.get("sealed", ""))
    if not sealed:
        private = MLKEM768X25519PrivateKey(kem, dh)
        suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
        sealed = suite.encrypt(DATA_KEY, private.public_key(), signed.LABEL_SESSION + head)
    session = finish_opening(opening, sealed, DATA_KEY, NODE_SIGNING)
    messages = [
        encode_message(Ping(n=1)),
        encode_message(Request(n=7, kind="rights", body=codec.pack({"lot": LOT, "amount": 500}))),
        encode_message(FeedAt(feed="branch:b001", lineage=EPOCH, position=42)),
        encode_message(
            Page(
                feed="branch:b001",
                lineage=EPOCH,
                start=0,
                end=9,
                rows=(Row("rights:1", 4, b"\x80"), Row("product:2", 9, None)),
            )
        ),
        encode_message(BatchMessage(data=b"\x00")),
    ]
    last = len(messages) - 1
    frames = [session.frames.seal(message, last=k == last).wire for k, message in enumerate(messages)]
    return {
        "mlkem_seed": MLKEM_SEED.hex(),
        "x25519": X25519_KEY.hex(),
        "public_key_id": key_id(public).hex(),
        "signing_key": "01" * 32,
        "data_key": DATA_KEY.hex(),
        "peer_nonce": NONCE.hex(),
        "opening": head.hex(),
        "sealed": sealed.hex(),
        "wire": session.wire.hex(),
        "frames": [
            {"plaintext": plain.hex(), "wire": wire.hex()} for plain, wire in zip(messages, frames, strict=True)
        ],
    }


def _page(recorded: dict[str, str]) -> dict[str, Any]:
    rows = tuple(
        Row(f"product:{n}", n, codec.pack({"item": str(n), "name": "可口可乐 500ml", "price": 350}))
        for n in range(1, 31)
    )
    plain = codec.encode(Page(feed="chain", lineage=EPOCH, start=0, end=30, rows=rows))
    packed = bytes.fromhex(recorded.get("packed_page", "")) or zstandard.ZstdCompressor(level=3).compress(plain)
    return {"plain": plain.hex(), "packed_page": packed.hex(), "message": codec.encode(PackedPage(data=packed)).hex()}


def _health() -> dict[str, Any]:
    devices = (
        DeviceState("前台小票机", "pos_printer", works=False, code="paper_out", since=NOW),
        DeviceState("电子秤", "scale", works=True, code="", since=0),
    )
    told = Health(
        at=1_790_000_060_000,
        head=4,
        oldest=1_790_000_030_000,
        blocks=BlockList(EPOCH, 30, 1_790_000_050_000),
        devices=devices,
    )
    nothing = Health(at=0, head=1, oldest=0, blocks=None, devices=())
    return {
        "takes": codec.encode(Takes(versions={HEALTH: 1})).hex(),
        "health": codec.encode(told).hex(),
        "nothing": codec.encode(nothing).hex(),
    }


def read_recorded() -> dict[str, str]:
    """Read the byte strings that are kept."""
    kept: dict[str, str] = {}
    for name, key in (("batch", "packed"), ("session", "sealed"), ("page", "packed_page")):
        path = HERE / f"{name}.json"
        if path.exists():
            kept[key] = json.loads(path.read_text("utf-8"))[key]
    return kept


def main() -> None:
    """Write the files."""
    for name, content in build(read_recorded()).items():
        (HERE / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
