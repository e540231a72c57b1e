"""Changes in the console, each with what it touched on the client side (conflicts.admin knows pairs only)."""

from typing import ClassVar

from django.contrib import admin
from django.template.loader import render_to_string
from unfold.decorators import display

from conflicts.admin.watches import FactChangeAdmin
from conflicts.models import FactChange
from marketplace.services.dominoes import domino

admin.site.unregister(FactChange)


@admin.register(FactChange)
class EventAdmin(FactChangeAdmin):
    """What moved the epoch, and the dominoes that fell."""

    fields: ClassVar[tuple[str, ...]] = (*FactChangeAdmin.fields, "touched")

    @display(description="What it touched")
    def touched(self, change: FactChange) -> str:
        return render_to_string("admin/console/domino.html", {"domino": domino(change)})
