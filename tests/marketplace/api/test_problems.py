"""What nobody expected is still a problem, and says nothing of its cause."""

import logging

import pytest
from django.db import OperationalError

from marketplace.api.views.accounts import MeDoor
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
