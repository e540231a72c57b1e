"""The stream of changes: facts, their ends and retractions, lists, policies and listings, through the services."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from random import Random

from conflicts.drafts import SourceDraft
from conflicts.engine.bounds import PERCENT
from conflicts.engine.policy import Policy
from conflicts.models import CompetitorDeclaration, Interest
from conflicts.services.competitors import CompetitorDraft, replace_competitor_list
from conflicts.services.facts import end_interest, record_interest, retract_interest
from conflicts.services.policies import set_policy
from marketplace.models import Client
from marketplace.records import clock
from tests.faults.fanned_market import LANGUAGES, RIVALS, Shape, rivals_of
from vendors.models import Vendor
from vendors.services.listings import ListingDraft, save_listing

SHARES = (3, 9, 15, 30, 49, 60)
BLOCKING = 60


@dataclass
class Changes:
    """Makes one change after another, drawn from a seed and from what is stored.

    One in `wide_every` touches a third of all matches: the owner far above, or one client's list or policy.
    """

    shape: Shape
    seed: int
    wide_every: int

    @cached_property
    def chance(self) -> Random:
        return Random(self.seed)

    def make(self, number: int) -> None:
        """Make the change of this number; the source of a fact is its own, so that none is told twice."""
        if self.chance.randrange(self.wide_every) == 0:
            self._one_of((2, self._above), (1, self._list), (1, self._policy))(number)
        else:
            self._one_of((6, self._fund), (2, self._far), (1, self._post), (1, self._listing))(number)

    def make_last(self, number: int) -> None:
        """A rival comes to control the company in which the first vendor's director sits, or never did.

        It reaches the vendor only by who is near, moves what is found for each client that has the rival on its list,
        and nothing else trades there.
        """
        held = Interest.objects.current().filter(subject__slug="far-0", type="shareholding").first()
        if held is None:
            declared = CompetitorDeclaration.objects.current().select_related("competitor").first()
            self._buy(declared.competitor.slug if declared else "rival-0", "far-0", number, BLOCKING)
        else:
            retract_interest(actor=None, interest=held, reason="The report was wrong.")

    def _one_of(self, *acts: tuple[int, Callable[[int], None]]) -> Callable[[int], None]:
        """Draw one of the acts, each as often as its number says."""
        (drawn,) = self.chance.choices([act for _, act in acts], [weight for weight, _ in acts])
        return drawn

    def _vendor(self, what: str) -> str:
        return f"{what}-{self.chance.randrange(self.shape.vendors)}"

    def _fund(self, number: int) -> None:
        self._trade(self._vendor("fund"), number)

    def _far(self, number: int) -> None:
        self._trade(f"far-{self.chance.randrange(1, self.shape.vendors)}", number)

    def _above(self, number: int) -> None:
        self._trade("top", number)

    def _trade(self, subject: str, number: int) -> None:
        """A rival comes to hold a part of it, or what one holds ends or never was."""
        held = Interest.objects.current().filter(subject__slug=subject, type="shareholding", end="").first()
        if held is None or self.chance.random() < 0.2:
            self._buy(f"rival-{self.chance.randrange(RIVALS)}", subject, number, self.chance.choice(SHARES))
        elif self.chance.random() < 0.5:
            retract_interest(actor=None, interest=held, reason="The report was wrong.")
        else:
            end = clock.today() - dt.timedelta(days=self.chance.randrange(1, 900))
            end_interest(actor=None, interest=held, end=end.isoformat(), source=self._source(number))

    def _buy(self, holder: str, subject: str, number: int, percent: int) -> None:
        record_interest(
            actor=None,
            holder=holder,
            subject=subject,
            type="shareholding",
            source=self._source(number),
            share_low=percent * PERCENT,
            share_high=percent * PERCENT,
        )

    def _post(self, number: int) -> None:
        """A director takes a post in a rival or leaves it."""
        director = self._vendor("director")
        held = Interest.objects.current().filter(holder__slug=director, subject__slug__startswith="rival-").first()
        if held is not None:
            retract_interest(actor=None, interest=held, reason="The report was wrong.")
            return
        rival = f"rival-{self.chance.randrange(RIVALS)}"
        record_interest(actor=None, holder=director, subject=rival, type="boardMember", source=self._source(number))

    def _listing(self, number: int) -> None:
        codes = {"modality": ["text"], "language": LANGUAGES[: self.chance.randint(1, len(LANGUAGES))]}
        draft = ListingDraft(summary=f"As of change {number}.", capabilities=codes)
        save_listing(actor=None, vendor=Vendor.objects.get(slug=self._vendor("vendor")), draft=draft)

    def _list(self, number: int) -> None:
        client = self._client()
        rivals = rivals_of(int(client.party.slug.rpartition("-")[2]), number)
        rows = [CompetitorDraft(competitor=rival) for rival in rivals]
        replace_competitor_list(actor=None, tenant=client.pk, principal=client.party, rows=rows)

    def _policy(self, number: int) -> None:
        client = self._client()
        lines = Policy(economic_block=self.chance.choice([10, 15, 20, 25]) * PERCENT)
        set_policy(actor=None, tenant=client.pk, principal=client.party, lines=lines)

    def _client(self) -> Client:
        return self.chance.choice(Client.objects.select_related("party").order_by("party__slug"))

    def _source(self, number: int) -> SourceDraft:
        return SourceDraft(url=f"https://press.example/{self.seed}/{number}", standing="press")
