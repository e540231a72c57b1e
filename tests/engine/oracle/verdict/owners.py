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
Line = tuple[str, str, bool]


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


def _lines(case: Case, proved: Parties, possible: Parties) -> dict[Line, Hit]:
    """By subject of the vendor's side, line, and must or may, what the set crosses; no subject is its own member."""
    found: dict[Line, Hit] = {}
    for subject in (case.vendors - proved) | {case.vendor}:
        for line in _possible_lines(case, possible - {subject}, subject):
            found[subject, line, MAY] = REVIEW, MAY
        if subject in case.sides.vendor:
            for line, severity in _proved_lines(case, proved - {subject}, subject):
                found[subject, line, MUST] = severity, MUST
    return found


def _proved_lines(case: Case, owners: Parties, subject: str) -> Iterator[tuple[str, int]]:
    policy, share = case.policy, economic(case, owners, subject, low=True)
    low, _, stated = votes_of(case.world, owners, subject)
    crossed = {
        ("economic block", BLOCK): share >= policy.economic_block,
        ("economic review", REVIEW): share >= policy.economic_review,
        ("voting block", BLOCK): stated >= policy.voting_block,
        ("voting review", REVIEW): low >= policy.voting_review,
        ("control", BLOCK): _controls(case, owners, subject, may=False),
    }
    return (line for line, there in crossed.items() if there)


def _possible_lines(case: Case, owners: Parties, subject: str) -> Iterator[str]:
    policy, share = case.policy, economic(case, owners, subject, low=False)
    crossed = {
        "economic block": share >= policy.economic_block,
        "economic review": share >= policy.economic_review,
        "voting review": votes_of(case.world, owners, subject)[1] >= policy.voting_review,
        "control": _controls(case, owners, subject, may=True),
    }
    return (line for line, there in crossed.items() if there)


def _controls(case: Case, owners: Parties, subject: str, *, may: bool) -> bool:
    line = Fraction(case.policy.control)
    return subject in controlled_by(case.world, owners, line, may=may, stop=case.stop - owners)
