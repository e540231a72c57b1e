"""What people do with their notices, and which kinds they want by e-mail."""

from collections.abc import Mapping

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.membership import NOT_FOUND, member_of
from marketplace.models import NOTICE_KINDS, Client, Notice, NoticeSetting
from marketplace.records import clock
from marketplace.records.refusals import Missing
from marketplace.records.services import log


@transaction.atomic
def read_notice(*, actor: User, notice: Notice) -> Notice:
    """Mark one's own notice as read; the second time changes nothing. Raises Missing for anyone else's."""
    if notice.user_id != actor.pk:
        raise Missing(NOT_FOUND)
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=clock.now())
    notice.refresh_from_db(fields=["read_at"])
    return notice


def email_settings(user: User) -> dict[str, bool]:
    """Return, for every kind, whether the person gets e-mails of it: all but those that were switched off."""
    chosen = dict(NoticeSetting.objects.filter(user=user).values_list("kind", "email"))
    return {str(kind): chosen.get(kind, True) for kind, _ in NOTICE_KINDS}


@transaction.atomic
def set_email(*, actor: User, client: Client, wanted: Mapping[str, bool]) -> dict[str, bool]:
    """Switch e-mails of these kinds on or off for oneself, from the next event on; raises Missing for a stranger."""
    member_of(actor, client)
    for kind, email in wanted.items():
        NoticeSetting.objects.update_or_create(user=actor, kind=kind, defaults={"client": client, "email": email})
    log(action="notice.settings_changed", actor=actor, tenant=client.pk, data=dict(wanted))
    return email_settings(actor)
