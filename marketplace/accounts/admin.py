"""Logins and tokens in the console.

Whoever sets a password can log in by it, and whoever logs in as a member reads a client's list: so compliance adds
accounts, only a superuser sets passwords and makes somebody staff, and operators switch accounts off and on.
"""

from http import HTTPStatus
from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import Form, ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from marketplace.accounts.console.acts import Act
from marketplace.accounts.console.forms import ActForm, Done
from marketplace.accounts.console.pages import ConsoleAdmin
from marketplace.accounts.console.roles import Access, actor_of, is_compliance
from marketplace.accounts.models import ApiToken, User
from marketplace.accounts.services import revoke_token, save_account
from marketplace.records.services import log

# Roles say who may do what here; groups of permissions would be a second answer.
admin.site.unregister(Group)
DATES = ("last_login", "date_joined")
POWERS = ("email", "is_staff", "staff_role", "is_superuser")
ROLE_COLOURS = {"compliance": "primary", "operator": "info", "superuser": "warning"}


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("email", "name", "role", "is_active", "last_login")
    list_filter = ("is_active", "is_staff", "staff_role", "is_superuser")
    search_fields = ("email", "name")
    search_help_text = "Search by e-mail address or name"
    ordering = ("email",)
    add_fieldsets = (  # type: ignore[assignment]
        (None, {"fields": ("email", "name", "password1", "password2")}),
    )

    @display(description="Role", label=ROLE_COLOURS)
    def role(self, user: User) -> str | None:
        if user.is_superuser:
            return "superuser"
        return (user.staff_role or "staff") if user.is_staff else None

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:  # noqa: ANN401 - as Django types it
        if obj is None:
            return self.add_fieldsets
        password = ("password",) if Access.SUPERUSERS.allows(request) else ()
        return (
            (None, {"fields": ("email", "name", *password)}),
            ("Staff", {"fields": ("is_staff", "staff_role", "is_superuser")}),
            ("Account", {"fields": ("is_active", "last_login", "date_joined")}),
        )

    def get_form(
        self,
        request: HttpRequest,
        obj: Model | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,
    ) -> "type[ModelForm[Any]]":
        """Leave the form that shows a password to those who may set one."""
        if obj is not None and not Access.SUPERUSERS.allows(request):
            kwargs["form"] = ModelForm
        form: type[ModelForm[Any]] = super().get_form(request, obj, change=change, **kwargs)
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        if obj is None or Access.SUPERUSERS.allows(request):
            return DATES
        return (*DATES, *POWERS, "name") if not is_compliance(request) else (*DATES, *POWERS)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return Access.BOTH.allows(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return Access.BOTH.allows(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return Access.COMPLIANCE.allows(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Keep the accounts of staff to superusers."""
        is_staff = isinstance(obj, User) and (obj.is_staff or obj.is_superuser)
        return (Access.SUPERUSERS if is_staff else Access.BOTH).allows(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Accounts are switched off instead: the decision log names them."""
        return False

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Let superusers alone set a password, and log that they did."""
        if not Access.SUPERUSERS.allows(request):
            raise PermissionDenied
        with transaction.atomic():
            response: HttpResponse = super().user_change_password(request, id, form_url)
            if response.status_code == HTTPStatus.FOUND:
                log(action="account.password_set", actor=actor_of(request), subject=User.objects.get(pk=id))
        return response

    def save_model(self, request: HttpRequest, obj: Model, form: Form, change: bool) -> None:  # noqa: FBT001
        save_account(user=cast("User", obj), actor=actor_of(request), changed=form.changed_data)


class RevokeForm(ActForm[ApiToken]):
    """The end of one token."""

    intro = "Whatever uses it is locked out at once."
    button = "Revoke"

    def perform(self) -> Done:
        revoke_token(user=self.row.user, token_id=self.row.id, actor=self.actor)
        return Done(f"{self.row} is revoked.", reverse("admin:accounts_apitoken_changelist"))


@admin.register(ApiToken)
class ApiTokenAdmin(ConsoleAdmin):
    """Tokens can be looked at and revoked; a new one is shown once and therefore issued by a service."""

    readers = Access.BOTH
    acts = (Act(name="revoke", label="Revoke", form=RevokeForm, access=Access.BOTH, icon="block"),)
    actions = ("revoke",)
    list_display = ("name", "user", "created", "expiry")
    list_select_related = ("user",)
    search_fields = ("name", "user__email")
    search_help_text = "Search by name or owner"
    fields = ("name", "user", "created", "expiry")

    @admin.action(description="Revoke the selected tokens")
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        tokens = list(queryset.select_related("user"))
        for token in tokens:
            revoke_token(user=token.user, token_id=token.id, actor=actor_of(request))
        self.message_user(request, f"{len(tokens)} tokens are revoked.")
