"""The largest graph in a process of its own, so that its peak of memory is that of the kernel alone.

The runner draws the graph, saves it and calls `python -m benchmarks.large FOLDER CUT`; the answer is one line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import TypedDict

import numpy as np

from benchmarks.graphs import SMALL, OwnershipGraph, Size, ownership_graph
from benchmarks.machine import peak_memory
from benchmarks.ours import Ours
from benchmarks.report import Row, Section
from benchmarks.timing import Timing, seconds

LIMIT = 6 * 2**30


class Outcome(TypedDict):
    """Seconds to build the kernel's graph and to work all vendors out; bytes at the peak and before the kernel."""

    build: float
    run: float
    peak: int
    loaded: int


def large(size: Size, cut: float, seed: int, rounds: int) -> Section:
    """Both bounds of all vendors of the largest graph: times, and the most memory over the rounds."""
    graph = ownership_graph(size, seed)
    with tempfile.TemporaryDirectory() as folder:
        _save(graph, Path(folder))
        outcomes = [_in_child(Path(folder), cut) for _ in range(rounds)]
    build, run = (Timing(tuple(o[key] for o in outcomes)) for key in ("build", "run"))
    section = Section(f"{graph.edges:,} edges, {len(graph.vendors):,} vendors, cut {cut:g}")
    section.rows = [Row("all vendors", "both", run), Row("the kernel's graph from arrays", "-", build)]
    peak, loaded = (max(o[key] for o in outcomes) for key in ("peak", "loaded"))
    verdict = "within" if peak <= LIMIT else "OVER"
    section.notes = [
        f"Peak of memory {peak / 2**30:.2f} GiB, {verdict} the limit of {LIMIT / 2**30:.0f} GiB.",
        f"Before the kernel began it was {loaded / 2**30:.2f} GiB: Python, its libraries, the arrays of the graph.",
    ]
    return section


def _save(graph: OwnershipGraph, folder: Path) -> None:
    for field in fields(graph):
        np.save(folder / f"{field.name}.npy", getattr(graph, field.name))


def _load(folder: Path) -> OwnershipGraph:
    arrays = {field.name: np.load(folder / f"{field.name}.npy") for field in fields(OwnershipGraph)}
    return OwnershipGraph(**{**arrays, "count": int(arrays["count"])})


def _in_child(folder: Path, cut: float) -> Outcome:
    command = [sys.executable, "-m", "benchmarks.large", str(folder), str(cut)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=Path(__file__).parents[1])
    outcome: Outcome = json.loads(done.stdout)
    return outcome


def _measured(folder: Path, cut: float) -> Outcome:
    # A small run first: compiled code is loaded before anything is measured.
    small = ownership_graph(SMALL)
    Ours(small, cut).run(small.vendors)
    graph = _load(folder)
    loaded = peak_memory()
    made: list[Ours] = []
    build = seconds(lambda: made.append(Ours(graph, cut)))
    run = seconds(partial(made[0].run, graph.vendors))
    return Outcome(build=build, run=run, peak=peak_memory(), loaded=loaded)


if __name__ == "__main__":
    print(json.dumps(_measured(Path(sys.argv[1]), float(sys.argv[2]))))
