"""Clients and their people."""

from django.db import transaction

from conflicts.models import Party
from marketplace.accounts.models import Side, User
from marketplace.accounts.services import take_side
from marketplace.models import Client, ClientMember, ClientRole
from marketplace.records import clock
from marketplace.records.refusals import Conflict
from marketplace.records.services import log
from marketplace.watching import watch_candidates


@transaction.atomic
def create_client(*, actor: User | None, party: Party, name: str = "", slug: str = "") -> Client:
    """Let a party buy here from today on, and watch it against every listed vendor; raises Conflict where it does.

    Name and slug are the party's where they are not given.
    """
    if Client.objects.filter(party=party).exists():
        raise Conflict(f"{party} is a client already.", code="client_exists")
    if Client.objects.filter(slug=slug or party.slug).exists():
        raise Conflict(f"Another client has the name {slug or party.slug}: give a slug of its own.", code="slug_taken")
    client = Client.objects.create(
        party=party, name=name or party.name, slug=slug or party.slug, joined_on=clock.today()
    )
    log(action="client.created", actor=actor, tenant=client.pk, subject=client, data={"party": party.slug})
    watch_candidates(client)
    return client


@transaction.atomic
def add_member(*, actor: User | None, client: Client, user: User, role: ClientRole = ClientRole.MEMBER) -> ClientMember:
    """Let the login act for the client; raises Conflict where it acts for one already, for a vendor, or is staff."""
    take_side(user=user, side=Side.CLIENT)
    member = ClientMember.objects.create(client=client, user=user, role=role)
    log(action="client.member_added", actor=actor, tenant=client.pk, subject=member, data={"role": role})
    return member
