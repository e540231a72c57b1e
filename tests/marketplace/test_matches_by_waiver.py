"""A blocked vendor under a waiver is found among its client's matches, after all that need none."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from conflicts.models import ReviewDecision
from conflicts.services import Terms
from marketplace.matching import rank_request
from marketplace.models import Client, ClientRole, LabelingRequest, Match
from marketplace.records import clock
from marketplace.services.awards import award
from marketplace.services.decisions import approve_decision, request_decision, void_decision
from marketplace.services.questions import candidacy, ranking
from marketplace.substitutes import alerts_behind
from tests.marketplace.market import catch_up, client, engagement, holds, member, request, slot, vendor
from vendors.models import Vendor

pytestmark = pytest.mark.django_db


@pytest.fixture
def google() -> Client:
    """Google, whose rival Meta holds most of owned and bought and a little of held; nobody knows who owns free."""
    made = client("google", "meta")
    for slug, percent in (("owned", "49"), ("bought", "60"), ("held", "6"), ("free", "0")):
        vendor(slug)
        if percent != "0":
            holds("meta", slug, percent, start="2020")
    catch_up()
    return made


def waived(of: Client, slug: str, scope: LabelingRequest | None = None) -> ReviewDecision:
    waiver = approved(of, slug, scope)
    catch_up()
    return waiver


def approved(of: Client, slug: str, scope: LabelingRequest | None = None) -> ReviewDecision:
    """A waiver that no worker knows of yet."""
    terms = Terms(
        kind="waiver",
        conditions="No board contact",
        expires_on=clock.today() + dt.timedelta(days=5),
        scope=scope.pk if scope else None,
    )
    to = Vendor.objects.get(slug=slug)
    asked = request_decision(actor=member(of), client=of, vendor=to, reason="Rare", terms=terms)
    return approve_decision(actor=member(of, ClientRole.APPROVER), decision=asked)


def ranked(of: LabelingRequest) -> list[str]:
    return list(of.matches.filter(rank__isnull=False).order_by("rank").values_list("vendor__slug", flat=True))


def told(of: LabelingRequest) -> list[str]:
    """What its client reads: the vendors that have a rank."""
    return [one.vendor.slug for one in ranking(of) if candidacy(request=of, vendor=one.vendor).rank]


def test_a_waived_vendor_is_ranked_after_clear_and_review(google: Client) -> None:
    asked = request(google)
    catch_up()
    assert ranked(asked) == ["free", "held"]
    waiver = waived(google, "owned")
    assert ranked(asked) == ["free", "held", "owned"]
    match = asked.matches.get(vendor__slug="owned")
    assert (match.outcome, match.waiver) == ("blocked", waiver)
    assert candidacy(request=asked, vendor=match.vendor).waiver == waiver
    assert not asked.matches.exclude(pk=match.pk).filter(waiver__isnull=False).exists()


def test_it_is_ranked_for_its_own_client_alone(google: Client) -> None:
    theirs = request(client("openai", "meta"))
    waived(google, "owned")
    assert ranked(theirs) == ["free", "held"]


def test_a_waiver_of_one_request_ranks_nothing(google: Client) -> None:
    asked = request(google)
    catch_up()
    waived(google, "owned", asked)
    assert ranked(asked) == ["free", "held"]


def test_its_rank_goes_with_the_waiver_before_any_worker_comes(google: Client) -> None:
    asked = request(google)
    waiver = waived(google, "owned")
    assert told(asked) == ["free", "held", "owned"]
    void_decision(actor=waiver.requested_by, decision=waiver, reason="The wall has a hole.")
    assert "owned" not in told(asked)
    catch_up()
    assert (ranked(asked), asked.matches.get(vendor__slug="owned").waiver) == (["free", "held"], None)


def test_its_rank_goes_with_facts_that_the_waiver_does_not_cover(google: Client) -> None:
    asked = request(google)
    waived(google, "owned")
    holds("meta", "owned", "60", start="2021")
    catch_up()
    assert ranked(asked) == ["free", "held"]


def test_its_rank_goes_with_the_last_day(google: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = request(google)
    waived(google, "owned")
    later = clock.now() + dt.timedelta(days=6)
    monkeypatch.setattr(clock, "_read", lambda: (None, later))
    assert "owned" not in told(asked)
    rank_request(asked.pk)
    assert ranked(asked) == ["free", "held"]
    catch_up()
    assert ranked(asked) == ["free", "held"]


def test_it_has_no_rank_before_a_screening_has_seen_the_waiver(google: Client) -> None:
    asked = request(google)
    approved(google, "owned")
    rank_request(asked.pk)
    assert ranked(asked) == ["free", "held"]
    catch_up()
    assert ranked(asked) == ["free", "held", "owned"]


def test_it_takes_over_from_nobody(google: Client) -> None:
    work = engagement(google, Vendor.objects.get(slug="bought"))
    catch_up()
    waived(google, "owned")
    holds("meta", "bought", "70", start="2021")
    catch_up()
    found = work.alerts.get().substitutes.values_list("vendor__slug", flat=True)
    assert set(found) == {"free", "held"}
    assert not alerts_behind().exists()


def test_the_award_judges_anew_whatever_the_rank_says(google: Client) -> None:
    asked = request(google)
    waived(google, "owned")
    holds("meta", "owned", "60", start="2021")
    assert ranked(asked) == ["free", "held", "owned"]
    result = award(actor=member(google), slot_id=slot(asked).pk, vendor=Vendor.objects.get(slug="owned"))
    assert (result.award, result.refusal is None) == (None, False)


def test_the_database_takes_no_rank_of_a_blocked_vendor_without_one(google: Client) -> None:
    asked = request(google)
    catch_up()
    with pytest.raises(IntegrityError), transaction.atomic():
        Match.objects.filter(request=asked, vendor__slug="owned").update(rank=1)
    assert ranked(asked) == ["free", "held"]
