"""What one party holds in another, in the codes of BODS 0.4."""

from django.db import models
from django.db.models import F, Q

from conflicts.engine import facts as engine
from conflicts.engine.bounds import WHOLE
from conflicts.models.facts import (
    PARTIAL_DATE,
    AmountPer,
    Fact,
    FactQuerySet,
    amount_constraints,
    fact_constraints,
    partial_date,
)
from conflicts.models.parties import Party


class InterestType(models.TextChoices):
    """Every interest type of BODS 0.4 and accounting consolidation; the engine says on which axis each speaks."""

    SHAREHOLDING = "shareholding", "Shareholding"
    VOTING_RIGHTS = "votingRights", "Voting rights"
    APPOINTMENT_OF_BOARD = "appointmentOfBoard", "Appointment of board"
    OTHER_INFLUENCE_OR_CONTROL = "otherInfluenceOrControl", "Other influence or control"
    SENIOR_MANAGING_OFFICIAL = "seniorManagingOfficial", "Senior managing official"
    BOARD_MEMBER = "boardMember", "Board member"
    BOARD_CHAIR = "boardChair", "Board chair"
    RIGHTS_TO_PROFIT_OR_INCOME = "rightsToProfitOrIncome", "Rights to profit or income"
    RIGHTS_TO_SURPLUS = "rightsToSurplusAssetsOnDissolution", "Rights to surplus assets on dissolution"
    RIGHTS_GRANTED_BY_CONTRACT = "rightsGrantedByContract", "Rights granted by contract"
    CONDITIONAL_RIGHTS = "conditionalRightsGrantedByContract", "Conditional rights granted by contract"
    CONTROL_VIA_RULES = "controlViaCompanyRulesOrArticles", "Control via company rules or articles"
    CONTROL_BY_LAW = "controlByLegalFramework", "Control by legal framework"
    SETTLOR = "settlor", "Settlor"
    TRUSTEE = "trustee", "Trustee"
    PROTECTOR = "protector", "Protector"
    BENEFICIARY = "beneficiaryOfLegalArrangement", "Beneficiary of legal arrangement"
    ENJOYMENT_OF_ASSETS = "enjoymentAndUseOfAssets", "Enjoyment and use of assets"
    PROFIT_FROM_ASSETS = "rightToProfitOrIncomeFromAssets", "Right to profit or income from assets"
    NOMINEE = "nominee", "Nominee"
    NOMINATOR = "nominator", "Nominator"
    UNKNOWN = "unknownInterest", "Unknown interest"
    UNPUBLISHED = "unpublishedInterest", "Unpublished interest"
    CONSOLIDATION = engine.CONSOLIDATION, "Accounting consolidation"


class Directness(models.TextChoices):
    """Whether a party stands between holder and subject (BODS `directOrIndirect`, SEMANTICS 2.5)."""

    DIRECT = "direct", "Direct"
    INDIRECT = "indirect", "Indirect"
    UNKNOWN = "unknown", "Not told"


class InterestQuerySet(FactQuerySet["Interest"]):
    def of(self, *, holder: Party, subject: Party, type_: str, start: str) -> "InterestQuerySet":
        """The versions of what any source says of one holder's interest that began then."""
        return self.filter(holder=holder, subject=subject, type=type_, start=start)


class Interest(Fact):
    """What a holder has in a subject. Shares are millionths of a percent; None is not stated, never zero."""

    holder = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="held")
    subject = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="holders")
    type = models.CharField(max_length=40, choices=InterestType)
    # The release before this one inserts rows without it.
    directness = models.CharField(
        max_length=8, choices=Directness, default=Directness.DIRECT, db_default=Directness.DIRECT
    )
    share_low = models.BigIntegerField(null=True, blank=True)
    share_high = models.BigIntegerField(null=True, blank=True)
    low_open = models.BooleanField(default=False, help_text="More than the low bound, not equal to it.")
    high_open = models.BooleanField(default=False, help_text="Less than the high bound, not equal to it.")
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    amount_per = models.CharField(max_length=7, choices=AmountPer, blank=True)
    amount_until = models.CharField(max_length=10, blank=True)

    objects = InterestQuerySet.as_manager()

    class Meta:
        ordering = ("subject__slug", "holder__slug", "type", "start")
        constraints = (
            *fact_constraints("interest"),
            *amount_constraints("interest"),
            models.UniqueConstraint(
                fields=("holder", "subject", "type", "start", "source"),
                condition=Q(superseded_at=None),
                name="interest_told_once",
            ),
            models.CheckConstraint(condition=Q(type__in=InterestType.values), name="interest_type_known"),
            models.CheckConstraint(condition=Q(directness__in=Directness.values), name="interest_directness_known"),
            models.CheckConstraint(
                condition=Q(share_low=None) | Q(share_low__gte=0, share_low__lte=WHOLE), name="interest_low_is_share"
            ),
            models.CheckConstraint(
                condition=Q(share_high=None) | Q(share_high__gte=0, share_high__lte=WHOLE),
                name="interest_high_is_share",
            ),
            models.CheckConstraint(
                condition=(
                    Q(share_low=None)
                    | Q(share_high=None)
                    | Q(share_low__lt=F("share_high"))
                    | Q(share_low=F("share_high"), low_open=False, high_open=False)
                ),
                name="interest_low_not_above_high",
            ),
            models.CheckConstraint(
                condition=(Q(low_open=False) | Q(share_low__isnull=False))
                & (Q(high_open=False) | Q(share_high__isnull=False)),
                name="interest_open_ends_are_stated",
            ),
            models.CheckConstraint(
                condition=~Q(holder=F("subject")) | Q(type=InterestType.SHAREHOLDING),
                name="interest_only_shares_in_self",
            ),
            models.CheckConstraint(
                condition=Q(amount_until="") | Q(amount__isnull=False, amount_until__regex=PARTIAL_DATE),
                name="interest_until_shape",
            ),
        )
        indexes = (
            models.Index(fields=("holder",), name="interest_by_holder", condition=Q(superseded_at=None)),
            models.Index(fields=("subject",), name="interest_by_subject", condition=Q(superseded_at=None)),
            models.Index(fields=("recorded_at", "superseded_at"), name="interest_by_known_time"),
        )

    def __str__(self) -> str:
        return f"{self.holder} {self.type} {self.subject} {self.start}".strip()

    def as_engine(self, name: str) -> engine.Fact:
        """Return the interest as a fact of the engine, under the name it has there."""
        return engine.Fact(
            id=name,
            holder=self.holder.slug,
            subject=self.subject.slug,
            type=self.type,
            source=self.source.as_engine(),
            low=self.share_low,
            high=self.share_high,
            low_open=self.low_open,
            high_open=self.high_open,
            start=partial_date(self.start),
            end=partial_date(self.end),
            certainty=engine.Certainty(self.certainty),
            directness=engine.Directness(self.directness),
            public=self.visibility == "public",
            amount=self.amount,
            currency=self.currency,
            amount_per=self.amount_per,
            amount_until=partial_date(self.amount_until),
        )
