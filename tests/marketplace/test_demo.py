"""Seeding the demo: said to be made up, once, and never where it would be a hole."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings

from conflicts.models import CompetitorDeclaration
from marketplace.accounts.models import User
from marketplace.demo.logins import LOGINS, PASSWORD
from marketplace.demo.needs import NEEDS
from marketplace.models import Client, ClientMember, Engagement, LabelingRequest
from marketplace.records.models import LogEntry
from marketplace.services.market_data import load_market
from marketplace.services.requests import close_request
from tests.marketplace.market import catch_up

pytestmark = pytest.mark.django_db

MARKET = Path(settings.BASE_DIR) / "marketplace" / "demo" / "market"
RUNNING = {"surge-ai", "turing", "mercor"}


@pytest.fixture
def seeded() -> str:
    """Load the public facts, seed the demo and return what the command said."""
    load_market(MARKET)
    return seed()


def seed() -> str:
    out = StringIO()
    call_command("seed_demo", stdout=out)
    return out.getvalue()


def assert_logins(told: str) -> None:
    """Every login is printed, opens with the printed password, and Google has both roles."""
    assert PASSWORD in told
    assert all(login.email in told for login in LOGINS)
    assert all(User.objects.get(email=login.email).check_password(PASSWORD) for login in LOGINS)
    roles = ClientMember.objects.filter(client__slug="google").values_list("role", flat=True)
    assert sorted(roles) == ["approver", "member"]


def test_every_client_has_its_rivals_its_request_and_its_running_work(seeded: str) -> None:
    assert_logins(seeded)
    assert set(Client.objects.values_list("slug", flat=True)) == {need.client for need in NEEDS}
    waymo = CompetitorDeclaration.objects.filter(principal__slug="waymo")
    assert sorted(waymo.values_list("competitor__slug", flat=True)) == ["cruise", "tesla", "zoox"]
    assert all(row.note.startswith("Demo list") for row in waymo)
    assert LabelingRequest.objects.filter(status="open").count() == len(NEEDS)
    google = Engagement.objects.filter(client__slug="google", origin="declared")
    assert set(google.values_list("vendor__slug", flat=True)) == RUNNING


def test_five_vendors_could_take_over_at_google(seeded: str) -> None:
    catch_up()
    asked = LabelingRequest.objects.get(client__slug="google")
    assert asked.matches.filter(rank__isnull=False, outcome="clear").count() >= 5


def test_seeding_again_adds_nothing_and_keeps_what_people_did(seeded: str) -> None:
    asked = LabelingRequest.objects.get(client__slug="google")
    close_request(actor=None, request=asked)
    Engagement.objects.filter(client__slug="google", vendor__slug="turing").update(status="ended", end="2025")
    before = LogEntry.objects.count()
    assert "0 clients" not in seeded
    seed()
    assert LogEntry.objects.count() == before
    assert LabelingRequest.objects.filter(client__slug="google").get().status == "closed"


def test_without_the_market_data_there_is_a_sentence() -> None:
    with pytest.raises(CommandError, match="load the market data first"):
        seed()
    assert not User.objects.exists()


@override_settings(PRODUCTION=True)
def test_production_refuses_well_known_passwords() -> None:
    with pytest.raises(CommandError, match="well-known password"):
        seed()
    assert not User.objects.exists()
