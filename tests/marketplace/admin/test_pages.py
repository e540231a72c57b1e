"""Lists stay quick, pages of rows and acts open, and nothing is written by looking."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from conflicts.models import Competition, CustomerTie
from conflicts.services import SourceDraft, add_competition, record_tie
from marketplace.accounts.console.pages import ConsoleAdmin
from marketplace.accounts.services import issue_token
from marketplace.models import Award, Client
from marketplace.records import clock
from marketplace.services.awards import award
from tests.conflicts.builders import footprint
from tests.marketplace.admin.desks import desk, list_page, operator, page, staff, text_of
from tests.marketplace.market import (
    catch_up,
    client,
    engagement,
    holds,
    member,
    party,
    person,
    request,
    slot,
    vendor,
)
from tests.vendors.people import submitted

pytestmark = pytest.mark.django_db
OURS = [model for model, own in admin.site._registry.items() if isinstance(own, ConsoleAdmin)]


def grow(first: int, *, count: int = 3) -> None:
    """Add rows of every kind."""
    for number in range(first, first + count):
        made, supplier = client(f"client-{number}", f"rival-{number}"), vendor(f"vendor-{number}")
        asked = request(made, slots=2)
        engagement(made, supplier)
        holds(f"holder-{number}", f"vendor-{number}", "30")
        issue_token(user=member(made), name="laptop")
        submitted(person(), legal_name=f"Applicant {number}")
        award(actor=staff(), slot_id=slot(asked).pk, vendor=supplier)
        record_tie(actor=None, buyer=made.party, supplier=supplier.party, status="reported", source=told_by(number))
        add_competition(actor=None, a=made.party, b=party(f"rival-{number}"), segment="models", source=told_by(number))
    catch_up()
    for number in range(first, first + count):
        holds(f"rival-{number}", f"vendor-{number}", "40")
    catch_up()


def told_by(number: int) -> SourceDraft:
    return SourceDraft(url=f"https://press.example/{number}")


def test_no_list_asks_once_for_each_row(
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    browser = desk()
    grow(0)
    few = {model: queries(browser, model) for model in OURS}
    rows = {model: model._default_manager.count() for model in OURS}
    grow(3)
    for model in OURS:
        with django_assert_max_num_queries(few[model]):
            browser.get(list_page(model))
        assert model._default_manager.count() > rows[model] > 1, model


def queries(browser: Browser, model: type[Model]) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(list_page(model)).status_code == 200
    return len(asked)


def test_every_page_of_a_row_opens_and_writes_nothing() -> None:
    grow(0)
    browser = desk(staff(superuser=True))
    before = footprint()
    for model in OURS:
        row = model._default_manager.order_by("pk").first()
        assert row is not None, model
        opened = [browser.get(address).status_code for address in pages_of(model, row)]
        assert opened == [200] * len(opened), model
    looked = {"LogEntry": before["LogEntry"] + 1}  # the application that was read
    assert footprint() == before | looked


def pages_of(model: type[Model], row: Model) -> list[str]:
    """The row's page and those of every act at the row and at the list."""
    own = admin.site.get_model_admin(model)
    assert isinstance(own, ConsoleAdmin)
    adding = [list_page(model, "add")] if own.add else []
    at_list = [list_page(model, act.name) for act in own.list_acts]
    return [page(row), *adding, *at_list, *(page(row, act.name) for act in own.acts)]


def test_the_first_page_tells_what_waits() -> None:
    made = client("google", "meta")
    engagement(made, vendor("scale-ai"))
    catch_up()
    holds("meta", "scale-ai", "49")
    waiting = desk().get("/admin/")
    assert [card["number"] for card in waiting.context["workers"]] == [1, 1, 0, 0, 0]
    catch_up()
    waiting = desk().get("/admin/")
    assert [card["number"] for card in waiting.context["workers"]] == [0, 0, 0, 0, 0]
    assert {"number": 1, "words": "open alerts"}.items() <= waiting.context["people"][0].items()


def test_operators_see_how_far_workers_are_and_nothing_of_clients() -> None:
    client("google", "meta")
    waiting = operator().get("/admin/")
    assert waiting.context["workers"][0] == {"number": 3, "words": "changes to expand", "address": ""}
    assert waiting.context["people"] == []


def test_a_story_is_told_on_every_page() -> None:
    clock.create_story(dt.date(2025, 6, 12))
    browser = desk()
    for model in (Client, Competition, CustomerTie, Award):
        assert "Story database, 12 June 2025" in text_of(browser.get(list_page(model)))


def test_a_filter_that_is_none_is_not_taken_for_every_row() -> None:
    answer = desk().get(list_page(Client), {"colour": "red"})
    assert answer.headers["Location"].endswith("?e=1")
