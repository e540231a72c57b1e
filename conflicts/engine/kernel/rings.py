"""Both bounds inside one ring of parties (a strongly connected component, or a party that holds itself).

For one holder h the value of each member is the least solution of x = F(x), where F takes the best assignment inside
the bounds (SEMANTICS 3.2) or an assertion in its place, owners outside the ring and h itself being fixed.
From below: sweeps, which any number of leaves a lower bound; where they are slow, policy iteration as in
`conflicts.engine.reachability`, each policy evaluated by elimination without subtractions (Grassmann, Taksar and
Heyman 1985), so that a walk that stays for ever has the value 0 and a nearly closed ring keeps its digits.
From above: any u with F(u) <= u is an upper bound of the least solution (Knaster and Tarski), also where the walk can
stay for ever and F has many solutions. So a guess slightly above the lower iterate is raised until F(u) <= u holds,
and only such a u is published as the high; if the lower iterate stopped early, u is the larger for it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from conflicts.engine.bounds import WHOLE
from conflicts.engine.kernel.compiled import Integers, Numbers, Record, Records, compiled

_ONE = float(WHOLE)
_PART = 1.0 / WHOLE
SWEEPS = 40
"""Sweeps before a small ring is solved by policies instead."""
MOST_SWEEPS, FEWEST_SWEEPS = 4_000, 10
EFFORT = 1e9
"""Looks at a stake, for all holders of one ring together, that sweeps from below may take."""
LARGEST_WORK = 1e8
"""Stakes times holders of the largest ring that is worked out."""
DENSE = 64
"""Members up to which the elimination, of cubic cost, is worth it."""
_TIE = 1e-14


STEP = np.dtype([("owner", np.int32), ("low", np.float64), ("high", np.float64)])
PART = np.dtype([(name, np.float64) for name in ("low", "room", "taken")] + [(n, np.int32) for n in ("owner", "by")])
MEMBER = np.dtype([
    *((name, np.int32) for name in ("start", "end", "told", "last", "chosen")),
    *((name, np.float64) for name in ("left", "gain", "away")),
    ("tight", np.bool_),
])  # fmt: skip


class Ring(NamedTuple):
    """Members are 0 to size - 1, an owner outside is size or more: ids into a column of values.

    Stakes in member v stand at stakes[start[v] : start[v + 1]], assertions at asserted[told[v] : told[v + 1]]; shares
    are in millionths of a percent.
    """

    start: Integers
    stakes: Records
    told: Integers
    asserted: Records


class Care(NamedTuple):
    """Which bound is wanted; the relative `slack` at which sweeps rest; how many `sweeps` a column may take.

    Sweeps take what is positive and below the `floor` for the floor: a long way down would else end in numbers so
    small that the machine is slow with them. That lifts no value by more than the floor, since shares sum to at most
    one, and it is taken off again from a low.
    """

    above: bool
    slack: float
    sweeps: int
    floor: float


class Side(NamedTuple):
    """The ring as one of the two bounds sees it, and memory of one solver.

    member: its stakes are parts[start:end], its assertions asserted[told:last]; `left` is what the lows leave and
    `tight` whether the rooms exceed it; `chosen` (an assertion, -1: none) and the parts' `taken` are a policy, `gain`
    and `away` its equation. `by` keeps the stakes of a member by falling value from one sweep to the next.
    """

    member: Records
    parts: Records
    asserted: Records
    matrix: Numbers


def low_side(ring: Ring) -> Side:
    """All shares at low (SEMANTICS 3.2)."""
    asserted = ring.asserted.copy()
    asserted["high"] = asserted["low"]
    return _side(ring, asserted, np.zeros(len(ring.stakes)))


def high_side(ring: Ring) -> Side:
    """Any shares inside the bounds with a total of at most one (SEMANTICS 3.2)."""
    return _side(ring, ring.asserted, ring.stakes["high"] - ring.stakes["low"])


def _side(ring: Ring, asserted: Records, room: Numbers) -> Side:
    count = len(ring.start) - 1
    subject = np.repeat(np.arange(count), np.diff(ring.start))
    parts, member = np.zeros(len(room), PART), np.zeros(count, MEMBER)
    parts["owner"], parts["low"], parts["room"] = ring.stakes["owner"], ring.stakes["low"], room
    parts["by"] = np.arange(len(room))
    member["start"], member["end"] = ring.start[:-1], ring.start[1:]
    member["told"], member["last"] = ring.told[:-1], ring.told[1:]
    member["left"] = _ONE - np.bincount(subject, ring.stakes["low"], count)
    member["tight"] = np.bincount(subject, room, count) > member["left"]
    dense = count if count <= DENSE else 0
    return Side(member, parts, asserted, np.zeros((dense, dense)))


def care(ring: Ring, columns: int, cut: float, *, above: bool) -> Care:
    """What a ring of so many holders deserves: all digits without a cut, a thousandth of the cut else."""
    sweeps = int(EFFORT / max(1, len(ring.stakes) * columns))
    return Care(above, max(1e-14, 1e-3 * cut), min(max(sweeps, FEWEST_SWEEPS), MOST_SWEEPS), max(1e-200, 1e-6 * cut))


@compiled
def solve(side: Side, columns: Numbers, fixed: Integers, care: Care) -> None:
    """Fill the members' part of each column: proved lower bounds or, with `care.above`, proved upper ones.

    columns[t] is one holder's, fixed[t] its own place in it or -1.
    """
    for t in range(len(columns)):
        _from_below(side, columns[t], fixed[t], care)
        if care.above:
            _proved_above(side, columns[t], fixed[t], care)
        else:
            for v in range(len(side.member)):
                if v != fixed[t]:
                    columns[t, v] = max(0.0, columns[t, v] - care.floor)


@compiled
def _from_below(side: Side, x: Numbers, fixed: int, care: Care) -> None:
    small = len(side.member) <= DENSE
    if not _swept(side, x, fixed, (care.slack, SWEEPS if small else care.sweeps, care.floor)) and small:
        _by_policies(side, x, fixed)


@compiled
def _swept(side: Side, x: Numbers, fixed: int, rule: tuple[float, int, float]) -> bool:
    """Sweep until nothing grows by more than a slack, at most so often, see Care; says whether it came to rest.

    Arrays are taken out of `side` once: to pass it on for each member would cost more than the work.
    """
    member, parts, asserted = side.member, side.parts, side.asserted
    slack, rounds, floor = rule
    for _ in range(rounds):
        grew = False
        for v in range(len(member)):
            if v != fixed:
                value = _best(member[v], parts, asserted, x)
                if 0 < value < floor:
                    value = floor
                grew = grew or value > x[v] * (1.0 + slack)
                x[v] = max(x[v], value)
        if not grew:
            return True
    return False


@compiled
def _best(member: Record, parts: Records, asserted: Records, x: Numbers) -> float:
    """F at a member: never more than the best owner's value, so that rounding cannot creep up around a ring."""
    total, most, left = 0.0, 0.0, member.left
    if member.tight:
        _put_in_order(member, parts, x)
    for place in range(member.start, member.end):
        part = parts[parts[place].by]
        taken = min(left, part.room)
        left -= taken
        if part.low + taken > 0:
            total += (part.low + taken) * x[part.owner]
            most = max(most, x[part.owner])
    best = min(total * _PART, most)
    for at in range(member.told, member.last):
        value = x[asserted[at].owner]
        best = max(best, min(asserted[at].high * value * _PART, value))
    return float(best)


@compiled
def _put_in_order(member: Record, parts: Records, x: Numbers) -> None:
    """By falling value, ties by place: insertion, for the order of the last sweep is nearly right."""
    for place in range(member.start + 1, member.end):
        moved, at = parts[place].by, place
        value = x[parts[moved].owner]
        while at > member.start:
            other = parts[at - 1].by
            if not _comes_later(x[parts[other].owner], other, value, moved):
                break
            parts[at].by = other
            at -= 1
        parts[at].by = moved


@compiled
def _comes_later(value: float, place: int, other: float, other_place: int) -> bool:
    return value < other or (value == other and place > other_place)


@compiled
def _proved_above(side: Side, x: Numbers, fixed: int, care: Care) -> None:
    members = len(side.member)
    lower, above = x.copy(), care.slack
    while above < 1.0:
        for v in range(members):
            x[v] = min(1.0, lower[v] * (1.0 + above))
        if _swept(side, x, fixed, (0.0, min(SWEEPS, care.sweeps), care.floor)):
            return
        above *= 32.0
    _saturate(side, x, members)


@compiled
def _saturate(side: Side, x: Numbers, members: int) -> None:
    """1 wherever anything arrives: no F is larger."""
    grew = True
    while grew:
        grew = False
        for v in range(members):
            if x[v] < 1.0 and (x[v] > 0 or _best(side.member[v], side.parts, side.asserted, x) > 0):
                x[v] = 1.0
                grew = True


@compiled
def _by_policies(side: Side, x: Numbers, fixed: int) -> None:
    """Howard's iteration from nothing: a member changes its choice only for a strictly better one."""
    members = len(side.member)
    for v in range(members):
        x[v] = 1.0 if v == fixed else 0.0
    for v in range(members):
        _choose(side, x, v)
    for _ in range(members * 50 + 50):
        _evaluate(side, x, fixed)
        better = False
        for v in range(members):
            if v != fixed and _best(side.member[v], side.parts, side.asserted, x) > _worth(side, x, v) * (1.0 + _TIE):
                _choose(side, x, v)
                better = True
        if not better:
            return


@compiled
def _choose(side: Side, x: Numbers, v: int) -> None:
    member, parts = side.member[v], side.parts
    left = member.left
    if member.tight:
        _put_in_order(member, parts, x)
    for place in range(member.start, member.end):
        part = parts[parts[place].by]
        more = min(left, part.room)
        part.taken = part.low + more
        left -= more
    member.chosen = -1
    for at in range(member.told, member.last):
        if side.asserted[at].high * x[side.asserted[at].owner] * _PART > _worth(side, x, v):
            member.chosen = at


@compiled
def _worth(side: Side, x: Numbers, v: int) -> float:
    member, total = side.member[v], 0.0
    if member.chosen >= 0:
        return float(side.asserted[member.chosen].high * x[side.asserted[member.chosen].owner] * _PART)
    for at in range(member.start, member.end):
        total += side.parts[at].taken * x[side.parts[at].owner]
    return float(total * _PART)


@compiled
def _evaluate(side: Side, x: Numbers, fixed: int) -> None:
    """The least solution of a policy's equations: what can never leave has the value 0."""
    members = len(side.member)
    for v in range(members):
        if v != fixed:
            _equation(side, x, v, fixed)
    for v in range(members - 1, -1, -1):
        if v != fixed:
            _eliminate(side, v, fixed)
    for v in range(members):
        if v != fixed:
            x[v] = _substituted(side, x, v, fixed)


@compiled
def _substituted(side: Side, x: Numbers, v: int, fixed: int) -> float:
    """The value of a member from those that were eliminated after it."""
    value = side.member[v].gain
    for owner in range(v):
        if owner != fixed:
            value += side.matrix[v, owner] * x[owner]
    return float(min(1.0, value))


@compiled
def _equation(side: Side, x: Numbers, v: int, fixed: int) -> None:
    member, members = side.member[v], len(side.member)
    for owner in range(members):
        side.matrix[v, owner] = 0.0
    member.gain, member.away = 0.0, _ONE
    if member.chosen >= 0:
        told = side.asserted[member.chosen]
        _move(side, x, v, (told.owner, fixed, told.high))
    else:
        for at in range(member.start, member.end):
            _move(side, x, v, (side.parts[at].owner, fixed, side.parts[at].taken))
    for owner in range(members):
        side.matrix[v, owner] *= _PART
    member.gain, member.away = member.gain * _PART, max(0.0, member.away) * _PART


@compiled
def _move(side: Side, x: Numbers, v: int, to: tuple[int, int, float]) -> None:
    """Move to (owner, holder that is fixed, share): it stays in the ring, or it ends with the owner's value."""
    owner, fixed, share = to
    if owner < len(side.member) and owner != fixed:
        side.matrix[v, owner] += share
        # Whole millionths: what is left leaves the ring, exactly.
        side.member[v].away -= share
    else:
        side.member[v].gain += share * x[owner]


@compiled
def _eliminate(side: Side, last: int, fixed: int) -> None:
    """Take the last member out: whoever moved to it moves on with it."""
    matrix, taken_out = side.matrix, side.member[last]
    out = taken_out.away
    for owner in range(last):
        if owner != fixed:
            out += matrix[last, owner]
    scale = 1.0 / out if out > 0 else 0.0
    for owner in range(last):
        matrix[last, owner] *= scale
    taken_out.gain *= scale
    # Who moves to what can never leave is lost there; else its other ways would seem likelier than they are.
    taken_out.away = taken_out.away * scale if out > 0 else 1.0
    for v in range(last):
        weight = matrix[v, last]
        if v != fixed and weight > 0:
            side.member[v].gain += weight * taken_out.gain
            side.member[v].away += weight * taken_out.away
            for owner in range(last):
                matrix[v, owner] += weight * matrix[last, owner]
