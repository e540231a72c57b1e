"""Clients in the console, and the door to their confidential files."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.decorators import display
from unfold.enums import ActionVariant

from conflicts.admin.fields import PartyField, code_field
from conflicts.admin.shown import party_link
from marketplace.accounts.console.acts import Act, act_page, found
from marketplace.accounts.console.forms import ActForm, Done
from marketplace.accounts.console.pages import ConsoleAdmin, ReadOnlyInline
from marketplace.accounts.console.people import UserField
from marketplace.accounts.console.roles import Access, is_compliance
from marketplace.admin import decisions, files
from marketplace.models import Client, ClientMember, ClientRole, EngagementStatus, RequestStatus
from marketplace.services.clients import add_member, create_client


class CreateClientForm(ActForm[None]):
    """A party buys here from today on."""

    button = "Create the client"
    party = PartyField()
    name = forms.CharField(required=False, max_length=200, help_text="Empty: the party's name.")
    slug = forms.SlugField(required=False, max_length=100, help_text="Empty: the party's slug.")

    def perform(self) -> Done:
        client = create_client(actor=self.actor, **self.cleaned_data)
        return Done(
            f"{client} is a client from today on.", reverse("admin:marketplace_client_change", args=[client.pk])
        )


class AddMemberForm(ActForm[Client]):
    """Another login that acts for the client."""

    button = "Add the member"
    user = UserField()
    role = code_field(ClientRole, ClientRole.MEMBER, help_text="An approver may approve what another member requested.")

    def perform(self) -> Done:
        told = self.cleaned_data
        add_member(actor=self.actor, client=self.row, user=told["user"], role=ClientRole(told["role"]))
        return Done(f"{told['user']} acts for {self.row} from now on.")


OPEN_FILE = Act(name="open_file", label="Confidential file", form=files.OpenFileForm, icon="lock")
IN_FILE = (
    Act(name="file_declare", label="Add a competitor", form=files.DeclareForm, icon="add"),
    Act(name="file_policy", label="Set the policy", form=files.PolicyForm, icon="tune"),
    Act(name="file_request", label="Request a compliance decision", form=decisions.RequestDecisionForm, icon="gavel"),
)
ON_ROWS = (
    Act(name="file_withdraw", label="Take off the list", form=files.WithdrawForm, variant=ActionVariant.DANGER),
    Act(name="file_approve", label="Approve", form=decisions.ApproveDecisionForm),
    Act(name="file_veto", label="Veto", form=decisions.VetoDecisionForm, variant=ActionVariant.DANGER),
    Act(name="file_void", label="Void", form=decisions.VoidDecisionForm, variant=ActionVariant.DANGER),
    Act(name="file_mitigate", label="Add a measure", form=decisions.AddMitigationForm),
    Act(name="file_verify", label="Verify a measure", form=decisions.VerifyMitigationForm),
)


class MemberInline(ReadOnlyInline):
    model = ClientMember
    fields = ("user", "role")
    verbose_name_plural = "People"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ClientMember]:
        rows: QuerySet[ClientMember] = super().get_queryset(request).select_related("user")
        return rows


@admin.register(Client)
class ClientAdmin(ConsoleAdmin):
    readers = Access.BOTH
    add = Act(name="add", label="Create a client", form=CreateClientForm, access=Access.BOTH)
    acts = (
        OPEN_FILE,
        Act(name="add_member", label="Add a member", form=AddMemberForm, icon="person_add"),
    )
    list_filter = ("joined_on",)
    list_select_related = ("party",)
    search_fields = ("name", "slug", "party__names__name")
    search_help_text = "Search by name"
    fields = ("name", "slug", "party_shown", "joined_on")
    inlines = (MemberInline,)

    def get_list_display(self, request: HttpRequest) -> Any:  # noqa: ANN401 - as Django types it
        """Show what runs to those who may know of it (DESIGN 6)."""
        work = ["open_requests", "running"] if is_compliance(request) else []
        return ["name", "slug", "joined_on", "people", *work]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Client]:
        rows: QuerySet[Client] = super().get_queryset(request).select_related("party")
        return rows.annotate(
            member_count=Count("members", distinct=True),
            request_count=Count("requests", filter=Q(requests__status=RequestStatus.OPEN), distinct=True),
            running_count=Count("engagements", filter=Q(engagements__status=EngagementStatus.RUNNING), distinct=True),
        )

    def get_urls(self) -> list[URLPattern]:
        file = self.admin_site.admin_view(self.file_view)
        inside = [self._url(f"<path:object_id>/{act.path}/", self.file_act, act) for act in (*IN_FILE, *ON_ROWS)]
        return [path("<path:object_id>/file/", file, name="marketplace_client_file"), *inside, *super().get_urls()]

    def file_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the file to who gave a reason; ask anyone else of compliance for one."""
        client = self._client(request, object_id)
        if not files.holds_key(request, client):
            return self._asked_for_reason(client)
        return TemplateResponse(request, "admin/console/file.html", self._file_context(request, client))

    def file_act(self, request: HttpRequest, object_id: str, act: Act) -> HttpResponse:
        """Serve an act in an open file."""
        client = self._client(request, object_id)
        if not files.holds_key(request, client):
            return self._asked_for_reason(client)
        return act_page(self, request, act, client)

    @display(description="People", ordering="member_count")
    def people(self, client: Client) -> int:
        return int(getattr(client, "member_count", 0))

    @display(description="Open requests", ordering="request_count")
    def open_requests(self, client: Client) -> int:
        return int(getattr(client, "request_count", 0))

    @display(description="Running engagements", ordering="running_count")
    def running(self, client: Client) -> int:
        return int(getattr(client, "running_count", 0))

    @display(description="Party")
    def party_shown(self, client: Client) -> str:
        return party_link(client.party)

    def _client(self, request: HttpRequest, object_id: str) -> Client:
        if not OPEN_FILE.access.allows(request):
            raise PermissionDenied
        row: Model = found(self, request, object_id)
        if not isinstance(row, Client):
            raise TypeError(f"{row} is no client.")
        return row

    def _asked_for_reason(self, client: Client) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:marketplace_client_open_file", args=[client.pk]))

    def _file_context(self, request: HttpRequest, client: Client) -> dict[str, Any]:
        key = request.GET["key"]
        return {
            **self.admin_site.each_context(request),
            "title": f"Confidential file: {client}",
            "opts": self.opts,
            "original": client,
            "file": files.read_file(client),
            "key": key,
            "actions_detail": [_keyed(act.button(self, client), key) for act in IN_FILE],
            **{act.name: act.button(self, client)["path"] for act in ON_ROWS},
        }


def _keyed(button: dict[str, Any], key: str) -> dict[str, Any]:
    return {**button, "path": f"{button['path']}?key={key}"}
