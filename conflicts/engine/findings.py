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
    """Organizational conflicts of interest as FAR 9.5 tells them apart, as far as facts of this graph make them.

    Biased ground rules, the third kind, come of helping to write the specification (9.505-2), which no fact tells of.
    """

    UNEQUAL_ACCESS = "unequal access to information"
    IMPAIRED_OBJECTIVITY = "impaired objectivity"


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

    `low` and `high` are the bounds of what was compared with `line`, in millionths of a percent, None for a rule
    without a size; without a line what the fact states. `also` names the other lines that the same edge crosses. `edge`
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
    def is_own(self) -> bool:
        """Whether it tells what the client's own side holds: under these rules, and of no competitor (5.2)."""
        return not self.competitors and self.rule in {Rule.ECONOMIC_LINE, Rule.UNSTATED_HOLDING}

    @property
    def far_kind(self) -> FarKind | None:
        """The kind of conflict of FAR 9.5, by rule; the client's own stake is none."""
        return None if self.is_own else self.rule.far_kind

    @property
    def public(self) -> bool:
        """Whether every edge of the proof is public, and no private fact has a part in the numbers (DESIGN 6).

        Only that a vendor is a competitor itself needs no proof.
        """
        proved = bool(self.path) or self.rule is Rule.SAME_PARTY
        return proved and not self.private and all(step.public for step in self.path)


@dataclass(frozen=True, slots=True)
class Answer:
    """One screening: the outcome is the worst finding above note (SEMANTICS 7.3).

    Coverage and newest source are those of all facts (7.5); the public ones are those of the public facts alone, for
    readers who may not know of others (DESIGN 6).
    """

    outcome: Outcome
    coverage: Coverage
    newest_source: date | None
    findings: tuple[Finding, ...]
    problem: str = ""
    public_coverage: Coverage = Coverage.NONE
    public_newest_source: date | None = None


@dataclass(frozen=True, slots=True)
class Coverages:
    """How much of a vendor's ownership is known, and how new the newest source is (7.5)."""

    coverage: Coverage
    newest_source: date | None
