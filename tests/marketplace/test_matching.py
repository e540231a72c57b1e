"""Matching on small hand-made facts: who is ranked where, and what is behind."""

import pytest

from conflicts.changes import epoch_now
from marketplace.matching import candidates_of, rank_request, requests_behind
from marketplace.models import LabelingRequest, RequestStatus
from marketplace.services.requests import RequestDraft, close_request, update_request
from tests.marketplace.market import catch_up, client, holds, party, request, vendor
from vendors.models import VendorStatus
from vendors.services.listings import ListingDraft, save_listing, set_status

pytestmark = pytest.mark.django_db


def ranking(of: LabelingRequest) -> list[str]:
    """Return the ranked vendors, best first."""
    return list(of.matches.filter(rank__isnull=False).order_by("rank").values_list("vendor__slug", flat=True))


def is_behind(row: LabelingRequest) -> bool:
    return requests_behind().filter(pk=row.pk).exists()


def test_clear_comes_before_review_and_blocked_has_no_rank() -> None:
    google = client("google", "meta")
    for slug in ("owned", "held", "free"):
        vendor(slug)
    holds("meta", "owned", "49")
    holds("meta", "held", "6")
    asked = request(google)
    catch_up()
    assert ranking(asked) == ["free", "held"]
    assert asked.matches.get(vendor__slug="owned").outcome == "blocked"


def test_covered_comes_before_uncovered_then_fit_then_coverage_then_name() -> None:
    google = client("google", "meta")
    for slug in ("unheard-of", "beta", "alpha", "majority"):
        vendor(slug, modality=["text"], task=["rlhf"])
    vendor("whole", modality=["text"], task=["rlhf", "sft"])
    party("founder", "person")
    for slug in ("beta", "alpha", "whole"):
        holds("a-fund", slug, "10")
    holds("founder", "majority", "60")
    asked = request(google, tasks=["rlhf", "sft"])
    catch_up()
    assert ranking(asked) == ["whole", "majority", "alpha", "beta", "unheard-of"]


def test_owners_known_in_private_alone_move_no_rank() -> None:
    google = client("google", "meta")
    for slug in ("open", "hush", "blank"):
        vendor(slug)
    holds("a-fund", "open", "10")
    holds("a-fund", "hush", "10", visibility="private")
    asked = request(google)
    catch_up()
    assert ranking(asked) == ["open", "blank", "hush"]
    told = asked.matches.order_by("rank").values_list("coverage", "screening__coverage")
    assert list(told) == [("partial", "partial"), ("none", "none"), ("none", "partial")]


def test_a_vendor_that_does_not_fit_is_no_match() -> None:
    vendor("painters", modality=["image"])
    vendor("silent", task=["ner"])
    asked = request(client("google"))
    catch_up()
    assert ranking(asked) == ["silent"]
    assert asked.matches.get().parts[0]["note"] == "not stated"


def test_a_suspended_vendor_leaves_the_ranking() -> None:
    lab = vendor("lab")
    asked = request(client("google"))
    catch_up()
    set_status(actor=None, vendor=lab, status=VendorStatus.SUSPENDED, reason="Left the market.")
    assert is_behind(asked)
    catch_up()
    assert ranking(asked) == []


def test_a_new_vendor_reaches_an_open_request() -> None:
    asked = request(client("google"))
    catch_up()
    assert not is_behind(asked)
    vendor("newcomer")
    assert is_behind(asked)
    catch_up()
    assert ranking(asked) == ["newcomer"]


def test_a_saved_listing_leaves_matches_behind() -> None:
    lab = vendor("lab", modality=["text"], task=["rlhf"])
    asked = request(client("google"), tasks=["rlhf", "sft"])
    catch_up()
    before = asked.matches.get().score
    save_listing(
        actor=None, vendor=lab, draft=ListingDraft(capabilities={"modality": ["text"], "task": ["rlhf", "sft"]})
    )
    assert is_behind(asked)
    catch_up()
    assert asked.matches.get().score > before


def test_a_new_fact_leaves_the_request_behind_until_it_is_ranked_anew() -> None:
    vendor("lab")
    asked = request(client("google", "meta"))
    catch_up()
    holds("meta", "lab", "30")
    catch_up()
    assert not is_behind(asked)
    assert (asked.matches.get().outcome, ranking(asked)) == ("blocked", [])


def test_an_edit_is_ranked_anew() -> None:
    vendor("lab", modality=["image"])
    asked = request(client("google"))
    catch_up()
    update_request(actor=None, request=asked, draft=RequestDraft(title="Pictures", modality="image"))
    assert is_behind(asked)
    catch_up()
    assert ranking(asked) == ["lab"]


def test_the_candidate_epoch_stops_before_what_waits() -> None:
    google = client("google", "meta")
    vendor("lab")
    catch_up()
    settled = epoch_now()
    assert candidates_of(google).epoch == settled
    holds("meta", "lab", "30")
    found = candidates_of(google)
    assert (found.epoch, [one.behind for one in found.each]) == (settled, [True])


def test_a_ranking_before_the_rescoring_is_found_behind_after_it() -> None:
    vendor("lab")
    asked = request(client("google", "meta"))
    catch_up()
    holds("meta", "lab", "30")
    rank_request(asked.pk)
    assert asked.matches.get().outcome == "clear"
    catch_up()
    assert asked.matches.get().outcome == "blocked"


def test_the_candidate_epoch_never_goes_back() -> None:
    asked = request(client("google"))
    LabelingRequest.objects.filter(pk=asked.pk).update(candidate_epoch=1_000)
    rank_request(asked.pk)
    asked.refresh_from_db()
    assert asked.candidate_epoch == 1_000


def test_a_match_keeps_its_id_when_it_is_ranked_anew() -> None:
    vendor("lab")
    asked = request(client("google"))
    catch_up()
    before = asked.matches.get().pk
    rank_request(asked.pk)
    assert asked.matches.get().pk == before


def test_a_closed_request_is_not_ranked_any_more() -> None:
    asked = request(client("google"))
    close_request(actor=None, request=asked)
    vendor("lab")
    catch_up()
    assert not rank_request(asked.pk)
    assert (asked.matches.count(), is_behind(asked)) == (0, False)
    assert LabelingRequest.objects.get(pk=asked.pk).status == RequestStatus.CLOSED
