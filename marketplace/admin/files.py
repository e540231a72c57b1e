"""A client's confidential file: its competitor list, its policy, its review decisions and waivers (DESIGN 6).

Whoever of compliance opens it gives a reason, which is logged; the key that the reason buys opens this file to this
person for a quarter of an hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from conflicts.admin.fields import PartyField, PercentField
from conflicts.admin.findings import accepted_text
from conflicts.admin.shown import in_percent
from conflicts.engine import policy as engine
from conflicts.models import CompetitorDeclaration, Policy, ReviewDecision
from conflicts.models.policies import DEFAULTS, LINES
from conflicts.services import declare_competitor, set_policy, withdraw_competitor
from conflicts.shares import to_percent
from marketplace.accounts.console.forms import ActForm, Done, Group, ReasonForm
from marketplace.accounts.console.roles import actor_of
from marketplace.accounts.models import User
from marketplace.models import Client
from marketplace.records.models import LogEntry
from marketplace.records.services import log

SALT = "client-file"
OPEN_SECONDS = 900
ENTRIES_SHOWN = 50
CONFIDENTIAL = ("competitor.", "competitor_list.", "policy.", "decision.", "waiver.")
"""What the actions of the decision log begin with that tell what stands in such a file."""
LINE_LABELS = {
    "economic_block": "Economic stake that blocks",
    "economic_review": "Economic stake that asks for review",
    "voting_block": "Votes that block",
    "voting_review": "Votes that ask for review",
    "control_line": "Control at more than",
    "commercial_share": "Share of the vendor's revenue that asks for review",
}


@dataclass(frozen=True)
class ClientFile:
    """What stands in one client's file."""

    competitors: list[CompetitorDeclaration]
    lines: list[tuple[str, str]]
    policy: Policy | None
    decisions: list[tuple[ReviewDecision, list[str]]]
    entries: list[tuple[LogEntry, object]]


def read_file(client: Client) -> ClientFile:
    """Read the file; only for those who hold its key."""
    tenant, principal = client.pk, client.party
    policy = Policy.objects.of(tenant=tenant, principal=principal).first()
    declarations = CompetitorDeclaration.objects.of(tenant=tenant, principal=principal)
    decisions = ReviewDecision.objects.filter(tenant=tenant, principal=principal)
    return ClientFile(
        competitors=list(declarations.select_related("competitor", "recorded_by__actor")),
        lines=[(LINE_LABELS[line], f"{to_percent(_line(policy, line))} %") for line in LINES],
        policy=policy,
        decisions=[
            (decision, [accepted_text(finding) for finding in decision.accepted.all()])
            for decision in decisions.told_fully()
        ],
        entries=confidential_entries(client),
    )


def confidential_entries(client: Client) -> list[tuple[LogEntry, object]]:
    """Return the newest log rows that tell of the file or who opened it, each with what was recorded."""
    told = [Q(action__startswith=beginning) for beginning in (*CONFIDENTIAL, "client_file.")]
    rows = LogEntry.objects.filter(reduce(or_, told), tenant=client.pk).order_by("-position")
    return [(row, in_percent(row.data)) for row in rows[:ENTRIES_SHOWN]]


def is_confidential(action: str) -> bool:
    """Whether a log row's data tells what stands in a client's file."""
    return action.startswith(CONFIDENTIAL)


def key_of(user: User, client: Client) -> str:
    return signing.dumps([str(user.pk), str(client.pk)], salt=SALT)


def holds_key(request: HttpRequest, client: Client) -> bool:
    """Whether the address carries a key that was given to this person for this file and is still good."""
    try:
        told = signing.loads(request.GET.get("key", ""), salt=SALT, max_age=OPEN_SECONDS)
    except signing.BadSignature:
        return False
    return bool(told == [str(actor_of(request).pk), str(client.pk)])


def file_address(client: Client, key: str) -> str:
    return f"{reverse('admin:marketplace_client_file', args=[client.pk])}?{urlencode({'key': key})}"


class OpenFileForm(ReasonForm[Client]):
    """The reason without which nobody reads a client's file."""

    intro = "The file holds the client's competitor list, policy, review decisions and waivers. Your reason is logged."
    button = "Open the file"

    def perform(self) -> Done:
        data = {"reason": self.cleaned_data["reason"]}
        with transaction.atomic():
            log(action="client_file.opened", actor=self.actor, tenant=self.row.pk, subject=self.row, data=data)
        return Done("Your reason is logged.", file_address(self.row, key_of(self.actor, self.row)))


class FileForm(ActForm[Client]):
    """An act in an open file; it leads back to the file."""

    def done(self, message: str) -> Done:
        return Done(message, file_address(self.row, self.asked.get("key", "")))


class DeclareForm(FileForm):
    intro = "On behalf of the client. Every screening of the client is brought up to date."
    button = "Put it on the list"
    competitor = PartyField()
    segment = forms.CharField(required=False, max_length=100)
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def perform(self) -> Done:
        declared = declare_competitor(
            actor=self.actor, tenant=self.row.pk, principal=self.row.party, **self.cleaned_data
        )
        return self.done(f"{declared.competitor} is on the list.")


class ChoiceForm(FileForm):
    """An act on one row of the file, which the address names; `principal` is where the row keeps the client's party."""

    rows: ClassVar[Any]
    principal: ClassVar[str] = "principal"
    item = forms.CharField(widget=forms.HiddenInput)

    def starting(self) -> dict[str, Any]:
        return {"item": self.asked.get("item", "")}

    def heading(self, label: str) -> str:
        item = self._found(self.asked.get("item", ""))
        return f"{label}: {item}" if item else label

    def clean_item(self) -> Any:  # noqa: ANN401 - a row of the subclass's model
        item = self._found(self.cleaned_data["item"])
        if item is None:
            raise forms.ValidationError("There is no such row in this file any more.")
        return item

    def _found(self, key: str) -> Any:  # noqa: ANN401 - a row of the subclass's model
        try:
            return self.rows.filter(tenant=self.row.pk, pk=UUID(key), **{self.principal: self.row.party}).first()
        except ValueError:
            return None


class WithdrawForm(ChoiceForm):
    intro = "The competitor leaves the list; that it stood there stays in the record."
    button = "Take it off the list"
    rows = CompetitorDeclaration.objects.select_related("competitor", "principal")

    def perform(self) -> Done:
        declaration: CompetitorDeclaration = self.cleaned_data["item"]
        withdraw_competitor(actor=self.actor, declaration=declaration)
        return self.done(f"{declaration.competitor} is off the list.")


class PolicyForm(FileForm):
    intro = "Lines can be tighter than the defaults, never looser. On behalf of the client."
    button = "Set the policy"
    renamed: ClassVar[Mapping[str, str]] = {}
    economic_block = PercentField(required=True, label=LINE_LABELS["economic_block"])
    economic_review = PercentField(required=True, label=LINE_LABELS["economic_review"])
    voting_block = PercentField(required=True, label=LINE_LABELS["voting_block"])
    voting_review = PercentField(required=True, label=LINE_LABELS["voting_review"])
    control_line = PercentField(required=True, label=LINE_LABELS["control_line"])
    commercial_share = PercentField(required=True, label=LINE_LABELS["commercial_share"])
    uncovered_to_review = forms.BooleanField(
        required=False, label="A clear vendor of whose owners nothing is known becomes review"
    )

    def fieldsets(self) -> list[Group]:
        return [(None, {"fields": [*LINES, "uncovered_to_review"]})]

    def starting(self) -> dict[str, Any]:
        policy = Policy.objects.of(tenant=self.row.pk, principal=self.row.party).first()
        lines = {line: _line(policy, line) for line in LINES}
        return {**lines, "uncovered_to_review": policy.uncovered_to_review if policy else False}

    def perform(self) -> Done:
        told = dict(self.cleaned_data)
        lines = engine.Policy(control=told.pop("control_line"), **told)
        set_policy(actor=self.actor, tenant=self.row.pk, principal=self.row.party, lines=lines)
        return self.done("The policy is set.")


def _line(policy: Policy | None, line: str) -> int:
    if policy is not None:
        return int(getattr(policy, line))
    return DEFAULTS.control if line == "control_line" else int(getattr(DEFAULTS, line))
