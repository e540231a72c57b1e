"""One competitor of one screening, and what the rules measure in it (SEMANTICS 5.2, 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from conflicts.engine.policy import Policy
from tests.engine.oracle.verdict.sides import Sides
from tests.engine.oracle.verdict.votes import votes_of
from tests.engine.oracle.verdict.walks import Walk
from tests.engine.oracle.verdict.world import World, edges_high, edges_low, told

NOTE, REVIEW, BLOCK = 0, 1, 2
MUST, MAY = True, False
Hit = tuple[int, bool]


@dataclass(frozen=True)
class Case:
    """One competitor of one screening."""

    world: World
    sides: Sides
    vendor: str
    competitor: str
    policy: Policy

    @property
    def stop(self) -> frozenset[str]:
        """5.2: nothing is held or controlled through the client's side."""
        return self.sides.client - {self.vendor, self.competitor}

    @property
    def rivals(self) -> frozenset[str]:
        return self.sides.rival | self.sides.maybe_rival

    @property
    def vendors(self) -> frozenset[str]:
        return self.sides.vendor | self.sides.maybe_vendor

    @property
    def wide(self) -> frozenset[str]:
        return self.sides.reach | self.sides.maybe_vendor


def economic(case: Case, owners: frozenset[str], subject: str, *, low: bool) -> Fraction:
    """5.2: a walk up from the subject that stops at the client's side."""
    world = case.world
    targets = world.with_sets(owners - {subject})
    key = ("reach", low, targets, subject, case.sides.client)
    if key not in world.memo:
        walk = Walk(edges_low(world) if low else edges_high(world), told(world, low=low))
        world.memo[key] = walk.reach(subject, targets, world.with_sets(case.sides.client - targets))
    return world.memo[key]  # type: ignore[return-value]


def economic_hits(
    case: Case, owners: tuple[frozenset[str], frozenset[str]], subject: str, *, sure: bool
) -> Iterator[Hit]:
    low = economic(case, owners[0], subject, low=True)
    if sure and low >= case.policy.economic_review:
        yield (BLOCK if low >= case.policy.economic_block else REVIEW), MUST
    elif economic(case, owners[1], subject, low=False) >= case.policy.economic_review:
        yield REVIEW, MAY


def voting_hits(
    case: Case, owners: tuple[frozenset[str], frozenset[str]], subject: str, *, sure: bool
) -> Iterator[Hit]:
    low, _, stated = votes_of(case.world, owners[0], subject)
    if sure and stated >= case.policy.voting_block:
        yield BLOCK, MUST
    elif sure and low >= case.policy.voting_review:
        yield REVIEW, MUST
    elif votes_of(case.world, owners[1], subject)[1] >= case.policy.voting_review:
        yield REVIEW, MAY
