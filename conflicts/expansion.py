"""From changes to the watched pairs that they can reach (DESIGN 3, step 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from conflicts.epochs import expanding
from conflicts.models import (
    EVERYONES,
    CompetitorDeclaration,
    FactChange,
    Overview,
    Reach,
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

    `below` are the changed parties and everybody below them, `holders` who holds something in one of these.
    """

    everyone: bool
    tenants: frozenset[UUID]
    facts: bool
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
        reached = sorted(reached_by(extent)) if left.exists() else []
        for piece in pieces(reached):
            _mark(piece, waiting[-1].epoch)
        return Expanded(left.update(expanded_at=clock.now()), reached)


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
      well; a screening that notes others than before wants whatever was committed since (rescoring.store).
    Ways down are those of now. One that existed before only lost a row by some change: below the last such row the way
    still exists, and it begins at that row's subject, which that change reaches, with a higher epoch. For the same
    reason it does not matter that facts change while this reads.
    Rows that are over, announced or set aside are gone over too: more pairs are found than can move, never fewer.
    """
    changes = FactChange.objects.filter(pk__in=[change.pk for change in waiting])
    facts = changes.filter(reach=Reach.EVERY)
    below = EVERY_WAY.below(EVERY_WAY.changed(facts) | edited_parties(facts), at_most=LARGEST_REACH)
    everyone = len(below) > LARGEST_REACH or any(change.kind in EVERYONES for change in waiting)
    holders: set[UUID] = set()
    for piece in pieces([] if everyone else below):
        holders |= EVERY_WAY.holders_into(piece, facts)
    return Extent(everyone, touched_tenants(waiting), facts.exists(), frozenset(below), frozenset(holders))


def reached_by(extent: Extent) -> set[UUID]:
    """Return the watches that are reached.

    One of which nobody knows who is near, since the release before this one screened it, is reached by every change of
    facts. A parked one is not: it is unknown whatever comes, until something below which it stands changes.
    """
    if extent.everyone:
        return _keys(Watch.objects.all())
    found = _keys(Watch.objects.filter(tenant__in=extent.tenants))
    if extent.facts:
        unknown = Q(near_epoch=None) | Q(near_epoch__lt=F("screening__epoch"))
        found |= _keys(Watch.objects.filter(unknown, parked_at=None))
    for below in pieces(extent.below):
        rivals = CompetitorDeclaration.objects.current().filter(competitor__in=below)
        own = rivals.filter(tenant=OuterRef("tenant"), principal=OuterRef("principal"))
        found |= _keys(Watch.objects.filter(Q(subject__in=below) | Q(principal__in=below) | Exists(own)))
    for holders in pieces(extent.holders):
        found.update(WatchNear.objects.filter(party__in=holders).values_list("watch", flat=True))
    return found


def _mark(watch_ids: list[UUID], epoch: int) -> None:
    """Mark the watches, held in one order, so that nobody who holds some of them waits for this in a ring."""
    held = Watch.objects.filter(pk__in=watch_ids)
    list(held.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    held.update(want_epoch=Greatest(F("want_epoch"), epoch), parked_at=None)
    Overview.objects.tell(watch_ids)


def _keys(watches: QuerySet[Watch]) -> set[UUID]:
    return set(watches.order_by().values_list("pk", flat=True))
