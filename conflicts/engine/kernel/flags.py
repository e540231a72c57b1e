"""Who controls a vendor, must and may (SEMANTICS 4.1), for all vendors at once.

From each party that controls something in one step a worklist goes down, and every holding of what it controls is
counted once into its subject: the lows, the highs, whether a low is open. Sums are exact, in int64.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from conflicts.engine.bounds import WHOLE
from conflicts.engine.kernel import order
from conflicts.engine.kernel.below import Below, Downward, Links, links
from conflicts.engine.kernel.compiled import Flags, Integers, Offsets, Record, Records, compiled
from conflicts.engine.kernel.graph import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conflicts.engine.kernel.graph import BulkGraph, Change


class Controllers(NamedTuple):
    """Who may control one vendor, by rising id, and whether it surely does."""

    party: Integers
    must: Flags


COUNTER = np.dtype(
    [(n, np.int64) for n in ("stamp", "joined", "low", "high", "begin", "end", "call")]
    + [("is_open", np.int32), ("last", np.int32)]
)


class Ballot(NamedTuple):
    """What is counted, and in whom: `needed` are the vendors and all above them, some of them `asked`.

    By subject: `lows`, all lows together, and a counter, valid where `stamp` is the controller's number; what the
    controller controls has it as `joined`, and `last` is the holder that was counted last. What a controller was
    found to control in this `call` stands at begin : end of the pairs. `step` is by party: 2 for who surely controls
    somebody in one step, 1 for who may.
    """

    votes: Table
    grants: Table
    below: Below
    needed: Flags
    asked: Flags
    lows: Offsets
    step: Integers
    counter: Records
    queue: Integers
    number: Offsets
    line: int


class Memory(NamedTuple):
    """What is kept between calls: flags and steps all unset, lows as they were left."""

    needed: Flags
    asked: Flags
    lows: Offsets
    step: Integers


class Own(NamedTuple):
    """What each of the two bounds counts with; kept between calls as it was left."""

    counter: Records
    queue: Integers
    number: Offsets


NOBODY = Controllers(np.empty(0, np.int32), np.empty(0, np.bool_))


class FlagBook:
    """The controllers of each vendor, and of those again that a change can move."""

    def __init__(self, graph: BulkGraph) -> None:
        self._graph = graph
        self._known: dict[int, Controllers] = {}
        self._vendors: Integers = np.empty(0, np.int32)
        self._downward: Downward | None = None
        self._memory, self._own, self._spare = _memory(0), _own(0), _own(0)

    def of(self, vendor: int) -> Controllers:
        return self._known.get(vendor, NOBODY)

    def run(self, vendors: Integers) -> None:
        self._vendors = vendors
        self._known = self._worked_out(vendors) if self._graph.is_voted else {}

    def note(self, changes: Sequence[Change]) -> Callable[[], None]:
        """Remember who had votes or grants; what is returned is to be called once the changes are in the graph."""
        before = {c.subject: self._owners(c.subject) for c in changes if c.votes or c.grants}

        def add() -> None:
            for subject, owners in before.items():
                self._below().add(self._links, np.setdiff1d(self._owners(subject), owners), subject)

        return add

    def update(self, changes: Sequence[Change]) -> Integers:
        """The vendors whose controllers moved; `changes` are in the graph already.

        Control of a vendor is a function of the votes and grants in it and in what stands above it. So only vendors
        below a changed subject can move; what was above them through a row that went is above the subject itself.
        """
        seeds = np.unique(np.array([c.subject for c in changes if c.votes or c.grants], np.int32))
        if len(seeds) == 0:
            return seeds
        self._fit()
        everyone, reached = np.ones(self._graph.count, np.bool_), np.zeros(self._graph.count, np.bool_)
        marks = order.Marks(everyone, reached)
        below = order.spread_down(self._below().index, seeds, marks, np.iinfo(np.int64).max)
        affected = np.sort(below[np.isin(below, self._vendors, kind="table")])
        found = self._worked_out(affected) if len(affected) else {}
        moved = [vendor for vendor in affected.tolist() if _differ(self.of(vendor), found.get(vendor, NOBODY))]
        for vendor in affected.tolist():
            self._known.pop(vendor, None)
        self._known.update(found)
        return np.array(moved, np.int32)

    @property
    def _links(self) -> Links:
        return links(self._graph.votes, self._graph.grants)

    def _owners(self, subject: int) -> Integers:
        if subject >= self._graph.count:
            return np.empty(0, np.int32)
        return np.concatenate([self._graph.votes.row(subject)["owner"], self._graph.grants.row(subject)["owner"]])

    def _below(self) -> Downward:
        if self._downward is None:
            self._downward = Downward(self._links)
        return self._downward

    def _fit(self) -> None:
        if len(self._memory.needed) < self._graph.count:
            count = self._graph.count
            self._memory, self._own, self._spare = _memory(count), _own(count), _own(count)

    def _worked_out(self, vendors: Integers) -> dict[int, Controllers]:
        self._fit()
        graph, memory = self._graph, self._memory
        parties = order.spread_up(self._links, vendors, memory.needed)
        memory.asked[vendors] = True
        ballot = Ballot(graph.votes, graph.grants, self._below().index, *memory, *self._own, graph.line)
        first_steps(ballot, parties)
        spare = ballot._replace(**self._spare._asdict())
        with ThreadPoolExecutor(max_workers=1) as other:
            found = other.submit(controlled, spare, parties, False)  # noqa: FBT003
            must = controlled(ballot, parties, True)  # noqa: FBT003
            may = found.result()
        memory.needed[parties] = memory.asked[vendors] = False
        memory.step[parties] = 0
        return _by_vendor(may, must, graph.hidden)


def _memory(count: int) -> Memory:
    flags = np.zeros(count, np.bool_)
    return Memory(flags, flags.copy(), np.zeros(count, np.int64), np.zeros(count, np.int32))


def _own(count: int) -> Own:
    return Own(np.zeros(count, COUNTER), np.zeros(count, np.int32), np.zeros(1, np.int64))


def _differ(one: Controllers, other: Controllers) -> bool:
    return not (np.array_equal(one.party, other.party) and np.array_equal(one.must, other.must))


def _by_vendor(may: Offsets, must: Offsets, hidden: Flags) -> dict[int, Controllers]:
    """Pairs, vendor * 2^32 + controller, as controllers by vendor."""
    proved = np.sort(must)
    pairs = np.union1d(may, proved)
    pairs = pairs[~hidden[pairs & 0xFFFFFFFF]]
    vendor, party = (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)
    surely = np.isin(pairs, proved, assume_unique=False)
    cuts = np.flatnonzero(np.diff(vendor)) + 1
    begins = [0, *cuts.tolist()] if len(pairs) else []
    ends = [*cuts.tolist(), len(pairs)]
    return {
        int(vendor[begin]): Controllers(party[begin:end], surely[begin:end])
        for begin, end in zip(begins, ends, strict=False)
    }


@compiled
def first_steps(ballot: Ballot, parties: Integers) -> None:
    """Find who controls somebody of the parties in one step; sum the lows on the way."""
    votes, grants, lows, step = ballot.votes, ballot.grants, ballot.lows, ballot.step
    for v in parties:
        span = votes.span[v]
        lows[v] = 0
        for at in range(span.start, span.start + span.size):
            lows[v] += votes.rows[at].low
        for at in range(span.start, span.start + span.size):
            vote = votes.rows[at]
            if vote.low > ballot.line or (vote.low == ballot.line and vote.is_open):
                step[vote.owner] = 2
            elif min(vote.high, WHOLE - lows[v] + vote.low) > ballot.line:
                step[vote.owner] = max(step[vote.owner], 1)
        span = grants.span[v]
        for at in range(span.start, span.start + span.size):
            step[grants.rows[at].owner] = 2 if grants.rows[at].must else max(step[grants.rows[at].owner], 1)


@compiled
def controlled(ballot: Ballot, parties: Integers, must: bool) -> Offsets:  # noqa: FBT001
    """Pairs of an asked vendor and its controller, as vendor * 2^32 + controller."""
    pairs, used, asked, queue, counter = np.empty(1024, np.int64), 0, ballot.asked, ballot.queue, ballot.counter
    call = ballot.number[0] + 1
    for party in parties:
        if ballot.step[party] < (2 if must else 1):
            continue
        count, known = _spread(ballot, party, must, call)
        while used + count + known > len(pairs):
            pairs = np.append(pairs, pairs)
        begin = used
        for place in range(1, count):
            if asked[queue[place]]:
                pairs[used] = (np.int64(queue[place]) << 32) + party
                used += 1
        for at in range(counter[queue[1]].begin if known > 0 else 0, counter[queue[1]].end if known > 0 else 0):
            if pairs[at] >> 32 != party:
                pairs[used] = ((pairs[at] >> 32) << 32) + party
                used += 1
        counter[party].begin, counter[party].end, counter[party].call = begin, used, call
    return pairs[:used].copy()


@compiled
def _spread(ballot: Ballot, party: int, must: bool, call: int) -> tuple[int, int]:  # noqa: FBT001
    """Put what the party controls into the queue, itself first; returns their number and that of known pairs.

    Where the party's holdings give it one subject alone, what that controls is known already and stays out of the
    queue: so a chain costs what its length is, not the square. Arrays are taken out of the ballot once: to pass it on
    for each holding would cost twenty times as much.
    """
    below, queue, counter, line, lows = ballot.below, ballot.queue, ballot.counter, ballot.line, ballot.lows
    voted, votes, granted, grants = ballot.votes.span, ballot.votes.rows, ballot.grants.span, ballot.grants.rows
    needed, ptr, subjects = ballot.needed, below.ptr, below.subject
    ballot.number[0] += 1
    now, count, done, counted = ballot.number[0], 1, 0, 0
    queue[0], counter[party].joined = party, now
    while done < count:
        holder = queue[done]
        done += 1
        at, end, link = ptr[holder], ptr[holder + 1], below.head[holder]
        while at < end or link >= 0:
            if at < end:
                subject = subjects[at]
                at += 1
            else:
                subject, link = below.later[link], below.more[link]
            total = counter[subject]
            if not needed[subject] or total.joined == now or not _turn(total, now, holder):
                continue
            counted += 1
            grant = _found(grants, granted[subject], holder)
            vote = _found(votes, voted[subject], holder)
            if (grant >= 0 and (grants[grant].must or not must)) or (
                vote >= 0 and _enough(total, votes[vote], WHOLE - lows[subject], (line, must))
            ):
                total.joined = now
                queue[count] = subject
                count += 1
        if done == counted == count - 1 == 1 and counter[queue[1]].call == call:
            return count, counter[queue[1]].end - counter[queue[1]].begin
    return count, 0


@compiled
def _turn(total: Record, now: int, holder: int) -> bool:
    """Whether this holder of the subject was not counted yet; the first one of a controller clears the counter."""
    if total.stamp != now:
        total.stamp, total.low, total.high, total.is_open = now, 0, 0, 0
    elif total.last == holder:
        return False
    total.last = holder
    return True


@compiled
def _enough(total: Record, vote: Record, left: int, rule: tuple[int, bool]) -> bool:
    """Add the votes to the counter; whether they are past the line, by the lows or by what may be (4.1)."""
    line, must = rule
    total.low += vote.low
    total.high += vote.high
    total.is_open = total.is_open or vote.is_open
    if must:
        return bool(total.low > line or (total.low == line and total.is_open))
    return bool(min(total.high, left + total.low) > line)


@compiled
def _found(rows: Records, span: Record, wanted: int) -> int:
    """The place of an owner in a row by rising id, or -1."""
    low, end = span.start, span.start + span.size
    high = end
    while low < high:
        middle = (low + high) // 2
        if rows[middle].owner < wanted:
            low = middle + 1
        else:
            high = middle
    return int(low) if low < end and rows[low].owner == wanted else -1
