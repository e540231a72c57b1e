"""A small market made by the services: who holds what, who lists what, who competes with whom."""

from collections.abc import Sequence
from uuid import uuid4

from conflicts.drafts import SourceDraft
from conflicts.models import Interest, Party
from conflicts.services.competitors import CompetitorDraft, replace_competitor_list
from conflicts.services.facts import record_interest
from conflicts.services.parties import add_party
from conflicts.shares import from_percent
from conflicts.sweeping import sweep_conflicts
from marketplace import watching
from marketplace.accounts.models import StaffRole, User
from marketplace.models import Client, ClientRole, Engagement, LabelingRequest, RequestSlot
from marketplace.services.clients import add_member, create_client
from marketplace.services.engagements import EngagementDraft, declare_engagement
from marketplace.services.requests import RequestDraft, post_request
from vendors.models import Vendor
from vendors.services.listings import ListingDraft, list_vendor

PRESS = SourceDraft(url="https://press.example/story", standing="press")
TEXT = {"modality": ["text"]}


def party(slug: str, kind: str = "organization") -> Party:
    """The party of that slug, added where it is missing."""
    return Party.objects.filter(slug=slug).first() or add_party(
        actor=None, slug=slug, name=slug.replace("-", " ").title(), kind=kind
    )


def holds(holder: str, subject: str, percent: str, *, start: str = "", visibility: str = "public") -> Interest:
    """Record exactly so many percent of the shares."""
    share = from_percent(percent)
    return record_interest(
        actor=None,
        holder=party(holder),
        subject=party(subject),
        type="shareholding",
        source=PRESS,
        share_low=share,
        share_high=share,
        start=start,
        visibility=visibility,
    )


def vendor(slug: str, **capabilities: list[str]) -> Vendor:
    """A listed vendor that states these codes per facet; text where none is given."""
    return list_vendor(actor=None, party=party(slug), draft=ListingDraft(capabilities=capabilities or TEXT))


def client(slug: str, *rivals: str) -> Client:
    """A client with these rivals on its list."""
    made = create_client(actor=None, party=party(slug))
    rows = [CompetitorDraft(competitor=party(rival)) for rival in rivals]
    replace_competitor_list(actor=None, tenant=made.pk, principal=made.party, rows=rows)
    return made


def person(name: str = "") -> User:
    return User.objects.create_user(f"{name or uuid4().hex}@people.example")


def member(of: Client, role: ClientRole = ClientRole.MEMBER) -> User:
    user = person()
    add_member(actor=None, client=of, user=user, role=role)
    return user


def compliance() -> User:
    return User.objects.create_user(f"{uuid4().hex}@staff.example", is_staff=True, staff_role=StaffRole.COMPLIANCE)


def request(
    of: Client, *, slots: int = 1, modality: str = "text", tasks: Sequence[str] = (), languages: Sequence[str] = ()
) -> LabelingRequest:
    draft = RequestDraft(title="Label it", modality=modality, tasks=tasks, languages=languages)
    return post_request(actor=None, client=of, draft=draft, slots=slots)


def slot(of: LabelingRequest, number: int = 1) -> RequestSlot:
    return of.slots.get(number=number)


def engagement(of: Client, to: Vendor, *, start: str = "") -> Engagement:
    return declare_engagement(actor=None, client=of, vendor=to, draft=EngagementDraft(title="Labeling", start=start))


def catch_up() -> None:
    """Do what workers do until nothing is behind."""
    sweep_conflicts()
    watching.pull()
    sweep_conflicts()
    watching.pull()
