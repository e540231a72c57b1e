"""The words of the e-mails. Mail is read by more eyes than the API, which tells each reader what it may see.

So a mail names the vendor and what happened, and leads to the rest: neither outcome nor finding, path or reason.
"""

from django.conf import settings
from django.core.mail import EmailMessage

from conflicts.models import Decider, DecisionNotice, NoticeKind, ReviewDecision
from marketplace.models import AlertEvent, AlertEventKind, Notice

OF_ALERTS = {
    AlertEventKind.OPENED: "A conflict was found, and an alert is open.",
    AlertEventKind.REOPENED: "The facts grew, and the alert is open again.",
    AlertEventKind.LOWERED: "Facts were loosened, and the alert tells less than before.",
    AlertEventKind.CLOSED: "The alert is closed.",
}
GATE = "It opens no award any more; only a new one does."
FOR_STAFF = "You get this because you are of the compliance staff."


def mail_of(notice: Notice) -> EmailMessage:
    """Return the e-mail of a notice; sent twice it is the same mail, under one Message-ID."""
    subject, *lines = _of_decision(notice.decision_notice) if notice.decision_notice else _of_event(notice.event)
    return EmailMessage(
        # Names come from people, and a line break in one would begin a header.
        subject=" ".join(subject.split()),
        body="\n\n".join([*lines, *_reasons(notice)]),
        to=[notice.user.email],
        headers={"Message-ID": f"<{notice.pk}@armslength>"},
    )


def _of_event(event: AlertEvent | None) -> tuple[str, ...]:
    if event is None:
        raise ValueError("A notice is of an event or of a decision: this one is of neither.")
    alert, kind = event.alert, AlertEventKind(event.kind)
    return (
        f"{alert.vendor}: alert {kind.label.lower()}",
        f"{alert.engagement.title}, with {alert.vendor}",
        OF_ALERTS[kind],
        f"Look at it: {_api()}/alerts/{alert.pk}",
    )


def _of_decision(told: DecisionNotice) -> tuple[str, ...]:
    decision, name = told.decision, _name(told.decision)
    link = f"{_api()}/decisions/{decision.pk}"
    if decision.decided_by == Decider.COMPLIANCE:
        # Whoever of compliance looks into a client's file says why.
        link = f"{link}?reason=..., with yours in place of the dots"
    vendor = getattr(decision.subject, "vendor", decision.subject)
    return f"{vendor}: {name.lower()} {_short(told)}", f"{name} for {vendor}", _sentence(told), f"Look at it: {link}"


def _name(decision: ReviewDecision) -> str:
    if decision.decided_by == Decider.COMPLIANCE:
        return "Compliance decision"
    return "Waiver" if decision.is_waiver else "Decision"


def _short(told: DecisionNotice) -> str:
    return f"expires within {_days(told)}" if told.kind == NoticeKind.REMINDER else told.kind


def _sentence(told: DecisionNotice) -> str:
    """Say what became of it. A reminder that comes late is true too: the last day is named."""
    decision = told.decision
    if told.kind == NoticeKind.REMINDER:
        return f"It expires within {_days(told)}: its last day is {decision.expires_on}."
    if told.kind == NoticeKind.EXPIRED:
        return f"It has expired: its last day was {decision.expires_on}. {GATE}"
    if decision.voided_by_id is None:
        return f"It is void: the facts are no longer those that it accepted. {GATE}"
    return f"It is void: somebody ended it. {GATE}"


def _days(told: DecisionNotice) -> str:
    return f"{told.days} day" if told.days == 1 else f"{told.days} days"


def _reasons(notice: Notice) -> tuple[str, ...]:
    """Say why the person gets it and, where it can, how to get none."""
    if notice.decision and notice.decision.decided_by == Decider.COMPLIANCE:
        return (FOR_STAFF,)
    return (
        f"You get this because you act for {notice.client}.",
        f'To get no such mails: PATCH {_api()}/notice-settings with {{"{notice.kind}": false}}.',
    )


def _api() -> str:
    return f"{settings.SITE_ADDRESS}/api/v1"
