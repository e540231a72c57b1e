"""The job that keeps the stored exposures of all watched subjects: all anew, or those alone that a change can move."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet

from conflicts.affected import affected_subjects, facts_above, loaded, members_of
from conflicts.engine.facts import Node, joint_holder
from conflicts.engine.snapshot import snapshot
from conflicts.epochs import consistent
from conflicts.exposures import BulkEngine, Engine, Exposed, Reach, cut_for, engine_for
from conflicts.loading import joint_members, named
from conflicts.models import ChangeKind, ExposedSubject, Exposure, ExposureSet, FactChange, Interest, Party, Watch
from conflicts.streaming import stream_graph
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
    engine: Engine
    cut: float
    anew: bool = False

    def work_out(self) -> Iterator[Exposed]:
        """Tell the exposures, subject by subject."""
        return self.engine.work_out(self.subjects)


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
    return Plan(base, today, subjects, stored - wanted, _engine(facts_above(subjects), subjects, today, cut), cut)


def _anew(base: ExposureSet | None, today: dt.date, wanted: frozenset[UUID], cut: float) -> Plan:
    return Plan(base, today, wanted, frozenset(), _whole(wanted, today, cut), cut, anew=True)


def _whole(wanted: frozenset[UUID], today: dt.date, cut: float) -> Engine:
    """A graph that goes through the kernel is read row by row; one that does not is small enough to read at once."""
    if not cut:
        return _engine(loaded(), wanted, today, cut)
    streamed = stream_graph(loaded(), as_of=today, known_on=today)
    return BulkEngine(streamed.graph, streamed.keys, cut)


def _engine(rows: Iterable[Interest], subjects: Collection[UUID], today: dt.date, cut: float) -> Engine:
    """Who works out the graph of these rows and of the subjects that stand alone."""
    read = tuple(rows)
    keys = _keys(subjects, read)
    nodes = (Node(slug) for slug in keys)
    snap = snapshot(nodes, named(read), as_of=today, known_on=today)
    return engine_for(snap, keys, cut)


def _keys(subjects: Collection[UUID], rows: Iterable[Interest]) -> dict[str, UUID]:
    """Row ids by the names of the engine, with those of joint holders."""
    met = {party.pk: party.slug for row in rows for party in (row.holder, row.subject)}
    met |= {party.pk: party.slug for party in members_of(met)}
    met |= dict(Party.objects.filter(pk__in=subjects).values_list("pk", "slug"))
    keys = {slug: key for key, slug in met.items()}
    together = {joint_holder(members): keys[slug] for slug, members in joint_members().items() if slug in keys}
    return keys | together


def _rebuild(plan: Plan, epoch: int) -> str:
    """Write all under a new generation, which nobody reads until the set names it, and throw the old one away."""
    generation = uuid4()
    for batch in _batches(plan.work_out()):
        _insert(batch, generation)
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
        _insert(found, plan.base.generation)
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
def _insert(found: Collection[Exposed], generation: UUID) -> None:
    subjects = (ExposedSubject(generation=generation, subject_id=one.subject, rest=one.rest) for one in found)
    ExposedSubject.objects.bulk_create(subjects, batch_size=2_000)
    reaches = (_stored_reach(one.subject, reach, generation) for one in found for reach in one.reaches)
    Exposure.objects.bulk_create(reaches, batch_size=2_000)


def _stored_reach(subject: UUID, reach: Reach, generation: UUID) -> Exposure:
    return Exposure(
        generation=generation,
        subject_id=subject,
        holder_id=reach.holder,
        low=reach.low,
        high=reach.high,
        must_control=reach.must_control,
        may_control=reach.may_control,
        path=[str(party) for party in reach.path],
    )
