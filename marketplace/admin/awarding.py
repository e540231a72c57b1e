"""The page on which a slot is awarded. The gate judges in the award's own transaction and its refusal is shown."""

from typing import Any, cast

from django import forms
from django.urls import reverse

from conflicts.admin.findings import findings_html
from marketplace.accounts.console.forms import ActForm, Done
from marketplace.gate import Verdict
from marketplace.models import AwardStatus, LabelingRequest, Match, RequestSlot
from marketplace.services.awards import award
from vendors.models import Vendor


class AwardForm(ActForm[LabelingRequest]):
    """One open slot to one vendor."""

    intro = "On behalf of the client. The gate screens the pair again at this moment, whatever the ranking says."
    button = "Award"
    slot = forms.ModelChoiceField(RequestSlot.objects.none())
    vendor = forms.ModelChoiceField(Vendor.objects.listed(), help_text="Matches stand first, by rank.")
    verdict: Verdict | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = self.row.slots.exclude(awards__status=AwardStatus.ACTIVE)
        slot = cast("forms.ModelChoiceField[RequestSlot]", self.fields["slot"])
        slot.queryset, slot.initial = free, free.first()
        vendor = cast("forms.ModelChoiceField[Vendor]", self.fields["vendor"])
        vendor.widget.choices = [("", "-"), *self._candidates()]

    def perform(self) -> Done:
        """Ask the gate. It returns its refusal, which is shown with the findings behind it."""
        result = award(actor=self.actor, slot_id=self.cleaned_data["slot"].pk, vendor=self.cleaned_data["vendor"])
        self.verdict = result.verdict
        if result.refusal is not None:
            raise result.refusal
        if result.award is None:
            raise TypeError("The gate neither awarded nor refused.")
        return Done(
            f"{result.award.vendor} is awarded.", reverse("admin:marketplace_award_change", args=[result.award.pk])
        )

    def proof(self) -> str:
        """Return the findings of the gate, after a refusal."""
        return findings_html(self.verdict.findings) if self.verdict else ""

    def _candidates(self) -> list[tuple[Any, str]]:
        matches = Match.objects.filter(request=self.row).select_related("vendor")
        ranked = [(match.vendor_id, _candidate_text(match)) for match in matches]
        known = {key for key, _ in ranked}
        others = Vendor.objects.listed().exclude(pk__in=known)
        return [*ranked, *((vendor.pk, f"{vendor.name} (no match)") for vendor in others)]


def _candidate_text(match: Match) -> str:
    rank = f"{match.rank}. " if match.rank else ""
    waived = ", by a waiver" if match.waiver_id and match.rank else ""
    return f"{rank}{match.vendor} ({match.outcome}{waived}, score {match.score})"
