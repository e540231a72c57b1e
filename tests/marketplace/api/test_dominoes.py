"""The domino view at the API: all of it for compliance, one's own alerts for a client, and never a count of others."""

from uuid import uuid4

from conflicts.models import FactChange
from marketplace.models import AlertEvent
from tests.marketplace import market
from tests.marketplace.api.doors import problem
from tests.marketplace.api.test_canary import change_list
from tests.marketplace.api.world import World


def test_compliance_reads_what_the_deal_touched(made: World) -> None:
    api = made.callers["compliance"]
    told = api.get(f"compliance/events/{made.event}").json
    assert [one["client"]["slug"] for one in told["clients"]] == ["google", "openai"]
    (scale,) = [one for one in told["clients"][0]["vendors"] if one["vendor"]["slug"] == "scale-ai"]
    assert (scale["before"], scale["after"]) == ("clear", "blocked")
    assert scale["alerts"][0]["id"] == str(made.google.ids["alerts"])
    assert scale["engagements"][0]["id"] == str(made.google.ids["engagements"])
    assert told["touches"] is True
    assert str(made.event) in {row["id"] for row in api.get("compliance/events", touches="true", page_size=200).rows}
    assert str(made.event) not in {row["id"] for row in api.get("compliance/events", touches="false").rows}


def test_a_client_reads_its_own_part_by_the_event_that_its_alert_names(made: World) -> None:
    alert = made.google_api.get(f"alerts/{made.google.ids['alerts']}").json
    (happened,) = alert["events"]
    assert (happened["kind"], happened["after"]) == ("opened", "blocked")
    for event in (happened["event"], str(made.event)):
        assert [row["id"] for row in made.google_api.get("alerts", event=event).rows] == [alert["id"]]


def test_another_s_event_reads_as_none(made: World) -> None:
    """A list of OpenAI's changed between two looks at Google's work: to Google that event never was."""
    change_list(made.openai.client, "held")
    market.holds("meta", "scale-ai", "60", start="2026")
    change = FactChange.objects.filter(tenant=made.openai.client.pk).order_by("-epoch").first()
    assert change
    market.catch_up()
    assert AlertEvent.objects.filter(client=made.google.client, from_epoch__lt=change.epoch, epoch__gt=change.epoch)
    foreign, missing = (made.google_api.get("alerts", event=str(key)) for key in (change.pk, uuid4()))
    assert (foreign.status, foreign.body) == (missing.status, missing.body)
    assert foreign.rows == []
    assert made.callers["other"].get("alerts", event=str(change.pk)).rows
    assert made.callers["compliance"].get("alerts", event=str(change.pk)).rows


def test_nobody_else_finds_the_view(made: World) -> None:
    for caller in ("member", "other", "vendor", "operator"):
        api = made.callers[caller]
        known, nothing = (api.get(f"compliance/events/{key}") for key in (made.event, uuid4()))
        assert problem(known, 404) == problem(nothing, 404)
        problem(api.get("compliance/events"), 403)
