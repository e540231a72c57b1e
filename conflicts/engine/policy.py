"""A principal's lines per axis, and the limits of the engine, each in one place."""

from __future__ import annotations

from dataclasses import dataclass

from conflicts.engine.bounds import PERCENT


@dataclass(frozen=True, slots=True)
class Policy:
    """The lines of SEMANTICS 6; the defaults are the default policy (7.1)."""

    economic_block: int = 25 * PERCENT
    economic_review: int = 5 * PERCENT
    voting_block: int = 10 * PERCENT
    voting_review: int = 5 * PERCENT
    control: int = 50 * PERCENT
    commercial_share: int = 10 * PERCENT
    uncovered_to_review: bool = False


FORMER_ROLE_MONTHS = 24
"""A post that ended no longer ago than this is told as a note (SEMANTICS 9)."""

ENDED_TIE_MONTHS = 12
"""A commercial tie keeps its severity this long after its end (SEMANTICS 9)."""

WAIVER_DAYS = 366
"""A waiver, or a decision that ends, ends at the latest so many days after its request (SEMANTICS 8.3)."""

REMINDER_DAYS = (30, 7, 1)
"""How many days before its end a client is reminded of a waiver."""

STALE_MONTHS = 36
"""A source older than this at as-known is stale (SEMANTICS 9)."""

LARGEST_RING = 2_000
"""Parties in one strongly connected component that are still solved in fractions (SEMANTICS 9)."""

MOST_EFFORT = 3_000_000
"""What one answer in fractions may cost, in steps of about a microsecond; longer fractions cost more steps."""

GUESS_STEPS = 60_000_000
"""Numbers that may be worked out for a guess at one component's values; beyond them sweeps alone must do."""

SWEEP_STEPS = 400_000
LAST_SWEEP_STEPS = 8_000_000
"""Edges that may be read to bring low and high of one component together by sweeps, before and for want of a guess."""

LARGEST_SIDES = 200_000
LARGEST_VENDOR_SIDE = 1_000
"""Parties on both sides of one pair, and who controls or may control the vendor, that the engine still judges.

Beyond them it refuses by name and the outcome is unknown (SEMANTICS 7.3).
"""

GATE_EDGES = 50_000
GATE_SECONDS = 2.0
"""Beyond either the gate answers 503 and nothing is awarded (SEMANTICS 9)."""

RESCORING_LAG_SECONDS = 60
"""Matching and invitations are closed while a row that reaches the client waits for longer (SEMANTICS 9)."""
