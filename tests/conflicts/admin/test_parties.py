"""Parties, sources, public rivals and customer ties at the console."""

import pytest

from conflicts.models import Competition, CustomerTie, Party
from tests.conflicts.builders import footprint, holding, parties, party
from tests.marketplace.admin.desks import desk, list_page, operator, page, says, text_of

pytestmark = pytest.mark.django_db
SOURCE = {"source_url": "https://news.example/story", "standing": "press"}
NEW = {"name": "Scale AI", "slug": "scale-ai", "kind": "organization", "resolved": "on", "standing": "press"}


def test_a_party_is_added_with_its_names() -> None:
    told = {**NEW, "segments": "data-labeling; evaluation", "aliases": "Scale\nScaleAPI"}
    assert desk().post(list_page(Party, "add"), told).status_code == 302
    added = Party.objects.get(slug="scale-ai")
    assert added.segments == ["data-labeling", "evaluation"]
    assert [name.name for name in added.names.all()] == ["Scale", "ScaleAPI"]


def test_a_taken_slug_is_refused() -> None:
    party("scale-ai")
    browser = desk()
    before = footprint()
    assert says(browser.post(list_page(Party, "add"), NEW), "There is a party 'scale-ai' already")
    assert footprint() == before


def test_a_party_is_edited_and_keeps_its_slug() -> None:
    meta = party("meta")
    told = {"name": "Meta Platforms", "kind": "organization", "resolved": "on", "slug": "facebook"}
    assert desk().post(page(meta, "edit"), told).status_code == 302
    meta.refresh_from_db()
    assert (meta.name, meta.slug) == ("Meta Platforms", "meta")


def test_a_party_shows_who_holds_it_to_compliance_only() -> None:
    scale = party("scale-ai")
    holding(party("meta"), scale, 49)
    assert "shareholding, 49 %" in text_of(desk().get(page(scale)))
    shown = operator().get(page(scale))
    assert shown.status_code == 200
    assert "49" not in text_of(shown).partition('id="content-main"')[2]


def test_rivals_are_recorded_with_their_source() -> None:
    google, meta = parties("google", "meta")
    told = {"a": google.pk, "b": meta.pk, "segment": "foundation-models", **SOURCE}
    assert desk().post(list_page(Competition, "add"), told).status_code == 302
    assert Competition.objects.get().source.url == SOURCE["source_url"]


def test_nobody_rivals_itself() -> None:
    google, browser = party("google"), desk()
    before = footprint()
    told = {"a": google.pk, "b": google.pk, "segment": "search", **SOURCE}
    assert says(browser.post(list_page(Competition, "add"), told), "Google does not compete with itself")
    assert footprint() == before


def test_a_tie_is_recorded_and_ended() -> None:
    google, scale = parties("google", "scale-ai")
    told = {"buyer": google.pk, "supplier": scale.pk, "status": "reported", "revenue_share_low": "12.5", **SOURCE}
    browser = desk()
    browser.post(list_page(CustomerTie, "add"), {**told, "certainty": "stated", "visibility": "public"})
    tie = CustomerTie.objects.get()
    assert tie.revenue_share_low == 12_500_000
    browser.post(page(tie, "end"), {"end": "2025-06", "standing": "press"})
    assert CustomerTie.objects.current().get().end == "2025-06"


def test_nobody_buys_from_itself() -> None:
    google, browser = party("google"), desk()
    before = footprint()
    told = {"buyer": google.pk, "supplier": google.pk, "status": "reported", **SOURCE}
    response = browser.post(list_page(CustomerTie, "add"), {**told, "certainty": "stated", "visibility": "public"})
    assert says(response, "A party does not buy from itself")
    assert footprint() == before
