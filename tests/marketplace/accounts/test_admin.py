"""Staff see accounts, tokens and the log in the admin; what they do there is logged."""

import datetime as dt

import pytest
from django.test import Client

from marketplace.accounts.models import ApiToken, User
from marketplace.accounts.services import issue_token
from marketplace.records import clock
from marketplace.records.models import LogEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return User.objects.create_superuser("root@site.example", "correct horse battery")


@pytest.fixture
def site(client: Client, admin: User) -> Client:
    assert client.login(username="ROOT@site.example", password="correct horse battery")
    return client


@pytest.mark.parametrize("page", ["accounts/user", "accounts/user/add", "accounts/apitoken", "records/logentry"])
def test_pages_open(page: str, site: Client, admin: User) -> None:
    issue_token(user=admin, name="laptop")
    assert site.get(f"/admin/{page}/").status_code == 200


def test_a_log_row_can_be_read_and_not_changed(site: Client, admin: User) -> None:
    issue_token(user=admin, name="laptop")
    address = f"/admin/records/logentry/{LogEntry.objects.get().pk}/change/"
    assert b"token.issued" in site.get(address).content
    assert site.post(address, {"action": "token.revoked"}).status_code == 403
    assert LogEntry.objects.get().action == "token.issued"


def test_adding_an_account_is_logged(site: Client, admin: User) -> None:
    secret = "another correct horse"
    form = {"email": "Ada@Client.example", "name": "Ada", "password1": secret, "password2": secret}
    assert site.post("/admin/accounts/user/add/", form | {"usable_password": "true"}).status_code == 302
    ada = User.objects.get(email="ada@client.example")
    entry = LogEntry.objects.get(action="account.added")
    assert (entry.actor, entry.subject_id) == (admin, ada.pk)
    assert ada.check_password(secret)
    assert secret not in str(entry.data)


def test_a_taken_address_is_a_sentence_in_the_form(site: Client) -> None:
    secret = "another correct horse"
    form = {"email": "ROOT@site.example", "password1": secret, "password2": secret, "usable_password": "true"}
    assert b"This e-mail address is taken" in site.post("/admin/accounts/user/add/", form).content
    assert User.objects.count() == 1


def test_tokens_are_revoked_by_staff(site: Client, admin: User) -> None:
    ada = User.objects.create_user("ada@client.example")
    issue_token(user=ada, name="laptop")
    form = {"action": "revoke", "_selected_action": [str(ApiToken.objects.get().pk)]}
    site.post("/admin/accounts/apitoken/", form)
    assert not ApiToken.objects.exists()
    assert LogEntry.objects.get(action="token.revoked").actor == admin


def test_a_story_database_says_so_on_every_page(site: Client) -> None:
    assert b"Story database" not in site.get("/admin/").content
    clock.create_story(dt.date(2025, 6, 13))
    assert b"Story database, 13 June 2025" in site.get("/admin/").content
