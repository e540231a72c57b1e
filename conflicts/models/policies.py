"""A principal's lines per axis. They can be tighter than the defaults, never looser (SEMANTICS 7.1)."""

from typing import Self
from uuid import UUID, uuid4

from django.db import models
from django.db.models import F, Q

from conflicts.engine import policy as engine
from conflicts.models.changes import FactChange
from conflicts.models.facts import known_time_constraint, stood_at
from conflicts.models.parties import Party

DEFAULTS = engine.Policy()
LINES = (
    "economic_block",
    "economic_review",
    "voting_block",
    "voting_review",
    "control_line",
    "commercial_share",
)


class PolicyQuerySet(models.QuerySet["Policy"]):
    def current(self) -> Self:
        """The policies that stand."""
        return self.filter(superseded_at=None)

    def at_epoch(self, epoch: int) -> Self:
        """The policies that stood right after the change of that epoch."""
        return self.filter(stood_at(epoch))

    def of(self, *, tenant: UUID, principal: Party) -> Self:
        """The policy that stands for one client's party: one row or none."""
        return self.current().filter(tenant=tenant, principal=principal)


class Policy(models.Model):
    """One version of a policy. Lines are millionths of a percent."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    tenant = models.UUIDField()
    principal = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    economic_block = models.BigIntegerField(default=DEFAULTS.economic_block)
    economic_review = models.BigIntegerField(default=DEFAULTS.economic_review)
    voting_block = models.BigIntegerField(default=DEFAULTS.voting_block)
    voting_review = models.BigIntegerField(default=DEFAULTS.voting_review)
    control_line = models.BigIntegerField(default=DEFAULTS.control)
    commercial_share = models.BigIntegerField(default=DEFAULTS.commercial_share)
    uncovered_to_review = models.BooleanField(
        default=False, help_text="A clear vendor of whose owners nothing is known becomes review (SEMANTICS 7.5)."
    )
    recorded_at = models.DateTimeField(editable=False)
    superseded_at = models.DateTimeField(null=True, editable=False)
    recorded_by = models.ForeignKey(FactChange, on_delete=models.PROTECT, related_name="+", editable=False)
    superseded_by = models.ForeignKey(FactChange, null=True, on_delete=models.PROTECT, related_name="+", editable=False)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ("tenant", "principal__slug")
        verbose_name_plural = "policies"
        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "principal"), condition=Q(superseded_at=None), name="policy_one_stands"
            ),
            models.CheckConstraint(
                condition=Q(economic_block__gt=0, economic_block__lte=DEFAULTS.economic_block),
                name="policy_economic_block_tight",
            ),
            models.CheckConstraint(
                condition=Q(economic_review__gt=0, economic_review__lte=DEFAULTS.economic_review),
                name="policy_economic_review_tight",
            ),
            models.CheckConstraint(
                condition=Q(voting_block__gt=0, voting_block__lte=DEFAULTS.voting_block),
                name="policy_voting_block_tight",
            ),
            models.CheckConstraint(
                condition=Q(voting_review__gt=0, voting_review__lte=DEFAULTS.voting_review),
                name="policy_voting_review_tight",
            ),
            models.CheckConstraint(
                condition=Q(control_line__gt=0, control_line__lte=DEFAULTS.control), name="policy_control_tight"
            ),
            models.CheckConstraint(
                condition=Q(commercial_share__gt=0, commercial_share__lte=DEFAULTS.commercial_share),
                name="policy_commercial_tight",
            ),
            models.CheckConstraint(
                condition=Q(economic_review__lte=F("economic_block"), voting_review__lte=F("voting_block")),
                name="policy_review_not_above_block",
            ),
            known_time_constraint("policy"),
        )

    def __str__(self) -> str:
        return f"Policy of {self.principal}"

    def as_engine(self) -> engine.Policy:
        """Return the lines as the engine takes them."""
        lines = {line: getattr(self, line) for line in LINES if line != "control_line"}
        return engine.Policy(**lines, control=self.control_line, uncovered_to_review=self.uncovered_to_review)
