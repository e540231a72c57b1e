"""Telling a client's people what happened to an alert.

The row is the record: it commits with what it tells of, or not at all. Its e-mail is sent after that, at least once: a
try is counted before it begins, so a row that a dead worker left is tried again, and no two workers try it at once.
"""

import datetime as dt
from collections import Counter
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F

from marketplace.models import AlertEvent, AlertEventKind, ClientMember, Notice, NoticeSetting
from marketplace.records import clock
from marketplace.records.hints import hint

BATCH = 50
FAILURES_THAT_STOP = 3
"""So many in a row, and the mail server is taken for down: the rest waits for the next run."""
FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=6)
MOST_DOUBLINGS = 10
ERROR_KEPT = 200
# Neither outcome nor finding: mail is read by more eyes than the API, which tells each reader what it may see.
WORDS = {
    AlertEventKind.OPENED: "A conflict was found, and an alert is open.",
    AlertEventKind.REOPENED: "The facts grew, and the alert is open again.",
    AlertEventKind.LOWERED: "Facts were loosened, and the alert tells less than before.",
    AlertEventKind.CLOSED: "The alert is closed.",
}

logger = structlog.get_logger(__name__)


def notify(event: AlertEvent) -> None:
    """Write a notice for each of the client's people, in the transaction of the event."""
    people = ClientMember.objects.filter(client=event.client_id, user__is_active=True).values_list("user", flat=True)
    told_off = NoticeSetting.objects.filter(user__in=people, kind=event.kind, email=False)
    silent = set(told_off.values_list("user", flat=True))
    Notice.objects.bulk_create(
        Notice(
            client_id=event.client_id,
            user_id=user,
            event=event,
            created_at=event.at,
            email=user not in silent,
            next_try_at=event.at,
        )
        for user in people
    )
    hint("marketplace.notices.send")


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
        _mail(notice).send()
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
    rows = Notice.objects.select_related("user", "client", "event__alert__engagement", "event__alert__vendor")
    notice = rows.due(now).filter(pk=notice_id).first()
    if notice is None:
        return None
    same = Notice.objects.filter(pk=notice_id, sent_at=None, tries=notice.tries)
    taken = same.update(tries=F("tries") + 1, next_try_at=now + wait_after(notice.tries))
    return notice if taken else None


def _mail(notice: Notice) -> EmailMessage:
    alert, kind = notice.event.alert, AlertEventKind(notice.event.kind)
    api = f"{settings.SITE_ADDRESS}/api/v1"
    lines = (
        f"{alert.engagement.title}, with {alert.vendor}",
        WORDS[kind],
        f"Look at it: {api}/alerts/{alert.pk}",
        f"You get this because you act for {notice.client}.",
        f'To get no such mails: PATCH {api}/notice-settings with {{"{kind}": false}}.',
    )
    return EmailMessage(
        subject=" ".join(f"{alert.vendor}: alert {kind.label.lower()}".split()),
        body="\n\n".join(lines),
        to=[notice.user.email],
        # A mail that is sent twice is the same mail.
        headers={"Message-ID": f"<{notice.pk}@armslength>"},
    )
