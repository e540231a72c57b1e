"""People and drafts for the vendors' tests."""

from typing import Any
from uuid import uuid4

from marketplace.accounts.models import StaffRole, User
from vendors.models import Application
from vendors.services.applications import ApplicationDraft, create_application, submit_application
from vendors.services.reviews import begin_review, recommend

OWNER = {
    "holder_name": "Ada Founder",
    "holder_kind": "person",
    "type": "shareholding",
    "share_low": "60",
    "share_high": "60",
}


def person() -> User:
    return User.objects.create_user(f"{uuid4().hex}@vendor.example")


def staff(role: StaffRole = StaffRole.COMPLIANCE) -> User:
    return User.objects.create_user(f"{uuid4().hex}@staff.example", is_staff=True, staff_role=role)


def draft(legal_name: str = "Acme Labels Ltd", **changes: Any) -> ApplicationDraft:
    told: dict[str, Any] = {
        "contact_name": "Ada",
        "contact_email": "ada@acme.example",
        "capabilities": {"modality": ["text"], "task": ["ner"]},
        "ownership": [OWNER],
        **changes,
    }
    return ApplicationDraft(legal_name=legal_name, **told)


def submitted(by: User, **changes: Any) -> Application:
    application = create_application(actor=by, draft=draft(**changes))
    return submit_application(actor=by, application=application)


def recommended(by: User, reviewer: User, **changes: Any) -> Application:
    application = submitted(by, **changes)
    begin_review(actor=reviewer, application=application)
    return recommend(actor=reviewer, application=application)
