"""The questions of `make bench`, one function each, from a graph to a section of the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from statistics import mean, median

import numpy as np

from benchmarks.agreement import DisagreementError, check
from benchmarks.events import Event, as_it_was, hub_event, stake_events
from benchmarks.graphs import SMALL, Ids, OwnershipGraph, ownership_graph
from benchmarks.ours import Ours
from benchmarks.peers import DuckDB, Missing, Networkx, Peer, PostgreSQL, Scipy
from benchmarks.report import Row, Section, compared, duration
from benchmarks.timing import Timing, seconds, side_by_side

# One vendor is a matter of microseconds: each run asks for so many, one after the other. With fewer the figure tells
# most of all how cold the contender before has left the caches.
SAMPLE = 300
EVENTS = 100
FLAGGED = "Armslength with control flags"
BOUNDS = {Ours.name: "both", FLAGGED: "both"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What the command line asked for; `url` is empty where no PostgreSQL was given."""

    cut: float
    rounds: int
    seed: int
    url: str


def peers(graph: OwnershipGraph, plan: Plan) -> tuple[list[Peer], list[str]]:
    """The peers that can run here, loaded, and a sentence for each that cannot."""
    found: list[Peer] = []
    missing: list[str] = []
    kinds: list[Callable[[OwnershipGraph, float], Peer]] = [DuckDB, partial(PostgreSQL, url=plan.url), Networkx, Scipy]
    for kind in kinds:
        try:
            found.append(kind(graph, plan.cut))
        except Missing as reason:
            missing.append(f"Left out: {reason}")
    return found, missing


def agreement(plan: Plan) -> Section:
    """Everybody's answers on the small graph against the truth; raises DisagreementError."""
    graph = ownership_graph(SMALL, plan.seed)
    contenders, missing = peers(graph, plan)
    ours = Ours(graph, plan.cut)
    ours.run(graph.vendors)
    answers = {peer.name: peer.walks(graph.vendors) for peer in contenders}
    seen = check(graph, ours.exposures(graph.vendors), answers)
    return Section(f"Agreement on {graph.edges:,} edges and {len(graph.vendors)} vendors", notes=[*seen, *missing])


def all_vendors(graph: OwnershipGraph, contenders: list[Peer], plan: Plan) -> Section:
    """Everybody works out all vendors; nothing is carried over the wire."""
    ours, flagged = Ours(graph, plan.cut), Ours(graph, plan.cut, controlling=True)
    runs: dict[str, Callable[[], object]] = {Ours.name: partial(ours.run, graph.vendors)}
    runs |= {peer.name: partial(peer.run, graph.vendors) for peer in contenders}
    runs[FLAGGED] = partial(flagged.run, graph.vendors)
    rows = compared(side_by_side(runs, plan.rounds), BOUNDS)
    section = Section(f"All {len(graph.vendors):,} vendors", rows)
    section.notes.append("Floors of the issue: DuckDB 3x, PostgreSQL 10x.")
    return section


def one_vendor(graph: OwnershipGraph, contenders: list[Peer], plan: Plan) -> Section:
    """Everybody answers for vendors one by one, the answer handed over each time."""
    rng = np.random.default_rng(plan.seed)
    sample = np.sort(rng.choice(graph.vendors, min(SAMPLE, len(graph.vendors)), replace=False))
    ours = Ours(graph, plan.cut)
    runs: dict[str, Callable[[], object]] = {Ours.name: partial(_one_by_one, ours.one, sample)}
    runs |= {peer.name: partial(_one_by_one, partial(_delivered, peer), sample) for peer in contenders}
    timings = {name: timing.each(len(sample)) for name, timing in side_by_side(runs, plan.rounds).items()}
    section = Section("One vendor", compared(timings, BOUNDS))
    section.notes.append(f"Per vendor, over the same {len(sample)} random vendors each run. Floor: networkx 20x.")
    return section


def _one_by_one(ask: Callable[[int], object], vendors: Ids) -> None:
    for vendor in vendors.tolist():
        ask(vendor)


def _delivered(peer: Peer, vendor: int) -> object:
    if isinstance(peer, Networkx):
        return peer.above(vendor)
    return peer.walks(np.array([vendor], dtype=np.int32))


def incremental(graph: OwnershipGraph, plan: Plan) -> Section:
    """Events on a graph whose vendors are all stored, against working all vendors out again."""
    live = Ours(graph, plan.cut)
    live.run(graph.vendors)
    hub, reach = hub_event(graph)
    costs: dict[str, list[float]] = {"full run": [], "rebuild": [], "mean event": [], "widest hub": []}
    single: list[float] = []
    full = Ours(graph, plan.cut)
    full.run(graph.vendors)
    _there_and_back(live, graph, hub)
    for turn in range(plan.rounds):
        costs["full run"].append(seconds(partial(full.run, graph.vendors)))
        costs["rebuild"].append(seconds(partial(_rebuilt, graph, plan)))
        events = stake_events(graph, EVENTS, plan.seed + turn)
        times = [time for event in events for time in _there_and_back(live, graph, event)]
        single.extend(times)
        costs["mean event"].append(mean(times))
        costs["widest hub"].append(max(_there_and_back(live, graph, hub)))
    section = Section("Incremental", _event_rows(costs), ratio_to="a full run")
    section.notes += [
        f"An event changes one random stake that a vendor stands on, and is taken back: {len(single):,} updates.",
        f"Half of the updates take at most {duration(median(single))}, the slowest {duration(max(single))}.",
        f"The widest hub carries {reach:,} parties; it gets a holder of 60% and loses it: the slower of the two.",
        "Floors: mean event 100x cheaper than a full run; the hub at most 1.3x a rebuild (arrays and all vendors).",
        _same_as_fresh(live, graph, stake_events(graph, EVENTS, plan.seed), plan),
    ]
    return section


def _rebuilt(graph: OwnershipGraph, plan: Plan) -> Ours:
    ours = Ours(graph, plan.cut)
    ours.run(graph.vendors)
    return ours


def _there_and_back(live: Ours, graph: OwnershipGraph, event: Event) -> tuple[float, float]:
    back = as_it_was(graph, event.subject)
    return seconds(partial(live.update, [event])), seconds(partial(live.update, [back]))


def _event_rows(costs: Mapping[str, list[float]]) -> list[Row]:
    """The first, a full run, is the yardstick, so small ratios are good here."""
    timings = {name: Timing(tuple(times)) for name, times in costs.items()}
    return compared(timings, dict.fromkeys(timings, "both"))


def _same_as_fresh(live: Ours, graph: OwnershipGraph, events: list[Event], plan: Plan) -> str:
    """Apply events for good and demand, to the last bit, what a fresh kernel finds on the changed graph."""
    low, high = graph.low.copy(), graph.high.copy()
    for event in events:
        rows = slice(graph.ptr[event.subject], graph.ptr[event.subject + 1])
        low[rows], high[rows] = event.low, event.high
        live.update([event])
    changed = OwnershipGraph(graph.count, graph.ptr, graph.owner, low, high, graph.vendors, graph.core)
    ours, fresh = (kernel.exposures(graph.vendors) for kernel in (live, _rebuilt(changed, plan)))
    differing = [name for name in ours._fields if not np.array_equal(getattr(ours, name), getattr(fresh, name))]
    if differing:
        raise DisagreementError(f"After {len(events)} events, of the stored exposures these differ: {differing}.")
    return f"After {len(events)} events for good, all {len(ours.vendor):,} stored pairs equal a fresh run's to the bit."
