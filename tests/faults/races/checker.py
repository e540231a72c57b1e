"""An independent judge of I1: each award judged again on the facts, list and lines of its own epoch.

It reads stored rows alone and chooses by the epochs of the changes that recorded and superseded them, asks the engine
on the whole graph, and imports nothing of the gate, of the proof subgraph or of what a worker stored. It knows the
kinds of write of these races: parties are not edited here, and no tie is commercial.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any

from conflicts.engine.cover import Accepted, covers
from conflicts.engine.findings import Answer, Outcome
from conflicts.engine.policy import Policy as Lines
from conflicts.engine.screening import Query, screen
from conflicts.engine.snapshot import Snapshot, snapshot
from conflicts.loading import named
from conflicts.models import (
    AcceptedFinding,
    CompetitorDeclaration,
    FactChange,
    Interest,
    Party,
    Policy,
    ReviewDecision,
)
from marketplace.models import Award, Clearance, Engagement, EngagementOrigin
from marketplace.records.models import LogEntry

Life = tuple[float, float]
"""The epoch that brought a row and the one that ended it; without end it is infinite."""


@dataclass(frozen=True, slots=True)
class Bad:
    """An award that should not be: nothing let it through at its own epoch."""

    award: Award
    outcome: Outcome

    def __str__(self) -> str:
        return f"{self.award.vendor.slug} at epoch {self.award.epoch}: {self.outcome}"


class Checker:
    """All rows of the database, read once."""

    def __init__(self) -> None:
        self.facts = self._versions(Interest.objects.select_related("holder", "subject", "source"))
        self.lists = self._versions(CompetitorDeclaration.objects.select_related("competitor"))
        self.lines = self._versions(Policy.objects.all())
        self.ends = dict(_ends())
        self.decisions = list(ReviewDecision.objects.exclude(recorded_by=None).select_related("recorded_by"))
        self.nodes = tuple(party.as_engine() for party in Party.objects.order_by("slug"))
        self.kept: tuple[object, Snapshot] | None = None

    def bad(self) -> list[Bad]:
        """Return the awards that nothing lets through, in the order of their epochs."""
        awards = Award.objects.select_related("client__party", "vendor__party", "slot").order_by("epoch")
        judged = ((award, self.answer(award)) for award in awards)
        return [Bad(award, answer.outcome) for award, answer in judged if not self._stands(award, answer)]

    def answer(self, award: Award) -> Answer:
        """Ask the engine what it says of the pair at the award's epoch, on the whole graph."""
        client = award.client
        of_client = {"tenant": client.pk, "principal_id": client.party_id}
        rivals = sorted({row.competitor.slug for row in _alive(self.lists, award.epoch, **of_client)})
        policy = next(iter(_alive(self.lines, award.epoch, **of_client)), None)
        lines = policy.as_engine() if policy else Lines()
        query = Query(client.party.slug, award.vendor.party.slug, tuple(rivals), lines)
        return screen(self._graph(award), query)

    def _graph(self, award: Award) -> Snapshot:
        rows = list(_alive(self.facts, award.epoch))
        day = award.awarded_at.date()
        key = (day, tuple(row.pk for row in rows))
        if self.kept is None or self.kept[0] != key:
            self.kept = (key, snapshot(self.nodes, named(rows), as_of=day, known_on=day))
        return self.kept[1]

    def _stands(self, award: Award, answer: Answer) -> bool:
        """SEMANTICS 8.1: clear, review under a decision or waiver, blocked under a waiver; never unknown."""
        if answer.outcome is Outcome.CLEAR:
            return True
        if answer.outcome is Outcome.UNKNOWN:
            return False
        return any(self._opens(decision, award, answer) for decision in self.decisions)

    def _opens(self, decision: ReviewDecision, award: Award, answer: Answer) -> bool:
        if answer.outcome is Outcome.BLOCKED and not decision.is_waiver:
            return False
        pair = (decision.tenant, decision.principal_id, decision.subject_id)
        in_time = decision.expires_on is None or decision.expires_on >= award.awarded_at.date()
        return (
            pair == (award.client_id, award.client.party_id, award.vendor.party_id)
            and decision.scope in {None, award.slot.request_id}
            and in_time
            and self._life(decision)[0] <= award.epoch < self._life(decision)[1]
            and covers(self._accepted.get(decision.pk, []), answer.findings, waiver=decision.is_waiver)
        )

    def _life(self, decision: ReviewDecision) -> Life:
        begun = decision.recorded_by.epoch if decision.recorded_by else inf
        ended = self.ends.get((str(decision.pk), begun), inf)
        if ended == inf and decision.status != "approved":
            raise ValueError(f"{decision} has ended, and no change tells when.")
        return begun, ended

    @cached_property
    def _accepted(self) -> dict[Any, list[Accepted]]:
        found: dict[Any, list[Accepted]] = {}
        for row in AcceptedFinding.objects.select_related("holder", "subject"):
            found.setdefault(row.decision_id, []).append(_as_engine(row))
        return found

    def _versions(self, rows: Iterable[Any]) -> list[tuple[Life, Any]]:
        epochs = dict(FactChange.objects.values_list("pk", "epoch"))
        return [((epochs[row.recorded_by_id], epochs.get(row.superseded_by_id, inf)), row) for row in rows]


def torn() -> list[str]:
    """What is not whole: an award is one award, one clearance, one engagement and one log row, or nothing of it."""
    counts = {
        "awards": Award.objects.count(),
        "clearances": Clearance.objects.count(),
        "engagements": Engagement.objects.filter(origin=EngagementOrigin.AWARD).count(),
        "log rows of awards": LogEntry.objects.filter(action="award.made").count(),
    }
    changes, told = FactChange.objects.count(), LogEntry.objects.filter(data__has_key="change").count()
    wrong = [f"{counts}"] if len(set(counts.values())) > 1 else []
    return wrong + ([f"{changes} changes, {told} log rows of changes"] if changes != told else [])


def _alive(rows: Iterable[tuple[Life, Any]], epoch: int, **of: object) -> Iterator[Any]:
    for (born, died), row in rows:
        if born <= epoch < died and all(getattr(row, name) == value for name, value in of.items()):
            yield row


def _ends() -> Iterator[tuple[tuple[str, float], float]]:
    """Yield for each decision that stood, by id and first epoch, the epoch of the change that ended it."""
    begun = dict(ReviewDecision.objects.exclude(recorded_by=None).values_list("pk", "recorded_by__epoch"))
    first = {str(key): epoch for key, epoch in begun.items()}
    ended: dict[str, float] = {}
    for epoch, data in FactChange.objects.order_by("-epoch").values_list("epoch", "data"):
        for part in (data, *data.get("parts", ())):
            named_here = [part.get("decision"), *part.get("replaced", ())]
            for key in named_here:
                if key in first and epoch > first[key]:
                    ended[key] = epoch
    for key, end in ended.items():
        yield (key, first[key]), end


def _as_engine(row: AcceptedFinding) -> Accepted:
    return Accepted(
        rule=row.rule,
        axis=row.axis,
        must=row.must,
        holder=row.holder.slug,
        subject=row.subject.slug,
        low=row.low,
        high=row.high,
        competitors=frozenset(row.competitors),
        path=tuple((holder, subject, type_) for holder, subject, type_ in row.path),
        also=frozenset(row.also),
    )
