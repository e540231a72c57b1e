"""May-findings that vanish (SEMANTICS 7.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conflicts.engine.facts import Axis
from conflicts.engine.findings import Rule, Severity
from conflicts.engine.proof import proof_parties
from conflicts.engine.rules import findings_of
from conflicts.engine.rules.aggregate import aggregate
from conflicts.engine.rules.unstated_holding import keys_of
from conflicts.engine.stakes import Group, HoldingKey

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from conflicts.engine.case import Case
    from conflicts.engine.findings import Finding
    from conflicts.engine.snapshot import Snapshot, Stakes
    from conflicts.engine.tables import Table

Topics = frozenset[tuple[str, ...]]


def weighed(case: Case, found: list[Finding]) -> list[Finding]:
    """Turn may-findings that rest on strangers' unstated shares into notes.

    What vanishes together with an unstated holding across the sides is told by that finding, which
    lists the line. Everything else keeps its severity.
    """
    if not any(_is_open(finding) for finding in found):
        return found
    strangers = unstated_strangers(case)
    across = keys_of(case, found)
    without_strangers = _topics(case, strangers)
    without_across = _topics(case, across)
    without_both = _topics(case, strangers | across)
    kept: list[Finding] = []
    absorbed: list[Finding] = []
    for finding in found:
        stays = not _is_open(finding) or finding.topic in without_strangers
        survives_across = finding.topic in (without_both if stays else without_across)
        if _is_open(finding) and finding.rule is not Rule.UNSTATED_HOLDING and across and not survives_across:
            absorbed.append(replace(finding, severity=Severity.REVIEW if stays else Severity.NOTE))
        else:
            kept.append(finding if stays else replace(finding, severity=Severity.NOTE))
    return _telling(kept, absorbed)


def weighed_together(cases: Sequence[Case], found: list[Finding]) -> list[Finding]:
    """Turn what several competitors only may cross together into notes where it rests on strangers' unstated shares."""
    if not any(_is_open(finding) for finding in found):
        return found
    strangers = frozenset.intersection(*(unstated_strangers(case) for case in cases))
    remains = {finding.topic for finding in aggregate([case.zeroed(strangers) for case in cases])}
    return [
        replace(finding, severity=Severity.NOTE) if _is_open(finding) and finding.topic not in remains else finding
        for finding in found
    ]


def _is_open(finding: Finding) -> bool:
    never = {Rule.COMMERCIAL, Rule.OPTION, Rule.CONTRADICTION}
    is_review = finding.severity is not Severity.NOTE
    return is_review and not finding.must and finding.rule not in never


def unstated_strangers(case: Case) -> frozenset[HoldingKey]:
    """Find the unstated shares of parties outside both must sides.

    Those in which the competitor's side has a positive low are left out.
    """
    snap = case.snap
    near = case.theirs.must | case.vendor.wide.must | _positively_held(case.whole, case.theirs.must, case.client)
    pairs = {
        (key.holder, key.subject)
        for key, holding in snap.holdings_in(proof_parties(case.whole, case.query))
        if holding.unstated and near.isdisjoint(holding.members)
    }
    return frozenset(
        HoldingKey(group, holder, subject)
        for holder, subject in pairs
        for group in Group
        if _unstated(snap, HoldingKey(group, holder, subject))
    )


def _unstated(snap: Snapshot, key: HoldingKey) -> bool:
    holding = snap.holding(key)
    return holding is not None and holding.unstated


def _positively_held(snap: Snapshot, owners: frozenset[str], stop: frozenset[str]) -> frozenset[str]:
    """Everything in which the owners have a positive low: of shares found downwards, of votes those held directly."""
    found = set(owners)
    waiting = list(found)
    while waiting:
        for subject in snap.holds.into(waiting.pop()) - found:
            if _have_a_low(found, subject, snap.economic, snap.asserted_economic):
                found.add(subject)
                # What they hold through the client is no finding (5.2).
                waiting.extend({subject} - stop)
    held = frozenset().union(*(snap.holds.into(owner) for owner in owners))
    voted = {subject for subject in held if _have_a_low(owners, subject, snap.voting, snap.asserted_voting)}
    return frozenset(found | voted)


def _have_a_low(owners: Collection[str], subject: str, *tables: Table[Stakes]) -> bool:
    """Whether a part that the owners hold is proved; a data fault proves no less (2.7)."""
    stakes = (stake for table in tables for stake in table.into(subject).values() if stake.inside(owners))
    return any(max(stake.bounds.low, stake.stated.low) > 0 for stake in stakes)


def _topics(case: Case, keys: frozenset[HoldingKey]) -> Topics:
    """What is still found above a note when these holdings are exactly 0."""
    found = findings_of(case.zeroed(keys) if keys else case)
    return frozenset(finding.topic for finding in found if finding.severity is not Severity.NOTE)


def _telling(kept: list[Finding], absorbed: list[Finding]) -> list[Finding]:
    """List the rules of absorbed findings with an unstated holding that is as severe; else keep them."""
    for lost in absorbed:
        tellers = [f for f in kept if _tells(f, lost)]
        teller = next((f for f in tellers if f.edge == lost.edge), tellers[0] if tellers else None)
        if teller is None:
            kept.append(lost)
            continue
        line = f"may cross {lost.rule}"
        if line not in teller.also:
            place = next(i for i, f in enumerate(kept) if f is teller)
            kept[place] = replace(teller, also=(*teller.also, line))
    return kept


def _tells(finding: Finding, lost: Finding) -> bool:
    unstated = finding.rule is Rule.UNSTATED_HOLDING and finding.axis is not Axis.NOTE
    return unstated and finding.severity.rank >= lost.severity.rank
