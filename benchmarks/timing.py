"""Side-by-side runs: A B C A B C, so that a slow minute of the machine falls on all of them."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import NamedTuple


class Timing(NamedTuple):
    """Seconds of each run, in the order of the rounds."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def spread(self) -> tuple[float, float]:
        """The fastest and the slowest run."""
        return min(self.seconds), max(self.seconds)

    def each(self, count: int) -> Timing:
        """The same runs, told per one of the `count` equal things that each of them did."""
        return Timing(tuple(second / count for second in self.seconds))


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def side_by_side(contenders: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, Timing]:
    """Run each once unmeasured, then all in turn `rounds` times."""
    for work in contenders.values():
        work()
    # What is loaded by now stays: the collector shall not walk one contender's graph in another's run.
    gc.collect()
    gc.freeze()
    runs: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, work in contenders.items():
            runs[name].append(seconds(work))
    gc.unfreeze()
    return {name: Timing(tuple(times)) for name, times in runs.items()}
