"""Where the site's addresses lead."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from marketplace import probes

urlpatterns = [
    # The console is what a person wants who types the bare address.
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("livez", probes.livez, name="livez"),
    path("readyz", probes.readyz, name="readyz"),
    # The name of livez before there was a readyz.
    path("healthz", probes.livez, name="healthz"),
    path("healthz/rescoring", probes.rescoring, name="healthz-rescoring"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("marketplace.api.urls")),
]
