"""Which subjects' exposures a change of facts can move, and the facts that an exposure rests on."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from conflicts.models import FactChange, Interest, JointMember, Party
from conflicts.ways import OWNERSHIP, pieces


def affected_subjects(changes: QuerySet[FactChange]) -> set[UUID]:
    """Return every party whose exposures these changes can have moved, all else being as it was before the first.

    The exposures of a party v are a function of the rows that count into v and into its ancestors: walks start at v and
    go up, control of v comes down through them, and whether an undirected row is an assertion is told by rows of
    ancestors of its subject. So they move only if v has, before or after, a *changed* ancestor (v itself included): one
    into which a row was recorded or superseded by one of the changes, or a row of which weighs otherwise because its
    source got a date (SEMANTICS 2.2b).
    Going down from the changed parties over the current rows finds all of these v. If the way from a changed ancestor
    down to v still exists, it is found. If it existed before only, some row of it was superseded by one of the changes;
    below the last such row the way still exists, and it begins at that row's subject, which is itself changed.
    A set of joint holders never changes, so its members lead down to what it holds before and after alike.
    Rows that are not in force, or only announced, are gone over too: more parties are found than can move, never fewer.
    Nothing is skipped and so nothing is booked to the slack. A day that passes and a merge of parties are no changes of
    this kind: after them everything is worked out anew.
    """
    return OWNERSHIP.below(OWNERSHIP.changed(changes))


def facts_above(subjects: Collection[UUID]) -> list[Interest]:
    """Read the current rows into these parties and into all their ancestors: what their exposures rest on."""
    rows: list[Interest] = []
    met, frontier = set(subjects), set(subjects)
    while frontier:
        above = [row for chunk in pieces(frontier) for row in loaded().filter(subject_id__in=chunk)]
        rows += above
        holders = {row.holder_id for row in above}
        frontier = (holders | {member.pk for member in members_of(holders)}) - met
        met |= frontier
    return rows


def members_of(joint: Collection[UUID]) -> list[Party]:
    """Read who the members of these parties are, where they are joint holders."""
    together = (JointMember.objects.filter(joint_id__in=chunk).select_related("member") for chunk in pieces(joint))
    return [row.member for rows in together for row in rows.order_by()]


def loaded() -> QuerySet[Interest]:
    """The current rows on which exposures rest, with their parties and sources."""
    current = OWNERSHIP.interests().filter(superseded_at=None)
    return current.select_related("holder", "subject", "source")
