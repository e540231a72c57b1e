"""What is measured against ours: one bound each, the low one, by walks up that add up products of lows.

A walk is dropped where its product of lows falls below the cut. DuckDB, PostgreSQL and networkx look at each walk;
scipy adds the walks of one length that end at one party first, so it drops no more than they do. All sum over walks
and not over first meetings: for a ring member that is its chance of being met times the walks from it back to itself
(SEMANTICS 3.1), a division that they are let off.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any, NamedTuple, Protocol

import numpy as np

from benchmarks.graphs import Ids, Ints, OwnershipGraph, Shares

WALKS = """
    WITH RECURSIVE walk (vendor, party, weight) AS (
        SELECT id, id, 1.0::double precision FROM {vendors}
        UNION ALL
        SELECT walk.vendor, stake.holder, walk.weight * stake.low
        FROM walk JOIN stake ON stake.subject = walk.party
        WHERE walk.weight * stake.low >= {cut}
    )
    SELECT vendor, party, sum(weight) AS weight FROM walk GROUP BY vendor, party
"""

COUNTED = "SELECT count(*), sum(weight) FROM ({question}) AS found"


class Pairs(NamedTuple):
    """Vendor, party above it (or itself, weight 1 and more), sum of the weights of the walks between; no order."""

    vendor: Ints
    party: Ints
    weight: Shares


NOTHING = Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))


class Peer(Protocol):
    """A way to find who is above vendors, with the graph already loaded."""

    name: str

    def run(self, vendors: Ids) -> object:
        """Work the answer out and leave it where it is; this is what many vendors are timed by."""

    def walks(self, vendors: Ids) -> Pairs:
        """Hand the answer over; this is what one vendor is timed by."""


class Missing(Exception):  # noqa: N818 - it is a state of the machine, and the runner goes on without
    """A peer that cannot run here; the message says what to do."""


def library(name: str) -> ModuleType:
    """The module of a peer, or Missing."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise Missing(f"{name} is not installed: .venv/bin/pip install {name.split('.', maxsplit=1)[0]}") from error


class DuckDB:
    """Recursive SQL with all threads over a table sorted by what is joined on, so that its zone maps help."""

    name = "DuckDB recursive SQL"

    def __init__(self, graph: OwnershipGraph, cut: float) -> None:
        self.connection = library("duckdb").connect()
        stake = {"subject": graph.subject, "holder": graph.owner, "low": graph.low}
        self.connection.register("given", stake)
        self.connection.execute("CREATE TABLE stake AS SELECT * FROM given ORDER BY subject")
        self.connection.unregister("given")
        self.question = WALKS.format(vendors="asked", cut=cut)
        self.counted = COUNTED.format(question=self.question)

    def run(self, vendors: Ids) -> object:
        return self._asked(self.counted, vendors).fetchall()

    def walks(self, vendors: Ids) -> Pairs:
        found = self._asked(self.question, vendors).fetchnumpy()
        return Pairs(found["vendor"], found["party"], found["weight"])

    def _asked(self, question: str, vendors: Ids) -> Any:  # noqa: ANN401 - a DuckDB cursor
        self.connection.register("asked", {"id": vendors})
        return self.connection.execute(question)


class PostgreSQL:
    """Recursive CTE over an index that holds all it reads, in tables of this session; one round trip to ask."""

    name = "PostgreSQL recursive CTE"

    def __init__(self, graph: OwnershipGraph, cut: float, url: str) -> None:
        psycopg = library("psycopg")
        if not url.startswith(("postgres://", "postgresql://")):
            raise Missing("No PostgreSQL: set DATABASE_URL, or call through deploy/dev/servers.sh run.")
        self.connection = psycopg.connect(url, autocommit=True)
        self.question = WALKS.format(vendors="unnest(%s::int[]) AS asked (id)", cut=cut)
        self.counted = COUNTED.format(question=self.question)
        self._load(graph)

    def _load(self, graph: OwnershipGraph) -> None:
        for setting in ("temp_buffers = '512MB'", "work_mem = '512MB'", "maintenance_work_mem = '256MB'", "jit = off"):
            self.connection.execute(f"SET {setting}")
        self.connection.execute("CREATE TEMP TABLE stake (subject int, holder int, low double precision)")
        columns = zip(graph.subject.tolist(), graph.owner.tolist(), graph.low.tolist(), strict=True)
        with self.connection.cursor().copy("COPY stake FROM STDIN") as copy:
            for row in columns:
                copy.write_row(row)
        self.connection.execute("CREATE INDEX ON stake (subject) INCLUDE (holder, low)")
        self.connection.execute("VACUUM ANALYZE stake")

    def run(self, vendors: Ids) -> object:
        return self.connection.execute(self.counted, [vendors.tolist()]).fetchall()

    def walks(self, vendors: Ids) -> Pairs:
        return _pairs(self.connection.execute(self.question, [vendors.tolist()]).fetchall())


class Networkx:
    """Depth-first over a DiGraph from subject to holder, in plain Python as its users write it."""

    name = "networkx truncated search"

    def __init__(self, graph: OwnershipGraph, cut: float) -> None:
        self.cut = cut
        self.graph: Any = library("networkx").DiGraph()
        edges = zip(graph.subject.tolist(), graph.owner.tolist(), graph.low.tolist(), strict=True)
        self.graph.add_weighted_edges_from(edges, weight="low")

    def run(self, vendors: Ids) -> object:
        return [self.above(vendor) for vendor in vendors.tolist()]

    def walks(self, vendors: Ids) -> Pairs:
        return _pairs([(vendor, *found) for vendor in vendors.tolist() for found in self.above(vendor).items()])

    def above(self, vendor: int) -> dict[int, float]:
        holders, cut = self.graph.adj, self.cut
        found = {vendor: 1.0}
        waiting = [(vendor, 1.0)]
        while waiting:
            party, weight = waiting.pop()
            for holder, stake in holders[party].items():
                reached = weight * stake["low"]
                if reached >= cut:
                    found[holder] = found.get(holder, 0.0) + reached
                    waiting.append((holder, reached))
        return found


class Scipy:
    """Power series of sparse rows: one product with the stakes per step up, parts below the cut dropped."""

    name = "scipy sparse power series"

    def __init__(self, graph: OwnershipGraph, cut: float) -> None:
        self.sparse: Any = library("scipy.sparse")
        self.cut = cut
        self.count = graph.count
        rows = (graph.low, graph.owner, graph.ptr.astype(np.int32))
        self.stakes = self.sparse.csr_array(rows, shape=(graph.count, graph.count))

    def walks(self, vendors: Ids) -> Pairs:
        entries = self.run(vendors).tocoo()
        return Pairs(vendors[entries.row], entries.col, entries.data)

    def run(self, vendors: Ids) -> Any:  # noqa: ANN401 - scipy has no types here
        reached = self._start(vendors)
        found = reached.copy()
        while reached.nnz:
            reached = reached @ self.stakes
            reached.data[reached.data < self.cut] = 0
            reached.eliminate_zeros()
            found = found + reached
        return found

    def _start(self, vendors: Ids) -> Any:  # noqa: ANN401 - scipy has no types here
        ones = (np.ones(len(vendors)), (np.arange(len(vendors)), vendors))
        return self.sparse.csr_array(ones, shape=(len(vendors), self.count))


def _pairs(rows: list[tuple[int, int, float]]) -> Pairs:
    vendor, party, weight = zip(*rows, strict=True)
    return Pairs(np.array(vendor), np.array(party), np.array(weight))
