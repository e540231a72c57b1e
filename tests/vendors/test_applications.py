"""What an applicant can do with an application, and what it is told instead."""

from typing import Any

import pytest

from marketplace.records.models import LogEntry
from marketplace.records.refusals import Conflict, Forbidden, Invalid
from tests.vendors.people import OWNER, draft, person, submitted
from vendors.models import Application
from vendors.services.applications import (
    create_application,
    submit_application,
    update_application,
    withdraw_application,
)

pytestmark = pytest.mark.django_db


def actions() -> list[str]:
    return list(LogEntry.objects.order_by("position").values_list("action", flat=True))


def test_an_application_is_written_and_handed_in() -> None:
    ada = person()
    application = create_application(actor=ada, draft=draft())
    update_application(actor=ada, application=application, draft=draft(website="https://acme.example"))
    application = submit_application(actor=ada, application=application)
    assert (application.state, application.version, application.website) == ("submitted", 3, "https://acme.example")
    assert actions() == ["application.created", "application.updated", "application.submit"]


def test_a_stranger_can_neither_edit_nor_submit_nor_withdraw() -> None:
    application = create_application(actor=person(), draft=draft())
    for act in (submit_application, withdraw_application):
        with pytest.raises(Forbidden, match="Only its applicant"):
            act(actor=person(), application=application)
    with pytest.raises(Forbidden):
        update_application(actor=person(), application=application, draft=draft("Mallory Ltd"))
    application.refresh_from_db()
    assert (application.state, application.legal_name) == ("draft", "Acme Labels Ltd")


def test_what_is_under_review_cannot_be_edited() -> None:
    ada = person()
    application = submitted(ada)
    with pytest.raises(Conflict, match="that is submitted cannot be edited"):
        update_application(actor=ada, application=application, draft=draft("Other Ltd"))
    assert Application.objects.get().legal_name == "Acme Labels Ltd"


def test_an_edit_on_an_old_version_is_refused() -> None:
    ada = person()
    application = create_application(actor=ada, draft=draft())
    update_application(actor=ada, application=application, draft=draft("First Ltd"), version=1)
    with pytest.raises(Conflict, match="is at version 2"):
        update_application(actor=ada, application=application, draft=draft("Second Ltd"), version=1)
    assert Application.objects.get().legal_name == "First Ltd"


def test_something_needed_is_missing() -> None:
    ada = person()
    application = create_application(actor=ada, draft=draft(contact_email=""))
    with pytest.raises(Invalid) as refusal:
        submit_application(actor=ada, application=application)
    assert refusal.value.fields == {"contact_email": "Fill this in before you submit."}
    assert Application.objects.get().state == "draft"


def test_a_withdrawn_application_stays_withdrawn() -> None:
    ada = person()
    application = withdraw_application(actor=ada, application=submitted(ada))
    with pytest.raises(Conflict, match="that is withdrawn cannot withdraw"):
        withdraw_application(actor=ada, application=application)
    assert actions().count("application.withdraw") == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("legal_name", "x" * 201, "at most 200"),
        ("website", "not an address", "valid URL"),
        ("contact_email", "ada", "valid email"),
        ("trade_names", ["Acme", " "], "is empty"),
        ("capabilities", {"mood": ["good"]}, "no facet 'mood'"),
        ("capabilities", {"task": ["Named Entities"]}, "no task code"),
        ("ownership", [{**OWNER, "share_low": "120"}], "Row 1: A share of 120"),
    ],
)
def test_a_wrong_field_is_named(field: str, value: object, sentence: str) -> None:
    changes: dict[str, Any] = {field: value}
    with pytest.raises(Invalid, match=sentence):
        create_application(actor=person(), draft=draft(**changes))
    assert not Application.objects.exists()
    assert actions() == []
