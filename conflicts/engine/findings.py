"""What comes out of the engine: findings with their proof, and the answer of one screening."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from conflicts.engine.facts import Axis, Standing


NOT_REFINED = "not refined"
"""Listed with a finding whose line could not be compared exactly, so that the severer side was taken (3.4)."""


class Outcome(StrEnum):
    CLEAR = "clear"
    REVIEW = "review"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    NOTE = "note"
    REVIEW = "review"
    BLOCK = "block"

    @property
    def rank(self) -> int:
        """Note < review < block (SEMANTICS 7.1)."""
        return list(Severity).index(self)


class Coverage(StrEnum):
    MAJORITY = "majority"
    PARTIAL = "partial"
    NONE = "none"


class Rule(StrEnum):
    """The rules in the order of SEMANTICS 6: one edge is told under the first that applies."""

    SAME_PARTY = "same_party"
    ECONOMIC_LINE = "economic_line"
    VOTING_LINE = "voting_line"
    CONTROL = "control"
    COMMON_CONTROLLER = "common_controller"
    REVERSE = "reverse"
    BOARD = "board"
    PERSONNEL = "personnel"
    COMMERCIAL = "commercial"
    UNSTATED_HOLDING = "unstated_holding"
    OPTION = "option"
    COMMON_OWNER = "common_owner"
    AGGREGATE = "aggregate"
    CONTRADICTION = "contradiction"
    STALE = "stale"

    @property
    def order(self) -> int:
        return list(Rule).index(self)

    @property
    def far_kind(self) -> FarKind | None:
        """The kind of conflict of interest of FAR 9.505 that a tie under this rule makes; none for what is no tie.

        Who sits in the vendor can see the client's data; a vendor that owns, or lives on, the competitor is not
        impartial.
        """
        if self in {Rule.CONTRADICTION, Rule.STALE}:
            return None
        impaired = {Rule.REVERSE, Rule.COMMERCIAL}
        return FarKind.IMPAIRED_OBJECTIVITY if self in impaired else FarKind.UNEQUAL_ACCESS


class FarKind(StrEnum):
    """Organizational conflicts of interest as FAR 9.5 tells them apart (DESIGN 2)."""

    UNEQUAL_ACCESS = "unequal access to information"
    IMPAIRED_OBJECTIVITY = "impaired objectivity"
    BIASED_GROUND_RULES = "biased ground rules"


@dataclass(frozen=True, slots=True)
class Step:
    """One fact of a proving path; shares in millionths of a percent, None where not stated."""

    fact: str
    holder: str
    subject: str
    type: str
    low: int | None
    high: int | None
    start: str
    source: str
    standing: Standing
    public: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One reason, with the numbers, the line it crosses and the path that proves it.

    `low` and `high` are the bounds of what was compared with `line`, in millionths of a percent,
    None for a rule without a size. `also` names the other lines that the same edge crosses. `edge`
    holds the facts that cross from side to side: findings of one edge are one finding. `topic`
    says what the finding is about, to see whether it vanishes (SEMANTICS 7.2).
    """

    rule: Rule
    axis: Axis
    severity: Severity
    must: bool
    holder: str
    subject: str
    competitors: tuple[str, ...]
    path: tuple[Step, ...]
    low: int | None = None
    high: int | None = None
    line: int | None = None
    also: tuple[str, ...] = ()
    edge: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    private: bool = False

    @property
    def far_kind(self) -> FarKind | None:
        """The kind of conflict of FAR 9.5, by rule; the client's own stake is none."""
        return None if self.topic[:1] == ("own stake",) else self.rule.far_kind

    @property
    def public(self) -> bool:
        """Whether every edge of the proof is public, and no private fact has a part in the numbers (DESIGN 6)."""
        return not self.private and all(step.public for step in self.path)


@dataclass(frozen=True, slots=True)
class Answer:
    """One screening: the outcome is the worst finding above note (SEMANTICS 7.3)."""

    outcome: Outcome
    coverage: Coverage
    newest_source: date | None
    findings: tuple[Finding, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Coverages:
    """How much of a vendor's ownership is known, and how new the newest source is (7.5)."""

    coverage: Coverage
    newest_source: date | None
