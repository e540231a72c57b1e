"""What-if: facts laid over a read of the graph, never written (SEMANTICS 8.4)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from conflicts.drafts import InterestDraft, InterestEnd, refuse
from conflicts.epochs import epoch_now
from conflicts.loading import FactRow, Rows, load_facts, load_nodes, named
from conflicts.models import Certainty, Interest
from conflicts.screening import Scene, ScreeningResult, scene
from conflicts.validation import interest_problems
from conflicts.versions import successor
from marketplace.records.refusals import Invalid, Missing

Assumption = InterestDraft | InterestEnd


@dataclass(frozen=True)
class WhatIf:
    """One pair with and without the assumptions, as of the same day."""

    before: ScreeningResult
    after: ScreeningResult

    @property
    def flips(self) -> bool:
        return self.before.outcome != self.after.outcome


@dataclass(frozen=True)
class World:
    """What is known on a day, read once and ready to be asked about another."""

    epoch: int
    known_on: dt.date
    as_of: dt.date
    nodes: tuple[Any, ...]
    rows: tuple[FactRow, ...]

    def scene(self, rows: Iterable[FactRow]) -> Scene:
        """Build the graph of these rows as of the day. Assumptions that begin by then are known, so it is known too."""
        facts = Rows(self.epoch, self.nodes, named(rows))
        return scene(facts, as_of=self.as_of, known_on=max(self.known_on, self.as_of), as_known=None)

    def before(self) -> Scene:
        return self.scene(self.rows)

    def after(self, assumptions: Iterable[Assumption]) -> Scene:
        """Build the graph with the assumptions, which count as stated and known.

        Raises Invalid with fields named `rows[0].share_low`, and Missing for the end of what is not in force.
        """
        rows = {row.pk: row for row in self.rows}
        for place, assumption in enumerate(assumptions):
            try:
                _assume(rows, assumption)
            except Invalid as invalid:
                raise Invalid({f"rows[{place}].{name}": told for name, told in invalid.fields.items()}) from invalid
        return self.scene(rows.values())


def load_world(*, known_on: dt.date, as_of: dt.date) -> World:
    """Read what is known now. A fact that begins after `known_on` counts as announced (SEMANTICS 1.5)."""
    rows = load_facts()
    for row in rows:
        if row.start_first is not None and row.start_first > known_on:
            row.certainty = Certainty.ANNOUNCED
    return World(epoch_now(), known_on, as_of, load_nodes(), tuple(rows))


def _assume(rows: dict[Any, FactRow], assumption: Assumption) -> None:
    if isinstance(assumption, InterestDraft):
        row = replace(assumption, certainty=Certainty.STATED).unsaved()
        rows[row.pk] = row
        return
    key = assumption.interest.pk if isinstance(assumption.interest, Interest) else assumption.interest
    held = rows.get(key)
    if not isinstance(held, Interest):
        raise Missing(f"There is no current interest {key} to end: list the interests to find its id.")
    ended = successor(held, end=assumption.end)
    refuse(interest_problems(ended) if assumption.end else {"end": "Say when the interest ends."})
    rows[key] = ended
