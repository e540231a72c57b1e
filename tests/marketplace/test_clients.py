"""Clients and their people."""

import pytest

from conflicts.models import Watch
from marketplace.models import Client, ClientMember, ClientRole
from marketplace.records import clock
from marketplace.records.models import LogEntry
from marketplace.records.refusals import Conflict
from marketplace.services.clients import add_member, create_client
from tests.marketplace.market import client, compliance, party, person, vendor
from vendors.models import VendorMember
from vendors.services.members import add_vendor_member

pytestmark = pytest.mark.django_db


def test_a_client_joins_today_and_watches_every_listed_vendor() -> None:
    vendor("lab"), vendor("crowd")
    google = client("google")
    assert google.joined_on == clock.today()
    watched = Watch.objects.filter(tenant=google.pk, principal=google.party)
    assert sorted(watched.values_list("subject__slug", flat=True)) == ["crowd", "lab"]


def test_a_party_is_one_client_and_slugs_are_apart() -> None:
    google = client("google")
    with pytest.raises(Conflict, match="is a client already"):
        create_client(actor=None, party=google.party)
    with pytest.raises(Conflict, match="give a slug of its own"):
        create_client(actor=None, party=party("other"), slug="google")
    assert Client.objects.count() == 1


def test_a_member_acts_for_its_client() -> None:
    google, mira = client("google"), person("mira")
    add_member(actor=None, client=google, user=mira, role=ClientRole.APPROVER)
    assert (mira.client_membership.client, mira.client_membership.role) == (google, "approver")
    assert LogEntry.objects.filter(action="client.member_added", tenant=google.pk).count() == 1


def test_nobody_acts_for_two_sides() -> None:
    google, mira, vera = client("google"), person("mira"), person("vera")
    add_member(actor=None, client=google, user=mira)
    add_vendor_member(actor=None, vendor=vendor("lab"), user=vera)
    for user in (mira, vera, compliance()):
        with pytest.raises(Conflict):
            add_member(actor=None, client=google, user=user)
    assert ClientMember.objects.get().user == mira
    with pytest.raises(Conflict, match="acts for a client already"):
        add_vendor_member(actor=None, vendor=vendor("crowd"), user=mira)
    assert VendorMember.objects.get().user == vera
