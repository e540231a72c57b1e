"""An act: one button, one page with a form, one call of a service. Nothing is written by opening a page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.enums import ActionVariant
from unfold.forms import AdminForm

from marketplace.accounts.console.forms import ActForm, Group
from marketplace.accounts.console.roles import Access, actor_of
from marketplace.records.refusals import Refusal

TEMPLATE = "admin/console/act.html"


def always(_: object) -> bool:
    """Offer the act for every row."""
    return True


@dataclass(frozen=True, kw_only=True)
class Act:
    """What can be done with a row, or on a list. `offered` says for which rows its button is shown."""

    name: str
    label: str
    form: type[ActForm[Any]]
    access: Access = Access.COMPLIANCE
    icon: str = ""
    variant: ActionVariant = ActionVariant.DEFAULT
    offered: Callable[[Any], bool] = always
    template: str = TEMPLATE

    @property
    def path(self) -> str:
        return self.name.replace("_", "-")

    def address_name(self, admin: "ModelAdmin[Any]") -> str:
        return f"{admin.opts.app_label}_{admin.opts.model_name}_{self.name}"

    def button(self, admin: "ModelAdmin[Any]", row: Model | None) -> dict[str, Any]:
        """Return the button as unfold's templates take it."""
        arguments = [] if row is None else [row.pk]
        return {
            "title": self.label,
            "path": reverse(f"admin:{self.address_name(admin)}", args=arguments),
            "icon": self.icon,
            "variant": self.variant,
            "attrs": {},
            "dialog": None,
        }


def act_page(admin: "ModelAdmin[Any]", request: HttpRequest, act: Act, row: Model | None) -> HttpResponse:
    """Show the form of an act and, on a POST that it accepts, perform it.

    A refusal of the service comes back in the form, and nothing of the act is kept.
    """
    posted = request.POST if request.method == "POST" else None
    form = act.form(posted, actor=actor_of(request), row=row, asked=request.GET)
    if request.method == "POST" and form.is_valid():
        try:
            done = form.perform()
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, done.message)
            return HttpResponseRedirect(done.address or back(admin, request, row))
    return TemplateResponse(request, act.template, _context(admin, request, act, form))


def back(admin: "ModelAdmin[Any]", request: HttpRequest, row: Model | None) -> str:
    """Return the address of the row, or of the list; the first page for who may act but not look."""
    if not admin.has_view_permission(request):
        return reverse("admin:index")
    names = f"admin:{admin.opts.app_label}_{admin.opts.model_name}"
    return reverse(f"{names}_changelist") if row is None else reverse(f"{names}_change", args=[row.pk])


def found(admin: "ModelAdmin[Any]", request: HttpRequest, object_id: str) -> Model:
    """Return the row; raises Http404 where there is none that this person may see."""
    row: Model | None = admin.get_object(request, object_id)
    if row is None:
        raise Http404
    return row


def laid_out(form: forms.Form, groups: Sequence[Group], admin: "ModelAdmin[Any] | None" = None) -> AdminForm:
    """Return the form in field sets, as unfold's templates take them; they work for any form."""
    return AdminForm(cast("forms.ModelForm[Any]", form), list(groups), {}, (), admin)


def _context(admin: "ModelAdmin[Any]", request: HttpRequest, act: Act, form: ActForm[Any]) -> dict[str, Any]:
    return {
        **admin.admin_site.each_context(request),
        "title": form.heading(act.label),
        "opts": admin.opts,
        "original": form.row,
        "form": form,
        "adminform": laid_out(form, form.fieldsets(), admin),
        "media": admin.media + form.media,
        "button": form.button,
        "back": back(admin, request, form.row),
    }
