"""What a member will want where: the last visits, two bytes each, and the weights that follow from them.

A sketch and no history: it bounds what HQ keeps about where people shop, and old habits fade. Nothing about value
depends on it; a lost sketch only makes the placement worse for some visits.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

import msgspec

from hq_server.rights.limits import AMOUNT_STEPS, DECAY_PERCENT, VISITS_KEPT, WEIGHT
from hq_server.storage.bulk import select_in
from hq_server.storage.database import Connection


def _size_classes() -> tuple[int, ...]:
    """100, 142, 200, 284, 400 …: upper bounds of receipt sizes, √2 apart, rounded up to even amounts."""
    return tuple((100 if step % 2 == 0 else 142) << (step // 2) for step in range(AMOUNT_STEPS))


AMOUNTS = _size_classes()
"""Upper bound of each class of receipts, minor units."""


def _weights() -> tuple[int, ...]:
    """Weights by age of a visit, the youngest first."""
    found = [WEIGHT]
    while len(found) < VISITS_KEPT:
        found.append(found[-1] * DECAY_PERCENT // 100)
    return tuple(found)


WEIGHTS = _weights()


class VisitLike(Protocol):
    """A visit as stage 2 tells of it: who bought where for how much (minor units)."""

    @property
    def member(self) -> bytes: ...  # noqa: D102
    @property
    def branch(self) -> str: ...  # noqa: D102
    @property
    def total(self) -> int: ...  # noqa: D102


class Sketch(NamedTuple):
    """The last visits, oldest first: pairs of bytes (index into `branches`, size class)."""

    branches: tuple[str, ...]
    visits: bytes


_EMPTY = Sketch((), b"")
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Sketch)


class Demand(NamedTuple):
    """Weights that follow from a sketch. ``sizes``: branch → size class → weight; ``weights``: branch → their sum."""

    weights: Mapping[str, int]
    sizes: Mapping[str, Mapping[int, int]]
    everywhere: Mapping[int, int]
    total: int


def seen(sketch: Sketch, visits: Sequence[tuple[str, int]]) -> Sketch:
    """Return the sketch after more visits ``(branch, receipt total)``; the oldest and unused branches fall out."""
    pairs = [(sketch.branches[n], size) for n, size in zip(sketch.visits[::2], sketch.visits[1::2], strict=True)]
    pairs += [(branch, size_class(total)) for branch, total in visits]
    pairs = pairs[-VISITS_KEPT:]
    branches = tuple(dict.fromkeys(branch for branch, _ in pairs))
    places = {branch: n for n, branch in enumerate(branches)}
    return Sketch(branches, bytes(byte for branch, size in pairs for byte in (places[branch], size)))


def size_class(amount: int) -> int:
    """Return the class of a receipt: the smallest whose upper bound covers it."""
    return min(bisect_left(AMOUNTS, amount), AMOUNT_STEPS - 1)


def demand(sketch: Sketch) -> Demand:
    """Weigh the visits of a sketch: young ones more."""
    weights: dict[str, int] = {}
    sizes: dict[str, dict[int, int]] = {}
    everywhere: dict[int, int] = {}
    total = 0
    names, visits = sketch.branches, sketch.visits
    for age, at in enumerate(range(len(visits) - 2, -1, -2)):
        weight = WEIGHTS[age]
        branch, size = names[visits[at]], visits[at + 1]
        weights[branch] = weights.get(branch, 0) + weight
        here = sizes.setdefault(branch, {})
        here[size] = here.get(size, 0) + weight
        everywhere[size] = everywhere.get(size, 0) + weight
        total += weight
    return Demand(weights, sizes, everywhere, total)


def load(conn: Connection, members: Iterable[bytes]) -> dict[bytes, Sketch]:
    """Return the sketches of members; one who never came has none."""
    rows = select_in(conn, "SELECT member, sketch FROM visits WHERE member IN ({})", set(members))
    return {member: _DECODER.decode(blob) for member, blob in rows}


def record(conn: Connection, visits: Iterable[VisitLike]) -> None:
    """Add visits to the members' sketches, in the caller's transaction."""
    fresh: dict[bytes, list[tuple[str, int]]] = {}
    for visit in visits:
        fresh.setdefault(visit.member, []).append((visit.branch, visit.total))
    known = load(conn, fresh)
    conn.executemany(
        "INSERT OR REPLACE INTO visits VALUES (?, ?)",
        [(member, _ENCODER.encode(seen(known.get(member, _EMPTY), of_member))) for member, of_member in fresh.items()],
    )
