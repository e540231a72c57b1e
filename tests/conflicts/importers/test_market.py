"""Loading the market's files: what is right goes in once, what is wrong is told with its line."""

import datetime as dt
import re
from collections import Counter

import pytest

from conflicts.changes import epoch_now
from conflicts.engine.bounds import PERCENT
from conflicts.importers.events import EVENTS
from conflicts.importers.market import (
    COMPETITIONS,
    INTERESTS,
    ORGANIZATIONS,
    RELATIONSHIPS,
    count_rows,
    load,
)
from conflicts.importers.reports import Fate, ImportReport
from conflicts.models import Competition, CustomerTie, FactChange, Interest, Party
from conflicts.services import InterestDraft, SourceDraft, correct_interest, edit_party, end_interest, retract_interest
from marketplace.records.models import LogEntry
from marketplace.records.refusals import Invalid
from tests.conflicts.builders import REGISTER, footprint
from tests.conflicts.importers.files import URL, Files

pytestmark = pytest.mark.django_db

EVE = dt.date(2025, 6, 11)


def counts(report: ImportReport) -> dict[str, int]:
    return {fate: number for fate in Fate if (number := report.total(fate))}


def rejected(report: ImportReport) -> list[tuple[str, int]]:
    return [(rejection.file, rejection.line) for rejection in report.rejected]


def stake() -> Interest:
    return Interest.objects.current().get(holder__slug="meta", start="2024-05-21")


def test_the_files_become_parties_rivals_interests_and_ties(files: Files) -> None:
    assert counts(load(files.folder)) == {"added": 9, "changed": 1}
    meta, wang = Party.objects.get(slug="meta"), Party.objects.get(slug="wang")
    assert (meta.name, meta.jurisdiction, meta.segments, str(meta.identifiers.get())) == (
        "Meta Platforms",
        "US",
        ["social", "ar-vr"],
        "market:meta",
    )
    assert (sorted(str(name) for name in meta.names.all()), wang.kind, wang.segments) == (
        ["Facebook", "Meta"],
        "person",
        [],
    )
    assert (Competition.objects.get().rival_of(meta).slug, CustomerTie.objects.get().end) == ("google", "2025-06")
    shares = Interest.objects.current().filter(holder=meta).order_by("start").values_list("share_low", "end")
    assert list(shares) == [(None, "2025-06-12"), (49 * PERCENT, "")]


def test_each_batch_is_one_epoch_and_one_log_row(files: Files) -> None:
    report = load(files.folder)
    assert epoch_now() == FactChange.objects.count() == LogEntry.objects.count() == 5
    told = {change.data["file"]: change.data for change in FactChange.objects.all()}
    assert set(told) == {file.file for file in report.files}
    event = told[EVENTS]
    assert (event["added"], event["changed"], event["recorded_on"], len(event["digest"])) == (1, 1, "2025-06-12", 64)
    assert [part["action"] for part in event["parts"]] == ["interest.ended", "interest.recorded"]


def test_the_same_files_again_change_nothing(files: Files) -> None:
    load(files.folder)
    before = footprint()
    assert counts(load(files.folder)) == {"unchanged": 10}
    assert footprint() == before


def test_events_can_follow_later(files: Files) -> None:
    load(files.folder, without_events=True)
    assert Interest.objects.current().filter(start="2025-06-12").count() == 0
    assert counts(load(files.folder)) == {"added": 1, "changed": 1, "unchanged": 8}
    assert counts(load(files.folder, without_events=True)) == {"unchanged": 8}
    assert stake().end == "2025-06-12"


def test_a_dry_run_tells_the_same_and_writes_nothing(files: Files) -> None:
    before = footprint()
    rehearsed = load(files.folder, dry_run=True)
    assert footprint() == before
    assert counts(rehearsed) == counts(load(files.folder))
    assert counts(load(files.folder, dry_run=True)) == {"unchanged": 10}


def test_what_could_be_known_on_a_day(files: Files) -> None:
    files.append(INTERESTS, files.interest("google", "scale-ai", start="2025-07", url="https://later.example"))
    report = load(files.folder, known_at=EVE)
    assert counts(report) == {"added": 8, "left_out": 3}
    assert {file.file: (file.left_out, file.ends_emptied) for file in report.files} == {
        ORGANIZATIONS: (0, 0),
        COMPETITIONS: (0, 0),
        INTERESTS: (1, 0),
        RELATIONSHIPS: (0, 1),
        EVENTS: (2, 0),
    }
    assert (CustomerTie.objects.get().end, stake().end) == ("", "")


@pytest.mark.parametrize(
    ("start", "end", "left_out_and_emptied"),
    [
        ("2025-06-11", "", (0, 0)),
        ("2025-06-12", "", (1, 0)),
        ("2025", "", (0, 0)),
        ("2026", "", (1, 0)),
        ("", "2025-06-11", (0, 0)),
        ("", "2025-06-12", (0, 1)),
        ("", "2025-06", (0, 1)),
        ("", "2025-05", (0, 0)),
        ("2026", "2027", (1, 0)),
    ],
)
def test_a_row_is_known_from_its_start_and_an_end_once_its_span_is_over(
    files: Files, start: str, end: str, left_out_and_emptied: tuple[int, int]
) -> None:
    files.write(INTERESTS, files.interest("meta", "scale-ai", start=start, end=end))
    interests = load(files.folder, known_at=EVE, without_events=True).files[2]
    assert (interests.left_out, interests.ends_emptied) == left_out_and_emptied
    assert Interest.objects.count() == 1 - interests.left_out


def test_known_at_a_day_and_then_in_full_is_the_same_as_in_full(files: Files) -> None:
    load(files.folder, known_at=EVE)
    assert counts(load(files.folder)) == {"added": 1, "changed": 2, "unchanged": 7}
    assert (CustomerTie.objects.current().get().end, stake().end) == ("2025-06", "2025-06-12")
    assert counts(load(files.folder)) == {"unchanged": 10}


def test_known_at_a_day_takes_nothing_back(files: Files) -> None:
    load(files.folder)
    before = footprint()
    assert counts(load(files.folder, known_at=EVE)) == {"unchanged": 8, "left_out": 2}
    assert footprint() == before


def test_a_row_that_says_something_new_supersedes(files: Files) -> None:
    load(files.folder)
    for share in ("48", "49"):
        files.write(INTERESTS, files.interest("meta", "scale-ai", share=share, start="2024-05-21"))
        assert counts(load(files.folder)) == {"changed": 1, "unchanged": 8}
        assert (stake().share_low, stake().end) == (int(share) * PERCENT, "2025-06-12")
    assert counts(load(files.folder)) == {"unchanged": 9}


def test_a_party_that_is_told_anew_is_edited(files: Files) -> None:
    load(files.folder)
    files.replace(ORGANIZATIONS, "Facebook;Meta", "Facebook;Meta;FB")
    files.replace(ORGANIZATIONS, "Alexandr Wang", "Alex Wang")
    assert counts(load(files.folder)) == {"changed": 2, "unchanged": 8}
    assert Party.objects.get(slug="wang").name == "Alex Wang"
    assert Party.objects.get(slug="meta").names.count() == 3


def test_what_staff_corrected_ended_or_retracted_stays(files: Files) -> None:
    load(files.folder, without_events=True)
    post = Interest.objects.get(holder__slug="wang")
    ended = end_interest(actor=None, interest=post, end="2025-06-12", source=REGISTER)
    edit_party(actor=None, party=Party.objects.get(slug="google"), resolved=False)
    retract_interest(actor=None, interest=stake(), reason="Mistaken")
    before = footprint()
    assert counts(load(files.folder, without_events=True)) == {"unchanged": 8}
    assert (footprint(), list(Interest.objects.current())) == (before, [ended])


def test_an_event_that_was_recorded_by_hand_is_not_recorded_again(files: Files) -> None:
    load(files.folder, without_events=True)
    end_interest(actor=None, interest=stake(), end="2025-06-12")
    assert counts(load(files.folder)) == {"added": 1, "unchanged": 9}


WRONG_INTERESTS = {
    "unknown party": ("metta,scale-ai,shareholding,,,,,,press,stated,,,,,,", "no party 'metta'"),
    "share of 120": ("meta,scale-ai,shareholding,120,,120,,,press,stated,,,,,,", "120 percent is over 100"),
    "no number": ("meta,scale-ai,shareholding,half,,,,,press,stated,,,,,,", "'half' is not a number"),
    "end before start": ("meta,scale-ai,shareholding,,,,2025,2024,press,stated,,,,,,", "before the start"),
    "bad date": ("meta,scale-ai,shareholding,,,,2025-13,,press,stated,,,,,,", "not a day of the calendar"),
    "unknown code": ("meta,scale-ai,owner,,,,,,press,stated,,,,,,", "not a known type"),
    "unknown currency": ("meta,scale-ai,shareholding,,,,,,press,stated,5,EUX,year,,,", "not a currency"),
    "bad amount": ("meta,scale-ai,shareholding,,,,,,press,stated,lots,EUR,year,,,", "'lots' is not an amount"),
    "bad mark": ("meta,scale-ai,shareholding,5,yes,,,,press,stated,,,,,,", "neither true nor false"),
    "low above high": ("meta,scale-ai,shareholding,50,,40,,,press,stated,,,,,,", "above the high bound"),
    "held person": ("meta,wang,shareholding,,,,,,press,stated,,,,,,", "is a person"),
    "bad source": ("meta,scale-ai,shareholding,,,,,,press,stated,,,,,,", "not the address"),
}


@pytest.mark.parametrize("case", WRONG_INTERESTS)
def test_a_wrong_row_is_rejected_with_a_sentence_and_the_rest_goes_in(files: Files, case: str) -> None:
    row, reason = WRONG_INTERESTS[case]
    address = "nowhere" if case == "bad source" else "https://wrong.example"
    files.write(INTERESTS, (row + address).split(","), files.interest("wang", "scale-ai", "boardMember"))
    report = load(files.folder, without_events=True)
    assert rejected(report) == [(INTERESTS, 2)]
    assert re.search(reason, report.rejected[0].reason)
    assert list(Interest.objects.values_list("holder__slug", flat=True)) == ["wang"]


def test_a_row_that_repeats_another_is_rejected(files: Files) -> None:
    files.append(INTERESTS, files.interest("meta", "scale-ai", start="2024-05-21", share="3"))
    files.append(COMPETITIONS, ["google", "meta", "ar-vr", URL])
    files.append(ORGANIZATIONS, ["meta", "Meta again", "", "", "client", "", URL])
    report = load(files.folder, without_events=True)
    assert rejected(report) == [(ORGANIZATIONS, 6), (COMPETITIONS, 3), (INTERESTS, 4)]
    assert "the same as line 2" in report.rejected[2].reason
    assert (stake().share_low, Party.objects.get(slug="meta").name) == (None, "Meta Platforms")


def test_two_sources_may_tell_of_one_interest(files: Files) -> None:
    files.append(INTERESTS, files.interest("meta", "scale-ai", start="2024-05-21", share="3", url="https://b.example"))
    assert not load(files.folder).rejected
    ends = Interest.objects.current().filter(start="2024-05-21").values_list("share_low", "end").order_by("share_low")
    assert set(ends) == {(None, "2025-06-12"), (3 * PERCENT, "2025-06-12")}
    assert counts(load(files.folder)) == {"unchanged": 11}


def test_a_rejected_party_takes_its_rows_with_it(files: Files) -> None:
    files.replace(ORGANIZATIONS, "wang,Alexandr Wang", "Wang!,Alexandr Wang")
    report = load(files.folder, without_events=True)
    assert rejected(report) == [(ORGANIZATIONS, 5), (INTERESTS, 3)]


def test_every_row_read_has_one_fate(files: Files) -> None:
    files.append(INTERESTS, ["too", "short"], files.interest("nobody", "scale-ai"))
    report = load(files.folder, known_at=EVE)
    fates = Counter({fate: report.total(fate) for fate in Fate})
    assert fates.total() == sum(file.read for file in report.files) == count_rows(files.folder) == 12


def test_progress_is_told_row_by_row(files: Files) -> None:
    rows: Counter[str] = Counter()
    load(files.folder, progress=lambda file: rows.update([file]))
    assert rows == {ORGANIZATIONS: 4, COMPETITIONS: 1, INTERESTS: 2, RELATIONSHIPS: 1, EVENTS: 2}


@pytest.mark.parametrize("file", [ORGANIZATIONS, INTERESTS, EVENTS])
def test_a_missing_file_is_refused_before_anything_is_written(files: Files, file: str) -> None:
    (files.folder / file).unlink()
    before = footprint()
    with pytest.raises(Invalid) as refusal:
        load(files.folder)
    assert list(refusal.value.fields) == [file]
    assert footprint() == before


def test_a_missing_column_is_refused_before_anything_is_written(files: Files) -> None:
    files.replace(RELATIONSHIPS, "vendor_revenue_share_min", "revenue")
    before = footprint()
    with pytest.raises(Invalid, match="no column vendor_revenue_share_min"):
        load(files.folder)
    assert footprint() == before


def test_a_correction_by_staff_outlives_the_next_load_but_not_news(files: Files) -> None:
    load(files.folder, without_events=True)
    source = SourceDraft(url=URL)
    draft = InterestDraft(holder="meta", subject="scale-ai", type="shareholding", start="2024-05", source=source)
    moved = correct_interest(actor=None, interest=stake(), draft=draft)
    assert counts(load(files.folder, without_events=True)) == {"unchanged": 8}
    files.replace(INTERESTS, "shareholding,,,,2024-05-21", "shareholding,4,,4,2024-05-21")
    assert counts(load(files.folder, without_events=True)) == {"changed": 1, "unchanged": 7}
    assert (stake().series, stake().share_low) == (moved.series, 4 * PERCENT)
