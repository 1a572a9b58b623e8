"""Interleave two pieces of work in one run and compare their medians: a drifting machine hits both alike."""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Ratio:
    """Medians in microseconds and their ratio (ours / control)."""

    name: str
    ours_us: float
    control_us: float
    ratio: float
    rounds: int


def interleave(
    name: str,
    ours: Callable[[], object],
    control: Callable[[], object],
    rounds: int,
    prepare: Callable[[], object] = int,
) -> Ratio:
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
    ours_us, control_us = statistics.median(mine) / 1000, statistics.median(bare) / 1000
    return Ratio(name, round(ours_us, 1), round(control_us, 1), round(ours_us / control_us, 2), rounds)


def report(*figures: object) -> None:
    """Print figures as JSON lines, one each."""
    for figure in figures:
        print(json.dumps(asdict(figure) if hasattr(figure, "__dataclass_fields__") else figure, ensure_ascii=False))
