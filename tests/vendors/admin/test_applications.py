"""Applications are reviewed at the console: every move through a service, approval by two people."""

import pytest

from conflicts.models import Interest, Party
from marketplace.accounts.models import User
from marketplace.records.models import LogEntry
from tests.conflicts.builders import footprint
from tests.marketplace.admin.desks import desk, list_page, operator, page, says, staff, text_of
from vendors.models import Application, Vendor
from vendors.services.applications import ApplicationDraft, create_application, submit_application

pytestmark = pytest.mark.django_db
OWNERS = [{"holder": "", "holder_name": "Ada Founder", "holder_kind": "person", "type": "shareholding"}]


@pytest.fixture
def application() -> Application:
    applicant = User.objects.create_user("ada@labels.example")
    shares = {"share_low": "60", "share_high": "60", "start": "2020"}
    draft = ApplicationDraft(
        legal_name="Labels Ltd",
        contact_name="Ada",
        contact_email="ada@labels.example",
        capabilities={"modality": ["text"]},
        ownership=[{**OWNERS[0], **shares}],
    )
    return submit_application(actor=applicant, application=create_application(actor=applicant, draft=draft))


def reviewed(application: Application, *moves: str, by: User | None = None) -> Application:
    browser = desk(by)
    for move in moves:
        assert browser.post(page(application, move), {"note": "Please say more."}).status_code == 302
    application.refresh_from_db()
    return application


def test_two_people_make_a_vendor(application: Application) -> None:
    reviewed(application, "begin_review", "recommend")
    reviewed(application, "approve", by=staff())
    assert application.state == "approved"
    assert Vendor.objects.get().party == Party.objects.get(slug="labels-ltd")
    assert Interest.objects.get().visibility == "private"


def test_the_first_reviewer_cannot_approve(application: Application) -> None:
    first = staff()
    reviewed(application, "begin_review", "recommend", by=first)
    before = footprint()
    assert says(desk(first).post(page(application, "approve")), "a second person has to approve it")
    assert footprint() == before
    assert not Vendor.objects.exists()


def test_moves_are_offered_by_state(application: Application) -> None:
    moves = ("begin_review", "recommend", "approve", "request_changes", "reject")
    shown = text_of(desk().get(page(application)))
    assert [move for move in moves if page(application, move) in shown] == ["begin_review"]
    reviewed(application, "begin_review")
    shown = text_of(desk().get(page(application)))
    assert [move for move in moves if page(application, move) in shown] == ["recommend", "request_changes", "reject"]


def test_a_move_that_is_not_allowed_is_refused(application: Application) -> None:
    assert says(desk().post(page(application, "approve")), "An application that is submitted cannot approve")
    application.refresh_from_db()
    assert application.state == "submitted"


def test_opening_a_move_moves_nothing(application: Application) -> None:
    assert desk().get(page(application, "begin_review")).status_code == 200
    application.refresh_from_db()
    assert application.state == "submitted"


def test_a_rejection_tells_why(application: Application) -> None:
    reviewed(application, "begin_review")
    assert desk().post(page(application, "reject"), {"note": ""}).status_code == 200
    reviewed(application, "reject")
    assert (application.state, application.review_note) == ("rejected", "Please say more.")


def test_reading_an_application_is_logged(application: Application) -> None:
    reader = staff()
    assert "Ada Founder: shareholding, 60 %, since 2020" in text_of(desk(reader).get(page(application)))
    entry = LogEntry.objects.get(action="application.viewed")
    assert (entry.actor, entry.subject_id) == (reader, application.pk)


def test_operators_see_no_application(application: Application) -> None:
    browser = operator()
    pages = [list_page(Application), page(application), page(application, "begin_review")]
    assert [browser.get(address).status_code for address in pages] == [403, 403, 403]
    assert browser.post(page(application, "begin_review")).status_code == 403
    assert not LogEntry.objects.filter(action="application.viewed").exists()
