"""The domino view: one event, and every client, engagement, open match and alert that it touched."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conflicts.models import FactChange, Interest, ScreeningChange
from conflicts.services import retract_interest
from conflicts.services.competitors import CompetitorDraft, replace_competitor_list
from marketplace.models import Client
from marketplace.services.dominoes import Domino, Part, domino, touching
from marketplace.services.engagements import EngagementDraft, declare_engagement, end_engagement
from marketplace.worth import Sum
from tests.marketplace.market import catch_up, client, holds, party, request, vendor
from vendors.models import Vendor

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> dict[str, Client]:
    """Google and OpenAI work with scale, Snap has an open request; Meta is a rival of these, not of Anthropic."""
    for slug in ("scale", "crowd"):
        vendor(slug)
    clients = {slug: client(slug, "meta") for slug in ("google", "openai", "snap")}
    clients["anthropic"] = client("anthropic", "openai")
    works(clients["google"], "150", "USD")
    works(clients["openai"], "50", "USD")
    works(clients["anthropic"], "9", "USD")
    request(clients["snap"])
    catch_up()
    return clients


def works(of: Client, amount: str, currency: str) -> None:
    draft = EngagementDraft(title="Labeling", amount=Decimal(amount), currency=currency, amount_per="year")
    declare_engagement(actor=None, client=of, vendor=Vendor.objects.get(slug="scale"), draft=draft)


def deal() -> Interest:
    stake = holds("meta", "scale", "49")
    catch_up()
    return stake


def event(row: Interest) -> FactChange:
    return row.recorded_by


def part(of: Domino, slug: str) -> Part:
    (found,) = [one for one in of.parts if one.client.slug == slug]
    return found


def test_it_finds_every_client_with_its_work_requests_and_alerts(market: dict[str, Client]) -> None:
    found = domino(event(deal()))
    assert [one.client.slug for one in found.parts] == ["google", "openai", "snap"]
    (google,), (snap,) = part(found, "google").touched, part(found, "snap").touched
    assert (google.vendor.slug, google.before, google.after, google.shared) == ("scale", "clear", "blocked", False)
    assert [row.title for row in google.engagements] == ["Labeling"]
    assert [(row.kind, row.alert.status) for row in google.events] == [("opened", "open")]
    assert [(row.request.title, row.outcome) for row in snap.matches] == [("Label it", "blocked")]
    assert (snap.engagements, snap.events) == ([], [])


def test_it_adds_up_what_is_at_risk_by_client_and_over_all(market: dict[str, Client]) -> None:
    found = domino(event(deal()))
    assert found.at_risk == [Sum("USD", "year", Decimal(200))]
    assert part(found, "google").at_risk == [Sum("USD", "year", Decimal(150))]
    assert part(found, "snap").at_risk == []


def test_an_event_that_touches_nothing_has_no_part(market: dict[str, Client]) -> None:
    assert domino(event(holds("someone", "crowd", "30"))).parts == ()
    catch_up()
    assert domino(event(Interest.objects.get())).parts == ()


def test_each_event_has_its_own_dominoes(market: dict[str, Client]) -> None:
    stake = deal()
    retract_interest(actor=None, interest=stake, reason="It never was.")
    catch_up()
    stake.refresh_from_db()
    assert stake.superseded_by
    first, second = domino(event(stake)), domino(stake.superseded_by)
    assert [(one.before, one.after) for one in part(first, "google").touched] == [("clear", "blocked")]
    assert [(one.before, one.after) for one in part(second, "google").touched] == [("blocked", "clear")]
    assert [row.kind for row in part(second, "google").touched[0].events] == ["closed"]


def test_two_events_before_one_screening_share_it_and_say_so(market: dict[str, Client]) -> None:
    other = holds("meta", "crowd", "30")
    stake = deal()
    for row in (other, stake):
        assert [one.shared for one in part(domino(event(row)), "google").touched] == [True, True]


def test_a_list_touches_its_client_alone(market: dict[str, Client]) -> None:
    deal()
    anthropic = market["anthropic"]
    rows = [CompetitorDraft(competitor=party("meta"))]
    replace_competitor_list(actor=None, tenant=anthropic.pk, principal=anthropic.party, rows=rows)
    change = FactChange.objects.filter(kind="competitor_list").first()
    assert change
    catch_up()
    assert [one.client.slug for one in domino(change).parts] == ["anthropic"]


def test_work_that_ended_since_is_still_told(market: dict[str, Client]) -> None:
    stake = deal()
    end_engagement(actor=None, engagement=market["google"].engagements.get(), end="2025-01")
    (google,) = part(domino(event(stake)), "google").touched
    assert [row.status for row in google.engagements] == ["ended"]


def test_an_alert_is_found_where_the_screening_of_then_was_not_kept(market: dict[str, Client]) -> None:
    """As those of an older release."""
    stake = deal()
    ScreeningChange.objects.all().delete()
    found = domino(event(stake))
    assert [one.client.slug for one in found.parts] == ["google", "openai"]
    assert part(found, "google").touched[0].after == "blocked"


def test_events_say_whether_they_moved_anything(market: dict[str, Client]) -> None:
    stake, other = deal(), holds("someone", "crowd", "30")
    catch_up()
    moved = {change.pk for change in touching() if change.is_touching}  # type: ignore[attr-defined]
    assert event(stake).pk in moved
    assert event(other).pk not in moved


def test_more_clients_ask_for_no_more_queries(market: dict[str, Client]) -> None:
    few = queries(event(deal()))
    for number in range(3):
        made = client(f"client-{number}", "meta-labs")
        works(made, "1", "EUR")
    catch_up()
    stake = holds("meta-labs", "scale", "49")
    catch_up()
    assert queries(event(stake)) == few


def queries(change: FactChange) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert domino(change).parts
    return len(asked)
