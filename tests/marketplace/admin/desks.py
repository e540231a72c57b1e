"""Staff at the console, and what they fill in there."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import uuid4

from django.db.models import Model
from django.test import Client as Browser
from django.urls import reverse
from django.utils.html import escape

from marketplace.accounts.models import StaffRole, User


def staff(role: StaffRole | None = StaffRole.COMPLIANCE, *, superuser: bool = False) -> User:
    """A colleague in that role."""
    return User.objects.create_user(
        f"{uuid4().hex}@staff.example", is_staff=True, staff_role=role or "", is_superuser=superuser
    )


def desk(user: User | None = None) -> Browser:
    """The console as that colleague has it, one of compliance where nobody is named."""
    browser = Browser()
    browser.force_login(user or staff())
    return browser


def operator() -> Browser:
    return desk(staff(StaffRole.OPERATOR))


def page(row: Model, name: str = "change", **asked: str) -> str:
    """The address of a page at a row."""
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{name}", args=[row.pk])
    return f"{address}?{'&'.join(f'{key}={value}' for key, value in asked.items())}" if asked else address


def list_page(model: type[Model], name: str = "changelist") -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}")


class Answer(Protocol):
    """What a browser of the tests gets back."""

    status_code: int
    content: bytes


def text_of(answer: Answer) -> str:
    return answer.content.decode()


def says(response: Answer, sentence: str) -> bool:
    """Whether the page shows the sentence, and is the form itself and no redirect."""
    return response.status_code == 200 and (sentence in text_of(response) or escape(sentence) in text_of(response))


def rows(prefix: str, *each: Mapping[str, Any]) -> dict[str, Any]:
    """What a browser sends for the rows of one kind."""
    count = {f"{prefix}-TOTAL_FORMS": len(each), f"{prefix}-INITIAL_FORMS": 0}
    return count | {f"{prefix}-{place}-{name}": value for place, row in enumerate(each) for name, value in row.items()}
