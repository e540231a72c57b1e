"""A waiver has terms and a last day, after which it opens nothing; its measures are seen by a second person."""

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from conflicts.expiring import expire_decision, remind_of_expiry
from conflicts.models import DecisionDocument, DecisionNotice, Mitigation, Party, ReviewDecision
from conflicts.services import DocumentDraft, add_mitigation, approve_decision, verify_mitigation, void_decision
from conflicts.sweeping import sweep_conflicts
from marketplace.records import clock
from marketplace.records.models import LogEntry
from marketplace.records.refusals import Conflict, Forbidden, Invalid
from tests.conflicts.builders import TENANT, footprint, person
from tests.conflicts.waivers import WALL, WEEK, blocked_google, on_the_day, opener, requested, status, waived

NOON = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def google() -> Party:
    return blocked_google()


def test_the_database_keeps_one_standing_and_two_people_and_an_end(google: Party) -> None:
    waiver = waived(google)
    other = requested(google)
    rows = ReviewDecision.objects.filter(pk=other.pk)
    for told in (
        {
            "status": "approved",
            "approved_by": waiver.approved_by,
            "approved_at": NOON,
            "recorded_by": waiver.recorded_by,
        },
        {"approved_by": other.requested_by},
        {"expires_on": None},
        {"conditions": ""},
        {"kind": "pardon"},
        {"decided_by": "compliance"},
        {"status": "vetoed"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**told)
    assert status(other) == "requested"


@pytest.mark.parametrize(
    ("told", "field", "sentence"),
    [
        ({"expires_on": None}, "expires_on", "A waiver ends"),
        ({"expires_on": dt.date(2020, 1, 1)}, "expires_on", "from today"),
        ({"expires_on": dt.date(2999, 1, 1)}, "expires_on", "366 days"),
        ({"conditions": " "}, "conditions", "at least one"),
        ({"far_kinds": ["bias"]}, "far_kinds", "biased ground rules"),
        ({"kind": "pardon"}, "kind", "decision, waiver"),
        ({"documents": [DocumentDraft(title="Memo")]}, "documents", "either the address"),
        ({"documents": [DocumentDraft(title="Memo", url="javascript:alert(1)")]}, "documents", "whole address"),
        ({"mitigations": [replace(WALL, kind="moat")]}, "mitigations", "A measure is one of"),
        ({"mitigations": [replace(WALL, responsible="")]}, "mitigations", "who answers"),
    ],
)
def test_terms_that_cannot_be_change_nothing(google: Party, told: dict[str, Any], field: str, sentence: str) -> None:
    before = footprint()
    with pytest.raises(Invalid) as refusal:
        requested(google, **told)
    assert sentence in refusal.value.fields[field]
    assert footprint() == before


def test_measures_take_the_place_of_conditions(google: Party) -> None:
    memo = DocumentDraft(title="Memo", url="https://docs.example/memo")
    waiver = requested(google, conditions="", mitigations=[replace(WALL, document=memo)], documents=[memo])
    measure = Mitigation.objects.get(decision=waiver)
    assert (measure.kind, measure.responsible, measure.tenant) == ("firewall", "Head of security", TENANT)
    assert DecisionDocument.objects.filter(decision=waiver, tenant=TENANT).count() == 2


def test_findings_tell_the_kind_of_far_9_5_and_people_add_to_it(google: Party) -> None:
    assert requested(google).far_kinds == ["unequal access to information"]
    told = requested(google, far_kinds=["biased ground rules"]).far_kinds
    assert told == ["unequal access to information", "biased ground rules"]


def test_a_waiver_for_one_request_opens_nothing_else(google: Party) -> None:
    asked, other = uuid4(), uuid4()
    waiver = waived(google, scope=asked)
    assert opener(google, asked) == waiver
    assert (opener(google, other), opener(google)) == (None, None)


def test_one_stands_for_each_scope_and_the_log_tells_which_it_replaced(google: Party) -> None:
    first = waived(google)
    scoped = waived(google, scope=uuid4())
    second = waived(google)
    assert [status(one) for one in (first, scoped, second)] == ["void", "approved", "approved"]
    told = LogEntry.objects.filter(action="waiver.approved").order_by("position").values_list("data", flat=True)
    assert [data["replaced"] for data in told] == [[], [], [str(first.pk)]]


def test_after_its_last_day_it_opens_nothing_however_late_the_sweep(
    google: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiver = waived(google)
    last = waiver.expires_on
    assert last is not None
    on_the_day(monkeypatch, last)
    assert opener(google) == waiver
    on_the_day(monkeypatch, last + dt.timedelta(days=1))
    assert (status(waiver), opener(google)) == ("approved", None)


def test_the_sweep_marks_what_has_expired_once(google: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    waiver = waived(google)
    on_the_day(monkeypatch, clock.today() + WEEK)
    sweep_conflicts()
    assert status(waiver) == "approved"
    on_the_day(monkeypatch, clock.today() + dt.timedelta(days=1))
    sweep_conflicts()
    told = footprint()
    sweep_conflicts()
    assert (status(waiver), footprint()) == ("expired", told)
    assert LogEntry.objects.get(action="waiver.expired").actor_id is None
    assert [notice.kind for notice in DecisionNotice.objects.due()].count("expired") == 1


def test_what_was_voided_before_the_sweep_came_to_it_does_not_expire(
    google: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiver, bob = waived(google), person("bob@example.org")
    on_the_day(monkeypatch, clock.today() + WEEK + dt.timedelta(days=1))
    void_decision(actor=bob, decision=waiver, reason="A hole")
    before = footprint()
    assert expire_decision(waiver.pk) == 0
    assert (status(waiver), footprint()) == ("void", before)


def test_reminders_come_30_7_and_1_days_before_once_each(google: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    first = clock.today()
    waiver = waived(google, expires_on=first + dt.timedelta(days=40))
    for day in (0, 9, 10, 11, 32, 33, 34, 38, 39, 40):
        on_the_day(monkeypatch, first + dt.timedelta(days=day))
        sweep_conflicts()
        sweep_conflicts()
    told = [(notice.days, (notice.at.date() - first).days) for notice in DecisionNotice.objects.due()]
    assert (told, remind_of_expiry()) == ([(30, 10), (7, 33), (1, 39)], 0)
    assert status(waiver) == "approved"


def test_a_late_sweep_leaves_out_the_reminders_it_missed(google: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    first = clock.today()
    waived(google, expires_on=first + dt.timedelta(days=40))
    on_the_day(monkeypatch, first + dt.timedelta(days=35))
    sweep_conflicts()
    assert [notice.days for notice in DecisionNotice.objects.due()] == [7]


def test_what_was_approved_later_than_a_reminder_needs_none(google: Party) -> None:
    waived(google, expires_on=clock.today() + dt.timedelta(days=20))
    sweep_conflicts()
    assert not DecisionNotice.objects.exists()


def test_a_request_past_its_last_day_is_not_approved(google: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    waiver = requested(google)
    bob = person("bob@example.org")
    on_the_day(monkeypatch, clock.today() + WEEK + dt.timedelta(days=1))
    before = footprint()
    with pytest.raises(Conflict, match="Its last day was"):
        approve_decision(actor=bob, decision=waiver)
    assert footprint() == before


def test_who_added_a_measure_does_not_verify_it(google: Party) -> None:
    waiver, bob = waived(google), person("bob@example.org")
    measure = add_mitigation(actor=bob, decision=waiver, draft=WALL)
    with pytest.raises(Forbidden, match="Someone else"):
        verify_mitigation(actor=bob, mitigation=measure)
    measure.refresh_from_db()
    assert measure.verified_at is None
    seen = verify_mitigation(actor=person("cid@example.org"), mitigation=measure)
    assert seen.verified_by is not None
    with pytest.raises(Conflict, match="verified already"):
        verify_mitigation(actor=person("dan@example.org"), mitigation=measure)


def test_a_measure_is_attached_to_nothing_that_has_ended(google: Party) -> None:
    waiver, bob = waived(google), person("bob@example.org")
    void_decision(actor=bob, decision=waiver, reason="It has a hole")
    before = footprint()
    with pytest.raises(Conflict, match="is void"):
        add_mitigation(actor=bob, decision=waiver, draft=WALL)
    assert footprint() == before
