"""What an applicant does with its application: write it, hand it in, take it back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django_fsm import TransitionNotAllowed

from conflicts.drafts import refuse
from marketplace.accounts.models import User
from marketplace.records import clock
from marketplace.records.refusals import Conflict, Forbidden, Invalid
from marketplace.records.services import log
from vendors.codes import checked_codes
from vendors.declarations import declared_interests
from vendors.models import Application, ApplicationState
from vendors.models.applications import EDITABLE
from vendors.validation import field_problems

TEXTS = ("legal_name", "jurisdiction", "website", "contact_name", "contact_email")
NEEDED = ("legal_name", "contact_name", "contact_email")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationDraft:
    """What an application says; vendors.models.Application tells the shapes."""

    legal_name: str
    trade_names: Sequence[str] = ()
    jurisdiction: str = ""
    website: str = ""
    contact_name: str = ""
    contact_email: str = ""
    capabilities: Mapping[str, Collection[str]] = field(default_factory=dict)
    ownership: Sequence[Mapping[str, str]] = ()


@transaction.atomic
def create_application(*, actor: User, draft: ApplicationDraft) -> Application:
    """Begin an application; raises Invalid with a sentence per wrong field."""
    application = Application(applicant=actor, created_at=clock.now(), **_checked(draft))
    application.save()
    log(action="application.created", actor=actor, subject=application, data={"legal_name": draft.legal_name})
    return application


@transaction.atomic
def update_application(
    *, actor: User, application: Application, draft: ApplicationDraft, version: int | None = None
) -> Application:
    """Replace what a draft, or one sent back for changes, says.

    Raises Forbidden for anyone but its applicant, Conflict in another state or where `version` is not the newest.
    """
    row = own(actor=actor, application_id=application.pk)
    if row.state not in EDITABLE:
        raise Conflict(f"An application that is {_words(row)} cannot be edited: withdraw it, or wait for the review.")
    if version is not None and version != row.version:
        raise Conflict(
            f"The application was saved meanwhile and is at version {row.version}: read it again, then save."
        )
    for name, value in _checked(draft).items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    log(action="application.updated", actor=actor, subject=row, data={"version": row.version})
    return row


@transaction.atomic
def submit_application(*, actor: User, application: Application) -> Application:
    """Hand it in; raises Invalid where something needed is missing, Conflict where it is under way already."""
    row = own(actor=actor, application_id=application.pk)
    refuse({name: "Fill this in before you submit." for name in NEEDED if not getattr(row, name)})
    return moved(row, "submit", actor=actor)


@transaction.atomic
def withdraw_application(*, actor: User, application: Application) -> Application:
    """Take it back for good; raises Conflict where it has ended already."""
    return moved(own(actor=actor, application_id=application.pk), "withdraw", actor=actor)


def own(*, actor: User, application_id: UUID) -> Application:
    """Lock and return the actor's application; raises Forbidden for anyone else's."""
    row = locked(application_id)
    if row.applicant_id != actor.pk:
        raise Forbidden("Only its applicant can do this to an application.")
    return row


def locked(application_id: UUID) -> Application:
    """Return the newest row, so that two moves at once follow each other."""
    return Application.objects.select_for_update(no_key=True).get(pk=application_id)


def moved(row: Application, move: str, *, actor: User, data: Mapping[str, Any] | None = None) -> Application:
    """Move the row along an allowed edge, save it and log the move; raises Conflict where there is no such edge."""
    before = ApplicationState(row.state)
    try:
        getattr(row, move)()
    except TransitionNotAllowed:
        verb = move.replace("_", " ")
        raise Conflict(f"An application that is {_words(row)} cannot {verb}.", code="move_not_allowed") from None
    row.version += 1
    row.save()
    moves = {"before": before.value, "after": str(row.state), **(data or {})}
    log(action=f"application.{move}", actor=actor, subject=row, data=moves)
    return row


def _words(row: Application) -> str:
    return ApplicationState(row.state).label.lower()


def _checked(draft: ApplicationDraft) -> dict[str, Any]:
    texts = {name: getattr(draft, name) for name in TEXTS}
    refuse(field_problems(Application(**texts), *TEXTS))
    if not all(name.strip() for name in draft.trade_names):
        raise Invalid({"trade_names": "A trade name is empty: fill it in or leave it out."})
    declared_interests(draft.ownership)
    return {
        **texts,
        "trade_names": list(draft.trade_names),
        "capabilities": {facet: list(codes) for facet, codes in checked_codes(draft.capabilities).items()},
        "ownership": [dict(row) for row in draft.ownership],
    }
