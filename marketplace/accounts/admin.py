"""Accounts and tokens in the admin."""

from typing import cast

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from marketplace.accounts.models import ApiToken, User
from marketplace.accounts.services import revoke_token, save_account

admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("email", "name", "is_active", "is_staff", "staff_role")
    list_filter = ("is_active", "is_staff", "staff_role", "is_superuser")
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("Staff", {"fields": ("is_staff", "staff_role", "is_superuser", "groups", "user_permissions")}),
        ("Account", {"fields": ("is_active", "last_login", "date_joined")}),
    )
    add_fieldsets = (  # type: ignore[assignment]
        (None, {"fields": ("email", "name", "password1", "password2")}),
    )

    def save_model(self, request: HttpRequest, obj: Model, form: Form, change: bool) -> None:  # noqa: FBT001
        save_account(user=cast("User", obj), actor=cast("User", request.user), changed=form.changed_data)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Accounts are switched off instead: the decision log names them."""
        return False


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):  # type: ignore[misc]
    """Django's own, in the look of the rest."""


@admin.register(ApiToken)
class ApiTokenAdmin(ModelAdmin):
    """Tokens can be looked at and revoked; a new one is shown once and therefore issued by a service."""

    list_display = ("name", "user", "created", "expiry")
    search_fields = ("name", "user__email")
    fields = readonly_fields = ("name", "user", "created", "expiry")
    actions = ("revoke",)

    @admin.action(description="Revoke the selected tokens", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        tokens = list(queryset.select_related("user"))
        for token in tokens:
            revoke_token(user=token.user, token_id=token.id, actor=cast("User", request.user))
        self.message_user(request, f"{len(tokens)} tokens are revoked.")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("accounts.delete_apitoken"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False
