"""Where facts come from."""

from uuid import uuid4

from django.db import models

from conflicts.engine import facts as engine


class Standing(models.TextChoices):
    """How good a source is, best first (SEMANTICS 2.2b)."""

    REGISTER = "register", "Register"
    FILING = "filing", "Filing"
    COMPANY = "company", "Company"
    STAFF = "staff", "Staff with document"
    PRESS = "press", "Press"
    DECLARED = "declared", "Declared by the vendor"


class Source(models.Model):
    """A document or register entry that facts rest on."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    url = models.URLField(max_length=1000)
    publisher = models.CharField(max_length=200, blank=True)
    standing = models.CharField(max_length=10, choices=Standing)
    statement_date = models.DateField(null=True, blank=True)
    retrieved_on = models.DateField(null=True, blank=True)
    licence = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("url",)
        constraints = (
            models.UniqueConstraint(fields=("url", "standing"), name="source_unique"),
            models.CheckConstraint(condition=models.Q(standing__in=Standing.values), name="source_standing_known"),
            models.CheckConstraint(condition=~models.Q(url=""), name="source_has_address"),
        )

    def __str__(self) -> str:
        return self.publisher or self.url

    def as_engine(self) -> engine.Source:
        """Return what the engine weighs of this source."""
        standing = engine.Standing(self.standing)
        return engine.Source(self.url, self.publisher, standing, self.statement_date, self.retrieved_on)
