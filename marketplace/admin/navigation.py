"""The way through the console, by job, and the banner of a story."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

from conflicts.models import Competition, CustomerTie, FactChange, Interest, Party, Screening, Source, Watch
from marketplace.accounts.models import ApiToken, User
from marketplace.models import Award, Client, ConflictAlert, Engagement, LabelingRequest, Match, Notice, TransitionItem
from marketplace.records import clock
from marketplace.records.models import LogEntry
from vendors.models import Application, Listing, Vendor

JOBS: tuple[tuple[str, tuple[tuple[str, str, type[Model]], ...]], ...] = (
    (
        "Facts",
        (
            ("Parties", "corporate_fare", Party),
            ("Interests", "account_tree", Interest),
            ("Customer ties", "handshake", CustomerTie),
            ("Public rivals", "swords", Competition),
            ("Sources", "description", Source),
        ),
    ),
    ("Clients & lists", (("Clients", "folder_shared", Client),)),
    (
        "Requests & matches",
        (
            ("Requests", "assignment", LabelingRequest),
            ("Matches", "join_inner", Match),
            ("Awards", "workspace_premium", Award),
            ("Engagements", "work", Engagement),
        ),
    ),
    (
        "Alerts",
        (
            ("Alerts", "notification_important", ConflictAlert),
            ("Checklists", "checklist", TransitionItem),
            ("Notices", "mail", Notice),
            ("Screenings", "fact_check", Screening),
            ("Watched pairs", "visibility", Watch),
            ("Changes", "update", FactChange),
        ),
    ),
    (
        "Vendors & applications",
        (
            ("Vendors", "storefront", Vendor),
            ("Listings", "list_alt", Listing),
            ("Applications", "assignment_ind", Application),
        ),
    ),
    ("Decision log", (("Decision log", "history_edu", LogEntry),)),
    ("People", (("Logins", "person", User), ("API tokens", "key", ApiToken))),
)


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the jobs with the pages that this person may see; a job without any is left out."""
    groups = [(job, [_item(*page) for page in pages if _may_see(request, page[2])]) for job, pages in JOBS]
    return [{"title": job, "separator": True, "items": items} for job, items in groups if items]


def environment(_: HttpRequest) -> list[str] | None:
    """Return unfold's label for the top of every page: in a story database its date, else nothing."""
    date = clock.story_date()
    return [f"Story database, {date:%-d %B %Y}", "warning"] if date else None


def _item(title: str, icon: str, model: type[Model]) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": _address(model)}


def _address(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def _may_see(request: HttpRequest, model: type[Model]) -> bool:
    return admin.site.get_model_admin(model).has_view_permission(request)
