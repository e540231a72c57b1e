"""Exposures of many subjects of one graph as they are stored: whole millionths of a percent, outwards rounded.

By the bulk kernel where the graph is large and numpy and numba are there, else by the plain engine.
"""

import importlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from math import ceil, floor
from typing import Any, Protocol
from uuid import UUID

from conflicts.engine.bounds import WHOLE
from conflicts.engine.exposures import exposures_of
from conflicts.engine.snapshot import Snapshot
from conflicts.engine.walks import EngineRefusalError

CUT = 5e-4
"""The largest share of a path that may be dropped, a fraction of one; what is dropped is booked to the highs.

On the graph of the benchmarks (1M stakes) what is booked for whoever is not listed passes the line of 5% at 7% of the
vendors with 1e-3, at 0.3% with this one, for a third more rows.
"""

IN_BULK = 5_000
"""Parties from which on the kernel is worth what it takes to load and compile."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A holder reaches a subject; parties by row id, `path` from the holder down to the subject."""

    holder: UUID
    low: int
    high: int
    must_control: bool
    may_control: bool
    path: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Exposed:
    """One subject with all that reach it; anybody else has at most `rest` of it and no control.

    The rest is 100% and nobody is named where the engine refused: then nothing is excluded.
    """

    subject: UUID
    rest: int
    reaches: tuple[Reach, ...]


class Engine(Protocol):
    """Whoever works exposures out."""

    def work_out(self, subjects: Iterable[UUID]) -> Iterator[Exposed]:
        """Tell the exposures of these parties of the graph, one after the other."""


def has_kernel() -> bool:
    """Whether the packages of the bulk kernel are installed."""
    return all(find_spec(name) is not None for name in ("numpy", "numba"))


def cut_for(parties: int) -> float:
    """Return the cut by which a graph of so many parties is worked out: 0 by the plain engine, CUT by the kernel."""
    return CUT if parties >= IN_BULK and has_kernel() else 0.0


def engine_for(snap: Snapshot, keys: Mapping[str, UUID], cut: float) -> Engine:
    """Return who works a snapshot out with this cut; `keys` are the row ids of all its parties, by name."""
    if not cut:
        return PlainEngine(snap, keys)
    graph, names = importlib.import_module("conflicts.engine.kernel").bulk_graph(snap)
    return BulkEngine(graph, tuple(keys[name] for name in names), cut)


@dataclass(frozen=True, slots=True)
class BulkEngine:
    """The kernel on a BulkGraph of its own; `keys` are the row ids of the parties 0, 1, ..."""

    graph: Any
    keys: Sequence[UUID]
    cut: float

    def work_out(self, subjects: Iterable[UUID]) -> Iterator[Exposed]:
        """Search for all of them at once, then tell each; raises EngineRefusalError where that is too much."""
        # By name, so that no process but a job's pays for numpy.
        kernel = importlib.import_module("conflicts.engine.kernel").Kernel(self.graph, self.cut)
        asked = frozenset(subjects)
        places = [place for place, key in enumerate(self.keys) if key in asked and not self.graph.hidden[place]]
        kernel.run(places)
        for place in places:
            yield self._exposed(kernel, place)

    def _exposed(self, kernel: Any, place: int) -> Exposed:  # noqa: ANN401 - the kernel's, imported by name
        found, chains, keys = kernel.exposures(place), kernel.paths(place), self.keys
        columns = (found.holder, found.low, found.high, found.must, found.may)
        reaches = (
            Reach(keys[holder], floor(low * WHOLE), _up(high), must, may, tuple(keys[one] for one in chains[holder]))
            for holder, low, high, must, may in zip(*(column.tolist() for column in columns), strict=True)
        )
        return Exposed(keys[place], _up(found.rest), tuple(reaches))


@dataclass(frozen=True, slots=True)
class PlainEngine:
    """The readable reference on a snapshot; `keys` are the row ids of all its parties, by name."""

    snap: Snapshot
    keys: Mapping[str, UUID]

    def work_out(self, subjects: Iterable[UUID]) -> Iterator[Exposed]:
        """Tell each by itself; where the engine refuses one, nothing of it is excluded."""
        asked = frozenset(subjects)
        for name in sorted(self.keys):
            if self.keys[name] in asked and name not in self.snap.joint:
                yield self._exposed(name)

    def _exposed(self, subject: str) -> Exposed:
        try:
            found = exposures_of(self.snap, subject)
        except EngineRefusalError:
            return Exposed(self.keys[subject], WHOLE, ())
        reaches = []
        for name, one in sorted(found.items()):
            way = tuple(self.keys[party] for party in one.path)
            reach = Reach(self.keys[name], floor(one.low), ceil(one.high), one.must_control, one.may_control, way)
            reaches.append(reach)
        return Exposed(self.keys[subject], 0, tuple(reaches))


def _up(fraction: float) -> int:
    return min(WHOLE, ceil(fraction * WHOLE))
