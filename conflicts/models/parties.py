"""Who can hold or be held."""

from uuid import UUID, uuid4

from django.db import models
from django.db.models import F, Q

from conflicts.engine import facts as engine
from conflicts.models.sources import Source

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class PartyKind(models.TextChoices):
    ORGANIZATION = "organization", "Organization"
    PERSON = "person", "Person"
    STATE_BODY = "state_body", "State body"
    ARRANGEMENT = "arrangement", "Arrangement"


class NameKind(models.TextChoices):
    LEGAL = "legal", "Legal name"
    ALIAS = "alias", "Alias"
    TRADE = "trade", "Trade name"


class PartyQuerySet(models.QuerySet["Party"]):
    def find(self, reference: "Party | UUID | str") -> "Party | None":
        """Return the party of this id or slug, None where there is none."""
        if isinstance(reference, Party):
            return reference
        return self.filter(_is(reference)).first()


class Party(models.Model):
    """An organization, person, state body or arrangement that can hold or be held.

    The slug is the party's name in the engine, in paths and in the story; it never changes.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    slug = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=12, choices=PartyKind, default=PartyKind.ORGANIZATION)
    jurisdiction = models.CharField(max_length=10, blank=True, help_text="ISO 3166 code; empty means not known.")
    segments = models.JSONField(default=list, blank=True)
    resolved = models.BooleanField(
        default=True, help_text="Off while it is open who this is: every screening that touches it is unknown."
    )
    details = models.TextField(blank=True)
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = PartyQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "parties"
        constraints = (
            models.CheckConstraint(condition=Q(slug__regex=SLUG), name="party_slug_shape"),
            models.CheckConstraint(condition=Q(kind__in=PartyKind.values), name="party_kind_known"),
            models.CheckConstraint(condition=~Q(name=""), name="party_is_named"),
        )

    def __str__(self) -> str:
        return self.name

    def as_engine(self) -> engine.Node:
        """Return the party as the engine sees it, named by its slug."""
        return engine.Node(self.slug, engine.PartyKind(self.kind), self.resolved)


class PartyName(models.Model):
    """Another name under which a party appears in sources."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=5, choices=NameKind, default=NameKind.ALIAS)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("party", "name"), name="party_name_once"),
            models.CheckConstraint(condition=Q(kind__in=NameKind.values), name="party_name_kind_known"),
            models.CheckConstraint(condition=~Q(name=""), name="party_name_not_blank"),
        )

    def __str__(self) -> str:
        return self.name


class JointMember(models.Model):
    """One of those who hold something together: their set is a party of its own, an arrangement (SEMANTICS 2.3).

    A set never changes: other members are another set.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    joint = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="members")
    member = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("joint", "member__slug")
        constraints = (
            models.UniqueConstraint(fields=("joint", "member"), name="joint_member_once"),
            models.CheckConstraint(condition=~Q(joint=F("member")), name="joint_member_is_another"),
        )

    def __str__(self) -> str:
        return f"{self.member} in {self.joint}"


class PartyIdentifier(models.Model):
    """What a register or a data set calls a party."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=50)
    value = models.CharField(max_length=200)

    class Meta:
        ordering = ("scheme", "value")
        constraints = (
            models.UniqueConstraint(fields=("scheme", "value"), name="party_identifier_unique"),
            models.CheckConstraint(condition=~Q(scheme="") & ~Q(value=""), name="party_identifier_not_blank"),
        )

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


def _is(reference: UUID | str) -> Q:
    """The condition that a party has this slug or this id."""
    try:
        return Q(slug=str(reference)) | Q(pk=UUID(str(reference)))
    except ValueError:
        return Q(slug=reference)
