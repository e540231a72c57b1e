"""The stored exposures are those of the facts of now, however they were brought there."""

import datetime as dt

import pytest

from conflicts import exposing
from conflicts.changes import epoch_now
from conflicts.engine.bounds import PERCENT, WHOLE
from conflicts.engine.snapshot import Snapshot
from conflicts.engine.walks import EngineRefusalError
from conflicts.exposing import refresh_exposures
from conflicts.exposures import CUT, IN_BULK, cut_for, has_kernel
from conflicts.models import ExposedSubject, Exposure, ExposureSet, Party
from conflicts.services import (
    SourceDraft,
    hold_jointly,
    record_interest,
    retract_interest,
    unwatch_pair,
    watch_pair,
    watch_pairs,
)
from conflicts.sweeping import record_day
from marketplace.records import clock
from tests.conflicts.builders import PRESS, TENANT, holding, parties
from tests.conflicts.stories import Story, apart

pytestmark = pytest.mark.django_db

Row = tuple[str, str, int, int, bool, bool, tuple[str, ...]]
SEEDS = pytest.mark.parametrize("seed", range(12))


@pytest.fixture(params=["kernel", "plain engine"])
def by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Whoever works the exposures out."""
    if request.param == "kernel":
        pytest.importorskip("numba", reason="numpy and numba are for jobs; the engine does without.")
        monkeypatch.setattr("conflicts.exposures.IN_BULK", 0)
    else:
        monkeypatch.setattr("conflicts.exposures.has_kernel", lambda: False)
    return str(request.param)


def watched(*slugs: str) -> list[Party]:
    (client,) = parties("client")
    subjects = parties(*slugs)
    watch_pairs(tenant=TENANT, principal=client, subjects=subjects)
    return subjects


def rows() -> list[Row]:
    slugs = {str(party.pk): party.slug for party in Party.objects.all()}
    told = Exposure.objects.select_related("subject", "holder").order_by("subject__slug", "holder__slug")
    return [
        (
            row.subject.slug,
            row.holder.slug,
            row.low,
            row.high,
            row.must_control,
            row.may_control,
            tuple(slugs[party] for party in row.path),
        )
        for row in told
    ]


def stored() -> tuple[list[Row], list[tuple[str, int]]]:
    rests = ExposedSubject.objects.order_by("subject__slug").values_list("subject__slug", "rest")
    return rows(), list(rests)


def test_a_chain_is_stored_with_its_bounds_and_its_way(by: str) -> None:
    watched("scale-ai", "outlier")
    parties("meta")
    holding("meta", "scale-ai", 49)
    holding("scale-ai", "outlier", 100)
    assert refresh_exposures() == {"rebuilt": 1, "subjects": 2}
    low, high, *_, way = find("outlier", "meta")[2:]
    assert [low, high] == [near(49), near(49)]
    assert low <= 49 * PERCENT <= high
    assert way == ("meta", "scale-ai", "outlier")
    assert find("outlier", "scale-ai")[4:6] == (True, True)


def find(subject: str, holder: str) -> Row:
    (row,) = [row for row in rows() if row[:2] == (subject, holder)]
    return row


def near(percent: int) -> object:
    """The share, or its neighbour: the kernel rounds outwards."""
    return pytest.approx(percent * PERCENT, abs=1)


def test_who_controls_without_a_share_is_stored_with_the_chain_of_control(by: str) -> None:
    watched("lab")
    parties("state", "agency")
    for holder, subject in (("state", "agency"), ("agency", "lab")):
        record_interest(actor=None, holder=holder, subject=subject, type="controlByLegalFramework", source=PRESS)
    refresh_exposures()
    assert find("lab", "state") == ("lab", "state", 0, 0, True, True, ("state", "agency", "lab"))


def test_those_who_hold_jointly_are_stored_one_by_one(by: str) -> None:
    watched("lab")
    one, other, _ = parties("one", "other", "fund")
    holding(hold_jointly(actor=None, members=[one, other]), "lab", 60)
    refresh_exposures()
    assert find("lab", "one")[2:] == (0, near(60), True, True, ("one", "lab"))
    holding("fund", "one", 100, source=apart("fund"))
    assert refresh_exposures() == {"changed": 1, "subjects": 1}
    assert find("lab", "fund")[2:] == (0, near(60), True, True, ("fund", "one", "lab"))


def test_a_small_graph_is_left_to_the_plain_engine_and_cut_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [cut_for(IN_BULK - 1), cut_for(IN_BULK)] == [0, CUT if has_kernel() else 0]
    monkeypatch.setattr("conflicts.exposures.has_kernel", lambda: False)
    assert cut_for(IN_BULK) == 0


def test_the_set_says_what_it_rests_on(by: str) -> None:
    watched("lab")
    refresh_exposures()
    made = ExposureSet.objects.get()
    assert (made.epoch, made.as_of, made.cut) == (epoch_now(), clock.today(), CUT if by == "kernel" else 0)
    assert set(ExposedSubject.objects.values_list("generation", flat=True)) == {made.generation}


def test_nothing_new_is_nothing_to_do() -> None:
    watched("lab")
    refresh_exposures()
    before = ExposureSet.objects.values().get()
    assert refresh_exposures() == {}
    assert ExposureSet.objects.values().get() == before


def test_a_change_moves_only_what_lies_below_it() -> None:
    watched("lab", "other")
    parties("fund", "top", "middle")
    for holder, subject in (("top", "middle"), ("middle", "lab"), ("fund", "other")):
        holding(holder, subject, 60, source=apart(subject))
    refresh_exposures()
    kept = set(Exposure.objects.filter(subject__slug="other").values_list("pk", flat=True))
    holding("fund", "top", 30, source=apart("top"))
    assert refresh_exposures() == {"changed": 1, "subjects": 1}
    assert find("lab", "fund")[6] == ("fund", "top", "middle", "lab")
    assert set(Exposure.objects.filter(subject__slug="other").values_list("pk", flat=True)) == kept != set()


def test_a_row_that_goes_takes_what_it_carried_with_it() -> None:
    watched("lab")
    parties("fund", "holding")
    upper, lower = holding("fund", "holding", 30, source=apart("a")), holding("holding", "lab", 60, source=apart("b"))
    refresh_exposures()
    retract_interest(actor=None, interest=lower, reason="Never was.")
    retract_interest(actor=None, interest=upper, reason="Never was.")
    assert refresh_exposures() == {"changed": 1, "subjects": 1}
    assert rows() == []


def test_a_source_that_gets_its_date_moves_what_else_rests_on_it() -> None:
    """Of rows of one start and standing the newest source decides (SEMANTICS 2.2b)."""
    watched("lab", "other")
    parties("fund")
    holding("fund", "lab", 10)
    holding("fund", "lab", 40, source=SourceDraft(url="https://news.example/older", statement_date=dt.date(2020, 1, 1)))
    refresh_exposures()
    before = find("lab", "fund")[3]
    holding("fund", "other", 5, source=SourceDraft(url=PRESS.url, statement_date=dt.date(2024, 5, 1)))
    assert refresh_exposures() == {"changed": 1, "subjects": 2}
    assert [before, find("lab", "fund")[3]] == [near(40), near(10)]


def test_who_comes_and_who_goes() -> None:
    (lab,) = watched("lab")
    client = Party.objects.get(slug="client")
    refresh_exposures()
    (late,) = parties("late")
    refresh_exposures()
    watch_pair(tenant=TENANT, principal=client, subject=late)
    unwatch_pair(tenant=TENANT, principal=client, subject=lab)
    assert refresh_exposures() == {"changed": 1, "subjects": 1}
    assert stored() == ([], [("late", 0)])


def test_a_day_that_comes_works_everything_out_anew() -> None:
    clock.create_story(clock.today())
    watched("lab", "other")
    parties("fund")
    holding("fund", "lab", 10, end=clock.today().isoformat())
    refresh_exposures()
    clock.advance_story(clock.today().replace(year=clock.today().year + 1))
    record_day()
    assert refresh_exposures() == {"rebuilt": 1, "subjects": 2}
    assert rows() == []
    assert ExposureSet.objects.get().as_of == clock.today()


def test_many_that_are_touched_are_a_rebuild(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exposing, "FEW", 0)
    watched("lab", "other")
    parties("fund")
    refresh_exposures()
    before = ExposureSet.objects.get().generation
    holding("fund", "lab", 10)
    assert refresh_exposures() == {"rebuilt": 1, "subjects": 2}
    after = ExposureSet.objects.get().generation
    assert before != after
    assert set(Exposure.objects.values_list("generation", flat=True)) == {after}


@pytest.mark.parametrize("few", [0, 100])
def test_what_was_outrun_leaves_nothing(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    """While one job works, another stores something newer."""
    monkeypatch.setattr(exposing, "FEW", few)
    watched("lab")
    parties("fund")
    refresh_exposures()
    first = holding("fund", "lab", 10)
    slow, work_out = [exposing.Plan.work_out], exposing.Plan.work_out

    def overtaken(plan: exposing.Plan) -> object:
        found = list(work_out(plan))
        if slow:
            slow.clear()
            retract_interest(actor=None, interest=first, reason="Never was.")
            refresh_exposures()
        return found

    monkeypatch.setattr(exposing.Plan, "work_out", overtaken)
    assert refresh_exposures()["outrun"] == 1
    assert (rows(), ExposureSet.objects.get().epoch) == ([], epoch_now())
    assert ExposedSubject.objects.count() == 1


def test_a_refusal_of_the_engine_excludes_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(snap: Snapshot, subject: str) -> None:
        raise EngineRefusalError

    monkeypatch.setattr("conflicts.exposures.has_kernel", lambda: False)
    monkeypatch.setattr("conflicts.exposures.exposures_of", refuse)
    watched("lab")
    refresh_exposures()
    assert stored() == ([], [("lab", WHOLE)])


def told_anew() -> tuple[list[Row], list[tuple[str, int]]]:
    ExposureSet.objects.all().delete()
    refresh_exposures()
    return stored()


@SEEDS
def test_step_by_step_tells_what_all_at_once_does(seed: int, by: str) -> None:
    story = Story(seed)
    for begin in [story.watch] * 6 + [story.record] * 8:
        begin()
    refresh_exposures()
    for _ in range(8):
        for _ in range(story.rng.choice([1, 1, 2, 4])):
            story.event()
        ended = refresh_exposures()
        assert not ended["rebuilt"]
        assert not ended["outrun"]
        assert stored() == told_anew()
