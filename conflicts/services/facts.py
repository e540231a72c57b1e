"""Recording what parties hold in each other."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any
from uuid import UUID

from conflicts.changes import fact_change
from conflicts.drafts import InterestDraft, InterestEnd, PartyReference, SourceDraft, refuse
from conflicts.models import ChangeKind, FactChange, Interest
from conflicts.validation import interest_problems, source_problems
from conflicts.versions import store, successor, supersede
from marketplace.accounts.models import User
from marketplace.records.refusals import Conflict, Invalid, Missing


def record_interest(  # noqa: PLR0913 - one argument per column of an interest
    *,
    actor: User | None,
    holder: PartyReference,
    subject: PartyReference,
    type: str,  # noqa: A002 - the word of BODS
    source: SourceDraft,
    share_low: int | None = None,
    share_high: int | None = None,
    low_open: bool = False,
    high_open: bool = False,
    directness: str = "direct",
    start: str = "",
    end: str = "",
    certainty: str = "stated",
    visibility: str = "public",
    amount: Decimal | None = None,
    currency: str = "",
    amount_per: str = "",
    amount_until: str = "",
    details: str = "",
) -> Interest:
    """Record one interest: one epoch, one log row.

    Shares are millionths of a percent, None is not stated. Raises Invalid with a sentence per field, and Conflict
    where this source already tells of this interest.
    """
    draft = InterestDraft(
        holder=holder,
        subject=subject,
        type=type,
        source=source,
        share_low=share_low,
        share_high=share_high,
        low_open=low_open,
        high_open=high_open,
        directness=directness,
        start=start,
        end=end,
        certainty=certainty,
        visibility=visibility,
        amount=amount,
        currency=currency,
        amount_per=amount_per,
        amount_until=amount_until,
        details=details,
    )
    return record_draft(actor=actor, draft=draft)


def record_draft(*, actor: User | None, draft: InterestDraft) -> Interest:
    """Record one interest; as record_interest, with the row in one piece."""
    row = draft.unsaved()
    with _change(actor, "interest.recorded", row) as change:
        _refuse_told_twice(row)
        return store(row, change)


def end_interest(
    *, actor: User | None, interest: Interest | UUID, end: str, source: SourceDraft | None = None, details: str = ""
) -> Interest:
    """Record that an interest ends: the row is superseded by a version with the end, which is returned.

    `source` and `details` tell of the end; what the row says of the interest itself stays. Raises Invalid for a date
    that is none or lies before the start, Missing for an unknown interest, Conflict for a superseded one.
    """
    current = current_interest(interest)
    ended = successor(current, end=end, end_source=source.unsaved() if source else None, end_details=details)
    refuse(_end_problems(ended))
    with _change(actor, "interest.ended", ended) as change:
        supersede(current, change)
        return store(ended, change, after=current)


def correct_interest(*, actor: User | None, interest: Interest | UUID, draft: InterestDraft) -> Interest:
    """Record that a row was wrong: a version with what the draft says supersedes it and is returned.

    An end that was recorded with a source of its own stays where the draft tells of none. Raises as end_interest.
    """
    current = current_interest(interest)
    row = draft.unsaved()
    row.series = current.series
    if not row.end and current.end_source_id:
        row.end, row.end_source, row.end_details = current.end, current.end_source, current.end_details
        refuse(interest_problems(row))
    with _change(actor, "interest.corrected", row) as change:
        supersede(current, change)
        _refuse_told_twice(row)
        return store(row, change, after=current)


def retract_interest(*, actor: User | None, interest: Interest | UUID, reason: str) -> Interest:
    """Record that an interest never was: its row is superseded by nothing. Raises as end_interest."""
    current = current_interest(interest)
    refuse({} if reason.strip() else {"reason": "Say why the interest is retracted."})
    with _change(actor, "interest.retracted", current, reason=reason) as change:
        supersede(current, change)
    return current


def record_event(*, actor: User | None, rows: Sequence[InterestDraft | InterestEnd], details: str = "") -> FactChange:
    """Record the rows of one event in one transaction, under one epoch (SEMANTICS 1.7), and return its change.

    Raises Invalid with fields named `rows[0].share_low`; one wrong row leaves nothing of the event behind.
    """
    refuse({} if rows else {"rows": "An event has at least one row: add what began or ended."})
    told = {"details": details, "rows": len(rows)}
    with fact_change(
        kind=ChangeKind.INTEREST, actor=actor, log_action="event.recorded", data=told, only_joined=True
    ) as change:
        for place, row in enumerate(rows):
            _record_row(actor, row, f"rows[{place}]")
    return change


def current_interest(interest: Interest | UUID) -> Interest:
    """Return the current row; raises Missing for an unknown interest and Conflict for a superseded version."""
    key = interest.pk if isinstance(interest, Interest) else interest
    rows = Interest.objects.select_related("holder", "subject", "source", "end_source")
    row = rows.filter(pk=key).first()
    if row is None:
        raise Missing(f"There is no interest {key}: list the interests to find its id.")
    if not row.is_current:
        raise Conflict(
            "This version of the interest was superseded: read the newest one and repeat what still applies.",
            code="stale_row",
        )
    return row


def _record_row(actor: User | None, row: InterestDraft | InterestEnd, place: str) -> None:
    try:
        if isinstance(row, InterestDraft):
            record_draft(actor=actor, draft=row)
        else:
            end_interest(actor=actor, interest=row.interest, end=row.end, source=row.source, details=row.details)
    except Invalid as invalid:
        raise Invalid({f"{place}.{name}": problem for name, problem in invalid.fields.items()}) from invalid


def _end_problems(ended: Interest) -> dict[str, str]:
    if not ended.end:
        return {"end": "Say when the interest ends: write YYYY, YYYY-MM or YYYY-MM-DD."}
    return {**interest_problems(ended), **(source_problems(ended.end_source) if ended.end_source else {})}


def _refuse_told_twice(row: Interest) -> None:
    told = Interest.objects.current().of(holder=row.holder, subject=row.subject, type_=row.type, start=row.start)
    if told.filter(source__url=row.source.url, source__standing=row.source.standing).exists():
        begun = f"from {row.start}" if row.start else "without a start"
        raise Conflict(
            f"This source already tells of {row.type} of {row.holder} in {row.subject} {begun}: "
            "correct or end that row instead.",
            code="told_twice",
        )


def _change(actor: User | None, action: str, row: Interest, **more: str) -> AbstractContextManager[FactChange]:
    """A change that tells in the log what the row says."""
    return fact_change(
        kind=ChangeKind.INTEREST,
        actor=actor,
        log_action=action,
        parties=(row.holder, row.subject),
        subject=row,
        data={**_told(row), **more},
    )


def _told(row: Interest) -> dict[str, Any]:
    """Return what the log keeps of an interest."""
    return {
        "interest": row.pk,
        "series": row.series,
        "holder": row.holder.slug,
        "subject": row.subject.slug,
        "type": row.type,
        "directness": row.directness,
        "share_low": row.share_low,
        "share_high": row.share_high,
        "start": row.start,
        "end": row.end,
        "certainty": row.certainty,
        "source": row.source.url,
    }
