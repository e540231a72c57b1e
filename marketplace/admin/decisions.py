"""Acts on review decisions and waivers in a client's confidential file. Compliance approves its own reviews alone."""

from django import forms

from conflicts.admin.fields import code_field
from conflicts.models import Mitigation, MitigationKind, ReviewDecision
from conflicts.terms import LONGEST_NAME, LONGEST_URL, DocumentDraft, MitigationDraft
from marketplace.accounts.console.forms import Done
from marketplace.admin.files import ChoiceForm, FileForm
from marketplace.services.decisions import (
    add_mitigation,
    approve_decision,
    request_decision,
    verify_mitigation,
    veto_decision,
    void_decision,
)
from vendors.models import Vendor

DECISIONS = ReviewDecision.objects.select_related("principal", "subject")


def reason_field() -> forms.CharField:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)


class RequestDecisionForm(FileForm):
    intro = "For a compliance review, one that rests on a private fact: two of compliance decide it."
    button = "Request the decision"
    vendor = forms.ModelChoiceField(Vendor.objects.all())
    reason = reason_field()

    def perform(self) -> Done:
        request_decision(actor=self.actor, client=self.row, **self.cleaned_data)
        return self.done("The decision is requested: a colleague can approve it.")


class ApproveDecisionForm(ChoiceForm):
    intro = "You are the second of two people. The gate opens while every finding is covered."
    button = "Approve"
    rows = DECISIONS

    def perform(self) -> Done:
        approve_decision(actor=self.actor, decision=self.cleaned_data["item"])
        return self.done("The decision is approved.")


class VetoDecisionForm(ChoiceForm):
    intro = "Nobody can approve the request any more. The client reads your reason."
    button = "Veto the request"
    rows = DECISIONS
    reason = reason_field()

    def perform(self) -> Done:
        veto_decision(actor=self.actor, decision=self.cleaned_data["item"], reason=self.cleaned_data["reason"])
        return self.done("The request is vetoed.")


class VoidDecisionForm(ChoiceForm):
    intro = "The gate shuts for this pair at once."
    button = "Void the decision"
    rows = DECISIONS
    reason = reason_field()

    def perform(self) -> Done:
        void_decision(actor=self.actor, decision=self.cleaned_data["item"], reason=self.cleaned_data["reason"])
        return self.done("The decision is void.")


class AddMitigationForm(ChoiceForm):
    intro = "A measure explains why the work is acceptable. It changes no outcome, and a second person verifies it."
    button = "Add the measure"
    rows = DECISIONS
    kind = code_field(MitigationKind, MitigationKind.FIREWALL)
    text = forms.CharField(label="What it is", widget=forms.Textarea(attrs={"rows": 3}), max_length=5000)
    responsible = forms.CharField(max_length=LONGEST_NAME, help_text="Who answers for it.")
    document_title = forms.CharField(required=False, max_length=LONGEST_NAME, label="Document")
    document_url = forms.CharField(required=False, max_length=LONGEST_URL, label="Address of the document")

    def perform(self) -> Done:
        told = dict(self.cleaned_data)
        decision, title, url = told.pop("item"), told.pop("document_title"), told.pop("document_url")
        document = DocumentDraft(title=title, url=url) if title or url else None
        add_mitigation(actor=self.actor, decision=decision, draft=MitigationDraft(**told, document=document))
        return self.done("The measure is attached.")


class VerifyMitigationForm(ChoiceForm):
    intro = "You have seen the measure in place. Whoever added it cannot verify it."
    button = "Verify the measure"
    rows = Mitigation.objects.select_related("decision")
    principal = "decision__principal"

    def perform(self) -> Done:
        verify_mitigation(actor=self.actor, mitigation=self.cleaned_data["item"])
        return self.done("The measure is verified.")
