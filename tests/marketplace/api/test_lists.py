"""A client's competitor list, its lines, and its decisions; and that compliance says why it looks."""

import pytest

from conflicts.models import CompetitorDeclaration, FactChange, Policy, ReviewDecision
from marketplace.accounts.models import User
from marketplace.records.models import LogEntry
from tests.marketplace import market
from tests.marketplace.api.doors import Api, problem, wrong
from tests.marketplace.api.world import World


def rivals(api: Api) -> set[tuple[str, str]]:
    return {(row["competitor"]["slug"], row["segment"]) for row in api.get("competitors").rows}


def test_a_list_is_replaced_as_a_whole(made: World) -> None:
    api = made.google_api
    rows = [{"competitor": "meta", "segment": "ads"}, {"competitor": "openai"}]
    told = api.put("competitors", {"rows": rows})
    assert {row["competitor"]["slug"] for row in told.json["rows"]} == {"meta", "openai"}
    assert rivals(api) == {("meta", "ads"), ("openai", "")}
    assert LogEntry.objects.filter(action="competitor_list.replaced", tenant=made.google.client.pk).exists()


def test_one_competitor_is_added_and_withdrawn(made: World) -> None:
    api = made.google_api
    before = rivals(api)
    added = api.post("competitors", {"competitor": "openai", "segment": "chat"}).json
    assert rivals(api) == before | {("openai", "chat")}
    assert problem(api.post("competitors", {"competitor": "openai", "segment": "chat"}), 409)["code"] == "told_twice"
    assert api.delete(f"competitors/{added['id']}").status == 204
    assert rivals(api) == before
    problem(api.delete(f"competitors/{added['id']}"), 404)


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ([{"competitor": "meta"}, {"competitor": "mteta"}], "rows[1].competitor"),
        ([{"competitor": "meta"}, {"competitor": "meta"}], "rows[1].competitor"),
        ([{"competitor": "google"}], "rows[0].competitor"),
        ([{"competitor": "meta", "segmnt": "x"}], "rows[0].segmnt"),
        ("meta", "rows"),
    ],
)
def test_a_wrong_list_replaces_nothing(rows: object, field: str, made: World) -> None:
    before = rivals(made.google_api), FactChange.objects.count()
    assert field in wrong(made.google_api.put("competitors", {"rows": rows}))
    assert (rivals(made.google_api), FactChange.objects.count()) == before


def test_a_list_decides_what_is_screened(made: World) -> None:
    api = made.google_api
    assert api.put("competitors", {"rows": []}).json == {"rows": []}
    market.catch_up()
    assert {row["outcome"] for row in api.get("screenings").rows} == {"clear"}


def test_lines_can_be_tightened_and_never_loosened(made: World) -> None:
    api = made.google_api
    default = api.get("policy").json
    assert (default["economic_block"], default["uncovered_to_review"]) == ("25", False)
    told = api.put("policy", {"economic_block": 6, "economic_review": "4.5", "uncovered_to_review": True}).json
    assert told == {**default, "economic_block": "6", "economic_review": "4.5", "uncovered_to_review": True}
    assert api.get("policy").json == told
    assert api.post("screenings", {"vendor": "held"}).json["outcome"] == "blocked"
    assert "tightened, not loosened" in wrong(api.put("policy", {"control": "60"}))["control_line"]
    assert Policy.objects.current().filter(tenant=made.google.client.pk).count() == 1


@pytest.mark.parametrize("path", ["competitors", "decisions", "policy?client=google"])
def test_compliance_says_why_it_looks(path: str, made: World) -> None:
    api = made.callers["compliance"]
    assert wrong(api.send("GET", path))["reason"].startswith("Say why you look")
    assert not LogEntry.objects.filter(action__endswith=".viewed").exists()
    joint = "&" if "?" in path else "?"
    assert api.send("GET", f"{path}{joint}reason=Yearly+audit").status == 200
    row = LogEntry.objects.get(action__endswith=".viewed")
    assert (row.actor, row.data["asked"]["reason"]) == (api.user, "Yearly audit")


def test_looking_at_the_head_alone_is_looking(made: World) -> None:
    api = made.callers["compliance"]
    assert api.send("HEAD", "competitors").status == 400
    assert api.send("HEAD", "competitors?reason=audit").status == 200
    assert LogEntry.objects.filter(action="competitor_list.viewed").count() == 1


def test_compliance_reads_one_client_s_list(made: World) -> None:
    api = made.callers["compliance"]
    rows = api.get("competitors", client="openai", reason="audit").rows
    assert LogEntry.objects.get(action="competitor_list.viewed").tenant == made.openai.client.pk
    assert {row["segment"] for row in rows} == {"marigold-segment"}
    assert "client" in wrong(api.get("policy", reason="audit"))


def test_two_of_the_client_decide_a_review(made: World) -> None:
    path = f"decisions/{made.google.ids['decisions']}"
    assert problem(made.google_api.post(f"{path}/approve"), 403)["code"] == "forbidden"
    told = Api(made.google.approver).post(f"{path}/approve").json
    assert (told["status"], told["approved_by"]) == ("approved", made.google.approver.email)
    assert [(row["rule"], row["high"]) for row in told["accepted"]] == [("economic_line", "6")]
    assert problem(Api(made.google.approver).post(f"{path}/approve"), 409)["code"] == "wrong_status"


def test_who_requested_does_not_approve(made: World) -> None:
    api = Api(made.google.approver)
    asked = api.post("decisions", {"vendor": "held", "reason": "It is small."}).json
    assert problem(api.post(f"decisions/{asked['id']}/approve"), 403)["code"] == "two_people"
    assert ReviewDecision.objects.get(pk=asked["id"]).status == "requested"


def test_compliance_voids_and_does_not_approve(made: World) -> None:
    api, path = made.callers["compliance"], f"decisions/{made.google.ids['decisions']}"
    assert "Compliance may void" in problem(api.post(f"{path}/approve"), 403)["detail"]
    assert "reason" in wrong(api.post(f"{path}/void", {"reason": " "}))
    assert api.post(f"{path}/void", {"reason": "It grew."}).json["status"] == "void"
    assert problem(api.post(f"{path}/void", {"reason": "It grew."}), 409)["code"] == "wrong_status"


@pytest.mark.parametrize(("vendor", "code"), [("labelbox", "not_under_review"), ("scale-ai", "not_under_review")])
def test_only_a_review_is_decided(vendor: str, code: str, made: World) -> None:
    before = ReviewDecision.objects.count()
    assert problem(made.google_api.post("decisions", {"vendor": vendor, "reason": "Why not."}), 409)["code"] == code
    assert ReviewDecision.objects.count() == before


def test_a_compliance_review_tells_the_client_nothing_but_its_status(made: World) -> None:
    market.vendor("veiled")
    market.holds("meta", "veiled", "6", visibility="private")
    assert (
        problem(made.google_api.post("decisions", {"vendor": "veiled", "reason": "Small."}), 409)["code"]
        == "compliance_review"
    )
    asked = made.callers["compliance"].post(
        "decisions", {"vendor": "veiled", "reason": "Meta is passive.", "client": "google"}
    )
    assert (asked.status, asked.json["accepted"][0]["holder"]["slug"]) == (201, "meta")
    told = made.google_api.get(f"decisions/{asked.json['id']}").json
    assert (told["status"], told["reason"], told["accepted"]) == ("requested", "", [])
    assert told["requested_by"] == "compliance staff"
    User.objects.filter(email=asked.json["requested_by"]).update(is_active=False)
    assert made.google_api.get(f"decisions/{asked.json['id']}").json == told
    assert CompetitorDeclaration.objects.of(tenant=made.google.client.pk, principal=made.google.client.party).exists()
