"""What members do with an alert: each act by an allowed edge, by members only, with a row in the log."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from marketplace.models import AlertStatus, Client, ConflictAlert
from marketplace.records.models import LogEntry
from marketplace.records.refusals import Conflict, Invalid, Missing, Stale
from marketplace.services.alerts import acknowledge_alert, mitigate_alert, risks
from marketplace.services.engagements import EngagementDraft, declare_engagement
from marketplace.worth import Sum
from tests.marketplace.market import catch_up, client, engagement, holds, member, vendor
from vendors.models import Vendor

pytestmark = pytest.mark.django_db

FIREWALL = "Nobody who works with Meta reaches our data."


@pytest.fixture
def alert() -> ConflictAlert:
    made = engagement(client("google", "meta"), vendor("lab"))
    catch_up()
    holds("meta", "lab", "49")
    catch_up()
    return made.alerts.get()


def logged() -> list[str]:
    rows = LogEntry.objects.filter(action__startswith="alert.").order_by("position")
    return [action.removeprefix("alert.") for action in rows.values_list("action", flat=True)]


def test_a_mitigation_says_what_is_done_by_whom_and_stands_on(alert: ConflictAlert) -> None:
    mira = member(alert.client)
    acknowledge_alert(actor=mira, alert=alert)
    row = mitigate_alert(actor=mira, alert=alert, measure=FIREWALL)
    assert (row.status, row.measure, row.mitigated_by) == ("mitigated", FIREWALL, mira)
    assert row.stands
    assert LogEntry.objects.get(action="alert.mitigated").data == {"measure": FIREWALL}
    assert logged() == ["opened", "acknowledged", "mitigated"]


@pytest.mark.parametrize("measure", ["", "  ", "x" * 5001])
def test_a_mitigation_without_words_is_none(alert: ConflictAlert, measure: str) -> None:
    with pytest.raises(Invalid):
        mitigate_alert(actor=member(alert.client), alert=alert, measure=measure)
    alert.refresh_from_db()
    assert (alert.status, alert.version, logged()) == ("open", 1, ["opened"])


def test_the_database_wants_the_words_too(alert: ConflictAlert) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        ConflictAlert.objects.update(status=AlertStatus.MITIGATED)


def test_who_is_of_another_client_finds_nothing(alert: ConflictAlert) -> None:
    stranger = member(client("openai"))
    with pytest.raises(Missing):
        mitigate_alert(actor=stranger, alert=alert, measure=FIREWALL)
    with pytest.raises(Missing):
        acknowledge_alert(actor=stranger, alert=alert)
    assert logged() == ["opened"]


def test_a_closed_alert_takes_no_act(alert: ConflictAlert) -> None:
    ConflictAlert.objects.update(status="closed", closed_at=alert.opened_at)
    for act in (acknowledge_alert, lambda **told: mitigate_alert(measure=FIREWALL, **told)):
        with pytest.raises(Conflict, match="closed already"):
            act(actor=member(alert.client), alert=alert)
    assert logged() == ["opened"]


def test_what_was_read_before_the_facts_grew_cannot_be_acknowledged(alert: ConflictAlert) -> None:
    holds("meta", "lab", "60", start="2025")
    catch_up()
    with pytest.raises(Stale, match="read it again"):
        acknowledge_alert(actor=member(alert.client), alert=alert, version=1)
    alert.refresh_from_db()
    assert (alert.status, alert.version) == ("open", 2)


def test_what_is_at_risk_is_added_up_by_client_currency_and_period(alert: ConflictAlert) -> None:
    google, openai = alert.client, client("openai", "meta")
    for of, title, amount, currency in (
        (google, "One", "100", "USD"),
        (google, "Two", "50.50", "USD"),
        (google, "Three", "7", "EUR"),
        (openai, "Four", "9", "USD"),
    ):
        works(of, title, amount, currency)
    catch_up()
    found = {risk.client.slug: (risk.alerts, risk.at_risk) for risk in risks(ConflictAlert.objects.all())}
    assert found["google"] == (4, [Sum("EUR", "year", Decimal(7)), Sum("USD", "year", Decimal("150.50"))])
    assert found["openai"] == (1, [Sum("USD", "year", Decimal(9))])


def works(of: Client, title: str, amount: str, currency: str) -> None:
    told = EngagementDraft(title=title, amount=Decimal(amount), currency=currency, amount_per="year")
    declare_engagement(actor=None, client=of, vendor=Vendor.objects.get(slug="lab"), draft=told)
