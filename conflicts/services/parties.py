"""Adding parties and what the public knows of their rivalry."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from typing import Any

from conflicts.changes import fact_change
from conflicts.drafts import PartyReference, SourceDraft, refuse, unknown_party
from conflicts.models import (
    ChangeKind,
    Competition,
    FactChange,
    JointMember,
    NameKind,
    Party,
    PartyIdentifier,
    PartyKind,
    PartyName,
)
from conflicts.validation import party_problems, source_problems
from conflicts.versions import note_before, stored_source
from marketplace.accounts.models import User
from marketplace.records.refusals import Conflict, Invalid

EDITABLE = ("name", "kind", "jurisdiction", "segments", "resolved", "details")
WEIGHED = frozenset({"kind", "resolved"})
"""What of these an outcome can depend on."""


def add_party(  # noqa: PLR0913 - one argument per thing that is told of a party
    *,
    actor: User | None,
    slug: str,
    name: str,
    kind: str = PartyKind.ORGANIZATION,
    jurisdiction: str = "",
    segments: Sequence[str] = (),
    aliases: Sequence[str] = (),
    identifiers: Mapping[str, str] | None = None,
    resolved: bool = True,
    source: SourceDraft | None = None,
    details: str = "",
) -> Party:
    """Add a party with its other names and its identifiers, scheme by scheme.

    Raises Invalid with a sentence per field, and Conflict for a slug or an identifier that is taken.
    """
    party = Party(
        slug=slug,
        name=name.strip(),
        kind=kind,
        jurisdiction=jurisdiction,
        segments=list(segments),
        resolved=resolved,
        details=details,
        source=source.unsaved() if source else None,
    )
    refuse({**party_problems(party), **(source_problems(party.source) if party.source else {})})
    with _change(actor, "party.added", party) as change:
        _refuse_taken(party, identifiers or {})
        party.source = stored_source(party.source, filled_by=change) if party.source else None
        party.save(force_insert=True)
        _add_names(party, aliases)
        for scheme, value in (identifiers or {}).items():
            PartyIdentifier.objects.create(party=party, scheme=scheme, value=value)
    return party


def hold_jointly(*, actor: User | None, members: Sequence[PartyReference]) -> Party:
    """Return the party that these are together, as which they hold what they hold jointly (SEMANTICS 2.3).

    It is added the first time. Raises Invalid where they are fewer than two, or one is unknown.
    """
    parties = {party.pk: party for party in (_known(reference) for reference in members)}
    refuse({} if len(parties) > 1 else {"members": "Two or more hold something jointly: name them all."})
    found = sorted(parties.values(), key=lambda party: party.slug)
    with _joint_change(actor, found) as slug:
        joint, is_new = Party.objects.get_or_create(
            slug=slug,
            defaults={
                "name": f"{' and '.join(party.name for party in found)}, jointly"[:300],
                "kind": PartyKind.ARRANGEMENT,
            },
        )
        if is_new:
            JointMember.objects.bulk_create(JointMember(joint=joint, member=party) for party in found)
    return joint


def _known(reference: PartyReference) -> Party:
    party = Party.objects.find(reference)
    if party is None:
        raise Invalid({"members": unknown_party(reference)})
    return party


@contextmanager
def _joint_change(actor: User | None, members: Sequence[Party]) -> Iterator[str]:
    """Name the set by its members, whatever their number; only the first time it is a change."""
    digest = sha256(" ".join(str(party.pk) for party in members).encode()).hexdigest()[:16]
    slug = f"joint-{digest}"
    if Party.objects.filter(slug=slug).exists():
        yield slug
        return
    with fact_change(
        kind=ChangeKind.PARTY,
        actor=actor,
        log_action="party.joined",
        parties=tuple(members),
        edits=False,
        data={"slug": slug, "members": [party.slug for party in members]},
    ):
        yield slug


def edit_party(*, actor: User | None, party: Party, aliases: Sequence[str] = (), **news: Any) -> Party:
    """Change what is told of a party (name, kind, jurisdiction, segments, resolved, details) and add other names.

    Raises Invalid with a sentence per field; the slug stays for good.
    """
    refuse({name: f"{name} cannot be changed: leave it out." for name in news if name not in EDITABLE})
    with _change(actor, "party.edited", party, changed=sorted(news)) as change:
        # What the caller holds may be old: only the news may be written.
        party.refresh_from_db(from_queryset=Party.objects.select_for_update(no_key=True))
        note_before(change, party, WEIGHED.intersection(news))
        for name, value in news.items():
            setattr(party, name, value)
        refuse(party_problems(party))
        if news:
            party.save(update_fields=list(news))
        _add_names(party, aliases)
    return party


def add_competition(
    *, actor: User | None, a: PartyReference, b: PartyReference, segment: str, source: SourceDraft
) -> Competition:
    """Record that two parties are publicly described as rivals in a segment; it changes no outcome.

    Raises Invalid with a sentence per field, and Conflict for a pair that is recorded in that segment already.
    """
    one, other = (find_party(reference, field) for reference, field in ((a, "a"), (b, "b")))
    row = Competition(a=one, b=other, segment=segment.strip(), source=source.unsaved())
    refuse(_competition_problems(row))
    with fact_change(
        kind=ChangeKind.COMPETITION,
        actor=actor,
        log_action="competition.added",
        parties=(one, other),
        subject=row,
        data={"competition": row.pk, "a": one.slug, "b": other.slug, "segment": row.segment},
    ):
        if Competition.objects.between(one, other).filter(segment=row.segment).exists():
            raise Conflict(f"{one} and {other} are recorded as rivals in {row.segment} already.", code="told_twice")
        row.source = stored_source(row.source)
        row.save(force_insert=True)
    return row


def find_party(reference: PartyReference, field: str) -> Party:
    """Return the party; raises Invalid under the name of the field where there is none."""
    party = Party.objects.find(reference)
    if party is None:
        raise Invalid({field: unknown_party(reference)}, code="unknown_party")
    return party


def _competition_problems(row: Competition) -> dict[str, str]:
    problems = source_problems(row.source)
    if row.a == row.b:
        problems["b"] = f"{row.a} does not compete with itself: name another party."
    if not row.segment:
        problems["segment"] = "Say in which segment they compete."
    return problems


def _refuse_taken(party: Party, identifiers: Mapping[str, str]) -> None:
    if Party.objects.filter(slug=party.slug).exists():
        raise Conflict(f"There is a party '{party.slug}' already: use it, or choose another slug.", code="slug_taken")
    for scheme, value in identifiers.items():
        taken = PartyIdentifier.objects.filter(scheme=scheme, value=value).select_related("party").first()
        if taken:
            raise Conflict(
                f"{scheme}:{value} identifies {taken.party} already: use that party.", code="identifier_taken"
            )


def _add_names(party: Party, aliases: Sequence[str]) -> None:
    for alias in aliases:
        PartyName.objects.get_or_create(party=party, name=alias, defaults={"kind": NameKind.ALIAS})


def _change(actor: User | None, action: str, party: Party, **more: Any) -> AbstractContextManager[FactChange]:
    return fact_change(
        kind=ChangeKind.PARTY,
        actor=actor,
        log_action=action,
        parties=(party,),
        subject=party,
        data={"party": party.pk, "slug": party.slug, **more},
    )
