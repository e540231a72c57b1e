"""Voiding a decision while an award that rests on it is being made: one follows the other, and neither is killed."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import UUID

import pytest
from django.db import connection, connections

from conflicts.models import FactChange
from conflicts.services import Terms
from marketplace import gate
from marketplace.models import Client, ClientRole
from marketplace.records import clock
from marketplace.services.awards import award
from marketplace.services.decisions import approve_decision, request_decision, void_decision
from tests.marketplace.market import client, holds, member, request, vendor
from vendors.models import Vendor

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"),
]


@pytest.mark.parametrize(("kind", "percent", "outcome"), [("decision", "6", "review"), ("waiver", "49", "blocked")])
def test_a_void_waits_for_the_award_that_rests_on_the_decision(
    kind: str, percent: str, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    google, lab = client("google", "meta"), vendor("lab")
    holds("meta", "lab", percent)
    ari, week = member(google, ClientRole.APPROVER), clock.today() + dt.timedelta(days=7)
    terms = Terms(kind=kind, conditions="A firewall.", expires_on=week)
    decision = request_decision(actor=member(google), client=google, vendor=lab, reason="A firewall.", terms=terms)
    approve_decision(actor=ari, decision=decision)
    slot, judge, judged = request(google).slots.get(), gate.judge, Event()

    def judge_and_pause(*, client: Client, vendor: Vendor, scope: UUID | None = None) -> gate.Verdict:
        verdict = judge(client=client, vendor=vendor, scope=scope)
        judged.set()
        Event().wait(0.5)
        return verdict

    def void() -> None:
        judged.wait(5)
        void_decision(actor=ari, decision=decision, reason="It has a hole.")
        connections.close_all()

    monkeypatch.setattr(gate, "judge", judge_and_pause)
    with ThreadPoolExecutor(1) as pool:
        voiding = pool.submit(void)
        made = award(actor=ari, slot_id=slot.pk, vendor=lab).award
        voiding.result()
    assert made is not None
    assert made.outcome == outcome
    assert made.epoch < FactChange.objects.latest("epoch").epoch
