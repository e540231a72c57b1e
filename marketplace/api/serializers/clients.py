"""Clients, named."""

from rest_framework import serializers

from marketplace.api import visibility
from marketplace.api.references import Reference
from marketplace.models import Client

CLIENT_REF = {"slug": "google", "name": "Google"}


def whose() -> Reference:
    """Return the field by which compliance staff say whose; nobody else has it."""
    return Reference(
        visibility.clients,
        required=False,
        help_text="Slug or id of the client; compliance staff must say it, nobody else has it.",
    )


class ClientRefOut(serializers.ModelSerializer[Client]):
    """A client, named. Its id is the key of all that is its own and is told to itself alone."""

    class Meta:
        model = Client
        fields = read_only_fields = ("slug", "name")
