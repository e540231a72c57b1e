"""Recording who buys from whom (DESIGN 6)."""

from contextlib import AbstractContextManager
from decimal import Decimal
from uuid import UUID

from conflicts.changes import fact_change
from conflicts.drafts import PartyReference, SourceDraft, TieDraft, refuse
from conflicts.models import ChangeKind, CustomerTie, FactChange
from conflicts.validation import source_problems, tie_problems
from conflicts.versions import store, successor, supersede
from marketplace.accounts.models import User
from marketplace.records.refusals import Conflict, Missing


def record_tie(  # noqa: PLR0913 - one argument per column of a tie
    *,
    actor: User | None,
    buyer: PartyReference,
    supplier: PartyReference,
    status: str,
    source: SourceDraft,
    start: str = "",
    end: str = "",
    certainty: str = "stated",
    visibility: str = "public",
    amount: Decimal | None = None,
    currency: str = "",
    amount_per: str = "",
    revenue_share_low: int | None = None,
    details: str = "",
) -> CustomerTie:
    """Record that a buyer uses a supplier: one epoch, one log row.

    The amount is turnover; the share is of the supplier's revenue, in millionths of a percent. Raises Invalid with a
    sentence per field, and Conflict where this source already tells of this tie.
    """
    draft = TieDraft(
        buyer=buyer,
        supplier=supplier,
        status=status,
        source=source,
        start=start,
        end=end,
        certainty=certainty,
        visibility=visibility,
        amount=amount,
        currency=currency,
        amount_per=amount_per,
        revenue_share_low=revenue_share_low,
        details=details,
    )
    return record_tie_draft(actor=actor, draft=draft)


def record_tie_draft(*, actor: User | None, draft: TieDraft) -> CustomerTie:
    """Record one tie; as record_tie, with the row in one piece."""
    row = draft.unsaved()
    with _change(actor, "tie.recorded", row) as change:
        _refuse_told_twice(row)
        return store(row, change)


def end_tie(
    *, actor: User | None, tie: CustomerTie | UUID, end: str, source: SourceDraft | None = None, details: str = ""
) -> CustomerTie:
    """Record that a tie ends: the row is superseded by a version with the end, which is returned.

    Raises Invalid for a date that is none or lies before the start, Missing for an unknown tie, Conflict for a
    superseded one.
    """
    current = current_tie(tie)
    refuse({} if end else {"end": "Say when the tie ends: write YYYY, YYYY-MM or YYYY-MM-DD."})
    ended = successor(current, end=end, end_source=source.unsaved() if source else None, end_details=details)
    refuse({**tie_problems(ended), **(source_problems(ended.end_source) if ended.end_source else {})})
    with _change(actor, "tie.ended", ended) as change:
        supersede(current, change)
        return store(ended, change, after=current)


def correct_tie(*, actor: User | None, tie: CustomerTie | UUID, draft: TieDraft) -> CustomerTie:
    """Record that a row was wrong: a version with what the draft says supersedes it and is returned.

    An end that was recorded with a source of its own stays where the draft tells of none. Raises as end_tie.
    """
    current = current_tie(tie)
    row = draft.unsaved()
    row.series = current.series
    if not row.end and current.end_source_id:
        row.end, row.end_source, row.end_details = current.end, current.end_source, current.end_details
        refuse(tie_problems(row))
    with _change(actor, "tie.corrected", row) as change:
        supersede(current, change)
        _refuse_told_twice(row)
        return store(row, change, after=current)


def current_tie(tie: CustomerTie | UUID) -> CustomerTie:
    """Return the current row; raises Missing for an unknown tie and Conflict for a superseded version."""
    key = tie.pk if isinstance(tie, CustomerTie) else tie
    row = CustomerTie.objects.select_related("buyer", "supplier", "source", "end_source").filter(pk=key).first()
    if row is None:
        raise Missing(f"There is no customer tie {key}: list the ties to find its id.")
    if not row.is_current:
        raise Conflict(
            "This version of the tie was superseded: read the newest one and repeat what still applies.",
            code="stale_row",
        )
    return row


def _refuse_told_twice(row: CustomerTie) -> None:
    same = CustomerTie.objects.current().filter(buyer=row.buyer, supplier=row.supplier, start=row.start)
    if same.filter(source__url=row.source.url, source__standing=row.source.standing).exists():
        begun = f"from {row.start}" if row.start else "without a start"
        raise Conflict(
            f"This source already tells that {row.buyer} buys from {row.supplier} {begun}: "
            "correct or end that row instead.",
            code="told_twice",
        )


def _change(actor: User | None, action: str, row: CustomerTie) -> AbstractContextManager[FactChange]:
    """A change that tells in the log what the row says."""
    return fact_change(
        kind=ChangeKind.CUSTOMER_TIE,
        actor=actor,
        log_action=action,
        parties=(row.buyer, row.supplier),
        subject=row,
        data={
            "tie": row.pk,
            "series": row.series,
            "buyer": row.buyer.slug,
            "supplier": row.supplier.slug,
            "status": row.status,
            "start": row.start,
            "end": row.end,
            "source": row.source.url,
        },
    )
