"""What is done in a race, by the services, in the process that it comes to: by the shell, or by an importer's files."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db import DatabaseError

from conflicts.engine.bounds import PERCENT
from conflicts.engine.policy import Policy as Lines
from conflicts.importers import market
from conflicts.importers.events import EVENTS
from conflicts.models import CompetitorDeclaration, ReviewDecision
from conflicts.services import (
    CompetitorDraft,
    SourceDraft,
    record_interest,
    replace_competitor_list,
    retract_interest,
    withdraw_competitor,
)
from conflicts.services.policies import set_policy
from marketplace.accounts.models import User
from marketplace.models import Client, ClientMember, ClientRole
from marketplace.records.refusals import Refusal
from marketplace.services.awards import award
from marketplace.services.decisions import approve_decision, void_decision
from tests.conflicts.importers.files import Files
from vendors.models import Vendor

BLOCKING = 49 * PERCENT
TIGHT = 3 * PERCENT
TIGHT_LINES = Lines(economic_block=TIGHT, economic_review=2 * PERCENT)
MADE, DONE, KILLED = "made", "done", "killed"
PAST = "2024-01-01"


@dataclass(frozen=True)
class Act:
    """A verb and what it is about, all by text, so that it travels to any process or address."""

    name: str
    told: dict[str, str]

    @property
    def is_award(self) -> bool:
        return self.name == "award"


def perform(act: Act, door: str) -> str:
    """Do it and return `made` for an award, `done` for a write, the code of a refusal, or `error: ...`."""
    try:
        if door == "importer":
            _imported(act)
            return DONE
        return SHELL[act.name](act.told) or DONE
    except Refusal as refusal:
        return refusal.code
    except (DatabaseError, ValueError, LookupError, TypeError) as error:
        return f"error: {type(error).__name__} {error}"


def _award(told: dict[str, str]) -> str:
    vendor = Vendor.objects.get(slug=told["vendor"])
    result = award(actor=_person(told, ClientRole.MEMBER), slot_id=UUID(told["slot"]), vendor=vendor)
    return result.refusal.code if result.refusal else MADE


def _record(told: dict[str, str]) -> None:
    record_interest(
        actor=None,
        holder=told["holder"],
        subject=told["subject"],
        type="shareholding",
        source=SourceDraft(url=told["url"]),
        share_low=BLOCKING,
        share_high=BLOCKING,
    )


def _end(told: dict[str, str]) -> None:
    retract_interest(actor=None, interest=UUID(told["interest"]), reason="Never was.")


def _withdraw(told: dict[str, str]) -> None:
    withdraw_competitor(actor=None, declaration=CompetitorDeclaration.objects.get(pk=told["declaration"]))


def _relist(told: dict[str, str]) -> None:
    """Write the whole list at once."""
    client = _client(told)
    rows = [CompetitorDraft(competitor=name) for name in (f"rival-{client.slug}", told["competitor"])]
    replace_competitor_list(actor=None, tenant=client.pk, principal=client.party, rows=rows)


def _draw(lines: Lines) -> Callable[[dict[str, str]], None]:
    def drawn(told: dict[str, str]) -> None:
        client = _client(told)
        set_policy(actor=None, tenant=client.pk, principal=client.party, lines=lines)

    return drawn


def _approve(told: dict[str, str]) -> None:
    approve_decision(actor=_person(told, ClientRole.APPROVER), decision=_decision(told))


def _void(told: dict[str, str]) -> None:
    void_decision(actor=_person(told, ClientRole.APPROVER), decision=_decision(told), reason="It has a hole.")


SHELL: dict[str, Callable[[dict[str, str]], str | None]] = {
    "award": _award,
    "record": _record,
    "end": _end,
    "declare": _relist,
    "withdraw": _withdraw,
    "tighten": _draw(TIGHT_LINES),
    "relax": _draw(Lines()),
    "approve": _approve,
    "void": _void,
}


def _imported(act: Act) -> None:
    """Write the files of an import that does it, and load them."""
    with tempfile.TemporaryDirectory(prefix="armslength-races-") as folder:
        files = Files(Path(folder))
        for file in (market.ORGANIZATIONS, market.COMPETITIONS, market.INTERESTS, market.RELATIONSHIPS, EVENTS):
            files.write(file)
        stake = {"url": act.told["url"], "share": "49"}
        parties = (act.told["holder"], act.told["subject"])
        if act.name == "record":
            files.write(market.INTERESTS, files.interest(*parties, **stake))
        else:
            files.write(EVENTS, [PAST, "end", *files.interest(*parties, **stake, end=PAST)])
        report = market.load(Path(folder))
    if report.rejected:
        raise ValueError(f"The import rejected {report.rejected}.")


def _client(told: dict[str, str]) -> Client:
    return Client.objects.select_related("party").get(pk=told["client"])


def _person(told: dict[str, str], role: ClientRole) -> User:
    return ClientMember.objects.select_related("user").get(client=UUID(told["client"]), role=role).user


def _decision(told: dict[str, str]) -> ReviewDecision:
    return ReviewDecision.objects.select_related("principal", "subject").get(pk=told["decision"])
