"""Accounts as staff edit them; whose side a login takes; giving out and taking back Bearer tokens."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from marketplace.accounts.models import NAME_LENGTH, ApiToken, Side, User
from marketplace.records.refusals import Conflict, Invalid, Missing
from marketplace.records.services import log


@transaction.atomic
def save_account(*, user: User, actor: User, changed: Collection[str]) -> None:
    """Save an account that staff have added or edited; `changed` names the fields that are written and logged."""
    added = user._state.adding
    user.save(update_fields=None if added else changed)
    log(action="account.added" if added else "account.changed", actor=actor, subject=user, data={"fields": [*changed]})


@transaction.atomic
def take_side(*, user: User, side: Side) -> None:
    """Let the login act for one client, or one vendor, for good.

    Raises Conflict where it acts for somebody already or is staff: who decides about others must not be one of them.
    """
    held = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if held.is_staff or held.is_superuser:
        raise Conflict(f"{held} is staff of this marketplace and cannot act for a {side}: use another login.")
    if held.acts_for:
        raise Conflict(f"{held} acts for a {held.acts_for} already and cannot act for another: use another login.")
    held.acts_for = user.acts_for = side
    held.save(update_fields=["acts_for"])


@transaction.atomic
def issue_token(*, user: User, name: str) -> str:
    """Return a new Bearer token of the user. It is shown this once: only its digest is kept.

    Raises Invalid where the name is empty or too long and Conflict where the user is not active.
    """
    if not name.strip() or len(name) > NAME_LENGTH:
        raise Invalid({"name": f"A token needs a name of at most {NAME_LENGTH} characters: say where it will be used."})
    if not user.is_active:
        raise Conflict(f"{user} is not active: activate the account before issuing a token.")
    token, plaintext = ApiToken.objects.create(user=user, name=name)
    log(action="token.issued", actor=user, subject=token, data={"name": name})
    return str(plaintext)


def tokens_of(*, user: User) -> list[ApiToken]:
    """Return the user's tokens, oldest first."""
    return list(ApiToken.objects.filter(user=user).order_by("created"))


@transaction.atomic
def revoke_token(*, user: User, token_id: UUID, actor: User) -> None:
    """Delete one of the user's tokens at once; raises Missing for any other."""
    token = ApiToken.objects.select_for_update().filter(user=user, id=token_id).first()
    if token is None:
        raise Missing("There is no such token: it may have been revoked before.")
    log(action="token.revoked", actor=actor, subject=token, data={"name": token.name})
    token.delete()
