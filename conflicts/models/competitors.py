"""Who competes with whom: what the public knows, and what one client declares."""

from typing import Self
from uuid import UUID, uuid4

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from conflicts.models.changes import FactChange
from conflicts.models.facts import known_time_constraint, stood_at
from conflicts.models.parties import Party
from conflicts.models.sources import Source


class CompetitionQuerySet(models.QuerySet["Competition"]):
    def between(self, one: Party, other: Party) -> Self:
        """The rows about two parties, whichever is named first."""
        return self.filter(Q(a=one, b=other) | Q(a=other, b=one))

    def about(self, party: Party) -> Self:
        """The rows that name the party."""
        return self.filter(Q(a=party) | Q(b=party))


class Competition(models.Model):
    """Two parties publicly described as rivals in one segment. It proposes lists and decides nothing."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    a = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    b = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    segment = models.CharField(max_length=100)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")

    objects = CompetitionQuerySet.as_manager()

    class Meta:
        ordering = ("a__slug", "b__slug", "segment")
        constraints = (
            models.UniqueConstraint(Least("a", "b"), Greatest("a", "b"), "segment", name="competition_pair_once"),
            models.CheckConstraint(condition=~Q(a=F("b")), name="competition_between_two"),
            models.CheckConstraint(condition=~Q(segment=""), name="competition_has_segment"),
        )

    def __str__(self) -> str:
        return f"{self.a} and {self.b} in {self.segment}"

    def rival_of(self, party: Party) -> Party:
        """Return the other of the two."""
        return self.b if party.pk == self.a_id else self.a


class CompetitorQuerySet(models.QuerySet["CompetitorDeclaration"]):
    def current(self) -> Self:
        """The declarations that stand."""
        return self.filter(superseded_at=None)

    def at_epoch(self, epoch: int) -> Self:
        """The declarations that stood right after the change of that epoch."""
        return self.filter(stood_at(epoch))

    def of(self, *, tenant: UUID, principal: Party) -> Self:
        """The declarations that stand in one client's list for one of its parties."""
        return self.current().filter(tenant=tenant, principal=principal)


class CompetitorDeclaration(models.Model):
    """A party that a client declares as its competitor in a segment. Nobody else may learn of it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    tenant = models.UUIDField()
    principal = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    competitor = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    segment = models.CharField(max_length=100, blank=True)
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField(editable=False)
    superseded_at = models.DateTimeField(null=True, editable=False)
    recorded_by = models.ForeignKey(FactChange, on_delete=models.PROTECT, related_name="+", editable=False)
    superseded_by = models.ForeignKey(FactChange, null=True, on_delete=models.PROTECT, related_name="+", editable=False)

    objects = CompetitorQuerySet.as_manager()

    class Meta:
        ordering = ("competitor__slug", "segment")
        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "principal", "competitor", "segment"),
                condition=Q(superseded_at=None),
                name="competitor_declared_once",
            ),
            models.CheckConstraint(condition=~Q(principal=F("competitor")), name="competitor_is_another"),
            known_time_constraint("competitor"),
        )

    def __str__(self) -> str:
        return f"{self.competitor} as competitor of {self.principal}"
