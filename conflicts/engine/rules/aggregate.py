"""Aggregate: several competitors together cross a line that none crosses alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conflicts.engine.ballots import votes_high, votes_low
from conflicts.engine.bounds import WHOLE
from conflicts.engine.facts import Axis
from conflicts.engine.findings import NOT_REFINED, Finding, Rule
from conflicts.engine.ownership import integrated_ownership
from conflicts.engine.paths import economic_path, inherited, membership, steps, teller
from conflicts.engine.rules import lines
from conflicts.engine.rules.joint_control import joint_control
from conflicts.engine.rules.lines import Question
from conflicts.engine.sides import Side

if TYPE_CHECKING:
    from conflicts.engine.bounds import Share
    from conflicts.engine.case import Case
    from conflicts.engine.facts import Fact
    from conflicts.engine.rules.lines import Crossing
    from conflicts.engine.snapshot import Snapshot

AXES = (lines.economic, lines.voting, joint_control)
Measure = Callable[[Question], "Iterator[Crossing]"]
_ROUNDING = 1
"""What enclosed bounds can differ by, in millionths of a percent, where nothing else does."""


@dataclass(frozen=True, slots=True)
class Together:
    """The sides of several competitors as one, in the snapshot whose ways up end at the client's side."""

    cases: Sequence[Case]
    snap: Snapshot

    @property
    def side(self) -> Side:
        must = frozenset().union(*(case.theirs.must for case in self.cases))
        return Side(must, frozenset().union(*(case.theirs.all for case in self.cases)) - must)

    @property
    def targets(self) -> dict[str, bool]:
        """The vendor's side, with whether each member must belong to it."""
        return dict(target for case in self.cases for target in case.targets)

    def about(self, member: str, *, certain: bool) -> Question:
        first = self.cases[0]
        return Question(self.snap, _less(self.side, member), member, certain, first.client, first.policy)

    def only(self, *cases: Case) -> Together:
        return Together(cases, self.snap)


def aggregate(cases: Sequence[Case]) -> Iterator[Finding]:
    """Tell what the competitors cross together, at the line and with the severity of that line (6)."""
    if len(cases) < 2:  # noqa: PLR2004 - several
        return
    first = cases[0]
    rivals = {case.competitor for case in cases}
    together = Together(cases, first.whole.closed_at(first.client - rivals - {first.query.vendor}))
    for member, certain in together.targets.items():
        if member in together.side.must and member != first.query.vendor:
            continue
        asked = together.about(member, certain=certain)
        for measure in AXES:
            for crossing in measure(asked):
                if not any(_crosses(_alone(case, member, certain=certain), measure, crossing) for case in cases):
                    yield _finding(_Sum(together, asked, measure, crossing))


def _less(side: Side, member: str) -> Side:
    return Side(side.must - {member}, side.may - {member})


def _alone(case: Case, member: str, *, certain: bool) -> Question:
    return Question(case.snap, _less(case.theirs, member), member, certain, case.client, case.policy)


def _crosses(asked: Question, measure: Measure, told: Crossing) -> bool:
    """Whether the line, or a higher one of its axis, is crossed as surely."""
    return any(one.must >= told.must and one.line >= told.line for one in measure(asked))


@dataclass(frozen=True, slots=True)
class _Sum:
    """What several competitors cross together, with how it was measured."""

    together: Together
    asked: Question
    measure: Measure
    crossing: Crossing

    @property
    def involved(self) -> list[Case]:
        """The competitors that take part: the proof tells of them, they have a part alone, or the sum is less without.

        What some hold jointly is nobody's alone (2.3).
        """
        cases = self.together.cases
        return [case for case in cases if self._is_told(case) or self._adds(case)] or list(cases)

    def proof(self, involved: Iterable[Case]) -> tuple[Fact, ...]:
        """What proves the sum: of ownership the path of each competitor, of votes and control all that is counted."""
        asked, must = self.asked, self.crossing.must
        if self.crossing.axis is not Axis.ECONOMIC:
            return self.crossing.path
        owners = ((case.theirs.must if must else case.theirs.all) - {asked.subject} for case in involved)
        paths = (economic_path(asked.snap, own, asked.subject, must=must, stop=asked.stop) for own in owners)
        return (*self.crossing.path, *(fact for path in paths for fact in path))

    def _is_told(self, case: Case) -> bool:
        owners = case.theirs.must if self.crossing.must else case.theirs.all
        joint_or_alone = (fact.members or (fact.holder,) for fact in self.crossing.path)
        return any(not owners.isdisjoint(holders) for holders in joint_or_alone)

    def _adds(self, case: Case) -> bool:
        others = (other for other in self.together.cases if other is not case)
        return self._size(case) > 0 or self._size(*others) < self._size(*self.together.cases) - _ROUNDING

    def _size(self, *cases: Case) -> Share:
        """What these competitors have together of what is measured, in millionths of a percent; control is all."""
        must = self.crossing.must
        asked = self.together.only(*cases).about(self.asked.subject, certain=self.asked.certain)
        owners = asked.owners.must if must else asked.owners.all
        if self.crossing.axis is Axis.ECONOMIC:
            owned = integrated_ownership(asked.snap, owners, asked.subject, stop=asked.stop)
            return owned.low if must else owned.high
        if self.crossing.axis is Axis.VOTING:
            return (votes_low if must else votes_high)(asked.snap, owners, asked.subject)[0]
        return WHOLE if _crosses(asked, self.measure, self.crossing) else 0


def _finding(found: _Sum) -> Finding:
    together, crossing, member = found.together, found.crossing, found.asked.subject
    first, involved = together.cases[0], found.involved
    proof = found.proof(involved)
    told = [teller((fact,), together.side) for fact in proof]
    pairs = ((case, party) for party in told for case in involved if party in case.theirs.all)
    rises = [fact for case, party in pairs for fact in membership(case, party)]
    return Finding(
        rule=Rule.AGGREGATE,
        axis=crossing.axis,
        severity=crossing.severity,
        must=crossing.must,
        holder=next(iter(told), first.competitor),
        subject=member,
        competitors=tuple(sorted(case.competitor for case in involved)),
        path=steps((*rises, *proof, *inherited(first, member))),
        low=crossing.low,
        high=crossing.high,
        line=crossing.line,
        also=() if crossing.refined else (NOT_REFINED,),
        edge=("aggregate", *(fact.id for fact in crossing.path[:1])),
        topic=("aggregate", member, crossing.axis, *crossing.beside),
    )
