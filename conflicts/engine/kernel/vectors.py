"""Holders above a party with their bounds, as sparse vectors, and how a party's comes from its owners'.

Fractions of one. For a holder h listed at v the true low is at least `low` and the true high at most `high`; for any
other the low is at least 0 and the high at most the `rest` of v. A party that is in no ring takes, for each h,
low = sum of low_i x_i and high = the maximum of sum w_i x_i over w inside the bounds with a total of at most one
(SEMANTICS 3.2): every low, then the best owners first. An assertion is an alternative to the stakes (2.5).
Truncation is booked (3.6): an entry whose high is below the cut is dropped and raises `rest`, and an owner that does
not list h counts with its `rest`. So `rest` grows by what a search left open above these parties, else it stays below
the cut, however long the way; and what is listed carries only what may have been dropped of that very holder.
"""

from __future__ import annotations

from typing import NamedTuple

from conflicts.engine.bounds import WHOLE
from conflicts.engine.kernel.compiled import Integers, Record, Records, compiled
from conflicts.engine.kernel.graph import Table
from conflicts.engine.kernel.memory import Scratch, Work

_ONE = float(WHOLE)
_PART = 1.0 / WHOLE


class Rest(NamedTuple):
    """The owners' `rest` at one party, in millionths of a percent times fractions of one.

    By the lows, by the rooms above them, the largest; what the lows leave; what stakes and assertions carry down.
    """

    base: float
    room: float
    most: float
    left: float
    stakes: float
    asserted: float


@compiled
def merge_until(work: Work, party: Integers, begin: int, end: int) -> int:
    """Merge at party[begin:end] in turn; returns where it stopped, before `end` where memory is small."""
    heads, room, counts, limit = work.vectors.head, len(work.scratch.sums), work.vectors.counts, len(work.vectors.entry)
    for index in range(begin, end):
        v = party[index]
        wanted = 1 + _listed(work.stakes, v, heads) + _listed(work.asserted, v, heads)
        if wanted > room or counts[0] + wanted > limit:
            return index
        _merge(work, v)
    return end


@compiled
def _listed(table: Table, v: int, heads: Records) -> int:
    """How many entries the owners have, themselves counted."""
    wanted = 0
    for at in range(table.span[v].start, table.span[v].start + table.span[v].size):
        wanted += 1 + max(0, heads[table.rows[at].owner].size)
    return wanted


@compiled
def entries_wanted(work: Work, v: int) -> int:
    """An upper bound of the entries that a merge at v looks at."""
    return 1 + _listed(work.stakes, v, work.vectors.head) + _listed(work.asserted, v, work.vectors.head)


@compiled
def _merge(work: Work, v: int) -> None:
    work.vectors.counts[1] += 1
    rest = _rest(work, v)
    count = _sum_stakes(work, v, rest)
    count = _or_assertions(work, v, count, rest)
    _keep(work, v, count, max(rest.stakes, rest.asserted))


@compiled
def _rest(work: Work, v: int) -> Rest:
    """What somebody may have whom no owner lists: the owners' `rest`, carried down by the same maximum.

    It uses the last place of the sums for itself.
    """
    span, head, last = work.stakes.span[v], work.vectors.head, len(work.scratch.sums) - 1
    base, room, most, left, asserted = 0.0, 0.0, 0.0, _ONE, 0.0
    work.scratch.sums[last].begin = work.scratch.sums[last].many = 0
    for at in range(span.start, span.start + span.size):
        stake = work.stakes.rows[at]
        left -= stake.low
        value = head[stake.owner].rest
        if value > 0 and stake.high > 0:
            base += stake.low * value
            room += (stake.high - stake.low) * value
            most = max(most, value)
            _offer(work.scratch, last, value, stake.high - stake.low)
    stakes = (base + _filled(work.scratch, last, left)) * _PART if base + room > 0 else 0.0
    span = work.asserted.span[v]
    for at in range(span.start, span.start + span.size):
        told = work.asserted.rows[at]
        asserted = max(asserted, told.high * head[told.owner].rest * _PART)
    return Rest(base, room, most, left, min(1.0, stakes), min(1.0, asserted))


@compiled
def _sum_stakes(work: Work, v: int, rest: Rest) -> int:
    """Sum what stakes carry down.

    Arrays are taken out of `work` once: to pass it on for each stake would cost more than the sums.
    """
    span, rows, hidden, scratch = work.stakes.span[v], work.stakes.rows, work.hidden, work.scratch
    heads, entries, count, wish = work.vectors.head, work.vectors.entry, 0, 0.0
    now = work.vectors.counts[1]
    for at in range(span.start, span.start + span.size):
        wish += rows[at].high - rows[at].low
        if rows[at].high > 0:
            count = _add(scratch, (heads[rows[at].owner], entries), rows[at], (now, count, hidden[rows[at].owner]))
    if wish > rest.left:
        _share_out(work, v, rest.left, count)
    cut, sums = work.cut, scratch.sums
    for at in range(count):
        sums[at].low = min(1.0, sums[at].low * _PART)
        sums[at].full = min(1.0, (sums[at].full + _unlisted(cut, sums[at], rest)) * _PART)
    return count


@compiled
def _unlisted(cut: float, total: Record, rest: Rest) -> float:
    """What the owners that do not list a holder may add: their lows, and what fits beside those that list it."""
    if rest.most <= 0:
        return 0.0
    left = rest.left
    if rest.most < cut:
        # Whoever lists it has at least the cut of it, so that the best owners first are those.
        left = max(0.0, left - total.room)
    more = max(0.0, rest.room - total.rest_room)
    return float(max(0.0, rest.base - total.rest_base) + min(more, left * rest.most))


@compiled
def _add(scratch: Scratch, vector: tuple[Record, Records], stake: Record, now: tuple[int, int, bool]) -> int:
    """Add an owner and all that its vector, (head, entries), lists; `now` is (stamp, count so far, hidden)."""
    head, entries = vector
    stamp, count, hidden = now
    place, sums = scratch.place, scratch.sums
    low, high, rest = stake.low, stake.high, head.rest
    for at in range(head.start if hidden else head.start - 1, head.start + max(0, head.size)):
        # The owner itself comes before its entries, unless it is a joint name.
        itself = at < head.start
        holder = stake.owner if itself else entries[at].holder
        if place[holder].stamp != stamp:
            place[holder].stamp, place[holder].at = stamp, count
            _clear(sums[count], holder)
            count += 1
        total = sums[place[holder].at]
        x_low, x_high = (1.0, 1.0) if itself else (entries[at].low, entries[at].high)
        total.low += low * x_low
        total.base += low * x_high
        total.full += high * x_high
        total.room += high - low
        total.rest_base += low * rest
        total.rest_room += (high - low) * rest
        total.many += 1
    return count


@compiled
def _clear(total: Record, holder: int) -> None:
    total.holder, total.many = holder, 0
    total.low = total.base = total.full = total.room = total.rest_base = total.rest_room = 0.0


@compiled
def _share_out(work: Work, v: int, left: float, count: int) -> None:
    """Where the highs above a holder do not all fit into what is left, fill the best owners first."""
    sums, size = work.scratch.sums, 0
    for at in range(count):
        sums[at].begin = -1
        if sums[at].room > left:
            sums[at].begin = size
            size += sums[at].many
            sums[at].many = 0
    if size == 0:
        return
    _line_up(work, v)
    for at in range(count):
        if sums[at].begin >= 0:
            sums[at].full = sums[at].base + _filled(work.scratch, at, left)


@compiled
def _line_up(work: Work, v: int) -> None:
    span, vectors, scratch = work.stakes.span[v], work.vectors, work.scratch
    for edge in range(span.start, span.start + span.size):
        stake = work.stakes.rows[edge]
        room = stake.high - stake.low
        if room > 0:
            if not work.hidden[stake.owner]:
                _offer(scratch, scratch.place[stake.owner].at, 1.0, room)
            head = vectors.head[stake.owner]
            for at in range(head.start, head.start + max(0, head.size)):
                _offer(scratch, scratch.place[vectors.entry[at].holder].at, vectors.entry[at].high, room)


@compiled
def _offer(scratch: Scratch, place: int, value: float, room: float) -> None:
    """Keep the owners of one holder by falling value."""
    total, offers = scratch.sums[place], scratch.offers
    if total.begin < 0:
        return
    at = total.begin + total.many
    total.many += 1
    while at > total.begin and offers[at - 1].value < value:
        offers[at].value, offers[at].room = offers[at - 1].value, offers[at - 1].room
        at -= 1
    offers[at].value, offers[at].room = value, room


@compiled
def _filled(scratch: Scratch, place: int, left: float) -> float:
    total, amount = scratch.sums[place], 0.0
    for at in range(total.begin, total.begin + total.many):
        taken = min(left, scratch.offers[at].room)
        amount += taken * scratch.offers[at].value
        left -= taken
        if left <= 0:
            break
    return amount


@compiled
def _or_assertions(work: Work, v: int, count: int, rest: Rest) -> int:
    span, vectors, place, now = work.asserted.span[v], work.vectors, work.scratch.place, work.vectors.counts[1]
    for edge in range(span.start, span.start + span.size):
        told = work.asserted.rows[edge]
        low, high = told.low * _PART, told.high * _PART
        head, owner = vectors.head[told.owner], told.owner
        for at in range(head.start - 1, head.start + max(0, head.size)):
            # The owner itself comes before its entries.
            itself = at < head.start
            if itself and work.hidden[owner]:
                continue
            holder = owner if itself else vectors.entry[at].holder
            if place[holder].stamp != now:
                place[holder].stamp, place[holder].at = now, count
                _clear(work.scratch.sums[count], holder)
                count += 1
            total = work.scratch.sums[place[holder].at]
            total.low = max(total.low, low if itself else low * vectors.entry[at].low)
            total.full = max(total.full, high if itself else high * vectors.entry[at].high)
    if rest.stakes > 0 or rest.asserted > 0:
        for at in range(count):
            total = work.scratch.sums[at]
            total.full = max(total.full, rest.asserted if total.many > 0 else max(rest.asserted, rest.stakes))
    return count


@compiled
def _keep(work: Work, v: int, count: int, rest: float) -> None:
    vectors, sums = work.vectors, work.scratch.sums
    at = vectors.counts[0]
    for place in range(count):
        total = sums[place]
        if total.full >= work.cut and total.full > 0:
            entry = vectors.entry[at]
            entry.holder, entry.low, entry.high = total.holder, total.low, total.full
            at += 1
        else:
            rest = max(rest, total.full)
    head = vectors.head[v]
    head.start, head.size, head.rest = vectors.counts[0], at - vectors.counts[0], rest
    vectors.counts[0] = at
