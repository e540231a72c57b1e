"""Two clients with one of everything each, made by the services, and a caller of every kind.

Whatever only one client may know carries a word of its own, so that a leak shows wherever it comes out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from conflicts.models import Screening
from conflicts.services import MitigationDraft, Terms
from conflicts.services.competitors import CompetitorDraft, replace_competitor_list
from marketplace.accounts.models import ApiToken, User
from marketplace.models import Client, ClientRole, Notice
from marketplace.records import clock
from marketplace.services.awards import award
from marketplace.services.decisions import add_mitigation, approve_decision, request_decision, void_decision
from marketplace.services.engagements import EngagementDraft, declare_engagement
from marketplace.services.requests import RequestDraft, post_request
from marketplace.services.transitions import add_item
from tests.marketplace import market
from tests.marketplace.api.doors import Api, anonymous, compliance, operator, speaker_of
from vendors.models import Application, Vendor
from vendors.services.applications import ApplicationDraft, create_application

VENDORS = ("labelbox", "scale-ai", "held", "hush")


@dataclass
class Side:
    """One client with its people and the ids of its things, by the noun in their address."""

    client: Client
    word: str
    member: User
    approver: User
    ids: dict[str, UUID] = field(default_factory=dict)

    def keep(self, noun: str, row: Model | None) -> None:
        assert row is not None, noun
        self.ids[noun] = row.pk


@dataclass
class World:
    google: Side
    openai: Side
    callers: dict[str, Api]
    application: Application
    vendors: dict[str, Vendor]
    interest: UUID
    hidden_interest: UUID
    event: UUID

    @property
    def google_api(self) -> Api:
        return self.callers["member"]


def world() -> World:
    """Make it: Scale AI turns blocked for both, Held is under review, Hush is blocked by what is private."""
    vendors = {slug: market.vendor(slug) for slug in VENDORS}
    google, openai = side("google", "cornflower"), side("openai", "marigold")
    for one in (google, openai):
        fill(one, vendors)
    stake = market.holds("meta", "scale-ai", "49", start="2025-06-12")
    market.holds("meta", "held", "6")
    hidden = market.holds("meta", "hush", "30", visibility="private")
    market.catch_up()
    for one in (google, openai):
        end_waiver(one, vendors["scale-ai"])
    market.catch_up()
    for one in (google, openai):
        decide(one, vendors)
    callers = {
        "anonymous": anonymous(),
        "member": Api(google.member),
        "other": Api(openai.member),
        "vendor": speaker_of(vendors["scale-ai"]),
        "compliance": compliance(),
        "operator": operator(),
    }
    applied = create_application(actor=person_of(callers["vendor"]), draft=ApplicationDraft(legal_name="New Labels"))
    return World(google, openai, callers, applied, vendors, stake.pk, hidden.pk, stake.recorded_by_id)


def side(slug: str, word: str) -> Side:
    client = market.client(slug)
    rows = [
        CompetitorDraft(competitor=market.party("meta"), segment=f"{word}-segment", note=f"{word}-note"),
        CompetitorDraft(competitor=market.party(f"{word}-rival"), segment=f"{word}-segment"),
    ]
    made = replace_competitor_list(actor=None, tenant=client.pk, principal=client.party, rows=rows)
    found = Side(client, word, market.member(client), market.member(client, ClientRole.APPROVER))
    found.keep("competitors", made[0])
    return found


def fill(side: Side, vendors: dict[str, Vendor]) -> None:
    """Give the client a request, running work and an award."""
    draft = RequestDraft(title=f"{side.word}-request", brief=f"{side.word}-brief", modality="text")
    request = post_request(actor=side.member, client=side.client, draft=draft, slots=3)
    work = EngagementDraft(title=f"{side.word}-work")
    declared = declare_engagement(actor=side.member, client=side.client, vendor=vendors["scale-ai"], draft=work)
    won = award(actor=side.member, slot_id=request.slots.get(number=1).pk, vendor=vendors["labelbox"])
    side.keep("requests", request)
    side.keep("slots", request.slots.get(number=2))
    side.keep("engagements", declared)
    side.keep("awards", won.award)


def decide(side: Side, vendors: dict[str, Vendor]) -> None:
    """Let the client request a decision, and look up what the workers have made."""
    asked = request_decision(
        actor=side.member, client=side.client, vendor=vendors["held"], reason=f"{side.word}-reason"
    )
    wall = MitigationDraft(kind="firewall", text=f"{side.word}-wall", responsible=f"{side.word}-head")
    side.keep("decisions", asked)
    side.keep("mitigations", add_mitigation(actor=side.member, decision=asked, draft=wall))
    side.keep("alerts", side.client.alerts.get())
    side.keep("notices", Notice.objects.get(user=side.member, decision_notice=None))
    side.keep("told", Notice.objects.get(user=side.member, event=None))
    side.keep("checklist", add_item(actor=side.member, alert=side.client.alerts.get(), text=f"{side.word}-item"))
    side.keep("screenings", Screening.objects.get(tenant=side.client.pk, subject=vendors["held"].party))


def end_waiver(side: Side, vendor: Vendor) -> None:
    """Let two people waive a block, and one end that again: its people hear of it."""
    terms = Terms(kind="waiver", conditions=f"{side.word}-terms", expires_on=clock.today())
    asked = request_decision(
        actor=side.member, client=side.client, vendor=vendor, reason=f"{side.word}-need", terms=terms
    )
    void_decision(
        actor=side.member,
        decision=approve_decision(actor=side.approver, decision=asked),
        reason=f"{side.word}-end",
    )
    side.keep("waivers", asked)


@contextmanager
def taken_back() -> Iterator[None]:
    """A transaction that leaves nothing behind, and that what must open the outermost one takes for none."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


def person_of(api: Api) -> User:
    assert api.user is not None
    return api.user


def token_of(api: Api) -> UUID:
    token: UUID = ApiToken.objects.get(user=person_of(api)).pk
    return token
