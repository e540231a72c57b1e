"""Listings: a version that counts up, an epoch that others can compare with, and refusals that leave nothing."""

import pytest

from conflicts.changes import epoch_now
from conflicts.drafts import SourceDraft
from conflicts.models import FactChange, Party
from conflicts.services import add_party
from marketplace.records.refusals import Conflict, Invalid
from tests.vendors.people import person, staff
from vendors.models import Vendor, VendorMember, VendorStatus
from vendors.services.listings import ListingDraft, capabilities_of, list_vendor, save_listing, set_status
from vendors.services.members import add_vendor_member

pytestmark = pytest.mark.django_db

TEXT = ListingDraft(headquarters="Oslo NO", capabilities={"modality": ["text"], "task": ["rlhf", "ner"]})


@pytest.fixture
def acme() -> Party:
    return add_party(actor=None, slug="acme", name="Acme")


def test_a_listed_vendor_has_a_listing_of_this_epoch(acme: Party) -> None:
    vendor = list_vendor(actor=None, party=acme, draft=TEXT)
    assert (vendor.slug, vendor.name, vendor.status) == ("acme", "Acme", "listed")
    assert capabilities_of(vendor.listing) == {"modality": ("text",), "task": ("ner", "rlhf")}
    assert (vendor.listing.version, vendor.listing.recorded_by.epoch) == (1, epoch_now())


def test_a_saved_listing_counts_up_and_is_of_a_newer_epoch(acme: Party) -> None:
    vendor = list_vendor(actor=None, party=acme, draft=TEXT)
    before = epoch_now()
    source = SourceDraft(url="https://acme.example/about", standing="company")
    saved = save_listing(actor=None, vendor=vendor, draft=ListingDraft(summary="We label.", source=source), version=1)
    assert (saved.version, saved.recorded_by.epoch, saved.summary) == (2, before + 1, "We label.")
    assert (capabilities_of(saved), saved.source and saved.source.standing) == ({}, "company")


def test_saving_the_same_is_no_change(acme: Party) -> None:
    vendor = list_vendor(actor=None, party=acme, draft=TEXT)
    before = epoch_now()
    assert save_listing(actor=None, vendor=vendor, draft=TEXT).version == 1
    assert epoch_now() == before


def test_an_old_version_is_refused(acme: Party) -> None:
    vendor = list_vendor(actor=None, party=acme, draft=TEXT)
    save_listing(actor=None, vendor=vendor, draft=ListingDraft(summary="First."), version=1)
    with pytest.raises(Conflict, match="is at version 2"):
        save_listing(actor=None, vendor=vendor, draft=ListingDraft(summary="Second."), version=1)
    vendor.listing.refresh_from_db()
    assert vendor.listing.summary == "First."


@pytest.mark.parametrize(
    ("draft", "sentence"),
    [
        (ListingDraft(capabilities={"colour": ["red"]}), "no facet 'colour'"),
        (ListingDraft(capabilities={"task": ["Image Labeling"]}), "no task code"),
        (ListingDraft(capabilities={"language": ["german!"]}), "no language code"),
        (ListingDraft(workforce="x" * 301), "at most 300"),
        (ListingDraft(source=SourceDraft(url="nowhere")), "not the address of a source"),
    ],
)
def test_a_wrong_draft_lists_nobody(acme: Party, draft: ListingDraft, sentence: str) -> None:
    before = epoch_now()
    with pytest.raises(Invalid, match=sentence):
        list_vendor(actor=None, party=acme, draft=draft)
    assert (Vendor.objects.count(), epoch_now()) == (0, before)


def test_a_party_is_listed_once_and_slugs_are_apart(acme: Party) -> None:
    list_vendor(actor=None, party=acme, draft=TEXT)
    other = add_party(actor=None, slug="other", name="Other")
    with pytest.raises(Conflict, match="is a vendor already"):
        list_vendor(actor=None, party=acme, draft=TEXT, slug="acme-two")
    with pytest.raises(Conflict, match="give a slug of its own"):
        list_vendor(actor=None, party=other, draft=TEXT, slug="acme")
    assert Vendor.objects.count() == 1


def test_a_suspension_is_a_change_with_a_reason(acme: Party) -> None:
    vendor = list_vendor(actor=None, party=acme, draft=TEXT)
    with pytest.raises(Invalid, match="Say why"):
        set_status(actor=None, vendor=vendor, status=VendorStatus.SUSPENDED, reason="")
    set_status(actor=None, vendor=vendor, status=VendorStatus.SUSPENDED, reason="Left the market.")
    assert not Vendor.objects.listed().exists()
    assert FactChange.objects.get(epoch=epoch_now()).data["reason"] == "Left the market."
    with pytest.raises(Conflict, match="suspended already"):
        set_status(actor=None, vendor=vendor, status=VendorStatus.SUSPENDED, reason="Again.")


def test_one_login_speaks_for_one_vendor_and_staff_for_none(acme: Party) -> None:
    vendor, ada = list_vendor(actor=None, party=acme, draft=TEXT), person()
    add_vendor_member(actor=None, vendor=vendor, user=ada)
    for user, sentence in ((ada, "acts for a vendor already"), (staff(), "is staff")):
        with pytest.raises(Conflict, match=sentence):
            add_vendor_member(actor=None, vendor=vendor, user=user)
    assert VendorMember.objects.get().user == ada
