"""Personnel: one person has posts on both sides, or a post on one and is a member of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from conflicts.engine.dates import Phase, months_before
from conflicts.engine.facts import POSTS, Axis, PartyKind
from conflicts.engine.findings import Finding, Rule, Severity
from conflicts.engine.paths import inherited, membership, steps
from conflicts.engine.policy import FORMER_ROLE_MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conflicts.engine.case import Case
    from conflicts.engine.facts import Fact
    from conflicts.engine.sides import Side
    from conflicts.engine.snapshot import Snapshot
    from conflicts.engine.ties import Tie


class _Link(NamedTuple):
    """How a person stands on one side: by a post, or by being a member (then no post)."""

    party: str
    post: Tie | None
    must: bool

    @property
    def former(self) -> bool:
        return self.post is not None and self.post.phase is Phase.OVER

    @property
    def certain(self) -> bool:
        """Whether it is proved, of a former post that it was held and is over."""
        return self.must and (self.post is None or self.post.certain or self.former)


def personnel(case: Case) -> Iterator[Finding]:
    """Both at once block, what may be is review, a role that ended within 24 months is a note."""
    at_vendor = _links(case.snap, case.vendor.wide)
    at_theirs = _links(case.snap, case.theirs)
    for person in sorted(at_vendor.keys() & at_theirs.keys()):
        pairs = [
            (ours, theirs)
            for ours in at_vendor[person]
            for theirs in at_theirs[person]
            if (ours.post or theirs.post) and ours.party != theirs.party
        ]
        if pairs:
            yield _finding(case, person, *min(pairs, key=_mildness))


def _mildness(pair: tuple[_Link, _Link]) -> tuple[bool, bool, str, str]:
    former = any(link.former for link in pair)
    certain = all(link.certain for link in pair)
    return (former, not certain, pair[0].party, pair[1].party)


def _links(snap: Snapshot, side: Side) -> dict[str, list[_Link]]:
    found: dict[str, list[_Link]] = {}
    for member in sorted(side.all):
        must = member in side.must
        node = snap.nodes.get(member)
        if node is not None and node.kind is PartyKind.PERSON:
            found.setdefault(member, []).append(_Link(member, None, must))
        for tie in snap.ties_into.into(member):
            if tie.fact.type in POSTS and _recent(snap, tie) and _personal(snap, tie):
                found.setdefault(tie.fact.holder, []).append(_Link(member, tie, must))
    return found


def _personal(snap: Snapshot, tie: Tie) -> bool:
    node = snap.nodes.get(tie.fact.holder)
    return node is not None and node.kind is PartyKind.PERSON


def _recent(snap: Snapshot, tie: Tie) -> bool:
    end = tie.fact.end
    if tie.in_force or end is None:
        return True
    return end.last >= months_before(snap.day, FORMER_ROLE_MONTHS)


def _finding(case: Case, person: str, ours: _Link, theirs: _Link) -> Finding:
    former = ours.former or theirs.former
    must = ours.certain and theirs.certain
    facts = [link.post.fact for link in (theirs, ours) if link.post is not None]
    return Finding(
        rule=Rule.PERSONNEL,
        axis=Axis.PERSONNEL,
        severity=_severity(former=former, must=must),
        must=must,
        holder=person,
        subject=ours.party,
        competitors=(case.competitor,),
        path=steps(_proof(case, theirs.party, ours.party, facts)),
        edge=tuple(fact.id for fact in facts),
        topic=("personnel", person),
    )


def _proof(case: Case, theirs: str, ours: str, posts: list[Fact]) -> tuple[Fact, ...]:
    return (*membership(case, theirs), *posts, *inherited(case, ours))


def _severity(*, former: bool, must: bool) -> Severity:
    if former:
        return Severity.NOTE
    return Severity.BLOCK if must else Severity.REVIEW
