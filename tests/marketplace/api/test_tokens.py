"""Logging in, and what a token is good for."""

import pytest
from django.test import Client as Browser

from marketplace.accounts.models import ApiToken, User
from marketplace.records.models import LogEntry
from tests.marketplace import market
from tests.marketplace.api.doors import Api, anonymous, approver_of, login, problem, stranger

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"


def entered(user: User, password: str = PASSWORD, name: str = "laptop") -> dict[str, str]:
    return {"email": user.email, "password": password, "name": name}


def test_a_login_gets_a_token_that_opens_doors() -> None:
    user = login(PASSWORD, name="Ann")
    answer = anonymous().post("auth/tokens", entered(user))
    assert answer.status == 201
    api = Api(headers={"Authorization": f"Bearer {answer.json['token']}"})
    assert api.get("me").json["email"] == user.email
    assert [row["name"] for row in api.get("auth/tokens").rows] == ["laptop"]


def test_the_token_is_shown_once() -> None:
    api = Api(login())
    (row,) = api.get("auth/tokens").rows
    assert set(row) == {"id", "name", "created", "expires"}


@pytest.mark.parametrize("closed", [True, False])
def test_a_wrong_password_an_unknown_and_a_closed_account_read_the_same(closed: bool) -> None:
    user = login(PASSWORD, is_active=not closed)
    unknown = entered(user) | {"email": "nobody@people.example"}
    answers = [anonymous().post("auth/tokens", said) for said in (entered(user, "wrong"), unknown)]
    if closed:
        answers.append(anonymous().post("auth/tokens", entered(user)))
    assert len({answer.body for answer in answers}) == 1
    assert problem(answers[0], 401)["code"] == "authentication_failed"
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"
    assert not ApiToken.objects.exists()
    assert not LogEntry.objects.exists()


def test_who_asks_for_a_token_may_send_a_stale_one_along() -> None:
    api = Api(headers={"Authorization": "Bearer al_of-last-year"})
    assert api.post("auth/tokens", entered(login(PASSWORD))).status == 201


def test_a_revoked_token_stops_at_once() -> None:
    api = stranger()
    (row,) = api.get("auth/tokens").rows
    assert api.delete(f"auth/tokens/{row['id']}").status == 204
    assert problem(api.get("me"), 401)["code"] == "authentication_failed"


def test_another_s_token_does_not_exist() -> None:
    api = stranger()
    (row,) = api.get("auth/tokens").rows
    problem(stranger().delete(f"auth/tokens/{row['id']}"), 404)
    assert api.get("me").status == 200


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer a b", "Bearer wrong", "Bearer \x00", "Bearer \xff\xfe", "Bearer " + "x" * 5000]
)
def test_what_is_no_token_opens_nothing(header: str) -> None:
    answer = Api(headers={"Authorization": header}).get("me")
    problem(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_me_tells_whom_one_acts_for() -> None:
    google = market.client("google")
    told = approver_of(google).get("me").json
    assert told["client"] == {"id": str(google.pk), "slug": "google", "name": "Google", "role": "approver"}
    assert told["vendor"] is None


def test_a_session_works_too_but_not_across_sites() -> None:
    api = Api(browser=Browser(enforce_csrf_checks=True))
    api.browser.force_login(login())
    assert api.get("me").status == 200
    assert problem(api.post("parties", {}), 403)["code"] == "forbidden"
