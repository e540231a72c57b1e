"""The ownership graph of the bulk path: integer ids and arrays by subject, with rows that can be replaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from conflicts.engine.bounds import HALF, WHOLE
from conflicts.engine.kernel.compiled import compiled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conflicts.engine.kernel.compiled import Flags, Integers, Numbers, Offsets, Records

_NEAR = 1e-3
_FEWEST = 2
"""Rows of every table: a column of fewer would count as contiguous, and code would be compiled for it once more."""

SPAN = np.dtype([("start", np.int64), ("size", np.int32)])
STAKE = np.dtype([("owner", np.int32), ("low", np.float64), ("high", np.float64), ("tail", np.float64)])
"""Millionths of a percent: whole numbers in float64, so that their sums are exact; `tail` sums the highs from here on.

The stakes in a subject stand by falling high, then by rising owner id."""
VOTE = np.dtype([("owner", np.int32), ("low", np.int64), ("high", np.int64), ("is_open", np.int32)])
"""Whole millionths of a percent; `is_open` marks an open low."""
GRANT = np.dtype([("owner", np.int32), ("must", np.int32)])
"""Control whatever the votes: control facts, asserted votes past the line. Every grant is a may; `must` is proved."""


class Table(NamedTuple):
    """What is held in subject v: rows[span[v].start :][: span[v].size], by rising owner id; stakes: see STAKE."""

    span: Records
    rows: Records

    def row(self, subject: int) -> Records:
        """Return a view of what is held in one subject."""
        start = self.span["start"][subject]
        return self.rows[start : start + self.span["size"][subject]]


@dataclass(frozen=True, slots=True)
class Held:
    """Stakes or assertions in one subject or, with `ptr`, in all: owner ids, lows and highs, fractions of one."""

    owner: Sequence[int] | Integers
    low: Sequence[float] | Numbers
    high: Sequence[float] | Numbers
    ptr: Sequence[int] | Offsets = ()

    def records(self) -> Records:
        return _filled(STAKE, owner=self.owner, low=_parts(self.low), high=_parts(self.high))

    def carries(self) -> Flags:
        """Return which rows can carry anything: one that cannot would only make rings that are none."""
        return _parts(self.high) > 0


@dataclass(frozen=True, slots=True)
class Votes:
    """Votes in one subject or, with `ptr`, in all, in millionths of a percent; highs are rounded up."""

    owner: Sequence[int] | Integers
    low: Sequence[int] | Offsets
    high: Sequence[int] | Offsets
    is_open: Sequence[bool] | Flags
    ptr: Sequence[int] | Offsets = ()

    def carries(self) -> Flags:
        return np.ones(len(self.owner), np.bool_)

    def records(self) -> Records:
        return _filled(VOTE, owner=self.owner, low=self.low, high=self.high, is_open=self.is_open)


@dataclass(frozen=True, slots=True)
class Grants:
    """Control without a count of votes in one subject or, with `ptr`, in all; see GRANT."""

    owner: Sequence[int] | Integers
    must: Sequence[bool] | Flags
    ptr: Sequence[int] | Offsets = ()

    def carries(self) -> Flags:
        return np.ones(len(self.owner), np.bool_)

    def records(self) -> Records:
        return _filled(GRANT, owner=self.owner, must=self.must)


@dataclass(frozen=True, slots=True)
class Change:
    """The new rows of one subject; None leaves what was, an empty row ends everything held there."""

    subject: int
    stakes: Held | None = None
    assertions: Held | None = None
    votes: Votes | None = None
    grants: Grants | None = None

    def rows(self) -> dict[str, Held | Votes | Grants]:
        """Return the rows that are new, by the graph's name of their table."""
        rows = {"stakes": self.stakes, "assertions": self.assertions, "votes": self.votes, "grants": self.grants}
        return {name: row for name, row in rows.items() if row is not None}


class BulkGraph:
    """Who holds what, by subject id 0 to count - 1. `hidden` parties carry on but are no holders (joint names).

    `line` is that of control, millionths of a percent.
    """

    def __init__(self, count: int, *, line: int = HALF) -> None:
        self.count = count
        self.line = line
        self.hidden: Flags = np.zeros(count, np.bool_)
        self.stakes, self.assertions, self.votes, self.grants = (
            Table(np.zeros(count, SPAN), np.zeros(_FEWEST, kind)) for kind in (STAKE, STAKE, VOTE, GRANT)
        )
        self._used = {"stakes": 0, "assertions": 0, "votes": 0, "grants": 0}

    @classmethod
    def from_arrays(  # noqa: PLR0917 - the five arrays of a CSR, in their usual order
        cls,
        count: int,
        ptr: Offsets,
        owner: Integers,
        low: Numbers,
        high: Numbers,
        *,
        assertions: Held | None = None,
        votes: Votes | None = None,
        grants: Grants | None = None,
        hidden: Flags | None = None,
    ) -> BulkGraph:
        """Build from CSR by subject: ptr has count + 1 offsets; low and high are tightened fractions of one.

        An owner stands once in a row; raises ValueError where the arrays do not fit together.
        """
        graph = cls(count)
        graph.stakes = _table(count, Held(owner, low, high, ptr))
        if assertions is not None:
            graph.assertions = _table(count, assertions)
        if votes is not None:
            graph.votes = _table(count, votes)
        if grants is not None:
            graph.grants = _table(count, grants)
        if hidden is not None:
            graph.hidden = np.array(hidden, np.bool_)
        graph._used = {name: int(getattr(graph, name).span["size"].sum()) for name in graph._used}
        return graph

    @property
    def edges(self) -> int:
        """Economic stakes and assertions in force."""
        return int(self.stakes.span["size"].sum()) + int(self.assertions.span["size"].sum())

    @property
    def is_voted(self) -> bool:
        """Whether there ever were votes or grants."""
        return self._used["votes"] + self._used["grants"] > 0

    def owners(self, subject: int) -> Integers:
        """Who has stakes in the subject or is asserted to, unsorted; nobody for a party that is not known yet."""
        if subject >= self.count:
            return np.empty(0, np.int32)
        return np.concatenate([self.stakes.row(subject)["owner"], self.assertions.row(subject)["owner"]])

    def replace(self, changes: Iterable[Change]) -> None:
        """Put new rows in; a row keeps its old place where it fits, so that arrays grow by what is new."""
        for change in changes:
            rows = change.rows()
            most = max([change.subject, *(int(max(row.owner)) for row in rows.values() if len(row.owner))])
            self._fit(most + 1)
            for name, row in rows.items():
                self._put(name, change.subject, row.records()[row.carries()])

    def _fit(self, count: int) -> None:
        more = count - self.count
        if more <= 0:
            return
        for name in self._used:
            table: Table = getattr(self, name)
            setattr(self, name, table._replace(span=np.concatenate([table.span, np.zeros(more, SPAN)])))
        self.hidden = np.concatenate([self.hidden, np.zeros(more, np.bool_)])
        self.count = count

    def _put(self, name: str, subject: int, rows: Records) -> None:
        table: Table = getattr(self, name)
        if len(rows) > table.span["size"][subject]:
            used = self._used[name]
            self._used[name] = used + len(rows)
            table = self._with_room(name)
            table.span["start"][subject] = used
        start = table.span["start"][subject]
        table.rows[start : start + len(rows)] = rows[np.argsort(rows["owner"], kind="stable")]
        table.span["size"][subject] = len(rows)
        if rows.dtype == STAKE:
            put_in_order(table.rows, table.span[subject : subject + 1])

    def _with_room(self, name: str) -> Table:
        table: Table = getattr(self, name)
        need = self._used[name]
        if need > len(table.rows):
            wider = np.zeros(need + need // 8 + 64, table.rows.dtype)
            wider[: len(table.rows)] = table.rows
            table = table._replace(rows=wider)
            setattr(self, name, table)
        return table


def _parts(fractions: Sequence[float] | Numbers) -> Numbers:
    """Fractions of one as millionths of a percent, whole where they were meant to be."""
    exact = np.asarray(fractions, np.float64) * WHOLE
    whole = np.rint(exact)
    return np.where(np.abs(exact - whole) < _NEAR, whole, exact)


def _filled(kind: np.dtype[np.void], **columns: object) -> Records:
    arrays = {name: np.asarray(column, kind[name]) for name, column in columns.items()}
    records = np.zeros(len(arrays["owner"]), kind)
    for name, array in arrays.items():
        records[name] = array
    return records


def _table(count: int, held: Held | Votes | Grants) -> Table:
    ptr, rows = np.asarray(held.ptr, np.int64), held.records()
    owner = rows["owner"]
    if len(ptr) != count + 1 or ptr[0] != 0 or ptr[-1] != len(owner) or (np.diff(ptr) < 0).any():
        raise ValueError(f"ptr must hold {count + 1} rising offsets, from 0 to the number of owners, {len(owner)}.")
    if len(owner) and (owner.min() < 0 or owner.max() >= count):
        raise ValueError(f"Every owner must be an id from 0 to {count - 1}.")
    carries, subject = held.carries(), np.repeat(np.arange(count, dtype=np.int32), np.diff(ptr))
    if not carries.all():
        rows, subject = rows[carries], subject[carries]
    if ((subject[1:] == subject[:-1]) & (rows["owner"][1:] < rows["owner"][:-1])).any():
        rows = rows[np.lexsort((rows["owner"], subject))]
    span = np.empty(count, SPAN)
    span["size"] = np.bincount(subject, minlength=count)
    span["start"] = np.cumsum(span["size"], dtype=np.int64) - span["size"]
    if len(rows) < _FEWEST:
        rows = np.concatenate([rows, np.zeros(_FEWEST, rows.dtype)])
    if rows.dtype == STAKE:
        put_in_order(rows, span)
    return Table(span, rows)


@compiled
def put_in_order(rows: Records, spans: Records) -> None:
    """Let the stakes of each span stand by falling high, those of one high as they are; sum the tails."""
    for place in range(len(spans)):
        start, size = spans[place].start, spans[place].size
        kept = rows[start : start + size].copy()
        falls = True
        for at in range(1, size):
            falls = falls and kept[at].high <= kept[at - 1].high
        if not falls:
            highs = np.empty(size)
            for at in range(size):
                highs[at] = -kept[at].high
            by = np.argsort(highs, kind="mergesort")
            for at in range(size):
                rows[start + at] = kept[by[at]]
        tail = 0.0
        for at in range(start + size - 1, start - 1, -1):
            tail += rows[at].high
            rows[at].tail = tail
