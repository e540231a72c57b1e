"""One lane of races: a client with its people, and a vendor for each kind of write that can turn a verdict."""

import datetime as dt
from dataclasses import dataclass, field
from itertools import count
from random import Random
from uuid import UUID

from django.test import Client as Browser

from conflicts.models import CompetitorDeclaration, DecisionStatus, Interest, Policy, ReviewDecision
from conflicts.services import Terms
from marketplace.accounts.models import User
from marketplace.accounts.services import issue_token
from marketplace.models import Client, ClientRole, RequestSlot
from marketplace.records import clock
from marketplace.records.refusals import Refusal
from marketplace.services.decisions import request_decision
from tests.faults.races.acts import BLOCKING, TIGHT, Act
from tests.marketplace.market import client, compliance, holds, member, party, request, vendor
from vendors.models import Vendor

SLOTS = 20
"""How many slots one request of the lane has."""
KINDS = ("fact", "list", "lines", "waiver", "decision")
WORSE = frozenset({"record", "declare", "tighten", "void"})
"""Writes that turn a pair that may be awarded into one that may not; the others turn it back."""
_numbers = count()


@dataclass
class Lane:
    """What its races are about. Who acts over HTTP does so by `tokens` and, as staff, by `session`."""

    rng: Random
    client: Client
    vendors: dict[str, Vendor]
    member: User
    approver: User
    staff: User
    tokens: dict[str, str]
    session: str
    slots: list[RequestSlot] = field(default_factory=list)

    @property
    def rival(self) -> str:
        return f"rival-{self.client.slug}"

    @property
    def secret(self) -> str:
        return f"secret-{self.client.slug}"

    def slot(self) -> RequestSlot:
        """A slot that nobody asked for yet."""
        if not self.slots:
            self.slots = list(request(self.client, slots=SLOTS).slots.select_related("request"))
        return self.slots.pop()

    def award(self, kind: str) -> Act:
        slot = self.slot()
        to = self.vendors[kind]
        return self._act("award", slot=slot.pk, request=slot.request_id, vendor=to.slug, vendor_id=to.pk)

    def write(self, kind: str) -> Act | None:
        """What turns the pair round, as things stand; None where that takes something else first."""
        return {
            "fact": self._of_fact,
            "list": self._of_list,
            "lines": self._of_lines,
            "waiver": self._of_decision,
            "decision": self._of_decision,
        }[kind](kind)

    def _of_fact(self, kind: str) -> Act:
        subject = self.vendors[kind]
        standing = Interest.objects.current().filter(subject=subject.party, end="", share_low=BLOCKING)
        stake = standing.select_related("holder", "source").first()
        if stake is not None:
            told = {"holder": stake.holder.slug, "url": stake.source.url}
            return self._act("end", interest=stake.pk, subject=subject.slug, **told)
        # Few addresses would make corrections of these, so each deal has its own.
        url = f"https://press.example/{self.client.slug}/{next(_numbers)}"
        holder = self.rng.choice([self.rival, f"top-{self.client.slug}"])
        return self._act("record", holder=holder, subject=subject.slug, url=url)

    def _of_list(self, kind: str) -> Act:
        declared = CompetitorDeclaration.objects.of(tenant=self.client.pk, principal=self.client.party)
        row = declared.filter(competitor__slug=self.secret).first()
        if row is not None:
            return self._act("withdraw", declaration=row.pk)
        return self._act("declare", competitor=self.secret)

    def _of_lines(self, kind: str) -> Act:
        policy = Policy.objects.of(tenant=self.client.pk, principal=self.client.party).first()
        tight = policy is not None and policy.economic_block == TIGHT
        return self._act("relax" if tight else "tighten")

    def _of_decision(self, kind: str) -> Act | None:
        subject = self.vendors[kind].party
        made = ReviewDecision.objects.of(tenant=self.client.pk, principal=self.client.party, subject=subject)
        decision = made.filter(status__in=(DecisionStatus.APPROVED, DecisionStatus.REQUESTED)).first()
        if decision is None:
            decision = self._requested(kind)
        if decision is None:
            return None
        return self._act("void" if decision.status == DecisionStatus.APPROVED else "approve", decision=decision.pk)

    def _requested(self, kind: str) -> ReviewDecision | None:
        terms = Terms(kind=kind, conditions="A firewall.", expires_on=clock.today() + dt.timedelta(days=30))
        try:
            return request_decision(
                actor=self.member, client=self.client, vendor=self.vendors[kind], reason="Rare language.", terms=terms
            )
        except Refusal:
            # Under tight lines a review is a block, which no decision is for.
            return None

    def _act(self, name: str, **told: UUID | str) -> Act:
        return Act(name, {"client": str(self.client.pk), **{key: str(value) for key, value in told.items()}})


def lane(number: int, rng: Random) -> Lane:
    """Make it by the services. All facts of the lane are its own, and every lane is in the one graph."""
    slug = f"c{number}-{next(_numbers)}"
    buyer = client(slug, f"rival-{slug}")
    vendors = {kind: vendor(f"{kind}-{slug}") for kind in KINDS}
    holds(f"top-{slug}", f"rival-{slug}", "60")
    holds(f"fund-{slug}", f"fact-{slug}", "20")
    party(f"secret-{slug}")
    holds(f"secret-{slug}", f"list-{slug}", "49")
    holds(f"rival-{slug}", f"lines-{slug}", "4")
    holds(f"rival-{slug}", f"waiver-{slug}", "49")
    holds(f"rival-{slug}", f"decision-{slug}", "6")
    people = member(buyer), member(buyer, ClientRole.APPROVER), compliance()
    tokens = dict(zip(("member", "approver", "staff"), map(_token, people), strict=True))
    return Lane(rng, buyer, vendors, *people, tokens, _session(people[2]))


def _token(user: User) -> str:
    return issue_token(user=user, name="races")


def _session(user: User) -> str:
    browser = Browser()
    browser.force_login(user)
    return browser.cookies["sessionid"].value
