"""Measures and documents of a decision or waiver (FAR 9.5). They explain it, and change no outcome."""

from django.db import transaction

from conflicts.cover import decision_data
from conflicts.drafts import refuse
from conflicts.models import DecisionDocument, Mitigation, ReviewDecision
from conflicts.terms import DocumentDraft, MitigationDraft, Terms
from marketplace.accounts.models import User
from marketplace.records import clock
from marketplace.records.refusals import Conflict, Forbidden
from marketplace.records.services import log


@transaction.atomic
def add_mitigation(*, actor: User, decision: ReviewDecision, draft: MitigationDraft) -> Mitigation:
    """Attach a measure to what waits or stands. Raises Invalid with a sentence, Conflict where it has ended."""
    refuse({"mitigation": draft.problem} if draft.problem else {})
    decision = _held(decision)
    if not decision.is_open:
        raise Conflict(f"This decision is {decision.status}: attach measures to one that stands.", code="wrong_status")
    made = _stored(decision, draft, actor)
    _log("mitigated", actor, made)
    return made


@transaction.atomic
def verify_mitigation(*, actor: User, mitigation: Mitigation) -> Mitigation:
    """Record that somebody saw the measure in place. Raises Forbidden for who added it, Conflict where it was seen."""
    made = (
        Mitigation.objects.select_for_update(of=("self",), no_key=True).select_related("decision").get(pk=mitigation.pk)
    )
    if made.added_by_id == actor.pk:
        raise Forbidden("Someone else than who added this measure verifies it.", code="two_people")
    if made.verified_at is not None:
        raise Conflict("This measure is verified already.", code="wrong_status")
    made.verified_by, made.verified_at = actor, clock.now()
    made.save(update_fields=["verified_by", "verified_at"])
    _log("mitigation_verified", actor, made)
    return made


def store_terms(decision: ReviewDecision, terms: Terms, *, actor: User) -> None:
    """Insert the documents and measures of a request that was checked."""
    for document in terms.documents:
        _document(decision, document)
    for draft in terms.mitigations:
        _stored(decision, draft, actor)


def _stored(decision: ReviewDecision, draft: MitigationDraft, actor: User) -> Mitigation:
    return Mitigation.objects.create(
        decision=decision,
        tenant=decision.tenant,
        kind=draft.kind,
        text=draft.text,
        responsible=draft.responsible,
        document=_document(decision, draft.document) if draft.document else None,
        added_by=actor,
        added_at=clock.now(),
    )


def _document(decision: ReviewDecision, draft: DocumentDraft) -> DecisionDocument:
    return DecisionDocument.objects.create(
        decision=decision, tenant=decision.tenant, title=draft.title, url=draft.url, file=draft.file
    )


def _held(decision: ReviewDecision) -> ReviewDecision:
    """Let it not end while something is attached to it."""
    held = ReviewDecision.objects.select_for_update(of=("self",), no_key=True)
    return held.select_related("principal", "subject").get(pk=decision.pk)


def _log(action: str, actor: User, mitigation: Mitigation) -> None:
    decision = mitigation.decision
    told = {"mitigation": str(mitigation.pk), "kind": mitigation.kind, "text": mitigation.text}
    log(
        action=f"{decision.kind}.{action}",
        actor=actor,
        tenant=decision.tenant,
        subject=decision,
        data=decision_data(decision, **told),
    )
