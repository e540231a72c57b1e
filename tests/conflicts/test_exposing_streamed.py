"""A large graph is read row by row, and what is stored of it is what reading it at once would store."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from conflicts import exposing
from conflicts.affected import loaded
from conflicts.engine.bounds import PERCENT
from conflicts.exposing import refresh_exposures
from conflicts.exposures import Engine
from conflicts.models import ExposedSubject, Exposure, ExposureSet, Interest, Party
from conflicts.services import hold_jointly, watch_pairs
from tests.conflicts.builders import REGISTER, TENANT, holding, parties
from tests.conflicts.stories import Story

pytestmark = pytest.mark.django_db
pytest.importorskip("numba", reason="numpy and numba are for jobs; the engine does without.")
Stored = list[tuple[Any, ...]]
FACTS = ("subject__slug", "holder__slug", "low", "high", "must_control", "may_control", "path")


@pytest.fixture(autouse=True)
def by_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conflicts.exposures.IN_BULK", 0)


def anew() -> tuple[Stored, Stored]:
    """What a rebuild stores."""
    ExposureSet.objects.all().delete()
    assert refresh_exposures()["rebuilt"] == 1
    reaches = Exposure.objects.order_by("subject__slug", "holder__slug").values_list(*FACTS)
    rests = ExposedSubject.objects.order_by("subject__slug").values_list("subject__slug", "rest")
    return list(reaches), list(rests)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Called by whom a rebuild reads the whole graph as one snapshot."""

    def read(wanted: frozenset[UUID], today: dt.date, cut: float) -> Engine:
        return exposing._engine(loaded(), wanted, today, cut)

    with monkeypatch.context() as patch:
        patch.setattr(exposing, "_whole", read)
        yield patch


def group() -> None:
    """Joint holders, rows that do not tell whether they are direct, an assertion, votes without a number."""
    client, a, b, middle, lab, other = parties("client", "a", "b", "middle", "lab", "other")
    watch_pairs(tenant=TENANT, principal=client, subjects=[lab, other, middle])
    holding(hold_jointly(actor=None, members=[a, b]), lab, 30)
    holding(a, middle, 60, directness="unknown")
    holding(middle, lab, 55)
    holding(a, lab, 40, directness="unknown")
    holding(b, other, None, start="2025", source=REGISTER)
    holding(a, other, 20, directness="indirect")
    holding(middle, other, None, type="votingRights")
    holding(b, middle, None, type="otherInfluenceOrControl")


def test_every_kind_of_row_is_stored_as_a_snapshot_tells_it(at_once: pytest.MonkeyPatch) -> None:
    group()
    whole = anew()
    at_once.undo()
    assert anew() == whole
    found = {row[:2]: row[2:6] for row in whole[0]}
    assert found["lab", "middle"][2:] == (True, True)
    assert found["other", "a"][0] == pytest.approx(20 * PERCENT, abs=1)
    assert found["lab", "b"] == (0, pytest.approx(30 * PERCENT, abs=1), True, True)
    assert [subject for subject, _ in whole[1]] == ["lab", "middle", "other"]


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happened_reading_row_by_row_stores_the_same(seed: int, at_once: pytest.MonkeyPatch) -> None:
    story = Story(seed)
    for step in [story.watch] * 6 + [story.event] * 25:
        step()
    whole = anew()
    at_once.undo()
    assert anew() == whole


def test_the_plain_engine_tells_the_same_within_what_the_kernel_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    group()
    bulk, _ = anew()
    monkeypatch.setattr("conflicts.exposures.has_kernel", lambda: False)
    plain, _ = anew()
    assert [row[:2] + row[4:] for row in bulk] == [row[:2] + row[4:] for row in plain]
    for ours, theirs in zip(bulk, plain, strict=True):
        assert theirs[2] - 1 <= ours[2] <= theirs[2]
        assert theirs[3] <= ours[3] <= theirs[3] + 1


def test_a_rebuild_through_the_kernel_makes_no_object_of_a_party_or_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    group()
    for model in (Party, Interest):
        monkeypatch.setattr(model, "from_db", refuse)
    assert anew()[0]
    monkeypatch.setattr("conflicts.exposures.has_kernel", lambda: False)
    with pytest.raises(MadeAnObjectError):
        anew()


class MadeAnObjectError(Exception):
    """A row of the database was made an object."""


def refuse(*_: object) -> None:
    raise MadeAnObjectError
