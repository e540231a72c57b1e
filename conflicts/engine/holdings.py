"""From several rows of one holder, subject and axis to one holding (SEMANTICS 1.3, 1.4, 2.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from itertools import groupby
from typing import TYPE_CHECKING

from conflicts.engine.bounds import BAND_OF_POINTS, NOTHING, UNKNOWN, Bounds, hull, intersection
from conflicts.engine.dates import PartialDate, Phase, phase
from conflicts.engine.facts import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conflicts.engine.facts import Fact


@dataclass(frozen=True, slots=True)
class Holding:
    """What one holder has of one subject on one axis on one day.

    `bounds` are as stated; `certain` is False where the holding may not be in force that day.
    `asides` are rows that a better source set aside (2.2d); `contradictory` says that equal
    sources told shares that do not meet (2.2c); `over` that only its asides are left of it.
    """

    holder: str
    subject: str
    bounds: Bounds
    certain: bool
    standing: Standing
    start: PartialDate | None
    end: PartialDate | None
    facts: tuple[Fact, ...]
    asides: tuple[Fact, ...] = ()
    contradictory: bool = False
    over: bool = False

    @property
    def members(self) -> tuple[str, ...]:
        """The holder, or those who hold jointly (2.3)."""
        rows = self.facts or self.asides
        return (rows[0].members if rows else ()) or (self.holder,)

    @property
    def sized(self) -> bool:
        """Whether any of its rows states a number."""
        return any(row.sized for row in self.facts)

    @property
    def effective(self) -> Bounds:
        """The bounds that count: a holding that may not be in force has no low."""
        return self.bounds if self.certain else self.bounds.without_low()

    @property
    def unstated(self) -> bool:
        """No positive low is stated, though there may be a share (SEMANTICS 6, 7.2)."""
        return self.bounds.low == 0 and not self.bounds.low_open and self.bounds.high > 0


def resolve(rows: Iterable[Fact], day: date) -> Holding | None:
    """Settle the rows of one holder, subject and axis on a day; None where nothing is in force."""
    rows = list(rows)
    if len(rows) == 1:
        return _alone(rows[0], day)
    begun = [row for row in rows if phase(row.start, row.end, day) is not Phase.NOT_BEGUN]
    begun.sort(key=_start_key)
    current: Holding | None = None
    for _, level in groupby(begun, key=_start_key):
        current = _followed_by(current, list(level), day)
    return current


def _alone(row: Fact, day: date) -> Holding | None:
    """The common case: one row, of which nothing is left once it is over."""
    now = phase(row.start, row.end, day)
    if now in {Phase.NOT_BEGUN, Phase.OVER}:
        return None
    return Holding(
        holder=row.holder,
        subject=row.subject,
        bounds=row.bounds,
        certain=now is Phase.IN_FORCE,
        standing=row.source.standing,
        start=row.start,
        end=row.end,
        facts=(row,),
    )


def _start_key(row: Fact) -> tuple[date, date]:
    return (row.start.first, row.start.last) if row.start else (date.min, date.min)


def _followed_by(current: Holding | None, level: Sequence[Fact], day: date) -> Holding | None:
    """Let the rows of one start replace what began before them (2.2a).

    The best standing among them decides, also where it says that the holding is over (2.2b).
    """
    best = min(_merit(row) for row in level)
    kept = [row for row in level if _merit(row) == best]
    live = [row for row in level if phase(row.start, row.end, day) is not Phase.OVER]
    settling = [row for row in kept if row in live]
    weaker = tuple(row for row in live if row not in kept)
    if not settling:
        return _ended(current, kept, weaker)
    newer = _settled(settling, weaker, day)
    if current is None or current.over:
        return newer
    if not any(row.sized for row in newer.facts):
        return _opened(current, newer)
    if _declares_less(current, newer):
        return replace(current, asides=(*current.asides, *newer.facts, *newer.asides))
    if _may_be_older(newer, current, day):
        return _handed_over(current, newer)
    return newer


def _ended(current: Holding | None, kept: Sequence[Fact], weaker: tuple[Fact, ...]) -> Holding | None:
    """A sized row that is over leaves nothing, an unsized one ends nothing; what is weaker is kept beside it."""
    standing = kept[0].source.standing
    held_back = standing is Standing.DECLARED and current is not None and current.standing is not Standing.DECLARED
    if current is not None and (held_back or not any(row.sized for row in kept)):
        return replace(current, asides=(*current.asides, *weaker))
    if current is not None and _spans_meet(current, kept[0].start):
        # What began in the same span may have begun later, and then nothing has replaced it.
        return replace(current, certain=False, asides=(*current.asides, *weaker))
    if not weaker:
        return None
    last = kept[0]
    return Holding(
        holder=last.holder,
        subject=last.subject,
        bounds=NOTHING,
        certain=True,
        standing=standing,
        start=last.start,
        end=last.end,
        facts=(),
        asides=weaker,
        over=True,
    )


def _opened(current: Holding, newer: Holding) -> Holding:
    """The older low stays, the high is open: the newer row states no size (2.2a)."""
    low = current.effective
    return replace(
        current,
        bounds=Bounds(low.low, UNKNOWN.high, low.low_open),
        certain=current.certain or newer.certain,
        facts=(*current.facts, *newer.facts),
        asides=(*current.asides, *newer.asides),
    )


def _declares_less(current: Holding, newer: Holding) -> bool:
    """`declared` never replaces a better standing with less (2.2a)."""
    if newer.standing is not Standing.DECLARED or current.standing is Standing.DECLARED:
        return False
    new, old = newer.effective, current.effective
    lower = (new.low, new.low_open) < (old.low, old.low_open)
    return lower or (new.high, not new.high_open) < (old.high, not old.high_open)


def _may_be_older(newer: Holding, current: Holding, day: date) -> bool:
    """Whether the row may not have begun yet, or two spans of starts overlap, so that no one is surely later."""
    if not newer.certain and phase(newer.start, None, day) is Phase.MAY_HAVE_BEGUN:
        return True
    return newer.start is not None and newer.start.first < day and _spans_meet(current, newer.start)


def _spans_meet(current: Holding, start: PartialDate | None) -> bool:
    """Whether a start that is sorted behind may lie before the current one."""
    return start is not None and current.start is not None and start.first <= current.start.last


def _handed_over(current: Holding, newer: Holding) -> Holding:
    """Either row may be the one that holds: low the smaller, high the larger (1.4)."""
    one_handover = current.end is not None and current.end == newer.start
    bounds = hull(current.bounds, newer.bounds)
    if newer.certain and not current.sized:
        # Whichever is later, a row that states no size ends nothing.
        bounds = Bounds(newer.bounds.low, UNKNOWN.high, newer.bounds.low_open)
    return replace(
        newer,
        bounds=bounds,
        certain=current.certain or newer.certain or one_handover,
        facts=(*current.facts, *newer.facts),
        asides=(*current.asides, *newer.asides),
        contradictory=current.contradictory or newer.contradictory,
    )


def _settled(kept: Sequence[Fact], weaker: tuple[Fact, ...], day: date) -> Holding:
    """What rows of one start and one merit tell together (2.2c)."""
    certain = [row for row in kept if _is_in_force(row, day)]
    bounds, contradictory = _meeting([row.bounds for row in certain or kept])
    if certain and len(certain) < len(kept):
        # A row that may be over neither narrows what is in force nor proves anything.
        bounds = hull(bounds, _meeting([row.bounds for row in kept])[0])
    told = {row.bounds for row in certain or kept}
    return Holding(
        holder=kept[0].holder,
        subject=kept[0].subject,
        bounds=bounds,
        certain=bool(certain),
        standing=kept[0].source.standing,
        start=kept[0].start,
        end=kept[0].end,
        facts=tuple(kept),
        asides=tuple(row for row in weaker if row.bounds not in told or (not certain and _is_in_force(row, day))),
        contradictory=contradictory,
    )


def _is_in_force(row: Fact, day: date) -> bool:
    return phase(row.start, row.end, day) is Phase.IN_FORCE


def _merit(row: Fact) -> tuple[int, int]:
    day = row.source.day
    return (row.source.standing.rank, -(day.toordinal() if day else 0))


def _meeting(stated: Sequence[Bounds]) -> tuple[Bounds, bool]:
    """The intersection; near points as a band; the hull and a contradiction where none is left."""
    points = [bounds for bounds in stated if bounds.is_point]
    told = [bounds for bounds in stated if not bounds.is_point]
    if points:
        band = reduce(hull, points)
        near = band.high - band.low <= BAND_OF_POINTS
        told += [band] if near else points
    met = reduce(intersection, told)
    return (reduce(hull, stated), True) if met.is_empty else (met, False)
