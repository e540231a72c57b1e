"""Logins and tokens in the console. Operators look after people; only a superuser makes somebody staff."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from marketplace.accounts.console.acts import Act
from marketplace.accounts.console.forms import ActForm, Done
from marketplace.accounts.console.pages import ConsoleAdmin
from marketplace.accounts.console.roles import Access, actor_of
from marketplace.accounts.models import ApiToken, User
from marketplace.accounts.services import revoke_token, save_account

# Roles say who may do what here; groups of permissions would be a second answer.
admin.site.unregister(Group)
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
        return (
            (None, {"fields": ("email", "name", "password")}),
            ("Staff", {"fields": ("is_staff", "staff_role", "is_superuser")}),
            ("Account", {"fields": ("is_active", "last_login", "date_joined")}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Let nobody but a superuser make somebody staff."""
        own = ("last_login", "date_joined")
        return own if Access.SUPERUSERS.allows(request) else (*own, "is_staff", "staff_role", "is_superuser")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return Access.BOTH.allows(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return Access.BOTH.allows(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return Access.OPERATORS.allows(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Keep the accounts of staff, and with them their passwords, to superusers."""
        is_staff = isinstance(obj, User) and (obj.is_staff or obj.is_superuser)
        return (Access.SUPERUSERS if is_staff else Access.OPERATORS).allows(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Accounts are switched off instead: the decision log names them."""
        return False

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
