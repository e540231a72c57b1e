"""Replaying decisions from the log: the facts, list and policy of their epoch, judged again (SEMANTICS 1.1).

Facts, lists and policies are versions, so what stood at an epoch is chosen by the epochs of the changes that recorded
and superseded them, never by time. Parties and sources have no versions: what later changes wrote over in them is taken
back in memory, newest first, from what each change noted of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from conflicts.engine.screening import RULE_VERSION
from conflicts.loading import Case, FactRow, Rows, case_of, named
from conflicts.models import CompetitorDeclaration, CustomerTie, FactChange, Interest, Party, Policy
from conflicts.screening import Scene, ScreeningResult, scene
from conflicts.verdicts import VERDICT, told_verdict
from conflicts.versions import BEFORE
from marketplace.records.models import LogEntry

COMPARED = ("outcome", "findings")
CHUNK = 100
"""How many log rows are held in memory at once."""


class Fate(StrEnum):
    SAME = "same"
    DIFFERENT = "different"
    OTHER_RULES = "other rules"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of one verdict of the log, in a sentence."""

    position: int
    fate: Fate
    text: str


class History:
    """What was known right after the change of one epoch."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self.before = written_over(epoch)

    def case(self, tenant: UUID, principal: Party) -> Case:
        """Read the list and the lines that were in force."""
        declared = CompetitorDeclaration.objects.at_epoch(self.epoch).filter(tenant=tenant, principal=principal)
        policy = Policy.objects.at_epoch(self.epoch).filter(tenant=tenant, principal=principal).first()
        return case_of(tenant, principal, declared, policy)

    def scene(self, day: date) -> Scene:
        """Build the graph as it was, on a day that was today."""
        return scene(self.rows(), as_of=day, known_on=day, as_known=None)

    def rows(self) -> Rows:
        """Read the facts that stood, and the parties and sources as they were."""
        parties = Party.objects.order_by("slug")
        nodes = tuple(self._taken_back(party).as_engine() for party in parties)
        return Rows(self.epoch, nodes, named(self._facts()))

    def _facts(self) -> Iterator[FactRow]:
        interests = Interest.objects.at_epoch(self.epoch).select_related("holder", "subject", "source")
        ties = CustomerTie.objects.at_epoch(self.epoch).select_related("buyer", "supplier", "source")
        for row in (*interests, *ties):
            self._taken_back(row.source)
            yield row

    def _taken_back(self, row: Any) -> Any:  # noqa: ANN401 - a party or a source
        for name, value in self.before.get((row._meta.model_name, str(row.pk)), {}).items():
            setattr(row, name, value)
        return row


def written_over(epoch: int) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what parties and sources were at the epoch, by model and id, where later changes wrote over it."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    later = FactChange.objects.filter(epoch__gt=epoch, **{f"data__{BEFORE}__isnull": False}).order_by("-epoch")
    for noted in later.values_list(f"data__{BEFORE}", flat=True).iterator():
        for told in reversed(noted):
            found.setdefault((told["model"], told["id"]), {}).update(told["columns"])
    return found


def replay(*, first: int | None = None, last: int | None = None, entry: UUID | None = None) -> Iterator[Replayed]:
    """Judge again what the log rows from the first position to the last tell, or one row, in their order.

    Rows that tell no verdict are passed over, and so are all that a release wrote which kept none. Reads only.
    """
    rows = LogEntry.objects.filter(**{f"data__{VERDICT}__isnull": False}).order_by("position")
    limits = {"position__gte": first, "position__lte": last, "pk": entry}
    rows = rows.filter(**{name: value for name, value in limits.items() if value is not None})
    stage = _Stage()
    for row in rows.iterator(chunk_size=CHUNK):
        yield _replayed(row, stage)


class _Stage:
    """Keeps the scene of the newest question: decisions that follow each other often rest on one epoch and day."""

    def __init__(self) -> None:
        self.kept: tuple[History, Scene] | None = None

    def screen(self, tenant: UUID, told: dict[str, Any], parties: tuple[Party, Party]) -> ScreeningResult:
        history, scene = self._of(told["epoch"], date.fromisoformat(told["as_of"]))
        principal, subject = parties
        return scene.screen(history.case(tenant, principal), subject)

    def _of(self, epoch: int, day: date) -> tuple[History, Scene]:
        if self.kept is None or (self.kept[1].epoch, self.kept[1].as_of) != (epoch, day):
            history = History(epoch)
            self.kept = (history, history.scene(day))
        return self.kept


def _replayed(row: LogEntry, stage: _Stage) -> Replayed:
    told = row.data[VERDICT]
    where = f"Row {row.position} ({row.action}, {told['subject']} for {told['principal']}, epoch {told['epoch']})"
    if told["rule_version"] != RULE_VERSION:
        text = f"{where} was judged by other rules ({told['rule_version']}, here run {RULE_VERSION}): not compared."
        return Replayed(row.position, Fate.OTHER_RULES, text)
    parties = _parties(told["principal"], told["subject"])
    if row.tenant is None or parties is None:
        return Replayed(row.position, Fate.DIFFERENT, f"{where} names a party or client that is not there.")
    return _compared(row.position, where, told, told_verdict(stage.screen(row.tenant, told, parties)))


def _parties(principal: str, subject: str) -> tuple[Party, Party] | None:
    found = {party.slug: party for party in Party.objects.filter(slug__in=(principal, subject))}
    return (found[principal], found[subject]) if {principal, subject} <= found.keys() else None


def _compared(position: int, where: str, told: dict[str, Any], now: dict[str, Any]) -> Replayed:
    if all(told[name] == now[name] for name in COMPARED):
        return Replayed(position, Fate.SAME, f"{where} says {told['outcome']}, and so does the replay.")
    if told["outcome"] != now["outcome"]:
        why = f" ({told['problem']})" if told.get("problem") else ""
        text = f"{where} says {told['outcome']}{why}, and the replay says {now['outcome']}."
    else:
        text = f"{where} says {told['outcome']} and so does the replay, but the findings are others."
    return Replayed(position, Fate.DIFFERENT, text)
