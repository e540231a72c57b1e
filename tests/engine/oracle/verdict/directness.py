"""Which rows are assertions and not stakes (SEMANTICS 2.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from conflicts.engine.facts import Directness, Fact

Pair = tuple[str, str]


def asserted(rows: Iterable[Fact], holding: Iterable[Pair], joint: Mapping[str, frozenset[str]]) -> set[str]:
    """The ids of the rows of one axis that are assertions; `holding` are the pairs of all rows of that axis.

    A joint holding is a step of each of its members, and no step from a member to the set.
    """
    steps = {(one, subject) for holder, subject in holding for one in {holder, *joint.get(holder, ())}}
    return {
        row.id
        for row in rows
        if row.directness is Directness.INDIRECT
        or (row.directness is Directness.UNKNOWN and _longer(row.holder, row.subject, steps))
    }


def _longer(holder: str, subject: str, steps: set[Pair]) -> bool:
    """Whether a path of two steps or more leads from the holder to the subject."""
    ends = {holder, subject}
    seen = {s for h, s in steps if h == holder} - ends
    while more := {s for h, s in steps if h in seen} - seen - ends:
        seen |= more
    return any(h in seen and s == subject for h, s in steps)
