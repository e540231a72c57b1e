"""Seeding the demo over loaded market data. Again, it adds what is missing and leaves the rest as people made it."""

import datetime as dt
from collections import Counter
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from conflicts.models import Competition, CustomerTie, Party
from conflicts.services import CompetitorDraft, replace_competitor_list
from marketplace.accounts.models import User
from marketplace.demo.logins import LOGINS, PASSWORD, Login
from marketplace.demo.needs import NEEDS, Need
from marketplace.models import Client
from marketplace.records import clock
from marketplace.records.refusals import Invalid, Missing
from marketplace.services.clients import add_member, create_client
from marketplace.services.engagements import EngagementDraft, declare_engagement
from marketplace.services.requests import RequestDraft, post_request
from vendors.models import Vendor
from vendors.services.members import add_vendor_member

NOTE = "Demo list: rivals that public sources name. A client's own declaration decides."
WEEKS_TO_DEADLINE = 12


def seed() -> Counter[str]:
    """Add clients with their lists, declared engagements, requests and logins; return how many of each are new.

    Raises Missing where the market data set is not loaded.
    """
    added: Counter[str] = Counter()
    for need in NEEDS:
        client = Client.objects.select_related("party").filter(slug=need.client).first()
        if client is None:
            client = _client(_party(need.client))
            added["clients"] += 1
        added["engagements"] += sum(_declare(client, tie) for tie in _running_ties(client))
        added["requests"] += _ask(client, need)
    added["logins"] = sum(_enter(login) for login in LOGINS)
    return added


def _party(slug: str) -> Party:
    party = Party.objects.filter(slug=slug).first()
    if party is None:
        raise Missing(f"There is no party '{slug}': load the market data first (manage.py load_market DIR).")
    return party


@transaction.atomic
def _client(party: Party) -> Client:
    """Create the client with the rivals that public sources name as its declared list."""
    client = create_client(actor=None, party=party)
    known = Competition.objects.filter(Q(a=party) | Q(b=party)).select_related("a", "b")
    rows = [
        CompetitorDraft(competitor=row.b if row.a_id == party.pk else row.a, segment=row.segment, note=NOTE)
        for row in known
    ]
    replace_competitor_list(actor=None, tenant=client.pk, principal=party, rows=rows)
    return client


def _running_ties(client: Client) -> list[CustomerTie]:
    ties = CustomerTie.objects.running(clock.today()).filter(
        buyer=client.party, supplier__vendor__in=Vendor.objects.listed()
    )
    return list(ties.select_related("supplier__vendor").order_by("supplier__slug", "start"))


def _declare(client: Client, tie: CustomerTie) -> bool:
    """Declare what public sources tell as running, once per vendor; False where it is there or may have begun later."""
    vendor = tie.supplier.vendor
    if client.engagements.filter(vendor=vendor).exists():
        return False
    draft = EngagementDraft(
        title="Data labeling",
        start=tie.start,
        end=tie.end,
        amount=tie.amount,
        currency=tie.currency,
        amount_per=tie.amount_per,
    )
    try:
        declare_engagement(actor=None, client=client, vendor=vendor, draft=draft)
    except Invalid:
        return False
    return True


def _ask(client: Client, need: Need) -> bool:
    if client.requests.exists():
        return False
    draft = RequestDraft(
        title=need.title,
        brief="A made-up request of the demo.",
        modality=need.modality,
        tasks=need.tasks,
        volume=need.volume,
        unit=need.unit,
        budget=Decimal(need.budget),
        currency="USD",
        deadline=clock.today() + dt.timedelta(weeks=WEEKS_TO_DEADLINE),
    )
    post_request(actor=None, client=client, draft=draft)
    return True


@transaction.atomic
def _enter(login: Login) -> bool:
    if User.objects.filter(email=login.email).exists():
        return False
    role = login.staff_role
    user = User.objects.create_user(
        login.email, PASSWORD, name=login.name, is_staff=role is not None, staff_role=role or ""
    )
    if login.client:
        client = Client.objects.get(slug=login.client)
        add_member(actor=None, client=client, user=user, role=login.client_role)
    if login.vendor:
        vendor = Vendor.objects.get(slug=login.vendor)
        add_vendor_member(actor=None, vendor=vendor, user=user, role=login.vendor_role)
    return True
