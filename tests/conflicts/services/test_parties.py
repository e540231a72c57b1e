import datetime as dt
from typing import Any

import pytest

from conflicts.loading import load_snapshot_rows
from conflicts.models import Competition, Party, Source
from conflicts.services import SourceDraft, add_competition, add_party, edit_party, find_party, hold_jointly
from marketplace.records.models import LogEntry
from marketplace.records.refusals import Conflict, Invalid
from tests.conflicts.builders import PRESS, footprint, holding, parties, party

pytestmark = pytest.mark.django_db


def test_a_party_is_added_with_names_identifiers_and_source() -> None:
    meta = party("meta", aliases=["Facebook"], identifiers={"lei": "BQ4BKCS1HXDV9HN80Z93"}, source=PRESS)
    assert [name.name for name in meta.names.all()] == ["Facebook"]
    assert str(meta.identifiers.get()) == "lei:BQ4BKCS1HXDV9HN80Z93"
    assert (meta.source and meta.source.url, LogEntry.objects.get().subject_id) == (PRESS.url, meta.pk)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"slug": "Meta Platforms"}, "slug"),
        ({"name": " "}, "name"),
        ({"kind": "robot"}, "kind"),
        ({"slug": "a" * 101}, "slug"),
    ],
)
def test_a_party_that_cannot_be_is_refused(told: dict[str, Any], field: str) -> None:
    before = footprint()
    with pytest.raises(Invalid) as refusal:
        add_party(actor=None, **{"slug": "meta", "name": "Meta", **told})
    assert list(refusal.value.fields) == [field]
    assert footprint() == before


def test_a_slug_and_an_identifier_belong_to_one_party() -> None:
    party("meta", identifiers={"lei": "1"})
    before = footprint()
    with pytest.raises(Conflict, match="choose another slug"):
        party("meta")
    with pytest.raises(Conflict, match="identifies Meta already"):
        party("facebook", identifiers={"lei": "1"})
    assert footprint() == before


def test_a_party_is_edited_but_its_slug_stays() -> None:
    meta = party("meta")
    edit_party(actor=None, party=meta, name="Meta Platforms", resolved=False, aliases=["Facebook"])
    meta.refresh_from_db()
    assert (meta.name, meta.resolved, meta.names.get().name) == ("Meta Platforms", False, "Facebook")
    with pytest.raises(Invalid, match="slug cannot be changed"):
        edit_party(actor=None, party=meta, slug="facebook")
    assert Party.objects.get().slug == "meta"


def test_a_party_is_found_by_itself_its_slug_and_its_id() -> None:
    meta = party("meta")
    for reference in (meta, "meta", meta.pk, str(meta.pk)):
        assert find_party(reference, "holder") == meta
    with pytest.raises(Invalid) as refusal:
        find_party("metta", "holder")
    assert list(refusal.value.fields) == ["holder"]


def test_rivals_are_recorded_once_and_change_no_outcome() -> None:
    meta, google, snap = parties("meta", "google", "snap")
    row = add_competition(actor=None, a="meta", b="google", segment="ar-vr", source=PRESS)
    add_competition(actor=None, a=meta, b=snap, segment="ar-vr", source=PRESS)
    before = footprint()
    with pytest.raises(Conflict):
        add_competition(actor=None, a=google, b=meta, segment="ar-vr", source=PRESS)
    for b, segment in (("meta", "cloud"), ("google", " "), ("gogle", "cloud")):
        with pytest.raises(Invalid):
            add_competition(actor=None, a="meta", b=b, segment=segment, source=PRESS)
    assert footprint() == before
    assert {rival.rival_of(meta) for rival in Competition.objects.about(meta)} == {google, snap}
    assert (row.rival_of(google), list(Competition.objects.about(google))) == (meta, [row])


def test_an_edit_writes_the_news_and_nothing_else() -> None:
    stale = party("meta")
    edit_party(actor=None, party=Party.objects.get(), resolved=False)
    edit_party(actor=None, party=stale, aliases=["Facebook"])
    edit_party(actor=None, party=stale, name="Meta Platforms")
    told = Party.objects.get()
    assert (told.resolved, stale.resolved, told.name, told.names.get().name) == (
        False,
        False,
        "Meta Platforms",
        "Facebook",
    )


def test_what_changes_no_outcome_adds_nothing_to_a_source_that_facts_rest_on() -> None:
    parties("meta", "google", "scale-ai")
    dated = SourceDraft(url=PRESS.url, statement_date=dt.date(2025, 1, 1))
    holding("meta", "scale-ai", 49)
    add_competition(actor=None, a="meta", b="google", segment="ar-vr", source=dated)
    assert Source.objects.get().statement_date is None
    holding("google", "scale-ai", 1, source=dated)
    assert Source.objects.get().statement_date == dt.date(2025, 1, 1)


def test_who_holds_jointly_is_one_party_however_it_is_told() -> None:
    meta, google = parties("meta", "google")
    both = hold_jointly(actor=None, members=[meta, "google"])
    assert hold_jointly(actor=None, members=[google, meta, "meta"]) == both
    assert (both.kind, both.name) == ("arrangement", "Google and Meta, jointly")
    assert [row.member for row in both.members.all()] == [google, meta]


def test_the_second_time_nothing_is_written() -> None:
    parties("meta", "google")
    hold_jointly(actor=None, members=["meta", "google"])
    before = footprint()
    hold_jointly(actor=None, members=["meta", "google"])
    assert footprint() == before


@pytest.mark.parametrize("members", [["meta"], [], ["meta", "meta"], ["meta", "nobody"]])
def test_fewer_than_two_or_an_unknown_one_hold_nothing_jointly(members: list[str]) -> None:
    party("meta")
    before = footprint()
    with pytest.raises(Invalid):
        hold_jointly(actor=None, members=members)
    assert footprint() == before


def test_a_joint_interest_is_one_stake_of_its_members() -> None:
    meta, google, lab = parties("meta", "google", "lab")
    holding(hold_jointly(actor=None, members=[meta, google]), lab, 40)
    (fact,) = load_snapshot_rows().facts
    assert (fact.holder, fact.members, fact.subject) == ("google & meta", ("google", "meta"), "lab")
