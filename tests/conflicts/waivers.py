"""A vendor that is blocked for Google, and the waiver that two people of Google make of it."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest

from conflicts.models import Interest, Party, ReviewDecision
from conflicts.services import (
    InterestDraft,
    MitigationDraft,
    SourceDraft,
    Terms,
    approve_decision,
    correct_interest,
    record_interest,
    request_decision,
    screen_pair,
    standing_decision,
    watch_pair,
)
from marketplace.records import clock
from tests.conflicts.builders import PRESS, TENANT, compete, holding, parties, party, person

WALL = MitigationDraft(kind="firewall", text="Two teams, two networks", responsible="Head of security")
WEEK = dt.timedelta(days=7)


def blocked_google() -> Party:
    """Meta holds 49% of Scale AI: blocked for Google, which watches it."""
    google, meta, scale = parties("google", "meta", "scale-ai")
    compete(google, meta)
    holding(meta, scale, 49)
    watch_pair(tenant=TENANT, principal=google, subject=scale)
    return google


def scale() -> Party:
    return Party.objects.get(slug="scale-ai")


def terms(**told: Any) -> Terms:
    return Terms(**{"kind": "waiver", "conditions": "No board contact", "expires_on": clock.today() + WEEK, **told})


def requested(google: Party, **told: Any) -> ReviewDecision:
    return request_decision(
        actor=person(f"{uuid4().hex}@example.org"),
        tenant=TENANT,
        principal=google,
        subject=scale(),
        reason="Public data only",
        terms=terms(**told),
    )


def waived(google: Party, **told: Any) -> ReviewDecision:
    decision = requested(google, **told)
    return approve_decision(actor=person(f"{uuid4().hex}@example.org"), decision=decision)


def opener(google: Party, scope: UUID | None = None) -> ReviewDecision | None:
    found = screen_pair(tenant=TENANT, principal=google, subject=scale())
    return standing_decision(
        tenant=TENANT,
        principal=google,
        subject=scale(),
        outcome=found.outcome,
        findings=found.findings,
        scope=scope,
    )


def status(waiver: ReviewDecision) -> str:
    return ReviewDecision.objects.get(pk=waiver.pk).status


def stake() -> Interest:
    return Interest.objects.current().get(holder__slug="meta", subject__slug="scale-ai", type="shareholding")


def corrected(percent: int, source: SourceDraft = PRESS) -> None:
    """Tell the stake anew, as another figure or from another source."""
    share = percent * 1_000_000
    draft = InterestDraft(
        holder="meta", subject="scale-ai", type="shareholding", source=source, share_low=share, share_high=share
    )
    correct_interest(actor=None, interest=stake(), draft=draft)


def seated() -> Interest:
    """Scale's founder, a director of Scale, becomes an officer of Meta."""
    founder = party("founder", kind="person")
    record_interest(actor=None, holder=founder, subject="scale-ai", type="boardMember", source=PRESS)
    return record_interest(actor=None, holder=founder, subject="meta", type="seniorManagingOfficial", source=PRESS)


def on_the_day(monkeypatch: pytest.MonkeyPatch, day: dt.date) -> None:
    monkeypatch.setattr(clock, "_read", lambda: (day, dt.datetime.combine(day, dt.time(12), dt.UTC)))
