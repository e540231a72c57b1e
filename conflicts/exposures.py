"""Exposures of many subjects of one snapshot as they are stored: whole millionths of a percent, outwards rounded.

By the bulk kernel where the graph is large and numpy and numba are there, else by the plain engine.
"""

import importlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from math import ceil, floor
from typing import Any

from conflicts.engine.bounds import WHOLE
from conflicts.engine.control import HALF
from conflicts.engine.control_paths import control_tree
from conflicts.engine.exposures import Chain, exposures_of, heaviest_chains
from conflicts.engine.snapshot import Snapshot
from conflicts.engine.walks import EngineRefusalError

CUT = 1e-3
"""The largest share of a path that may be dropped, a fraction of one; what is dropped is booked to the highs."""

IN_BULK = 5_000
"""Parties from which on the kernel is worth what it takes to load and compile."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A holder reaches a subject; parties by slug, `path` from the holder down to the subject."""

    holder: str
    low: int
    high: int
    must_control: bool
    may_control: bool
    path: Chain


@dataclass(frozen=True, slots=True)
class Exposed:
    """One subject with all that reach it; anybody else has at most `rest` of it and no control.

    The rest is 100% and nobody is named where the engine refused: then nothing is excluded.
    """

    subject: str
    rest: int
    reaches: tuple[Reach, ...]


def has_kernel() -> bool:
    """Whether the packages of the bulk kernel are installed."""
    return all(find_spec(name) is not None for name in ("numpy", "numba"))


def cut_for(parties: int) -> float:
    """Return the cut by which a graph of so many parties is worked out: 0 by the plain engine, CUT by the kernel."""
    return CUT if parties >= IN_BULK and has_kernel() else 0.0


def exposed(snap: Snapshot, subjects: Sequence[str], cut: float) -> Iterator[Exposed]:
    """Work out the exposures of these parties of the snapshot, in their order."""
    return _in_bulk(snap, subjects) if cut else (_plainly(snap, subject) for subject in subjects)


def _in_bulk(snap: Snapshot, subjects: Sequence[str]) -> Iterator[Exposed]:
    # By name, so that no process but a job's pays for numpy.
    bulk: Any = importlib.import_module("conflicts.engine.kernel")
    graph, names = bulk.bulk_graph(snap)
    ids = {name: place for place, name in enumerate(names)}
    kernel = bulk.Kernel(graph, CUT)
    kernel.run([ids[subject] for subject in subjects])
    for subject in subjects:
        found = kernel.exposures(ids[subject])
        columns = (found.holder, found.low, found.high, found.must, found.may)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        chains = heaviest_chains(snap, subject)
        reaches = (
            Reach(names[holder], floor(low * WHOLE), _up(high), must, may, _way(snap, names[holder], chains, subject))
            for holder, low, high, must, may in rows
        )
        yield Exposed(subject, _up(found.rest), _by_name(reaches))


def _plainly(snap: Snapshot, subject: str) -> Exposed:
    try:
        found = exposures_of(snap, subject)
    except EngineRefusalError:
        return Exposed(subject, WHOLE, ())
    chains = heaviest_chains(snap, subject)
    reaches = (
        Reach(
            name, floor(one.low), ceil(one.high), one.must_control, one.may_control, _way(snap, name, chains, subject)
        )
        for name, one in found.items()
    )
    return Exposed(subject, 0, _by_name(reaches))


def _way(snap: Snapshot, holder: str, chains: dict[str, Chain], subject: str) -> Chain:
    """The heaviest chain, else the shortest chain of control; the names of joint holders stand in neither."""
    if holder in chains:
        return chains[holder]
    came, way = control_tree(snap, holder, may=True, line=HALF), [subject]
    while way[0] != holder and way[0] in came:
        way.insert(0, came[way[0]][0])
    return tuple(way) if way[0] == holder else ()


def _by_name(reaches: Iterable[Reach]) -> tuple[Reach, ...]:
    return tuple(sorted(reaches, key=lambda reach: reach.holder))


def _up(fraction: float) -> int:
    return min(WHOLE, ceil(fraction * WHOLE))
