"""Vendors and listings at the console."""

from typing import Any

import pytest

from marketplace.accounts.models import User
from tests.conflicts.builders import footprint, party
from tests.marketplace.admin.desks import desk, list_page, operator, page, says, text_of
from tests.marketplace.market import vendor
from vendors.models import Listing, Vendor, VendorMember

pytestmark = pytest.mark.django_db


def listing(**news: Any) -> dict[str, Any]:
    return {"modality": "text", "summary": "Labels", "standing": "press", **news}


def test_a_party_becomes_a_listed_vendor() -> None:
    scale = party("scale-ai")
    told = listing(party=scale.pk, modality="text, image", task="rlhf")
    assert operator().post(list_page(Vendor, "add"), told).status_code == 302
    codes = Listing.objects.get(vendor__party=scale).capabilities.values_list("code", flat=True)
    assert sorted(codes) == ["image", "rlhf", "text"]


def test_a_vendor_is_listed_once() -> None:
    scale, browser = vendor("scale-ai"), desk()
    before = footprint()
    assert says(browser.post(list_page(Vendor, "add"), listing(party=scale.party.pk)), "is a vendor already")
    assert footprint() == before


def test_a_listing_is_edited_and_counts_up() -> None:
    row = vendor("scale-ai").listing
    assert desk().post(page(row, "edit"), listing(version=row.version, headquarters="San Francisco")).status_code == 302
    row.refresh_from_db()
    assert (row.headquarters, row.version) == ("San Francisco", 2)


def test_an_edit_of_an_old_version_is_refused() -> None:
    row, browser = vendor("scale-ai").listing, desk()
    browser.post(page(row, "edit"), listing(version=1, headquarters="San Francisco"))
    before = footprint()
    response = browser.post(page(row, "edit"), listing(version=1, headquarters="Berlin"))
    assert says(response, "The listing was saved meanwhile and is at version 2")
    assert footprint() == before
    row.refresh_from_db()
    assert row.headquarters == "San Francisco"


def test_a_wrong_code_is_told_at_its_field() -> None:
    row, browser = vendor("scale-ai").listing, desk()
    response = browser.post(page(row, "edit"), listing(version=1, language="english language"))
    assert "language" in response.context["form"].errors
    row.refresh_from_db()
    assert row.version == 1


def test_a_vendor_is_suspended_with_a_reason_and_listed_again() -> None:
    scale, browser = vendor("scale-ai"), desk()
    assert browser.post(page(scale, "suspend"), {"reason": ""}).status_code == 200
    browser.post(page(scale, "suspend"), {"reason": "Fraud"})
    assert Vendor.objects.get().status == "suspended"
    assert page(scale, "list_again") in text_of(browser.get(page(scale)))
    browser.post(page(scale, "list_again"), {"reason": "Cleared"})
    assert Vendor.objects.get().status == "listed"


def test_a_member_is_added_and_one_login_speaks_for_one_vendor() -> None:
    scale, other = vendor("scale-ai"), vendor("surge-ai")
    told = {"user": User.objects.create_user("vera@scale.example").pk, "role": "owner"}
    browser = desk()
    assert browser.post(page(scale, "add_member"), told).status_code == 302
    assert says(browser.post(page(other, "add_member"), told), "acts for a vendor already")
    assert VendorMember.objects.get().vendor == scale


def test_operators_list_vendors_and_neither_suspend_nor_give_access() -> None:
    scale, browser = vendor("scale-ai"), operator()
    assert browser.get(page(scale)).status_code == 200
    assert browser.post(page(scale, "suspend"), {"reason": "Fraud"}).status_code == 403
    assert browser.post(page(scale, "add_member"), {"role": "owner"}).status_code == 403
    assert Vendor.objects.get().status == "listed"
