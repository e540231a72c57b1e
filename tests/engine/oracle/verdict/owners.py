"""Owners beside the one competitor: a party in both sides, and several competitors together (SEMANTICS 6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from tests.engine.oracle.verdict.case import BLOCK, MAY, MUST, NOTE, REVIEW, Case, Hit, economic
from tests.engine.oracle.verdict.sides import controlled_by
from tests.engine.oracle.verdict.slots import WHOLE
from tests.engine.oracle.verdict.unstated import unstated
from tests.engine.oracle.verdict.votes import votes_of

Parties = frozenset[str]


def common_owner(case: Case) -> Iterator[Hit]:
    """A note, so no outcome moves."""
    parts = {pair for _, pair in unstated(case.world, "shares", "votes")}
    ends = (case.vendor, case.competitor)
    for party in set(case.world.kinds) - case.rivals - case.wide - case.sides.client:
        owner = frozenset({party})
        if all((party, end) in parts or economic(case, owner, end, low=True) * 4 >= WHOLE for end in ends):
            yield NOTE, MUST


def aggregate(cases: Sequence[Case]) -> Iterator[Hit]:
    """Several competitors together cross a line that none crosses alone; a set counts each share once (3.5)."""
    case = _with_every_vendor(cases)
    everyone = [(one.sides.rival, one.rivals) for one in cases]
    proved, possible = (frozenset().union(*sides) for sides in zip(*everyone, strict=True))
    alone = [_lines(case, *sides) for sides in everyone]
    for line, hit in _lines(case, proved, possible).items():
        if all(line not in other for other in alone):
            yield hit


def _with_every_vendor(cases: Sequence[Case]) -> Case:
    """A state body above the vendor is a member for the competitor that it is, so the sides of a vendor may differ."""
    sure = frozenset().union(*(case.sides.vendor for case in cases))
    maybe = frozenset().union(*(case.sides.maybe_vendor for case in cases)) - sure
    return replace(cases[0], sides=replace(cases[0].sides, vendor=sure, maybe_vendor=maybe))


def _lines(case: Case, proved: Parties, possible: Parties) -> dict[tuple[str, bool], Hit]:
    """By line and must or may, what the set crosses on the vendor's side."""
    policy = case.policy
    share = max(economic(case, proved, subject, low=True) for subject in case.sides.vendor)
    votes = [votes_of(case.world, proved, subject) for subject in case.sides.vendor]
    crossed = {
        "economic block": (share >= policy.economic_block, BLOCK),
        "economic review": (share >= policy.economic_review, REVIEW),
        "voting block": (any(stated >= policy.voting_block for _, _, stated in votes), BLOCK),
        "voting review": (any(low >= policy.voting_review for low, _, _ in votes), REVIEW),
        "control": (_controls(case, proved, case.sides.vendor, may=False), BLOCK),
    }
    found = {(line, MUST): (severity, MUST) for line, (there, severity) in crossed.items() if there}
    return found | {(line, MAY): (REVIEW, MAY) for line in _possible_lines(case, possible)}


def _possible_lines(case: Case, owners: Parties) -> Iterator[str]:
    share = max(economic(case, owners, subject, low=False) for subject in case.vendors)
    if share >= case.policy.economic_review:
        yield "economic review"
    if share >= case.policy.economic_block:
        yield "economic block"
    if any(votes_of(case.world, owners, s)[1] >= case.policy.voting_review for s in case.vendors):
        yield "voting review"
    if _controls(case, owners, case.vendors, may=True):
        yield "control"


def _controls(case: Case, owners: Parties, subjects: Parties, *, may: bool) -> bool:
    line = Fraction(case.policy.control)
    return any(s in controlled_by(case.world, owners - {s}, line, may=may, stop=case.stop - owners) for s in subjects)
