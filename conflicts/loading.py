"""From rows to the engine's input: one consistent read of all that was known at one time.

Parties go by their slugs in the engine, and facts by what they tell, so that answers read well and the same facts give
the same answer whatever the ids of their rows are.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import QuerySet

from conflicts.engine import facts as engine
from conflicts.engine.policy import Policy as Lines
from conflicts.epochs import consistent
from conflicts.models import CompetitorDeclaration, CustomerTie, Interest, JointMember, Party, Policy

PIECE = 5_000
"""How many ids one question names at most."""
LAST_MOMENT = dt.time(23, 59, 59, 999_999, dt.UTC)

FactRow = Interest | CustomerTie


@dataclass(frozen=True)
class Rows:
    """All parties and the facts of one known time; `epoch` is that of the read."""

    epoch: int
    nodes: tuple[engine.Node, ...]
    facts: tuple[engine.Fact, ...]


@dataclass(frozen=True)
class Case:
    """Whom a principal competes with, by slug, in which segments, and its lines, as they stand today."""

    tenant: UUID
    principal: Party
    competitors: tuple[str, ...]
    segments: dict[str, tuple[str, ...]]
    lines: Lines


def load_snapshot_rows(as_known: dt.date | None = None) -> Rows:
    """Read all parties and every fact that was known at the end of that UTC day; of all that is known now without one.

    What is known now goes by what is not superseded and by no clock: a clock that was set back hides no fact.
    """
    epoch, (nodes, rows) = consistent(lambda: (load_nodes(), load_facts(as_known)))
    return Rows(epoch, nodes, named(rows))


def load_nodes() -> tuple[engine.Node, ...]:
    """Read all parties, by slug."""
    return tuple(party.as_engine() for party in Party.objects.order_by("slug"))


def load_facts(as_known: dt.date | None = None) -> list[FactRow]:
    """Read the rows that were known then, or are now, with their parties and sources."""
    interests, ties = fact_rows(as_known)
    return [*interests, *ties]


def fact_rows(as_known: dt.date | None = None) -> tuple[QuerySet[Interest], QuerySet[CustomerTie]]:
    """Return the queries for these rows, for who must not read them all at once."""
    interests = Interest.objects.select_related("holder", "subject", "source")
    ties = CustomerTie.objects.select_related("buyer", "supplier", "source")
    if as_known is None:
        return interests.current(), ties.current()
    known_until = dt.datetime.combine(as_known, LAST_MOMENT)
    return interests.known_at(known_until), ties.known_at(known_until)


def load_commercial(holders: Iterable[str], subjects: Iterable[str]) -> tuple[engine.Fact, ...]:
    """Read what these parties, by slug, have agreed to buy from those, under the names that all facts of now have."""
    contracts = Interest.objects.current().select_related("holder", "subject", "source")
    ties = CustomerTie.objects.current().select_related("buyer", "supplier", "source")
    return named(
        [
            *contracts.filter(type=engine.CONTRACT, holder__slug__in=holders, subject__slug__in=subjects),
            *ties.filter(buyer__slug__in=holders, supplier__slug__in=subjects),
        ]
    )


def load_case(*, tenant: UUID, principal: Party) -> Case:
    """Read one client's list and lines for one of its parties."""
    declared = CompetitorDeclaration.objects.of(tenant=tenant, principal=principal)
    policy = Policy.objects.of(tenant=tenant, principal=principal).first()
    return case_of(tenant, principal, declared, policy)


def case_of(tenant: UUID, principal: Party, declared: QuerySet[CompetitorDeclaration], policy: Policy | None) -> Case:
    """Return the case that this list and policy make; without a policy the lines are the default ones."""
    segments: dict[str, list[str]] = {}
    for row in declared.select_related("competitor"):
        segments.setdefault(row.competitor.slug, []).append(row.segment)
    return Case(
        tenant=tenant,
        principal=principal,
        competitors=tuple(sorted(segments)),
        segments={slug: tuple(names) for slug, names in segments.items()},
        lines=policy.as_engine() if policy else Lines(),
    )


def named(rows: Iterable[FactRow]) -> tuple[engine.Fact, ...]:
    """Return the rows as facts in a stable order, each named by what it tells: `meta shareholding scale-ai 2025-06-12`.

    What several sources tell alike is numbered, the best source first.
    """
    told = sorted(rows, key=_order)
    seen: Counter[str] = Counter()
    joint = _members_by_slug(memberships({holder_of(row) for row in told}))
    facts = []
    for row in told:
        name = _name(row)
        seen[name] += 1
        fact = row.as_engine(f"{name} #{seen[name]}" if seen[name] > 1 else name)
        facts.append(_jointly(fact, joint.get(fact.holder, ())))
    return tuple(facts)


def holder_of(row: FactRow) -> Party:
    """Return who holds the interest, or who buys."""
    return row.holder if isinstance(row, Interest) else row.buyer


def joint_members() -> dict[str, tuple[str, ...]]:
    """Read who the members of each joint holder are, all by slug."""
    return _members_by_slug(JointMember.objects.select_related("joint", "member"))


def memberships(parties: Iterable[Party]) -> list[JointMember]:
    """Read who holds together as one of these parties."""
    keys = [party.pk for party in parties]
    found: list[JointMember] = []
    for start in range(0, len(keys), PIECE):
        found += JointMember.objects.filter(joint__in=keys[start : start + PIECE]).select_related("joint", "member")
    return found


def _members_by_slug(rows: Iterable[JointMember]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for joint, member in sorted((row.joint.slug, row.member.slug) for row in rows):
        found[joint] = (*found.get(joint, ()), member)
    return found


def _jointly(fact: engine.Fact, members: tuple[str, ...]) -> engine.Fact:
    return replace(fact, holder=engine.joint_holder(members), members=members) if members else fact


def _order(row: FactRow) -> tuple[str, int, str]:
    return (_name(row), engine.Standing(row.source.standing).rank, row.source.url)


def _name(row: FactRow) -> str:
    if isinstance(row, Interest):
        words = (row.holder.slug, row.type, row.subject.slug, row.start)
    else:
        words = (row.buyer.slug, engine.CUSTOMER, row.supplier.slug, row.start)
    return " ".join(word for word in words if word)
