"""What the stored check is asked about: one client, 10k vendors that are watched and screened, and one that is not."""

from __future__ import annotations

from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction

from conflicts.changes import fact_change
from conflicts.engine.screening import RULE_VERSION
from conflicts.epochs import epoch_now
from conflicts.expansion import expand_changes
from conflicts.models import (
    ChangeKind,
    Coverage,
    ExposedSubject,
    Exposure,
    ExposureSet,
    Outcome,
    Overview,
    Party,
    Screening,
    Watch,
)
from conflicts.services import CompetitorDraft, replace_competitor_list
from conflicts.sweeping import record_day, record_rules
from marketplace.records import clock

VENDORS = 10_000
COMPETITORS = 20
CHANGES = 500
"""Changes that were expanded long ago."""
SAMPLE = 500
BATCH = 2_000
TENANT = UUID("00000000-0000-4000-8000-000000000001")


class Scene:
    """Rows of an empty database, drawn from a seed. `sample` is whom single questions are about."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        with transaction.atomic():
            self.client, self.stranger, *others = _parties()
            self.vendors, self.competitors = others[:VENDORS], others[VENDORS:]
            self._change()
            self._screen()
            self._expose()
        self.sample = self.rng.sample(self.vendors, SAMPLE)

    def _change(self) -> None:
        for _ in range(CHANGES):
            with fact_change(kind=ChangeKind.INTEREST, actor=None, log_action="benchmark"):
                pass
        rows = [CompetitorDraft(competitor=competitor) for competitor in self.competitors]
        replace_competitor_list(actor=None, tenant=TENANT, principal=self.client, rows=rows)
        record_rules(RULE_VERSION)
        record_day()
        while expand_changes().changes:
            pass

    def _screen(self) -> None:
        epoch, pair = epoch_now(), {"tenant": TENANT, "principal": self.client}
        watches = [Watch(**pair, subject=vendor, want_epoch=epoch) for vendor in self.vendors]
        rows = [Screening(watch=watch, subject=watch.subject, **pair, **self._result(epoch)) for watch in watches]
        Watch.objects.bulk_create(watches, batch_size=BATCH)
        Screening.objects.bulk_create(rows, batch_size=BATCH)
        Overview.objects.mend(tenant=TENANT, principal=self.client)

    def _result(self, epoch: int) -> dict[str, Any]:
        return {
            "epoch": epoch,
            "as_of": clock.today(),
            "outcome": self.rng.choices(Outcome.values, [80, 12, 6, 2])[0],
            "coverage": self.rng.choice(Coverage.values),
            "newest_source": clock.today(),
            "rule_version": RULE_VERSION,
            "screened_at": clock.now(),
        }

    def _expose(self) -> None:
        made = ExposureSet.objects.create(
            epoch=epoch_now(), as_of=clock.today(), cut=1e-3, generation=UUID(int=1), built_at=clock.now()
        )
        subject = {"generation": made.generation, "subject": self.stranger}
        ExposedSubject.objects.create(**subject, rest=0)
        part: dict[str, Any] = {"low": 0, "high": 1_000_000, "must_control": False, "may_control": False, "path": []}
        Exposure.objects.bulk_create(Exposure(**subject, holder=holder, **part) for holder in self.competitors)


def _parties() -> list[Party]:
    slugs = ["client", "stranger", *(f"v{number}" for number in range(VENDORS + COMPETITORS))]
    return Party.objects.bulk_create([Party(slug=slug, name=slug.title()) for slug in slugs], batch_size=BATCH)
