"""The job that keeps the stored exposures of all watched subjects: all anew, or those alone that a change can move."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet

from conflicts.affected import affected_subjects, facts_above, loaded, members_of
from conflicts.engine.snapshot import Snapshot, snapshot
from conflicts.epochs import consistent
from conflicts.exposures import Exposed, cut_for, exposed
from conflicts.loading import named
from conflicts.models import ChangeKind, ExposedSubject, Exposure, ExposureSet, FactChange, Interest, Party, Watch
from marketplace.records import clock

REBUILT = 10
"""Where more than one in so many watched subjects has to be worked out, all are."""
FEW = 100
"""So many are never too many for that."""
BATCH = 200
"""Subjects whose rows are written at a time."""


@dataclass(frozen=True)
class Plan:
    """What has to be worked out, on one read of the facts.

    `base` is the set that it was planned on, `subjects` who has to be worked out, `gone` whose exposures nobody wants
    any more; `anew` says that the set is replaced and not changed.
    """

    base: ExposureSet | None
    today: dt.date
    subjects: frozenset[UUID]
    gone: frozenset[UUID]
    parties: Mapping[str, Party]
    rows: tuple[Interest, ...]
    cut: float
    anew: bool = False

    @property
    def snapshot(self) -> Snapshot:
        """The graph of the rows, today."""
        nodes = (self.parties[slug].as_engine() for slug in sorted(self.parties))
        return snapshot(nodes, named(self.rows), as_of=self.today, known_on=self.today)

    def work_out(self) -> Iterator[Exposed]:
        """Tell the exposures, subject by subject."""
        slugs = sorted(slug for slug, party in self.parties.items() if party.pk in self.subjects)
        return exposed(self.snapshot, slugs, self.cut)


def refresh_exposures() -> Counter[str]:
    """Bring the stored exposures up to the facts of now; return how many subjects were worked out and how it ended.

    `rebuilt` and `changed` tell how; `outrun` that another job has stored something meanwhile, so that this one stored
    nothing. Safe to run as often as you like, by several workers at once. Raises what the engine raises; then what was
    stored stays, and its epoch says how old it is.
    """
    epoch, plan = consistent(_plan)
    if not (plan.anew or plan.subjects or plan.gone or _is_older(plan, epoch)):
        return Counter()
    end = _rebuild(plan, epoch) if plan.anew else _change(plan, epoch)
    return Counter({end: 1, "subjects": len(plan.subjects)})


def _is_older(plan: Plan, epoch: int) -> bool:
    return plan.base is None or plan.base.epoch < epoch


def _plan() -> Plan:
    today = clock.today()
    wanted = frozenset(Watch.objects.order_by().values_list("subject_id", flat=True).distinct())
    base = ExposureSet.objects.first()
    cut = cut_for(Party.objects.count())
    if base is None or base.as_of != today or base.cut != cut:
        return _anew(base, today, wanted, cut)
    stored = frozenset(_stored(base).values_list("subject_id", flat=True))
    changes = FactChange.objects.filter(epoch__gt=base.epoch)
    if changes.filter(kind=ChangeKind.MERGE).exists():
        return _anew(base, today, wanted, cut)
    subjects = wanted & affected_subjects(changes) | wanted - stored
    if len(subjects) > max(FEW, len(wanted) // REBUILT):
        return _anew(base, today, wanted, cut)
    rows = tuple(facts_above(subjects))
    return Plan(base, today, subjects, stored - wanted, _parties(subjects, rows), rows, cut)


def _anew(base: ExposureSet | None, today: dt.date, wanted: frozenset[UUID], cut: float) -> Plan:
    rows = tuple(loaded())
    return Plan(base, today, wanted, frozenset(), _parties(wanted, rows), rows, cut, anew=True)


def _parties(subjects: Iterable[UUID], rows: Iterable[Interest]) -> dict[str, Party]:
    found = {party.pk: party for row in rows for party in (row.holder, row.subject)}
    found |= {party.pk: party for party in members_of(found)}
    found |= {party.pk: party for party in Party.objects.filter(pk__in=subjects)}
    return {party.slug: party for party in found.values()}


def _rebuild(plan: Plan, epoch: int) -> str:
    """Write all under a new generation, which nobody reads until the set names it, and throw the old one away."""
    generation = uuid4()
    for batch in _batches(plan.work_out()):
        _insert(batch, plan.parties, generation)
    with transaction.atomic():
        is_newest = _advance(plan, epoch, generation)
        outdated = (
            ExposedSubject.objects.exclude(generation=generation),
            Exposure.objects.exclude(generation=generation),
        )
        own = ExposedSubject.objects.filter(generation=generation), Exposure.objects.filter(generation=generation)
        # What a job that was killed has left goes with the old generation.
        for rows in outdated if is_newest else own:
            rows.delete()
    return "rebuilt" if is_newest else "outrun"


def _change(plan: Plan, epoch: int) -> str:
    """Put the rows of some subjects in the place of their old ones, in one transaction."""
    found = list(plan.work_out())
    with transaction.atomic():
        if plan.base is None or not _advance(plan, epoch, plan.base.generation):
            return "outrun"
        replaced = plan.subjects | plan.gone
        for stored in (ExposedSubject.objects, Exposure.objects):
            stored.filter(generation=plan.base.generation, subject__in=replaced).delete()
        _insert(found, plan.parties, plan.base.generation)
    return "changed"


def _advance(plan: Plan, epoch: int, generation: UUID) -> bool:
    """Move the set forward, unless it is not the one any more that was planned on; nobody else does so meanwhile."""
    values = {
        "epoch": epoch,
        "as_of": plan.today,
        "cut": plan.cut,
        "generation": generation,
        "built_at": clock.now(),
    }
    if plan.base is None:
        return ExposureSet.objects.get_or_create(id=1, defaults=values)[1]
    base = ExposureSet.objects.filter(generation=plan.base.generation, epoch=plan.base.epoch, as_of=plan.base.as_of)
    return bool(base.filter(epoch__lte=epoch, as_of__lte=plan.today).update(**values))


def _stored(base: ExposureSet) -> QuerySet[ExposedSubject]:
    return ExposedSubject.objects.filter(generation=base.generation).order_by()


def _batches(found: Iterable[Exposed]) -> Iterator[list[Exposed]]:
    left = iter(found)
    while batch := list(islice(left, BATCH)):
        yield batch


@transaction.atomic
def _insert(found: Iterable[Exposed], parties: Mapping[str, Party], generation: UUID) -> None:
    subjects, reaches = [], []
    for one in found:
        subject = parties[one.subject].pk
        subjects.append(ExposedSubject(generation=generation, subject_id=subject, rest=one.rest))
        for reach in one.reaches:
            told = Exposure(
                generation=generation,
                subject_id=subject,
                holder_id=parties[reach.holder].pk,
                low=reach.low,
                high=reach.high,
                must_control=reach.must_control,
                may_control=reach.may_control,
                path=[str(parties[slug].pk) for slug in reach.path],
            )
            reaches.append(told)
    ExposedSubject.objects.bulk_create(subjects, batch_size=2_000)
    Exposure.objects.bulk_create(reaches, batch_size=2_000)
