"""Approval takes two people of compliance, neither of whom is the applicant."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django_fsm import FSMField

from conflicts.models import FactChange, Interest, Party
from marketplace.accounts.models import Side, StaffRole
from marketplace.accounts.services import take_side
from marketplace.records.models import LogEntry
from marketplace.records.refusals import Conflict, Forbidden, Invalid
from tests.vendors.people import OWNER, draft, person, recommended, staff, submitted
from vendors.models import Application, Vendor, VendorMember
from vendors.models.applications import State
from vendors.services.applications import create_application, submit_application, update_application
from vendors.services.reviews import approve, begin_review, recommend, reject, request_changes

pytestmark = pytest.mark.django_db

MOVES = ("submit", "begin_review", "recommend", "approve", "request_changes", "reject", "withdraw")
EDGES = {
    ("draft", "submit"): "submitted",
    ("changes_requested", "submit"): "submitted",
    ("submitted", "begin_review"): "in_review",
    ("in_review", "recommend"): "recommended",
    ("recommended", "approve"): "approved",
    ("in_review", "request_changes"): "changes_requested",
    ("recommended", "request_changes"): "changes_requested",
    ("in_review", "reject"): "rejected",
    ("recommended", "reject"): "rejected",
    **{
        (state, "withdraw"): "withdrawn"
        for state in ("draft", "submitted", "in_review", "changes_requested", "recommended")
    },
}


def test_two_people_make_a_vendor() -> None:
    ada, first, second = person(), staff(), staff()
    application = approve(actor=second, application=recommended(ada, first))
    vendor = Vendor.objects.get()
    assert (application.vendor, application.first_reviewer, application.approved_by) == (vendor, first, second)
    assert (vendor.slug, vendor.status) == ("acme-labels-ltd", "listed")
    assert list(vendor.listing.capabilities.values_list("code", flat=True)) == ["text", "ner"]
    assert ada.vendor_membership.vendor == vendor


def test_approval_is_one_change_with_the_declared_owners_as_private_facts() -> None:
    epochs = FactChange.objects.count()
    approve(actor=staff(), application=recommended(person(), staff()))
    interest = Interest.objects.get()
    assert FactChange.objects.count() == epochs + 1
    assert (interest.holder.name, interest.subject.slug) == ("Ada Founder", "acme-labels-ltd")
    assert (interest.visibility, interest.source.standing, interest.share_low) == ("private", "declared", 60_000_000)


def test_the_first_reviewer_cannot_approve() -> None:
    first = staff()
    application = recommended(person(), first)
    with pytest.raises(Forbidden, match="a second person"):
        approve(actor=first, application=application)
    assert Application.objects.get().state == "recommended"
    assert not Vendor.objects.exists()


@pytest.mark.parametrize("act", [begin_review, recommend, approve])
def test_only_compliance_reviews(act: Callable[..., Application]) -> None:
    application = submitted(person())
    for actor in (person(), staff(StaffRole.OPERATOR)):
        with pytest.raises(Forbidden, match="Only compliance"):
            act(actor=actor, application=application)
    assert Application.objects.get().state == "submitted"


def test_nobody_reviews_an_application_of_their_own() -> None:
    insider = staff()
    application = submitted(insider)
    with pytest.raises(Forbidden, match="of their own"):
        begin_review(actor=insider, application=application)
    assert Application.objects.get().state == "submitted"


def test_the_database_refuses_one_reviewer_for_both() -> None:
    first = staff()
    application = recommended(person(), first)
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(approved_by=first)


def test_changes_are_asked_for_with_a_note_and_the_review_begins_afresh() -> None:
    ada, first = person(), staff()
    application = recommended(ada, first)
    with pytest.raises(Invalid, match="Say why"):
        request_changes(actor=first, application=application, note=" ")
    request_changes(actor=first, application=application, note="Name your owners.")
    update_application(actor=ada, application=application, draft=draft())
    again = submit_application(actor=ada, application=application)
    assert (again.state, again.first_reviewer, again.review_note) == ("submitted", None, "Name your owners.")


def test_a_rejected_application_makes_no_vendor() -> None:
    reviewer = staff()
    application = recommended(person(), reviewer)
    rejected = reject(actor=reviewer, application=application, note="The owners cannot be found.")
    assert rejected.state == "rejected"
    assert not Vendor.objects.exists()


def test_a_known_name_asks_for_the_party_and_leaves_nothing_behind() -> None:
    known = Party.objects.create(slug="acme-labels-ltd", name="Acme Labels Ltd")
    application = recommended(person(), staff(), ownership=[])
    with pytest.raises(Conflict, match="approve with that party"):
        approve(actor=staff(), application=application)
    assert (Application.objects.get().state, Vendor.objects.count()) == ("recommended", 0)
    approve(actor=staff(), application=application, party=known)
    assert Vendor.objects.get().party == known


def test_owners_that_cannot_be_recorded_leave_no_half_a_vendor() -> None:
    held_by_itself = [{**OWNER, "holder_name": "Acme Labels Ltd", "type": "votingRights"}]
    application = recommended(person(), staff(), ownership=held_by_itself)
    with pytest.raises(Invalid):
        approve(actor=staff(), application=application)
    assert (Vendor.objects.count(), Party.objects.count(), Interest.objects.count()) == (0, 0, 0)
    assert Application.objects.get().state == "recommended"


def test_an_applicant_that_acts_for_a_client_by_now_is_not_approved() -> None:
    ada = person()
    application = recommended(ada, staff())
    take_side(user=ada, side=Side.CLIENT)
    with pytest.raises(Conflict, match="acts for a client already"):
        approve(actor=staff(), application=application)
    assert (Vendor.objects.count(), VendorMember.objects.count()) == (0, 0)
    assert Application.objects.get().state == "recommended"


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("move", MOVES)
def test_only_the_allowed_edges_exist(state: str, move: str) -> None:
    machine = Application._meta.get_field("state")
    assert isinstance(machine, FSMField)
    edges = {edge.name: edge.target for edge in machine.get_all_transitions(Application) if edge.source == state}
    assert machine.protected
    assert edges.get(move) == EDGES.get((state, move))


def test_every_move_leaves_one_log_row() -> None:
    approve(actor=staff(), application=recommended(person(), staff()))
    moves = LogEntry.objects.filter(action__startswith="application.").order_by("position")
    assert [row.action for row in moves if row.data.get("after")] == [
        "application.submit",
        "application.begin_review",
        "application.recommend",
        "application.approve",
    ]


def test_a_move_that_is_no_edge_is_a_sentence_and_changes_nothing() -> None:
    application = create_application(actor=person(), draft=draft())
    before = LogEntry.objects.count()
    with pytest.raises(Conflict, match="that is draft cannot begin review"):
        begin_review(actor=staff(), application=application)
    assert (Application.objects.get().state, LogEntry.objects.count()) == ("draft", before)
