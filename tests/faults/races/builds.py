"""Builds of the gate: as it is, and those that are broken on purpose, each in every process of a race."""

import time
from typing import Any
from uuid import UUID

from django.db import DatabaseError, transaction

from conflicts.changes import epoch_now
from conflicts.models import Outcome
from marketplace import gate
from marketplace.accounts.models import User
from marketplace.models import Award, AwardStatus, Engagement, EngagementOrigin, RequestSlot
from marketplace.records import clock
from marketplace.records.refusals import Unavailable
from marketplace.services import awards
from marketplace.services.awards import AwardResult
from vendors.models import Vendor

WHOLE = "as it is"
PAUSED = "pausing before the award"
NO_GATE = "without the gate"
NO_LOCK = "without the lock, pausing before the award"
RAW = "by raw rows"
NO_SLOT_LOCK = "without the lock on the slot"
PAUSE = 0.25
"""Seconds that the gate waits between its verdict and the award in builds that pause, to let a write in."""


def apply(build: str) -> None:
    """Make this process that build. The database's own triggers are the owner's to switch."""
    if build == NO_GATE:
        _replace(gate, "judge", lambda **_: gate.Verdict(epoch_now(), Outcome.CLEAR, ()))
    if build == NO_LOCK:
        _replace(gate, "epoch_shared", epoch_now)
    if build in {PAUSED, NO_LOCK}:
        judge = gate.judge

        def judge_and_pause(**asked: Any) -> gate.Verdict:
            verdict = judge(**asked)
            time.sleep(PAUSE)
            return verdict

        _replace(gate, "judge", judge_and_pause)
    if build == RAW:
        _replace(awards, "_tried", _raw)
    if build == NO_SLOT_LOCK:
        _replace(awards, "_held", _unheld)


def _raw(actor: User, slot: RequestSlot, vendor: Vendor) -> AwardResult:
    """Write award and engagement as they are, with nobody asked."""
    made = Award(
        client=slot.client,
        slot=slot,
        vendor=vendor,
        outcome=Outcome.CLEAR,
        epoch=epoch_now(),
        awarded_by=actor,
        awarded_at=clock.now(),
    )
    work = Engagement(client=slot.client, vendor=vendor, origin=EngagementOrigin.AWARD, award=made, slot=slot)
    work.title, work.outcome, work.seen_epoch = "Labeling", Outcome.CLEAR, made.epoch
    try:
        with transaction.atomic():
            Award.objects.bulk_create([made])
            Engagement.objects.bulk_create([work])
    except DatabaseError:
        return AwardResult(refusal=Unavailable("The database refused it.", code="refused_by_database", retry_after=1))
    return AwardResult(award=made)


def _unheld(slot_id: UUID) -> RequestSlot:
    """Look whether the slot is taken, and hold nothing."""
    slot = RequestSlot.objects.select_related("request", "client__party").get(pk=slot_id)
    if slot.awards.filter(status=AwardStatus.ACTIVE).exists():
        raise awards._taken()
    return slot


def _replace(owner: object, name: str, value: object) -> None:
    setattr(owner, name, value)
