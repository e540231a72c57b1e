"""A decision that is replaced and voided in the same moment keeps the reason of who came first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection, connections

from conflicts.models import DecisionStatus, ReviewDecision
from conflicts.services import approve_decision, request_decision, void_decision
from marketplace.records.refusals import Conflict
from tests.conflicts.builders import TENANT, compete, holding, parties, person

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"),
]


def test_a_replacement_does_not_write_over_a_veto(monkeypatch: pytest.MonkeyPatch) -> None:
    google, meta, scale = parties("google", "meta", "scale-ai")
    compete(google, meta)
    holding(meta, scale, 10)
    ann, bob, carl = (person(f"{name}@example.org") for name in ("ann", "bob", "carl"))
    told: dict[str, Any] = {"tenant": TENANT, "principal": google, "subject": scale, "reason": "Public data only"}
    first = approve_decision(actor=bob, decision=request_decision(actor=ann, **told))
    second = request_decision(actor=ann, **told)
    found, end = Event(), ReviewDecision.end

    def end_late(self: ReviewDecision, status: DecisionStatus, **more: Any) -> None:
        found.set()
        Event().wait(0.5 if more["actor"] == bob else 0)
        end(self, status, **more)

    def veto() -> str:
        found.wait(5)
        try:
            return void_decision(actor=carl, decision=first, reason="Veto").void_reason
        except Conflict:
            return "Replaced by a later decision."
        finally:
            connections.close_all()

    monkeypatch.setattr(ReviewDecision, "end", end_late)
    with ThreadPoolExecutor(1) as pool:
        told_to_carl = pool.submit(veto)
        approve_decision(actor=bob, decision=second)
    first.refresh_from_db()
    assert (first.status, first.void_reason) == ("void", told_to_carl.result())
