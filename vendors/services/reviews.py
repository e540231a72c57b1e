"""What compliance does with an application. Approval takes two of them, neither of whom is the applicant."""

from uuid import uuid4

from django.db import transaction

from conflicts.changes import fact_change
from conflicts.models import ChangeKind, Party
from conflicts.services.facts import record_draft
from conflicts.services.parties import add_party
from marketplace.accounts.models import StaffRole, User
from marketplace.records.refusals import Conflict, Forbidden, Invalid
from vendors.codes import code_of
from vendors.declarations import Declared, declared_interests, source_of
from vendors.models import Application, VendorMember, VendorRole
from vendors.services.applications import locked, moved
from vendors.services.listings import ListingDraft, list_vendor
from vendors.services.members import add_vendor_member


@transaction.atomic
def begin_review(*, actor: User, application: Application) -> Application:
    """Take a submitted application up."""
    return moved(_reviewed(actor, application), "begin_review", actor=actor)


@transaction.atomic
def recommend(*, actor: User, application: Application) -> Application:
    """Be the first of the two people who are for it."""
    row = _reviewed(actor, application)
    row.first_reviewer = actor
    return moved(row, "recommend", actor=actor)


@transaction.atomic
def request_changes(*, actor: User, application: Application, note: str) -> Application:
    """Send it back to its applicant with what has to change; the next review begins afresh."""
    row = _reviewed(actor, application)
    row.review_note, row.first_reviewer = _given(note), None
    return moved(row, "request_changes", actor=actor, data={"note": note})


@transaction.atomic
def reject(*, actor: User, application: Application, note: str) -> Application:
    """End it without a vendor, and say why."""
    row = _reviewed(actor, application)
    row.review_note = _given(note)
    return moved(row, "reject", actor=actor, data={"note": note})


def approve(*, actor: User, application: Application, party: Party | None = None) -> Application:
    """Be the second of the two people, and make the applicant a listed vendor: one change, one epoch.

    `party` is the applicant where it is known already; otherwise it becomes a party of its own. What it declares of its
    owners becomes private facts. Raises Forbidden for the first reviewer and Conflict outside `recommended`, where the
    party is a vendor already, or where the applicant acts for a client or is staff by now.
    """
    data = {"application": str(application.pk)}
    with transaction.atomic():
        row = _reviewed(actor, application)
        if row.first_reviewer_id == actor.pk:
            raise Forbidden("You recommended this application: a second person has to approve it.")
        with fact_change(kind=ChangeKind.APPLICATION, actor=actor, log_action="application.opened", data=data):
            row.party = party or _new_party(actor, row.legal_name, "organization")
            row.vendor = list_vendor(actor=actor, party=row.party, draft=ListingDraft(capabilities=row.capabilities))
            _record_owners(actor, row, row.party)
            row.approved_by = actor
            approved = moved(row, "approve", actor=actor)
            if not VendorMember.objects.filter(user=row.applicant).exists():
                add_vendor_member(actor=actor, vendor=row.vendor, user=row.applicant, role=VendorRole.OWNER)
    return approved


def _reviewed(actor: User, application: Application) -> Application:
    if not (actor.is_active and actor.is_staff and actor.staff_role == StaffRole.COMPLIANCE):
        raise Forbidden("Only compliance staff review applications.")
    row = locked(application.pk)
    if row.applicant_id == actor.pk:
        raise Forbidden("Nobody reviews an application of their own: ask a colleague.")
    return row


def _given(note: str) -> str:
    if not note.strip():
        raise Invalid({"note": "Say why: the applicant reads this."})
    return note


def _new_party(actor: User, name: str, kind: str) -> Party:
    # A name in another script leaves no letters for an address.
    slug = code_of(name) or f"party-{uuid4().hex[:8]}"
    if Party.objects.filter(slug=slug).exists():
        raise Conflict(
            f"There is a party {slug} already: approve with that party if it is the same.", code="party_exists"
        )
    return add_party(actor=actor, slug=slug, name=name, kind=kind)


def _record_owners(actor: User, row: Application, subject: Party) -> None:
    for declared in declared_interests(row.ownership):
        draft = declared.interest(holder=_holder(actor, declared), subject=subject, source=source_of(row.pk))
        record_draft(actor=actor, draft=draft)


def _holder(actor: User, declared: Declared) -> Party:
    if declared.holder:
        return Party.objects.get(slug=declared.holder)
    known = Party.objects.filter(slug=code_of(declared.holder_name)).first()
    return known or _new_party(actor, declared.holder_name, declared.holder_kind)
