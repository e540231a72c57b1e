"""Posting, editing and closing labeling requests."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from django.db import transaction

from conflicts.currencies import CURRENCIES
from conflicts.drafts import refuse
from marketplace.accounts.models import User
from marketplace.membership import may_write_for
from marketplace.models import Client, LabelingRequest, RequestSlot, RequestStatus
from marketplace.records import clock
from marketplace.records.hints import hint
from marketplace.records.refusals import Conflict, Invalid
from marketplace.records.services import log
from marketplace.watching import watch_candidates
from vendors.codes import KNOWN, checked_codes
from vendors.models import Capability, Facet
from vendors.validation import field_problems

RULED = ("title", "modality", "unit", "currency", "volume", "budget")
MOST_SLOTS = 20
LISTS = {"tasks": Facet.TASK, "languages": Facet.LANGUAGE, "certificates": Facet.CERTIFICATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDraft:
    """What a request says. Lists hold capability codes; an empty list asks for nothing special."""

    title: str
    modality: str
    brief: str = ""
    tasks: Sequence[str] = ()
    languages: Sequence[str] = ()
    certificates: Sequence[str] = ()
    volume: int | None = None
    unit: str = ""
    deadline: dt.date | None = None
    budget: Decimal | None = None
    currency: str = ""


@transaction.atomic
def post_request(*, actor: User | None, client: Client, draft: RequestDraft, slots: int = 1) -> LabelingRequest:
    """Post an open request with so many slots to award; its matches follow in a moment.

    Raises Invalid with a sentence per wrong field, a code that nobody lists included.
    """
    may_write_for(actor, client)
    columns = _checked(draft)
    if not 1 <= slots <= MOST_SLOTS:
        raise Invalid({"slots": f"Write how many vendors you want, from 1 to {MOST_SLOTS}."})
    request = LabelingRequest.objects.create(client=client, posted_by=actor, posted_at=clock.now(), **columns)
    RequestSlot.objects.bulk_create(
        RequestSlot(request=request, client=client, number=number) for number in range(1, slots + 1)
    )
    log(action="request.posted", actor=actor, tenant=client.pk, subject=request, data={"slots": slots})
    watch_candidates(client)
    hint("marketplace.tasks.rank_request", request_id=request.pk)
    return request


@transaction.atomic
def update_request(
    *, actor: User | None, request: LabelingRequest, draft: RequestDraft, version: int | None = None
) -> LabelingRequest:
    """Replace what an open request says and rank it anew.

    Raises Invalid as post_request does, Conflict where it is not open or `version` is not the newest.
    """
    may_write_for(actor, request.client)
    columns = _checked(draft)
    row = _open_row(request)
    if version is not None and version != row.version:
        raise Conflict(
            f"The request was saved meanwhile and is at version {row.version}: read it again, then save.",
            code="request_changed",
        )
    for name, value in columns.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    log(action="request.updated", actor=actor, tenant=row.client_id, subject=row, data={"version": row.version})
    hint("marketplace.tasks.rank_request", request_id=row.pk)
    return row


@transaction.atomic
def close_request(*, actor: User | None, request: LabelingRequest) -> LabelingRequest:
    """End an open request without another award; raises Conflict where it is not open."""
    may_write_for(actor, request.client)
    row = _open_row(request)
    row.status = RequestStatus.CLOSED
    row.save(update_fields=["status"])
    log(action="request.closed", actor=actor, tenant=row.client_id, subject=row)
    return row


def _open_row(request: LabelingRequest) -> LabelingRequest:
    row = LabelingRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    if row.status != RequestStatus.OPEN:
        raise Conflict(f"This request is {row.get_status_display().lower()}: post a new one.", code="request_not_open")
    return row


def _checked(draft: RequestDraft) -> dict[str, Any]:
    columns: dict[str, Any] = {field.name: getattr(draft, field.name) for field in fields(draft)}
    refuse({**_code_problems(draft), **_plain_problems(draft)})
    return {**columns, **{name: sorted(set(getattr(draft, name))) for name in LISTS}}


def _plain_problems(draft: RequestDraft) -> dict[str, str]:
    problems = field_problems(LabelingRequest(**{name: getattr(draft, name) for name in RULED}), *RULED)
    if draft.budget is not None and draft.budget < 0:
        problems["budget"] = "A budget is not negative: correct it."
    if draft.budget is not None and draft.currency not in CURRENCIES:
        problems["currency"] = f"'{draft.currency}' is not a currency: write an ISO 4217 code such as USD."
    if draft.budget is None and draft.currency:
        problems["currency"] = "There is no budget: leave the currency empty or state the budget."
    if draft.deadline is not None and draft.deadline < clock.today():
        problems["deadline"] = f"{draft.deadline} is over: write a day to come."
    return problems


def _code_problems(draft: RequestDraft) -> dict[str, str]:
    asked = {"modality": (Facet.MODALITY, [draft.modality] if draft.modality else [])}
    asked |= {name: (facet, list(getattr(draft, name))) for name, facet in LISTS.items()}
    return {name: problem for name, (facet, codes) in asked.items() if (problem := _problem(facet, codes))}


def _problem(facet: Facet, codes: list[str]) -> str:
    try:
        checked_codes({facet: codes})
    except Invalid as invalid:
        return str(invalid)
    if facet not in KNOWN:
        return ""
    listed = Capability.objects.filter(facet=facet).values_list("code", flat=True)
    known = KNOWN[facet] | set(listed)
    unknown = sorted(set(codes) - known)
    return _unknown(facet, unknown[0], known) if unknown else ""


def _unknown(facet: Facet, code: str, known: set[str] | frozenset[str]) -> str:
    near = get_close_matches(code, sorted(known), n=1)
    hint_ = f"did you mean {near[0]}?" if near else f"use one of {', '.join(sorted(known))}."
    return f"Nobody lists the {facet} '{code}': {hint_}"
