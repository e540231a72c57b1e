"""The addresses of the API, under /api/v1/."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from marketplace.api.views import (
    alerts,
    applications,
    awards,
    competitors,
    decisions,
    dominoes,
    engagements,
    notices,
    requests,
    screenings,
)
from marketplace.api.views.accounts import MeDoor, TokenDoor, TokensDoor
from marketplace.api.views.interests import InterestDoor, InterestsDoor
from marketplace.api.views.nowhere import Nowhere
from marketplace.api.views.parties import PartiesDoor, PartyDoor
from marketplace.api.views.scenarios import ScenariosDoor
from marketplace.api.views.vendors import VendorDoor, VendorsDoor

app_name = "api"
urlpatterns = [
    path("auth/tokens", TokensDoor.as_view(), name="tokens"),
    path("auth/tokens/<uuid:id>", TokenDoor.as_view(), name="token"),
    path("me", MeDoor.as_view(), name="me"),
    path("parties", PartiesDoor.as_view(), name="parties"),
    path("parties/<uuid:id>", PartyDoor.as_view(), name="party"),
    path("interests", InterestsDoor.as_view(), name="interests"),
    path("interests/<uuid:id>", InterestDoor.as_view(), name="interest"),
    path("vendors", VendorsDoor.as_view(), name="vendors"),
    path("vendors/<uuid:id>", VendorDoor.as_view(), name="vendor"),
    path("applications", applications.ApplicationsDoor.as_view(), name="applications"),
    path("applications/<uuid:id>", applications.ApplicationDoor.as_view(), name="application"),
    path("applications/<uuid:id>/submit", applications.SubmitDoor.as_view(), name="application-submit"),
    path("applications/<uuid:id>/withdraw", applications.WithdrawDoor.as_view(), name="application-withdraw"),
    path(
        "applications/<uuid:id>/begin-review", applications.BeginReviewDoor.as_view(), name="application-begin-review"
    ),
    path("applications/<uuid:id>/recommend", applications.RecommendDoor.as_view(), name="application-recommend"),
    path(
        "applications/<uuid:id>/request-changes",
        applications.RequestChangesDoor.as_view(),
        name="application-request-changes",
    ),
    path("applications/<uuid:id>/reject", applications.RejectDoor.as_view(), name="application-reject"),
    path("applications/<uuid:id>/approve", applications.ApproveDoor.as_view(), name="application-approve"),
    path("requests", requests.RequestsDoor.as_view(), name="requests"),
    path("requests/<uuid:id>", requests.RequestDoor.as_view(), name="request"),
    path("requests/<uuid:id>/close", requests.CloseRequestDoor.as_view(), name="request-close"),
    path("requests/<uuid:id>/matches", requests.MatchesDoor.as_view(), name="request-matches"),
    path("screenings", screenings.ScreeningsDoor.as_view(), name="screenings"),
    path("screenings/<uuid:id>", screenings.ScreeningDoor.as_view(), name="screening"),
    path("scenarios", ScenariosDoor.as_view(), name="scenarios"),
    path("awards", awards.AwardsDoor.as_view(), name="awards"),
    path("awards/<uuid:id>", awards.AwardDoor.as_view(), name="award"),
    path("engagements", engagements.EngagementsDoor.as_view(), name="engagements"),
    path("engagements/<uuid:id>", engagements.EngagementDoor.as_view(), name="engagement"),
    path("engagements/<uuid:id>/end", engagements.EndEngagementDoor.as_view(), name="engagement-end"),
    path("alerts", alerts.AlertsDoor.as_view(), name="alerts"),
    path("alerts/<uuid:id>", alerts.AlertDoor.as_view(), name="alert"),
    path("alerts/at-risk", alerts.AtRiskDoor.as_view(), name="alerts-at-risk"),
    path("alerts/<uuid:id>/acknowledge", alerts.AcknowledgeDoor.as_view(), name="alert-acknowledge"),
    path("alerts/<uuid:id>/mitigate", alerts.MitigateDoor.as_view(), name="alert-mitigate"),
    path("alerts/<uuid:id>/checklist", alerts.ChecklistDoor.as_view(), name="alert-checklist"),
    path("checklist/<uuid:id>", alerts.ItemDoor.as_view(), name="checklist-item"),
    path("compliance/events", dominoes.EventsDoor.as_view(), name="events"),
    path("compliance/events/<uuid:id>", dominoes.DominoDoor.as_view(), name="event"),
    path("notices", notices.NoticesDoor.as_view(), name="notices"),
    path("notices/<uuid:id>/read", notices.ReadNoticeDoor.as_view(), name="notice-read"),
    path("notice-settings", notices.NoticeSettingsDoor.as_view(), name="notice-settings"),
    path("competitors", competitors.CompetitorsDoor.as_view(), name="competitors"),
    path("competitors/<uuid:id>", competitors.CompetitorDoor.as_view(), name="competitor"),
    path("policy", competitors.PolicyDoor.as_view(), name="policy"),
    path("decisions", decisions.DecisionsDoor.as_view(), name="decisions"),
    path("decisions/<uuid:id>", decisions.DecisionDoor.as_view(), name="decision"),
    path("decisions/<uuid:id>/approve", decisions.ApproveDecisionDoor.as_view(), name="decision-approve"),
    path("decisions/<uuid:id>/void", decisions.VoidDecisionDoor.as_view(), name="decision-void"),
    path("decisions/<uuid:id>/veto", decisions.VetoDecisionDoor.as_view(), name="decision-veto"),
    path("decisions/<uuid:id>/withdraw", decisions.WithdrawDecisionDoor.as_view(), name="decision-withdraw"),
    path("decisions/<uuid:id>/mitigations", decisions.MitigationsDoor.as_view(), name="decision-mitigations"),
    path("mitigations/<uuid:id>/verify", decisions.VerifyMitigationDoor.as_view(), name="mitigation-verify"),
    path("schema", SpectacularAPIView.as_view(authentication_classes=()), name="schema"),
    path("docs", SpectacularSwaggerSplitView.as_view(authentication_classes=(), url_name="api:schema"), name="docs"),
    re_path("", Nowhere.as_view(), name="nowhere"),
]
