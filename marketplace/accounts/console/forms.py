"""The form of one act. What a service refuses becomes an error beside the field it speaks of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.http import QueryDict
from unfold import widgets

from marketplace.accounts.models import User
from marketplace.records.refusals import Invalid, Refusal

CLASSES: tuple[tuple[type[forms.Widget], Sequence[str]], ...] = (
    (forms.CheckboxInput, widgets.CHECKBOX_CLASSES),
    (forms.Textarea, widgets.TEXTAREA_CLASSES),
    (forms.Select, widgets.SELECT_CLASSES),
    (forms.widgets.Input, widgets.INPUT_CLASSES),
)

Group = tuple[str | None, dict[str, Any]]
Row = TypeVar("Row")
"""The row at which an act stands; None for an act at a list."""


@dataclass(frozen=True)
class Done:
    """What to tell after an act, and the address to go on to; an empty one leads back to where the act began."""

    message: str
    address: str = ""


class ActForm(forms.Form, Generic[Row]):
    """What one act needs to know. `perform` makes one call of a service.

    `groups` are field sets as the admin takes them. `renamed` maps the names under which the service speaks of fields
    to those of the form, where they differ.
    """

    intro = ""
    button = "Save"
    groups: ClassVar[Sequence[Group]] = ()
    renamed: ClassVar[Mapping[str, str]] = {}

    def __init__(self, data: QueryDict | None = None, *, actor: User, row: Row, asked: QueryDict) -> None:
        """Take what was posted, if anything was; `asked` is the query of the address."""
        self.actor = actor
        self.row = row
        self.asked = asked
        super().__init__(data, initial=self.starting())
        for field in self.fields.values():
            dress(field)

    def starting(self) -> dict[str, Any]:
        """Return what the form proposes."""
        return {}

    def heading(self, label: str) -> str:
        return f"{label}: {self.row}" if self.row is not None else label

    def perform(self) -> Done:
        raise NotImplementedError

    def fieldsets(self) -> Sequence[Group]:
        """Return the groups, by default one of all visible fields."""
        return self.groups or ((None, {"fields": [field.name for field in self.visible_fields()]}),)

    def refuse(self, refusal: Refusal) -> None:
        """Show the refusal: each sentence at its field, the others above the form."""
        if not isinstance(refusal, Invalid):
            self.add_error(None, refusal.detail)
            return
        for name, sentence in refusal.fields.items():
            self.refuse_field(self.renamed.get(name, name), sentence)

    def refuse_field(self, name: str, sentence: str) -> None:
        self.add_error(name if name in self.fields else None, sentence)


class ReasonForm(ActForm[Row]):
    """An act that needs nothing but a reason."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)


def dress(field: forms.Field) -> None:
    """Give a field the look of the rest of the console."""
    widget = field.widget
    if type(widget) is forms.Select:
        field.widget = widgets.UnfoldAdminSelectWidget(choices=list(widget.choices))
        return
    for kind, classes in CLASSES:
        if isinstance(widget, kind) and "class" not in widget.attrs:
            widget.attrs["class"] = " ".join(classes)
            return
