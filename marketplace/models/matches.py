"""The candidates of a request, with the outcome of their screening and how well they fit."""

from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from conflicts.models import Coverage, Outcome, ReviewDecision, Screening
from marketplace.models.clients import Client
from marketplace.models.requests import LabelingRequest, RequestStatus
from marketplace.models.tenancy import SameClient
from marketplace.models.verdicts import AWARDABLE
from vendors.models import Vendor


class MatchQuerySet(models.QuerySet["Match"]):
    def behind(self) -> Self:
        """Those of open requests whose screening, listing or request is another version than the one they rest on."""
        fresh = Q(
            screening_epoch=Coalesce(F("screening__epoch"), 0),
            listing_version=F("vendor__listing__version"),
            request_version=F("request__version"),
        )
        return self.filter(~fresh, request__status=RequestStatus.OPEN)


class Match(models.Model):
    """One vendor that fits one request. `score` is 0 to 100.

    Unknown vendors have no rank, and blocked ones only by a waiver for the whole pair.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(LabelingRequest, on_delete=models.CASCADE, related_name="matches")
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="+")
    screening = models.ForeignKey(Screening, null=True, on_delete=models.SET_NULL, related_name="+")
    waiver = models.ForeignKey(ReviewDecision, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=20, choices=Outcome)
    coverage = models.CharField(max_length=20, choices=Coverage)
    score = models.DecimalField(max_digits=5, decimal_places=2)
    parts = models.JSONField(default=list)
    rank = models.PositiveIntegerField(null=True)
    screening_epoch = models.BigIntegerField()
    listing_version = models.PositiveIntegerField()
    request_version = models.PositiveIntegerField()

    objects = MatchQuerySet.as_manager()

    class Meta:
        ordering = ("request", F("rank").asc(nulls_last=True), "vendor__name")
        verbose_name_plural = "matches"
        constraints = (
            models.UniqueConstraint(fields=("request", "vendor"), name="match_unique"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="match_outcome_is_known"),
            models.CheckConstraint(condition=Q(coverage__in=Coverage.values), name="match_coverage_is_known"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=100), name="match_score_is_a_percentage"),
            models.CheckConstraint(
                condition=Q(rank__isnull=True)
                | Q(rank__gte=1) & (Q(outcome__in=AWARDABLE) | Q(outcome=Outcome.BLOCKED, waiver__isnull=False)),
                name="match_rank_is_earned",
            ),
            SameClient(field="request", name="match_and_request_agree"),
        )

    def __str__(self) -> str:
        return f"{self.vendor} for {self.request}"
