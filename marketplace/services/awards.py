"""Awarding a slot, through the gate. A refusal is returned, and its log row commits in a transaction of its own."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, IntegrityError, transaction

from conflicts.changes import epoch_now
from conflicts.cover import void_uncovered
from conflicts.services.watches import watch_pair
from conflicts.verdicts import VERDICT
from marketplace import gate
from marketplace.accounts.models import User
from marketplace.alerting import seen_of
from marketplace.gate import Verdict
from marketplace.membership import NOT_FOUND, may_write_for
from marketplace.models import (
    Award,
    AwardStatus,
    Clearance,
    Engagement,
    EngagementOrigin,
    LabelingRequest,
    RequestSlot,
    RequestStatus,
)
from marketplace.records import clock
from marketplace.records.hints import hint
from marketplace.records.refusals import Conflict, Missing, Refusal, Unavailable
from marketplace.records.services import log
from vendors.models import Vendor, VendorStatus

ONE_PER_SLOT = "award_one_active_per_slot"
CANCELED = "57014"
"""PostgreSQL's state for a statement that its timeout ended."""

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AwardResult:
    """An award, or the refusal; and the verdict of the gate, where it came to one."""

    award: Award | None = None
    refusal: Refusal | None = None
    verdict: Verdict | None = None


def award(*, actor: User, slot_id: UUID, vendor: Vendor) -> AwardResult:
    """Award a slot to a vendor if the gate opens for it, and begin the engagement.

    Everything is judged again in this transaction, whatever a ranking said. Refused with 409 for what may not be, 503
    for what could not be told; nothing is awarded then. Raises Missing where the slot is not one of the actor's client,
    and RuntimeError inside a transaction of the caller's, where the epoch would be held for too long.
    """
    with transaction.atomic(durable=True):
        slot = _own_slot(actor, slot_id)
    result = _tried(actor, slot, vendor)
    if result.refusal is not None:
        _log_refusal(actor, slot, vendor, result)
        _void_uncovered(result)
    return result


def _own_slot(actor: User, slot_id: UUID) -> RequestSlot:
    slot = RequestSlot.objects.select_related("client").filter(pk=slot_id).first()
    if slot is None:
        raise Missing(NOT_FOUND)
    may_write_for(actor, slot.client)
    return slot


def _tried(actor: User, slot: RequestSlot, vendor: Vendor) -> AwardResult:
    try:
        with transaction.atomic(durable=True):
            return _judged(actor, slot.pk, vendor.pk)
    except Refusal as refusal:
        return AwardResult(refusal=refusal)
    except Exception as error:
        if _is_second_award(error):
            return AwardResult(refusal=_taken())
        if getattr(error.__cause__, "sqlstate", "") == CANCELED:
            return AwardResult(refusal=gate.too_late(vendor))
        # Fail closed: whatever went wrong, the transaction is undone and the caller gets a clear no.
        logger.exception("the gate failed", slot=str(slot.pk), vendor=vendor.slug)
        detail = "The award could not be checked, so nothing was awarded: try again in a moment."
        return AwardResult(refusal=Unavailable(detail, code="gate_failed", retry_after=gate.RETRY_AFTER))


def _judged(actor: User, slot_id: UUID, vendor_id: UUID) -> AwardResult:
    slot = _held(slot_id)
    vendor = Vendor.objects.select_related("party").get(pk=vendor_id)
    # A worker that stores a screening holds the watch before the epoch; so does this.
    watch_pair(tenant=slot.client_id, principal=slot.client.party, subject=vendor.party)
    verdict = gate.judge(client=slot.client, vendor=vendor, scope=slot.request_id)
    # Read under the epoch lock, like the facts: a suspension is a change of its own.
    vendor.refresh_from_db(fields=["status"])
    if vendor.status != VendorStatus.LISTED:
        raise Conflict(f"{vendor} is not listed at present: choose another vendor.", code="vendor_not_listed")
    if not verdict.opens:
        # Nothing of a refused award is kept, the watch included.
        transaction.set_rollback(True)
        return AwardResult(refusal=gate.refusal_of(verdict, vendor), verdict=verdict)
    return AwardResult(award=_awarded(actor, slot, vendor, verdict), verdict=verdict)


def _held(slot_id: UUID) -> RequestSlot:
    """Lock slot and request, so that two awards of one request follow each other; raises Conflict if it is too late."""
    held = RequestSlot.objects.select_for_update(of=("self", "request"), no_key=True)
    slot = held.select_related("request", "client__party").get(pk=slot_id)
    if slot.awards.filter(status=AwardStatus.ACTIVE).exists():
        raise _taken()
    if slot.request.status != RequestStatus.OPEN:
        raise Conflict(
            f"This request is {slot.request.get_status_display().lower()}: post a new one.", code="request_not_open"
        )
    return slot


def _is_second_award(error: Exception) -> bool:
    """Whether the database refused it for another active award of the slot; SQLite tells the column, not the name."""
    if not isinstance(error, IntegrityError):
        return False
    told = getattr(error.__cause__, "diag", None)
    if told is not None:
        return bool(told.constraint_name == ONE_PER_SLOT)
    return str(error) == "UNIQUE constraint failed: marketplace_award.slot_id"


def _taken() -> Conflict:
    return Conflict("This slot is awarded already.", code="slot_taken")


def _awarded(actor: User, slot: RequestSlot, vendor: Vendor, verdict: Verdict) -> Award:
    made = Award(
        client=slot.client,
        slot=slot,
        vendor=vendor,
        outcome=verdict.outcome,
        # Read again with the row: had the epoch moved since the verdict, the two would differ and tell on the lock.
        epoch=epoch_now(),
        decision=verdict.decision,
        awarded_by=actor,
        awarded_at=clock.now(),
    )
    _clear(made, verdict)
    made.save(force_insert=True)
    _engage(made, slot, verdict)
    _mark_request(slot.request)
    decision = verdict.decision and verdict.decision.pk
    data = {"vendor": vendor.slug, "outcome": verdict.outcome, "decision": decision, VERDICT: verdict.told}
    log(action="award.made", actor=actor, tenant=slot.client_id, subject=made, epoch=verdict.epoch, data=data)
    hint("marketplace.tasks.pull")
    return made


def _clear(made: Award, verdict: Verdict) -> None:
    """Write the gate's own word, without which the database takes neither award nor engagement (DESIGN 5)."""
    Clearance.objects.create(
        client=made.client,
        slot=made.slot,
        vendor=made.vendor,
        award=made,
        outcome=made.outcome,
        decision=made.decision,
        epoch=verdict.epoch,
        day=clock.today(),
    )


def _engage(made: Award, slot: RequestSlot, verdict: Verdict) -> Engagement:
    """Begin the engagement, watched from the verdict on."""
    budget = slot.request.budget
    return Engagement.objects.create(
        client=made.client,
        vendor=made.vendor,
        origin=EngagementOrigin.AWARD,
        award=made,
        slot=slot,
        title=slot.request.title,
        start=clock.today().isoformat(),
        amount=budget,
        currency=slot.request.currency,
        amount_per="total" if budget is not None else "",
        outcome=made.outcome,
        seen_epoch=made.epoch,
        seen=seen_of(epoch=made.epoch, findings=list(verdict.findings)),
    )


def _mark_request(request: LabelingRequest) -> None:
    if not request.slots.exclude(awards__status=AwardStatus.ACTIVE).exists():
        request.status = RequestStatus.AWARDED
        request.save(update_fields=["status"])


def _void_uncovered(result: AwardResult) -> None:
    """What the gate found uncovered is void for good, whatever the facts are when it is screened next (8.3)."""
    screened = result.verdict and result.verdict.screened
    try:
        if screened:
            void_uncovered(screened)
    except (DatabaseError, Refusal):
        # The refusal stands. The next screening finds it too, unless the facts go back before that.
        logger.exception("an uncovered decision could not be voided")


def _log_refusal(actor: User, slot: RequestSlot, vendor: Vendor, result: AwardResult) -> None:
    verdict, refusal = result.verdict, result.refusal
    data: dict[str, Any] = {
        "vendor": vendor.slug,
        "code": refusal and refusal.code,
        "status": refusal and refusal.status,
    }
    if verdict is not None:
        data |= {"outcome": verdict.outcome, "rules": verdict.rules, "findings": list(verdict.findings)}
        data[VERDICT] = verdict.told
    epoch = verdict.epoch if verdict else None
    try:
        with transaction.atomic():
            log(action="award.refused", actor=actor, tenant=slot.client_id, subject=slot, epoch=epoch, data=data)
    except DatabaseError:
        # The refusal stands even where a failing database cannot keep its row.
        logger.exception("a refusal could not be logged", slot=str(slot.pk), vendor=vendor.slug)
