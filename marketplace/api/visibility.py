"""Which rows exist for whom (DESIGN 6). What a caller may not see is not there: the same 404 as an id of nothing."""

from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from conflicts.models import CompetitorDeclaration, FactChange, Interest, Mitigation, Party, ReviewDecision, Screening
from conflicts.models.decisions import ReviewDecisionQuerySet
from marketplace.api.callers import Caller
from marketplace.models import Award, Client, ConflictAlert, Engagement, LabelingRequest, Notice, TransitionItem
from marketplace.models.notices import NoticeQuerySet
from vendors.models import Application, Vendor

Rows = TypeVar("Rows", bound=QuerySet[Any])


def parties(caller: Caller) -> QuerySet[Party]:
    """All but those that only a private declaration names; these are for compliance."""
    if caller.is_compliance:
        return Party.objects.all()
    told = Interest.objects.filter(Q(holder=OuterRef("pk")) | Q(subject=OuterRef("pk")))
    only_private = Exists(told) & ~Exists(told.public())
    return Party.objects.exclude(only_private, vendor=None, client=None)


def interests(caller: Caller) -> QuerySet[Interest]:
    """Every version of those from public sources; private ones too for compliance."""
    return Interest.objects.all() if caller.is_compliance else Interest.objects.public()


def vendors(_: Caller) -> QuerySet[Vendor]:
    """The listed ones, for everybody."""
    return Vendor.objects.listed()


def clients(caller: Caller) -> QuerySet[Client]:
    """All of them for compliance; nobody else names one."""
    return Client.objects.all() if caller.is_compliance else Client.objects.none()


def applications(caller: Caller) -> QuerySet[Application]:
    """One's own; all for compliance."""
    rows = Application.objects.select_related("applicant", "first_reviewer", "approved_by")
    return rows if caller.is_compliance else rows.filter(applicant=caller.user)


def requests(caller: Caller) -> QuerySet[LabelingRequest]:
    return _of_client(caller, LabelingRequest.objects.all(), "client")


def awards(caller: Caller) -> QuerySet[Award]:
    return _of_client(caller, Award.objects.all(), "client")


def engagements(caller: Caller) -> QuerySet[Engagement]:
    """A client's own; those of the vendor that the caller speaks for; all for compliance."""
    if caller.vendor is not None:
        return Engagement.objects.filter(vendor=caller.vendor)
    return _of_client(caller, Engagement.objects.all(), "client")


def alerts(caller: Caller) -> QuerySet[ConflictAlert]:
    return _of_client(caller, ConflictAlert.objects.all(), "client")


def checklist(caller: Caller) -> QuerySet[TransitionItem]:
    return _of_client(caller, TransitionItem.objects.all(), "client")


def notices(caller: Caller) -> NoticeQuerySet:
    """One's own, as long as one acts for the client or for compliance; nobody else's, whoever asks."""
    own = Notice.objects.told_fully().filter(user=caller.user)
    if caller.client:
        return own.for_members().filter(client=caller.client)
    return own.for_compliance() if caller.is_compliance else own.none()


def events(caller: Caller) -> QuerySet[FactChange]:
    """What moved the facts: for compliance."""
    return FactChange.objects.all() if caller.is_compliance else FactChange.objects.none()


def screenings(caller: Caller) -> QuerySet[Screening]:
    return _of_client(caller, Screening.objects.all(), "tenant")


def competitors(caller: Caller) -> QuerySet[CompetitorDeclaration]:
    """The declarations that stand."""
    return _of_client(caller, CompetitorDeclaration.objects.current(), "tenant")


def decisions(caller: Caller) -> ReviewDecisionQuerySet:
    return _of_client(caller, ReviewDecision.objects.all(), "tenant")


def mitigations(caller: Caller) -> QuerySet[Mitigation]:
    return _of_client(caller, Mitigation.objects.all(), "tenant")


def _of_client(caller: Caller, rows: Rows, key: str) -> Rows:
    """A client's own rows; all for compliance; none for anyone else."""
    if caller.is_compliance:
        return rows
    return rows.filter(**{key: caller.client.pk}) if caller.client else rows.none()
