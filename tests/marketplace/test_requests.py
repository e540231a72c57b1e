"""Posting, editing and closing requests, and what is said to one that cannot be right."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from marketplace.models import LabelingRequest, RequestSlot
from marketplace.records import clock
from marketplace.records.refusals import Conflict, Invalid, Missing
from marketplace.services.requests import RequestDraft, close_request, post_request, update_request
from tests.marketplace.market import client, member, person, request, vendor

pytestmark = pytest.mark.django_db


def draft(**changes: Any) -> RequestDraft:
    return RequestDraft(**{"title": "Label it", "modality": "text", **changes})


def test_a_member_posts_a_request_with_its_slots() -> None:
    google = client("google")
    told = draft(tasks=["sft", "rlhf", "sft"], languages=["de"], budget=Decimal(1000), currency="USD", volume=10)
    posted = post_request(actor=member(google), client=google, draft=told, slots=2)
    assert (posted.status, posted.version, posted.tasks) == ("open", 1, ["rlhf", "sft"])
    assert list(posted.slots.values_list("number", "client")) == [(1, google.pk), (2, google.pk)]


def test_a_stranger_posts_nothing() -> None:
    google = client("google")
    for stranger in (person(), member(client("openai"))):
        with pytest.raises(Missing):
            post_request(actor=stranger, client=google, draft=draft())
    assert not LabelingRequest.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"title": ""}, "title", "cannot be blank"),
        ({"modality": ""}, "modality", "cannot be blank"),
        ({"modality": "txt"}, "modality", "did you mean text?"),
        ({"tasks": ["rhlf"]}, "tasks", "did you mean rlhf?"),
        ({"tasks": ["Sorting Things"]}, "tasks", "no task code"),
        ({"languages": ["klingon language"]}, "languages", "no language code"),
        ({"budget": Decimal(-1), "currency": "USD"}, "budget", "not negative"),
        ({"budget": Decimal(1)}, "currency", "not a currency"),
        ({"currency": "USD"}, "currency", "no budget"),
        ({"volume": -5}, "volume", "greater than or equal to 0"),
        ({"deadline": dt.date(2020, 1, 1)}, "deadline", "is over"),
    ],
)
def test_a_wrong_field_posts_nothing(changes: dict[str, Any], field: str, sentence: str) -> None:
    google = client("google")
    with pytest.raises(Invalid) as refusal:
        post_request(actor=None, client=google, draft=draft(**changes))
    assert sentence in refusal.value.fields[field]
    assert not LabelingRequest.objects.exists()


@pytest.mark.parametrize("slots", [0, 21])
def test_slots_have_a_limit(slots: int) -> None:
    google = client("google")
    with pytest.raises(Invalid, match="from 1 to 20"):
        post_request(actor=None, client=google, draft=draft(), slots=slots)
    assert not RequestSlot.objects.exists()


def test_a_code_that_some_listing_states_can_be_asked() -> None:
    google = client("google")
    vendor("odd", modality=["smell"])
    assert request(google, modality="smell").modality == "smell"


def test_an_edit_counts_the_version_up_and_an_old_one_is_refused() -> None:
    google = client("google")
    posted = request(google)
    update_request(actor=None, request=posted, draft=draft(title="First"), version=1)
    with pytest.raises(Conflict, match="is at version 2"):
        update_request(actor=None, request=posted, draft=draft(title="Second"), version=1)
    posted.refresh_from_db()
    assert (posted.title, posted.version) == ("First", 2)


def test_a_closed_request_stays_as_it_is() -> None:
    posted = request(client("google"))
    close_request(actor=None, request=posted)
    with pytest.raises(Conflict, match="is closed"):
        close_request(actor=None, request=posted)
    with pytest.raises(Conflict, match="is closed"):
        update_request(actor=None, request=posted, draft=draft(title="New"))
    posted.refresh_from_db()
    assert (posted.status, posted.title) == ("closed", "Label it")


def test_a_deadline_of_today_is_still_possible() -> None:
    google = client("google")
    today = clock.today()
    assert post_request(actor=None, client=google, draft=draft(deadline=today)).deadline == today
