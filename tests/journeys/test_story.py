"""June 2025 as a visitor sees it: the command itself, with its own database, queue folder and worker."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from marketplace.story.processes import environment

ROOT = Path(__file__).parent.parent.parent

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

Story = dict[str, Any]


def manage(*words: str, state: Path) -> "subprocess.CompletedProcess[str]":
    """Run a management command as a person would, with its state in a folder of its own."""
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment(state),
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    ran = manage("story", "--json", state=tmp_path_factory.mktemp("state"))
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def story(printed: str) -> Story:
    told: Story = json.loads(printed)
    return told


def screening(story: Story, vendor: str, day: str) -> dict[str, Any]:
    (found,) = [row for row in story["screenings"] if row["vendor"] == vendor and row["as_of"] == day]
    return dict(found)


def above_note(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(found["rule"], found["severity"]) for found in row["findings"] if found["severity"] != "note"]


def test_google_is_screened_against_all_vendors_on_both_days(story: Story) -> None:
    for day in ("2025-06-11", "2025-06-12"):
        rows = [row for row in story["screenings"] if row["as_of"] == day]
        assert len(rows) == 32
        assert {row["principal"] for row in rows} == {"google"}
        assert {row["as_known"] for row in rows} == {day}


def test_before_the_deal_scale_is_under_review_for_what_meta_and_amazon_hold(story: Story) -> None:
    row = screening(story, "scale-ai", "2025-06-11")
    assert row["outcome"] == "review"
    assert above_note(row) == [("unstated_holding", "review")] * 2
    assert {found["path"][0]["holder"] for found in row["findings"][:2]} == {"amazon", "meta"}


def test_the_deal_blocks_by_49_percent_and_apart_from_it_by_a_person(story: Story) -> None:
    row = screening(story, "scale-ai", "2025-06-12")
    stake, person = row["findings"][:2]
    assert row["outcome"] == "blocked"
    assert (stake["rule"], stake["axis"], stake["low"], stake["high"], stake["line"]) == (
        "economic_line",
        "economic",
        "49",
        "49",
        "25",
    )
    assert [(step["holder"], step["subject"], step["start"]) for step in stake["path"]] == [
        ("meta", "scale-ai", "2025-06-12")
    ]
    assert stake["path"][0]["source"].startswith("https://")
    assert (person["rule"], person["severity"], person["path"][0]["holder"]) == (
        "personnel",
        "block",
        "alexandr-wang",
    )


def test_votes_of_zero_are_told_as_a_note(story: Story) -> None:
    votes = [found for found in screening(story, "scale-ai", "2025-06-12")["findings"] if found["axis"] == "voting"]
    assert [(found["rule"], found["severity"], found["low"], found["high"]) for found in votes] == [
        ("voting_line", "note", "0", "0")
    ]


@pytest.mark.parametrize("vendor", ["outlier", "remotasks"])
def test_what_scale_controls_falls_with_it(story: Story, vendor: str) -> None:
    row = screening(story, vendor, "2025-06-12")
    assert row["outcome"] == "blocked"
    assert [step["subject"] for step in row["findings"][0]["path"]] == ["scale-ai", vendor]


def test_the_what_if_names_who_flips_and_which_engagements_are_hit(story: Story) -> None:
    flips = {row["principal"]: row for row in story["what_if"] if row["vendor"] == "scale-ai"}
    assert flips.keys() == {"google", "openai", "microsoft", "xai", "anthropic", "apple", "snap"}
    assert {(row["before"], row["after"]) for row in flips.values()} == {("review", "blocked")}
    hit = {principal for principal, row in flips.items() if row["engagements"]}
    assert hit == {"google", "openai", "microsoft", "xai"}
    assert flips["google"]["engagements"][0]["amount"] == "150000000"


def test_alerts_reach_every_client_with_meta_on_its_list_and_scale_running(story: Story) -> None:
    assert [row["principal"] for row in story["alerts"]] == ["google", "microsoft", "openai", "xai"]
    assert {row["vendor"] for row in story["alerts"]} == {"scale-ai"}
    assert all(row["rules"] == ["economic_line", "personnel"] for row in story["alerts"])


def test_google_has_at_least_five_substitutes_clear_ones_first(story: Story) -> None:
    mine = [row for row in story["substitutes"] if row["principal"] == "google"]
    assert [row["rank"] for row in mine] == list(range(1, len(mine) + 1))
    assert len(mine) >= 5
    assert not {"scale-ai", "outlier", "remotasks"} & {row["vendor"] for row in mine}
    outcomes = [row["outcome"] for row in mine]
    assert outcomes == sorted(outcomes)


def test_googles_own_funds_are_a_note_to_google_and_a_review_to_openai(story: Story) -> None:
    for vendor in ("labelbox", "snorkel-ai"):
        row = screening(story, vendor, "2025-06-12")
        assert (row["outcome"], [found["severity"] for found in row["findings"]]) == ("clear", ["note"])
    openai = {row["vendor"]: row["outcome"] for row in story["substitutes"] if row["principal"] == "openai"}
    assert openai["labelbox"] == "review"


def test_the_gate_refuses_the_award_with_its_proof(story: Story) -> None:
    assert story["refused_award"] == {
        "principal": "google",
        "vendor": "scale-ai",
        "status": 409,
        "rules": ["economic_line", "personnel"],
    }


def test_the_demo_tells_it_keeps_it_and_tells_the_same_again(printed: str, tmp_path: Path) -> None:
    first = manage("demo", "--no-serve", state=tmp_path)
    before = (tmp_path / "demo" / "armslength.sqlite3").read_bytes()
    again = manage("demo", "--no-serve", state=tmp_path)
    assert first.returncode == again.returncode == 0, first.stderr + again.stderr
    assert first.stdout == again.stdout
    assert "yes  as of 11 June as known on 13 June" in first.stdout
    assert "NO  " not in first.stdout
    assert (tmp_path / "demo" / "armslength.sqlite3").read_bytes() == before
    kept = json.loads((tmp_path / "demo" / "story.json").read_text(encoding="utf-8"))
    # A second telling, in another database, found the same.
    assert {key: kept[key] for key in ("screenings", "what_if", "alerts", "refused_award")} == {
        key: json.loads(printed)[key] for key in ("screenings", "what_if", "alerts", "refused_award")
    }
    # As an earlier release would have left it, it is brought up to this one.
    assert manage("migrate", "conflicts", "0004", state=tmp_path / "demo").returncode == 0
    later = manage("demo", "--no-serve", state=tmp_path)
    assert (later.returncode, later.stdout) == (0, first.stdout), later.stderr
    assert manage("preflight", state=tmp_path / "demo").returncode == 0


def test_a_story_refuses_a_database_with_a_history(tmp_path: Path) -> None:
    assert manage("migrate", "--verbosity", "0", state=tmp_path).returncode == 0
    seeded = "from conflicts.services import add_party\nadd_party(actor=None, slug='acme', name='Acme')"
    assert manage("shell", "--no-imports", "-c", seeded, state=tmp_path).returncode == 0
    refused = manage("story", "--here", state=tmp_path)
    assert refused.returncode == 1
    assert "This database is not empty" in refused.stderr
    assert "begins in an empty one" in refused.stderr
