"""Matching is closed while rescoring lags past the limit, and opens by itself; awards go on."""

from conflicts.expansion import expand_changes
from conflicts.models import FactChange
from marketplace.models import Award
from tests.conflicts.builders import old_change
from tests.marketplace import market
from tests.marketplace.api.doors import Answer, Api, problem
from tests.marketplace.api.test_awards import awarded
from tests.marketplace.api.world import World


def matches(made: World, api: Api | None = None, **asked: str) -> Answer:
    return (api or made.google_api).get(f"requests/{made.google.ids['requests']}/matches", **asked)


def refused(answer: Answer) -> None:
    told = problem(answer, 503)
    assert (told["code"], answer.headers["Retry-After"]) == ("rescoring_behind", "5")
    assert "results" not in told


def test_matches_are_told_while_rescoring_keeps_up(made: World) -> None:
    old_change(seconds=50)
    assert matches(made).status == 200


def test_a_change_that_waits_too_long_closes_matching_until_it_is_done(made: World) -> None:
    old_change(seconds=70)
    refused(matches(made))
    refused(matches(made, vendor="labelbox"))
    refused(matches(made, made.callers["compliance"]))
    expand_changes()
    refused(matches(made))
    market.catch_up()
    assert [row["rank"] for row in matches(made).rows] == [1, 2]


def test_awards_judge_anew_and_go_on(made: World) -> None:
    old_change(seconds=70)
    refused(matches(made))
    assert awarded(made, "labelbox").status == 201
    assert problem(awarded(made, "scale-ai"), 409)["code"] in {"vendor_conflicted", "slot_taken"}
    assert Award.objects.filter(slot=made.google.ids["slots"]).get().vendor.slug == "labelbox"


def test_requests_can_be_posted_meanwhile(made: World) -> None:
    old_change(seconds=70)
    assert made.google_api.post("requests", {"title": "Chat", "modality": "text"}).status == 201


def test_what_waits_for_another_client_closes_nothing_here(made: World) -> None:
    """Nobody can tell by a closed door that a rival's hidden list has changed (I11)."""
    old_change(seconds=70, tenant=made.openai.client.pk)
    assert FactChange.objects.unexpanded().count() == 1
    assert matches(made).status == 200
    theirs = made.callers["other"].get(f"requests/{made.openai.ids['requests']}/matches")
    refused(theirs)


def test_a_stranger_learns_nothing_from_a_closed_door(made: World) -> None:
    """What is not theirs does not exist: 404 comes before 503 (I12)."""
    old_change(seconds=70)
    assert matches(made, made.callers["other"]).status == 404
