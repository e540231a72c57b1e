"""What nobody expected is still a problem, and says nothing of its cause."""

import logging

import pytest
from django.db import IntegrityError, OperationalError, transaction

from conflicts.models import Party
from marketplace.api.views.accounts import MeDoor
from tests.marketplace import market
from tests.marketplace.api.doors import Answer, problem, stranger

pytestmark = pytest.mark.django_db


def failing(error: Exception, monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Answer a request behind whose door the error is raised."""

    def get(*_: object) -> None:
        raise error

    monkeypatch.setattr(MeDoor, "get", get)
    api = stranger()
    api.browser.raise_request_exception = False
    return api.get("me")


def test_an_error_of_the_program_is_a_bare_500_and_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="django.request"):
        told = problem(failing(RuntimeError("the password is swordfish"), monkeypatch), 500)
    assert told["code"] == "server_error"
    assert "swordfish" not in str(told)
    assert "swordfish" in caplog.text


def test_a_busy_database_is_a_503_that_says_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = failing(OperationalError("database is locked"), monkeypatch)
    assert problem(answer, 503)["code"] == "busy"
    assert answer.headers["Retry-After"] == "1"


def test_who_is_outrun_by_the_same_hears_a_409(monkeypatch: pytest.MonkeyPatch) -> None:
    market.party("meta")
    with pytest.raises(IntegrityError) as raced, transaction.atomic():
        Party.objects.create(slug="meta", name="Meta")
    assert "in this moment" in problem(failing(raced.value, monkeypatch), 409)["detail"]


def test_a_row_that_breaks_another_promise_is_an_error_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        Party.objects.create(slug="Not A Slug", name="Meta")
    problem(failing(broken.value, monkeypatch), 500)
