"""Proving paths: the facts that lead from one side to the other, fewest parties first."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from conflicts.engine.bounds import Share
from conflicts.engine.control import controlled_by
from conflicts.engine.control_paths import control_path, control_tree
from conflicts.engine.findings import Step
from conflicts.engine.proof import proof_parties
from conflicts.engine.sides import ultimate_controllers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conflicts.engine.case import Case
    from conflicts.engine.facts import Fact
    from conflicts.engine.sides import Side
    from conflicts.engine.snapshot import Snapshot
    from conflicts.engine.stakes import Stake

Facts = tuple["Fact", ...]


def steps(facts: Iterable[Fact]) -> tuple[Step, ...]:
    """The facts as steps of a path, each told once."""
    return tuple(_step(fact) for fact in dict.fromkeys(facts))


def teller(first: Facts, side: Side) -> str:
    """The party of the side that holds the first fact of a proof; jointly, one on the side; '' without one."""
    holders = [party for fact in first for party in fact.members or (fact.holder,)]
    return min(holders, key=lambda party: (party not in side.must, party not in side.may, party), default="")


def _step(fact: Fact) -> Step:
    return Step(
        fact=fact.id,
        holder=fact.holder,
        subject=fact.subject,
        type=fact.type,
        low=fact.low,
        high=fact.high,
        start=fact.start.text if fact.start else "",
        source=fact.source.url,
        standing=fact.source.standing,
        public=fact.public,
    )


def economic_path(snap: Snapshot, owners: frozenset[str], subject: str, *, must: bool, stop: frozenset[str]) -> Facts:
    """Stakes, or assertions, that lead from the nearest owner down to the subject.

    Among stakes into one party the largest come first, so that the shortest path with the most
    weight is told.
    """
    came: dict[str, tuple[str, Facts]] = {}
    waiting = deque([subject])
    while waiting:
        party = waiting.popleft()
        for stake in _largest_first(snap, party, must=must):
            holder = stake.holder
            if holder in came or holder == subject:
                continue
            came[holder] = (party, stake.facts[:1])
            if stake.inside(owners):
                return _walked_down(came, holder, subject)
            if holder not in stop:
                waiting.append(holder)
    return ()


def _largest_first(snap: Snapshot, subject: str, *, must: bool) -> list[Stake]:
    def size(stake: Stake) -> Share:
        if must:
            return stake.stated.low if snap.supported else stake.bounds.low
        return stake.bounds.high

    tables = (snap.economic, snap.asserted_economic)
    held = [stake for table in tables for stake in table.into(subject).values() if size(stake) > 0]
    return sorted(held, key=lambda stake: (-size(stake), stake.holder))


def _walked_down(came: dict[str, tuple[str, Facts]], holder: str, subject: str) -> Facts:
    path: list[Fact] = []
    party = holder
    while party != subject:
        party, facts = came[party]
        path.extend(facts)
    return tuple(path)


def inherited(case: Case, member: str) -> Facts:
    """How a finding at a member of the vendor's side comes down (or up) to the vendor (5.3)."""
    line, vendor = case.policy.control, case.query.vendor
    if member in case.vendor.below:
        return control_path(case.whole, vendor, member, may=False, line=line)
    return control_path(case.whole, member, vendor, may=member not in case.vendor.must, line=line)


def membership(case: Case, member: str) -> Facts:
    """What puts a member on the competitor's side; empty for the competitor itself."""
    snap, line = case.whole, case.policy.control
    if member == case.competitor:
        return ()
    may = member not in case.theirs.must
    down = control_path(snap, case.competitor, member, may=may, line=line)
    up = control_path(snap, member, case.competitor, may=may, line=line)
    return down or up or _through_a_top(case, member, may=may)


def side_links(case: Case) -> Facts:
    """The facts of control that hold the competitor's must side together, as far as the verdict can rest on it (8.5).

    A subsidiary that leads neither to the vendor nor to a competitor has no part in it, however many there are.
    """
    snap, line = case.whole, case.policy.control
    members = case.theirs.must & proof_parties(snap, case.query)
    links: dict[Fact, None] = {}
    covered: set[str] = set()
    for top in sorted({case.competitor, *ultimate_controllers(snap, case.competitor, line=line)}):
        if top not in covered:
            came = control_tree(snap, top, may=False, line=line)
            covered.update(came)
            links.update(dict.fromkeys(fact for member, (_, fact) in came.items() if member in members))
    return tuple(links)


def _through_a_top(case: Case, member: str, *, may: bool) -> Facts:
    snap, line = case.whole, case.policy.control
    for top in sorted(ultimate_controllers(snap, case.competitor, line=line)):
        if member in controlled_by(snap, top, may=may, line=line):
            up = control_path(snap, top, case.competitor, may=False, line=line)
            return (*up, *control_path(snap, top, member, may=may, line=line))
    return ()
