"""How far rescoring is behind: by the oldest row that waits, whichever processes live (SEMANTICS 9)."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from conflicts.engine.policy import RESCORING_LAG_SECONDS
from conflicts.models import FactChange, Reach, Watch
from marketplace.records import clock

LIMIT = dt.timedelta(seconds=RESCORING_LAG_SECONDS)
NONE = dt.timedelta(0)


@dataclass(frozen=True, slots=True)
class Lag:
    """For how long the oldest change waits to be expanded, and the oldest pair to be screened."""

    expansion: dt.timedelta
    rescoring: dt.timedelta

    @property
    def is_over(self) -> bool:
        """Whether either has waited past the limit."""
        return max(self.expansion, self.rescoring) > LIMIT


def lag(*, tenant: UUID | None = None) -> Lag:
    """Return the lag of everything or, with a tenant, of what its matches rest on.

    A parked pair does not count: it is `unknown` by itself. What waits for one tenant closes nothing for another, so
    that nobody can tell a rival's hidden list by it (I11). A day that has passed is a change like any other. In a story
    database time stands still, and so do ages.
    """
    now = clock.now()
    return Lag(*(max(NONE, now - first) if first else NONE for first in (_first_change(tenant), _first_pair(tenant))))


def _first_change(tenant: UUID | None) -> dt.datetime | None:
    changes = FactChange.objects.unexpanded()
    if tenant is not None:
        changes = changes.filter(Q(reach=Reach.EVERY) | Q(reach=Reach.TENANT, tenant=tenant))
    first: dt.datetime | None = changes.aggregate(first=Min("at"))["first"]
    return first


def _first_pair(tenant: UUID | None) -> dt.datetime | None:
    pairs: QuerySet[Watch] = Watch.objects.unscreened()
    if tenant is not None:
        pairs = pairs.filter(tenant=tenant)
    # Workers of the release before this one leave waits_since empty.
    wanted = Subquery(FactChange.objects.filter(epoch=OuterRef("want_epoch")).values("at")[:1])
    first: dt.datetime | None = pairs.aggregate(first=Min(Coalesce("waits_since", wanted)))["first"]
    return first
