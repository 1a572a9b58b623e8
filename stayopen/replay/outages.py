"""When each branch has no line: exponential times between failures and of repair, per branch, from one seed."""

import random
from bisect import bisect_right
from dataclasses import dataclass

HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class OutageModel:
    """Mean hours between the ends and starts of outages, and their mean length."""

    mtbf_hours: float
    mean_hours: float

    @classmethod
    def parse(cls, text: str) -> "OutageModel":
        """Read ``mtbf_hours,mean_hours``; raises ValueError with what is wrong."""
        parts = text.split(",")
        if len(parts) != 2:
            message = f"expected mtbf_hours,mean_hours (two numbers), got {text!r}"
            raise ValueError(message)
        model = cls(float(parts[0]), float(parts[1]))
        if not (0 < model.mtbf_hours < float("inf") and 0 < model.mean_hours < float("inf")):
            message = f"both must be positive, got {text!r}"
            raise ValueError(message)
        return model


class Outages:
    """The outages of every branch between two times; a pure function of the seed."""

    def __init__(self, model: OutageModel | None, branches: list[int], start: int, end: int, seed: int) -> None:
        """Draw them all; `start` and `end` in ms. Without a model nothing ever fails."""
        self._starts: dict[int, list[int]] = {}
        self._ends: dict[int, list[int]] = {}
        for branch in branches:
            starts, ends = self._starts.setdefault(branch, []), self._ends.setdefault(branch, [])
            if model is None:
                continue
            dice = random.Random(f"{seed}/outages/{branch}")
            at = start
            while True:
                at += int(dice.expovariate(1 / model.mtbf_hours) * HOUR_MS) + 1
                if at >= end:
                    break
                starts.append(at)
                at += int(dice.expovariate(1 / model.mean_hours) * HOUR_MS) + 1
                ends.append(at)

    def is_out(self, branch: int, at: int) -> bool:
        """Tell whether `branch` has no line at `at`."""
        n = bisect_right(self._starts[branch], at)
        return n > 0 and at < self._ends[branch][n - 1]

    def count(self) -> int:
        """Return how many outages there are in all."""
        return sum(map(len, self._starts.values()))
