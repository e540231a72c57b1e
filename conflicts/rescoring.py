"""Bringing stored screenings up to date (DESIGN 3): the epoch is read before the facts."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeVar
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F

from conflicts.cover import void_uncovered
from conflicts.epochs import consistent, epoch_now
from conflicts.loading import Case, load_case
from conflicts.models import Overview, Party, ReviewDecision, Watch
from conflicts.proof import Moment, proof_scene
from conflicts.screening import Scene, ScreeningResult
from conflicts.storing import Found, store, store_all
from marketplace.records import clock
from marketplace.records.services import log

FAILURES_BEFORE_PARKING = 5
PARKED = "The screening of this pair failed several times in a row."
CHUNK = 50
"""How many pairs one task screens on one read of the facts."""

logger = structlog.get_logger(__name__)

CaseKey = tuple[UUID, UUID]
T = TypeVar("T")


def rescore_watches(watch_ids: Iterable[UUID]) -> Counter[str]:
    """Screen those of the pairs that are behind and store what is newer; return how many were stored, failed, parked.

    Safe to run as often as you like, by several workers at once. Where the time is over, what was screened by then is
    stored before SoftTimeLimitExceeded goes on.
    """
    watches = list(Watch.objects.wanting().filter(pk__in=list(watch_ids)).select_related("principal", "subject"))
    counts: Counter[str] = Counter()
    if not watches:
        return counts
    _, (now, cases) = consistent(lambda: _read(watches))
    found: list[Found] = []
    try:
        for watch in watches:
            case = cases[watch.tenant, watch.principal_id]
            judged = _guarded(watch, now, case, counts=counts, work=partial(_judged, watch, now, case))
            found += [judged] if judged else []
    finally:
        counts += _kept(found, now, cases)
    return counts


def chunks(watch_ids: Sequence[UUID]) -> Iterator[list[UUID]]:
    """Cut the ids into pieces for one task each."""
    for start in range(0, len(watch_ids), CHUNK):
        yield list(watch_ids[start : start + CHUNK])


def _read(watches: Iterable[Watch]) -> tuple[Scene, dict[CaseKey, Case]]:
    """Read the lists and the proof subgraph of the pairs, on the day of the epoch; call it in one consistent read."""
    principals: dict[CaseKey, Party] = {(watch.tenant, watch.principal_id): watch.principal for watch in watches}
    cases = {key: load_case(tenant=key[0], principal=principal) for key, principal in principals.items()}
    pairs = [(cases[watch.tenant, watch.principal_id], watch.subject) for watch in watches]
    # The epoch is read before the day: a day that comes meanwhile is a change, and leaves the pairs behind.
    epoch, today = epoch_now(), clock.today()
    return proof_scene(pairs, Moment(epoch, as_of=today, known_on=today)), cases


def _judged(watch: Watch, now: Scene, case: Case) -> Found:
    proof = now.proof(case, watch.subject)
    return Found(watch, now.screen(case, watch.subject), proof.near if proof else None)


def _guarded(watch: Watch, now: Scene, case: Case, *, counts: Counter[str], work: Callable[[], T]) -> T | None:
    """Do a pair's work; where it fails, count that and hold up no other pair."""
    try:
        return work()
    except SoftTimeLimitExceeded as error:
        # The pair that ate the time goes behind the others, so that the next task gets to them.
        _count_failure(watch, now, case, error)
        raise
    except Exception as error:
        logger.exception("rescoring failed", watch=str(watch.pk))
        counts[_count_failure(watch, now, case, error)] += 1
        return None


def _kept(found: Sequence[Found], now: Scene, cases: Mapping[CaseKey, Case]) -> Counter[str]:
    """Store what was found, together where no decision stands that it may void, else and after a failure one by one."""
    decided = _decided(found)
    alone = [one for one in found if one.watch.pk in decided]
    together = [one for one in found if one.watch.pk not in decided]
    counts: Counter[str] = Counter()
    try:
        stored = len(store_all(together)) if together else 0
        counts += Counter(stored=stored, outrun=len(together) - stored)
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        logger.exception("storing together failed", watches=len(together))
        alone = [*together, *alone]
    for one in alone:
        case = cases[one.watch.tenant, one.watch.principal_id]
        told = _guarded(one.watch, now, case, counts=counts, work=partial(_keep, one))
        counts += Counter([told] if told else [])
    return counts


def _decided(found: Iterable[Found]) -> set[UUID]:
    """Return the watches of the pairs on which a decision or waiver stands.

    One that the results do not know is newer than they are, and none of theirs to void.
    """
    pairs = {(one.watch.tenant, one.watch.principal_id, one.watch.subject_id): one.watch.pk for one in found}
    tenants, subjects = {key[0] for key in pairs}, {key[2] for key in pairs}
    standing = ReviewDecision.objects.approved().filter(tenant__in=tenants, subject__in=subjects).order_by()
    told = standing.values_list("tenant", "principal_id", "subject_id")
    return {pairs[pair] for pair in told if pair in pairs}


@transaction.atomic
def _keep(one: Found) -> str:
    """Store the result and void what it does not cover; the epoch is taken last, as everywhere."""
    if not store_all([one]):
        return "outrun"
    void_uncovered(one.result)
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
