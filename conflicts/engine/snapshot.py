"""The ownership and control graph on one day as known on one day: stakes, ties and posts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, cast

from conflicts.engine.bounds import WHOLE, Bounds, capped
from conflicts.engine.dates import Phase, phase
from conflicts.engine.facts import (
    APPOINTMENT_OF_BOARD,
    POSTS,
    SHAREHOLDING,
    VOTING_RIGHTS,
    Axis,
    Certainty,
)
from conflicts.engine.holdings import resolve
from conflicts.engine.votes import votes_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from conflicts.engine.facts import Fact, Node
    from conflicts.engine.holdings import Holding

HALF = WHOLE // 2


class Group(StrEnum):
    """Rows that are settled together; shares are settled apart where they count as votes."""

    ECONOMIC = "economic"
    SHARES = "shares"
    VOTES = "votes"


@dataclass(frozen=True, slots=True)
class HoldingKey:
    group: Group
    holder: str
    subject: str


@dataclass(frozen=True, slots=True)
class Stake:
    """One engine edge: bounds are tightened (2.6), `stated` are those before.

    `derived` says that shares count as votes here; `unstated` that no positive low is stated.
    """

    holder: str
    subject: str
    axis: Axis
    bounds: Bounds
    stated: Bounds
    derived: bool
    unstated: bool
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Tie:
    """A fact without a share of its own: control, a seat, a post, a contract."""

    fact: Fact
    phase: Phase

    @property
    def certain(self) -> bool:
        return self.phase is Phase.IN_FORCE

    @property
    def in_force(self) -> bool:
        """In force, or perhaps in force."""
        return self.phase in {Phase.IN_FORCE, Phase.MAY_HAVE_BEGUN, Phase.MAY_HAVE_ENDED}


class Snapshot:
    """Immutable: stakes are worked out once, and a variant is a snapshot of its own."""

    def __init__(
        self,
        nodes: Mapping[str, Node],
        day: date,
        holdings: Mapping[HoldingKey, Holding],
        ties: Iterable[Tie],
        *,
        supported: bool = False,
    ) -> None:
        self.nodes = nodes
        self.day = day
        self.holdings = holdings
        self.ties = tuple(ties)
        self.supported = supported
        self.memo: dict[object, object] = {}

    @cached_property
    def economic(self) -> Mapping[str, Mapping[str, Stake]]:
        """Economic stakes by subject, then holder."""
        return {
            subject: _tightened(
                subject,
                Axis.ECONOMIC,
                {h: (x.effective, False, x) for h, x in held.items()},
            )
            for subject, held in self._by_subject(Group.ECONOMIC).items()
        }

    @cached_property
    def voting(self) -> Mapping[str, Mapping[str, Stake]]:
        """Votes by subject, then holder; self-held shares carry none (2.3)."""
        told, shares = self._by_subject(Group.VOTES), self._by_subject(Group.SHARES)
        votes: dict[str, Mapping[str, Stake]] = {}
        for subject in {**told, **shares}:
            rows = _without(told.get(subject, {}), subject)
            # A row without a number states nothing (2.4), yet it tells of votes whose number is open.
            stated = {holder: holding for holder, holding in rows.items() if holding.sized}
            counted = votes_in(stated, _without(shares.get(subject, {}), subject))
            entries = {h: (v.bounds, v.derived, v.holding) for h, v in counted.items()}
            for holder in rows.keys() - stated.keys():
                entries[holder] = _opened(entries.get(holder), rows[holder])
            votes[subject] = _tightened(subject, Axis.VOTING, entries)
        return votes

    @cached_property
    def control(self) -> Mapping[str, tuple[Tie, ...]]:
        """Control facts in force or perhaps in force, by subject."""
        return _grouped(tie for tie in self.ties if tie.in_force and _controls(tie.fact))

    @cached_property
    def holds(self) -> Mapping[str, frozenset[str]]:
        """The subjects in which a holder has a stake, votes or control, by holder."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for key, holding in self.holdings.items():
            if not holding.over:
                found[key.holder].add(key.subject)
        for ties in self.control.values():
            for tie in ties:
                found[tie.fact.holder].add(tie.fact.subject)
        return {holder: frozenset(subjects) for holder, subjects in found.items()}

    @cached_property
    def ties_into(self) -> Mapping[str, tuple[Tie, ...]]:
        """Every tie by subject, those that are over included."""
        return _grouped(self.ties)

    @cached_property
    def ties_of(self) -> Mapping[str, tuple[Tie, ...]]:
        """Every tie by holder, those that are over included."""
        found: defaultdict[str, list[Tie]] = defaultdict(list)
        for tie in self.ties:
            found[tie.fact.holder].append(tie)
        return {holder: tuple(members) for holder, members in found.items()}

    def holders(self, subject: str) -> set[str]:
        """Who has a stake, votes or control in the subject."""
        return {
            *self.economic.get(subject, {}),
            *self.voting.get(subject, {}),
            *(tie.fact.holder for tie in self.control.get(subject, ())),
        }

    def faulted(self, axis: Axis, subject: str) -> bool:
        """Whether the lows stated in the subject on the axis sum past 100 (2.7)."""
        return subject in self.faults[axis]

    @cached_property
    def faults(self) -> Mapping[Axis, frozenset[str]]:
        """The subjects with a data fault, by axis."""
        return {
            Axis.ECONOMIC: _past_whole(self.economic),
            Axis.VOTING: _past_whole(self.voting),
        }

    def zeroed(self, keys: frozenset[HoldingKey]) -> Snapshot:
        """The snapshot with these holdings at exactly 0, everything else worked out again."""
        if keys not in self.memo:
            kept = {key: held for key, held in self.holdings.items() if key not in keys}
            self.memo[keys] = Snapshot(self.nodes, self.day, kept, self.ties, supported=self.supported)
        return cast("Snapshot", self.memo[keys])

    def with_supported_lows(self) -> Snapshot:
        """The world in which faulted subjects have the most that stated lows support (2.7)."""
        if "supported" not in self.memo:
            self.memo["supported"] = Snapshot(self.nodes, self.day, self.holdings, self.ties, supported=True)
        return cast("Snapshot", self.memo["supported"])

    def closed_at(self, parties: frozenset[str]) -> Snapshot:
        """The snapshot in which nothing is held in these parties, so that every way up ends at them (5.2)."""
        key = ("closed", parties)
        if key not in self.memo:
            kept = {k: held for k, held in self.holdings.items() if k.subject not in parties}
            ties = (tie for tie in self.ties if tie.fact.subject not in parties)
            self.memo[key] = Snapshot(self.nodes, self.day, kept, ties, supported=self.supported)
        return cast("Snapshot", self.memo[key])

    def with_asides(self, asides: Iterable[Fact]) -> Snapshot:
        """The snapshot in which rows that were set aside count instead (2.2d)."""
        holdings = dict(self.holdings)
        for aside in asides:
            other = resolve([aside], self.day)
            keys = (HoldingKey(group, aside.holder, aside.subject) for group in _groups(aside))
            holdings.update(dict.fromkeys(keys, other) if other else {})
        return Snapshot(self.nodes, self.day, holdings, self.ties, supported=self.supported)

    def _by_subject(self, group: Group) -> dict[str, dict[str, Holding]]:
        found: defaultdict[str, dict[str, Holding]] = defaultdict(dict)
        for key, holding in self.holdings.items():
            if key.group is group and not holding.over:
                found[key.subject][key.holder] = holding
        return found


def snapshot(nodes: Iterable[Node], facts: Iterable[Fact], *, as_of: date, known_on: date) -> Snapshot:
    """Build the snapshot of facts that were already chosen by known time.

    Announced and rumoured facts, and facts that begin after the as-known day, make no stake (1.5).
    """
    rows: defaultdict[HoldingKey, list[Fact]] = defaultdict(list)
    ties: list[Tie] = []
    for fact in facts:
        if not _counts(fact, known_on):
            continue
        for group in _groups(fact):
            rows[HoldingKey(group, fact.holder, fact.subject)].append(fact)
        now = phase(fact.start, fact.end, as_of)
        if now is not Phase.NOT_BEGUN and not _groups(fact):
            ties.append(Tie(fact, now))
    settled = {key: holding for key, group in rows.items() if (holding := resolve(group, as_of))}
    return Snapshot({node.id: node for node in nodes}, as_of, settled, _handed_over(ties))


def _counts(fact: Fact, known_on: date) -> bool:
    hindsight = fact.start is not None and fact.start.first > known_on
    return fact.certainty is Certainty.STATED and not hindsight


def _groups(fact: Fact) -> tuple[Group, ...]:
    if fact.type == SHAREHOLDING:
        return (Group.ECONOMIC, Group.SHARES)
    if fact.type == VOTING_RIGHTS:
        return (Group.VOTES,)
    return (Group.ECONOMIC,) if fact.axis is Axis.ECONOMIC else ()


def _handed_over(ties: Iterable[Tie]) -> list[Tie]:
    """Inside the span in which one tie ends and another of its kind starts, one of them is in force (1.4)."""
    kinds: defaultdict[tuple[str, str, str], list[Tie]] = defaultdict(list)
    for tie in ties:
        kind = "post" if tie.fact.type in POSTS else tie.fact.axis
        kinds[tie.fact.holder, tie.fact.subject, kind].append(tie)
    return [_certain_beside(tie, others) for others in kinds.values() for tie in others]


def _certain_beside(tie: Tie, others: Iterable[Tie]) -> Tie:
    for other in others:
        ended = tie.phase is Phase.MAY_HAVE_ENDED and other.phase is Phase.MAY_HAVE_BEGUN
        began = tie.phase is Phase.MAY_HAVE_BEGUN and other.phase is Phase.MAY_HAVE_ENDED
        if (ended and tie.fact.end == other.fact.start) or (began and other.fact.end == tie.fact.start):
            return Tie(tie.fact, Phase.IN_FORCE)
    return tie


def _controls(fact: Fact) -> bool:
    """A control fact, or a right to appoint what may be a majority of the board (2.1)."""
    if fact.type == APPOINTMENT_OF_BOARD:
        return fact.sized and fact.bounds.high > HALF
    return fact.axis is Axis.CONTROL


def must_control(tie: Tie) -> bool:
    """Whether the tie is certain, and a majority where it is a right to appoint the board."""
    return tie.certain and (tie.fact.axis is Axis.CONTROL or is_majority(tie.fact.bounds))


def is_majority(bounds: Bounds) -> bool:
    """Whether the low proves more than half; "majority" is an exclusive lower bound of 50 (4.2)."""
    return bounds.low > HALF or (bounds.low == HALF and bounds.low_open)


def _grouped(ties: Iterable[Tie]) -> dict[str, tuple[Tie, ...]]:
    found: defaultdict[str, list[Tie]] = defaultdict(list)
    for tie in ties:
        found[tie.fact.subject].append(tie)
    return {subject: tuple(members) for subject, members in found.items()}


def _without(held: Mapping[str, Holding], holder: str) -> dict[str, Holding]:
    return {name: holding for name, holding in held.items() if name != holder}


def _tightened(subject: str, axis: Axis, entries: Mapping[str, tuple[Bounds, bool, Holding]]) -> dict[str, Stake]:
    """High = min(high, 100 - the others' lows) (2.6); lows past 100 count as 0 (2.7)."""
    total = sum(bounds.low for bounds, _, _ in entries.values())
    opens = sum(bounds.low_open for bounds, _, _ in entries.values())
    fault = is_past_whole(bounds for bounds, _, _ in entries.values())
    stakes: dict[str, Stake] = {}
    for holder, (stated, derived, holding) in entries.items():
        if fault:
            bounds = stated.without_low()
        else:
            others_open = opens - stated.low_open > 0
            bounds = capped(stated, WHOLE - total + stated.low, is_open=others_open)
        stakes[holder] = Stake(holder, subject, axis, bounds, stated, derived, holding.unstated, holding.facts)
    return stakes


def is_past_whole(stated: Iterable[Bounds]) -> bool:
    """Whether lows cannot all be true: they sum past 100, or to 100 where one is more than it says."""
    lows = [(bounds.low, bounds.low_open) for bounds in stated]
    total = sum(low for low, _ in lows)
    return total > WHOLE or (total == WHOLE and any(is_open for _, is_open in lows))


def _opened(counted: tuple[Bounds, bool, Holding] | None, row: Holding) -> tuple[Bounds, bool, Holding]:
    """What shares count as votes stays the low; the high is open."""
    if counted is None:
        return row.effective, False, row
    bounds, derived, holding = counted
    return Bounds(bounds.low, WHOLE, bounds.low_open), derived, holding


def _past_whole(stakes: Mapping[str, Mapping[str, Stake]]) -> frozenset[str]:
    return frozenset(subject for subject, held in stakes.items() if is_past_whole(s.stated for s in held.values()))
