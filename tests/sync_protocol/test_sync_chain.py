"""The hash chain, locators and common points."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sync_world import make_entry

from sync_protocol.chain import (
    LogIdentity,
    Point,
    Predecessor,
    common_point,
    extend,
    extend_all,
    first_hash,
    locator,
    locator_seqs,
)

IDENTITY = LogIdentity(b"c" * 16, b"n" * 16, b"i" * 16, b"k" * 32, Predecessor(b"p" * 16, 258, b"h" * 32))


def test_first_hash_is_the_formula_of_the_page() -> None:
    """h_0 hashes the label and every part of the identity in order."""
    parts = b"c" * 16 + b"n" * 16 + b"i" * 16 + b"k" * 32
    before = b"p" * 16 + (258).to_bytes(8, "big") + b"h" * 32
    assert first_hash(IDENTITY) == sha256(b"stayopen/1 log" + parts + before).digest()
    assert first_hash(IDENTITY._replace(predecessor=None)) == sha256(b"stayopen/1 log" + parts).digest()


def test_first_hash_depends_on_every_part() -> None:
    """Two logs that differ in anything have different first hashes."""
    others = [
        IDENTITY._replace(chain=b"x" * 16),
        IDENTITY._replace(node=b"x" * 16),
        IDENTITY._replace(incarnation=b"x" * 16),
        IDENTITY._replace(signing_key=b"x" * 32),
        IDENTITY._replace(predecessor=None),
        IDENTITY._replace(predecessor=Predecessor(b"p" * 16, 257, b"h" * 32)),
    ]
    assert len({first_hash(identity) for identity in [IDENTITY, *others]}) == 7


def test_wrong_lengths_are_the_callers_mistake() -> None:
    """Parts of other lengths could be shifted into each other, so they are refused."""
    with pytest.raises(ValueError, match="length"):
        first_hash(IDENTITY._replace(chain=b"c" * 15, node=b"n" * 17))


def test_extend_is_the_formula_of_the_page() -> None:
    """h_n hashes the label, the hash before and the entry; a run of entries gives every hash between."""
    one, two = make_entry(1), make_entry(2)
    first = extend(b"h" * 32, one)
    assert first == sha256(b"stayopen/1 entry" + b"h" * 32 + one).digest()
    assert extend_all(b"h" * 32, [one, two]) == [first, extend(first, two)]


def hash_of(seq: int, fork_at: int = 2**60, branch: bytes = b"") -> bytes:
    """A log's hash in a world where histories part behind `fork_at`."""
    return sha256(seq.to_bytes(8, "big") + (branch if seq > fork_at else b"")).digest()


@given(st.integers(0, 2**53))
def test_a_locator_reaches_from_head_to_start_in_few_steps(head) -> None:
    """It falls from the head to 0 and stays within its bound for any log."""
    seqs = locator_seqs(head)
    assert seqs[0] == head
    assert seqs[-1] == 0
    assert len(seqs) <= 64
    assert seqs == sorted(set(seqs), reverse=True)


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 5000))
def test_common_point_is_common_and_not_far_back(mine, theirs, fork_at) -> None:
    """The point found is in both logs, and at most as far behind the true one as that is from the peer's head."""
    points = locator(theirs, lambda seq: hash_of(seq, fork_at, b"theirs"))
    found = common_point(points, lambda seq: hash_of(seq, fork_at, b"mine") if seq <= mine else None)
    assert found is not None
    true = min(mine, theirs, fork_at)
    assert found.seq <= true
    assert true - found.seq <= theirs - true + 1
    assert found.hash == hash_of(found.seq)


def test_no_common_point_in_another_log() -> None:
    """Logs that do not share h_0 share nothing."""
    assert common_point([Point(1, b"a"), Point(0, b"b")], lambda _seq: b"c") is None
