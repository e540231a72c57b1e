"""The work of screening: the engine's question asked of rows, and its answer with what it rests on."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

import structlog

from conflicts.engine.findings import Answer, Coverage, Finding, Outcome
from conflicts.engine.privacy import proof_with_privacy
from conflicts.engine.proof import Proof
from conflicts.engine.screening import RULE_VERSION, Query, screen
from conflicts.engine.snapshot import Snapshot, snapshot
from conflicts.engine.walks import EngineRefusalError
from conflicts.loading import Case, Rows
from conflicts.models import Party

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ScreeningResult:
    """One check of a pair. Findings name parties by slug and shares in millionths of a percent.

    `public_coverage` and `public_newest_source` rest on public facts alone. `problem` says why an outcome is unknown.
    `epoch` is that of the facts, `as_known` None for all that is known now.
    """

    tenant: UUID
    principal: Party
    subject: Party
    as_of: dt.date
    as_known: dt.date | None
    epoch: int
    outcome: Outcome
    coverage: Coverage
    newest_source: dt.date | None
    public_coverage: Coverage
    public_newest_source: dt.date | None
    findings: tuple[Finding, ...]
    problem: str = ""
    rule_version: str = RULE_VERSION


@dataclass(frozen=True)
class Scene:
    """The graph on one day as known on one day. `as_known` is None for now, which is then the day `known_on`."""

    graph: Snapshot
    epoch: int
    as_of: dt.date
    as_known: dt.date | None

    def screen(self, case: Case, subject: Party) -> ScreeningResult:
        """Ask about one pair; raises what the engine raises where it fails."""
        return self._result(case, subject, screen(self.graph, _question(case, subject)))

    def proof(self, case: Case, subject: Party) -> Proof | None:
        """Return on whom the pair's verdict rests, by slug (SEMANTICS 8.5); None where the engine refuses to tell."""
        try:
            return proof_with_privacy(self.graph, _question(case, subject))
        except EngineRefusalError:
            return None

    def screen_closed(self, case: Case, subject: Party) -> ScreeningResult:
        """Ask about one pair; an engine that fails answers unknown (SEMANTICS 7.3)."""
        try:
            return self.screen(case, subject)
        except Exception:
            logger.exception("screening failed", principal=case.principal.slug, subject=subject.slug)
            return self.unknown(
                case, subject, "The screening failed: nothing is known of this pair until it is repaired."
            )

    def unknown(self, case: Case, subject: Party, problem: str) -> ScreeningResult:
        """Return the result that shuts the gate."""
        return self._result(case, subject, Answer(Outcome.UNKNOWN, Coverage.NONE, None, (), problem))

    def _result(self, case: Case, subject: Party, answer: Answer) -> ScreeningResult:
        return ScreeningResult(
            tenant=case.tenant,
            principal=case.principal,
            subject=subject,
            as_of=self.as_of,
            as_known=self.as_known,
            epoch=self.epoch,
            outcome=answer.outcome,
            coverage=answer.coverage,
            newest_source=answer.newest_source,
            public_coverage=answer.public_coverage,
            public_newest_source=answer.public_newest_source,
            findings=answer.findings,
            problem=answer.problem,
        )


def scene(rows: Rows, *, as_of: dt.date, known_on: dt.date, as_known: dt.date | None) -> Scene:
    """Build the graph of the rows on a day. Facts that begin after `known_on` count as announced (SEMANTICS 1.5)."""
    graph = snapshot(rows.nodes, rows.facts, as_of=as_of, known_on=known_on)
    return Scene(graph, rows.epoch, as_of, as_known)


def _question(case: Case, subject: Party) -> Query:
    return Query(case.principal.slug, subject.slug, case.competitors, case.lines)
