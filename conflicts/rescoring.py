"""Bringing stored screenings up to date (DESIGN 3): epoch before facts, and results only move forward."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F, Max, Subquery
from django.db.models.functions import Greatest

from conflicts.cover import void_uncovered
from conflicts.epochs import consistent, epoch_now, noting_reach
from conflicts.findings import to_json
from conflicts.history import keep_change
from conflicts.loading import Case, load_case
from conflicts.models import FactChange, Overview, Party, Reach, RulesSeen, Screening, Watch, WatchNear, rules_order
from conflicts.models.watches import Told
from conflicts.proof import Moment, proof_scene
from conflicts.screening import Scene, ScreeningResult
from marketplace.records import clock
from marketplace.records.services import log

FAILURES_BEFORE_PARKING = 5
PARKED = "The screening of this pair failed several times in a row."
CHUNK = 50
"""How many pairs one task screens on one read of the facts."""

logger = structlog.get_logger(__name__)

CaseKey = tuple[UUID, UUID]


def rescore_watches(watch_ids: Iterable[UUID]) -> Counter[str]:
    """Screen those of the pairs that are behind and store what is newer; return how many were stored, failed, parked.

    Safe to run as often as you like, by several workers at once.
    """
    watches = list(Watch.objects.wanting().filter(pk__in=list(watch_ids)).select_related("principal", "subject"))
    counts: Counter[str] = Counter()
    if not watches:
        return counts
    _, (now, cases) = consistent(lambda: _read(watches))
    for watch in watches:
        counts[_rescore(watch, now, cases[watch.tenant, watch.principal_id])] += 1
    return counts


def chunks(watch_ids: Sequence[UUID]) -> Iterator[list[UUID]]:
    """Cut the ids into pieces for one task each."""
    for start in range(0, len(watch_ids), CHUNK):
        yield list(watch_ids[start : start + CHUNK])


def store(watch: Watch, result: ScreeningResult, near: frozenset[str] | None = None) -> bool:
    """Store the result unless one as new is there; return whether it was stored.

    Newer is what rests on a newer epoch; in one epoch what is as of a later day, or by newer rules. A worker whose
    rules are older than the newest that any worker has brought stores nothing.
    `near` is who is near by this screening, by slug; without it nobody knows, and every change reaches the pair.
    """
    with transaction.atomic():
        # Before the watch is held: who expands changes holds off notes first and takes the watches then.
        noting_reach()
        held = Watch.objects.select_for_update(no_key=True).filter(pk=watch.pk)
        if not held.exists() or _is_outrun(watch, result):
            return False
        before = Screening.objects.filter(watch=watch).first()
        if before is not None:
            keep_change(before, result)
        pair = {"tenant": watch.tenant, "principal": watch.principal, "subject": watch.subject}
        values = {**pair, **_values(result), "screened_at": clock.now()}
        Screening.objects.update_or_create(watch=watch, defaults=values)
        # The first change that this result does not know: what came after began to wait then, and not before.
        unknown = FactChange.objects.filter(epoch__gt=result.epoch).order_by("epoch").values("at")[:1]
        held.update(failures=0, told=Told.text_of(result), waits_since=Subquery(unknown))
        _note_near(watch, near, result.epoch)
        Overview.objects.tell([watch.pk])
        return True


def _is_outrun(watch: Watch, result: ScreeningResult) -> bool:
    newest = Screening.objects.filter(watch=watch).first()
    is_older = newest is not None and _place(result) <= _place(newest)
    return is_older or RulesSeen.objects.outrun(result.rule_version)


def _place(screened: ScreeningResult | Screening) -> tuple[int, dt.date, tuple[int, ...]]:
    return (screened.epoch, screened.as_of, rules_order(screened.rule_version))


def _note_near(watch: Watch, near: frozenset[str] | None, epoch: int) -> None:
    """Note who is near (SEMANTICS 8.5), None where nobody knows.

    Whatever was committed after the epoch was expanded by what was noted before, so where that is other the pair wants
    the newest of it. What is expanded from now on waits for this transaction and goes by what it notes.
    """
    held, noted = Watch.objects.filter(pk=watch.pk), WatchNear.objects.filter(watch=watch)
    parties = set() if near is None else set(Party.objects.filter(slug__in=near).values_list("pk", flat=True))
    if near is None or parties != set(noted.values_list("party", flat=True)):
        noted.exclude(party__in=parties).delete()
        rows = (WatchNear(watch=watch, tenant=watch.tenant, party_id=party) for party in parties)
        WatchNear.objects.bulk_create(rows, ignore_conflicts=True)
        newest = FactChange.objects.filter(reach=Reach.EVERY, epoch__gt=epoch).aggregate(epoch=Max("epoch"))["epoch"]
        held.update(want_epoch=Greatest(F("want_epoch"), newest or 0))
    held.update(near_epoch=None if near is None else epoch)


def _read(watches: Iterable[Watch]) -> tuple[Scene, dict[CaseKey, Case]]:
    """Read the lists and the proof subgraph of the pairs, on the day of the epoch; call it in one consistent read."""
    principals: dict[CaseKey, Party] = {(watch.tenant, watch.principal_id): watch.principal for watch in watches}
    cases = {key: load_case(tenant=key[0], principal=principal) for key, principal in principals.items()}
    pairs = [(cases[watch.tenant, watch.principal_id], watch.subject) for watch in watches]
    # The epoch is read before the day: a day that comes meanwhile is a change, and leaves the pairs behind.
    epoch, today = epoch_now(), clock.today()
    return proof_scene(pairs, Moment(epoch, as_of=today, known_on=today)), cases


def _rescore(watch: Watch, now: Scene, case: Case) -> str:
    try:
        proof = now.proof(case, watch.subject)
        return _keep(watch, now.screen(case, watch.subject), proof.near if proof else None)
    except SoftTimeLimitExceeded as error:
        # The pair that ate the time goes behind the others, so that the next task gets to them.
        _count_failure(watch, now, case, error)
        raise
    except Exception as error:
        logger.exception("rescoring failed", watch=str(watch.pk))
        return _count_failure(watch, now, case, error)


@transaction.atomic
def _keep(watch: Watch, result: ScreeningResult, near: frozenset[str] | None) -> str:
    """Store the result and void what it does not cover; the epoch is taken last, as everywhere."""
    if not store(watch, result, near):
        return "outrun"
    void_uncovered(result)
    return "stored"


def _count_failure(watch: Watch, now: Scene, case: Case, error: Exception) -> str:
    """After some failures in a row the pair is parked: unknown, and no longer behind (SEMANTICS 9)."""
    watches = Watch.objects.filter(pk=watch.pk)
    watches.update(failures=F("failures") + 1)
    if watch.failures + 1 < FAILURES_BEFORE_PARKING:
        return "failed"
    _park(watch, now.unknown(case, watch.subject, PARKED), type(error).__name__)
    return "parked"


@transaction.atomic
def _park(watch: Watch, unknown: ScreeningResult, error: str) -> None:
    store(watch, unknown)
    waking = Watch.objects.filter(pk=watch.pk, parked_at=None)
    is_parked_now = waking.update(failures=FAILURES_BEFORE_PARKING, parked_at=clock.now())
    Overview.objects.tell([watch.pk])
    # Each change gives a parked pair one more chance: what fails again then has been told before.
    if is_parked_now and watch.failures < FAILURES_BEFORE_PARKING:
        pair = {"principal": watch.principal.slug, "subject": watch.subject.slug}
        data = {**pair, "problem": unknown.problem, "error": error, "failures": FAILURES_BEFORE_PARKING}
        log(action="screening.parked", actor=None, tenant=watch.tenant, subject=watch, epoch=unknown.epoch, data=data)
        logger.error("pair parked", watch=str(watch.pk), error=error)


def _values(result: ScreeningResult) -> dict[str, object]:
    return {
        "epoch": result.epoch,
        "as_of": result.as_of,
        "outcome": result.outcome,
        "coverage": result.coverage,
        "newest_source": result.newest_source,
        "public_coverage": result.public_coverage,
        "public_newest_source": result.public_newest_source,
        "findings": [to_json(finding) for finding in result.findings],
        "problem": result.problem,
        "rule_version": result.rule_version,
    }
