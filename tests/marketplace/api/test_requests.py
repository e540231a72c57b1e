"""Labeling requests, their ranking, and why a vendor is missing from it."""

import pytest

from conflicts.sweeping import sweep_conflicts
from marketplace.models import LabelingRequest
from tests.marketplace import market
from tests.marketplace.api.doors import Api, problem, wrong
from tests.marketplace.api.world import World

ASKED = {"title": "Chat", "modality": "text", "tasks": ["rlhf"], "budget": "10.50", "currency": "USD", "slots": 2}


def why(api: Api, request: str, vendor: str) -> dict[str, object]:
    (row,) = api.get(f"requests/{request}/matches", vendor=vendor).rows
    return {name: row[name] for name in ("rank", "outcome", "why")}


def test_a_posted_request_is_ranked_and_read(made: World) -> None:
    api = made.google_api
    posted = api.post("requests", ASKED).json
    assert (posted["budget"], posted["status"], posted["is_ranked"]) == ("10.50", "open", False)
    assert [slot["number"] for slot in posted["slots"]] == [1, 2]
    market.catch_up()
    assert api.get(f"requests/{posted['id']}").json == {**posted, "is_ranked": True}
    assert posted["id"] in {row["id"] for row in api.get("requests", status="open", modality="text").rows}


def test_the_ranking_leaves_conflicted_vendors_out(made: World) -> None:
    rows = made.google_api.get(f"requests/{made.google.ids['requests']}/matches").rows
    assert [(row["rank"], row["vendor"]["slug"], row["outcome"]) for row in rows] == [
        (1, "labelbox", "clear"),
        (2, "held", "review"),
    ]
    assert [part["note"] for part in rows[0]["parts"]] == ["covered"]
    assert rows[1]["findings"][0]["path"][0]["holder"] == "meta"


def test_who_asks_for_a_missing_vendor_is_told_as_much_as_is_public(made: World) -> None:
    market.vendor("painters", modality=["image"])
    market.catch_up()
    api, request = made.google_api, str(made.google.ids["requests"])
    conflict = "conflict: meta - shareholding 49% - scale-ai"
    assert why(api, request, "scale-ai") == {"rank": None, "outcome": "blocked", "why": conflict}
    assert why(api, request, "hush") == {"rank": None, "outcome": "blocked", "why": "not available"}
    misfit = "does not fit: modality: asked text; stated image"
    assert why(api, request, "painters") == {"rank": None, "outcome": None, "why": misfit}
    assert why(api, request, "labelbox") == {"rank": 1, "outcome": "clear", "why": ""}


def test_an_edit_ranks_anew_and_names_the_version_that_it_read(made: World) -> None:
    api, path = made.google_api, f"requests/{made.google.ids['requests']}"
    assert api.patch(path, {"modality": "image", "version": 1}).json["version"] == 2
    assert problem(api.patch(path, {"modality": "audio", "version": 1}), 409)["code"] == "request_changed"
    market.catch_up()
    assert api.get(f"{path}/matches").rows == []
    assert (api.get(path).json["modality"], api.get(path).json["title"]) == ("image", "cornflower-request")


def test_a_closed_request_takes_nothing_more(made: World) -> None:
    api, path = made.google_api, f"requests/{made.google.ids['requests']}"
    assert api.post(f"{path}/close").json["status"] == "closed"
    assert problem(api.post(f"{path}/close"), 409)["code"] == "request_not_open"
    assert problem(api.patch(path, {"volume": 1}), 409)["code"] == "request_not_open"
    slot = {"slot": str(made.google.ids["slots"]), "vendor": "labelbox"}
    assert problem(api.post("awards", slot), 409)["code"] == "request_not_open"


@pytest.mark.parametrize(
    ("told", "field", "sentence"),
    [
        ({"title": ""}, "title", "blank"),
        ({"tasks": ["rhlf"]}, "tasks", "did you mean rlhf?"),
        ({"tasks": "rlhf"}, "tasks", "list"),
        ({"languages": ["German"]}, "languages", "language code"),
        ({"volume": -1}, "volume", "greater than or equal"),
        ({"budget": "1e40"}, "budget", "digits"),
        ({"budget": "5", "currency": "XYZ"}, "currency", "ISO 4217"),
        ({"deadline": "2020-01-01"}, "deadline", "is over"),
        ({"slots": 21}, "slots", "less than or equal"),
        ({"modalty": "text"}, "modalty", "did you mean modality?"),
    ],
)
def test_a_wrong_request_is_told_where(told: dict[str, object], field: str, sentence: str, made: World) -> None:
    before = LabelingRequest.objects.count()
    assert sentence in wrong(made.google_api.post("requests", {**ASKED, "currency": "USD", **told}))[field]
    assert LabelingRequest.objects.count() == before


def test_a_rank_of_before_never_stands_beside_findings_of_after(made: World) -> None:
    api, request = made.google_api, str(made.google.ids["requests"])
    place = f"requests/{request}/matches"
    assert [row["behind"] for row in api.get(place).rows] == [False, False]
    market.holds("meta", "labelbox", "49")
    told = [(row["rank"], row["behind"], row["outcome"], row["why"]) for row in api.get(place).rows]
    assert told == [(None, True, "clear", "not ranked yet"), (None, True, "review", "not ranked yet")]
    sweep_conflicts()
    (row,) = api.get(place, vendor="labelbox").rows
    assert (row["rank"], row["behind"], row["outcome"]) == (None, True, "blocked")
    assert (row["findings"][0]["severity"], row["why"][:14]) == ("block", "conflict: meta")
    market.catch_up()
    assert [(row["rank"], row["behind"], row["outcome"]) for row in api.get(place).rows] == [(1, False, "review")]
