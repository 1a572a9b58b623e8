"""Signed acks and closes, key ids, HQ epochs, versions, errors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sync_world import EPOCH, HQ_KEY, NOW, signing_key

from sync_protocol import codec, limits, signed
from sync_protocol.ack import Ack, Level, open_ack, sign_ack
from sync_protocol.chain import Point
from sync_protocol.close import Close, open_close, sign_close
from sync_protocol.epoch import NEVER, HqEpoch, acceptable
from sync_protocol.errors import Action, HumanError, ProtocolError, RefusalCode, RetryError, StopError, action_for
from sync_protocol.versions import PROTOCOL_VERSION, SPOKEN, check_version

PUBLIC = HQ_KEY.public_key()
ACK = Ack(EPOCH, b"n" * 16, b"i" * 16, 7, b"h" * 32, Level.DURABLE, NOW)
CLOSE = Close(EPOCH, b"n" * 16, b"i" * 16, 7, b"h" * 32, "restored", NOW)


def test_statements_come_back() -> None:
    """What HQ signed opens to what it said."""
    assert open_ack(sign_ack(ACK, HQ_KEY), PUBLIC) == ACK
    assert ACK.point == Point(7, b"h" * 32)
    assert open_close(sign_close(CLOSE, HQ_KEY), PUBLIC) == CLOSE


@pytest.mark.parametrize(
    ("wire", "opener"), [(sign_ack(ACK, HQ_KEY), open_ack), (sign_close(CLOSE, HQ_KEY), open_close)]
)
def test_every_cut_and_every_flipped_bit_is_refused(wire, opener) -> None:
    """Not one bit of a statement can be changed or left away."""
    for end in range(len(wire)):
        with pytest.raises(ProtocolError):
            opener(wire[:end], PUBLIC)
    for bit in range(len(wire) * 8):
        bent = bytearray(wire)
        bent[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ProtocolError) as refusal:
            opener(bytes(bent), PUBLIC)
        assert refusal.value.code is RefusalCode.BAD_SIGNATURE


def test_a_statement_of_one_kind_is_none_of_another() -> None:
    """The label keeps an ack from being taken for a close, and another key's statement is refused."""
    with pytest.raises(StopError):
        open_close(sign_ack(ACK, HQ_KEY), PUBLIC)
    with pytest.raises(StopError):
        open_ack(sign_ack(ACK, signing_key(9)), PUBLIC)


def test_signed_rubbish_is_still_checked() -> None:
    """HQ's signature does not excuse wrong types or non-canonical bytes."""
    for payload in (b"", b"\x90", codec.encode([1, 2, 3]), b"\x97" + codec.encode(ACK)[1:] + b"\x00"):
        statement = signed.sign_statement(signed.LABEL_ACK, payload, HQ_KEY)
        with pytest.raises(ProtocolError):
            open_ack(statement, PUBLIC)


def test_statements_are_bounded() -> None:
    """An oversize statement is refused before its signature is checked."""
    with pytest.raises(ProtocolError) as refusal:
        open_ack(bytes(limits.MAX_SIGNED + 1), PUBLIC)
    assert refusal.value.code is RefusalCode.TOO_LARGE


@given(st.binary(max_size=300))
def test_random_bytes(data) -> None:
    """Random bytes are a ProtocolError."""
    for opener in (open_ack, open_close):
        with pytest.raises(ProtocolError):
            opener(data, PUBLIC)


def test_signature_labels_are_prefix_free() -> None:
    """No label begins another, so no signed bytes have two meanings."""
    labels = [signed.LABEL_BATCH, signed.LABEL_SESSION, signed.LABEL_ACK, signed.LABEL_CLOSE, signed.LABEL_RECEIPT]
    assert not [(a, b) for a in labels for b in labels if a is not b and b.startswith(a)]


def test_keys() -> None:
    """A key's id depends on all of it; private and public half name the same key; rubbish is no key."""
    key = signing_key(3)
    assert signed.raw_public(key) == signed.raw_public(key.public_key())
    assert signed.raw_public(signed.load_public(signed.raw_public(key))) == signed.raw_public(key)
    assert len({signed.key_id(signed.raw_public(signing_key(tag))) for tag in range(20)}) == 20
    assert len(signed.key_id(b"")) == limits.KEY_ID
    with pytest.raises(ProtocolError):
        signed.load_public(b"short")


@pytest.mark.parametrize(
    ("seen", "offered", "accepted"),
    [
        (NEVER, EPOCH, True),
        (EPOCH, EPOCH, True),
        (EPOCH, HqEpoch(2, b"x" * 16), True),
        (HqEpoch(2, b"x" * 16), EPOCH, False),
        (EPOCH, HqEpoch(1, b"x" * 16), False),
        (EPOCH, NEVER, False),
    ],
)
def test_epochs(seen, offered, accepted) -> None:
    """A node listens to the epoch it knows or to a higher number, never to a twin of the same number."""
    assert acceptable(seen, offered) is accepted


def test_versions() -> None:
    """The version that is written is spoken; any other asks for a person."""
    check_version(PROTOCOL_VERSION)
    for version in {0, 2, 99} - SPOKEN:
        with pytest.raises(HumanError) as refusal:
            check_version(version)
        assert refusal.value.code is RefusalCode.VERSION_UNSUPPORTED


def test_the_tree_says_what_to_do() -> None:
    """Each code has one action, every action occurs, and the classes agree with the table where they are raised."""
    assert {action_for(code) for code in RefusalCode} == set(Action)
    assert action_for(RefusalCode.BUSY) is RetryError.action is Action.RETRY
    assert action_for(RefusalCode.WRONG_CHAIN) is HumanError.action is Action.HUMAN
    assert action_for(RefusalCode.BAD_SIGNATURE) is StopError.action is Action.STOP
    error = HumanError(RefusalCode.WRONG_CHAIN, "from another chain")
    assert str(error) == "wrong_chain: from another chain"
