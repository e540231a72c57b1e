"""Storing screenings: results only move forward (DESIGN 3), and those of one read of the facts are stored together."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max, Subquery
from django.db.models.functions import Greatest

from conflicts.epochs import noting_reach
from conflicts.findings import to_json
from conflicts.history import keep_change
from conflicts.models import FactChange, Overview, Party, Reach, RulesSeen, Screening, Watch, WatchNear, rules_order
from conflicts.models.watches import Told
from conflicts.screening import ScreeningResult
from marketplace.records import clock


class Found(NamedTuple):
    """What was found of a watched pair.

    `near` is who is near by this screening, by slug; without it nobody knows, and every change reaches the pair.
    """

    watch: Watch
    result: ScreeningResult
    near: frozenset[str] | None = None


def store(watch: Watch, result: ScreeningResult, near: frozenset[str] | None = None) -> bool:
    """Store the result unless one as new is there; return whether it was stored."""
    return bool(store_all([Found(watch, result, near)]))


@transaction.atomic
def store_all(found: Collection[Found]) -> set[UUID]:
    """Store the results in one transaction, each unless one as new is there; return the watches of those stored.

    Newer is what rests on a newer epoch; in one epoch what is as of a later day, or by newer rules. A worker whose
    rules are older than the newest that any worker has brought stores nothing.
    """
    # Before the watches are held: who expands changes holds off notes first and takes the watches then.
    noting_reach()
    held = _hold(found)
    before = {row.watch_id: row for row in Screening.objects.filter(watch__in=held)}
    outrun = {version for version in _versions(found) if RulesSeen.objects.outrun(version)}
    fresh = [
        one
        for one in found
        if one.watch.pk in held and one.result.rule_version not in outrun and _is_newer(one, before.get(one.watch.pk))
    ]
    for one in fresh:
        if one.watch.pk in before:
            keep_change(before[one.watch.pk], one.result)
    if fresh:
        _write(fresh)
    return {one.watch.pk for one in fresh}


def _hold(found: Iterable[Found]) -> set[UUID]:
    """Hold the watches, in one order, so that nobody who holds some of them waits for this in a ring."""
    watches = Watch.objects.filter(pk__in=[one.watch.pk for one in found])
    return set(watches.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def _versions(found: Iterable[Found]) -> set[str]:
    return {one.result.rule_version for one in found}


def _is_newer(one: Found, newest: Screening | None) -> bool:
    return newest is None or _place(one.result) > _place(newest)


def _place(screened: ScreeningResult | Screening) -> tuple[int, dt.date, tuple[int, ...]]:
    return (screened.epoch, screened.as_of, rules_order(screened.rule_version))


def _write(fresh: Sequence[Found]) -> None:
    at = clock.now()
    rows = [Screening(watch=one.watch, screened_at=at, **_pair(one.watch), **_values(one.result)) for one in fresh]
    written = ["screened_at", *_pair(fresh[0].watch), *_values(fresh[0].result)]
    Screening.objects.bulk_create(rows, update_conflicts=True, unique_fields=["watch"], update_fields=written)
    for one in fresh:
        one.watch.told = Told.text_of(one.result)
    Watch.objects.bulk_update([one.watch for one in fresh], ["told"])
    moved = _note_near(fresh)
    of_epoch: defaultdict[int, list[Found]] = defaultdict(list)
    for one in fresh:
        of_epoch[one.result.epoch].append(one)
    for epoch, some in of_epoch.items():
        _bring_forward(epoch, some, moved)
    Overview.objects.tell([one.watch.pk for one in fresh])


def _bring_forward(epoch: int, some: Iterable[Found], moved: Collection[UUID]) -> None:
    """Note on the watches what their screenings of this epoch know; `moved` are those where others are near now.

    Whatever was committed after the epoch was expanded by what was noted before, so those want the newest of it. What
    is expanded from now on waits for this transaction and goes by what it notes.
    """
    known = [one.watch.pk for one in some if one.near is not None]
    unknown = [one.watch.pk for one in some if one.near is None]
    # The first change that these results do not know: what came after began to wait then, and not before.
    first = FactChange.objects.filter(epoch__gt=epoch).order_by("epoch").values("at")[:1]
    for keys, near_epoch in ((known, epoch), (unknown, None)):
        if keys:
            told = Watch.objects.filter(pk__in=keys)
            told.update(failures=0, waits_since=Subquery(first), near_epoch=near_epoch)
    wanting = Watch.objects.filter(pk__in=[one.watch.pk for one in some if one.watch.pk in moved])
    newest = FactChange.objects.filter(reach=Reach.EVERY, epoch__gt=epoch).aggregate(epoch=Max("epoch"))["epoch"]
    if newest is not None:
        wanting.update(want_epoch=Greatest(F("want_epoch"), newest))


def _note_near(fresh: Sequence[Found]) -> set[UUID]:
    """Note who is near (SEMANTICS 8.5); return the watches where nobody knows, or others are near than before."""
    rows = WatchNear.objects.filter(watch__in=[one.watch.pk for one in fresh])
    noted: defaultdict[UUID, dict[UUID, UUID]] = defaultdict(dict)
    for pk, watch, party in rows.values_list("pk", "watch", "party"):
        noted[watch][party] = pk
    parties, gone, come, moved = _parties(fresh), list[UUID](), list[WatchNear](), set[UUID]()
    for one in fresh:
        before, now = noted[one.watch.pk], {parties[slug] for slug in one.near or () if slug in parties}
        if one.near is None or before.keys() != now:
            moved.add(one.watch.pk)
        gone += [pk for party, pk in before.items() if party not in now]
        come += [WatchNear(watch=one.watch, tenant=one.watch.tenant, party_id=key) for key in now - before.keys()]
    if gone:
        WatchNear.objects.filter(pk__in=gone).delete()
    WatchNear.objects.bulk_create(come, ignore_conflicts=True)
    return moved


def _parties(fresh: Iterable[Found]) -> Mapping[str, UUID]:
    slugs = {slug for one in fresh for slug in one.near or ()}
    return dict(Party.objects.filter(slug__in=slugs).order_by().values_list("slug", "pk"))


def _pair(watch: Watch) -> dict[str, object]:
    return {"tenant": watch.tenant, "principal": watch.principal, "subject": watch.subject}


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
