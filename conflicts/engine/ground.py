"""The facts that count on one day, by subject: what snapshots and their overlays are built on (SEMANTICS 1, 2.5)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conflicts.engine.dates import Phase, phase
from conflicts.engine.facts import SHAREHOLDING, VOTING_RIGHTS, Axis, Certainty, Directness
from conflicts.engine.holdings import resolve
from conflicts.engine.stakes import Group, HeldBy
from conflicts.engine.tables import Overlay
from conflicts.engine.ties import Tie, handed_over, ties_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from conflicts.engine.facts import Fact

_NEVER = frozenset({Phase.NOT_BEGUN, Phase.OVER})


def groups_of(fact: Fact) -> tuple[Group, ...]:
    """The groups in which a fact has a slot; none for a tie."""
    if fact.type == SHAREHOLDING:
        return (Group.ECONOMIC, Group.SHARES)
    if fact.type == VOTING_RIGHTS:
        return (Group.VOTES,)
    return (Group.ECONOMIC,) if fact.axis is Axis.ECONOMIC else ()


def links_of(fact: Fact, day: date) -> Iterator[tuple[Group, str]]:
    """Tell from whom a path can lead down by a row of a stake, by group: its holder, of a joint one each member too.

    Nothing, where nothing is or may be held that day. Announced rows are the caller's to leave out (1.5).
    """
    if fact.high == 0 or phase(fact.start, fact.end, day) in _NEVER:
        return
    for group in groups_of(fact):
        for party in (fact.holder, *fact.members):
            yield group, party


def speaking_with(group: Group) -> tuple[Group, ...]:
    """The groups whose rows make paths on the axis of this one; on votes those of shares too (2.4)."""
    return (Group.ECONOMIC,) if group.axis is Axis.ECONOMIC else (Group.VOTES, Group.SHARES)


@dataclass(slots=True)
class Ground:
    """Rows of stakes, rows of ties and what is only announced, by subject; `joint` names the members of joint holders.

    `held_in` tells by party where it holds shares or votes, alone or jointly, `tied_to` where it has a tie.
    `undirected` are the subjects of rows that may be assertions (2.5). Never changed once built.
    """

    day: date
    rows: Mapping[str, list[Fact]] = field(default_factory=dict)
    tie_rows: Mapping[str, list[Fact]] = field(default_factory=dict)
    pending: tuple[Fact, ...] = ()
    joint: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    held_in: Mapping[str, set[str]] = field(default_factory=dict)
    tied_to: Mapping[str, set[str]] = field(default_factory=dict)
    undirected: frozenset[str] = frozenset()

    def ties_into(self, subject: str) -> tuple[Tie, ...]:
        """Every tie into the subject, those that are over included."""
        made = (tie for row in self.tie_rows.get(subject, ()) for tie in ties_of(row, self.day))
        return tuple(handed_over(made))

    def held(self, subject: str) -> dict[Group, HeldBy]:
        """Settle what is held in the subject, by group and holder."""
        slots: defaultdict[tuple[Group, str], list[Fact]] = defaultdict(list)
        for row in self.rows.get(subject, ()):
            for group in groups_of(row):
                slots[self.place_of(row, group), row.holder].append(row)
        found: dict[Group, HeldBy] = {}
        for (group, holder), rows in slots.items():
            holding = resolve(rows, self.day)
            if holding is not None:
                found.setdefault(group, {})[holder] = holding
        return found

    def place_of(self, row: Fact, group: Group) -> Group:
        """An indirect row is an assertion; an unknown one is where others hold a longer path (2.5)."""
        if row.directness is Directness.DIRECT:
            return group
        if row.directness is Directness.INDIRECT or self._has_longer_path(row, group):
            return group.asserted
        return group

    def _has_longer_path(self, row: Fact, group: Group) -> bool:
        """Whether the other rows lead from the row's holder to its subject through somebody else, on its axis.

        Who hold jointly are one holder: the path begins with what the same set holds, not with what one of it holds.
        """
        met = {row.subject, row.holder}
        waiting = list(self._holders(row.subject, group) - met)
        while waiting:
            party = waiting.pop()
            if party in met:
                continue
            met.add(party)
            above = self._holders(party, group)
            if row.holder in above:
                return True
            waiting.extend(above - met)
        return False

    def _holders(self, subject: str, group: Group) -> set[str]:
        """Who holds a part of the subject on the day; on votes whoever has votes or shares (2.4)."""
        wanted = speaking_with(group)
        links = (link for row in self.rows.get(subject, ()) for link in links_of(row, self.day))
        return {party for one, party in links if one in wanted}

    def with_facts(
        self, added: Iterable[Fact], removed: frozenset[str], known_on: date
    ) -> tuple[Ground, frozenset[str]]:
        """Return the ground with facts added and others, by id, taken away; and the subjects at which it differs.

        Everything else is shared with this one.
        """
        gone = _subjects_of(removed, self.rows, self.tie_rows)
        more = ground(added, self.day, known_on)
        touched = gone | more.rows.keys() | more.tie_rows.keys() | more.joint.keys()
        changed = Ground(
            day=self.day,
            rows=_overlaid(self.rows, more.rows, touched, removed),
            tie_rows=_overlaid(self.tie_rows, more.tie_rows, touched, removed),
            pending=(*(fact for fact in self.pending if fact.id not in removed), *more.pending),
            joint={**self.joint, **more.joint},
            held_in=_united(self.held_in, more.held_in),
            tied_to=_united(self.tied_to, more.tied_to),
            undirected=self.undirected | more.undirected,
        )
        # A new row can make, or end, the longer path by which an undirected one is an assertion.
        return changed, frozenset(touched) | changed.undirected


def ground(facts: Iterable[Fact], day: date, known_on: date) -> Ground:
    """Sort the facts that were chosen by known time (1.1, 1.5)."""
    rows: defaultdict[str, list[Fact]] = defaultdict(list)
    tie_rows: defaultdict[str, list[Fact]] = defaultdict(list)
    held_in: defaultdict[str, set[str]] = defaultdict(set)
    tied_to: defaultdict[str, set[str]] = defaultdict(set)
    made = Ground(day)
    pending, joint, undirected = [], {}, set()
    for fact in facts:
        members = fact.members or (fact.holder,)
        if fact.members:
            joint[fact.holder] = fact.members
        if is_pending(fact, known_on):
            pending.append(fact)
            continue
        if phase(fact.start, fact.end, day) is Phase.NOT_BEGUN:
            continue
        stake = bool(groups_of(fact))
        (rows if stake else tie_rows)[fact.subject].append(fact)
        if stake and fact.directness is Directness.UNKNOWN:
            undirected.add(fact.subject)
        for member in members:
            (held_in if stake else tied_to)[member].add(fact.subject)
    made.rows, made.tie_rows, made.held_in, made.tied_to = rows, tie_rows, held_in, tied_to
    made.pending, made.joint, made.undirected = tuple(pending), joint, frozenset(undirected)
    return made


def is_pending(fact: Fact, known_on: date) -> bool:
    """Whether a fact is only announced or rumoured, which makes no stake; so is what begins after the as-known day."""
    return fact.certainty is not Certainty.STATED or (fact.start is not None and fact.start.first > known_on)


def _subjects_of(removed: frozenset[str], *tables: Mapping[str, list[Fact]]) -> set[str]:
    if not removed:
        return set()
    return {subject for table in tables for subject, rows in table.items() if any(row.id in removed for row in rows)}


def _overlaid(
    base: Mapping[str, list[Fact]], more: Mapping[str, list[Fact]], touched: Iterable[str], removed: frozenset[str]
) -> Mapping[str, list[Fact]]:
    changed = {
        subject: [*(row for row in base.get(subject, ()) if row.id not in removed), *more.get(subject, ())]
        for subject in touched
    }
    return Overlay(base, changed)


def _united(base: Mapping[str, set[str]], more: Mapping[str, set[str]]) -> Mapping[str, set[str]]:
    return Overlay(base, {holder: base.get(holder, set()) | subjects for holder, subjects in more.items()})
