"""Several rows of one holder, subject and axis become one slot (SEMANTICS 2.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import groupby

from conflicts.engine.facts import Fact, Standing
from tests.engine.oracle.verdict.times import Days, begun, over, readings

WHOLE = Fraction(100_000_000)
POINT = Fraction(1_000_000)
EPSILON = Fraction(1, 10**9)
"""An open end lies this far inside: small enough to stand for `strictly`."""


@dataclass(frozen=True)
class Size:
    """One reading of a slot: shares in millionths of a percent."""

    low: Fraction
    high: Fraction
    sized: bool


@dataclass(frozen=True)
class State:
    """What the rows say on one reading; `size` None: over."""

    size: Size | None
    sized: bool
    rank: int
    declared: bool
    rows: tuple[Fact, ...] = ()
    asides: tuple[Fact, ...] = ()
    contradiction: bool = False


@dataclass(frozen=True)
class Slot:
    """Every size the slot may have; None among them: it may hold nothing."""

    options: frozenset[Size | None]
    asides: tuple[tuple[Fact, bool], ...] = ()
    contradiction: bool = False

    @property
    def low(self) -> Fraction:
        return min(Fraction(0) if o is None else o.low for o in self.options)

    @property
    def high(self) -> Fraction:
        return max(Fraction(0) if o is None else o.high for o in self.options)

    @property
    def unstated(self) -> bool:
        """6: a part is held of which no positive low is stated; of a handover the low is the smaller (1.4)."""
        held = [one for one in self.options if one is not None]
        return any(one.low <= EPSILON for one in held) and any(one.high > 0 for one in held)


def size_of(row: Fact) -> Size:
    low = Fraction(row.low or 0) + (EPSILON if row.low_open else 0)
    high = WHOLE if row.high is None else Fraction(row.high)
    return Size(low, high - (EPSILON if row.high_open else 0), row.low is not None or row.high is not None)


def slot(rows: Sequence[Fact], as_of: date) -> Slot | None:
    """The slot of one holder, subject and axis, or None if nothing is or may be held."""
    states = [_read(rows, days, as_of) for days in readings(rows, as_of)]
    options = frozenset(state.size if state else None for state in states)
    asides: dict[str, tuple[Fact, bool]] = {}
    for state in states:
        for row in state.asides if state else ():
            asides[row.id] = (row, True)
    for name, (row, _) in asides.items():
        asides[name] = (row, all(s is not None and row in s.asides for s in states))
    if options == {None} and not asides:
        return None
    return Slot(options, tuple(asides.values()), any(s.contradiction for s in states if s))


def _read(rows: Sequence[Fact], days: Days, as_of: date) -> State | None:
    """2.2 a: a row with a later start replaces one with an earlier or unknown start."""

    def start(row: Fact) -> tuple[date, ...]:
        return () if row.start is None else (days[row.start, ""], row.start.first, row.start.last)

    state: State | None = None
    there = sorted((row for row in rows if begun(row, days, as_of)), key=start)
    for _, group in groupby(there, start):
        new = _settle(list(group), days, as_of)
        state = new if state is None else _later(state, new)
    return state


def _later(old: State, new: State) -> State:
    both = old.asides + new.asides
    if not new.sized:
        if old.size is None:
            return new
        return replace(old, size=Size(old.size.low, WHOLE, old.size.sized), asides=both)
    if new.declared and old.rank < new.rank and _less(new.size, old.size):
        return replace(old, asides=both + tuple(row for row in new.rows if size_of(row).sized))
    return new


def _less(new: Size | None, old: Size | None) -> bool:
    if old is None:
        return False
    return new is None or new.low < old.low or new.high < old.high


def _settle(rows: list[Fact], days: Days, as_of: date) -> State:
    """2.2 b, c: the best standing, then the newest day, then the intersection."""

    def order(row: Fact) -> tuple[int, int]:
        day = row.source.statement_date or row.source.retrieved_on
        return list(Standing).index(row.source.standing), -(day.toordinal() if day else 0)

    best = min(order(row) for row in rows)
    left = [row for row in rows if order(row) == best]
    asides = tuple(row for row in rows if order(row) != best and not over(row, days, as_of))
    there = tuple(row for row in left if not over(row, days, as_of))
    declared = left[0].source.standing is Standing.DECLARED
    if not there:
        sized = any(size_of(row).sized for row in left)
        return State(None, sized, best[0], declared, (), asides)
    size, contradiction = _meet([size_of(row) for row in there])
    return State(size, size.sized, best[0], declared, there, asides, contradiction)


def _meet(sizes: list[Size]) -> tuple[Size, bool]:
    stated = [size for size in sizes if size.sized]
    if not stated:
        return sizes[0], False
    low, high = max(s.low for s in stated), min(s.high for s in stated)
    least, most = min(s.low for s in stated), max(s.high for s in stated)
    if all(s.low == s.high for s in stated) and most - least <= POINT:
        return Size(least, most, sized=True), False
    if low > high:
        return Size(least, most, sized=True), True
    return Size(low, high, sized=True), False
