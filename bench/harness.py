"""Interleave two pieces of work in one run and compare their medians: a drifting machine hits both alike."""

import json
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Times:
    """Medians in microseconds and their ratio (ours / control)."""

    ours_us: float
    control_us: float
    rounds: int

    @property
    def ratio(self) -> float:
        """How many times the control's time ours takes."""
        return self.ours_us / self.control_us


@dataclass(frozen=True)
class Figure:
    """One line of the table. ``at_most``, ``at_least``: the target, if any; ``details``: what it is made of."""

    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """The target in words."""
        return f"≤ {self.at_most}" if self.at_most else f"≥ {self.at_least}" if self.at_least else ""

    @property
    def met(self) -> bool:
        """Whether the target is reached; true where there is none."""
        above, below = self.at_most, self.at_least
        return (above is None or self.value <= above) and (below is None or self.value >= below)


def interleave(
    ours: Callable[[], object], control: Callable[[], object], rounds: int, prepare: Callable[[], object] = int
) -> Times:
    """Run `ours` and `control` alternately, `rounds` times each after a tenth of warm-up; `prepare` is not timed."""
    mine: list[int] = []
    bare: list[int] = []
    for turn in range(rounds + rounds // 10):
        prepare()
        for work, times in ((ours, mine), (control, bare)) if turn % 2 else ((control, bare), (ours, mine)):
            start = time.perf_counter_ns()
            work()
            elapsed = time.perf_counter_ns() - start
            if turn >= rounds // 10:
                times.append(elapsed)
    return Times(round(statistics.median(mine) / 1000, 1), round(statistics.median(bare) / 1000, 1), rounds)


def report(figures: Iterable[Figure]) -> None:
    """Print figures as JSON lines, one each."""
    for figure in figures:
        print(json.dumps(asdict(figure), ensure_ascii=False), flush=True)
