"""The onboarding file of a would-be vendor. It moves along these edges only, and two people approve it."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from conflicts.models import Party
from vendors.models.vendors import Vendor


class ApplicationState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    IN_REVIEW = "in_review", "In review"
    CHANGES_REQUESTED = "changes_requested", "Changes requested"
    RECOMMENDED = "recommended", "Recommended"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"


State = ApplicationState
EDITABLE = (State.DRAFT, State.CHANGES_REQUESTED)
OPEN = (State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.CHANGES_REQUESTED, State.RECOMMENDED)
UNDER_REVIEW = (State.IN_REVIEW, State.RECOMMENDED)


class Application(FSMModelMixin, models.Model):
    """What an applicant declares. Nothing in it counts anywhere before it is approved (SEMANTICS 7.4).

    `capabilities` is {facet: [code, ...]}. `ownership` is a list of {"holder", "holder_name", "holder_kind", "type",
    "share_low", "share_high", "start"}: `holder` a known party's slug or empty, shares in percent as decimal text.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    state = FSMField(default=State.DRAFT, choices=State.choices, max_length=20, protected=True)
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applications")
    legal_name = models.CharField(max_length=200)
    trade_names = models.JSONField(default=list, blank=True)
    jurisdiction = models.CharField(max_length=10, blank=True)
    website = models.URLField(max_length=500, blank=True)
    contact_name = models.CharField(max_length=200, blank=True)
    contact_email = models.EmailField(blank=True)
    capabilities = models.JSONField(default=dict, blank=True)
    ownership = models.JSONField(default=list, blank=True)
    review_note = models.TextField(blank=True, help_text="What the reviewers tell the applicant.")
    first_reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.PROTECT, related_name="applications")
    vendor = models.OneToOneField(Vendor, null=True, blank=True, on_delete=models.PROTECT, related_name="application")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=State.values), name="application_state_is_known"),
            models.CheckConstraint(condition=~Q(legal_name=""), name="application_is_named"),
            models.CheckConstraint(
                condition=~Q(state=State.APPROVED)
                | Q(first_reviewer__isnull=False, approved_by__isnull=False, party__isnull=False, vendor__isnull=False),
                name="application_approval_is_complete",
            ),
            models.CheckConstraint(condition=~Q(approved_by=F("first_reviewer")), name="application_has_two_reviewers"),
            models.CheckConstraint(
                condition=~Q(first_reviewer=F("applicant")) & ~Q(approved_by=F("applicant")),
                name="application_is_not_reviewed_by_its_applicant",
            ),
        )

    def __str__(self) -> str:
        return f"{self.legal_name}, {self.state}"

    @transition(field=state, source=EDITABLE, target=State.SUBMITTED)
    def submit(self) -> None:
        """The applicant hands it in."""

    @transition(field=state, source=State.SUBMITTED, target=State.IN_REVIEW)
    def begin_review(self) -> None:
        """Staff take it up."""

    @transition(field=state, source=State.IN_REVIEW, target=State.RECOMMENDED)
    def recommend(self) -> None:
        """The first of the two people is for it."""

    @transition(field=state, source=State.RECOMMENDED, target=State.APPROVED)
    def approve(self) -> None:
        """The second of the two people is for it too."""

    @transition(field=state, source=UNDER_REVIEW, target=State.CHANGES_REQUESTED)
    def request_changes(self) -> None:
        """It goes back to the applicant; a new review begins afresh."""

    @transition(field=state, source=UNDER_REVIEW, target=State.REJECTED)
    def reject(self) -> None:
        """It ends without a vendor."""

    @transition(field=state, source=OPEN, target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """The applicant takes it back."""
