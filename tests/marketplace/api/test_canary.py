"""What only one client may know surfaces nowhere else (I10), and changes nothing that others read (I11)."""

from collections.abc import Iterator

import pytest

from conflicts.services.competitors import CompetitorDraft, replace_competitor_list
from marketplace.models import Client
from tests.marketplace import market
from tests.marketplace.api.doors import Api, speaker_of
from tests.marketplace.api.world import Side, World

LISTS = (
    "me",
    "auth/tokens",
    "parties",
    "interests",
    "vendors",
    "applications",
    "requests",
    "screenings",
    "awards",
    "engagements",
    "alerts",
    "alerts/at-risk",
    "compliance/events",
    "notices",
    "notice-settings",
    "competitors",
    "policy",
    "decisions",
)
DEAL = {
    "action": "add",
    "holder": "marigold-rival",
    "subject": "labelbox",
    "type": "shareholding",
    "share_low": "60",
    "share_high": "60",
    "source": {"url": "https://press.example/deal"},
}


def answers_to(made: World, caller: str) -> Iterator[tuple[str, str]]:
    """Everything that a caller can read without an id of another, and what it finds out by asking."""
    api = made.callers[caller]
    for path in LISTS:
        yield path, api.get(path).body.decode()
    for noun, key in made.google.ids.items():
        yield noun, api.get(f"{noun}/{key}").body.decode()
    matches = f"requests/{made.google.ids['requests']}/matches"
    for slug in made.vendors:
        yield slug, api.get(matches, vendor=slug).body.decode()
        yield slug, api.post("screenings", {"vendor": slug}).body.decode()
    yield "event", api.get(f"compliance/events/{made.event}").body.decode()
    yield "alerts of an event", api.get("alerts", event=str(made.event)).body.decode()
    yield "scenarios", api.post("scenarios", {"as_of": "2026-12-31", "rows": [DEAL]}).body.decode()


def secrets_of(side: Side) -> set[str]:
    """The words and ids that belong to one client; what everybody may read of its parties is none."""
    words = ("segment", "note", "request", "brief", "work", "reason", "wall", "head", "item", "terms", "need", "end")
    keys = [*side.ids.values(), side.client.pk, side.member.pk, side.approver.pk]
    return {f"{side.word}-{what}" for what in words} | {str(key) for key in keys}


@pytest.mark.parametrize("caller", ["anonymous", "member", "vendor", "operator"])
def test_one_client_s_secrets_surface_nowhere(caller: str, made: World) -> None:
    openai = made.openai
    allowed = {f"{openai.word}-work", str(openai.ids["engagements"])} if caller == "vendor" else set()
    leaks = {
        (where, secret)
        for where, told in answers_to(made, caller)
        for secret in secrets_of(openai) - allowed
        if secret in told
    }
    assert leaks == set()


def test_compliance_sees_them_so_the_search_can_find(made: World) -> None:
    api = made.callers["compliance"]
    told = "".join(api.get(path).body.decode() for path in LISTS if path not in {"competitors", "decisions", "policy"})
    told += "".join(api.get(path, reason="audit").body.decode() for path in ("competitors", "decisions"))
    told += api.get(f"alerts/{made.openai.ids['alerts']}").body.decode()
    unseen = {secret for secret in secrets_of(made.openai) if secret not in told}
    # The key of a client and those of its people are told to nobody, and a notice to nobody but who got it.
    side = made.openai
    people = (side.client.pk, side.member.pk, side.approver.pk)
    assert unseen == {str(key) for key in (*people, side.ids["notices"], side.ids["told"])}


def test_no_answer_tells_of_the_rivals_on_another_s_list(made: World) -> None:
    """They are parties that everybody may read; that they are on the list is told by nothing else."""
    told = [text for where, text in answers_to(made, "member") if where not in {"parties", "interests"}]
    assert not [text for text in told if f"{made.openai.word}-rival" in text]


def test_a_hidden_list_changes_nothing_for_another_client(made: World) -> None:
    before = list(answers_to(made, "member"))
    change_list(made.openai.client, "labelbox", "held", "google")
    market.catch_up()
    assert list(answers_to(made, "member")) == before


def test_a_vendor_learns_one_word_of_its_own_engagement(made: World) -> None:
    (row,) = [row for row in made.callers["vendor"].get("engagements").rows if row["client"]["slug"] == "google"]
    assert row["eligibility"] == "not eligible"
    assert (row["outcome"], row["amount"]) == (None, None)
    own = made.google_api.get(f"engagements/{row['id']}").json
    assert (own["outcome"], own["eligibility"]) == ("blocked", None)


def test_a_vendor_that_is_not_engaged_learns_nothing(made: World) -> None:
    outsider = speaker(made, "hush")
    assert outsider.get("engagements").rows == []
    assert outsider.get("alerts").status == outsider.get("screenings").status == 403


def change_list(client: Client, *rivals: str) -> None:
    rows = [CompetitorDraft(competitor=market.party(rival)) for rival in rivals]
    replace_competitor_list(actor=None, tenant=client.pk, principal=client.party, rows=rows)


def speaker(made: World, slug: str) -> Api:
    return speaker_of(made.vendors[slug])
