"""The field in which a login is chosen."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect

from marketplace.accounts.models import ApiToken, User

if TYPE_CHECKING:
    UserChoice = forms.ModelChoiceField[User]
else:
    UserChoice = forms.ModelChoiceField


class UserField(UserChoice):
    """An active login that is not staff, found by typing a part of its address or name."""

    def __init__(self, **kwargs: Any) -> None:
        widget = AutocompleteSelect(ApiToken._meta.get_field("user"), admin.site)
        logins = User.objects.filter(is_active=True, is_staff=False)
        super().__init__(logins, widget=widget, label="Login", **kwargs)
