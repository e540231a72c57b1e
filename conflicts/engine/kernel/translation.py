"""A snapshot as arrays, and a changed snapshot as changes of rows."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from conflicts.engine.bounds import HALF, WHOLE
from conflicts.engine.kernel.graph import BulkGraph, Change, Grants, Held, Votes
from conflicts.engine.ties import must_control

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conflicts.engine.bounds import Bounds
    from conflicts.engine.snapshot import Snapshot
    from conflicts.engine.stakes import Stake


def bulk_graph(snap: Snapshot, *, line: int = HALF) -> tuple[BulkGraph, tuple[str, ...]]:
    """The snapshot's stakes, assertions, votes and control facts, and the names of the ids 0, 1, ...

    `line` is the policy's line of control, millionths of a percent. Highs that are fractions are rounded up.
    """
    names = tuple(sorted(_parties(snap)))
    ids = {name: place for place, name in enumerate(names)}
    changes = [rows_of(snap, name, ids, line=line) for name in names]
    graph = BulkGraph(len(names), line=line)
    graph.hidden[:] = [name in snap.joint for name in names]
    graph.replace(changes)
    return graph, names


def rows_of(snap: Snapshot, subject: str, ids: Mapping[str, int], *, line: int = HALF) -> Change:
    """All rows of one subject as the snapshot has them; every owner must have an id."""
    stakes, assertions = snap.economic.into(subject).values(), snap.asserted_economic.into(subject).values()
    return Change(
        ids[subject],
        stakes=_held(stakes, ids),
        assertions=_held(assertions, ids),
        votes=_votes(snap, subject, ids, line),
        grants=_grants(snap, subject, ids, line),
    )


def _parties(snap: Snapshot) -> set[str]:
    found = {*snap.nodes, *snap.subjects, *snap.joint}
    for members in snap.joint.values():
        found.update(members)
    for subject in list(found):
        found |= snap.holders.into(subject)
    return found


def _held(stakes: Iterable[Stake], ids: Mapping[str, int]) -> Held:
    rows = sorted((ids[stake.holder], stake.bounds) for stake in stakes)
    return Held(
        [owner for owner, _ in rows],
        [float(bounds.low) / WHOLE for _, bounds in rows],
        [float(bounds.high) / WHOLE for _, bounds in rows],
    )


def _votes(snap: Snapshot, subject: str, ids: Mapping[str, int], line: int) -> Votes:
    """Votes by holder. A joint name joins its members' side where all of them are on it (2.3).

    So each member has a low of one part in it, but the first, whose low makes all of them just enough for control.
    """
    if subject in snap.joint:
        members = sorted(ids[member] for member in snap.joint[subject])
        lows = [line + 2 - len(members)] + [1] * (len(members) - 1)
        return Votes(members, lows, lows, [False] * len(members))
    held = sorted((ids[stake.holder], stake.bounds) for stake in snap.voting.into(subject).values())
    return Votes(
        [owner for owner, _ in held],
        [bounds.low for _, bounds in held],
        [ceil(bounds.high) for _, bounds in held],
        [bounds.low_open for _, bounds in held],
    )


def _grants(snap: Snapshot, subject: str, ids: Mapping[str, int], line: int) -> Grants:
    must: dict[int, bool] = {}
    for holder, surely in _granted(snap, subject, line):
        must[ids[holder]] = must.get(ids[holder], False) or surely
    return Grants(sorted(must), [must[owner] for owner in sorted(must)])


def _granted(snap: Snapshot, subject: str, line: int) -> Iterator[tuple[str, bool]]:
    """Control facts; a joint name may be each member's; votes over the line that are held jointly, or asserted."""
    for member in snap.joint.get(subject, ()):
        yield member, False
    for tie in snap.control.into(subject):
        yield tie.fact.holder, must_control(tie)
    asserted = snap.asserted_voting.into(subject).values()
    for stake in (*snap.voting.into(subject).values(), *asserted):
        if len(stake.members) > 1 and _is_over(stake.bounds, line):
            for member in stake.members:
                yield member, True
    for stake in asserted:
        if stake.bounds.high > line:
            yield stake.holder, _is_over(stake.bounds, line)


def _is_over(bounds: Bounds, line: int) -> bool:
    return bounds.low > line or (bounds.low == line and bounds.low_open)
