"""The award and its gate: what opens it, and that a refusal leaves nothing but its log row."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore, Event
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from conflicts.changes import epoch_now
from conflicts.models import Party
from marketplace import gate
from marketplace.accounts.models import User
from marketplace.models import Award, Client, Engagement, LabelingRequest
from marketplace.records.models import LogEntry
from marketplace.records.refusals import Missing, Refusal
from marketplace.services import awards
from marketplace.services.awards import AwardResult, award
from marketplace.services.requests import close_request
from tests.marketplace.market import catch_up, client, holds, member, party, person, request, slot, vendor
from vendors.models import Vendor, VendorStatus
from vendors.services.listings import set_status

pytestmark = pytest.mark.django_db


@pytest.fixture
def google() -> Client:
    return client("google", "meta")


@pytest.fixture
def lab() -> Vendor:
    return vendor("lab")


def tried(of: Client, to: Vendor, asked: LabelingRequest) -> AwardResult:
    return award(actor=member(of), slot_id=slot(asked).pk, vendor=to)


def refused(result: AwardResult, asked: LabelingRequest) -> Refusal:
    """Return the refusal after making sure that nothing else happened, and that its log row is there."""
    assert result.refusal is not None
    assert result.award is None
    assert not Award.objects.exists()
    assert not Engagement.objects.exists()
    assert LabelingRequest.objects.get(pk=asked.pk).status == "open"
    row = LogEntry.objects.get(action="award.refused")
    assert (row.subject_id, row.data["code"]) == (slot(asked).pk, result.refusal.code)
    return result.refusal


def before(monkeypatch: pytest.MonkeyPatch, step: str, happens: Callable[[], object]) -> None:
    """Let something happen right before each such step of the gate."""
    real = getattr(gate, step)

    def preceded(*args: Any, **kwargs: Any) -> object:
        happens()
        return real(*args, **kwargs)

    monkeypatch.setattr(gate, step, preceded)


def test_a_clear_vendor_is_awarded_and_engaged(google: Client, lab: Vendor) -> None:
    asked = request(google)
    made = tried(google, lab, asked).award
    assert made is not None
    assert (made.outcome, made.epoch, made.decision) == ("clear", epoch_now(), None)
    engaged = Engagement.objects.get()
    assert (engaged.origin, engaged.award, engaged.slot, engaged.seen_epoch) == ("award", made, slot(asked), made.epoch)
    assert LabelingRequest.objects.get().status == "awarded"
    row = LogEntry.objects.get(action="award.made")
    assert (row.subject_id, row.epoch, row.tenant) == (made.pk, made.epoch, google.pk)


def test_a_conflicted_vendor_is_refused_with_the_proof(google: Client, lab: Vendor) -> None:
    holds("meta", "lab", "49")
    asked = request(google)
    refusal = refused(tried(google, lab, asked), asked)
    assert (refusal.status, refusal.code) == (409, "vendor_conflicted")
    assert "economic line, meta - shareholding 49% - lab" in refusal.detail
    assert refusal.extra["rules"] == ["economic_line"]


def test_a_ranking_of_before_the_deal_does_not_open_the_gate(google: Client, lab: Vendor) -> None:
    asked = request(google)
    catch_up()
    holds("meta", "lab", "49")
    assert asked.matches.get().rank == 1
    assert refused(tried(google, lab, asked), asked).code == "vendor_conflicted"


def test_a_private_block_is_refused_without_a_reason(google: Client, lab: Vendor) -> None:
    holds("meta", "lab", "49", visibility="private")
    asked = request(google)
    refusal = refused(tried(google, lab, asked), asked)
    assert (refusal.status, refusal.detail) == (409, "Lab is not available.")
    assert "meta" not in f"{refusal.detail} {refusal.extra}"
    assert LogEntry.objects.get(action="award.refused").data["rules"] == ["economic_line"]


def test_a_review_without_a_decision_is_refused(google: Client, lab: Vendor) -> None:
    holds("meta", "lab", "6")
    asked = request(google)
    refusal = refused(tried(google, lab, asked), asked)
    assert (refusal.status, refusal.code) == (409, "review_undecided")


@pytest.mark.parametrize("slug", ["lab", "google", "meta"])
def test_an_unresolved_party_is_refused(google: Client, lab: Vendor, slug: str) -> None:
    Party.objects.filter(slug=slug).update(resolved=False)
    asked = request(google)
    refusal = refused(tried(google, lab, asked), asked)
    assert (refusal.status, refusal.code) == (409, "outcome_unknown")


def test_a_gate_out_of_time_is_503(google: Client, lab: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    over = Event()
    monkeypatch.setattr(gate, "GATE_SECONDS", 0.05)
    monkeypatch.setattr(gate, "proof_scene", lambda *_, think, **__: think(lambda: over.wait(30)))
    asked = request(google)
    refusal = refused(tried(google, lab, asked), asked)
    over.set()
    assert (refusal.status, refusal.code) == (503, "gate_timeout")


def test_too_many_facts_are_503(google: Client, lab: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    holds("someone", "lab", "1")
    monkeypatch.setattr(gate, "GATE_EDGES", 0)
    asked = request(google)
    refusal = refused(tried(google, lab, asked), asked)
    assert (refusal.status, refusal.code) == (503, "gate_too_large")


def test_reading_counts_as_time(google: Client, lab: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "GATE_SECONDS", 0.05)
    before(monkeypatch, "load_case", lambda: Event().wait(0.1))
    asked = request(google)
    assert refused(tried(google, lab, asked), asked).code == "gate_timeout"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows no time limit for a statement")
def test_a_statement_that_takes_too_long_is_ended(google: Client, lab: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    def sleep() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(30)")

    monkeypatch.setattr(gate, "GATE_SECONDS", 0.2)
    before(monkeypatch, "load_case", sleep)
    asked = request(google)
    assert refused(tried(google, lab, asked), asked).code == "gate_timeout"


@pytest.mark.parametrize("late", ["while it reads", "while it thinks"])
def test_a_deal_before_the_epoch_is_held_is_judged(
    google: Client, lab: Vendor, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    """The deal comes once, between the first read and the lock."""
    deals = iter(["49"])
    step = "load_case" if late == "while it reads" else "epoch_shared"
    before(monkeypatch, step, lambda: [holds("meta", "lab", percent) for percent in deals])
    asked = request(google)
    assert refused(tried(google, lab, asked), asked).code == "vendor_conflicted"


def test_a_deal_too_late_to_judge_again_is_503(google: Client, lab: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "GATE_SECONDS", 1.0)
    before(monkeypatch, "proof_scene", lambda: Event().wait(0.6))
    before(monkeypatch, "epoch_shared", lambda: holds("meta", "lab", "1"))
    asked = request(google)
    assert refused(tried(google, lab, asked), asked).code == "gate_timeout"


def test_facts_are_read_before_the_epoch_is_held(google: Client, lab: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    before(monkeypatch, "proof_scene", lambda: steps.append("read"))
    before(monkeypatch, "epoch_shared", lambda: steps.append("hold"))
    assert tried(google, lab, request(google)).award is not None
    assert steps == ["read", "hold"]


@pytest.mark.parametrize("change", [("fund", "far"), ("fund", "lab"), ("lab", "far")])
def test_a_change_that_the_verdict_does_not_rest_on_makes_nobody_wait(
    google: Client, lab: Vendor, monkeypatch: pytest.MonkeyPatch, change: tuple[str, str]
) -> None:
    steps: list[str] = []
    for slug in ("fund", "far"):
        party(slug)
    before(monkeypatch, "proof_scene", lambda: steps.append("read"))
    before(monkeypatch, "epoch_shared", lambda: holds(*change, "1"))
    made = tried(google, lab, request(google)).award
    assert made is not None
    assert (made.epoch, len(steps)) == (epoch_now(), 2 if "lab" in change else 1)


def test_who_finds_no_seat_waits_for_one(google: Client, lab: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "SEATS", BoundedSemaphore(1))
    monkeypatch.setattr(gate, "GATE_SECONDS", 30)
    begun, over = Event(), Event()

    def hold() -> bool:
        begun.set()
        return over.wait(30)

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(gate.within, 30, hold)
        assert begun.wait(5)
        before(monkeypatch, "proof_scene", over.set)
        assert tried(google, lab, request(google)).award is not None
        assert other.result()


def test_work_that_runs_on_keeps_its_seat(google: Client, lab: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    over, seats = Event(), BoundedSemaphore(1)
    monkeypatch.setattr(gate, "SEATS", seats)
    monkeypatch.setattr(gate, "GATE_SECONDS", 1)
    with pytest.raises(TimeoutError):
        gate.within(0.01, lambda: over.wait(30))
    asked = request(google)
    refusal = refused(tried(google, lab, asked), asked)
    assert (refusal.status, refusal.code) == (503, "gate_busy")
    over.set()
    assert seats.acquire(timeout=5)
    seats.release()
    monkeypatch.setattr(gate, "GATE_SECONDS", 30)
    assert tried(google, lab, asked).award is not None


def test_a_gate_that_breaks_is_503(google: Client, lab: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(gate, "proof_scene", broken)
    asked = request(google)
    refusal = refused(tried(google, lab, asked), asked)
    assert (refusal.status, refusal.code) == (503, "gate_failed")


def test_a_database_that_fails_is_503(google: Client, lab: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM no_such_table")

    before(monkeypatch, "load_case", broken)
    asked = request(google)
    assert refused(tried(google, lab, asked), asked).code == "gate_failed"


def test_a_second_award_of_a_slot_is_409(google: Client, lab: Vendor) -> None:
    asked = request(google, slots=2)
    first = tried(google, lab, asked)
    second = tried(google, vendor("crowd"), asked)
    assert (second.award, second.refusal and second.refusal.code) == (None, "slot_taken")
    assert Award.objects.get() == first.award
    assert Engagement.objects.count() == 1


def test_a_slot_that_only_the_database_finds_taken_is_409(
    google: Client, lab: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = request(google, slots=2)
    first = tried(google, lab, asked)
    monkeypatch.setattr(awards, "_held", lambda _: slot(asked))
    second = tried(google, vendor("crowd"), asked)
    assert (second.award, second.refusal and second.refusal.code) == (None, "slot_taken")
    assert Award.objects.get() == first.award


def test_another_broken_constraint_is_no_taken_slot(
    google: Client, lab: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = request(google)
    monkeypatch.setattr(awards, "_mark_request", lambda one: LabelingRequest.objects.update(status=f"no {one}"[:20]))
    refusal = refused(tried(google, lab, asked), asked)
    assert (refusal.status, refusal.code) == (503, "gate_failed")


def test_the_request_is_awarded_with_its_last_slot(google: Client, lab: Vendor) -> None:
    asked = request(google, slots=2)
    mira = member(google)
    award(actor=mira, slot_id=slot(asked, 1).pk, vendor=lab)
    assert LabelingRequest.objects.get().status == "open"
    award(actor=mira, slot_id=slot(asked, 2).pk, vendor=vendor("crowd"))
    assert LabelingRequest.objects.get().status == "awarded"


def test_a_suspended_vendor_and_a_closed_request_are_409(google: Client, lab: Vendor) -> None:
    asked, closed = request(google), request(google)
    set_status(actor=None, vendor=lab, status=VendorStatus.SUSPENDED, reason="Left the market.")
    close_request(actor=None, request=closed)
    codes = [result.refusal.code for one in (asked, closed) if (result := tried(google, lab, one)).refusal]
    assert codes == ["vendor_not_listed", "request_not_open"]
    assert not Award.objects.exists()


@pytest.mark.parametrize("stranger", [person, lambda: member(client("openai"))])
def test_the_slot_of_another_client_does_not_exist(google: Client, lab: Vendor, stranger: Callable[[], User]) -> None:
    asked = request(google)
    with pytest.raises(Missing):
        award(actor=stranger(), slot_id=slot(asked).pk, vendor=lab)
    assert not Award.objects.exists()
    assert not LogEntry.objects.filter(action__startswith="award.").exists()


@pytest.mark.django_db(transaction=True)
def test_an_award_inside_a_transaction_of_the_caller_is_an_error(google: Client, lab: Vendor) -> None:
    asked = request(google)
    with pytest.raises(RuntimeError), transaction.atomic():
        tried(google, lab, asked)
    assert not Award.objects.exists()


def test_the_database_refuses_a_second_active_award(google: Client, lab: Vendor) -> None:
    made = tried(google, lab, request(google)).award
    assert made is not None
    made.pk = None
    with pytest.raises(DatabaseError), transaction.atomic():
        made.save(force_insert=True)
    assert Award.objects.count() == 1


def test_work_out_of_time_is_left_behind() -> None:
    over = Event()
    with pytest.raises(TimeoutError):
        gate.within(0.01, lambda: over.wait(5))
    over.set()
    assert gate.within(5, lambda: "in time") == "in time"
