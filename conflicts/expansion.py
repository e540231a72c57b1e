"""From changes to the watched pairs that they can reach (DESIGN 3, step 2)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest, Least

from conflicts.epochs import expanding
from conflicts.models import (
    EVERYONES,
    CompetitorDeclaration,
    FactChange,
    Overview,
    Reach,
    Screening,
    Watch,
    WatchNear,
)
from conflicts.ways import EVERY_WAY, edited_parties, pieces, touched_tenants
from marketplace.records import clock

AT_ONCE = 200
"""How many changes are expanded together; what one of them reaches is looked for once."""
LARGEST_REACH = 100_000
"""Where more parties than this lie below what changed, every pair is reached: to look for which costs more."""


class Expanded(NamedTuple):
    """How many changes were expanded, and the watches that they reach, in order."""

    changes: int
    watch_ids: list[UUID]


@dataclass(frozen=True)
class Extent:
    """Whom some changes can reach: everyone, these tenants, and the pairs of or near these parties.

    `below` are the changed parties and everybody below them, `holders` who holds something in one of these. `since`
    and `tenants` tell when the oldest of the changes of facts, and of each tenant's, was made.
    """

    everyone: bool
    tenants: Mapping[UUID, dt.datetime]
    since: dt.datetime | None
    below: frozenset[UUID]
    holders: frozenset[UUID]


def expand_changes() -> Expanded:
    """Mark every pair that the oldest waiting changes can reach as wanting the newest of their epochs.

    A competitor list, a policy or a decision reaches the pairs of its tenant; a listing reaches none; what facts reach
    says `extent_of`. A pair that was parked gets one more chance; its failures count on until it is screened.
    """
    waiting = list(FactChange.objects.unexpanded()[:AT_ONCE])
    if not waiting:
        return Expanded(0, [])
    extent = extent_of(waiting)
    with transaction.atomic():
        # Before a watch is held: who notes what is near takes this lock first, too.
        expanding()
        left = FactChange.objects.unexpanded().filter(pk__in=[change.pk for change in waiting]).order_by()
        reached = reached_by(extent) if left.exists() else {}
        for piece in pieces(sorted(reached)):
            _mark({key: reached[key] for key in piece}, waiting[-1].epoch)
        return Expanded(left.update(expanded_at=clock.now()), sorted(reached))


def extent_of(waiting: Sequence[FactChange]) -> Extent:
    """Return whom these changes can reach: whose verdict they can have moved, all else being as before the first.

    A verdict rests on the rows into the parties of the pair's proof subgraph (SEMANTICS 8.5): the ancestors, on all
    axes, of vendor, principal and competitors, and of every subject in which somebody *near* the vendor holds
    something or has a post. So a change moves it only if, before or after, a *changed* party is in there: one into
    which a row was recorded or superseded, or a row of which weighs otherwise because its source was filled in, or
    which was itself edited. It is looked for from below: `below` is everybody under a changed party.
    - Under a changed party is the vendor, the principal or a competitor: these pairs are found by their own rows. A
      list that changed meanwhile reaches all pairs of its tenant by a change of its own.
    - Under a changed party is a subject that somebody near the vendor holds. Who is near is noted with each screening.
      It is a matter of rows into ancestors of the vendor and of what these hold, so a change of it reaches the pair as
      well; a screening that notes others than before wants whatever was committed since (storing).
    Ways down are those of now. One that existed before only lost a row by some change: below the last such row the way
    still exists, and it begins at that row's subject, which that change reaches, with a higher epoch. For the same
    reason it does not matter that facts change while this reads.
    Rows that are over, announced or set aside are gone over too: more pairs are found than can move, never fewer.
    """
    changes = FactChange.objects.filter(pk__in=[change.pk for change in waiting])
    facts = changes.filter(reach=Reach.EVERY)
    every = [change for change in waiting if change.reach == Reach.EVERY]
    below = EVERY_WAY.below(EVERY_WAY.changed(facts) | edited_parties(facts), at_most=LARGEST_REACH)
    everyone = len(below) > LARGEST_REACH or any(change.kind in EVERYONES for change in every)
    holders: set[UUID] = set()
    for piece in pieces([] if everyone else below):
        holders |= EVERY_WAY.holders_into(piece, facts)
    since = every[0].at if every else None
    return Extent(everyone, _tenants(waiting), since, frozenset(below), frozenset(holders))


def _tenants(waiting: Sequence[FactChange]) -> dict[UUID, dt.datetime]:
    """When the oldest change of each tenant was made."""
    return {tenant: change.at for change in reversed(waiting) for tenant in touched_tenants([change])}


def reached_by(extent: Extent) -> dict[UUID, dt.datetime]:
    """Return the watches that are reached, with the time of the oldest change that can reach them.

    One of which nobody knows who is near, since the release before this one screened it, is reached by every change of
    facts. A parked one is not: it is unknown whatever comes, until something below which it stands changes.
    """
    found: dict[UUID, dt.datetime] = {}
    for tenant, at in extent.tenants.items():
        found |= dict.fromkeys(_keys(Watch.objects.of(tenant=tenant)), at)
    if extent.since is not None:
        by_facts = _keys(Watch.objects.all()) if extent.everyone else _reached_by_facts(extent)
        found |= {key: min(found.get(key, extent.since), extent.since) for key in by_facts}
    return found


def _reached_by_facts(extent: Extent) -> set[UUID]:
    unknown = Q(near_epoch=None) | Q(near_epoch__lt=F("screening__epoch"))
    found = _keys(Watch.objects.filter(unknown, parked_at=None))
    for below in pieces(extent.below):
        rivals = CompetitorDeclaration.objects.current().filter(competitor__in=below)
        own = rivals.filter(tenant=OuterRef("tenant"), principal=OuterRef("principal"))
        found |= _keys(Watch.objects.filter(Q(subject__in=below) | Q(principal__in=below) | Exists(own)))
    for holders in pieces(extent.holders):
        found.update(WatchNear.objects.filter(party__in=holders).values_list("watch", flat=True))
    return found


def _mark(reached: Mapping[UUID, dt.datetime], epoch: int) -> None:
    """Mark the watches, held in one order, so that nobody who holds some of them waits for this in a ring."""
    held = Watch.objects.filter(pk__in=list(reached))
    list(held.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    for at in sorted(set(reached.values())):
        since = held.filter(pk__in=[key for key, began in reached.items() if began == at])
        since.update(want_epoch=Greatest(F("want_epoch"), epoch), waits_since=_waits_since(at), parked_at=None)
    Overview.objects.tell(list(reached))


def _waits_since(at: dt.datetime) -> Case:
    """Keep the time since which a pair waits already; the change begins the waiting of one that was up to date."""
    newest = Screening.objects.filter(watch=OuterRef("pk"), epoch__gte=OuterRef("want_epoch"))
    began = Value(at)
    return Case(When(Exists(newest), then=began), default=Coalesce(Least("waits_since", began), began))


def _keys(watches: QuerySet[Watch]) -> set[UUID]:
    return set(watches.order_by().values_list("pk", flat=True))
