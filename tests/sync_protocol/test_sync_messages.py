"""Messages: typed, bounded, sound in themselves."""

from hashlib import shake_256

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from sync_world import CHAIN, EPOCH, Log, Node

from sync_protocol import codec, limits, messages, packing
from sync_protocol.chain import LogIdentity
from sync_protocol.errors import ProtocolError, RefusalCode
from sync_protocol.messages import FeedPosition, Hello, Row
from sync_protocol.signed import key_id, raw_public
from sync_protocol.wire import check_hello, decode_hq_message, decode_node_message, encode_message

NODE = Node()
NODE.log.grow(3)

FROM_NODE = [
    NODE.hello(),
    messages.Ready(session=1),
    messages.BatchMessage(data=b"x"),
    messages.Profiles(n=1, rows=("李雷".encode(),)),
    messages.Request(n=1, kind="rights", body=b""),
    messages.Cancel(n=1),
    messages.FeedAt(feed="chain", lineage=EPOCH, position=3),
    messages.Ping(n=1),
    messages.Health(
        at=5,
        head=4,
        oldest=3,
        blocks=messages.BlockList(EPOCH, 2, 1),
        devices=(messages.DeviceState("前台小票机", "pos_printer", works=False, code="paper_out", since=2),),
    ),
    messages.Error(code=RefusalCode.GOING_AWAY, text=""),
]
FROM_HQ = [
    messages.Welcome(
        epoch=EPOCH,
        hq_time=1,
        session=1,
        logs=(
            messages.LogAnswer(
                incarnation=b"i" * 16,
                verdict=messages.VerdictKind.REFUSED,
                code=RefusalCode.WRONG_CHAIN,
                ack=b"",
            ),
        ),
        feeds={"chain": FeedPosition(EPOCH, 3)},
    ),
    messages.AckMessage(ack=b"a"),
    messages.ProfilesDone(n=1),
    messages.Page(
        feed="chain", lineage=EPOCH, start=0, end=5, rows=(Row("product:1", 2, b"\x80"), Row("product:2", 5, None))
    ),
    messages.Answer(n=1, refused="", body=b"", rows=(Row("rights:1", 2, b""),)),
    messages.Closed(close=b"c"),
    messages.Retry(after_ms=1, reason=RefusalCode.BUSY),
    messages.Pong(n=1, hq_time=1, ack=b"a"),
    messages.Takes(versions={"health": 1}),
    messages.Error(code=RefusalCode.REVOKED, text="停用"),
]


@pytest.mark.parametrize("message", FROM_NODE, ids=lambda message: type(message).__name__)
def test_node_messages(message) -> None:
    """Each message of a node comes back, and no beginning of it is a message."""
    data = encode_message(message)
    assert decode_node_message(data) == message
    for end in range(len(data)):
        with pytest.raises(ProtocolError):
            decode_node_message(data[:end])


@pytest.mark.parametrize("message", FROM_HQ, ids=lambda message: type(message).__name__)
def test_hq_messages(message) -> None:
    """Each message of HQ comes back, and no beginning of it is a message."""
    data = encode_message(message)
    assert decode_hq_message(data) == message
    for end in range(len(data)):
        with pytest.raises(ProtocolError):
            decode_hq_message(data[:end])


def test_each_side_has_its_own_messages() -> None:
    """What only HQ may say is no message from a node, and the other way round; only ERROR goes both ways."""
    for message in FROM_HQ[:-1]:
        with pytest.raises(ProtocolError):
            decode_node_message(encode_message(message))
    for message in FROM_NODE[:-1]:
        with pytest.raises(ProtocolError):
            decode_hq_message(encode_message(message))


def test_tags_are_never_shared() -> None:
    """A tag means one message, whoever sends it."""
    tags = [codec.unpack(encode_message(message), 10_000)[0] for message in FROM_NODE[:-1] + FROM_HQ]
    assert len(tags) == len(set(tags))


@pytest.mark.parametrize(
    "wire",
    [
        [],
        [99],
        ["1"],
        [2],
        [2, -1],
        [2, 2**32],
        [2, "1"],
        [2, 1, 1],
        [3, b""],
        [3, bytes(limits.MAX_BATCH + 1)],
        [4, 1, [bytes(limits.MAX_PROFILE_ROW + 1)]],
        [4, 1, [b""] * (limits.MAX_PROFILES + 1)],
        [5, 1, "Rights", b""],
        [5, 1, "rights", bytes(limits.MAX_REQUEST + 1)],
        [7, "", [1, b"e" * 16], 0],
        [7, "chain", [1, b"e" * 15], 0],
        [7, "chain", [1, b"e" * 16], -1],
        [7, "chain", [1], 0],
        [9, 0, 0, 0, None],
        [9, 0, 0, 0, None, [], 0],
        [9, -1, 0, 0, None, []],
        [9, 0, 2**53 + 1, 0, None, []],
        [9, 0, 0, 0, [[1, b"e" * 16], 0], []],
        [9, 0, 0, 0, [[1, b"e" * 15], 0, 0], []],
        [9, 0, 0, 0, None, [["秤", "scale", True, "", 0]] * (limits.MAX_HEALTH_DEVICES + 1)],
        [9, 0, 0, 0, None, [["秤" * (limits.MAX_DEVICE_NAME + 1), "scale", True, "", 0]]],
        [9, 0, 0, 0, None, [["秤", "Scale", True, "", 0]]],
        [9, 0, 0, 0, None, [["秤", "scale", 1, "", 0]]],
        [9, 0, 0, 0, None, [["秤", "scale", True, "a b", 0]]],
        [9, 0, 0, 0, None, [["秤", "scale", True, "", -1]]],
        [48, "no_such_code", ""],
        [48, "busy", "x" * 513],
        {"tag": 2},
        2,
        None,
    ],
)
def test_wrong_messages(wire) -> None:
    """Wrong tags, types, ranges and lengths are refused."""
    with pytest.raises(ProtocolError) as refusal:
        decode_node_message(codec.encode(wire))
    assert refusal.value.code is RefusalCode.MALFORMED


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_random_bytes(data) -> None:
    """Random bytes decode to a message or are a ProtocolError."""
    for decode in (decode_node_message, decode_hq_message):
        try:
            message = decode(data)
        except ProtocolError:
            continue
        assert decode(encode_message(message)) == message


def test_oversize_messages() -> None:
    """A message beyond a frame's room is neither written nor read."""
    rows = tuple(Row(f"k:{n}", n + 1, bytes(limits.MAX_ROW)) for n in range(6))
    with pytest.raises(ProtocolError) as refusal:
        encode_message(messages.Answer(n=1, refused="", body=b"", rows=rows))
    assert refusal.value.code is RefusalCode.TOO_LARGE
    for decode in (decode_node_message, decode_hq_message):
        with pytest.raises(ProtocolError) as refusal:
            decode(bytes(limits.MAX_MESSAGE + 1))
        assert refusal.value.code is RefusalCode.TOO_LARGE


def test_the_largest_of_each_fit_a_frame() -> None:
    """A full batch, a full page and a full delivery of profiles are messages."""
    page_rows = tuple(
        Row(f"{n:0128}", n + 1, bytes(limits.MAX_PAGE // 2000 - 128)) for n in range(limits.MAX_PAGE_ROWS)
    )
    profiles = (bytes(limits.MAX_PROFILES_BYTES // limits.MAX_PROFILES),) * limits.MAX_PROFILES
    for message, decode in (
        (messages.BatchMessage(data=bytes(limits.MAX_BATCH)), decode_node_message),
        (messages.Profiles(n=1, rows=profiles), decode_node_message),
        (messages.Page(feed="chain", lineage=EPOCH, start=0, end=2000, rows=page_rows), decode_hq_message),
    ):
        assert decode(encode_message(message)) == message


BALANCES = messages.Page(
    feed="branch:b001",
    lineage=EPOCH,
    start=0,
    end=300,
    rows=tuple(Row(f"balance:{n:032x}", n + 1, b"\x83\xa5as_of\x01\xa6member" + bytes([n % 256])) for n in range(300)),
)


def test_long_pages_travel_packed() -> None:
    """A page of many rows that differ in little takes a third of its bytes at most, and comes back as it was."""
    data = encode_message(BALANCES)
    assert data[1] == 41
    assert len(data) < len(codec.encode(BALANCES)) / 3
    assert decode_hq_message(data) == BALANCES
    assert decode_hq_message(codec.encode(BALANCES)) == BALANCES


def test_what_does_not_shrink_is_not_packed() -> None:
    """A short page, and one whose bytes are all chance, travel as they are."""
    chance = shake_256(b"chance").digest(2_000)
    for row in (Row("product:1", 1, b"\x80"), Row("product:1", 1, chance)):
        page = messages.Page(feed="chain", lineage=EPOCH, start=0, end=1, rows=(row,))
        assert encode_message(page) == codec.encode(page)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no frame", "malformed"),
        (packing.pack(codec.encode(BALANCES))[:-3], "malformed"),
        (packing.pack(codec.encode(BALANCES)) + b"more", "malformed"),
        (packing.pack(codec.encode(messages.Ping(n=1))), "malformed"),
        (packing.pack(codec.encode(messages.PackedPage(data=packing.pack(codec.encode(BALANCES))))), "malformed"),
        (packing.pack(bytes(limits.MAX_MESSAGE + 1)), "too_large"),
        (zstandard.ZstdCompressor(write_content_size=False).compress(codec.encode(BALANCES)), "too_large"),
        (packing.pack(codec.encode(messages.Page(feed="f", lineage=EPOCH, start=2, end=1, rows=()))), "bad_page"),
    ],
    ids=["rubbish", "cut", "longer", "no_page", "packed_twice", "bomb", "size_unsaid", "unsound"],
)
def test_bad_packed_pages(data, code) -> None:
    """What is no whole page inside, or does not say beforehand that it fits, is refused with its code."""
    with pytest.raises(ProtocolError) as refusal:
        decode_hq_message(codec.encode(messages.PackedPage(data=data)))
    assert refusal.value.code.value == code


def hello_with(logs, **changes: object) -> Hello:
    """The node's hello with other logs."""
    fields = {name: getattr(NODE.hello(), name) for name in Hello.__struct_fields__}
    return Hello(**{**fields, "logs": tuple(logs), **changes})


def log_with(**changes: object) -> messages.LogOffer:
    """The node's offer with some fields changed."""
    offer = NODE.hello().current
    return messages.LogOffer(**{**{name: getattr(offer, name) for name in offer.__struct_fields__}, **changes})


def earlier_log() -> messages.LogOffer:
    """A sound offer of an earlier log, of another chain and node id."""
    old = Log(LogIdentity(b"O" * 16, b"o" * 16, b"0" * 16, raw_public(NODE.key)))
    offer = NODE.offer_of(old)
    fields = {name: getattr(offer, name) for name in offer.__struct_fields__}
    return messages.LogOffer(**{**fields, "current": False})


def test_a_sound_hello() -> None:
    """A node may offer earlier logs, also those of its own old chain."""
    hello = hello_with([earlier_log(), log_with()])
    check_hello(hello, CHAIN, NODE.id, key_id(raw_public(NODE.key)))
    assert hello.current.head == NODE.log.head
    assert hello.current.identity == NODE.log.identity


@pytest.mark.parametrize(
    ("logs", "code"),
    [
        ([earlier_log()], "malformed"),
        ([log_with(), log_with(incarnation=b"x" * 16)], "malformed"),
        ([log_with(), log_with(current=False)], "malformed"),
        ([log_with(chain=b"x" * 16)], "wrong_chain"),
        ([log_with(node=b"x" * 16)], "identity_mismatch"),
        ([log_with(signing_key=b"x" * 32)], "identity_mismatch"),
        ([log_with(incarnation=b"x" * 16)], "identity_mismatch"),
        ([log_with(predecessor=(b"x" * 16, 1, b"x" * 32))], "identity_mismatch"),
        ([log_with(locator=NODE.hello().current.locator[:-1])], "malformed"),
        ([log_with(locator=NODE.hello().current.locator[::-1])], "malformed"),
        ([log_with(locator=NODE.hello().current.locator[:1] * 2)], "malformed"),
    ],
)
def test_unsound_hellos(logs, code) -> None:
    """A hello that contradicts its opening or itself is refused with its own code."""
    with pytest.raises(ProtocolError) as refusal:
        check_hello(hello_with(logs), CHAIN, NODE.id, key_id(raw_public(NODE.key)))
    assert refusal.value.code.value == code
