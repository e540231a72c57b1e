"""Versions are never rewritten: the database refuses it past every service."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from conflicts.changes import epoch_now
from conflicts.engine.bounds import PERCENT
from conflicts.engine.policy import Policy as Lines
from conflicts.models import CompetitorDeclaration, CustomerTie, Epoch, FactChange, Interest, JointMember, Policy
from conflicts.services import end_interest, hold_jointly, record_tie, set_policy
from marketplace.records import guards
from tests.conflicts.builders import PRESS, TENANT, compete, footprint, holding, parties

pytestmark = pytest.mark.django_db

VERSIONED = (Interest, CustomerTie, CompetitorDeclaration, Policy, FactChange)
OTHER_VALUE = {
    "UUIDField": "'00000000-0000-4000-8000-000000000009'",
    "ForeignKey": "'00000000-0000-4000-8000-000000000009'",
    "CharField": "'x'",
    "TextField": "'other'",
    "DateField": "'1999-01-01'",
    "DateTimeField": "'1999-01-01 00:00:00+00:00'",
    "BigIntegerField": "77",
    "DecimalField": "77",
    "JSONField": "'[77]'",
    "BooleanField": "TRUE",
}
FILLED_LATER = {"superseded_at", "superseded_by_id", "expanded_at"}


@pytest.fixture(autouse=True)
def one_row_each() -> None:
    meta, google, _ = parties("meta", "google", "scale-ai")
    holding("meta", "scale-ai", 49)
    record_tie(actor=None, buyer="google", supplier="scale-ai", status="active", source=PRESS)
    compete(google, meta)
    set_policy(actor=None, tenant=TENANT, principal=google, lines=Lines(economic_block=20 * PERCENT))


@pytest.mark.parametrize("model", VERSIONED)
def test_a_version_is_not_deleted(model: type[Model]) -> None:
    before = footprint()
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {model._meta.db_table}")  # noqa: S608 - names of our own
    assert footprint() == before


@pytest.mark.parametrize("model", VERSIONED)
def test_no_column_of_a_version_is_rewritten(model: type[Model]) -> None:
    fields = [field for field in model._meta.concrete_fields if field.column not in FILLED_LATER]
    assert len(fields) > 5
    for field in fields:
        other = OTHER_VALUE[field.get_internal_type()]
        with pytest.raises(DatabaseError, match="refused"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'UPDATE {model._meta.db_table} SET "{field.column}" = {other}')  # noqa: S608 - the same


@pytest.mark.parametrize("statement", ["UPDATE {} SET member_id = joint_id", "DELETE FROM {}"])
def test_a_set_of_joint_holders_stays_as_it_is(statement: str) -> None:
    hold_jointly(actor=None, members=["meta", "google"])
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(JointMember._meta.db_table))
    assert [row.member.slug for row in JointMember.objects.all()] == ["google", "meta"]


def test_a_version_is_superseded_once() -> None:
    first = Interest.objects.get()
    end_interest(actor=None, interest=first, end="2025")
    with pytest.raises(DatabaseError, match="superseded once"), transaction.atomic():
        Interest.objects.filter(pk=first.pk).update(superseded_at=None, superseded_by=None)
    first.refresh_from_db()
    assert first.superseded_at is not None


def test_epochs_only_rise() -> None:
    before = epoch_now()
    with pytest.raises(DatabaseError, match="only rise"), transaction.atomic():
        Epoch.objects.update(value=before)
    with pytest.raises(DatabaseError, match="only rise"), transaction.atomic():
        Epoch.objects.all().delete()
    assert epoch_now() == before


def test_the_guards_are_installed() -> None:
    named = {name for name in guards.installed_triggers(connection) if name.startswith("conflicts_")}
    assert {f"{model._meta.db_table}_no_rewriting" for model in VERSIONED} <= named
