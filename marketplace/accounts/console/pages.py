"""A model in the console: its rows are looked at here and changed by acts, each of which calls a service."""

from collections.abc import Callable, Sequence
from functools import partial, update_wrapper
from typing import Any, ClassVar, NoReturn

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from unfold.admin import ModelAdmin, TabularInline

from marketplace.accounts.console.acts import Act, act_page, found
from marketplace.accounts.console.roles import Access


class WriteOutsideServiceError(Exception):
    """A page of the admin was about to write a row itself."""


class ConsoleAdmin(ModelAdmin):
    """Rows for reading. `add` is the act behind the Add button; `acts` stand at a row, `list_acts` at the list.

    To staff outside `readers` no row exists; nobody edits or deletes one here.
    """

    readers: ClassVar[Access] = Access.COMPLIANCE
    add: ClassVar[Act | None] = None
    acts: ClassVar[Sequence[Act]] = ()
    list_acts: ClassVar[Sequence[Act]] = ()
    list_per_page = 50
    list_filter_sheet = False
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.readers.allows(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.readers.allows(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.add is not None and self.add.access.allows(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows if self.readers.allows(request) else rows.none()

    def save_model(self, *_: Any, **__: Any) -> NoReturn:
        raise WriteOutsideServiceError(f"{self.model.__name__} is written by acts, each of which calls a service.")

    save_formset = save_model
    delete_model = save_model
    delete_queryset = save_model

    def add_view(self, request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
        """Take the place of Django's form, which would save the row itself."""
        if self.add is None or not self.has_add_permission(request):
            raise PermissionDenied
        return act_page(self, request, self.add, None)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:  # noqa: ANN401
        """Refuse Django's own history, which nothing writes: the decision log tells what happened."""
        raise PermissionDenied

    def row_act(self, request: HttpRequest, object_id: str, act: Act) -> HttpResponse:
        """Serve the page of an act at one row."""
        if not act.access.allows(request):
            raise PermissionDenied
        return act_page(self, request, act, found(self, request, object_id))

    def list_act(self, request: HttpRequest, act: Act) -> HttpResponse:
        """Serve the page of an act at the list."""
        if not act.access.allows(request):
            raise PermissionDenied
        return act_page(self, request, act, None)

    def get_urls(self) -> list[URLPattern]:
        at_list = [self._url(f"{act.path}/", self.list_act, act) for act in self.list_acts]
        at_row = [self._url(f"<path:object_id>/{act.path}/", self.row_act, act) for act in self.acts]
        urls: list[URLPattern] = super().get_urls()
        return [*at_list, *at_row, *urls]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None)
        if context is not None:
            context["actions_list"] = [act.button(self, None) for act in self.list_acts if act.access.allows(request)]
        return response

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = kwargs.get("obj")
        context["actions_detail"] = [act.button(self, row) for act in self.acts_at(request, row)]
        return super().render_change_form(request, context, *args, **kwargs)

    def acts_at(self, request: HttpRequest, row: Model | None) -> list[Act]:
        """Return the acts that this person can perform at the row."""
        if row is None:
            return []
        return [act for act in self.acts if act.access.allows(request) and act.offered(row)]

    def _url(self, route: str, view: Callable[..., HttpResponse], act: Act) -> URLPattern:
        wrapped = update_wrapper(partial(view, act=act), view)
        return path(route, self.admin_site.admin_view(wrapped), name=act.address_name(self))


class ReadOnlyInline(TabularInline):
    """Rows shown beneath the row that they belong to."""

    extra = 0
    max_num = 0
    can_delete = False
    show_change_link = False
    hide_title = True

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[Any, ...]:
        return tuple(self.get_fields(request, obj))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
