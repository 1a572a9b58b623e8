"""Entries: strict, bounded, balanced."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sync_world import make_entry

from sync_protocol import codec, limits
from sync_protocol.entry import Entry, EntryMove, EntryPosting, decode_entry, encode_entry, starts_with_seq
from sync_protocol.errors import EntryError, RefusalCode

LOT = b"L" * 16
IDS = st.binary(min_size=16, max_size=16)
MOVES = st.builds(
    EntryMove,
    IDS,
    st.integers(1, 255),
    st.integers(1, limits.MAX_NUMBER),
    st.integers(0, limits.MAX_NUMBER),
    st.binary(max_size=16),
)
UNITS = st.sampled_from(["money", "bonus", "points", "uses:十次卡"])


@st.composite
def balanced_postings(draw):
    """Pairs of lines that cancel."""
    lines = []
    for _ in range(draw(st.integers(0, 4))):
        unit, amount = draw(UNITS), draw(st.integers(1, limits.MAX_NUMBER))
        lines += [EntryPosting(draw(IDS), unit, amount), EntryPosting("sales:b001", unit, -amount)]
    return tuple(draw(st.permutations(lines)))


ENTRIES = st.builds(
    Entry,
    seq=st.integers(1, limits.MAX_SEQ),
    at=st.integers(0, limits.MAX_NUMBER),
    kind=st.from_regex(r"[a-z][a-z0-9_]{0,23}", fullmatch=True),
    version=st.integers(1, 65_535),
    moves=st.lists(MOVES, max_size=4).map(tuple),
    postings=balanced_postings(),
    body=st.binary(max_size=300),
)


@given(ENTRIES)
def test_round_trip(entry) -> None:
    """What is encoded decodes to the same entry, and its bytes are plain canonical msgpack."""
    data = encode_entry(entry)
    assert decode_entry(data) == entry
    assert codec.pack(codec.unpack(data, len(data))) == data


@given(ENTRIES, st.integers(1, limits.MAX_SEQ))
def test_seq_is_readable_from_the_first_bytes(entry, other) -> None:
    """Canonical bytes show the seq without decoding."""
    data = encode_entry(entry)
    assert starts_with_seq(data, entry.seq)
    assert starts_with_seq(data, other) == (other == entry.seq)


@given(st.binary(max_size=200))
def test_random_bytes(data) -> None:
    """Random bytes are an EntryError or a canonical entry, nothing else."""
    try:
        entry = decode_entry(data)
    except EntryError as error:
        assert error.code is RefusalCode.BAD_ENTRY
        return
    assert encode_entry(entry) == data


def test_every_cut_and_every_flipped_bit_of_the_envelope() -> None:
    """Truncated entries are refused; a flipped bit is refused or gives another canonical entry."""
    data = make_entry(300)
    for end in range(len(data)):
        with pytest.raises(EntryError):
            decode_entry(data[:end])
    for bit in range(len(data) * 8):
        bent = bytearray(data)
        bent[bit // 8] ^= 1 << bit % 8
        try:
            entry = decode_entry(bytes(bent))
        except EntryError:
            continue
        assert encode_entry(entry) == bytes(bent) != data


GOOD = [3, 4, "sale", 1, [[LOT, 16, 5, 9, b""]], [[LOT, "money", 5], ["sales:b001", "money", -5]], b"\x80"]


def test_the_good_entry_of_the_table_is_good() -> None:
    """The table below changes one thing at a time in something that is accepted."""
    assert decode_entry(codec.encode(GOOD)).seq == 3


@pytest.mark.parametrize(
    ("index", "value"),
    [
        (0, 0),
        (0, -1),
        (0, 2**53 + 1),
        (0, "3"),
        (0, True),
        (0, None),
        (1, -1),
        (1, 1.0),
        (2, ""),
        (2, "Sale"),
        (2, "sale\n"),
        (2, "s" * 25),
        (2, "销售"),
        (3, 0),
        (3, 65_536),
        (4, None),
        (4, [[LOT[:15], 16, 5, 9, b""]]),
        (4, [[LOT + b"x", 16, 5, 9, b""]]),
        (4, [["L" * 16, 16, 5, 9, b""]]),
        (4, [[LOT, 0, 5, 9, b""]]),
        (4, [[LOT, 256, 5, 9, b""]]),
        (4, [[LOT, 16, 0, 9, b""]]),
        (4, [[LOT, 16, -5, 9, b""]]),
        (4, [[LOT, 16, 2**53 + 1, 9, b""]]),
        (4, [[LOT, 16, 5, -1, b""]]),
        (4, [[LOT, 16, 5, 9, b"x" * 17]]),
        (4, [[LOT, 16, 5, 9, "x"]]),
        (4, [[LOT, 16, 5, 9]]),
        (4, [[LOT, 16, 5, 9, b"", 1]]),
        (4, [[LOT, 16, 5, 9, b""]] * 1001),
        (5, [[LOT, "money", 5], ["sales:b001", "money", -4]]),
        (5, [[LOT, "money", 5], ["sales:b001", "bonus", -5]]),
        (5, [[LOT, "money", 0]]),
        (5, [[LOT, "money", 5.0], ["sales:b001", "money", -5.0]]),
        (5, [[LOT[:3], "money", 5], ["sales:b001", "money", -5]]),
        (5, [["", "money", 5], ["sales:b001", "money", -5]]),
        (5, [["a" * 129, "money", 5], ["sales:b001", "money", -5]]),
        (5, [[7, "money", 5], ["sales:b001", "money", -5]]),
        (5, [[None, "money", 5], ["sales:b001", "money", -5]]),
        (5, [[LOT, "", 5], ["sales:b001", "", -5]]),
        (5, [[LOT, b"money", 5], ["sales:b001", b"money", -5]]),
        (5, [[LOT, "money", 2**53 + 1], ["sales:b001", "money", -(2**53) - 1]]),
        (5, [[LOT, "money", 1], ["a", "money", -1]] * 2001),
        (6, "text"),
        (6, b"x" * 65_536),
        (6, None),
    ],
)
def test_one_wrong_thing(index, value) -> None:
    """Each wrong type, range, length or balance is a bad entry."""
    bad = [*GOOD[:index], value, *GOOD[index + 1 :]]
    with pytest.raises(EntryError):
        decode_entry(codec.encode(bad))


def test_wrong_number_of_fields() -> None:
    """An entry has seven fields, no more, no fewer."""
    for bad in (GOOD[:6], [*GOOD, 1], [], {}):
        with pytest.raises(EntryError):
            decode_entry(codec.encode(bad))


def test_non_canonical_forms() -> None:
    """The same values in longer forms are refused: one entry has one hash."""
    data = codec.encode(GOOD)
    for other in (b"\x97\xcc\x03" + data[2:], b"\xdc\x00\x07" + data[1:], data + b"\x00"):
        with pytest.raises(EntryError):
            decode_entry(other)


def test_unbalanced_envelopes_can_be_read_on_request() -> None:
    """HQ reads an unbalanced envelope to book it to suspense; nobody can write one."""
    bad = [*GOOD[:5], [[LOT, "money", 5]], b"\x80"]
    entry = decode_entry(codec.encode(bad), balanced=False)
    assert entry.postings == (EntryPosting(LOT, "money", 5),)
    with pytest.raises(EntryError):
        encode_entry(entry)


def test_writing_refuses_what_reading_refuses() -> None:
    """A wrong value is found when it is written, not when it arrives."""
    for seq, kind in ((0, "sale"), (1, "Sale"), (2**70, "sale"), (1, "\ud800")):
        with pytest.raises(EntryError):
            encode_entry(Entry(seq, 1, kind, 1, (), (), b""))
