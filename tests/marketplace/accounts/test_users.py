"""People log in with an e-mail address, whatever its case."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from marketplace.accounts.models import Side, User
from marketplace.accounts.services import take_side
from marketplace.records.refusals import Conflict

pytestmark = pytest.mark.django_db


def test_an_address_is_stored_in_lower_case() -> None:
    user = User.objects.create_user(" Ada@Client.Example ", "correct horse battery")
    assert user.email == "ada@client.example"
    assert User.objects.get_by_natural_key("ADA@client.example") == user


def test_one_address_is_one_account() -> None:
    User.objects.create_user("ada@client.example")
    with pytest.raises(IntegrityError, match="user_email_unique"), transaction.atomic():
        User.objects.bulk_create([User(email="Ada@Client.example")])
    with pytest.raises(ValidationError, match="This e-mail address is taken"):
        User(email="ADA@client.example", password="x").full_clean()
    assert User.objects.count() == 1


def test_an_account_without_a_password_cannot_log_in_by_one(client: Client) -> None:
    user = User.objects.create_user("ada@client.example")
    assert not user.has_usable_password()
    assert not client.login(username="ada@client.example", password="")


@pytest.mark.parametrize(("is_staff", "role"), [(False, "compliance"), (False, "operator"), (True, "king")])
def test_only_staff_have_a_role_that_exists(is_staff: bool, role: str) -> None:
    with pytest.raises(IntegrityError, match="user_role_is_for_staff"), transaction.atomic():
        User.objects.create_user("ada@client.example", is_staff=is_staff, staff_role=role)
    assert not User.objects.exists()


@pytest.mark.parametrize("power", ["is_staff", "is_superuser"])
def test_who_acts_for_somebody_is_never_staff(power: str) -> None:
    user = User.objects.create_user("ada@client.example")
    take_side(user=user, side=Side.CLIENT)
    with pytest.raises(IntegrityError, match="user_staff_acts_for_nobody"), transaction.atomic():
        User.objects.update(**{power: True})
    setattr(user, power, True)
    with pytest.raises(ValidationError, match="cannot be staff"):
        user.clean()
    assert not User.objects.filter(**{power: True}).exists()


def test_staff_takes_no_side() -> None:
    user = User.objects.create_user("ada@site.example", is_staff=True)
    with pytest.raises(Conflict, match="is staff of this marketplace"):
        take_side(user=user, side=Side.VENDOR)
    assert User.objects.get().acts_for == ""


def test_staff_may_have_a_role() -> None:
    user = User.objects.create_user("ada@site.example", is_staff=True, staff_role="compliance")
    assert user.get_staff_role_display() == "Compliance"
