"""What-if: facts laid over a read of the graph, never written (SEMANTICS 8.4)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from conflicts.drafts import InterestDraft, InterestEnd, refuse
from conflicts.engine.facts import CUSTOMER
from conflicts.epochs import epoch_now
from conflicts.loading import FactRow, Rows, load_facts, load_nodes, named
from conflicts.models import Certainty, Interest
from conflicts.screening import Scene, ScreeningResult, scene
from conflicts.validation import interest_problems
from conflicts.versions import successor
from marketplace.records.refusals import Invalid, Missing

Assumption = InterestDraft | InterestEnd
Telling = tuple[UUID, UUID, str, str]
"""Holder, subject, type and start: the rows that tell these alike are numbered together."""


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
    rows: Mapping[UUID, FactRow]

    @cached_property
    def before(self) -> Scene:
        """The graph as of the day. Assumptions that begin by then are known, so it is known too."""
        facts = Rows(self.epoch, self.nodes, named(self.rows.values()))
        return scene(facts, as_of=self.as_of, known_on=max(self.known_on, self.as_of), as_known=None)

    def after(self, assumptions: Iterable[Assumption]) -> Scene:
        """Lay the assumptions, which count as stated and known, over the graph.

        Raises Invalid with fields named `rows[0].share_low`, and Missing for the end of what is not in force.
        """
        news: dict[UUID, FactRow] = {}
        for place, assumption in enumerate(assumptions):
            try:
                _assume(self.rows, news, assumption)
            except Invalid as invalid:
                raise Invalid({f"rows[{place}].{name}": told for name, told in invalid.fields.items()}) from invalid
        return self._with(news)

    def _with(self, news: Mapping[UUID, FactRow]) -> Scene:
        """The scene with these rows in the place of those of the same ids, or beside them.

        Whatever tells the same as one of them is laid over anew, since facts that tell the same are numbered.
        """
        told = {_telling(row) for row in news.values()}
        held = {key: row for key, row in self.rows.items() if _telling(row) in told}
        removed = [fact.id for fact in named(held.values())]
        added = named({**held, **news}.values())
        return replace(self.before, graph=self.before.graph.with_facts(added, removed))


def load_world(*, known_on: dt.date, as_of: dt.date) -> World:
    """Read what is known now. A stated fact that begins after `known_on` counts as announced (SEMANTICS 1.5)."""
    rows = load_facts()
    for row in rows:
        later = row.start_first is not None and row.start_first > known_on
        if later and row.certainty == Certainty.STATED:
            row.certainty = Certainty.ANNOUNCED
    return World(epoch_now(), known_on, as_of, load_nodes(), {row.pk: row for row in rows})


def _assume(rows: Mapping[UUID, FactRow], news: dict[UUID, FactRow], assumption: Assumption) -> None:
    if isinstance(assumption, InterestDraft):
        row = replace(assumption, certainty=Certainty.STATED).unsaved()
        news[row.pk] = row
        return
    key = assumption.interest.pk if isinstance(assumption.interest, Interest) else assumption.interest
    held = news.get(key, rows.get(key))
    if not isinstance(held, Interest):
        raise Missing(f"There is no current interest {key} to end: list the interests to find its id.")
    ended = successor(held, end=assumption.end)
    refuse(interest_problems(ended) if assumption.end else {"end": "Say when the interest ends."})
    news[key] = ended


def _telling(row: FactRow) -> Telling:
    if isinstance(row, Interest):
        return row.holder_id, row.subject_id, row.type, row.start
    return row.buyer_id, row.supplier_id, CUSTOMER, row.start
