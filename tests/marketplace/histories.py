"""A market in which facts, lists, lines, parties and days change by chance while clients decide."""

import datetime as dt
from contextlib import suppress

from conflicts.drafts import SourceDraft
from conflicts.engine.bounds import PERCENT
from conflicts.engine.policy import Policy as Lines
from conflicts.models import Party
from conflicts.services import edit_party, record_tie
from conflicts.services.competitors import CompetitorDraft, replace_competitor_list
from conflicts.services.policies import set_policy
from marketplace.models import ClientRole
from marketplace.records import clock
from marketplace.records.refusals import Refusal
from marketplace.services.awards import award
from marketplace.services.clients import create_client
from marketplace.services.decisions import approve_decision, request_decision
from marketplace.services.engagements import EngagementDraft, declare_engagement
from tests.conflicts.stories import Story
from tests.marketplace.market import TEXT, catch_up, member, request, slot
from vendors.services.listings import ListingDraft, list_vendor

BEGIN = dt.date(2024, 5, 20)
KINDS = ("organization", "state_body", "person")


class DecidedStory(Story):
    """A story of facts in a story database, with one client that decides about three vendors again and again."""

    def __init__(self, seed: int) -> None:
        clock.create_story(BEGIN)
        super().__init__(seed)
        self.buyer = create_client(actor=None, party=self.client)
        self.people = member(self.buyer), member(self.buyer, ClientRole.APPROVER)
        draft = ListingDraft(capabilities=TEXT)
        self.vendors = [list_vendor(actor=None, party=party, draft=draft) for party in self.parties[:3]]
        self.relist()

    def tell(self, events: int) -> None:
        """Let so much happen; after each change somebody decides."""
        changes = [self.event] * 8 + [self.relist, self.redraw, self.reshape, self.reshape, self.buy] + [self.sleep] * 2
        decisions = [self.award] * 3 + [self.decide, self.declare, catch_up]
        for _ in range(events):
            # What is refused, such as a share in a person, is no event.
            with suppress(Refusal):
                self.rng.choice(changes)()
            with suppress(Refusal):
                self.rng.choice(decisions)()
        catch_up()

    def source(self) -> SourceDraft:
        """Few addresses, the dates of which become known later or never."""
        number = self.rng.randrange(4)
        stated = self.rng.choice([None, dt.date(2024, self.rng.randint(1, 5), 1)])
        standing = self.rng.choice(["press", "register"])
        return SourceDraft(url=f"https://news.example/{number}", standing=standing, statement_date=stated)

    def relist(self) -> None:
        rivals = self.rng.sample(self.parties[3:], self.rng.randint(1, 3))
        rows = [CompetitorDraft(competitor=rival) for rival in rivals]
        replace_competitor_list(actor=None, tenant=self.buyer.pk, principal=self.client, rows=rows)

    def redraw(self) -> None:
        block, review = self.rng.choice([(25, 5), (20, 4), (10, 2)])
        lines = Lines(economic_block=block * PERCENT, economic_review=review * PERCENT)
        set_policy(actor=None, tenant=self.buyer.pk, principal=self.client, lines=lines)

    def reshape(self) -> None:
        """Find out that a party is of another kind, or that it is open who one is, or not any more."""
        unresolved = Party.objects.filter(resolved=False).first()
        if unresolved:
            edit_party(actor=None, party=unresolved, resolved=True)
        elif self.rng.random() < 0.6:
            edit_party(actor=None, party=self.rng.choice(self.parties), kind=self.rng.choice(KINDS))
        else:
            edit_party(actor=None, party=self.rng.choice(self.parties), resolved=False)

    def buy(self) -> None:
        buyer, supplier = self.rng.sample(self.parties, 2)
        share = self.rng.choice([5, 15]) * PERCENT
        self.sources += 1
        source = SourceDraft(url=f"https://news.example/tie-{self.sources}")
        record_tie(actor=None, buyer=buyer, supplier=supplier, status="active", source=source, revenue_share_low=share)

    def sleep(self) -> None:
        clock.advance_story(clock.today() + dt.timedelta(days=self.rng.choice([1, 20, 60])))

    def award(self) -> None:
        asked = request(self.buyer)
        award(actor=self.people[0], slot_id=slot(asked).pk, vendor=self.rng.choice(self.vendors))

    def decide(self) -> None:
        requester, approver = self.people
        vendor = self.rng.choice(self.vendors)
        decision = request_decision(actor=requester, client=self.buyer, vendor=vendor, reason="A firewall.")
        approve_decision(actor=approver, decision=decision)

    def declare(self) -> None:
        self.sources += 1
        draft = EngagementDraft(title=f"Labeling {self.sources}", start="2020")
        declare_engagement(actor=None, client=self.buyer, vendor=self.rng.choice(self.vendors), draft=draft)
