"""`python -m benchmarks`: run the sections asked for, print them, and write benchmarks/results/<day>.md."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import machine, report, sections
from benchmarks.agreement import DisagreementError
from benchmarks.events import above_vendors
from benchmarks.graphs import LARGE_SIZE, MIDDLE, SIZES, SMALL, OwnershipGraph, ownership_graph
from benchmarks.large import large
from benchmarks.ours import Ours
from benchmarks.peers import Missing
from benchmarks.report import Section
from benchmarks.timing import seconds

SECTIONS = ("all", "one", "incremental", "large")
RESULTS = Path(__file__).parent / "results"


def main() -> int:
    asked = _arguments()
    plan = sections.Plan(asked.cut, asked.rounds, asked.seed, os.environ.get("DATABASE_URL", ""))
    done: list[Section] = []
    try:
        for section in _sections(asked, plan):
            print("\n".join(section.lines), flush=True)
            done.append(section)
    except Missing as reason:
        print(f"Ours cannot run: {reason}", file=sys.stderr)
        return 1
    except DisagreementError as reason:
        print(f"Stopped, for answers differ and times would mean nothing: {reason}", file=sys.stderr)
        return 1
    command = " ".join(["python -m benchmarks", *map(shlex.quote, sys.argv[1:])])
    head = [*machine.described(), f"Command: `{command}`", f"Rounds: {plan.rounds}, medians; cut {plan.cut:g}"]
    path = report.written(asked.results, time.strftime("%Y-%m-%d", time.gmtime()), head, done)
    print(f"Written to {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", help=f"which of {', '.join(SECTIONS)}; all of them if none is named")
    parser.add_argument("--size", choices=SIZES, default=MIDDLE.name, help="the graph of the side-by-side runs")
    parser.add_argument("--largest", choices=SIZES, default=LARGE_SIZE.name, help="the graph of the section large")
    parser.add_argument("--cut", type=float, default=1e-3, help="the largest weight of a path that may be dropped")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each contender")
    parser.add_argument("--seed", type=int, default=1, help="of the graphs and of what is drawn from them")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the result file")
    asked = parser.parse_args()
    if unknown := set(asked.sections) - set(SECTIONS):
        parser.error(f"No section is called {', '.join(sorted(unknown))}: choose among {', '.join(SECTIONS)}.")
    return asked


def _sections(asked: argparse.Namespace, plan: sections.Plan) -> Iterator[Section]:
    wanted = frozenset(asked.sections or SECTIONS)
    yield _compiled(plan)
    yield sections.agreement(plan)
    if wanted - {"large"}:
        graph = ownership_graph(SIZES[asked.size], plan.seed)
        yield from _side_by_side(graph, wanted, plan)
    if "large" in wanted:
        yield large(SIZES[asked.largest], plan.cut, plan.seed, plan.rounds)


def _side_by_side(graph: OwnershipGraph, wanted: frozenset[str], plan: sections.Plan) -> Iterator[Section]:
    contenders, missing = sections.peers(graph, plan)
    told = f"{graph.edges:,} edges, {graph.count:,} parties, {len(graph.vendors):,} vendors"
    above = f"{int(above_vendors(graph).sum()):,} parties are vendors or above one: what all vendors together touch."
    yield Section("Side by side", notes=[f"The graph: {told}.", above, *missing])
    if "all" in wanted:
        yield sections.all_vendors(graph, contenders, plan)
    if "one" in wanted:
        yield sections.one_vendor(graph, contenders, plan)
    del contenders
    if "incremental" in wanted:
        yield sections.incremental(graph, plan)


def _compiled(plan: sections.Plan) -> Section:
    """What the first run in a process pays and no later one: compiling, or loading what an earlier one compiled."""
    small = ownership_graph(SMALL, plan.seed)
    first = seconds(lambda: Ours(small, plan.cut).run(small.vendors))
    again = seconds(lambda: Ours(small, plan.cut).run(small.vendors))
    note = f"First run of the process {report.duration(first)}, the same run again {report.duration(again)}."
    return Section("Compiling", notes=[note, "No other figure holds it."])


if __name__ == "__main__":
    raise SystemExit(main())
