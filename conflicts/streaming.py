"""The whole graph as arrays for the bulk kernel, read row by row: what is in memory at once is one subject's rows.

The arrays themselves grow with the graph, by about 40 bytes a stake, and so do the names of its parties; where rows do
not tell whether they are direct, also who holds whom, by name. No fact of the engine outlives its subject.
"""

import datetime as dt
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from conflicts.engine.facts import Axis, Certainty, Directness, Fact, Source, Standing, joint_holder
from conflicts.engine.ground import Ground, ground, is_pending, links_of, speaking_with
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


LOOKING = (Group.ECONOMIC, Group.VOTES)
"""One group of each axis on which a longer path is looked for."""


@dataclass(frozen=True)
class Streamed:
    """A BulkGraph (its type is the kernel's, which only jobs import) and the row ids of the parties 0, 1, ..."""

    graph: Any
    keys: tuple[UUID, ...]


class Names:
    """Parties by row id and, as the engine calls them, by name; joint holders also by the name that they hold under.

    The ids 0, 1, ... go by name, `keys` are the row ids in their order.
    """

    def __init__(self, slugs: dict[UUID, str], joint: dict[UUID, tuple[str, ...]]) -> None:
        self.slugs, self.joint = slugs, joint
        together = ((joint_holder(members), key) for key, members in joint.items())
        called = sorted((*((slug, key) for key, slug in slugs.items()), *together))
        self.ids = {name: place for place, (name, _) in enumerate(called)}
        self.keys = tuple(key for _, key in called)

    def holding_as(self, key: UUID) -> str:
        """The name under which the party holds something."""
        return joint_holder(self.joint[key]) if key in self.joint else self.slugs[key]


@dataclass(frozen=True)
class Reading:
    """The rows that count, and how the engine takes them."""

    rows: QuerySet[Interest]
    names: Names
    as_of: dt.date
    known_on: dt.date

    def by_subject(self) -> Iterator[tuple[str, Iterator[Fact]]]:
        """Read the facts subject by subject; those of one are to be taken before the next."""
        ordered = self.rows.order_by("subject_id", "holder_id", "type", "start").values_list(*COLUMNS)
        for key, told in groupby(ordered.iterator(CHUNK), key=itemgetter(0)):
            yield self.names.slugs[key], (_fact(self.names, row) for row in told)


def stream_graph(rows: QuerySet[Interest], *, as_of: dt.date, known_on: dt.date) -> Streamed:
    """Read these rows, of those that are known now, and settle them subject by subject, as the plain engine does.

    Call it inside `consistent`, so that all of it is of one epoch.
    """
    names = _names(rows)
    bulk = importlib.import_module("conflicts.engine.kernel")
    joint = {joint_holder(members): members for members in names.joint.values()}
    graph = bulk.BulkGraph(len(names.keys))
    for name in joint:
        graph.hidden[names.ids[name]] = True
    grounds = chain(_joint_grounds(joint, as_of), _grounds(Reading(rows, names, as_of, known_on)))
    graph.replace(bulk.rows_of(Snapshot({}, known_on, there), subject, names.ids) for subject, there in grounds)
    return Streamed(graph, names.keys)


def _names(rows: QuerySet[Interest]) -> Names:
    slugs = dict(Party.objects.order_by().values_list("pk", "slug").iterator(CHUNK))
    joint: dict[UUID, tuple[str, ...]] = {}
    together = JointMember.objects.filter(joint__in=rows.order_by().values("holder")).order_by("member__slug")
    for key, member in together.values_list("joint_id", "member__slug"):
        joint[key] = (*joint.get(key, ()), member)
    return Names(slugs, joint)


def _joint_grounds(joint: Mapping[str, tuple[str, ...]], as_of: dt.date) -> Iterator[tuple[str, Ground]]:
    for name in joint:
        yield name, Ground(as_of, joint=joint)


def _grounds(reading: Reading) -> Iterator[tuple[str, Ground]]:
    higher = _Higher(reading) if reading.rows.filter(directness=Directness.UNKNOWN).exists() else None
    for subject, facts in reading.by_subject():
        there = ground(facts, reading.as_of, reading.known_on)
        yield subject, _Lone(there, higher) if higher else there


def _fact(names: Names, row: tuple[Any, ...]) -> Fact:
    """The interest without what exposures do not rest on: its id, its address and its amounts."""
    (subject, holder, type_, directness, low, high, low_open, high_open, start, end, certainty, *source) = row
    return Fact(
        id="",
        holder=names.holding_as(holder),
        subject=names.slugs[subject],
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

    __slots__ = ("_far", "_higher")

    def __init__(self, of: Ground, higher: "_Higher") -> None:
        super().__init__(of.day, of.rows, of.tie_rows, of.pending, of.joint, of.held_in, of.tied_to, of.undirected)
        self._higher = higher
        self._far: dict[Axis, set[str]] = {}

    def _holders(self, subject: str, group: Group) -> set[str]:
        return set(self._higher.holders(subject, group.axis))

    def _has_longer_path(self, row: Fact, group: Group) -> bool:
        # Who stands above no holder at all has no such path: one walk up tells that of all rows of the subject.
        if group.axis not in self._far:
            self._far[group.axis] = self._higher.above_holders(row.subject, group.axis)
        return row.holder in self._far[group.axis] and super()._has_longer_path(row, group)


class _Higher:
    """Who holds a part of whom on the day: what tells whether an undirected interest is an assertion (2.5)."""

    def __init__(self, reading: Reading) -> None:
        self._held: dict[Axis, dict[str, tuple[str, ...]]] = {group.axis: {} for group in LOOKING}
        for subject, facts in reading.by_subject():
            stated = (fact for fact in facts if not is_pending(fact, reading.known_on))
            links = {link for fact in stated for link in links_of(fact, reading.as_of)}
            for group in LOOKING:
                wanted = speaking_with(group)
                if found := {party for one, party in links if one in wanted}:
                    self._held[group.axis][subject] = tuple(found)

    def holders(self, subject: str, axis: Axis) -> tuple[str, ...]:
        """Return who holds a part of the subject on the axis."""
        return self._held[axis].get(subject, ())

    def above_holders(self, subject: str, axis: Axis) -> set[str]:
        """Return everybody who holds a part of a holder of the subject, or of whom stands above one."""
        held = self._held[axis]
        found: set[str] = set()
        met, waiting = {subject}, list(held.get(subject, ()))
        while waiting:
            party = waiting.pop()
            if party not in met:
                met.add(party)
                above = held.get(party, ())
                found.update(above)
                waiting.extend(above)
        return found
