"""Bearer tokens: shown once, kept as a digest, gone when revoked."""

import pytest
from django.test import RequestFactory
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from marketplace.accounts.models import ApiToken, User
from marketplace.accounts.services import issue_token, revoke_token, tokens_of
from marketplace.records.models import LogEntry
from marketplace.records.refusals import Conflict, Invalid, Missing

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada@client.example", "correct horse battery")


def enter(token: str, scheme: str = "Bearer") -> User | None:
    """Return whom the API lets in with this header."""
    request = RequestFactory().get("/", HTTP_AUTHORIZATION=f"{scheme} {token}")
    found = TokenAuthentication().authenticate(request)
    return found[0] if found else None


def test_a_token_lets_its_user_in(ada: User) -> None:
    assert enter(issue_token(user=ada, name="laptop")) == ada


def test_only_bearer_is_understood(ada: User) -> None:
    assert enter(issue_token(user=ada, name="laptop"), scheme="Token") is None


def test_the_token_itself_is_nowhere_in_the_database(ada: User) -> None:
    token = issue_token(user=ada, name="laptop")
    row = ApiToken.objects.values().get()
    assert token.startswith("al_")
    assert not [column for column, value in row.items() if token[:20] in str(value)]
    assert token[:20] not in str(LogEntry.objects.values().get())


def test_a_revoked_token_is_worth_nothing(ada: User) -> None:
    token = issue_token(user=ada, name="laptop")
    kept = issue_token(user=ada, name="server")
    revoke_token(user=ada, token_id=tokens_of(user=ada)[0].id, actor=ada)
    with pytest.raises(AuthenticationFailed):
        enter(token)
    assert enter(kept) == ada
    assert list(LogEntry.objects.values_list("action", flat=True)) == ["token.revoked", "token.issued", "token.issued"]


def test_nobody_revokes_another_s_token(ada: User) -> None:
    issue_token(user=ada, name="laptop")
    other = User.objects.create_user("bob@client.example")
    with pytest.raises(Missing):
        revoke_token(user=other, token_id=tokens_of(user=ada)[0].id, actor=other)
    assert len(tokens_of(user=ada)) == 1


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
def test_a_token_needs_a_name_that_fits(name: str, ada: User) -> None:
    with pytest.raises(Invalid) as refusal:
        issue_token(user=ada, name=name)
    assert refusal.value.fields == {"name": str(refusal.value)}
    assert not ApiToken.objects.exists()
    assert not LogEntry.objects.exists()


def test_a_closed_account_gets_no_token_and_its_tokens_stop(ada: User) -> None:
    token = issue_token(user=ada, name="laptop")
    User.objects.update(is_active=False)
    ada.refresh_from_db()
    with pytest.raises(Conflict, match="not active: activate the account"):
        issue_token(user=ada, name="server")
    with pytest.raises(AuthenticationFailed):
        enter(token)
