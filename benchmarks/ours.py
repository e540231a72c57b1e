"""Our kernel, driven as the peers are: load a graph, ask for vendors, take the answer as arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from benchmarks.agreement import Exposures
from benchmarks.events import Event
from benchmarks.graphs import Ids, OwnershipGraph
from benchmarks.peers import library

# The engine counts votes in millionths of a percent.
WHOLE = 100_000_000


class Ours:
    """Both bounds of every holder above the vendors asked for; control flags too where `controlling`."""

    name = "Armslength"

    def __init__(self, graph: OwnershipGraph, cut: float, *, controlling: bool = False) -> None:
        self.module: Any = library("conflicts.engine.kernel")
        votes = self._votes(graph) if controlling else None
        rows = (graph.count, graph.ptr, graph.owner, graph.low, graph.high)
        self.kernel: Any = self.module.Kernel(self.module.BulkGraph.from_arrays(*rows, votes=votes), cut=cut)

    def run(self, vendors: Ids) -> None:
        self.kernel.run(vendors)

    def one(self, vendor: int) -> object:
        """Both bounds for one vendor, handed over."""
        return self.kernel.bounds(vendor)

    def exposures(self, vendors: Ids) -> Exposures:
        """What the last run found for these vendors."""
        rows = [self.kernel.exposures(int(vendor)) for vendor in vendors]
        return Exposures(
            np.repeat(vendors, [len(row.holder) for row in rows]).astype(np.int64),
            np.concatenate([row.holder for row in rows]).astype(np.int64),
            np.concatenate([row.low for row in rows]),
            np.concatenate([row.high for row in rows]),
            vendors,
            np.array([row.rest for row in rows], dtype=np.float64),
        )

    def update(self, events: Iterable[Event]) -> object:
        """Apply the events as one change; answers with the vendors whose exposures moved."""
        held, change = self.module.Held, self.module.Change
        rows = [change(event.subject, stakes=held(event.owner, event.low, event.high)) for event in events]
        return self.kernel.update(rows)

    def _votes(self, graph: OwnershipGraph) -> object:
        """Shares as votes (SEMANTICS 2.4), highs rounded up."""
        low = np.floor(graph.low * WHOLE + 0.5).astype(np.int64)
        high = np.maximum(np.ceil(graph.high * WHOLE - 1e-3).astype(np.int64), low)
        return self.module.Votes(graph.owner, low, high, np.zeros(graph.edges, np.bool_), graph.ptr)
