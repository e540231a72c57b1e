"""What the calendar does to decisions and waivers: found by date, never by a timer. Safe to run as often as you like.

Whether one opens the gate is asked with the date in hand (`standing_decision`), so a sweep that is late opens nothing.
"""

import datetime as dt
from uuid import UUID

from django.db import transaction

from conflicts.cover import end_standing
from conflicts.engine.policy import REMINDER_DAYS
from conflicts.models import DecisionNotice, DecisionStatus, NoticeKind, ReviewDecision
from marketplace.records import clock

EXPIRED = "Its last day has passed."


def expire_decisions() -> int:
    """End for good what stood until a day that has passed; return how many those were."""
    past = ReviewDecision.objects.approved().filter(expires_on__lt=clock.today())
    return sum(expire_decision(key) for key in past.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def expire_decision(key: UUID) -> int:
    """End this one if it still stands and its last day has passed; return 1 if it did, else 0."""
    held = ReviewDecision.objects.select_for_update(of=("self",), no_key=True).select_related("principal", "subject")
    decision = held.approved().filter(pk=key, expires_on__lt=clock.today()).first()
    if decision is None:
        return 0
    end_standing(decision, DecisionStatus.EXPIRED, actor=None, reason=EXPIRED)
    return 1


def remind_of_expiry() -> int:
    """Write the reminders that are due; return how many are new. Each is written once, a later sweep skips older ones.

    What was approved on the day of a reminder or after it needs none.
    """
    today = clock.today()
    soon = today + dt.timedelta(days=max(REMINDER_DAYS))
    ending = ReviewDecision.objects.approved().filter(expires_on__range=(today, soon))
    due = [(decision, days) for decision in ending if (days := _reminder_days(decision, today))]
    wanted = DecisionNotice.objects.filter(kind=NoticeKind.REMINDER, decision__in=[decision for decision, _ in due])
    known = set(wanted.values_list("decision", "days"))
    rows = [_reminder(decision, days) for decision, days in due if (decision.pk, days) not in known]
    # Another sweep may write the same ones in this moment.
    DecisionNotice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _reminder_days(decision: ReviewDecision, today: dt.date) -> int:
    """Return which reminder is due, by its days; 0 for none."""
    if decision.expires_on is None or decision.approved_at is None:
        return 0
    days = min(days for days in REMINDER_DAYS if decision.expires_on - today <= dt.timedelta(days=days))
    day_of_it = decision.expires_on - dt.timedelta(days=days)
    return days if decision.approved_at.astimezone(dt.UTC).date() < day_of_it else 0


def _reminder(decision: ReviewDecision, days: int) -> DecisionNotice:
    return DecisionNotice(
        decision=decision, tenant=decision.tenant, kind=NoticeKind.REMINDER, days=days, at=clock.now()
    )
