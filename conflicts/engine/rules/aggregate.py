"""Aggregate: several competitors together cross a line that none crosses alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conflicts.engine.ballots import votes_high
from conflicts.engine.facts import Axis
from conflicts.engine.findings import NOT_REFINED, Finding, Rule
from conflicts.engine.ownership import integrated_ownership
from conflicts.engine.paths import inherited, membership, steps, teller
from conflicts.engine.rules import lines
from conflicts.engine.rules.lines import Question
from conflicts.engine.sides import Side

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conflicts.engine.case import Case
    from conflicts.engine.rules.lines import Crossing
    from conflicts.engine.snapshot import Snapshot

AXES = (lines.economic, lines.voting, lines.joint_control)


@dataclass(frozen=True, slots=True)
class Together:
    """The sides of all competitors as one, in the snapshot whose ways up end at the client's side."""

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
        for measure in AXES:
            crossing = measure(_question(together, member, certain=certain))
            if crossing is not None and not any(_crosses(case, member, certain, crossing) for case in cases):
                yield _finding(together, member, crossing)


def _question(together: Together, member: str, *, certain: bool) -> Question:
    side, first = together.side, together.cases[0]
    return Question(together.snap, _less(side, member), member, certain, first.client, first.policy)


def _less(side: Side, member: str) -> Side:
    return Side(side.must - {member}, side.may - {member})


def _crosses(case: Case, member: str, certain: bool, together: Crossing) -> bool:  # noqa: FBT001 - as a target has it
    """Whether this competitor alone crosses the line as surely."""
    question = Question(case.snap, _less(case.theirs, member), member, certain, case.client, case.policy)
    for measure in AXES:
        alone = measure(question)
        if alone is not None and alone.axis is together.axis and _strength(alone) >= _strength(together):
            return True
    return False


def _strength(crossing: Crossing) -> tuple[bool, int]:
    return (crossing.must, crossing.line)


def _finding(together: Together, member: str, crossing: Crossing) -> Finding:
    involved = [case for case in together.cases if _takes_part(together, case, member, crossing)]
    first = together.cases[0]
    holder = teller(crossing.path[:1], together.side) or first.competitor
    rises = [fact for case in involved for fact in membership(case, holder) if holder in case.theirs.all]
    return Finding(
        rule=Rule.AGGREGATE,
        axis=crossing.axis,
        severity=crossing.severity,
        must=crossing.must,
        holder=holder,
        subject=member,
        competitors=tuple(sorted(case.competitor for case in involved)),
        path=steps((*rises, *crossing.path, *inherited(first, member))),
        low=crossing.low,
        high=crossing.high,
        line=crossing.line,
        also=() if crossing.refined else (NOT_REFINED,),
        edge=("aggregate", member, crossing.axis),
        topic=("aggregate", member, crossing.axis),
    )


def _takes_part(together: Together, case: Case, member: str, crossing: Crossing) -> bool:
    """Whether the competitor has anything to do with the sum."""
    owners = case.theirs.must if crossing.must else case.theirs.all
    if crossing.axis is Axis.ECONOMIC:
        owned = integrated_ownership(together.snap, owners - {member}, member, stop=case.client)
        return (owned.low if crossing.must else owned.high) > 0
    return votes_high(together.snap, owners - {member}, member)[0] > 0
