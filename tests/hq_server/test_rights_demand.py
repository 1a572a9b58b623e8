"""The sketch of where members buy."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hq_server.reconcile.actions import Visit
from hq_server.rights import demand as d
from hq_server.rights.limits import AMOUNT_STEPS, VISITS_KEPT
from hq_server.storage.database import open_connection
from hq_server.storage.migrate import migrate

VISITS = st.lists(st.tuples(st.sampled_from(["b001", "b002", "b003"]), st.integers(0, 10**9)), max_size=150)
EMPTY = d.Sketch((), b"")


@given(VISITS)
@settings(derandomize=True, max_examples=80, deadline=None)
def test_sketch_remembers_the_last_visits(visits):
    """A sketch is the last visits, however they were handed in, and never grows beyond its bound."""
    at_once = d.seen(EMPTY, visits)
    one_by_one = EMPTY
    for visit in visits:
        one_by_one = d.seen(one_by_one, [visit])
    assert at_once == one_by_one
    names = [at_once.branches[n] for n in at_once.visits[::2]]
    assert names == [branch for branch, _ in visits[-VISITS_KEPT:]]
    assert set(at_once.branches) == set(names)


@given(VISITS)
@settings(derandomize=True, max_examples=80, deadline=None)
def test_weights_agree(visits):
    """Weights per branch, per size and in all are the same sums."""
    wish = d.demand(d.seen(EMPTY, visits))
    assert sum(wish.weights.values()) == wish.total == sum(wish.everywhere.values())
    for branch, weight in wish.weights.items():
        assert sum(wish.sizes[branch].values()) == weight > 0


def test_young_visits_weigh_more():
    """Who moved to another branch is expected there within a month of visits."""
    wish = d.demand(d.seen(EMPTY, [("old", 1_000)] * 40 + [("new", 1_000)] * 14))
    assert wish.weights["new"] > wish.weights["old"]


@given(st.integers(0, 2**53))
@settings(derandomize=True, max_examples=100)
def test_size_class_covers_the_receipt(amount):
    """A receipt's class reaches it, and the class below does not."""
    size = d.size_class(amount)
    assert 0 <= size < AMOUNT_STEPS <= 256
    assert d.AMOUNTS[size] >= amount or size == AMOUNT_STEPS - 1
    assert size == 0 or d.AMOUNTS[size - 1] < amount


def test_size_classes_rise_to_any_receipt():
    """Classes rise by about √2 from 1.00 to beyond what anybody pays at once."""
    assert list(d.AMOUNTS) == sorted(set(d.AMOUNTS))
    assert d.AMOUNTS[0] == 100
    assert d.AMOUNTS[-1] > 100_000_000


def test_sketches_are_kept(tmp_path):
    """What is recorded is what is loaded; members who never came have nothing."""
    conn = open_connection(tmp_path / "hq.db")
    migrate(conn)
    member = b"m" * 16
    d.record(conn, [Visit(member, "b001", "2026-11-29", 1_000, 0), Visit(member, "b002", "2026-11-29", 90, 90)])
    d.record(conn, [Visit(member, "b001", "2026-11-30", 5, 5)])
    assert d.load(conn, [member, b"n" * 16]) == {member: d.seen(EMPTY, [("b001", 1_000), ("b002", 90), ("b001", 5)])}
    conn.close()
