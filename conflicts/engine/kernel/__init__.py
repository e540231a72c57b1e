"""Exposures of many vendors at once, on arrays; numpy and numba are imported nowhere else.

    graph = BulkGraph.from_arrays(count, ptr, owner, low, high)
    kernel = Kernel(graph, cut=1e-3)
    kernel.run(vendors)
    rows = kernel.exposures(vendor)       # rows.holder, .low, .high, .must, .may, .rest
    chains = kernel.paths(vendor)         # by holder, down to the vendor
    moved = kernel.update([Change(subject, stakes=Held(owner, low, high))])

`ptr` (int64, count + 1) and `owner` (int32) are CSR by subject: what is held in v stands at ptr[v] : ptr[v + 1].
`low` and `high` (float64) are fractions of one, tightened. Optional keywords: `assertions=Held(owner, low, high,
ptr)`, `votes=Votes(owner, low, high, is_open, ptr)` in whole millionths of a percent, `grants=Grants(owner, must,
ptr)`, `hidden` (bool, count) for joint names. `bulk_graph(snapshot)` builds one, with the names of its ids.

`conflicts.engine.exposures` is the readable reference; properties hold the two equal.
"""

from conflicts.engine.kernel.bulk import Exposures, Kernel
from conflicts.engine.kernel.graph import BulkGraph, Change, Grants, Held, Votes
from conflicts.engine.kernel.translation import bulk_graph, rows_of

__all__ = ["BulkGraph", "Change", "Exposures", "Grants", "Held", "Kernel", "Votes", "bulk_graph", "rows_of"]
