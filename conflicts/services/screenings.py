"""Questions about pairs. They compute and store nothing; what is stored, workers store (DESIGN 3)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from conflicts.epochs import consistent, epoch_now
from conflicts.loading import Case, load_case, load_snapshot_rows
from conflicts.models import Party
from conflicts.overlay import Assumption, WhatIf, load_world
from conflicts.proof import Moment, Pair, proof_scene
from conflicts.screening import Scene, ScreeningResult, scene
from marketplace.records import clock
from marketplace.records.refusals import Invalid

FEW = 50
"""So many pairs, or fewer, are judged on their proof subgraph: to read the whole graph costs more."""


def screen_pair(
    *,
    tenant: UUID,
    principal: Party,
    subject: Party,
    as_of: dt.date | None = None,
    as_known: dt.date | None = None,
) -> ScreeningResult:
    """Screen one pair as of a day, as known at the end of a day; both are now where left out.

    The list and the lines are today's (SEMANTICS 1.1). Inside a transaction that holds the epoch (`epoch_shared`) the
    result is that of the gate. Raises Invalid for an as-known day that has not come yet.
    """
    (result,) = screen_all(tenant=tenant, principal=principal, subjects=[subject], as_of=as_of, as_known=as_known)
    return result


def screen_all(
    *,
    tenant: UUID,
    principal: Party,
    subjects: Sequence[Party],
    as_of: dt.date | None = None,
    as_known: dt.date | None = None,
) -> list[ScreeningResult]:
    """Screen one principal against many subjects on one read of the facts; as screen_pair, in their order."""
    return screen_everyone(cases=[(tenant, principal)], subjects=subjects, as_of=as_of, as_known=as_known)


def screen_everyone(
    *,
    cases: Sequence[tuple[UUID, Party]],
    subjects: Sequence[Party],
    as_of: dt.date | None = None,
    as_known: dt.date | None = None,
) -> list[ScreeningResult]:
    """Screen each (tenant, principal) against each subject on one read of the facts, lists and lines.

    As screen_pair; case by case, the subjects in their order. The answer is of many tenants at once: it is for workers
    and for compliance staff. Few pairs are judged on their proof subgraph (SEMANTICS 8.5), many on the whole graph.
    """
    _, (pairs, now) = consistent(lambda: _read(cases, subjects, as_of, as_known))
    return [now.screen_closed(case, subject) for case, subject in pairs]


def what_if(
    *,
    cases: Sequence[tuple[UUID, Party]],
    subjects: Sequence[Party],
    rows: Sequence[Assumption],
    as_of: dt.date,
) -> list[WhatIf]:
    """Screen each (tenant, principal) against each subject without and with the rows, as of a day (SEMANTICS 8.4).

    Writes nothing. Raises Invalid with fields named `rows[0].share_low`, Missing for the end of an unknown interest.
    """
    if not rows:
        raise Invalid({"rows": "A what-if has at least one row: add what would begin or end."})
    _, (world, loaded) = consistent(lambda: (load_world(known_on=clock.today(), as_of=as_of), _cases(cases)))
    before, after = world.before, world.after(rows)
    return [
        WhatIf(before.screen_closed(case, subject), after.screen_closed(case, subject))
        for case in loaded
        for subject in subjects
    ]


def _cases(cases: Sequence[tuple[UUID, Party]]) -> list[Case]:
    return [load_case(tenant=tenant, principal=principal) for tenant, principal in cases]


def _read(
    cases: Sequence[tuple[UUID, Party]], subjects: Sequence[Party], as_of: dt.date | None, as_known: dt.date | None
) -> tuple[list[Pair], Scene]:
    moment = _moment(as_of, as_known)
    pairs = [(case, subject) for case in _cases(cases) for subject in subjects]
    if len(pairs) <= FEW:
        return pairs, replace(proof_scene(pairs, moment), as_known=as_known)
    rows = load_snapshot_rows(moment.as_known)
    return pairs, scene(rows, as_of=moment.as_of, known_on=moment.known_on, as_known=as_known)


def _moment(as_of: dt.date | None, as_known: dt.date | None) -> Moment:
    epoch, today = epoch_now(), clock.today()
    if as_known is not None and as_known > today:
        raise Invalid({"as_known": f"{as_known} has not come yet: write {today} or an earlier day."})
    known = None if as_known == today else as_known
    return Moment(epoch, as_of=as_of or today, known_on=as_known or today, as_known=known)
