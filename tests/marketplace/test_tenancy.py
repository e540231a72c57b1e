"""The database itself keeps a row and what it refers to with one client."""

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from conflicts.models import DecisionNotice
from conflicts.services import Terms
from marketplace.models import Award, Engagement, Notice, RequestSlot
from marketplace.models.tenancy import SameClient
from marketplace.records import clock
from marketplace.services.decisions import request_decision
from tests.marketplace.market import client, engagement, holds, member, party, request, slot, vendor

pytestmark = pytest.mark.django_db


def refused(act: Callable[[], object]) -> None:
    """Make sure that the database refuses the act, at the latest when it would commit."""
    with pytest.raises(IntegrityError), transaction.atomic():
        committed(act)


def committed(act: Callable[[], object]) -> None:
    act()
    connection.check_constraints()


def test_a_slot_of_another_clients_request_is_refused() -> None:
    asked, other = request(client("google")), client("openai")
    refused(lambda: RequestSlot.objects.create(request=asked, client=other, number=2))
    assert asked.slots.count() == 1


def test_an_award_of_another_clients_slot_is_refused() -> None:
    asked, other, lab = request(client("google")), client("openai"), vendor("lab")
    stray = Award(
        client=other,
        slot=slot(asked),
        vendor=lab,
        outcome="clear",
        epoch=1,
        awarded_by=member(other),
        awarded_at=dt.datetime(2025, 6, 1, tzinfo=dt.UTC),
    )
    refused(stray.save)
    assert not Award.objects.exists()


def test_no_update_moves_a_row_to_another_client() -> None:
    asked, other = request(client("google")), client("openai")
    refused(lambda: RequestSlot.objects.filter(request=asked).update(client=other))
    assert slot(asked).client == asked.client


def test_what_became_of_a_decision_is_told_to_no_other_client() -> None:
    """Its own key is a tenant; that is the client's id."""
    google, other = client("google", "meta"), client("openai")
    party("scale-ai")
    holds("meta", "scale-ai", "49")
    terms = Terms(kind="waiver", conditions="No board contact", expires_on=clock.today())
    waiver = request_decision(
        actor=member(google), client=google, vendor=vendor("scale-ai"), reason="Rare", terms=terms
    )
    told = DecisionNotice.objects.create(decision=waiver, tenant=google.pk, kind="void", at=clock.now())
    notice = Notice(user=member(other), client=other, decision_notice=told, created_at=told.at, next_try_at=told.at)
    notice.email = True
    refused(notice.save)
    with pytest.raises(ValidationError, match="belongs to another client"):
        notice.validate_constraints()
    assert not Notice.objects.exists()
    notice.client, notice.id = google, uuid4()
    committed(notice.save)


def test_a_declared_engagement_has_no_slot() -> None:
    google = client("google")
    made = engagement(google, vendor("lab"))
    asked = request(google)
    refused(lambda: Engagement.objects.filter(pk=made.pk).update(slot=slot(asked)))
    made.refresh_from_db()
    assert made.slot is None


def test_a_form_says_it_before_the_database_does() -> None:
    rule = SameClient(field="request", name="slot_and_request_agree")
    stray = RequestSlot(request=request(client("google")), client=client("openai"), number=2)
    with pytest.raises(ValidationError, match="belongs to another client"):
        rule.validate(RequestSlot, stray)
    rule.validate(RequestSlot, stray, exclude={"client"})
    rule.validate(RequestSlot, RequestSlot(request=stray.request, client=stray.request.client, number=2))


def test_the_rule_survives_being_written_into_a_migration() -> None:
    rule = SameClient(field="request", name="slot_and_request_agree")
    assert rule.clone() == rule
    assert rule.clone() != SameClient(field="slot", name="slot_and_request_agree")
    other = SameClient(field="request", name="slot_and_request_agree", theirs="tenant")
    assert other.clone() == other != rule
