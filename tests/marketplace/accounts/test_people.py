"""Who may do what with logins at the console: a password is a way to a client's list."""

from typing import Any

import pytest

from marketplace.accounts.models import Side, StaffRole, User
from marketplace.accounts.services import take_side
from marketplace.records.models import LogEntry
from tests.marketplace.admin.desks import desk, list_page, operator, page, staff

pytestmark = pytest.mark.django_db
SECRET = "another correct horse"


@pytest.fixture
def mira() -> User:
    return User.objects.create_user("mira@client.example", "first correct horse", name="Mira")


def account(**more: Any) -> dict[str, Any]:
    return {"email": "mira@client.example", "name": "Mira", "is_active": "on", **more}


def set_password(user: User, by: User) -> int:
    form = {"password1": SECRET, "password2": SECRET, "usable_password": "true"}
    return desk(by).post(f"/admin/accounts/user/{user.pk}/password/", form).status_code


@pytest.mark.parametrize("role", list(StaffRole))
def test_only_a_superuser_sets_a_password(role: StaffRole, mira: User) -> None:
    assert set_password(mira, staff(role)) == 403
    mira.refresh_from_db()
    assert mira.check_password("first correct horse")


def test_a_password_that_was_set_is_logged(mira: User) -> None:
    root = staff(None, superuser=True)
    assert set_password(mira, root) == 302
    mira.refresh_from_db()
    entry = LogEntry.objects.get(action="account.password_set")
    assert (entry.actor, entry.subject_id, mira.check_password(SECRET)) == (root, mira.pk, True)


@pytest.mark.parametrize("role", list(StaffRole))
def test_nobody_but_a_superuser_makes_somebody_staff(role: StaffRole, mira: User) -> None:
    told = account(is_staff="on", staff_role="compliance", is_superuser="on", email="mine@evil.example")
    desk(staff(role)).post(page(mira), told)
    mira.refresh_from_db()
    assert (mira.is_staff, mira.is_superuser, mira.email) == (False, False, "mira@client.example")


def test_a_superuser_makes_somebody_staff(mira: User) -> None:
    desk(staff(None, superuser=True)).post(page(mira), account(is_staff="on", staff_role="operator"))
    mira.refresh_from_db()
    assert (mira.is_staff, mira.staff_role) == (True, StaffRole.OPERATOR)


def test_who_acts_for_somebody_is_not_made_staff(mira: User) -> None:
    take_side(user=mira, side=Side.CLIENT)
    answer = desk(staff(None, superuser=True)).post(page(mira), account(is_staff="on", staff_role="compliance"))
    assert "cannot be staff: use another login" in answer.content.decode()
    mira.refresh_from_db()
    assert not mira.is_staff


def test_operators_switch_accounts_off_which_is_logged(mira: User) -> None:
    assert operator().post(page(mira), {}).status_code == 302
    mira.refresh_from_db()
    assert not mira.is_active
    assert LogEntry.objects.get(action="account.changed").data["fields"] == ["is_active"]


def test_operators_add_no_account() -> None:
    assert operator().get(list_page(User, "add")).status_code == 403


@pytest.mark.parametrize("role", list(StaffRole))
def test_accounts_of_staff_are_for_superusers(role: StaffRole) -> None:
    colleague = staff()
    assert desk(staff(role)).post(page(colleague), {}).status_code == 403
    colleague.refresh_from_db()
    assert colleague.is_active


def test_no_account_is_deleted(mira: User) -> None:
    browser = desk(staff(None, superuser=True))
    assert browser.post(page(mira, "delete"), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=mira.pk).exists()
