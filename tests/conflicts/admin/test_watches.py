"""What is behind is seen at the console, and a screening is read with its proof."""

import pytest

from conflicts.models import FactChange, Screening, Watch
from conflicts.services import watch_pair
from conflicts.sweeping import sweep_conflicts
from marketplace.records import clock
from tests.conflicts.builders import TENANT, compete, footprint, holding, party
from tests.marketplace.admin.desks import desk, list_page, operator, page, says, staff, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def watch() -> Watch:
    google, scale, meta = party("google"), party("scale-ai"), party("meta")
    holding(meta, scale, 49, start="2025-06-12")
    compete(google, meta)
    return watch_pair(tenant=TENANT, principal=google, subject=scale)


def state(watch: Watch) -> str:
    shown = text_of(desk().get(list_page(Watch)))
    return next(words for words in ("parked", "behind", "up to date") if f"{words}\n" in shown)


def test_a_pair_is_behind_until_it_is_screened(watch: Watch) -> None:
    assert page(watch) in text_of(desk().get(list_page(Watch), {"state": "behind"}))
    sweep_conflicts()
    assert page(watch) not in text_of(desk().get(list_page(Watch), {"state": "behind"}))


def test_a_new_fact_puts_it_behind_again(watch: Watch) -> None:
    sweep_conflicts()
    holding(party("amazon"), watch.subject, 10)
    assert page(watch) in text_of(desk().get(list_page(Watch), {"state": "behind"}))
    assert state(watch) == "behind"


def test_a_screening_tells_the_path_and_its_source(watch: Watch) -> None:
    sweep_conflicts()
    screening = Screening.objects.get(watch=watch)
    assert "economic line" in text_of(desk().get(list_page(Screening)))
    shown = " ".join(text_of(desk().get(page(screening))).split())
    assert "Meta &rarr; Scale Ai: <strong>49 %</strong> against a line of 25 %" in shown
    assert "Meta &rarr; Scale Ai: shareholding 49 %, since 2025-06-12" in shown
    assert 'href="https://news.example/deal"' in shown


def test_a_change_of_a_list_names_no_party(watch: Watch) -> None:
    change = FactChange.objects.get(kind="competitor_list")
    shown = text_of(desk().get(page(change))).partition('id="content-main"')[2]
    assert "confidential file" in shown
    assert "Meta" not in shown


def test_a_change_of_facts_names_its_parties(watch: Watch) -> None:
    change = FactChange.objects.get(kind="interest")
    assert "Meta, Scale Ai" in text_of(desk().get(page(change)))


def test_waiting_changes_can_be_listed(watch: Watch) -> None:
    change = FactChange.objects.get(kind="interest")
    waiting = {"expansion": "waiting"}
    assert page(change) in text_of(desk().get(list_page(FactChange), waiting))
    sweep_conflicts()
    assert page(change) not in text_of(desk().get(list_page(FactChange), waiting))


@pytest.mark.parametrize("model", [Watch, Screening, FactChange])
def test_workers_write_these_and_people_do_not(model: type[Watch], watch: Watch) -> None:
    sweep_conflicts()
    row, browser = model.objects.order_by("pk").first(), desk()
    assert row is not None
    answers = [browser.get(list_page(model, "add")), browser.post(page(row)), browser.post(page(row, "delete"))]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert model.objects.filter(pk=row.pk).exists()


@pytest.fixture
def parked(watch: Watch) -> Watch:
    """The pair as five failures leave it."""
    sweep_conflicts()
    Watch.objects.update(failures=5, parked_at=clock.now())
    Screening.objects.update(outcome="unknown", problem="It failed.")
    return Watch.objects.get()


def test_compliance_have_a_parked_pair_tried_again(parked: Watch) -> None:
    browser = desk()
    assert page(parked, "retry") in text_of(browser.get(page(parked)))
    assert "It failed." in text_of(browser.get(page(parked)))
    assert browser.post(page(parked, "retry")).headers["Location"] == page(parked)
    assert not Watch.objects.parked().exists()
    sweep_conflicts()
    assert Screening.objects.get().outcome == "blocked"


def test_a_pair_that_is_not_parked_offers_no_other_try(watch: Watch) -> None:
    browser = desk()
    assert page(watch, "retry") not in text_of(browser.get(page(watch)))
    before = footprint()
    assert says(browser.post(page(watch, "retry")), "This pair is not parked, or not any more")
    assert footprint() == before


def test_operators_have_all_tried_again_and_are_told_of_none(parked: Watch) -> None:
    browser = operator()
    card = next(card for card in browser.get("/admin/").context["workers"] if card["words"] == "pairs parked")
    assert (card["number"], card["address"]) == (1, list_page(Watch, "retry_parked"))
    shown = text_of(browser.get(card["address"]))
    assert ("Scale" in shown, 'href="/admin/"' in shown) == (False, True)
    answer = browser.post(card["address"], follow=True)
    assert "Pairs that are screened again in a moment: 1." in text_of(answer)
    assert not Watch.objects.parked().exists()
    assert browser.get(page(parked)).status_code == 403
    assert browser.post(page(parked, "retry")).status_code == 403


def test_nobody_else_has_anything_tried_again(parked: Watch) -> None:
    before = footprint()
    assert desk(staff(None)).post(list_page(Watch, "retry_parked")).status_code == 403
    assert footprint() == before
    assert Watch.objects.parked().exists()
