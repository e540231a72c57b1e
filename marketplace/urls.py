"""Where the site's addresses lead."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.generic import RedirectView


def healthz(_: HttpRequest) -> HttpResponse:
    """Answer that the process serves requests; it asks neither database nor broker."""
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns = [
    # The console is what a person wants who types the bare address.
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("marketplace.api.urls")),
]
