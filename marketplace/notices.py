"""Telling a client's people what happened to an alert, a decision or a waiver.

The row is the record: of an alert's event it commits with it, or not at all; what became of a decision or waiver is
pulled from the rows that conflicts keeps of it, and whoever tells one fills in `told_at` in the same transaction. The
e-mail is sent after that, at least once: a try is counted before it begins, so a row that a dead worker left is tried
again, and no two workers try it at once.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F, Min

from conflicts.models import Decider, DecisionNotice
from conflicts.models.mitigations import DecisionNoticeQuerySet
from marketplace.mails import mail_of
from marketplace.models import AlertEvent, Client, ClientMember, Notice, NoticeSetting, compliance_staff
from marketplace.records import clock
from marketplace.records.hints import hint

BATCH = 50
FAILURES_THAT_STOP = 3
"""So many in a row, and the mail server is taken for down: the rest waits for the next run."""
FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=6)
MOST_DOUBLINGS = 10
ERROR_KEPT = 200
LONGEST_UNSENT = dt.timedelta(minutes=10)
"""Past it something is wrong: the mail server, or nobody sends."""

logger = structlog.get_logger(__name__)


def notify(event: AlertEvent) -> None:
    """Write a notice for each of the client's people, in the transaction of the event."""
    people = _people_of(event.client_id, kind=event.kind)
    _write(people, client_id=event.client_id, created_at=event.at, event=event)


def untold() -> DecisionNoticeQuerySet:
    """Return what became of clients' decisions and waivers, and nobody was told of yet; the oldest first."""
    return DecisionNotice.objects.due().filter(tenant__in=Client.objects.values("pk"))


@transaction.atomic
def tell(key: UUID) -> bool:
    """Turn what became of a decision or waiver into a notice per person, once; False where it is told already.

    A compliance review rests on what its client may not know, so compliance staff are told in place of the client.
    """
    told = untold().select_for_update(of=("self",), no_key=True).filter(pk=key).first()
    if told is None:
        return False
    people = _staff() if told.decision.decided_by == Decider.COMPLIANCE else _people_of(told.tenant, kind=told.kind)
    _write(people, client_id=told.tenant, created_at=told.at, decision_notice=told)
    told.told_at = clock.now()
    told.save(update_fields=["told_at"])
    return True


def oldest_waiting() -> dt.datetime | None:
    """Return since when the oldest waits of what is to be told or to be sent by e-mail; None where nothing does."""
    firsts = (untold().aggregate(first=Min("at")), Notice.objects.unsent().aggregate(first=Min("created_at")))
    return min((found["first"] for found in firsts if found["first"]), default=None)


def send_due() -> Counter[str]:
    """Send what is due, some at a time; return how many were sent and how many failed.

    Safe to run as often as you like, by several workers at once; call it outside a transaction.
    """
    counts: Counter[str] = Counter()
    failures = 0
    for notice_id in list(Notice.objects.due(clock.now()).values_list("pk", flat=True)[:BATCH]):
        fate = _send(notice_id)
        counts[fate] += 1
        failures = failures + 1 if fate == "failed" else 0
        if failures == FAILURES_THAT_STOP:
            break
    return counts


def wait_after(tries: int) -> dt.timedelta:
    """Return how long a row waits that was tried so often before: a minute, then twice as long each time."""
    doublings: int = 2 ** min(tries, MOST_DOUBLINGS)
    return min(FIRST_WAIT * doublings, LONGEST_WAIT)


def _send(notice_id: UUID) -> str:
    notice = _claimed(notice_id)
    if notice is None:
        return "outrun"
    row = Notice.objects.filter(pk=notice.pk)
    try:
        mail_of(notice).send()
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:  # noqa: BLE001 - whatever the mail server does, the row stays and says why
        row.update(error=f"{type(error).__name__}: {error}"[:ERROR_KEPT])
        logger.warning("notice not sent", notice=str(notice.pk), error=type(error).__name__)
        return "failed"
    row.update(sent_at=clock.now(), error="")
    return "sent"


def _claimed(notice_id: UUID) -> Notice | None:
    """Count a try and take the row for as long as the next one is away; None where another worker has it."""
    now = clock.now()
    rows = Notice.objects.told_fully().select_related("user", "client")
    notice = rows.due(now).filter(pk=notice_id).first()
    if notice is None:
        return None
    same = Notice.objects.filter(pk=notice_id, sent_at=None, tries=notice.tries)
    taken = same.update(tries=F("tries") + 1, next_try_at=now + wait_after(notice.tries))
    return notice if taken else None


def _people_of(client: UUID, *, kind: str) -> dict[UUID, bool]:
    """Return those who act for the client, each with whether it wants e-mails of this kind."""
    acting = ClientMember.objects.filter(client=client, user__is_active=True)
    people = list(acting.values_list("user", flat=True))
    told_off = NoticeSetting.objects.filter(user__in=people, kind=kind, email=False)
    silent = set(told_off.values_list("user", flat=True))
    return {user: user not in silent for user in people}


def _staff() -> dict[UUID, bool]:
    """Return compliance staff, all of whom get e-mails: a review that ended is theirs to look at."""
    return dict.fromkeys(compliance_staff().values_list("pk", flat=True), True)


def _write(people: Mapping[UUID, bool], *, created_at: dt.datetime, **told: Any) -> None:
    """Write a notice for each of them, with an e-mail for those who want one."""
    Notice.objects.bulk_create(
        Notice(user_id=user, email=email, created_at=created_at, next_try_at=created_at, **told)
        for user, email in people.items()
    )
    hint("marketplace.notices.send")
