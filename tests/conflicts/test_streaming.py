"""The graph read row by row is the graph read at once, and holds no more rows the more there are."""

import datetime as dt
import tracemalloc
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from conflicts import streaming
from conflicts.affected import loaded
from conflicts.changes import fact_change
from conflicts.engine.snapshot import snapshot
from conflicts.loading import load_nodes, named
from conflicts.models import ChangeKind, Interest, Party
from conflicts.services import hold_jointly
from conflicts.streaming import stream_graph
from conflicts.versions import stored_source
from tests.conflicts.builders import PRESS, REGISTER, holding, parties
from tests.conflicts.stories import Story

pytestmark = pytest.mark.django_db
kernel: Any = pytest.importorskip("conflicts.engine.kernel", reason="numpy and numba are not installed")
DAY = dt.date(2025, 6, 12)
Rows = dict[str, list[tuple[Any, ...]]]


def told(graph: Any, names: tuple[str, ...]) -> dict[str, Rows]:  # noqa: ANN401 - the kernel's, imported by name
    """Every row of every table, by names."""
    found: dict[str, Rows] = {}
    for table in ("stakes", "assertions", "votes", "grants"):
        rows = getattr(graph, table)
        found[table] = {
            name: sorted((names[row["owner"]], *row.tolist()[1:]) for row in rows.row(place))
            for place, name in enumerate(names)
            if len(rows.row(place))
        }
    return found


def at_once() -> dict[str, Rows]:
    return told(*kernel.bulk_graph(snapshot(load_nodes(), named(loaded()), as_of=DAY, known_on=DAY)))


def streamed() -> dict[str, Rows]:
    """A joint holder has two places: as a party by its slug, and under the name that it holds under."""
    found = stream_graph(loaded(), as_of=DAY, known_on=DAY)
    slugs = dict(Party.objects.values_list("pk", "slug"))
    together = {party.pk: " & ".join(m.member.slug for m in party.members.all()) for party in Party.objects.all()}
    names = (together[key] if found.graph.hidden[place] else slugs[key] for place, key in enumerate(found.keys))
    return told(found.graph, tuple(names))


def test_every_kind_of_row_is_read_as_the_plain_engine_reads_it() -> None:
    a, b, m, v, w = parties("a", "b", "m", "v", "w")
    both = hold_jointly(actor=None, members=[a, b])
    holding(both, v, 30)
    holding(a, m, 60, directness="unknown")
    holding(m, v, 55)
    holding(a, v, 40, directness="unknown")
    holding(b, w, None, start="2025", source=REGISTER)
    holding(a, w, 20, directness="indirect")
    holding(m, w, None, type="votingRights")
    holding(b, m, None, type="otherInfluenceOrControl")
    holding(b, w, 90, certainty="announced")
    found = streamed()
    assert found == at_once()
    assert found["assertions"]["v"][0][0] == "a"
    assert all(found.values())


def test_an_unknown_row_without_another_way_is_a_stake() -> None:
    a, v = parties("a", "v")
    holding(a, v, 40, directness="unknown")
    assert list(streamed()["stakes"]) == ["v"]
    assert streamed() == at_once()


@pytest.mark.parametrize("seed", range(8))
def test_a_graph_grown_by_chance_is_read_as_the_plain_engine_reads_it(seed: int) -> None:
    story = Story(seed)
    for _ in range(25):
        story.event()
    assert streamed() == at_once() != {}


def test_one_subject_is_settled_before_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    a, v, w = parties("a", "v", "w")
    holding(a, v, 40)
    holding(a, w, 40)
    steps: list[str] = []

    def noted(rows: Iterable[tuple[str, object]]) -> Iterator[tuple[str, object]]:
        for subject, there in rows:
            steps.append(f"read {subject}")
            yield subject, there

    def settling(*args: Any) -> object:
        steps.append(f"settled {args[1]}")
        return settle(*args)

    reading, settle = streaming._grounds, kernel.rows_of
    monkeypatch.setattr(streaming, "_grounds", lambda *args: noted(reading(*args)))
    monkeypatch.setattr(kernel, "rows_of", settling)
    stream_graph(loaded(), as_of=DAY, known_on=DAY)
    by_id = [party.slug for party in sorted((v, w), key=lambda party: party.pk)]
    assert steps == [f"{done} {slug}" for slug in by_id for done in ("read", "settled")]


def many(subjects: int, *, called: str = "s") -> None:
    """Four holders in each of so many subjects, written at once."""
    source = stored_source(PRESS.unsaved())
    names = [Party(slug=f"{called}{number}", name=f"S {number}") for number in range(subjects)]
    holders = [Party(slug=f"{called}-holder-{number}", name=f"H {number}") for number in range(4)]
    Party.objects.bulk_create([*names, *holders])
    with fact_change(kind=ChangeKind.IMPORT, actor=None, log_action="import.committed") as change:
        Interest.objects.bulk_create(
            Interest(
                holder=holder,
                subject=subject,
                type="shareholding",
                share_low=20_000_000,
                share_high=20_000_000,
                source=source,
                recorded_by=change,
                recorded_at=change.at,
            )
            for subject in names
            for holder in holders
        )


def peak() -> int:
    """The most memory, in bytes, that reading every subject's rows took at a time."""
    reading = streaming.Reading(loaded(), streaming._names(loaded()), DAY, DAY)
    tracemalloc.start()
    try:
        for _ in streaming._grounds(reading):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_reading_four_times_as_much_takes_no_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "CHUNK", 100)
    many(100)
    few = peak()
    many(300, called="t")
    assert peak() < 1.5 * few


def test_reading_all_rows_at_once_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def hoarding(*args: Any) -> Iterator[object]:
        return iter(list(reading(*args)))

    reading = streaming._grounds
    monkeypatch.setattr(streaming, "CHUNK", 100)
    many(400)
    frugal = peak()
    monkeypatch.setattr(streaming, "_grounds", hoarding)
    assert peak() > 1.5 * frugal
