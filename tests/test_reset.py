"""What one transactional test leaves, the next does not find."""

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction

from marketplace.accounts.models import User
from marketplace.records.models import LogEntry
from marketplace.records.services import log

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("turn", [1, 2])
def test_rows_are_as_the_migrations_left_them(turn: int) -> None:
    permissions = Permission.objects.count()
    assert permissions > 10
    assert not User.objects.exists()
    ada = User.objects.create_user("ada@client.example")
    with transaction.atomic():
        assert log(action="award.made", actor=ada).actor == ada
    Permission.objects.first().delete()  # type: ignore[union-attr]
    assert (LogEntry.objects.count(), Permission.objects.count()) == (1, permissions - 1)
