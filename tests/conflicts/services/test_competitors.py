import pytest

from conflicts.changes import epoch_now
from conflicts.loading import load_case
from conflicts.models import CompetitorDeclaration, FactChange, Party, Reach
from conflicts.services import CompetitorDraft, declare_competitor, replace_competitor_list, withdraw_competitor
from marketplace.records.models import LogEntry
from marketplace.records.refusals import Conflict, Invalid
from tests.conflicts.builders import OTHER_TENANT, TENANT, compete, footprint, parties

pytestmark = pytest.mark.django_db


@pytest.fixture
def google() -> Party:
    google, *_ = parties("google", "meta", "microsoft")
    return google


def competitors(principal: Party) -> list[str]:
    return list(load_case(tenant=TENANT, principal=principal).competitors)


def test_a_competitor_is_declared_with_change_and_log(google: Party) -> None:
    row = declare_competitor(actor=None, tenant=TENANT, principal=google, competitor="meta", segment="ar-vr", note="n")
    assert (row.recorded_by.reach, row.recorded_by.tenant, competitors(google)) == (Reach.TENANT, TENANT, ["meta"])
    entry = LogEntry.objects.get(action="competitor.declared")
    assert (entry.tenant, entry.data["added"], entry.epoch) == (TENANT, ["meta"], epoch_now())


@pytest.mark.parametrize("competitor", ["gogle", "google"])
def test_neither_the_unknown_nor_oneself_is_a_competitor(google: Party, competitor: str) -> None:
    before = footprint()
    with pytest.raises(Invalid) as refusal:
        declare_competitor(actor=None, tenant=TENANT, principal=google, competitor=competitor)
    assert list(refusal.value.fields) == ["competitor"]
    assert footprint() == before


def test_a_competitor_is_declared_once_in_a_segment(google: Party) -> None:
    declare_competitor(actor=None, tenant=TENANT, principal=google, competitor="meta", segment="cloud")
    before = footprint()
    with pytest.raises(Conflict):
        declare_competitor(actor=None, tenant=TENANT, principal=google, competitor="meta", segment="cloud")
    assert footprint() == before
    declare_competitor(actor=None, tenant=TENANT, principal=google, competitor="meta", segment="ar-vr")
    assert load_case(tenant=TENANT, principal=google).segments == {"meta": ("ar-vr", "cloud")}


def test_a_withdrawn_competitor_is_kept_as_history(google: Party) -> None:
    row = declare_competitor(actor=None, tenant=TENANT, principal=google, competitor="meta")
    withdraw_competitor(actor=None, declaration=row)
    assert (competitors(google), CompetitorDeclaration.objects.count()) == ([], 1)
    before = footprint()
    with pytest.raises(Conflict):
        withdraw_competitor(actor=None, declaration=row)
    assert footprint() == before


def test_a_list_is_replaced_in_one_epoch_and_what_stays_is_not_touched(google: Party) -> None:
    first = replace_competitor_list(
        actor=None, tenant=TENANT, principal=google, rows=[CompetitorDraft(competitor="meta")]
    )
    before = epoch_now()
    rows = [CompetitorDraft(competitor="meta"), CompetitorDraft(competitor="microsoft")]
    second = replace_competitor_list(actor=None, tenant=TENANT, principal=google, rows=rows)
    assert (first[0] in second, competitors(google)) == (True, ["meta", "microsoft"])
    assert FactChange.objects.get(epoch=before + 1).data["added"] == ["microsoft"]
    assert replace_competitor_list(actor=None, tenant=TENANT, principal=google, rows=rows) == second
    assert epoch_now() == before + 1


def test_a_note_can_change_and_a_list_can_be_emptied(google: Party) -> None:
    for note in ("one", "two"):
        row = CompetitorDraft(competitor="meta", note=note)
        (stored,) = replace_competitor_list(actor=None, tenant=TENANT, principal=google, rows=[row])
        assert stored.note == note
    assert replace_competitor_list(actor=None, tenant=TENANT, principal=google, rows=[]) == []


def test_a_wrong_row_leaves_the_list_as_it_was(google: Party) -> None:
    compete(google, Party.objects.get(slug="meta"))
    before = footprint()
    for wrong in ("gogle", "google", "microsoft"):
        rows = [CompetitorDraft(competitor="microsoft"), CompetitorDraft(competitor=wrong)]
        with pytest.raises(Invalid) as refusal:
            replace_competitor_list(actor=None, tenant=TENANT, principal=google, rows=rows)
        assert list(refusal.value.fields) == ["rows[1].competitor"]
    assert (footprint(), competitors(google)) == (before, ["meta"])


def test_lists_of_two_tenants_do_not_mix(google: Party) -> None:
    compete(google, Party.objects.get(slug="meta"))
    compete(google, Party.objects.get(slug="microsoft"), tenant=OTHER_TENANT)
    assert competitors(google) == ["meta"]
