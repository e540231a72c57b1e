"""Tokens and who one is."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from marketplace.accounts.models import NAME_LENGTH, ApiToken
from marketplace.api.bodies import Body
from marketplace.api.callers import Caller
from marketplace.models import Client
from vendors.models import Vendor

TOKEN = {
    "id": "5b0f4c7e-5d0b-4a3f-9a55-0f6c8f0a1d11",
    "name": "nightly report",
    "created": "2026-11-23T09:30:00Z",
    "expires": "2027-11-23T09:30:00Z",
}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A login", value={"email": "ann@client.example", "password": "a long one", "name": "nightly report"}
        )
    ]
)
class TokenIn(Body):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=1000, trim_whitespace=False, style={"input_type": "password"})
    name = serializers.CharField(max_length=NAME_LENGTH, help_text="Where the token will be used.")


@extend_schema_serializer(examples=[OpenApiExample("A token", value=TOKEN)])
class TokenOut(serializers.ModelSerializer[ApiToken]):
    expires = serializers.DateTimeField(source="expiry", allow_null=True, read_only=True)

    class Meta:
        model = ApiToken
        fields = ("id", "name", "created", "expires")


@extend_schema_serializer(examples=[OpenApiExample("A new token", value={"token": "al_3f9c0d..."})])
class NewTokenOut(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="Send it as `Authorization: Bearer ...`. It is shown this once.")


class ActsForOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    role = serializers.CharField()


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A member of a client",
            value={
                "id": "0c7f4a52-6f57-4a0e-8a04-7a1a0d6c7a11",
                "email": "ann@client.example",
                "name": "Ann",
                "staff_role": "",
                "client": {
                    "id": "c1b8a6f2-0f5b-4a44-9d69-34f2d0d3f4aa",
                    "slug": "google",
                    "name": "Google",
                    "role": "approver",
                },
                "vendor": None,
            },
        )
    ]
)
class MeOut(serializers.Serializer[Caller]):
    id = serializers.UUIDField(source="user.id")
    email = serializers.EmailField(source="user.email")
    name = serializers.CharField(source="user.name")
    staff_role = serializers.ChoiceField(
        ["", "compliance", "operator"], source="user.staff_role", help_text="Empty for everyone but staff."
    )
    client = serializers.SerializerMethodField(help_text="The client that this login acts for.")
    vendor = serializers.SerializerMethodField(help_text="The vendor that this login speaks for.")

    @extend_schema_field(ActsForOut(allow_null=True))
    def get_client(self, caller: Caller) -> dict[str, Any] | None:
        return _acts_for(caller.client, caller.membership.role if caller.membership else "")

    @extend_schema_field(ActsForOut(allow_null=True))
    def get_vendor(self, caller: Caller) -> dict[str, Any] | None:
        return _acts_for(caller.vendor, caller.speaker.role if caller.speaker else "")


def _acts_for(whom: Client | Vendor | None, role: str) -> dict[str, Any] | None:
    if whom is None:
        return None
    return {"id": str(whom.pk), "slug": whom.slug, "name": whom.name, "role": role}
