"""The whole graph as arrays for the bulk kernel, read row by row: what is in memory at once is one subject's rows.

The arrays themselves grow with the graph, by about 40 bytes a stake; no fact of the engine outlives its subject.
"""

import datetime as dt
import importlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from conflicts.engine.dates import Phase, phase
from conflicts.engine.facts import Certainty, Directness, Fact, Source, Standing, joint_holder
from conflicts.engine.ground import Ground, ground, groups_of
from conflicts.engine.snapshot import Snapshot
from conflicts.engine.stakes import Group
from conflicts.models import Interest, JointMember, Party
from conflicts.models.facts import partial_date

CHUNK = 5_000
"""Rows that the database sends at a time."""

COLUMNS = (
    "subject_id",
    "holder_id",
    "type",
    "directness",
    "share_low",
    "share_high",
    "low_open",
    "high_open",
    "start",
    "end",
    "certainty",
    "source__standing",
    "source__statement_date",
    "source__retrieved_on",
)


@dataclass(frozen=True)
class Streamed:
    """A BulkGraph (its type is the kernel's, which only jobs import) and the slugs of the ids 0, 1, ..."""

    graph: Any
    names: tuple[str, ...]


@dataclass
class Names:
    """Parties by row id and, as the engine calls them, by name."""

    slugs: dict[UUID, str]
    joint: dict[UUID, tuple[str, ...]]
    ids: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ordered = sorted(self.slugs.items(), key=itemgetter(1))
        self.ids = {self.called(key): place for place, (key, _) in enumerate(ordered)}

    def called(self, key: UUID) -> str:
        """The party's name in the engine."""
        return joint_holder(self.joint[key]) if key in self.joint else self.slugs[key]


def stream_graph(*, as_of: dt.date, known_on: dt.date) -> Streamed:
    """Read all interests that are known now and settle them subject by subject, as the plain engine does.

    Call it inside `consistent`, so that all of it is of one epoch.
    """
    names = _names()
    bulk = importlib.import_module("conflicts.engine.kernel")
    joint = {joint_holder(members): members for members in names.joint.values()}
    higher = _Higher(names, as_of, known_on) if _has_undirected() else None
    graph = bulk.BulkGraph(len(names.ids))
    for name in joint:
        graph.hidden[names.ids[name]] = True
    graph.replace(
        bulk.rows_of(Snapshot({}, known_on, there), subject, names.ids)
        for subject, there in (*_joint_grounds(joint, as_of), *_grounds(names, as_of, known_on, higher))
    )
    return Streamed(graph, tuple(sorted(names.slugs.values())))


def _has_undirected() -> bool:
    return Interest.objects.current().filter(directness=Directness.UNKNOWN).exists()


def _names() -> Names:
    slugs = dict(Party.objects.order_by().values_list("pk", "slug").iterator(CHUNK))
    joint: dict[UUID, tuple[str, ...]] = {}
    for key, member in JointMember.objects.order_by("member__slug").values_list("joint_id", "member__slug"):
        joint[key] = (*joint.get(key, ()), member)
    return Names(slugs, joint)


def _joint_grounds(joint: Mapping[str, tuple[str, ...]], as_of: dt.date) -> Iterator[tuple[str, Ground]]:
    for name in joint:
        yield name, Ground(as_of, joint=joint)


def _grounds(names: Names, as_of: dt.date, known_on: dt.date, higher: "_Higher | None") -> Iterator[tuple[str, Ground]]:
    rows = Interest.objects.current().order_by("subject_id", "holder_id", "type", "start").values_list(*COLUMNS)
    for key, told in groupby(rows.iterator(CHUNK), key=itemgetter(0)):
        there = ground((_fact(names, row) for row in told), as_of, known_on)
        yield names.called(key), _Lone(there, higher) if higher else there


def _fact(names: Names, row: tuple[Any, ...]) -> Fact:
    """The interest without what exposures do not rest on: its id, its address and its amounts."""
    (subject, holder, type_, directness, low, high, low_open, high_open, start, end, certainty, *source) = row
    return Fact(
        id="",
        holder=names.called(holder),
        subject=names.called(subject),
        type=type_,
        source=Source("", standing=Standing(source[0]), statement_date=source[1], retrieved_on=source[2]),
        low=low,
        high=high,
        low_open=low_open,
        high_open=high_open,
        start=partial_date(start),
        end=partial_date(end),
        certainty=Certainty(certainty),
        members=names.joint.get(holder, ()),
        directness=Directness(directness),
    )


class _Lone(Ground):
    """The ground of one subject, which asks another who holds what higher up."""

    __slots__ = ("_above",)

    def __init__(self, of: Ground, above: Callable[[str, Group], set[str]]) -> None:
        super().__init__(of.day, of.rows, of.tie_rows, of.pending, of.joint, of.held_in, of.tied_to, of.undirected)
        self._above = above

    def _holders(self, subject: str, group: Group) -> set[str]:
        return self._above(subject, group)


class _Higher:
    """Who holds a part of whom on the day, by ids: what tells whether an undirected interest is an assertion (2.5)."""

    def __init__(self, names: Names, as_of: dt.date, known_on: dt.date) -> None:
        self._names = names
        self._called = {place: name for name, place in names.ids.items()}
        self._holders: dict[int, dict[Group, array[int]]] = {}
        rows = Interest.objects.current().order_by().values_list(*COLUMNS).iterator(CHUNK)
        for row in rows:
            self._add(_fact(names, row), as_of, known_on)

    def __call__(self, subject: str, group: Group) -> set[str]:
        held = self._holders.get(self._names.ids[subject], {})
        speaking = (Group.ECONOMIC,) if group.axis is Group.ECONOMIC.axis else (Group.VOTES, Group.SHARES)
        return {self._called[holder] for one in speaking for holder in held.get(one, ())}

    def _add(self, fact: Fact, as_of: dt.date, known_on: dt.date) -> None:
        stated = fact.certainty is Certainty.STATED and not (fact.start and fact.start.first > known_on)
        if not stated or fact.high == 0 or phase(fact.start, fact.end, as_of) in {Phase.NOT_BEGUN, Phase.OVER}:
            return
        held = self._holders.setdefault(self._names.ids[fact.subject], {})
        for group in groups_of(fact):
            members: Iterable[str] = fact.members or (fact.holder,)
            held.setdefault(group, array("q")).extend(self._names.ids[member] for member in members)
