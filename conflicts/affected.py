"""Which subjects' exposures a change of facts can move, and the facts that an exposure rests on."""

from collections.abc import Collection, Iterator
from itertools import islice
from uuid import UUID

from django.db.models import Q, QuerySet

from conflicts.engine.facts import APPOINTMENT_OF_BOARD, INTEREST_TYPES, Axis
from conflicts.models import CustomerTie, FactChange, Interest, JointMember, Party

CARRYING = frozenset(
    code
    for code, axis in INTEREST_TYPES.items()
    if axis in {Axis.ECONOMIC, Axis.VOTING, Axis.CONTROL} or code == APPOINTMENT_OF_BOARD
)
"""The interests by which a part of a subject, votes in it or control of it is held; exposures rest on nothing else."""

CHUNK = 10_000


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
    found = _changed(changes)
    frontier = set(found)
    while frontier:
        frontier = {subject for chunk in _chunks(frontier) for subject in _held_by(chunk)} - found
        found |= frontier
    return found


def facts_above(subjects: Collection[UUID]) -> list[Interest]:
    """Read the current rows into these parties and into all their ancestors: what their exposures rest on."""
    rows: list[Interest] = []
    met, frontier = set(subjects), set(subjects)
    while frontier:
        above = [row for chunk in _chunks(frontier) for row in loaded().filter(subject_id__in=chunk)]
        rows += above
        holders = {row.holder_id for row in above}
        frontier = (holders | {member.pk for member in members_of(holders)}) - met
        met |= frontier
    return rows


def members_of(joint: Collection[UUID]) -> list[Party]:
    """Read who the members of these parties are, where they are joint holders."""
    together = (JointMember.objects.filter(joint_id__in=chunk).select_related("member") for chunk in _chunks(joint))
    return [row.member for rows in together for row in rows.order_by()]


def loaded() -> QuerySet[Interest]:
    """The current rows on which exposures rest, with their parties and sources."""
    return _carrying().select_related("holder", "subject", "source").order_by()


def _carrying() -> QuerySet[Interest]:
    return Interest.objects.current().filter(type__in=CARRYING)


def _held_by(holders: Collection[UUID]) -> set[UUID]:
    """In whom these hold something, alone or jointly."""
    held = Q(holder_id__in=holders) | Q(holder__in=JointMember.objects.filter(member_id__in=holders).values("joint"))
    return set(_carrying().filter(held).order_by().values_list("subject_id", flat=True))


def _changed(changes: QuerySet[FactChange]) -> set[UUID]:
    ids = changes.order_by().values("pk")
    moved = Q(recorded_by__in=ids) | Q(superseded_by__in=ids)
    interests = Interest.objects.filter(moved).order_by()
    found = set(interests.filter(type__in=CARRYING).values_list("subject_id", flat=True))
    sources = (
        _sources(interests) | _sources(CustomerTie.objects.filter(moved).order_by()) | _sources_of_parties(changes)
    )
    for chunk in _chunks(sources):
        found.update(_carrying().filter(source_id__in=chunk).order_by().values_list("subject_id", flat=True))
    return found


def _sources(rows: QuerySet[Interest] | QuerySet[CustomerTie]) -> set[UUID]:
    """A row that is recorded may fill in what was not known of its sources, which other rows rest on as well."""
    ended = rows.filter(end_source__isnull=False)
    return {*rows.values_list("source_id", flat=True), *ended.values_list("end_source_id", flat=True)} - {None}


def _sources_of_parties(changes: QuerySet[FactChange]) -> set[UUID]:
    """The sources of the parties that the changes speak of; adding a party may fill in one, too."""
    named = {UUID(party) for parties in changes.order_by().values_list("parties", flat=True) for party in parties}
    found: set[UUID] = set()
    for chunk in _chunks(named):
        sources = Party.objects.filter(pk__in=chunk, source__isnull=False).order_by()
        found.update(party.source_id for party in sources.only("source") if party.source_id)
    return found


def _chunks(ids: Collection[UUID]) -> Iterator[list[UUID]]:
    """Cut what may be long into questions that a database takes."""
    left = iter(ids)
    while chunk := list(islice(left, CHUNK)):
        yield chunk
