"""Who sees which page of the console (DESIGN 6). Every registered model is listed here, or a test fails."""

from uuid import uuid4

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import RequestFactory
from django.urls import reverse

from conflicts.models import Competition, CustomerTie, FactChange, Interest, Party, Screening, Source, Watch
from marketplace.accounts.models import ApiToken, StaffRole, User
from marketplace.models import Award, Client, ConflictAlert, Engagement, LabelingRequest, Match, Notice, TransitionItem
from marketplace.records.models import LogEntry
from tests.marketplace.admin.desks import desk, list_page, operator, staff, text_of
from tests.marketplace.market import party
from vendors.models import Application, Listing, Vendor

pytestmark = pytest.mark.django_db

FOR_BOTH: list[type[Model]] = [Party, Client, Vendor, Listing, User, ApiToken]
FOR_COMPLIANCE: list[type[Model]] = [
    *(Interest, CustomerTie, Competition, Source, Screening, Watch, FactChange, LogEntry),
    *(LabelingRequest, Match, Award, Engagement, ConflictAlert, TransitionItem, Notice, Application),
]
PAGES = [*FOR_BOTH, *FOR_COMPLIANCE]


def test_every_page_is_listed_here() -> None:
    assert set(admin.site._registry) == set(PAGES)


@pytest.mark.parametrize("model", PAGES)
def test_compliance_and_superusers_see_every_list(model: type[Model]) -> None:
    assert desk().get(list_page(model)).status_code == 200
    assert desk(staff(None, superuser=True)).get(list_page(model)).status_code == 200


@pytest.mark.parametrize("model", FOR_BOTH)
def test_operators_see_what_is_for_both(model: type[Model]) -> None:
    assert operator().get(list_page(model)).status_code == 200


@pytest.mark.parametrize("model", FOR_COMPLIANCE)
def test_operators_cannot_tell_what_exists(model: type[Model]) -> None:
    browser, nothing = operator(), uuid4()
    at_row = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=[nothing]) for name in AT_ROW
    ]
    answers = [browser.get(address).status_code for address in (list_page(model), list_page(model, "add"), *at_row)]
    assert answers == [403] * (2 + len(AT_ROW))


AT_ROW = ("change", "delete", "history")


@pytest.mark.parametrize("role", list(StaffRole))
def test_to_operators_no_row_exists_whatever_page_asks(role: StaffRole, rf: RequestFactory) -> None:
    asked = rf.get("/admin/")
    asked.user = staff(role)
    party("meta")
    own = admin.site.get_model_admin(LogEntry)
    assert own.get_queryset(asked).exists() is (role == StaffRole.COMPLIANCE)


@pytest.mark.parametrize("model", PAGES)
def test_staff_without_a_role_see_nothing(model: type[Model]) -> None:
    assert desk(staff(None)).get(list_page(model)).status_code == 403


@pytest.mark.parametrize("model", PAGES)
def test_others_are_sent_to_the_login(model: type[Model]) -> None:
    stranger = desk(User.objects.create_user("mira@client.example"))
    assert stranger.get(list_page(model)).headers["Location"].startswith("/admin/login/")


def test_the_way_through_the_console_shows_what_one_may_see() -> None:
    shown = text_of(operator().get("/admin/"))
    assert all(list_page(model) in shown for model in FOR_BOTH)
    assert not any(list_page(model) in shown for model in FOR_COMPLIANCE)
    assert all(list_page(model) in text_of(desk().get("/admin/")) for model in PAGES)
