"""A list takes as many queries for many rows as for few."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.marketplace import market
from tests.marketplace.api.doors import Api
from tests.marketplace.api.world import World

MOST = 16
"""The token and what it acts for take seven; the list, its count and what belongs to the rows take the rest."""


def queries(api: Api, path: str) -> tuple[int, int]:
    """Return how many queries an answer takes, and how many rows it has."""
    with CaptureQueriesContext(connection) as taken:
        rows = api.get(path).rows
    return len(taken), len(rows)


def more_facts(made: World) -> None:
    for number in range(4):
        market.holds(f"fund-{number}", "labelbox", "2")


def more_vendors(made: World) -> None:
    for number in range(4):
        market.vendor(f"lab-{number}", modality=["text", "image"])
    market.catch_up()


def more_work(made: World) -> None:
    for number in range(4):
        work = {"vendor": "labelbox", "title": f"Work {number}"}
        assert made.google_api.post("engagements", work).status == 201
        assert made.google_api.post("requests", {"title": "More", "modality": "text"}).status == 201
        assert made.google_api.post("decisions", {"vendor": "held", "reason": "Small."}).status == 201
        assert made.google_api.post("competitors", {"competitor": "openai", "segment": str(number)}).status == 201


def more_alerts(made: World) -> None:
    more_work(made)
    market.holds("meta", "labelbox", "60")
    market.catch_up()


def more_applications(made: World) -> None:
    for number in range(4):
        assert made.callers["vendor"].post("applications", {"legal_name": f"Lab {number}"}).status == 201


def more_awards(made: World) -> None:
    asked = made.google_api.post("requests", {"title": "More", "modality": "text", "slots": 4}).json
    for _ in range(4):
        assert made.google_api.post("awards", {"request": asked["id"], "vendor": "labelbox"}).status == 201


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("parties", more_facts),
        ("interests", more_facts),
        ("vendors", more_vendors),
        ("screenings", more_vendors),
        ("requests", more_work),
        ("engagements", more_work),
        ("decisions", more_work),
        ("competitors", more_work),
        ("alerts", more_alerts),
        ("awards", more_awards),
        ("applications", more_applications),
    ],
)
@pytest.mark.parametrize("caller", ["member", "compliance"])
def test_a_list_takes_a_fixed_number_of_queries(
    path: str, more: Callable[[World], None], caller: str, made: World
) -> None:
    api = made.callers["vendor" if (path, caller) == ("applications", "member") else caller]
    asked = f"{path}?reason=audit" if caller == "compliance" and path in {"competitors", "decisions"} else path
    few, before = queries(api, asked)
    more(made)
    many, after = queries(api, asked)
    assert after > before
    assert few == many <= MOST


def test_a_ranking_takes_a_fixed_number_of_queries(made: World) -> None:
    path = f"requests/{made.google.ids['requests']}/matches"
    few, before = queries(made.google_api, path)
    more_vendors(made)
    many, after = queries(made.google_api, path)
    assert (after, many) == (before + 4, few)
