"""Who buys from whom (DESIGN 6): a tie of its own kind, absent from the public list of interests."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q

from conflicts.engine import facts as engine
from conflicts.engine.bounds import WHOLE
from conflicts.models.facts import AmountPer, Fact, FactQuerySet, amount_constraints, fact_constraints, partial_date
from conflicts.models.parties import Party


class TieStatus(models.TextChoices):
    """How a tie is known; whether it is running is told by its dates."""

    ACTIVE = "active", "Active, as a party or an official notice states"
    ENDED = "ended", "Ended, as a party or an official notice states"
    REPORTED = "reported", "Reported by press, unnamed sources or the vendor's client list"


class CustomerTieQuerySet(FactQuerySet["CustomerTie"]):
    def running(self, day: dt.date) -> Self:
        """The current ties that have begun, or began nobody knows when, and whose end's span is not over."""
        return self.current().in_force(day)


class CustomerTie(Fact):
    """A buyer uses a supplier. The amount is turnover, never a commitment; the share is of the supplier's revenue."""

    buyer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="suppliers")
    supplier = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="buyers")
    status = models.CharField(max_length=8, choices=TieStatus)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    amount_per = models.CharField(max_length=7, choices=AmountPer, blank=True)
    revenue_share_low = models.BigIntegerField(null=True, blank=True)

    objects = CustomerTieQuerySet.as_manager()

    class Meta:
        ordering = ("supplier__slug", "buyer__slug", "start")
        constraints = (
            *fact_constraints("tie"),
            *amount_constraints("tie"),
            models.UniqueConstraint(
                fields=("buyer", "supplier", "start", "source"),
                condition=Q(superseded_at=None),
                name="tie_told_once",
            ),
            models.CheckConstraint(condition=Q(status__in=TieStatus.values), name="tie_status_known"),
            models.CheckConstraint(condition=~Q(buyer=F("supplier")), name="tie_between_two"),
            models.CheckConstraint(
                condition=Q(revenue_share_low=None) | Q(revenue_share_low__gte=0, revenue_share_low__lte=WHOLE),
                name="tie_revenue_is_share",
            ),
        )
        indexes = (models.Index(fields=("recorded_at", "superseded_at"), name="tie_by_known_time"),)

    def __str__(self) -> str:
        return f"{self.buyer} buys from {self.supplier}"

    def as_engine(self, name: str) -> engine.Fact:
        """Return the tie as a fact of the engine, under the name it has there."""
        return engine.Fact(
            id=name,
            holder=self.buyer.slug,
            subject=self.supplier.slug,
            type=engine.CUSTOMER,
            source=self.source.as_engine(),
            start=partial_date(self.start),
            end=partial_date(self.end),
            certainty=engine.Certainty(self.certainty),
            public=self.visibility == "public",
            amount=self.amount,
            currency=self.currency,
            amount_per=self.amount_per,
            revenue_share=self.revenue_share_low,
        )
