"""Engagements that began before their client joined, and the end of any."""

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.db import transaction

from conflicts.changes import epoch_now
from conflicts.currencies import CURRENCIES
from conflicts.drafts import refuse
from conflicts.engine.dates import PartialDate, Phase, phase
from conflicts.findings import to_json
from conflicts.models import Outcome
from conflicts.services.screenings import screen_pair
from conflicts.services.watches import watch_pair
from conflicts.validation import partial_date_problem
from conflicts.verdicts import VERDICT, told_verdict
from marketplace.accounts.models import User
from marketplace.alerting import close_alerts, seen_of
from marketplace.membership import may_write_for
from marketplace.models import Client, Engagement, EngagementOrigin, EngagementStatus
from marketplace.models.verdicts import AWARDABLE
from marketplace.records import clock
from marketplace.records.hints import hint
from marketplace.records.refusals import Conflict
from marketplace.records.services import log
from vendors.models import Vendor
from vendors.validation import field_problems


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagementDraft:
    """What a client declares. Dates are partial (YYYY, YYYY-MM or YYYY-MM-DD), empty means unknown."""

    title: str
    start: str = ""
    end: str = ""
    amount: Decimal | None = None
    currency: str = ""
    amount_per: str = ""


@transaction.atomic
def declare_engagement(*, actor: User | None, client: Client, vendor: Vendor, draft: EngagementDraft) -> Engagement:
    """Record work that runs already: begun before the client joined, or nobody knows when.

    It passes no gate, is watched and alerted like any other, and is never renewed or made an award without the gate.
    Raises Invalid for one that began later, has ended or is not written right, Conflict where the same runs already.
    """
    may_write_for(actor, client)
    refuse(_problems(draft) or _span_problems(draft, client))
    running = Engagement.objects.running().filter(client=client, vendor=vendor, title=draft.title)
    if running.exists():
        raise Conflict(f"'{draft.title}' with {vendor} is declared already.", code="engagement_exists")
    outcome, epoch, seen, verdict = _first_seen(client, vendor)
    engagement = Engagement.objects.create(
        client=client,
        vendor=vendor,
        origin=EngagementOrigin.DECLARED,
        outcome=outcome,
        seen_epoch=epoch,
        seen=seen,
        **{field.name: getattr(draft, field.name) for field in fields(draft)},
    )
    data = {"vendor": vendor.slug, "start": draft.start, "end": draft.end, "outcome": outcome, VERDICT: verdict}
    log(action="engagement.declared", actor=actor, tenant=client.pk, subject=engagement, epoch=epoch, data=data)
    watch_pair(tenant=client.pk, principal=client.party, subject=vendor.party)
    hint("marketplace.tasks.pull")
    return engagement


@transaction.atomic
def end_engagement(*, actor: User | None, engagement: Engagement, end: str) -> Engagement:
    """Record when the work ended and close its alerts; raises Invalid for a wrong date, Conflict where it has ended."""
    may_write_for(actor, engagement.client)
    row = Engagement.objects.select_for_update(no_key=True).get(pk=engagement.pk)
    if row.status == EngagementStatus.ENDED:
        raise Conflict(f"This engagement ended {row.end or 'already'}.", code="engagement_ended")
    problem = partial_date_problem(end) or _order_problem(row.start, end) or _future_problem(end)
    refuse({"end": problem} if problem else {})
    row.end, row.status = end, EngagementStatus.ENDED
    row.save(update_fields=["end", "status"])
    log(action="engagement.ended", actor=actor, tenant=row.client_id, subject=row, data={"end": end})
    close_alerts(row, reason="engagement ended")
    return row


def _first_seen(client: Client, vendor: Vendor) -> tuple[Outcome, int, dict[str, Any] | None, dict[str, Any]]:
    """Return what the watch starts from, and the verdict for the log.

    A pair that is blocked already starts from unknown, so that it is alerted.
    """
    epoch = epoch_now()
    found = screen_pair(tenant=client.pk, principal=client.party, subject=vendor.party)
    outcome, verdict = Outcome(found.outcome), told_verdict(found)
    if outcome not in AWARDABLE:
        return (Outcome.UNKNOWN, 0, None, verdict)
    seen = seen_of(epoch=epoch, findings=[to_json(finding) for finding in found.findings])
    return (outcome, epoch, seen, verdict)


def _problems(draft: EngagementDraft) -> dict[str, str]:
    written = Engagement(title=draft.title, amount=draft.amount, amount_per=draft.amount_per)
    problems = field_problems(written, "title", "amount", "amount_per")
    told = {"start": draft.start, "end": draft.end}
    problems |= {name: problem for name, text in told.items() if text and (problem := partial_date_problem(text))}
    if draft.amount is not None and draft.amount < 0:
        problems["amount"] = "An amount is not negative: correct it."
    if draft.amount is not None and draft.currency not in CURRENCIES:
        problems["currency"] = f"'{draft.currency}' is not a currency: write an ISO 4217 code such as USD."
    if draft.amount is None and (draft.currency or draft.amount_per):
        problems["amount"] = "There is no amount: state it, or leave currency and amount_per empty."
    return problems


def _span_problems(draft: EngagementDraft, client: Client) -> dict[str, str]:
    if draft.start and PartialDate.parse(draft.start).last >= client.joined_on:
        return {
            "start": f"Work that began on {client.joined_on} or later, or may have, is not declared: post a request "
            "and award it, or write the day on which it began."
        }
    end = PartialDate.parse(draft.end) if draft.end else None
    if end and phase(None, end, clock.today()) is Phase.OVER:
        return {"end": f"This work ended {draft.end}: only running work is declared."}
    problem = _order_problem(draft.start, draft.end)
    return {"end": problem} if problem else {}


def _order_problem(start: str, end: str) -> str:
    if start and end and PartialDate.parse(end).last < PartialDate.parse(start).first:
        return f"The end {end} is before the start {start}: correct one of them."
    return ""


def _future_problem(end: str) -> str:
    return f"{end} is still to come: end it when it has ended." if PartialDate.parse(end).first > clock.today() else ""
