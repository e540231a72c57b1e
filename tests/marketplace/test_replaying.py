"""Every decision of the log, judged again on what was known at its epoch, comes out the same."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from conflicts import replaying
from conflicts.models import FactChange
from conflicts.models.competitors import CompetitorQuerySet
from conflicts.models.facts import FactQuerySet
from conflicts.models.policies import PolicyQuerySet
from conflicts.replaying import Fate, History, replay, written_over
from conflicts.screening import Scene, scene
from conflicts.services import SourceDraft, edit_party, end_interest, record_interest, retract_interest
from conflicts.shares import from_percent
from marketplace.models import Client
from marketplace.records import clock
from marketplace.records.models import LogEntry
from marketplace.services.awards import award
from tests.marketplace.histories import DecidedStory
from tests.marketplace.market import client, holds, member, party, request, slot, vendor

pytestmark = pytest.mark.django_db

EVENTS = 40
DAY = dt.date(2024, 1, 1)
Break = Callable[[pytest.MonkeyPatch], None]


def fates() -> Counter[Fate]:
    return Counter(told.fate for told in replay())


def told_wrong() -> list[str]:
    return [told.text for told in replay() if told.fate is not Fate.SAME]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 9])
def test_every_decision_of_a_drawn_history_replays(seed: int) -> None:
    DecidedStory(seed).tell(EVENTS)
    assert told_wrong() == []
    assert fates()[Fate.SAME] > EVENTS / 2


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 112))
def test_every_decision_of_a_long_history_replays(seed: int) -> None:
    DecidedStory(seed).tell(2 * EVENTS)
    assert told_wrong() == []
    assert fates()[Fate.SAME] > EVENTS


def ignore_superseding(patch: pytest.MonkeyPatch) -> None:
    recorded: Callable[..., Any] = lambda rows, epoch: rows.filter(recorded_by__epoch__lte=epoch)  # noqa: E731
    patch.setattr(FactQuerySet, "at_epoch", recorded)


def take_todays(rows: type) -> Break:
    def take(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(rows, "at_epoch", lambda found, _: found.current())

    return take


def leave_written_over(model: str) -> Break:
    """Take nothing back of the rows of this model."""

    def leave(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(
            replaying,
            "written_over",
            lambda epoch: {key: columns for key, columns in written_over(epoch).items() if key[0] != model},
        )

    return leave


def judge_by_today(patch: pytest.MonkeyPatch) -> None:
    def today(history: History, _: dt.date) -> Scene:
        return scene(history.rows(), as_of=clock.today(), known_on=clock.today(), as_known=None)

    patch.setattr(History, "scene", today)


BREAKS: dict[str, Break] = {
    "superseding is ignored": ignore_superseding,
    "today's facts": take_todays(FactQuerySet),
    "today's list": take_todays(CompetitorQuerySet),
    "today's lines": take_todays(PolicyQuerySet),
    "parties as they are today": leave_written_over("party"),
}


@pytest.mark.slow
def test_a_replay_that_leaves_something_out_is_caught() -> None:
    DecidedStory(9).tell(EVENTS)
    caught = {}
    for name, cut in BREAKS.items():
        with pytest.MonkeyPatch.context() as patch:
            cut(patch)
            caught[name] = fates()[Fate.DIFFERENT]
    assert {name for name, count in caught.items() if not count} == set()
    assert fates()[Fate.DIFFERENT] == 0


def test_a_source_whose_date_became_known_later_weighs_as_it_did(monkeypatch: pytest.MonkeyPatch) -> None:
    google = client("google", "meta")
    old, undated = SourceDraft(url="https://one.example/"), SourceDraft(url="https://other.example/")
    for percent, source in (("30", replace(old, statement_date=dt.date(2020, 1, 1))), ("31", undated)):
        stake(percent, "lab", source)
    refuse(google, "lab")
    # Another fact of the same source tells of when it is, which turns the two rows round.
    stake("1", "elsewhere", replace(undated, statement_date=dt.date(2024, 1, 1)))
    assert told_wrong() == []
    leave_written_over("source")(monkeypatch)
    assert fates() == {Fate.DIFFERENT: 1}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time")
@pytest.mark.django_db(transaction=True)
def test_who_fills_a_source_second_notes_what_the_first_one_wrote() -> None:
    party("meta")
    source = SourceDraft(url="https://one.example/")
    stake("1", "lab", source)
    party("second")
    party("third")

    def fill() -> None:
        stake("1", "third", replace(source, retrieved_on=DAY, statement_date=DAY))
        connection.close()

    other = threading.Thread(target=fill)
    with transaction.atomic():
        stake("1", "second", replace(source, retrieved_on=DAY))
        other.start()
        other.join(timeout=0.5)
        assert other.is_alive()
    other.join(timeout=30)
    noted = [
        told["columns"] for change in FactChange.objects.order_by("epoch") for told in change.data.get("before", ())
    ]
    assert noted == [{"retrieved_on": None}, {"statement_date": None}]


def test_a_decision_is_judged_by_its_own_day(monkeypatch: pytest.MonkeyPatch) -> None:
    clock.create_story(dt.date(2025, 6, 12))
    google = client("google", "meta")
    end_interest(actor=None, interest=holds("meta", "lab", "49"), end="2025-07-01")
    refuse(google, "lab")
    clock.advance_story(dt.date(2025, 8, 1))
    assert told_wrong() == []
    judge_by_today(monkeypatch)
    assert fates() == {Fate.DIFFERENT: 1}


@pytest.fixture
def google() -> Client:
    """A client whose award to a vendor, of which its rival holds a twentieth, was refused."""
    google = client("google", "meta")
    holds("meta", "lab", "6")
    refuse(google, "lab")
    return google


def stake(percent: str, subject: str, source: SourceDraft) -> None:
    """Record so many percent of meta in the subject, as this source tells it."""
    share = from_percent(percent)
    told: dict[str, Any] = {"type": "shareholding", "share_low": share, "share_high": share, "source": source}
    record_interest(actor=None, holder=party("meta"), subject=party(subject), **told)


def refuse(of: Client, slug: str) -> LogEntry:
    to = vendor(slug)
    assert award(actor=member(of), slot_id=slot(request(of)).pk, vendor=to).refusal
    return LogEntry.objects.filter(action="award.refused").latest("position")


def replayed(*options: str) -> str:
    out = StringIO()
    call_command("replay_log", *options, stdout=out)
    return out.getvalue()


def test_the_log_says_what_a_replay_needs(google: Client) -> None:
    told = LogEntry.objects.get(action="award.refused")
    verdict = told.data["verdict"]
    assert (verdict["principal"], verdict["subject"], verdict["outcome"]) == ("google", "lab", "review")
    assert (verdict["epoch"], verdict["as_of"]) == (told.epoch, clock.today().isoformat())


def test_what_was_known_later_changes_no_replay(google: Client) -> None:
    for row in replaying.History(10**6)._facts():
        retract_interest(actor=None, interest=row.pk, reason="Never was.")
    edit_party(actor=None, party=party("lab"), resolved=False)
    edit_party(actor=None, party=party("lab"), resolved=True, kind="state_body")
    assert replayed() == "1 verdicts: 1 the same, 0 different, 0 by other rules and not compared.\n"


def test_what_a_change_wrote_over_is_noted_in_it(google: Client) -> None:
    edit_party(actor=None, party=party("lab"), resolved=False, name="Laboratory")
    change = FactChange.objects.first()
    assert change
    assert change.data["before"] == [{"model": "party", "id": str(party("lab").pk), "columns": {"resolved": True}}]
    assert LogEntry.objects.first().data["before"] == change.data["before"]  # type: ignore[union-attr]


def test_a_verdict_that_cannot_have_been_is_told(google: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CompetitorQuerySet, "at_epoch", lambda rows, _: rows.none())
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("replay_log", stdout=out)
    assert end.value.code == 1
    assert "(award.refused, lab for google, epoch" in out.getvalue()
    assert "says review, and the replay says clear." in out.getvalue()
    assert "0 the same, 1 different" in out.getvalue()


def test_the_same_outcome_for_other_reasons_is_told(google: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    holds("meta", "lab", "7", start="2020")
    monkeypatch.setattr(FactQuerySet, "at_epoch", lambda rows, _: rows.current())
    (told,) = replay()
    assert told.fate is Fate.DIFFERENT
    assert "says review and so does the replay, but the findings are others." in told.text


def test_other_rules_are_told_and_not_compared(google: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "RULE_VERSION", "2099.1.1")
    monkeypatch.setattr(CompetitorQuerySet, "at_epoch", lambda rows, _: rows.none())
    said = replayed()
    assert "was judged by other rules" in said
    assert "0 the same, 0 different, 1 by other rules" in said


def test_a_part_of_the_log_can_be_replayed(google: Client) -> None:
    holds("meta", "second", "6")
    second = refuse(google, "second")
    assert "2 verdicts" in replayed()
    assert "1 verdicts" in replayed("--from", str(second.position))
    assert "1 verdicts" in replayed("--to", str(second.position - 1))
    assert "1 verdicts" in replayed("--entry", str(second.pk))


def test_a_row_without_a_verdict_cannot_be_replayed(google: Client) -> None:
    with pytest.raises(CommandError, match="tells no verdict, or there is none"):
        replayed("--entry", str(uuid4()))
    with pytest.raises(CommandError, match="give --entry, or --from and --to"):
        replayed("--entry", str(uuid4()), "--from", "1")
