"""Stale: a clear verdict, or a side, rests on sources that are older than the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conflicts.engine.control_paths import control_path
from conflicts.engine.coverage import ownership_facts
from conflicts.engine.dates import months_before
from conflicts.engine.facts import Axis
from conflicts.engine.findings import Finding, Rule, Severity
from conflicts.engine.paths import side_links, steps
from conflicts.engine.policy import STALE_MONTHS
from conflicts.engine.sides import vendor_side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from conflicts.engine.case import Case
    from conflicts.engine.facts import Fact
    from conflicts.engine.snapshot import Snapshot


def stale(
    cases: Sequence[Case], snap: Snapshot, vendor: str, *, clear: bool, client: frozenset[str], line: int
) -> Iterator[Finding]:
    """A note where a clear verdict rests on sources that are all too old, and for each side with a link that is.

    A source without a date is of unknown age and tells nothing. The vendor has its side, outside the client's, also
    where nobody is a competitor.
    """
    limit = months_before(snap.known_on, STALE_MONTHS)
    facts = list(ownership_facts(snap, vendor))
    newest = max((fact.source.day for fact in facts if fact.source.day), default=None)
    if clear and newest is not None and newest < limit:
        yield _finding(vendor, facts, (), ("stale", "ownership"))
    for member in sorted(vendor_side(snap, vendor, client=client, line=line).must - {vendor}):
        yield from _old_link(vendor, control_path(snap, member, vendor, may=False, line=line), (), limit)
    for case in cases:
        yield from _old_link(case.competitor, side_links(case), (case.competitor,), limit)


def _old_link(party: str, link: Iterable[Fact], competitors: tuple[str, ...], limit: date) -> Iterator[Finding]:
    old = [fact for fact in link if fact.source.day is not None and fact.source.day < limit]
    if old:
        yield _finding(party, old, competitors, ("stale", "side", party))


def _finding(party: str, facts: Iterable[Fact], competitors: tuple[str, ...], topic: tuple[str, ...]) -> Finding:
    told = sorted(facts, key=lambda fact: (fact.subject, fact.holder, fact.id))
    return Finding(
        rule=Rule.STALE,
        axis=Axis.NOTE,
        severity=Severity.NOTE,
        must=True,
        holder=told[0].members[0] if told[0].members else told[0].holder,
        subject=party,
        competitors=competitors,
        path=steps(told),
        edge=("stale", party),
        topic=topic,
    )
