"""The console's first page: what waits for people, and what waits for workers."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from conflicts.models import FactChange, Watch
from marketplace.accounts.console.roles import is_compliance
from marketplace.matching import requests_behind
from marketplace.models import AlertStatus, ConflictAlert, LabelingRequest, Notice, RequestStatus
from vendors.models import Application, ApplicationState

Card = dict[str, Any]

PARKED = "pairs parked"

admin.site.index_template = "admin/console/index.html"
admin.site.index_title = "What waits"


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the cards: to operators only the counts of workers' work, which tell of no client (DESIGN 6)."""
    people = for_people() if is_compliance(request) else []
    return {**context, "people": people, "workers": for_workers(with_links=is_compliance(request))}


def for_people() -> list[Card]:
    """Return what compliance has to look at."""
    alerts = ConflictAlert.objects.filter(status=AlertStatus.OPEN).count()
    review = Application.objects.filter(state__in=(ApplicationState.SUBMITTED, ApplicationState.IN_REVIEW)).count()
    second = Application.objects.filter(state=ApplicationState.RECOMMENDED).count()
    requests = LabelingRequest.objects.filter(status=RequestStatus.OPEN).count()
    return [
        _card(alerts, "open alerts", "marketplace_conflictalert", "status__exact=open"),
        _card(review, "applications to review", "vendors_application"),
        _card(second, "applications to approve", "vendors_application", "state__exact=recommended"),
        _card(requests, "open requests", "marketplace_labelingrequest", "status__exact=open"),
    ]


def for_workers(*, with_links: bool) -> list[Card]:
    """Return how far the workers are behind; all of it is nothing when they keep up.

    Without links to the rows there is one to the act that has parked pairs tried again, which tells of none.
    """
    parked = Watch.objects.parked().count()
    cards = [
        _card(
            FactChange.objects.unexpanded().count(), "changes to expand", "conflicts_factchange", "expansion=waiting"
        ),
        _card(Watch.objects.behind().count(), "pairs behind", "conflicts_watch", "state=behind"),
        _card(parked, PARKED, "conflicts_watch", "state=parked"),
        _card(requests_behind().count(), "requests behind", "marketplace_labelingrequest", "matches=behind"),
        _card(Notice.objects.unsent().count(), "e-mails to send", "marketplace_notice", "mail=unsent"),
    ]
    if with_links:
        return cards
    retry = reverse("admin:conflicts_watch_retry_parked") if parked else ""
    return [{**card, "address": retry if card["words"] == PARKED else ""} for card in cards]


def _card(number: int, words: str, page: str, query: str = "") -> Card:
    address = reverse(f"admin:{page}_changelist")
    return {"number": number, "words": words, "address": f"{address}?{query}" if query else address}
